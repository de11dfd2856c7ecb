// SPDX-License-Identifier: GPL-2.0
/* Signals and wait calls: interrupted, restarted, or not disturbed at all. */
#include <sys/wait.h>

#include "calls.h"

/*
 * @signal_first: a pending signal that would be delivered ends the call before
 *	a zombie is looked at (wait.rs:279: interruptible() asks before each poll)
 * @stop_interrupts: a sleep that was broken without a handler, by a stop and a
 *	continue, is EINTR; Linux restarts it
 * @keeps_autoreaped: a child that Linux reaps by itself is reported (wait.rs:222)
 * @only_stops: a waitid that does not ask for exits, whose last child dies:
 *	ECHILD, or it sleeps on, since its candidate stays one (wait.rs:338)
 */
FOUR_VARIANTS(signals,
	      DIFFERING(bool signal_first;
			bool stop_interrupts;
			bool keeps_autoreaped;
			bool only_stops;),
	      ON_LINUX(),
	      ON_STARRY(.signal_first = true,
			.stop_interrupts = true,
			.keeps_autoreaped = true,
			.only_stops = true));

static atomic_int handled;
static atomic_int reaped;

static void count(int sig)
{
	atomic_fetch_add(&handled, sig ? 1 : 0);
}

static void send(struct waiter *w, int sig)
{
	signal_thread(getpid(), w->tid, sig);
}

SUBJECT_TEST(signals, handler)
{
	struct child c = child_hold();
	struct waiter w;

	signal_handle(SIGUSR1, count, 0);
	waiter_sleep(&w, call_wait4(-1, 0));
	send(&w, SIGUSR1);
	EXPECT_WAITER(&w, .error = EINTR);
	waiter_sleep(&w, call_waitid(P_ALL, 0, WEXITED));
	send(&w, SIGUSR1);
	EXPECT_WAITER(&w, .error = EINTR);
	EXPECT_EQ(2, handled);
	child_finish(&c, 1);
	EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(1));
}

SUBJECT_TEST(signals, restart)
{
	struct child a = child_hold(), b = child_hold();
	struct waiter w;

	signal_handle(SIGUSR1, count, SA_RESTART);
	waiter_sleep(&w, call_wait4(a.pid, 0));
	send(&w, SIGUSR1);
	UNTIL(handled == 1, "handler");
	until_asleep(getpid(), w.tid, SYS_wait4);
	child_tell(&a, 2);
	EXPECT_WAITER(&w, .pid = a.pid, .status = W_EXIT(2));

	waiter_sleep(&w, call_waitid(P_PID, b.pid, WEXITED));
	send(&w, SIGUSR1);
	UNTIL(handled == 2, "handler");
	until_asleep(getpid(), w.tid, SYS_waitid);
	child_tell(&b, 3);
	EXPECT_WAITER(&w, .pid = b.pid, .code = CLD_EXITED, .status = 3);
	EXPECT_EQ(2, handled);
	shadow_expect(_metadata, 2, 2, 0);
}

/* A restarted call is a new one: it knows the child made meanwhile, too. */
SUBJECT_TEST(signals, restart_looks_again)
{
	struct child a = child_hold(), b;
	struct waiter w;

	signal_handle(SIGUSR1, count, SA_RESTART);
	waiter_sleep(&w, call_wait4(-1, 0));
	b = child_hold();
	send(&w, SIGUSR1);
	UNTIL(handled == 1, "handler");
	until_asleep(getpid(), w.tid, SYS_wait4);
	child_tell(&b, 4);
	EXPECT_WAITER(&w, .pid = b.pid, .status = W_EXIT(4));
	child_finish(&a, 5);
	EXPECT_WAIT4(-1, 0, .pid = a.pid, .status = W_EXIT(5));
}

/* Signals that nobody would see: ignored, ignored by default, blocked. */
SUBJECT_TEST(signals, not_delivered)
{
	struct child c = child_hold();
	struct waiter w;

	signal_handle(SIGUSR1, SIG_IGN, 0);
	signal_handle(SIGUSR2, count, 0);
	signal_mask(SIG_BLOCK, SIGUSR2);
	waiter_sleep(&w, call_wait4(-1, 0));
	send(&w, SIGUSR1);
	send(&w, SIGWINCH);
	send(&w, SIGCONT);
	send(&w, SIGUSR2);
	until_asleep(getpid(), w.tid, SYS_wait4);
	child_tell(&c, 6);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(6));
	EXPECT_EQ(0, handled);
}

/* A blocked signal that was pending before the call. */
SUBJECT_TEST(signals, pending_but_blocked)
{
	pid_t pid = child_exited(7);

	signal_handle(SIGUSR1, count, 0);
	signal_mask(SIG_BLOCK, SIGUSR1);
	signal_raise(SIGUSR1);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(7));
	pid = child_exits_when_asleep(SYS_waitid, 8);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 8);
	EXPECT_EQ(0, handled);
	signal_mask(SIG_UNBLOCK, SIGUSR1);
	EXPECT_EQ(1, handled);
}

/* The SIGCHLD of the very child that is awaited, with a handler. */
SUBJECT_TEST(signals, sigchld_handler)
{
	pid_t pid;

	signal_handle(SIGCHLD, count, 0);
	pid = child_exits_when_asleep(SYS_wait4, 9);
	signal_mask(SIG_UNBLOCK, SIGCHLD);
	if (variant->signal_first)
		EXPECT_WAIT4(-1, 0, .error = EINTR);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(9));
	EXPECT_EQ(1, handled);

	signal_mask(SIG_BLOCK, SIGCHLD);
	pid = child_exits_when_asleep(SYS_waitid, 10);
	signal_mask(SIG_UNBLOCK, SIGCHLD);
	if (variant->signal_first)
		EXPECT_WAITID(P_ALL, 0, WEXITED, .error = EINTR);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 10);
	EXPECT_EQ(2, handled);
}

/* With SA_RESTART nobody notices. */
SUBJECT_TEST(signals, sigchld_handler_restart)
{
	pid_t pid;

	signal_handle(SIGCHLD, count, SA_RESTART);
	pid = child_exits_when_asleep(SYS_wait4, 11);
	signal_mask(SIG_UNBLOCK, SIGCHLD);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(11));
	EXPECT_EQ(1, handled);
	EXPECT_CONSUMED(pid);
	shadow_expect(_metadata, 2, 0, 0);
}

/* The same, of a child that Linux reaps by itself. */
SUBJECT_TEST(signals, autoreaped)
{
	pid_t pid;

	signal_handle(SIGCHLD, count, SA_NOCLDWAIT | SA_RESTART);
	pid = child_exits_when_asleep(SYS_wait4, 17);
	signal_mask(SIG_UNBLOCK, SIGCHLD);
	if (variant->keeps_autoreaped)
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(17));
	else
		EXPECT_WAIT4(-1, 0, .error = ECHILD);
	EXPECT_EQ(1, handled);
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
	shadow_expect(_metadata, 2, 0, Q(NO_AUTOREAP));
}

static void reap_all(int sig)
{
	int saved = errno;

	while (syscall(SYS_wait4, -1, NULL, WNOHANG, NULL) > 0)
		atomic_fetch_add(&reaped, 1);
	atomic_fetch_add(&handled, sig == SIGCHLD);
	errno = saved;
}

/*
 * What many programs do: a handler that reaps until nothing is left.  It runs
 * at the instant at which the kernel announces the exit, and a zombie that it
 * missed would never be asked for again.
 */
SUBJECT_TEST(signals, handler_reaps)
{
	int i;

	signal_handle(SIGCHLD, reap_all, SA_RESTART);
	signal_mask(SIG_UNBLOCK, SIGCHLD);
	for_many(i, 200) {
		if (!child_fork())
			_exit(0);
		UNTIL(i - reaped < 3, "reaped by the handler");
	}
	UNTIL(reaped == i, "reaped by the handler");
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
}

/* The same, and the main line sleeps in a wait call of its own. */
SUBJECT_TEST(signals, handler_is_faster)
{
	pid_t pid;

	signal_handle(SIGCHLD, reap_all, 0);
	pid = child_exits_when_asleep(SYS_wait4, 12);
	signal_mask(SIG_UNBLOCK, SIGCHLD);
	if (variant->signal_first) {
		EXPECT_WAIT4(-1, 0, .error = EINTR);
		EXPECT_EQ(1, reaped);
	} else {
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(12));
		EXPECT_EQ(0, reaped);
	}
	EXPECT_EQ(1, handled);
	EXPECT_CONSUMED(pid);
}

/*
 * The subject is stopped and continued while it sleeps:
 *
 *   child:    sees it asleep, stops it, continues it, sees it asleep, exits
 *   subject:  Linux sleeps on; Starry says EINTR, and is called again
 */
SUBJECT_TEST(signals, stopped_while_asleep)
{
	pid_t own = getpid(), pid = child_fork();

	if (!pid) {
		until_asleep(own, own, SYS_wait4);
		signal_send(own, SIGSTOP);
		until_state(own, 'T');
		signal_send(own, SIGCONT);
		until_asleep(own, own, SYS_wait4);
		_exit(13);
	}
	if (variant->stop_interrupts)
		EXPECT_WAIT4(-1, 0, .error = EINTR);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(13));
	shadow_expect(_metadata, 1, 1, Q(EINTR_ALWAYS));
}

/* A waitid for stops only, and the only child exits. */
SUBJECT_TEST(signals, exit_is_no_stop)
{
	struct child c = child_hold();
	struct waiter w;

	signal_handle(SIGUSR1, count, 0);
	waiter_sleep(&w, call_waitid(P_ALL, 0, WSTOPPED));
	child_finish(&c, 14);
	if (!variant->only_stops) {
		EXPECT_WAITER(&w, .error = ECHILD);
		return;
	}
	until_asleep(getpid(), w.tid, SYS_waitid);
	send(&w, SIGUSR1);
	EXPECT_WAITER(&w, .error = EINTR);
	EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(14));
}

/* A waiter that is killed takes nothing: its child goes to the subject. */
SUBJECT_TEST(signals, waiter_is_killed)
{
	unsigned int slot = stage_slot();
	pid_t child, pid;

	become_subreaper();
	pid = child_fork();
	if (!pid) {
		child = child_fork();
		if (!child)
			child_obey(slot);
		stage->note[0] = child;
		syscall(SYS_wait4, -1, NULL, 0, NULL);
		_exit(99);
	}
	UNTIL(stage->note[0], "grandchild");
	child = stage->note[0];
	until_asleep(pid, pid, SYS_wait4);
	child_kill(pid, SIGKILL);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = SIGKILL);
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	stage_give(slot, ORDER_EXIT | 15);
	EXPECT_WAIT4(child, 0, .pid = child, .status = W_EXIT(15));
}

/* One thread of many is interrupted; the others sleep on. */
SUBJECT_TEST(signals, one_thread_of_many)
{
	struct child c = child_hold();
	struct waiter w[3];
	int i;

	signal_handle(SIGUSR1, count, 0);
	for (i = 0; i < 3; i++)
		waiter_sleep(&w[i], call_wait4(i ? -1 : c.pid, 0));
	until_waiting(getpid(), 3);
	send(&w[1], SIGUSR1);
	EXPECT_WAITER(&w[1], .error = EINTR);
	send(&w[2], SIGUSR1);
	EXPECT_WAITER(&w[2], .error = EINTR);
	until_asleep(getpid(), w[0].tid, SYS_wait4);
	until_waiting(getpid(), 1);
	EXPECT_EQ(2, handled);
	child_tell(&c, 16);
	EXPECT_WAITER(&w[0], .pid = c.pid, .status = W_EXIT(16));
}

KEEP_ARMED
TEST_HARNESS_MAIN
