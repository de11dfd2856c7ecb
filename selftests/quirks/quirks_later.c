// SPDX-License-Identifier: GPL-2.0
/*
 * The quirks that later revisions of Starry brought, which policy starry lacks.
 */
#include "quirk.h"

/* ------------------------------------------------------------ candidates */

QUIRK_TEST(TRACEES_BY_EXIT_SIGNAL)
{
	struct child c = tracee_seize(0);

	signal_send(c.pid, SIGUSR1);
	until_trapped(c.pid);
	if (has)
		EXPECT_WAIT4(c.pid, __WCLONE | WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(c.pid, (has ? __WALL : __WCLONE) | WNOHANG, .pid = c.pid,
		     .status = W_STOP(SIGUSR1));
}

static void *make_child_and_stay(void *arg)
{
	*(struct child *)arg = child_hold();
	atomic_store(&stage->note[0], 1);
	child_stay();
}

QUIRK_TEST(TRACEES_OF_MAKER)
{
	struct child c;

	thread_start(make_child_and_stay, &c);
	UNTIL(atomic_load(&stage->note[0]), "child of a thread");
	ASSERT_EQ(0, pt(PTRACE_SEIZE, c.pid, 0, 0));
	signal_send(c.pid, SIGUSR1);
	until_trapped(c.pid);
	if (has)
		EXPECT_WAIT4(c.pid, __WNOTHREAD | __WALL | WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(c.pid, (has ? 0 : __WNOTHREAD) | __WALL | WNOHANG, .pid = c.pid,
		     .status = W_STOP(SIGUSR1));
}

static void *make_child_and_end(void *arg)
{
	*(pid_t *)arg = child_exited(6);
	atomic_store(&stage->note[0], gettid());
	return NULL;
}

static bool is_no_thread(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d", tid);
	return access(path, F_OK);
}

/* Its maker has ended: to Linux it is the caller's now. */
QUIRK_TEST(CHILDREN_OF_MAKER)
{
	struct child c = child_hold();
	pid_t pid, maker;

	thread_start(make_child_and_end, &pid);
	UNTIL((maker = atomic_load(&stage->note[0])), "child of a thread");
	UNTIL(is_no_thread(maker), "end of the thread");
	EXPECT_WAIT4(-1, __WNOTHREAD | WNOHANG, .pid = has ? 0 : pid,
		     .status = W_EXIT(6));
	if (has)
		EXPECT_WAIT4(-1, WNOHANG, .pid = pid, .status = W_EXIT(6));
	EXPECT_WAIT4(-1, __WNOTHREAD | WNOHANG, .pid = 0);
	child_finish(&c, 7);
	EXPECT_WAIT4(-1, __WNOTHREAD, .pid = c.pid, .status = W_EXIT(7));
}

/* A clone child that has executed a program, and ended. */
static pid_t clone_executed(void)
{
	pid_t pid = syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	int pidfd;

	if (!pid) {
		execl("/bin/sh", "sh", "-c", "exit 7", NULL);
		die("execl of /bin/sh");
	}
	if (pid < 0)
		die("clone");
	pidfd = pidfd_of(pid);
	until_pidfd_dead(pidfd);
	return pid;
}

QUIRK_TEST(EXIT_SIGNAL_STAYS)
{
	pid_t pid = clone_executed();

	EXPECT_WAIT4(-1, has ? 0 : __WCLONE, .error = ECHILD);
	EXPECT_WAIT4(-1, has ? __WCLONE : 0, .pid = pid, .status = W_EXIT(7));
}

/* ----------------------------------------------------------------- order */

QUIRK_TEST(WAITID_JOBS_FIRST)
{
	pid_t pid = child_exited(7);
	struct child c = child_hold();

	child_stop(c.pid, SIGSTOP);
	if (has)
		EXPECT_WAITID(P_ALL, 0, WEXITED | WSTOPPED, .pid = c.pid,
			      .code = CLD_STOPPED, .status = SIGSTOP);
	EXPECT_WAITID(P_ALL, 0, WEXITED | WSTOPPED, .pid = pid,
		      .code = CLD_EXITED, .status = 7);
	if (!has)
		EXPECT_WAITID(P_ALL, 0, WEXITED | WSTOPPED, .pid = c.pid,
			      .code = CLD_STOPPED, .status = SIGSTOP);
	EXPECT_WAITID(P_ALL, 0, WEXITED | WSTOPPED | WNOHANG, .pid = 0);
	/* wait4 asks one child after the other. */
	pid = child_exited(8);
	child_cont(c.pid);
	EXPECT_WAIT4(-1, WCONTINUED, .pid = c.pid, .status = W_CONT);
	EXPECT_WAIT4(-1, WCONTINUED, .pid = pid, .status = W_EXIT(8));
}

/* --------------------------------------------------------------- reports */

/* A zombie that was continued, then one that was killed while it was stopped. */
QUIRK_TEST(WAITID_ZOMBIE_JOBS)
{
	struct child c = child_hold(), k = child_hold();

	child_stop(c.pid, SIGSTOP);
	child_cont(c.pid);
	child_finish(&c, 7);
	EXPECT_WAITID(P_PID, c.pid, WSTOPPED | WNOHANG, .error = ECHILD);
	if (has)
		EXPECT_WAITID(P_PID, c.pid, WCONTINUED | WNOHANG, .pid = c.pid,
			      .code = CLD_CONTINUED, .status = SIGCONT);
	EXPECT_WAITID(P_PID, c.pid, WCONTINUED | WNOHANG, .error = ECHILD);
	EXPECT_WAITID(P_PID, c.pid, WEXITED | WCONTINUED, .pid = c.pid,
		      .code = CLD_EXITED, .status = 7);
	child_stop(k.pid, SIGTSTP);
	child_kill(k.pid, SIGKILL);
	if (has)
		EXPECT_WAITID(P_ALL, 0, WSTOPPED | WNOHANG, .pid = k.pid,
			      .code = CLD_STOPPED, .status = SIGTSTP);
	EXPECT_WAITID(P_ALL, 0, WSTOPPED | WNOHANG, .error = ECHILD);
	/* wait4 has the end. */
	EXPECT_WAIT4(-1, WUNTRACED, .pid = k.pid, .status = SIGKILL);
}

KEEP_ARMED
TEST_HARNESS_MAIN
