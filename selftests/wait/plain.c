// SPDX-License-Identifier: GPL-2.0
/*
 * Plain wait4(2): no resource usage is asked for, and there is nothing to choose.  In shadow
 * mode starry says the same as stock of each, and what it would say need not be asked.
 */
#include "calls.h"

/*
 * @filtered: without __WCLONE or __WALL, where the only child's end sends no signal: Starry
 *	      looks at neither (wait.rs:196)
 * @kept: where the status word cannot be written, the zombie stays (wait.rs:246)
 */
FOUR_VARIANTS(plain,
	      DIFFERING(long filtered;
			bool kept;),
	      ON_LINUX(.filtered = -ECHILD),
	      ON_STARRY(.kept = true));

static long told(pid_t pid, int *status, int options)
{
	long ret = syscall(SYS_wait4, pid, status, options, NULL);

	return ret < 0 ? -errno : ret;
}

/* In shadow mode: so many calls, in each of which all have said the same. */
static void expect_same(struct __test_metadata *_metadata, unsigned int calls)
{
	struct altwait_verdicts v;

	if (subject_policy != SHADOW)
		return;
	ASSERT_EQ(0, device_verdicts(subject_device, &v));
	EXPECT_EQ(calls, v.calls);
	EXPECT_EQ(calls, v.same);
}

SUBJECT_TEST(plain, no_child)
{
	const pid_t target[] = { -1, 0, getpid(), -getpgrp(), 1, -2 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(target); i++) {
		EXPECT_EQ(-ECHILD, told(target[i], NULL, WNOHANG));
		EXPECT_EQ(-ECHILD, told(target[i], NULL, 0));
	}
	expect_same(_metadata, 2 * i);
}

SUBJECT_TEST(plain, alive)
{
	struct child c = child_hold();
	const pid_t target[] = { -1, 0, c.pid, -getpgrp() }, others[] = { getpid(), 1, -2 };
	unsigned int i, j;
	int status = 77;

	for (i = 0; i < ARRAY_SIZE(target); i++)
		EXPECT_EQ(0, told(target[i], &status, WNOHANG | WUNTRACED | WCONTINUED));
	for (j = 0; j < ARRAY_SIZE(others); j++)
		EXPECT_EQ(-ECHILD, told(others[j], &status, WNOHANG));
	EXPECT_EQ(77, status);
	expect_same(_metadata, i + j);
	child_kill(c.pid, SIGKILL);
}

/* The group is the one that the child is in now. */
SUBJECT_TEST(plain, group)
{
	struct child c = child_hold();

	EXPECT_EQ(0, told(0, NULL, WNOHANG));
	ASSERT_EQ(0, setpgid(c.pid, c.pid));
	EXPECT_EQ(-ECHILD, told(0, NULL, WNOHANG));
	EXPECT_EQ(0, told(-c.pid, NULL, WNOHANG));
	ASSERT_EQ(0, setpgid(c.pid, getpgrp()));
	EXPECT_EQ(-ECHILD, told(-c.pid, NULL, WNOHANG));
	EXPECT_EQ(0, told(0, NULL, WNOHANG));
	child_kill(c.pid, SIGKILL);
	EXPECT_EQ(c.pid, told(0, NULL, 0));
	EXPECT_EQ(-ECHILD, told(0, NULL, 0));
	expect_same(_metadata, 7);
}

SUBJECT_TEST(plain, ended)
{
	int i, status;
	pid_t pid;

	for_many(i, 20) {
		pid = child_exited(i);
		status = 77;
		EXPECT_EQ(pid, told(i % 2 ? -1 : pid, i % 3 ? &status : NULL, i % 5 ? 0 : WNOHANG));
		EXPECT_EQ(i % 3 ? W_EXIT(i) : 77, status);
		EXPECT_EQ(-ECHILD, told(pid, &status, 0));
	}
	expect_same(_metadata, 2 * i);
}

/* A second child lives, or has ended, too. */
SUBJECT_TEST(plain, beside)
{
	struct child c = child_hold();
	pid_t pid = child_exited(1), second = child_exited(2);
	int status;

	EXPECT_EQ(0, told(c.pid, &status, WNOHANG));
	EXPECT_EQ(second, told(second, &status, WNOHANG));
	EXPECT_EQ(W_EXIT(2), status);
	EXPECT_EQ(pid, told(-1, &status, WNOHANG));
	EXPECT_EQ(W_EXIT(1), status);
	EXPECT_EQ(0, told(-1, &status, WNOHANG));
	child_finish(&c, 3);
	EXPECT_EQ(c.pid, told(-1, &status, 0));
	EXPECT_EQ(W_EXIT(3), status);
	expect_same(_metadata, 5);
}

/* The status is lost with the report, or not. */
SUBJECT_TEST(plain, fault)
{
	pid_t pid = child_exited(1);
	int status = 77;

	EXPECT_EQ(-EFAULT, told(pid, self->bad, 0));
	EXPECT_EQ(variant->kept ? pid : -ECHILD, told(-1, &status, WNOHANG));
	EXPECT_EQ(variant->kept ? W_EXIT(1) : 77, status);
	shadow_expect(_metadata, 2, 0, Q(FAULT_KEEPS_ZOMBIE));
}

/* A child whose end sends no signal. */
SUBJECT_TEST(plain, clone)
{
	pid_t pid = syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);

	if (!pid)
		child_stay();
	EXPECT_EQ(variant->filtered, told(-1, NULL, WNOHANG));
	EXPECT_EQ(variant->filtered, told(pid, NULL, WNOHANG));
	EXPECT_EQ(variant->filtered, told(0, NULL, WNOHANG));
	EXPECT_EQ(0, told(-1, NULL, WNOHANG | __WCLONE));
	EXPECT_EQ(0, told(-1, NULL, WNOHANG | __WALL));
	child_kill(pid, SIGKILL);
	EXPECT_EQ(pid, told(-1, NULL, __WALL));
	shadow_expect(_metadata, 6, 0, Q(CLONE_CHILDREN));
}

TEST_HARNESS_MAIN
