// SPDX-License-Identifier: GPL-2.0
/* Stops and continues, as wait4(2) and waitid(2) report them. */
#include <sys/wait.h>

#include "calls.h"

/*
 * @zombie_first: a zombie comes before the stop of a lower pid (wait.rs:222
 *	before :248); Linux takes the first child that has anything
 * @waitid: waitid reports stops and continues at all; Starry's knows no
 *	job-control report (wait.rs:344 to :414 ask ptrace stops and zombies)
 * @kept: a fault leaves the report (wait.rs:260)
 * @only_zombies: error of a waitid that does not ask for exits, where there is
 *	nothing but zombies; to Starry they are candidates (wait.rs:338)
 */
FOUR_VARIANTS(jobctl,
	      DIFFERING(bool zombie_first;
			bool waitid;
			bool kept;
			int only_zombies;),
	      ON_LINUX(.waitid = true,
		       .only_zombies = ECHILD),
	      ON_STARRY(.zombie_first = true,
			.kept = true));

#define BOTH (WUNTRACED | WCONTINUED)

static void stop(pid_t pid)
{
	child_stop(pid, SIGSTOP);
}

SUBJECT_TEST(jobctl, stop)
{
	struct child c = child_hold();

	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
	stop(c.pid);
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	EXPECT_WAIT4(-1, WNOHANG | WCONTINUED, .pid = 0);
	EXPECT_WAIT4(-1, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
	child_cont(c.pid);
	child_finish(&c, 1);
	EXPECT_WAIT4(-1, BOTH, .pid = c.pid, .status = W_EXIT(1));
}

/* Every stop signal is told apart.  The group is no orphan, so they all stop. */
SUBJECT_TEST(jobctl, stop_signals)
{
	const int sig[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };
	struct child c = child_hold();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sig); i++) {
		child_stop(c.pid, sig[i]);
		EXPECT_WAIT4(c.pid, BOTH, .pid = c.pid,
			     .status = W_STOP(sig[i]));
		child_cont(c.pid);
		EXPECT_WAIT4(c.pid, BOTH, .pid = c.pid, .status = W_CONT);
	}
	child_finish(&c, 0);
	EXPECT_WAIT4(c.pid, BOTH, .pid = c.pid);
}

SUBJECT_TEST(jobctl, continued)
{
	struct child c = child_hold();

	stop(c.pid);
	EXPECT_WAIT4(0, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	child_cont(c.pid);
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
	EXPECT_WAIT4(0, WCONTINUED, .pid = c.pid, .status = W_CONT);
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
	child_finish(&c, 2);
	EXPECT_WAIT4(0, WCONTINUED, .pid = c.pid, .status = W_EXIT(2));
}

/* A continue of what does not stand still is no event. */
SUBJECT_TEST(jobctl, continued_while_running)
{
	struct child c = child_hold();

	signal_send(c.pid, SIGCONT);
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
	child_finish(&c, 3);
	EXPECT_WAIT4(-1, BOTH, .pid = c.pid, .status = W_EXIT(3));
}

/* The continue is there as soon as SIGCONT is sent, though nothing ran since. */
SUBJECT_TEST(jobctl, continued_at_once)
{
	struct child c = child_hold();
	int i;

	for_many(i, 50) {
		stop(c.pid);
		EXPECT_WAIT4(-1, WUNTRACED, .pid = c.pid,
			     .status = W_STOP(SIGSTOP));
		signal_send(c.pid, SIGCONT);
		EXPECT_WAIT4(-1, WNOHANG | WCONTINUED, .pid = c.pid,
			     .status = W_CONT);
		until_sigchld(c.pid, CLD_CONTINUED);
	}
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
}

/* One place for the report: the unread stop is gone. */
SUBJECT_TEST(jobctl, continue_overwrites_stop)
{
	struct child c = child_hold();

	stop(c.pid);
	child_cont(c.pid);
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = c.pid, .status = W_CONT);
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
}

SUBJECT_TEST(jobctl, stop_overwrites_continue)
{
	struct child c = child_hold();

	stop(c.pid);
	child_cont(c.pid);
	child_stop(c.pid, SIGTSTP);
	EXPECT_WAIT4(-1, WNOHANG | WCONTINUED, .pid = 0);
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = c.pid,
		     .status = W_STOP(SIGTSTP));
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
}

SUBJECT_TEST(jobctl, stopped_again_by_another_signal)
{
	struct child c = child_hold();

	stop(c.pid);
	signal_send(c.pid, SIGTSTP);
	EXPECT_WAIT4(-1, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
}

/* The death of a stopped child is the report, not its stop. */
SUBJECT_TEST(jobctl, killed_while_stopped)
{
	struct child c = child_hold();

	stop(c.pid);
	child_kill(c.pid, SIGKILL);
	EXPECT_WAIT4(-1, BOTH, .pid = c.pid, .status = SIGKILL);
	EXPECT_CONSUMED(c.pid);
}

/*
 *   subject
 *    |- a     stopped
 *    '- b     zombie
 */
SUBJECT_TEST(jobctl, stop_and_zombie)
{
	struct child a = child_hold(), b = child_hold();

	stop(a.pid);
	child_finish(&b, 4);
	if (variant->zombie_first)
		EXPECT_WAIT4(-1, WUNTRACED, .pid = b.pid, .status = W_EXIT(4));
	EXPECT_WAIT4(-1, WUNTRACED, .pid = a.pid, .status = W_STOP(SIGSTOP));
	if (!variant->zombie_first)
		EXPECT_WAIT4(-1, WUNTRACED, .pid = b.pid, .status = W_EXIT(4));
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
}

SUBJECT_TEST(jobctl, several)
{
	struct child a = child_hold(), b = child_hold(), c = child_hold();

	stop(c.pid);
	child_cont(c.pid);
	stop(b.pid);
	stop(a.pid);
	child_cont(a.pid);
	EXPECT_WAIT4(-1, WUNTRACED, .pid = b.pid, .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(-1, BOTH, .pid = a.pid, .status = W_CONT);
	EXPECT_WAIT4(c.pid, BOTH, .pid = c.pid, .status = W_CONT);
	EXPECT_WAIT4(-1, WNOHANG | BOTH, .pid = 0);
}

/* Only children of the group are looked at. */
SUBJECT_TEST(jobctl, group)
{
	struct child a = child_hold(), b = child_hold();

	ASSERT_EQ(0, setpgid(b.pid, b.pid));
	stop(a.pid);
	stop(b.pid);
	EXPECT_WAIT4(-b.pid, WUNTRACED, .pid = b.pid,
		     .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(-b.pid, WNOHANG | WUNTRACED, .pid = 0);
	EXPECT_WAIT4(0, WUNTRACED, .pid = a.pid, .status = W_STOP(SIGSTOP));
}

/* A stop is no reap. */
SUBJECT_TEST(jobctl, null_status)
{
	struct child c = child_hold();
	struct call call = call_wait4(c.pid, WUNTRACED);

	stop(c.pid);
	call.null = true;
	call_run(&call);
	EXPECT_CALL(&call, .pid = c.pid);
	EXPECT_WAIT4(c.pid, WNOHANG | WUNTRACED, .pid = 0);
	EXPECT_EQ(0, kill(c.pid, 0));
}

SUBJECT_TEST(jobctl, bad_status)
{
	struct child c = child_hold();

	stop(c.pid);
	EXPECT_EQ(-1, syscall(SYS_wait4, -1, self->bad, WUNTRACED, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED,
		     .pid = variant->kept ? c.pid : 0,
		     .status = W_STOP(SIGSTOP));
	child_cont(c.pid);
	EXPECT_EQ(-1, syscall(SYS_wait4, -1, self->bad, WCONTINUED, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_WAIT4(-1, WNOHANG | WCONTINUED,
		     .pid = variant->kept ? c.pid : 0, .status = W_CONT);
}

/* SA_NOCLDSTOP silences the signal, not the report. */
SUBJECT_TEST(jobctl, nocldstop)
{
	struct child c = child_hold();

	signal_handle(SIGCHLD, SIG_DFL, SA_NOCLDSTOP);
	signal_send(c.pid, SIGSTOP);
	EXPECT_WAIT4(c.pid, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	signal_send(c.pid, SIGCONT);
	EXPECT_WAIT4(c.pid, WCONTINUED, .pid = c.pid, .status = W_CONT);
	child_finish(&c, 5);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(5));
}

/* waitid: Linux reports, again and again with WNOWAIT; Starry has nothing. */
SUBJECT_TEST(jobctl, waitid_stop)
{
	struct child c = child_hold();
	pid_t pid = variant->waitid ? c.pid : 0;

	stop(c.pid);
	EXPECT_WAITID(P_ALL, 0, WNOHANG | WEXITED | WCONTINUED, .pid = 0);
	EXPECT_WAITID(P_ALL, 0, WNOHANG | WSTOPPED | WNOWAIT, .pid = pid,
		      .code = CLD_STOPPED, .status = SIGSTOP);
	EXPECT_WAITID(P_PID, c.pid, WNOHANG | WSTOPPED | WEXITED, .pid = pid,
		      .code = CLD_STOPPED, .status = SIGSTOP);
	EXPECT_WAITID(P_ALL, 0, WNOHANG | WSTOPPED, .pid = 0);
	EXPECT_WAIT4(c.pid, WNOHANG | WUNTRACED, .pid = c.pid - pid,
		     .status = W_STOP(SIGSTOP));
}

SUBJECT_TEST(jobctl, waitid_continue)
{
	struct child c = child_hold();
	pid_t pid = variant->waitid ? c.pid : 0;

	stop(c.pid);
	child_cont(c.pid);
	EXPECT_WAITID(P_ALL, 0, WNOHANG | WSTOPPED | WEXITED, .pid = 0);
	EXPECT_WAITID(P_ALL, 0, WNOHANG | WCONTINUED | WNOWAIT, .pid = pid,
		      .code = CLD_CONTINUED, .status = SIGCONT);
	EXPECT_WAITID(P_PGID, 0, WNOHANG | WCONTINUED, .pid = pid,
		      .code = CLD_CONTINUED, .status = SIGCONT);
	EXPECT_WAITID(P_ALL, 0, WNOHANG | WCONTINUED, .pid = 0);
	EXPECT_WAIT4(c.pid, WNOHANG | WCONTINUED, .pid = c.pid - pid,
		     .status = W_CONT);
}

/* A zombie is nothing to a waitid that does not ask for exits. */
SUBJECT_TEST(jobctl, waitid_no_exit_wanted)
{
	pid_t pid = child_exited(6);

	EXPECT_WAITID(P_ALL, 0, WNOHANG | WSTOPPED,
		      .error = variant->only_zombies);
	EXPECT_WAITID(P_PID, pid, WNOHANG | WCONTINUED | WSTOPPED,
		      .error = variant->only_zombies);
	EXPECT_WAITID(P_ALL, 0, WNOHANG | WSTOPPED | WEXITED, .pid = pid,
		      .code = CLD_EXITED, .status = 6);
}

/* Asleep, and then the child stops and exits. */
SUBJECT_TEST(jobctl, waitid_sleeps_over_stop)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_waitid(P_ALL, 0, WSTOPPED | WEXITED));
	stop(c.pid);
	if (variant->waitid) {
		EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_STOPPED,
			      .status = SIGSTOP);
		return;
	}
	until_asleep(getpid(), w.tid, SYS_waitid);
	signal_send(c.pid, SIGCONT);
	child_tell(&c, 7);
	EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_EXITED, .status = 7);
}

SUBJECT_TEST(jobctl, wait4_sleeps_until_stop)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_wait4(-1, WUNTRACED));
	signal_send(c.pid, SIGSTOP);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_STOP(SIGSTOP));
	waiter_sleep(&w, call_wait4(c.pid, WCONTINUED));
	signal_send(c.pid, SIGCONT);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_CONT);
}

/* Asleep for an exit only, the stop and the continue pass by. */
SUBJECT_TEST(jobctl, wait4_sleeps_over_stop)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_wait4(c.pid, 0));
	stop(c.pid);
	until_asleep(getpid(), w.tid, SYS_wait4);
	child_cont(c.pid);
	until_asleep(getpid(), w.tid, SYS_wait4);
	child_tell(&c, 8);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(8));
}

KEEP_ARMED
TEST_HARNESS_MAIN
