// SPDX-License-Identifier: GPL-2.0
/* Who is in: enrolment by request and by fork, and how a process gets out. */
#include <sys/wait.h>

#include "agent.h"

/*
 * All tests need the module, and most are not about a difference, so there is
 * but one variant.  The subject starts on stock and does the enrolling.
 */
OWN_VARIANT(enroll);

static void enroll_self(struct __test_metadata *_metadata, int fd)
{
	ASSERT_EQ(0, device_enroll(fd, 0));
	subject_policy = STARRY;
}

SUBJECT_TEST(enroll, self_in_and_out)
{
	struct altwait_query q;

	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	EXPECT_EQ(0, device_enroll(self->fd, 0));
	EXPECT_EQ(STARRY, device_policy(self->fd, 0));
	EXPECT_EQ(STARRY, device_policy(self->fd, getpid()));
	EXPECT_EQ(0, device_enroll(self->fd, getpid()));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_EQ(0, q.children);
	EXPECT_EQ(0, q.waiting);
	EXPECT_EQ(0, q.pad);
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	EXPECT_ERROR(ENOENT, device_dismiss(self->fd, 0));
	EXPECT_EQ(0, device_enroll(self->fd, 0));
	EXPECT_EQ(STARRY, device_policy(self->fd, 0));
}

/* In and out, again and again, with a child alive all the time. */
SUBJECT_TEST(enroll, often)
{
	struct child c = child_hold();
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, device_enroll(self->fd, 0));
		subject_policy = STARRY;
		EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
		ASSERT_EQ(0, device_dismiss(self->fd, 0));
		subject_policy = STOCK;
		EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	}
	child_finish(&c, 1);
	EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(1));
}

/* The policy shows: only Starry fills in the whole siginfo. */
SUBJECT_TEST(enroll, answers)
{
	pid_t a = child_exited(1), b = child_exited(2);

	enroll_self(_metadata, self->fd);
	EXPECT_WAITID(P_PID, a, WEXITED, .pid = a, .code = CLD_EXITED,
		      .status = 1);
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	subject_policy = STOCK;
	EXPECT_WAITID(P_PID, b, WEXITED, .pid = b, .code = CLD_EXITED,
		      .status = 2);
}

SUBJECT_TEST(enroll, inherited_by_fork)
{
	struct child before = child_hold(), after;
	struct altwait_query q;

	enroll_self(_metadata, self->fd);
	after = child_hold();
	EXPECT_EQ(STOCK, device_policy(self->fd, before.pid));
	EXPECT_EQ(STARRY, device_policy(self->fd, after.pid));
	EXPECT_EQ(STOCK, device_policy(self->fd, getppid()));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_EQ(2, q.children);
	child_finish(&before, 3);
	EXPECT_WAIT4(-1, 0, .pid = before.pid, .status = W_EXIT(3));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_EQ(1, q.children);
}

/* vfork, and clone with another exit signal. */
SUBJECT_TEST(enroll, inherited_by_clone)
{
	unsigned int slot = stage_slot();
	pid_t pid;

	enroll_self(_metadata, self->fd);
	pid = vfork();
	if (!pid)
		_exit(device_policy(self->fd, 0));
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(STARRY));
	pid = syscall(SYS_clone, SIGUSR1, NULL, NULL, NULL, 0);
	if (!pid)
		child_obey(slot);
	ASSERT_LT(0, pid);
	EXPECT_EQ(STARRY, device_policy(self->fd, pid));
}

/* Dismissed is one process; what it made before stays. */
SUBJECT_TEST(enroll, children_stay_enrolled)
{
	struct child in, out;

	enroll_self(_metadata, self->fd);
	in = child_hold();
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	out = child_hold();
	EXPECT_EQ(STARRY, device_policy(self->fd, in.pid));
	EXPECT_EQ(STOCK, device_policy(self->fd, out.pid));
	EXPECT_EQ(0, device_dismiss(self->fd, in.pid));
	EXPECT_EQ(STOCK, device_policy(self->fd, in.pid));
}

static bool has_comm(pid_t pid, const char *comm)
{
	char path[64], line[32] = {};
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, line, sizeof(line) - 1) <= 0)
		die(path);
	close(fd);
	return !strncmp(line, comm, strlen(comm));
}

/* What reads standard input ends when the other end of @pipes is closed. */
static void become_reader(const int pipes[2])
{
	if (dup2(pipes[0], STDIN_FILENO) < 0 || close(pipes[1]))
		die("dup2");
}

SUBJECT_TEST(enroll, kept_over_exec)
{
	int pipes[2];
	pid_t pid;

	ASSERT_EQ(0, pipe(pipes));
	enroll_self(_metadata, self->fd);
	pid = child_fork();
	if (!pid) {
		become_reader(pipes);
		execl("/bin/cat", "cat", NULL);
		_exit(99);
	}
	UNTIL(has_comm(pid, "cat"), "exec");
	EXPECT_EQ(STARRY, device_policy(self->fd, pid));
	ASSERT_EQ(0, close(pipes[1]));
	EXPECT_WAIT4(pid, 0, .pid = pid);
}

static void *exec_sleeper(void *arg)
{
	execl("/bin/cat", "cat", NULL);
	die("/bin/cat");
}

/* An exec by a thread that is not the leader. */
SUBJECT_TEST(enroll, kept_over_exec_of_thread)
{
	int pipes[2];
	pid_t pid;

	ASSERT_EQ(0, pipe(pipes));
	enroll_self(_metadata, self->fd);
	pid = child_fork();
	if (!pid) {
		become_reader(pipes);
		thread_start(exec_sleeper, NULL);
		child_stay();
	}
	UNTIL(has_comm(pid, "cat"), "exec");
	EXPECT_EQ(STARRY, device_policy(self->fd, pid));
	ASSERT_EQ(0, close(pipes[1]));
	EXPECT_WAIT4(pid, 0, .pid = pid);
}

/* Children from before are candidates: dead ones, and live ones. */
SUBJECT_TEST(enroll, existing_children)
{
	struct child live = child_hold();
	struct altwait_query q;
	pid_t dead = child_exited(4);

	enroll_self(_metadata, self->fd);
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_EQ(2, q.children);
	EXPECT_WAIT4(live.pid, WNOHANG, .pid = 0);
	EXPECT_WAIT4(-1, 0, .pid = dead, .status = W_EXIT(4));
	EXPECT_CONSUMED(dead);
	child_finish(&live, 5);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = live.pid, .code = CLD_EXITED,
		      .status = 5);
	EXPECT_CONSUMED(live.pid);
}

/* Somebody else's process, by its pid and by one of its threads. */
SUBJECT_TEST(enroll, another_process)
{
	struct child c = child_hold();

	EXPECT_EQ(0, device_enroll(self->fd, c.pid));
	EXPECT_EQ(STARRY, device_policy(self->fd, c.pid));
	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	EXPECT_EQ(0, device_dismiss(self->fd, c.pid));
	EXPECT_EQ(STOCK, device_policy(self->fd, c.pid));
	EXPECT_ERROR(ENOENT, device_dismiss(self->fd, c.pid));
}

static void *stay(void *arg)
{
	stage->note[0] = gettid();
	stage_take((long)arg);
	return NULL;
}

SUBJECT_TEST(enroll, by_thread)
{
	unsigned int slot = stage_slot();
	pid_t pid = child_fork(), tid;
	pthread_t thread;

	if (!pid) {
		thread = thread_start(stay, (void *)(long)slot);
		thread_join(thread, "end of the thread that stays");
		_exit(6);
	}
	UNTIL(stage->note[0], "thread");
	tid = stage->note[0];
	EXPECT_NE(pid, tid);
	EXPECT_EQ(0, device_enroll(self->fd, tid));
	EXPECT_EQ(STARRY, device_policy(self->fd, pid));
	EXPECT_EQ(STARRY, device_policy(self->fd, tid));
	EXPECT_EQ(0, device_dismiss(self->fd, tid));
	EXPECT_EQ(STOCK, device_policy(self->fd, pid));
	stage_give(slot, 1);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(6));
}

/* A call that sleeps in stock when its process is enrolled ends in stock. */
SUBJECT_TEST(enroll, sleeper_from_before)
{
	struct child c = child_hold();
	struct altwait_query q;
	struct waiter w;

	waiter_sleep(&w, call_waitid(P_ALL, 0, WEXITED));
	EXPECT_EQ(0, device_enroll(self->fd, 0));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_EQ(0, q.waiting);
	child_tell(&c, 7);
	EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_EXITED, .status = 7);
	subject_policy = STARRY;
	EXPECT_CONSUMED(c.pid);
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/* A call that sleeps in altwait when it is dismissed goes on in stock. */
SUBJECT_TEST(enroll, dismissed_asleep)
{
	struct child a = child_hold(), b = child_hold();
	struct waiter w[2];

	enroll_self(_metadata, self->fd);
	waiter_sleep(&w[0], call_wait4(a.pid, 0));
	waiter_sleep(&w[1], call_waitid(P_PID, b.pid, WEXITED));
	until_waiting(getpid(), 2);
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	subject_policy = STOCK;
	until_asleep(getpid(), w[0].tid, SYS_wait4);
	until_asleep(getpid(), w[1].tid, SYS_waitid);
	child_tell(&b, 9);
	EXPECT_WAITER(&w[1], .pid = b.pid, .code = CLD_EXITED, .status = 9);
	child_tell(&a, 8);
	EXPECT_WAITER(&w[0], .pid = a.pid, .status = W_EXIT(8));
}

static atomic_int handled;

static void count(int sig)
{
	atomic_fetch_add(&handled, sig ? 1 : 0);
}

/* Leaving is no interruption, even where a handler without SA_RESTART waits. */
SUBJECT_TEST(enroll, dismissed_with_handler)
{
	struct child c = child_hold();
	struct waiter w;

	signal_handle(SIGUSR1, count, 0);
	enroll_self(_metadata, self->fd);
	waiter_sleep(&w, call_wait4(-1, 0));
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	subject_policy = STOCK;
	until_asleep(getpid(), w.tid, SYS_wait4);
	EXPECT_FALSE(w.done);
	child_tell(&c, 10);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(10));
	EXPECT_EQ(0, handled);
}

/*
 * A group stop of somebody else's tracee is a ptrace stop, which Starry lets the
 * parent take from the tracer, and a job-control stop, which is the parent's yet.
 */
SUBJECT_TEST(enroll, dismissed_between_stops)
{
	struct agent *a = agent_make();
	struct child c = child_hold();

	enroll_self(_metadata, self->fd);
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, c.pid, 0));
	kill(c.pid, SIGSTOP);
	agent_until_trapped(a, c.pid);
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_CONT, c.pid, SIGSTOP));
	until_sigchld(c.pid, CLD_STOPPED);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = c.pid,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
	ASSERT_EQ(0, device_dismiss(self->fd, 0));
	subject_policy = STOCK;
	EXPECT_WAIT4(c.pid, WNOHANG | WUNTRACED, .pid = c.pid,
		     .status = W_STOP(SIGSTOP));
}

/*
 * Another process's sleeper is dismissed and, asleep in stock by then, enrolled
 * again.
 */
SUBJECT_TEST(enroll, dismissed_by_another)
{
	unsigned int go = stage_slot(), slot = stage_slot();
	pid_t pid = child_fork(), child;

	if (!pid) {
		child = child_fork();
		if (!child)
			child_obey(slot);
		stage_take(go);
		_exit(syscall(SYS_wait4, child, NULL, 0, NULL) == child ?
		      11 : 99);
	}
	EXPECT_EQ(0, device_enroll(self->fd, pid));
	stage_give(go, 1);
	until_asleep(pid, pid, SYS_wait4);
	EXPECT_EQ(0, device_dismiss(self->fd, pid));
	until_asleep(pid, pid, SYS_wait4);
	EXPECT_EQ(0, device_enroll(self->fd, pid));
	EXPECT_EQ(STARRY, device_policy(self->fd, pid));
	stage_give(slot, ORDER_EXIT);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(11));
}

SUBJECT_TEST(enroll, waiting_is_counted)
{
	struct child c = child_hold();
	struct altwait_query q;
	struct waiter w[3];
	int i;

	enroll_self(_metadata, self->fd);
	for (i = 0; i < 3; i++) {
		waiter_sleep(&w[i], call_wait4(c.pid, 0));
		until_waiting(getpid(), i + 1);
	}
	child_tell(&c, 12);
	for (i = 0; i < 3; i++)
		EXPECT_WAITER(&w[i], .pid = c.pid, .status = W_EXIT(12));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_EQ(0, q.waiting);
}

/* Closing the device changes nothing. */
SUBJECT_TEST(enroll, outlives_the_device)
{
	int fd = device_open();

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, device_enroll(fd, 0));
	ASSERT_EQ(0, close(fd));
	EXPECT_EQ(STARRY, device_policy(self->fd, 0));
}

SUBJECT_TEST(enroll, exit_while_enrolled)
{
	struct altwait_counters before, after;
	pid_t pid = child_hold().pid;

	EXPECT_EQ(0, device_counters(self->fd, &before));
	EXPECT_EQ(0, device_enroll(self->fd, pid));
	child_kill(pid, SIGKILL);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = SIGKILL);
	UNTIL(!device_counters(self->fd, &after) &&
	      after.dismissed == before.dismissed + 1, "dismissal by exit");
	EXPECT_EQ(before.enrolled + 1, after.enrolled);
}

/* Records that nobody needs: in the end only who is enrolled shall have one. */
static long spare_records(int fd)
{
	struct altwait_counters c;

	if (device_counters(fd, &c))
		die("ALTWAIT_COUNTERS");
	return (c.tracked - c.released) - (c.enrolled - c.dismissed);
}

/* The number of the caller as /proc, mounted outside of its namespace, knows it. */
static pid_t outer_pid(void)
{
	char link[32] = {};

	return readlink("/proc/self", link, sizeof(link) - 1) > 0 ?
	       atoi(link) : -1;
}

/*
 * The init of a pid namespace exits, and waits in the kernel for its child c, a
 * zombie that is its tracer's first.
 *
 *   subject, on stock
 *    |- agent, which traces c; under the policy that reports before stock does
 *    '- init --- c
 *
 * The init cannot be enrolled again.  The zombie, which is passed on, is an orphan
 * without a reaper: its record goes when Linux is done with it.
 */
SUBJECT_TEST(enroll, dying_init)
{
	struct child c = { .slot = stage_slot() };
	unsigned int slot = stage_slot();
	struct agent *a = agent_make();
	pid_t init;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	init = child_fork();
	if (!init) {
		if (!child_fork()) {
			stage->note[0] = outer_pid();
			child_obey(c.slot);
		}
		child_obey(slot);
	}
	UNTIL(stage->note[0], "outer pid");
	c.pid = stage->note[0];
	ASSERT_EQ(0, device_enroll_as(self->fd, a->pid, LINUX,
				      Q(FAULT_KEEPS_ZOMBIE)));
	ASSERT_EQ(0, device_enroll(self->fd, init));
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, c.pid, 0));
	child_finish(&c, 3);
	stage_give(slot, ORDER_EXIT | 4);
	UNTIL(device_policy(self->fd, init) == STOCK, "exit of an init");
	EXPECT_ERROR(ESRCH, device_enroll(self->fd, init));
	EXPECT_AGENT_WAIT4(a, c.pid, __WALL, .pid = c.pid, .status = W_EXIT(3));
	EXPECT_WAIT4(init, 0, .pid = init, .status = W_EXIT(4));
	UNTIL(!spare_records(self->fd), "end of the records");
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
