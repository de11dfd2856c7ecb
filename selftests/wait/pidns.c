// SPDX-License-Identifier: GPL-2.0
/* Pid and user namespaces: numbers in and out are those of the caller. */
#include <sys/wait.h>

#include "calls.h"

static const char *not_root(void)
{
	return geteuid() ? "new pid namespaces are for root" : NULL;
}

TESTS_NEED(not_root);

FOUR_VARIANTS(pidns, DIFFERING(), ON_LINUX(), ON_STARRY());

/* How an init ends whose own checks all passed. */
#define PASSED 42

/*
 * Forks the init of a new pid namespace.  It is enrolled, as its parent is, and
 * makes checks of its own.
 */
static pid_t fork_init(void)
{
	if (unshare(CLONE_NEWPID))
		die("CLONE_NEWPID");
	return child_fork();
}

static void leave(struct __test_metadata *_metadata)
{
	_exit(_metadata->passed ? PASSED : 1);
}

/* The number of the caller as /proc, mounted outside, knows it. */
static pid_t outer_pid(void)
{
	char link[32] = {};

	if (readlink("/proc/self", link, sizeof(link) - 1) <= 0)
		die("/proc/self");
	return atoi(link);
}

SUBJECT_TEST(pidns, numbers)
{
	struct altwait_query q;
	struct child c;
	pid_t pid = fork_init();

	if (!pid) {
		ASSERT_EQ(1, getpid());
		c = child_hold();
		EXPECT_EQ(2, c.pid);
		EXPECT_WAIT4(2, WNOHANG, .pid = 0);
		EXPECT_WAIT4(3, WNOHANG, .error = ECHILD);
		if (variant->policy != STOCK) {
			EXPECT_EQ(0, device_query(subject_device, 2, &q));
			EXPECT_EQ(variant->policy == SHADOW ? STARRY :
				  variant->policy, q.policy);
			EXPECT_EQ(-1, device_query(subject_device, 3, &q));
		}
		child_tell(&c, 1);
		until_dead(2);
		EXPECT_WAITID(P_PID, 2, WEXITED | WNOWAIT, .pid = 2,
			      .code = CLD_EXITED, .status = 1);
		EXPECT_WAITID(P_PIDFD, pidfd_of(2), WEXITED | WNOWAIT,
			      .pid = 2, .code = CLD_EXITED, .status = 1);
		EXPECT_WAIT4(-1, 0, .pid = 2, .status = W_EXIT(1));
		EXPECT_CONSUMED(2);
		leave(_metadata);
	}
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(PASSED));
}

/* What is outside has no number inside. */
SUBJECT_TEST(pidns, outer_numbers)
{
	struct child other = child_hold();
	pid_t pid = fork_init(), child;

	if (!pid) {
		child = child_fork();
		if (!child) {
			stage->note[0] = outer_pid();
			child_stay();
		}
		UNTIL(stage->note[0], "outer pid");
		EXPECT_WAIT4(stage->note[0], WNOHANG, .error = ECHILD);
		EXPECT_WAIT4(other.pid, WNOHANG, .error = ECHILD);
		EXPECT_WAITID(P_PID, stage->note[0], WEXITED,
			      .error = ECHILD);
		leave(_metadata);
	}
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(PASSED));
	EXPECT_WAIT4(stage->note[0], 0, .error = ECHILD);
	EXPECT_WAIT4(other.pid, WNOHANG, .pid = 0);
}

/* Asleep inside, and the child whose exit is awaited is inside. */
SUBJECT_TEST(pidns, asleep)
{
	pid_t pid = fork_init(), child, init;

	if (!pid) {
		init = outer_pid();
		child = child_fork();
		if (!child) {
			/* /proc has its outer number, the device the inner. */
			UNTIL(task_sleeps_in(init, init, SYS_waitid) &&
			      device_agrees(getppid()), "sleep of the init");
			_exit(2);
		}
		EXPECT_WAITID(P_PID, child, WEXITED, .pid = child,
			      .code = CLD_EXITED, .status = 2);
		leave(_metadata);
	}
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(PASSED));
}

/* Groups and stops by numbers of the namespace. */
SUBJECT_TEST(pidns, groups_and_stops)
{
	pid_t pid = fork_init();
	struct child c;

	if (!pid) {
		ASSERT_EQ(0, setpgid(0, 0));
		c = child_hold();
		ASSERT_EQ(0, setpgid(c.pid, c.pid));
		EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
		EXPECT_WAIT4(0, WNOHANG, .error = ECHILD);
		child_stop(c.pid, SIGSTOP);
		EXPECT_WAIT4(-c.pid, WUNTRACED, .pid = c.pid,
			     .status = W_STOP(SIGSTOP));
		child_cont(c.pid);
		EXPECT_WAIT4(-c.pid, WCONTINUED, .pid = c.pid,
			     .status = W_CONT);
		child_finish(&c, 3);
		EXPECT_WAITID(P_PGID, c.pid, WEXITED, .pid = c.pid,
			      .code = CLD_EXITED, .status = 3);
		leave(_metadata);
	}
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(PASSED));
}

/* A child of the init, and its own child, whose parent dies. */
SUBJECT_TEST(pidns, orphan_goes_to_init)
{
	unsigned int slot = stage_slot();
	struct child c = { .slot = stage_slot() };
	pid_t pid = fork_init(), orphan;

	if (!pid) {
		c.pid = child_fork();
		if (!c.pid) {
			orphan = child_fork();
			if (!orphan)
				child_obey(slot);
			stage->note[0] = orphan;
			child_obey(c.slot);
		}
		UNTIL(stage->note[0], "orphan");
		orphan = stage->note[0];
		EXPECT_WAIT4(orphan, WNOHANG, .error = ECHILD);
		child_finish(&c, 4);
		EXPECT_WAIT4(orphan, WNOHANG, .pid = 0);
		stage_give(slot, ORDER_EXIT | 5);
		until_dead(orphan);
		EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(4));
		EXPECT_WAIT4(-1, 0, .pid = orphan, .status = W_EXIT(5));
		leave(_metadata);
	}
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(PASSED));
}

/* An init that exits before its children, which the kernel kills and reaps. */
SUBJECT_TEST(pidns, init_exits_first)
{
	pid_t pid = fork_init();
	int i;

	if (!pid) {
		for (i = 0; i < 10; i++)
			child_hold();
		_exit(6);
	}
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(6));
	EXPECT_CONSUMED(pid);
}

/* A uid is told as the caller's user namespace numbers it. */
SUBJECT_TEST(pidns, user_namespace)
{
	static const char map[] = "5 0 1\n";
	pid_t pid = child_fork(), child;
	int fd;

	if (!pid) {
		ASSERT_EQ(0, unshare(CLONE_NEWUSER));
		fd = open("/proc/self/uid_map", O_WRONLY);
		ASSERT_EQ((ssize_t)strlen(map), write(fd, map, strlen(map)));
		child = child_exited(7);
		EXPECT_WAITID(P_PID, child, WEXITED, .pid = child, .uid = 5,
			      .code = CLD_EXITED, .status = 7);
		leave(_metadata);
	}
	EXPECT_WAITID(P_PID, pid, WEXITED, .pid = pid, .uid = 0,
		      .code = CLD_EXITED, .status = PASSED);
}

KEEP_ARMED
TEST_HARNESS_MAIN
