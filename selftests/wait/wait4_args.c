// SPDX-License-Identifier: GPL-2.0
/* Arguments of wait4(2): options, their order of checks, and every target. */
#include "calls.h"

/*
 * @int_min:  error of pid INT_MIN: Linux refuses what it cannot negate, Starry
 *	      wraps and finds no such group (wait.rs:193, then :197)
 * @filtered: error where Linux's __WCLONE, __WNOTHREAD and the lack of __WALL
 *	      leave no child.  Starry accepts the flags and looks at none of them
 *	      (wait.rs:196)
 */
FOUR_VARIANTS(wait4_args,
	      DIFFERING(int int_min;
			int filtered;),
	      ON_LINUX(.int_min = ESRCH,
		       .filtered = ECHILD),
	      ON_STARRY(.int_min = ECHILD));

#define VALID (WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | \
	       __WCLONE)

/* Every bit on its own: the valid ones get as far as the missing child. */
SUBJECT_TEST(wait4_args, each_option)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		long option = 1UL << bit;
		int error = option & VALID ? ECHILD : EINVAL;

		EXPECT_WAIT4(-1, option, .error = error);
		EXPECT_WAIT4(-1, option | WNOHANG, .error = error);
	}
	EXPECT_WAIT4(-1, VALID, .error = ECHILD);
	EXPECT_WAIT4(-1, -1, .error = EINVAL);
}

/* A bad option is refused before the target is looked at. */
SUBJECT_TEST(wait4_args, options_before_target)
{
	struct child c = child_hold();

	EXPECT_WAIT4(INT_MIN, WEXITED, .error = EINVAL);
	EXPECT_WAIT4(c.pid, WNOWAIT, .error = EINVAL);
	EXPECT_WAIT4(getppid(), WNOWAIT | WNOHANG, .error = EINVAL);
	child_finish(&c, 1);
	EXPECT_WAIT4(c.pid, WEXITED, .error = EINVAL);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(1));
}

SUBJECT_TEST(wait4_args, int_min)
{
	struct child c;

	EXPECT_WAIT4(INT_MIN, 0, .error = variant->int_min);
	c = child_hold();
	EXPECT_WAIT4(INT_MIN, WNOHANG, .error = variant->int_min);
	EXPECT_WAIT4(INT_MIN + 1, WNOHANG, .error = ECHILD);
	child_finish(&c, 0);
	EXPECT_WAIT4(INT_MIN, 0, .error = variant->int_min);
	EXPECT_WAIT4(-1, 0, .pid = c.pid);
}

SUBJECT_TEST(wait4_args, no_child)
{
	const pid_t target[] = { -1, 0, 1, getpid(), getppid(), -getpgrp(),
				 -2, INT_MAX, -INT_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(target); i++) {
		EXPECT_WAIT4(target[i], 0, .error = ECHILD);
		EXPECT_WAIT4(target[i], WNOHANG, .error = ECHILD);
		EXPECT_WAIT4(target[i], WNOHANG | WUNTRACED | WCONTINUED,
			     .error = ECHILD);
	}
}

/* A child there is, but none that the target names. */
SUBJECT_TEST(wait4_args, no_child_matches)
{
	struct child c = child_hold();

	EXPECT_WAIT4(getpid(), 0, .error = ECHILD);
	EXPECT_WAIT4(getppid(), 0, .error = ECHILD);
	EXPECT_WAIT4(-c.pid, 0, .error = ECHILD);
	EXPECT_WAIT4(INT_MAX, 0, .error = ECHILD);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = 0);
	child_finish(&c, 0);
	EXPECT_WAIT4(-c.pid, 0, .error = ECHILD);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid);
	EXPECT_CONSUMED(c.pid);
}

/* A grandchild is nobody's business. */
SUBJECT_TEST(wait4_args, grandchild)
{
	struct child c = { .slot = stage_slot() };

	c.pid = child_fork();
	if (!c.pid) {
		atomic_store(&stage->note[0], child_hold().pid);
		child_obey(c.slot);
	}
	UNTIL(stage->note[0], "grandchild");
	EXPECT_WAIT4(stage->note[0], 0, .error = ECHILD);
	EXPECT_WAIT4(stage->note[0], WNOHANG | __WALL, .error = ECHILD);
	child_finish(&c, 4);
	EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(4));
}

/*
 *   subject (group g)
 *    |- a      in g
 *    '- b      in a group of its own
 */
SUBJECT_TEST(wait4_args, groups)
{
	struct child a = child_hold(), b = child_hold();

	ASSERT_EQ(0, setpgid(b.pid, b.pid));
	EXPECT_WAIT4(0, WNOHANG, .pid = 0);
	EXPECT_WAIT4(-b.pid, WNOHANG, .pid = 0);
	EXPECT_WAIT4(-a.pid, WNOHANG, .error = ECHILD);
	child_finish(&b, 2);
	EXPECT_WAIT4(0, WNOHANG, .pid = 0);
	EXPECT_WAIT4(-getpgrp(), WNOHANG, .pid = 0);
	EXPECT_WAIT4(-b.pid, 0, .pid = b.pid, .status = W_EXIT(2));
	EXPECT_WAIT4(-b.pid, 0, .error = ECHILD);
	child_finish(&a, 1);
	EXPECT_WAIT4(0, 0, .pid = a.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(0, 0, .error = ECHILD);
}

SUBJECT_TEST(wait4_args, own_group_by_number)
{
	pid_t pid = child_exited(3);

	EXPECT_WAIT4(-getpgrp(), 0, .pid = pid, .status = W_EXIT(3));
	EXPECT_CONSUMED(pid);
}

/* The caller's own group is looked up anew by every call. */
SUBJECT_TEST(wait4_args, caller_changes_group)
{
	pid_t pid = child_exited(5);

	ASSERT_EQ(0, setpgid(0, 0));
	EXPECT_WAIT4(0, 0, .error = ECHILD);
	EXPECT_WAIT4(-getpgid(pid), 0, .pid = pid, .status = W_EXIT(5));
}

/* A child that does setsid() is in a group of its own. */
SUBJECT_TEST(wait4_args, session)
{
	struct child c = { .slot = stage_slot() };

	c.pid = child_fork();
	if (!c.pid) {
		stage->note[0] = setsid();
		child_obey(c.slot);
	}
	UNTIL(stage->note[0], "setsid");
	EXPECT_EQ(c.pid, stage->note[0]);
	EXPECT_WAIT4(0, WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(-c.pid, WNOHANG, .pid = 0);
	child_finish(&c, 6);
	EXPECT_WAIT4(-c.pid, 0, .pid = c.pid, .status = W_EXIT(6));
}

/* The arguments are ints: what is above bit 31 of a register is not looked at. */
SUBJECT_TEST(wait4_args, high_bits)
{
	const long high = 0x5a5a5a5aL << 32;
	pid_t pid = child_exited(7);

	EXPECT_WAIT4(pid, high | WEXITED, .error = EINVAL);
	EXPECT_WAIT4(high | pid, high | WNOHANG, .pid = pid,
		     .status = W_EXIT(7));
	pid = child_exited(8);
	EXPECT_WAIT4(0xffffffffL, 0, .pid = pid, .status = W_EXIT(8));
}

static void *hold_in_thread(void *arg)
{
	struct child *c = arg;

	*c = child_hold();
	stage->note[0] = c->pid;
	stage_take(0);
	return NULL;
}

/* A child that another thread made, which lives on. */
SUBJECT_TEST(wait4_args, other_threads_child)
{
	pthread_t thread;
	struct child c = {};

	stage->next = 1;
	thread = thread_start(hold_in_thread, &c);
	UNTIL(stage->note[0], "child of a thread");
	EXPECT_WAIT4(c.pid, WNOHANG | __WNOTHREAD, .error = variant->filtered);
	EXPECT_WAIT4(-1, WNOHANG | __WNOTHREAD, .error = variant->filtered);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = 0);
	child_finish(&c, 9);
	EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(9));
	stage_give(0, 1);
	thread_join(thread, "end of a thread");
}

/* A child that sends SIGCHLD is no clone child to Linux. */
SUBJECT_TEST(wait4_args, wclone)
{
	struct child c = child_hold();

	EXPECT_WAIT4(-1, WNOHANG | __WCLONE, .error = variant->filtered);
	EXPECT_WAIT4(-1, WNOHANG | __WCLONE | __WALL, .pid = 0);
	EXPECT_WAIT4(-1, WNOHANG | __WALL, .pid = 0);
	child_finish(&c, 10);
	if (variant->filtered)
		EXPECT_WAIT4(c.pid, __WCLONE, .error = variant->filtered);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = W_EXIT(10));
}

SUBJECT_TEST(wait4_args, wclone_reaps)
{
	pid_t pid = child_exited(11);

	if (variant->filtered)
		EXPECT_WAIT4(-1, __WCLONE, .error = variant->filtered);
	else
		EXPECT_WAIT4(-1, __WCLONE, .pid = pid, .status = W_EXIT(11));
	EXPECT_EQ(!variant->filtered, is_gone(pid));
}

/* A child that announces its exit by no signal is one. */
SUBJECT_TEST(wait4_args, clone_child)
{
	pid_t pid = syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	int pidfd;

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(12);
	pidfd = pidfd_of(pid);
	until_pidfd(pidfd);
	close(pidfd);
	if (variant->filtered) {
		EXPECT_WAIT4(-1, 0, .error = variant->filtered);
		EXPECT_WAIT4(-1, __WCLONE, .pid = pid, .status = W_EXIT(12));
	} else {
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(12));
	}
	EXPECT_CONSUMED(pid);
}

KEEP_ARMED
TEST_HARNESS_MAIN
