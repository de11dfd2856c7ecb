/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included by probe.h: children that end when they are told to, threads that sleep in
 * a wait call, and how far a task is.
 */
#ifndef WAITPRINT_TASKS_H
#define WAITPRINT_TASKS_H

/* ------------------------------------------------------------- what tasks do */

/* A word of /proc/PID/task/TID/FILE: the state, or the system call; 0: not known. */
static inline char task_state(pid_t pid, pid_t tid)
{
	char path[64], line[512] = "", *end;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (read(fd, line, sizeof(line) - 1) < 0)
		line[0] = '\0';
	close(fd);
	end = strrchr(line, ')');
	return end && end[1] == ' ' ? end[2] : 0;
}

static inline bool proc_works(void)
{
	return task_state(getpid(), getpid()) != 0;
}

static inline void need_proc(void)
{
	if (!proc_works())
		cannot("/proc/PID/task/TID/stat is not there");
}

/* 1: it is in that system call, 0: in none or another, -1: nobody can say. */
static inline int is_in_call(pid_t pid, pid_t tid, long nr)
{
	char path[64], line[128] = "";
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	return line[0] >= '0' && line[0] <= '9' && strtol(line, NULL, 10) == nr;
}

/* How long one that has been woken may take where nobody says whether it sleeps. */
#define BLIND_MS	300

/*
 * Does it sleep in this call?  A task that has been woken is runnable, in /proc, at
 * once.  Without /proc: has a while passed since @since?
 */
static inline bool sleeps_in(pid_t pid, pid_t tid, long nr, long since)
{
	int in = is_in_call(pid, tid, nr);

	if (in < 0)
		return now_ms() - since > BLIND_MS;
	return in && task_state(pid, tid) == 'S';
}

static inline void until_asleep(pid_t pid, pid_t tid, long nr)
{
	long since = now_ms();

	UNTIL(sleeps_in(pid, tid, nr, since), "a task to sleep in a wait call");
}

/* No end of a process is on its way any more: the kernel tells it under this lock. */
static inline void settle(void)
{
	setpgid(0, getpgrp());
}

static inline int pidfd_of(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		failed("pidfd_open");
	return fd;
}

static inline void until_pidfd(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	UNTIL(poll(&p, 1, 1000) == 1, "the end of a process");
	settle();
}

static inline void until_dead(pid_t pid)
{
	int fd = pidfd_of(pid);

	until_pidfd(fd);
	close(fd);
}

/* SIGCHLD is blocked, and taken here. */
static inline void until_sigchld(pid_t pid, int code)
{
	const struct timespec second = { .tv_sec = 1 };
	siginfo_t info = { 0 };
	sigset_t set;

	doing(code == CLD_STOPPED ? "SIGCHLD of a stop" : "SIGCHLD of a continue");
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while (sigtimedwait(&set, &info, &second) < 0 || info.si_pid != pid ||
	       info.si_code != code)
		;
}

/* Of several that are pending, the first stays: make room for the next. */
static inline void drop_sigchld(void)
{
	const struct timespec now = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while (sigtimedwait(&set, NULL, &now) > 0)
		;
}

static inline void send(pid_t pid, int sig)
{
	if (kill(pid, sig))
		failed("kill");
}

static inline void stop(pid_t pid)
{
	drop_sigchld();
	send(pid, SIGSTOP);
	until_sigchld(pid, CLD_STOPPED);
}

static inline void cont(pid_t pid)
{
	drop_sigchld();
	send(pid, SIGCONT);
	until_sigchld(pid, CLD_CONTINUED);
}

static inline void to_group(pid_t pid, pid_t group)
{
	if (setpgid(pid, group))
		failed("setpgid");
}

/* --------------------------------------------------------------- children */

static inline void make_pipe(int ends[2])
{
	if (pipe(ends))
		failed("pipe");
}

static inline unsigned char take_byte(int fd)
{
	unsigned char byte;

	while (read(fd, &byte, 1) != 1)
		if (errno != EINTR)
			failed("read");
	return byte;
}

static inline void give_byte(int fd, unsigned char byte)
{
	if (write(fd, &byte, 1) != 1)
		failed("write");
}

/* fork(2); the child may be traced by whoever is in the probe. */
static inline pid_t make_child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		failed("fork");
	if (!pid) {
#ifdef PR_SET_PTRACER
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
#endif
	}
	return pid;
}

/* struct child - one that ends when it is told to */
struct child {
	pid_t pid;
	int order;
};

static inline struct child hold(void)
{
	struct child c;
	int ends[2];

	make_pipe(ends);
	c.pid = make_child();
	if (!c.pid)
		_exit(take_byte(ends[0]));
	close(ends[0]);
	c.order = ends[1];
	return c;
}

static inline void tell_to_end(struct child *c, unsigned char code)
{
	give_byte(c->order, code);
}

/* It has ended: a zombie, unless somebody has taken it. */
static inline void end(struct child *c, unsigned char code)
{
	int fd = pidfd_of(c->pid);

	tell_to_end(c, code);
	until_pidfd(fd);
	close(fd);
}

static inline pid_t zombie(unsigned char code)
{
	struct child c = hold();

	end(&c, code);
	return c.pid;
}

/* A zombie with a pid of one's choice; 0: it is taken. */
static inline pid_t zombie_as(pid_t pid)
{
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
			 stack_size, tls, set_tid, set_tid_size;
	} args = {
		.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1,
	};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (!child)
		_exit(0);
	if (child < 0 && errno == EEXIST)
		return 0;
	if (child < 0 && errno == EPERM)
		cannot("a child with a pid of one's choice: clone3 needs root for that");
	if (child < 0)
		failed("clone3 with set_tid");
	until_dead(child);
	return child;
}

/* --------------------------------------------- threads that sleep in a call */

struct sleeper {
	struct call call;
	pthread_t thread;
	atomic_int tid;
	atomic_bool back;
};

static inline pthread_t start_thread(void *(*body)(void *arg), void *arg)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, body, arg);
	if (errno)
		failed("pthread_create");
	return thread;
}

static inline void *sleeper_main(void *arg)
{
	struct sleeper *s = arg;

	atomic_store(&s->tid, syscall(SYS_gettid));
	make(&s->call);
	atomic_store(&s->back, true);
	return NULL;
}

/* Makes the call in a thread of its own. */
static inline void begin(struct sleeper *s, struct call call)
{
	s->call = call;
	atomic_store(&s->tid, 0);
	atomic_store(&s->back, false);
	s->thread = start_thread(sleeper_main, s);
	UNTIL(atomic_load(&s->tid), "the start of a thread");
}

/* Has it come back?  If not, it sleeps, on and on. */
static inline bool is_back(struct sleeper *s)
{
	long since = now_ms();

	UNTIL(atomic_load(&s->back) ||
	      sleeps_in(getpid(), atomic_load(&s->tid), s->call.nr, since),
	      "a wait call to come back or to sleep");
	return atomic_load(&s->back);
}

/* Makes the call, and sees it asleep. */
static inline void fall_asleep(struct sleeper *s, struct call call)
{
	begin(s, call);
	if (is_back(s))
		say(OTHER_WAY, "a call that should sleep came to %ld", came_to(&s->call));
}

static inline void until_back(struct sleeper *s)
{
	UNTIL(atomic_load(&s->back), "a wait call to come back");
}

/* Who sleeps on, of which one thing is the way. */
static inline void __attribute__((noreturn)) sleeps_on(enum verdict verdict)
{
	say(verdict, "the call sleeps on");
}

#endif /* WAITPRINT_TASKS_H */
