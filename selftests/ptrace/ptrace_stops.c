// SPDX-License-Identifier: GPL-2.0
/* Ptrace stops of a process of one thread, whose tracer is its parent. */
#include "ptrace.h"

/*
 * @implied: waitid reports ptrace stops unasked; Starry's wants WSTOPPED
 *	(wait.rs:345)
 * @kept: a fault leaves the stop (wait.rs:218 before :220)
 * @zombie_first: the older child's report is the first, a zombie here; to
 *	Starry stops come before zombies (wait.rs:203 before :222)
 * @group_stop: what a group stop of a seized tracee is called: the signal is
 *	SIGTRAP wherever there is an event (wait.rs:113)
 * @group_status: the same in si_status, which has no event (wait.rs:367)
 * @interrupt_status: the same of the stop by PTRACE_INTERRUPT
 */
FOUR_VARIANTS(ptrace_stops,
	      DIFFERING(bool implied;
			bool kept;
			bool zombie_first;
			int group_stop;
			int group_status;
			int interrupt_status;),
	      ON_LINUX(.implied = true,
		       .zombie_first = true,
		       .group_stop = EVENT_STOP(SIGSTOP),
		       .group_status = EVENT_STOP(SIGSTOP),
		       .interrupt_status = EVENT_STOP(SIGTRAP)),
	      ON_STARRY(.kept = true,
			.group_stop = EVENT_STOP(SIGTRAP),
			.group_status = SIGTRAP,
			.interrupt_status = SIGTRAP));

#define EXPECT_NO_REPORT(id)						\
	EXPECT_WAIT4(id, __WALL | WNOHANG | WUNTRACED, .pid = 0)

/* Runs on, and exits with 0. */
#define EXPECT_END(id)							\
	do {								\
		resume(PTRACE_CONT, id, 0);				\
		EXPECT_WAIT4(id, __WALL, .pid = id);			\
		EXPECT_CONSUMED(id);					\
	} while (0)

static const int signals[] = { SIGUSR1, SIGTERM, SIGSEGV, SIGTRAP };

static void raise_signals(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		signal_raise(signals[i]);
}

static void raise_usr1(void)
{
	signal_raise(SIGUSR1);
}

static void raise_stop(void)
{
	signal_raise(SIGSTOP);
}

/* ------------------------------------------------ signal-delivery stops */

SUBJECT_TEST(ptrace_stops, signal_by_wait4)
{
	pid_t pid = tracee_fork(raise_signals);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		EXPECT_WAIT4(-1, __WALL, .pid = pid,
			     .status = W_STOP(signals[i]));
		EXPECT_NO_REPORT(-1);
		resume(PTRACE_CONT, pid, 0);
	}
	EXPECT_WAIT4(pid, __WALL, .pid = pid);
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(ptrace_stops, signal_by_waitid)
{
	pid_t pid = tracee_fork(raise_signals);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		EXPECT_WAITID(P_ALL, 0, __WALL | WSTOPPED | WNOWAIT,
			      .pid = pid, .code = CLD_TRAPPED,
			      .status = signals[i]);
		EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED | WNOHANG,
			      .pid = pid, .code = CLD_TRAPPED,
			      .status = signals[i]);
		EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED | WNOHANG,
			      .pid = 0);
		resume(PTRACE_CONT, pid, 0);
	}
	EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED | WEXITED, .pid = pid,
		      .code = CLD_EXITED);
	EXPECT_CONSUMED(pid);
}

/* Each way to name the tracee. */
SUBJECT_TEST(ptrace_stops, ways_to_name)
{
	struct child c = tracee_seize(0);
	const long ids[] = { -1, 0, c.pid, -getpgrp() };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		signal_send(c.pid, SIGUSR1);
		until_trapped(c.pid);
		EXPECT_WAIT4(-c.pid, __WALL | WNOHANG, .error = ECHILD);
		EXPECT_WAIT4(ids[i], __WALL, .pid = c.pid,
			     .status = W_STOP(SIGUSR1));
		EXPECT_NO_REPORT(ids[i]);
		resume(PTRACE_CONT, c.pid, 0);
	}
	child_kill(c.pid, SIGKILL);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = SIGKILL);
}

SUBJECT_TEST(ptrace_stops, waitid_asks_for_stops)
{
	pid_t pid = tracee_fork(raise_usr1);

	until_trapped(pid);
	EXPECT_WAITID(P_PID, pid, __WALL | WEXITED | WCONTINUED | WNOHANG,
		      .pid = variant->implied ? pid : 0, .code = CLD_TRAPPED,
		      .status = SIGUSR1);
	EXPECT_WAIT4(pid, WNOHANG, .pid = variant->implied ? 0 : pid,
		     .status = W_STOP(SIGUSR1));
	EXPECT_END(pid);
}

SUBJECT_TEST(ptrace_stops, null_status)
{
	pid_t pid = tracee_fork(raise_usr1);
	struct call call = call_wait4(pid, __WALL);

	call.null = true;
	call_run(&call);
	EXPECT_CALL(&call, .pid = pid);
	EXPECT_NO_REPORT(pid);
	EXPECT_END(pid);
}

SUBJECT_TEST(ptrace_stops, bad_status)
{
	pid_t pid = tracee_fork(raise_usr1);

	until_trapped(pid);
	EXPECT_EQ(-1, syscall(SYS_wait4, pid, self->bad, __WALL, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_WAIT4(pid, __WALL | WNOHANG, .pid = variant->kept ? pid : 0,
		     .status = W_STOP(SIGUSR1));
	EXPECT_END(pid);
}

SUBJECT_TEST(ptrace_stops, bad_siginfo)
{
	pid_t pid = tracee_fork(raise_usr1);

	until_trapped(pid);
	EXPECT_EQ(-1, syscall(SYS_waitid, P_PID, pid, self->bad,
			      __WALL | WSTOPPED, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED | WNOHANG,
		      .pid = variant->kept ? pid : 0, .code = CLD_TRAPPED,
		      .status = SIGUSR1);
	EXPECT_END(pid);
}

/* Resumed before anybody asked, a stop is no report any more. */
SUBJECT_TEST(ptrace_stops, resumed_unreported)
{
	pid_t pid = tracee_fork(raise_signals);

	until_trapped(pid);
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = W_STOP(SIGTERM));
	until_trapped(pid);
	child_kill(pid, SIGKILL);
	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = SIGKILL);
	EXPECT_CONSUMED(pid);
}

/* Another signal than the one that stopped it. */
SUBJECT_TEST(ptrace_stops, siginfo_changed)
{
	pid_t pid = tracee_fork(raise_usr1);
	siginfo_t info;

	until_trapped(pid);
	ASSERT_EQ(0, pt(PTRACE_GETSIGINFO, pid, 0, (long)&info));
	EXPECT_EQ(SIGUSR1, info.si_signo);
	info.si_signo = SIGUSR2;
	ASSERT_EQ(0, pt(PTRACE_SETSIGINFO, pid, 0, (long)&info));
	EXPECT_WAIT4(pid, __WALL | WNOHANG, .pid = pid,
		     .status = W_STOP(SIGUSR1));
	resume(PTRACE_CONT, pid, SIGTERM);
	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = SIGTERM);
}

/*
 *   subject
 *    |- a     zombie
 *    '- b     tracee, stopped
 */
SUBJECT_TEST(ptrace_stops, zombie_and_stop)
{
	pid_t a = child_exited(1), b = tracee_fork(raise_usr1);

	until_trapped(b);
	if (variant->zombie_first)
		EXPECT_WAIT4(-1, __WALL, .pid = a, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, __WALL, .pid = b, .status = W_STOP(SIGUSR1));
	if (!variant->zombie_first)
		EXPECT_WAIT4(-1, __WALL, .pid = a, .status = W_EXIT(1));
	EXPECT_NO_REPORT(-1);
	EXPECT_END(b);
}

SUBJECT_TEST(ptrace_stops, sleeper_is_woken)
{
	struct child c = tracee_seize(0);
	struct waiter w;

	waiter_sleep(&w, call_wait4(-1, __WALL));
	signal_send(c.pid, SIGUSR1);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_STOP(SIGUSR1));
	resume(PTRACE_CONT, c.pid, 0);
	waiter_sleep(&w, call_waitid(P_PID, c.pid, __WALL | WSTOPPED));
	signal_send(c.pid, SIGUSR2);
	EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_TRAPPED,
		      .status = SIGUSR2);
	child_kill(c.pid, SIGKILL);
}

/* ------------------------------------------------------------ group stops */

/* A tracee by PTRACE_TRACEME: its group stop looks like a signal's. */
SUBJECT_TEST(ptrace_stops, group_stop_traceme)
{
	pid_t pid = tracee_fork(raise_stop);
	siginfo_t info;

	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = W_STOP(SIGSTOP));
	EXPECT_EQ(0, pt(PTRACE_GETSIGINFO, pid, 0, (long)&info));
	resume(PTRACE_CONT, pid, SIGSTOP);
	EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED, .pid = pid,
		      .code = CLD_TRAPPED, .status = SIGSTOP);
	EXPECT_EQ(-1, pt(PTRACE_GETSIGINFO, pid, 0, (long)&info));
	EXPECT_NO_REPORT(pid);
	signal_send(pid, SIGCONT);
	EXPECT_WAIT4(pid, __WALL | WNOHANG | WCONTINUED, .pid = pid,
		     .status = W_CONT);
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = W_STOP(SIGCONT));
	EXPECT_END(pid);
}

SUBJECT_TEST(ptrace_stops, group_stop_attach)
{
	struct child c = child_hold();

	ASSERT_EQ(0, pt(PTRACE_ATTACH, c.pid, 0, 0));
	EXPECT_WAIT4(-1, __WALL, .pid = c.pid, .status = W_STOP(SIGSTOP));
	resume(PTRACE_CONT, c.pid, 0);
	signal_send(c.pid, SIGTSTP);
	EXPECT_WAIT4(-1, __WALL, .pid = c.pid, .status = W_STOP(SIGTSTP));
	resume(PTRACE_CONT, c.pid, SIGTSTP);
	EXPECT_WAIT4(-1, __WALL, .pid = c.pid, .status = W_STOP(SIGTSTP));
	EXPECT_NO_REPORT(-1);
	child_kill(c.pid, SIGKILL);
	EXPECT_WAIT4(-1, __WALL, .pid = c.pid, .status = SIGKILL);
}

/* A seized tracee says that it is a group stop. */
SUBJECT_TEST(ptrace_stops, group_stop_seize)
{
	struct child c = tracee_seize(0);

	signal_send(c.pid, SIGSTOP);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = W_STOP(SIGSTOP));
	resume(PTRACE_CONT, c.pid, SIGSTOP);
	EXPECT_WAITID(P_PID, c.pid, __WALL | WSTOPPED | WNOWAIT, .pid = c.pid,
		      .code = CLD_TRAPPED, .status = variant->group_status);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid,
		     .status = W_STOP(variant->group_stop));
	EXPECT_NO_REPORT(c.pid);
	child_kill(c.pid, SIGKILL);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = SIGKILL);
}

/* A listening tracee stays stopped, and says when that is over. */
SUBJECT_TEST(ptrace_stops, listen)
{
	struct child c = tracee_seize(0);

	signal_send(c.pid, SIGSTOP);
	take_stop(c.pid);
	resume(PTRACE_CONT, c.pid, SIGSTOP);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid,
		     .status = W_STOP(variant->group_stop));
	ASSERT_EQ(0, pt(PTRACE_LISTEN, c.pid, 0, 0));
	EXPECT_NO_REPORT(c.pid);
	EXPECT_FALSE(is_trapped(c.pid));
	signal_send(c.pid, SIGCONT);
	until_trapped(c.pid);
	EXPECT_WAITID(P_ALL, 0, __WALL | WSTOPPED, .pid = c.pid,
		      .code = CLD_TRAPPED,
		      .status = variant->interrupt_status);
	EXPECT_NO_REPORT(c.pid);
	resume(PTRACE_CONT, c.pid, 0);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = W_STOP(SIGCONT));
	child_tell(&c, 1);
	resume(PTRACE_CONT, c.pid, 0);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = W_EXIT(1));
}

SUBJECT_TEST(ptrace_stops, interrupt)
{
	struct child c = tracee_seize(0);

	EXPECT_NO_REPORT(c.pid);
	ASSERT_EQ(0, pt(PTRACE_INTERRUPT, c.pid, 0, 0));
	EXPECT_WAITID(P_PID, c.pid, __WALL | WSTOPPED | WNOWAIT, .pid = c.pid,
		      .code = CLD_TRAPPED,
		      .status = variant->interrupt_status);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
	EXPECT_NO_REPORT(c.pid);
	child_tell(&c, 2);
	resume(PTRACE_CONT, c.pid, 0);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = W_EXIT(2));
}

/* ----------------------------------------------------------------- detach */

/* Detached, it is a child like any other: its stops are the shell's. */
SUBJECT_TEST(ptrace_stops, detach)
{
	struct child c = tracee_seize(PTRACE_O_TRACEEXIT);

	signal_send(c.pid, SIGUSR1);
	until_trapped(c.pid);
	ASSERT_EQ(0, pt(PTRACE_DETACH, c.pid, 0, 0));
	EXPECT_NO_REPORT(c.pid);
	child_stop(c.pid, SIGSTOP);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = 0);
	EXPECT_WAIT4(c.pid, WNOHANG | WUNTRACED, .pid = c.pid,
		     .status = W_STOP(SIGSTOP));
	child_cont(c.pid);
	child_finish(&c, 3);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(3));
	EXPECT_CONSUMED(c.pid);
}

SUBJECT_TEST(ptrace_stops, detach_with_signal)
{
	struct child c = tracee_seize(0);

	ASSERT_EQ(0, pt(PTRACE_INTERRUPT, c.pid, 0, 0));
	take_stop(c.pid);
	signal_send(c.pid, SIGTERM);
	ASSERT_EQ(0, pt(PTRACE_DETACH, c.pid, 0, 0));
	EXPECT_WAITID(P_PID, c.pid, WEXITED, .pid = c.pid, .code = CLD_KILLED,
		      .status = SIGTERM);
	EXPECT_CONSUMED(c.pid);
}

/* Detached in a group stop, it stays stopped, and the stop is the parent's. */
SUBJECT_TEST(ptrace_stops, detach_stopped)
{
	struct child c = tracee_seize(0);

	signal_send(c.pid, SIGSTOP);
	take_stop(c.pid);
	resume(PTRACE_CONT, c.pid, SIGSTOP);
	take_stop(c.pid);
	ASSERT_EQ(0, pt(PTRACE_DETACH, c.pid, 0, SIGSTOP));
	until_state(c.pid, 'T');
	child_cont(c.pid);
	EXPECT_WAIT4(c.pid, WNOHANG | WCONTINUED, .pid = c.pid,
		     .status = W_CONT);
	child_kill(c.pid, SIGKILL);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = SIGKILL);
}

KEEP_ARMED
TEST_HARNESS_MAIN
