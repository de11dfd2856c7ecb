// SPDX-License-Identifier: GPL-2.0
/*
 * Events in the middle of a call, many times, with nothing to keep them apart:
 * what may not depend on who is faster.
 */
#include <sys/epoll.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "agent.h"

/*
 * @again: each call that knew a zombie reports it, though another one was faster
 *	(wait.rs:222)
 */
FOUR_VARIANTS(races,
	      DIFFERING(bool again;),
	      ON_LINUX(),
	      ON_STARRY(.again = true));

/* -------------------------------------------------------------- two threads */

static void *peek(void *arg)
{
	siginfo_t info;
	int i, left = 1000;
	long missed = 0;

	for (i = 0; i < left; i++) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) ||
		    info.si_pid != *(pid_t *)arg)
			missed++;
	}
	return (void *)missed;
}

/* A look takes nothing away, not even for a moment. */
SUBJECT_TEST(races, nowait)
{
	pid_t pid = child_exited(1);
	pthread_t thread = thread_start(peek, &pid);

	EXPECT_EQ(NULL, peek(&pid));
	EXPECT_EQ(NULL, thread_join(thread, "1000 looks of a thread"));
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(1));
}

static void *reap_or_fail(void *arg)
{
	pid_t pid = wait4(-1, NULL, WNOHANG, NULL);

	return (void *)(long)(pid < 0 ? -errno : pid);
}

/* Of two that ask for the last child, a zombie, nobody is told that it lives. */
SUBJECT_TEST(races, last_child)
{
	pthread_t thread;
	long mine, other;
	pid_t pid;
	int n;

	for_many(n, 200) {
		pid = child_exited(1);
		thread = thread_start(reap_or_fail, NULL);
		mine = (long)reap_or_fail(NULL);
		other = (long)thread_join(thread, "a call with WNOHANG");
		EXPECT_TRUE(mine == pid || mine == -ECHILD);
		EXPECT_TRUE(other == pid || other == -ECHILD);
		EXPECT_TRUE(mine == pid || other == pid);
		if (!_metadata->passed) {
			TH_LOG("pid %d, told %ld and %ld", pid, mine, other);
			break;
		}
	}
}

enum { CROWD = 200 };

/*
 * Who knows from a pidfd that a child has ended gets it, though the kernel tells the
 * pidfd before it tells the parent.  A crowd that polls the pidfd, too, and has to
 * be told, keeps the two apart.
 */
SUBJECT_TEST(races, pidfd_then_nohang)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct pollfd p = { .events = POLLIN };
	int crowd[CROWD], i, n;
	struct child c;

	for (i = 0; i < CROWD; i++) {
		crowd[i] = epoll_create1(EPOLL_CLOEXEC);
		ASSERT_LE(0, crowd[i]);
	}
	for_many(n, 50) {
		c = child_hold();
		p.fd = pidfd_of(c.pid);
		for (i = 0; i < CROWD; i++)
			ASSERT_EQ(0, epoll_ctl(crowd[i], EPOLL_CTL_ADD, p.fd,
					       &event));
		child_tell(&c, 1);
		SPIN_UNTIL(poll(&p, 1, 0) == 1, "end of a child, by its pidfd");
		EXPECT_WAIT4(c.pid, WNOHANG, .pid = c.pid, .status = W_EXIT(1));
		if (!_metadata->passed)
			break;
		close(p.fd);
	}
}

static void *reap_by_usage(void *arg)
{
	struct rusage usage;

	while (!syscall(SYS_waitid, P_ALL, 0, NULL, WEXITED, &usage))
		atomic_fetch_add((atomic_long *)arg, 1);
	return errno == ECHILD ? NULL : arg;
}

/* Nothing tells a waitid without a siginfo whom it has, but there was somebody. */
SUBJECT_TEST(races, usage_alone)
{
	struct child last = child_hold();
	atomic_long reports = 0;
	pthread_t thread[2];
	int i, n;

	for (i = 0; i < 2; i++)
		thread[i] = thread_start(reap_by_usage, &reports);
	for_many(n, 100)
		if (!child_fork())
			_exit(0);
	child_tell(&last, 0);
	for (i = 0; i < 2; i++)
		EXPECT_EQ(NULL, thread_join(thread[i], "ECHILD, once all are dead"));
	EXPECT_LE(n + 1, reports);
	if (!variant->again)
		EXPECT_EQ(n + 1, reports);
}

enum { ENDS = 40 };

static void *end_youngest_first(void *arg)
{
	const pid_t *pid = arg;
	int i;

	for (i = ENDS - 1; i >= 0; i--)
		if (kill(pid[i], SIGKILL))
			die("kill");
	return NULL;
}

/*
 * A call that is not told whom it has takes the oldest zombie, and there may be an
 * older one than when it began: whoever is left is known to be.
 */
SUBJECT_TEST(races, unnamed)
{
	pid_t pid[ENDS];
	pthread_t thread;
	int i, n;

	/* Each is some forty tries. */
	for_many_from(2, n, 50) {
		for (i = 0; i < ENDS; i++) {
			pid[i] = child_fork();
			if (!pid[i])
				child_stay();
		}
		thread = thread_start(end_youngest_first, pid);
		for (i = 0; i < ENDS; i++)
			ASSERT_EQ(0, waitid(P_ALL, 0, NULL, WEXITED));
		EXPECT_EQ(NULL, thread_join(thread, "all children killed"));
		EXPECT_WAIT4(-1, 0, .error = ECHILD);
	}
}

/* ------------------------------------------------------- events in a call */

/* An end is told once, to the call that polls for it and not to the next. */
SUBJECT_TEST(races, polled)
{
	int i, status;
	pid_t pid;
	long ret;

	for_many(i, 200) {
		pid = child_fork();
		if (!pid)
			_exit(7);
		SPIN_UNTIL((ret = syscall(SYS_wait4, pid, &status, WNOHANG,
					  NULL)), "end of a child");
		ASSERT_EQ(pid, ret);
		ASSERT_EQ(W_EXIT(7), status);
		EXPECT_WAIT4(pid, WNOHANG, .error = ECHILD);
	}
	EXPECT_EQ(0, shadow_differs(_metadata));
}

SUBJECT_TEST(races, slept_for)
{
	int i;

	for_many(i, 200) {
		pid_t pid = child_fork();

		if (!pid) {
			/* all over the range, however few there are */
			usleep(i * 37 % 200);
			_exit(8);
		}
		EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(8));
	}
	EXPECT_EQ(0, shadow_differs(_metadata));
}

/* A child that stops itself as soon as it goes on. */
SUBJECT_TEST(races, stops)
{
	pid_t pid = child_fork();
	int i;

	while (!pid)
		signal_raise(SIGSTOP);
	for_many(i, 200) {
		EXPECT_WAIT4(pid, WUNTRACED, .pid = pid,
			     .status = W_STOP(SIGSTOP));
		EXPECT_WAIT4(pid, WUNTRACED | WNOHANG, .pid = 0);
		signal_send(pid, SIGCONT);
	}
	EXPECT_EQ(0, shadow_differs(_metadata));
	child_kill(pid, SIGKILL);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = SIGKILL);
}

/* ------------------------------------------------------------ many children */

/* More than the module notes at once, and forks beside them. */
enum { FAMILY = 80, FORKS = 16 };

struct family {
	pid_t pid[FAMILY];
	atomic_int maker;	/* its thread, when all are made */
};

static void *make_family(void *arg)
{
	struct family *f = arg;
	int i;

	for (i = 0; i < FAMILY; i++) {
		f->pid[i] = child_fork();
		if (!f->pid[i])
			child_stay();
	}
	atomic_store(&f->maker, gettid());
	return NULL;
}

static void end_family(const struct family *f)
{
	siginfo_t info;
	int i;

	for (i = 0; i < FAMILY; i++)
		if (kill(f->pid[i], SIGKILL))
			die("kill");
	for (i = 0; i < FAMILY; i++)
		if (waitid(P_PID, f->pid[i], &info, WEXITED | WNOWAIT))
			die("waitid");
}

/* Reaps all children.  How many of the family come in order, before one that does not. */
static int reap_in_order(const struct family *f)
{
	int i, next = 0;
	pid_t pid;

	while ((pid = wait4(-1, NULL, 0, NULL)) > 0) {
		for (i = 0; i < FAMILY && f->pid[i] != pid; i++)
			;
		if (i != FAMILY && i != next++)
			return next - 1;
	}
	return next;
}

/*
 * A thread's many children go to another one, which forks meanwhile: they stay in
 * order, wherever among its own.
 */
SUBJECT_TEST(races, handed_over)
{
	static struct family family;
	pthread_t thread;
	int i, n, n_ordered;

	for_many_from(2, n, 20) {
		atomic_store(&family.maker, 0);
		thread = thread_start(make_family, &family);
		SPIN_UNTIL(atomic_load(&family.maker), "children of a thread");
		for (i = 0; i < FORKS && task_state(getpid(), atomic_load(&family.maker)); i++)
			if (!child_fork())
				_exit(0);
		thread_join(thread, "end of a thread");
		end_family(&family);
		n_ordered = reap_in_order(&family);
		/* Starry goes by pids, which may have come round. */
		if (family.pid[0] < family.pid[FAMILY - 1])
			ASSERT_EQ(FAMILY, n_ordered);
	}
}

/* ------------------------------------------------- signals, and the way out */

static void nothing(int sig)
{
}

/* Sends its parent to stock and back, until it is killed. */
static void switch_parent(void)
{
	long end = now_ms() + SUBJECT_SECONDS * 1000;
	pid_t parent = getppid();
	int fd = device_open();
	unsigned int i;

	if (fd < 0)
		die("/dev/altwait");
	for (i = 0;; i++) {
		still_time(end, "an end from outside");
		if (i % 2 ? device_enroll_as(fd, parent, LINUX, 0) :
			    device_dismiss(fd, parent))
			die("switch");
		atomic_store(&stage->note[0], i);
	}
}

/* Only linux can be left and come back to unseen. */
FIXTURE(races_linux) {
};

FIXTURE_VARIANT(races_linux) {
	int policy;
};

FIXTURE_VARIANT_ADD(races_linux, linux) {
	.policy = LINUX,
};

FIXTURE_SETUP(races_linux)
{
	setup_policy(_metadata, variant->policy);
}

FIXTURE_TEARDOWN(races_linux)
{
}

/* A call that does not sleep is not interrupted, on its way to stock neither. */
SUBJECT_TEST(races_linux, switched)
{
	struct itimerval soon = { { 0, 1000 }, { 0, 1000 } }, never = {};
	long end = now_ms() + PATIENCE_MS;
	int error = 0, i;
	long bad = 0;
	pid_t pid;

	signal_handle(SIGALRM, nothing, 0);
	pid = child_fork();
	if (!pid)
		switch_parent();
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &soon, NULL));
	for_many(i, 100) {
		while (atomic_load(&stage->note[0]) <= i) {
			still_time(end, "another switch");
			if (!syscall(SYS_wait4, pid, NULL, WNOHANG, NULL))
				continue;
			bad++;
			error = errno;
		}
	}
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &never, NULL));
	EXPECT_EQ(0, bad)
		TH_LOG("%s", strerror(error));
	signal_send(pid, SIGKILL);
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
}

/* The tracer's call hands the zombie on to the parent, who sleeps. */
SUBJECT_TEST(races_linux, handed_on)
{
	struct agent *a = agent_make();
	int i;

	for_many(i, 100) {
		struct child c = child_hold();
		struct waiter w;

		ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, c.pid, 0));
		waiter_sleep(&w, call_wait4(c.pid, 0));
		child_tell(&c, 9);
		EXPECT_AGENT_WAIT4(a, c.pid, 0, .pid = c.pid,
				   .status = W_EXIT(9));
		EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(9));
	}
}

KEEP_ARMED
TEST_HARNESS_MAIN
