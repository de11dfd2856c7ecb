// SPDX-License-Identifier: GPL-2.0
/* Parents that do not care: SIGCHLD ignored, or SA_NOCLDWAIT. */
#include <linux/sched.h>
#include <sys/wait.h>

#include "calls.h"

/* Linux 7.3, or not long before: a child that Linux reaps, whatever its parent does. */
#ifndef CLONE_AUTOREAP
#define CLONE_AUTOREAP	0x400000000ULL
#endif

/*
 * @reports: Starry has no automatic reaping: a child is a zombie until it is
 *	waited for (wait.rs:222).  In Linux it is gone, and a wait that began
 *	before says ECHILD
 */
FOUR_VARIANTS(autoreap,
	      DIFFERING(bool reports;),
	      ON_LINUX(),
	      ON_STARRY(.reports = true));

static void ignore(void)
{
	signal_handle(SIGCHLD, SIG_IGN, 0);
}

static void nocldwait(void)
{
	signal_handle(SIGCHLD, SIG_DFL, SA_NOCLDWAIT);
}

/* A child that exits and that Linux reaps at once. */
static pid_t vanish(int code)
{
	struct child c = child_hold();

	child_tell(&c, code);
	until_gone(c.pid);
	return c.pid;
}

SUBJECT_TEST(autoreap, ignored)
{
	pid_t pid;

	ignore();
	pid = vanish(1);
	if (variant->reports) {
		EXPECT_WAITID(P_ALL, 0, WEXITED | WNOWAIT, .pid = pid,
			      .code = CLD_EXITED, .status = 1);
		EXPECT_WAIT4(-1, WNOHANG, .pid = pid, .status = W_EXIT(1));
	}
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(autoreap, nocldwait)
{
	pid_t pid;

	nocldwait();
	pid = vanish(2);
	if (variant->reports)
		EXPECT_WAITID(P_PID, pid, WEXITED, .pid = pid,
			      .code = CLD_EXITED, .status = 2);
	EXPECT_WAITID(P_PID, pid, WEXITED, .error = ECHILD);
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(autoreap, killed)
{
	struct child c = child_hold();

	ignore();
	signal_send(c.pid, SIGKILL);
	until_gone(c.pid);
	if (variant->reports)
		EXPECT_WAIT4(0, 0, .pid = c.pid, .status = SIGKILL);
	EXPECT_WAIT4(0, 0, .error = ECHILD);
}

SUBJECT_TEST(autoreap, uid)
{
	pid_t pid;

	if (getuid())
		SKIP(return, "changing uids is for root");
	ignore();
	pid = child_fork();
	if (!pid)
		_exit(setresuid(1001, 1002, 1003) ? 99 : 3);
	until_gone(pid);
	if (variant->reports)
		EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .uid = 1001,
			      .code = CLD_EXITED, .status = 3);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .error = ECHILD);
}

/* Asleep: Linux sleeps until all are gone. */
SUBJECT_TEST(autoreap, asleep)
{
	struct child a = child_hold(), b = child_hold();
	struct waiter w;

	ignore();
	waiter_sleep(&w, call_wait4(-1, 0));
	child_tell(&a, 4);
	until_gone(a.pid);
	if (variant->reports) {
		EXPECT_WAITER(&w, .pid = a.pid, .status = W_EXIT(4));
		waiter_sleep(&w, call_wait4(-1, 0));
		child_tell(&b, 5);
		EXPECT_WAITER(&w, .pid = b.pid, .status = W_EXIT(5));
	} else {
		until_asleep(getpid(), w.tid, SYS_wait4);
		child_tell(&b, 5);
		EXPECT_WAITER(&w, .error = ECHILD);
	}
}

/* Several: the lowest pid first, though all are long gone. */
SUBJECT_TEST(autoreap, order)
{
	struct child a = child_hold(), b = child_hold();
	pid_t c;

	ignore();
	c = vanish(8);
	child_tell(&b, 7);
	until_gone(b.pid);
	child_tell(&a, 6);
	until_gone(a.pid);
	if (variant->reports) {
		EXPECT_WAIT4(-1, 0, .pid = a.pid, .status = W_EXIT(6));
		EXPECT_WAIT4(c, 0, .pid = c, .status = W_EXIT(8));
		EXPECT_WAIT4(-1, 0, .pid = b.pid, .status = W_EXIT(7));
	}
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/* A zombie from before the parent stopped caring is one to Linux, too. */
SUBJECT_TEST(autoreap, zombie_before)
{
	pid_t before = child_exited(9), after;

	ignore();
	after = vanish(10);
	EXPECT_WAIT4(-1, 0, .pid = before, .status = W_EXIT(9));
	if (variant->reports)
		EXPECT_WAIT4(-1, 0, .pid = after, .status = W_EXIT(10));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/* Whose parent has no part in that; older kernels do not know the flag. */
SUBJECT_TEST(autoreap, by_flag)
{
	struct clone_args args = { .flags = CLONE_AUTOREAP };
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	if (!pid)
		child_stay();
	if (pid < 0) {
		EXPECT_EQ(EINVAL, errno);
	} else {
		EXPECT_WAIT4(-1, WNOHANG | __WALL, .pid = 0);
		signal_send(pid, SIGKILL);
		until_gone(pid);
		if (variant->reports)
			EXPECT_WAIT4(-1, __WALL, .pid = pid, .status = SIGKILL);
	}
	EXPECT_WAIT4(-1, __WALL, .error = ECHILD);
}

/* A parent that dies takes what it never asked for with it. */
SUBJECT_TEST(autoreap, parent_dies)
{
	struct child c = { .slot = stage_slot() };
	int i;

	become_subreaper();
	c.pid = child_fork();
	if (!c.pid) {
		ignore();
		for (i = 0; i < 5; i++)
			vanish(i);
		child_obey(c.slot);
	}
	child_finish(&c, 11);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(11));
}

/*
 * One that goes by itself has left its own child to who waits in the same moment: there
 * is always a child.  Nobody tells the latter of the child that it got.
 */
SUBJECT_TEST(autoreap, leaves_a_child)
{
	struct child parent, child;
	int i;

	become_subreaper();
	ignore();
	for_many(i, 40) {
		parent.slot = stage_slot();
		child.slot = stage_slot();
		stage->note[0] = 0;
		parent.pid = child_fork();
		if (!parent.pid) {
			child.pid = child_fork();
			if (!child.pid)
				child_obey(child.slot);
			stage->note[0] = child.pid;
			child_obey(parent.slot);
		}
		UNTIL(stage->note[0], "grandchild");
		child.pid = stage->note[0];
		child_tell(&parent, 1);
		SPIN_UNTIL(is_gone(parent.pid), "pid gone");
		if (variant->reports)
			EXPECT_WAIT4(-1, WNOHANG, .pid = parent.pid, .status = W_EXIT(1));
		EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
		child_tell(&child, 2);
		until_gone(child.pid);
		if (variant->reports)
			EXPECT_WAIT4(-1, WNOHANG, .pid = child.pid, .status = W_EXIT(2));
		EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
	}
}

/* A fault leaves even this zombie. */
SUBJECT_TEST(autoreap, bad_status)
{
	pid_t pid;

	ignore();
	pid = vanish(12);
	EXPECT_EQ(-1, syscall(SYS_wait4, pid, self->bad, 0, NULL));
	EXPECT_EQ(variant->reports ? EFAULT : ECHILD, errno);
	if (variant->reports)
		EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(12));
	EXPECT_CONSUMED(pid);
}

/* More of them than anybody will ask for. */
SUBJECT_TEST(autoreap, many)
{
	enum { N = 70 };
	pid_t pid[N];
	int i;

	ignore();
	for (i = 0; i < N; i++)
		pid[i] = vanish(i);
	for (i = 0; i < N && variant->reports; i++)
		EXPECT_WAIT4(-1, 0, .pid = pid[i], .status = W_EXIT(i));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

KEEP_ARMED
TEST_HARNESS_MAIN
