// SPDX-License-Identifier: GPL-2.0
/*
 * The quirks about who is woken, but for adoption-silent (quirks_family.c).
 *
 * A wake-up makes its task runnable before whoever caused it goes on.  So one
 * that is asleep after an event was not woken by it, or has looked in vain.
 */
#include "quirk.h"

static void until_sleeps_on(struct waiter *w)
{
	until_asleep(getpid(), w->tid, SYS_wait4);
}

/* The child stands in a trap of its tracer's when SIGCONT arrives. */
QUIRK_TEST(CONTINUE_WAKES_AT_ONCE)
{
	struct agent *a = agent_make();
	struct child c = child_hold();
	struct waiter w;

	child_stop(c.pid, SIGSTOP);
	EXPECT_WAIT4(c.pid, WUNTRACED, .pid = c.pid,
		     .status = W_STOP(SIGSTOP));
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_ATTACH, c.pid, 0));
	agent_until_trapped(a, c.pid);
	waiter_sleep(&w, call_wait4(c.pid, WCONTINUED));
	signal_send(c.pid, SIGCONT);
	if (!has) {
		until_sleeps_on(&w);
		ASSERT_EQ(0, agent_ptrace(a, PTRACE_CONT, c.pid, 0));
	}
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_CONT);
}

/*
 * The subject traces its agent's child, which does not get SIGCONT and so stands
 * in no trap for it.  It has run, and said so, once it is back in its own call.
 */
QUIRK_TEST(CONTINUE_WAKES_PARENT)
{
	struct agent *a;
	struct child c;
	struct waiter w;

	signal_mask(SIG_BLOCK, SIGCONT);
	a = agent_make();
	c = agent_child(a);
	ASSERT_EQ(0, pt(PTRACE_ATTACH, c.pid, 0, 0));
	take_stop(c.pid);
	resume(PTRACE_CONT, c.pid, SIGSTOP);
	take_stop(c.pid);
	waiter_sleep(&w, call_wait4(c.pid, WCONTINUED | __WALL));
	signal_send(c.pid, SIGCONT);
	resume(PTRACE_CONT, c.pid, 0);
	until_state(c.pid, 'S');
	if (has) {
		until_sleeps_on(&w);
		EXPECT_WAIT4(c.pid, WCONTINUED | WNOHANG | __WALL,
			     .pid = c.pid, .status = W_CONT);
		return;
	}
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_CONT);
}

/*
 * Whoever looks finds a stopped child, which has joined the group in silence; a
 * traced one of the group exits, and its tracer waits for it.
 */
QUIRK_TEST(TRACED_EXIT_WAKES_PARENT)
{
	struct child stopped = child_hold(), c;
	struct agent *a = agent_traces(&c);
	struct waiter w;

	child_stop(stopped.pid, SIGSTOP);
	ASSERT_EQ(0, setpgid(c.pid, c.pid));
	waiter_sleep(&w, call_wait4(-c.pid, WUNTRACED));
	ASSERT_EQ(0, setpgid(stopped.pid, c.pid));
	child_finish(&c, 1);
	if (!has) {
		until_sleeps_on(&w);
		EXPECT_AGENT_WAIT4(a, c.pid, 0, .pid = c.pid,
				   .status = W_EXIT(1));
	}
	EXPECT_WAITER(&w, .pid = stopped.pid, .status = W_STOP(SIGSTOP));
}

QUIRK_TEST(TRACER_REAP_SILENT)
{
	struct child c;
	struct agent *a = agent_traces(&c);
	struct waiter w;

	waiter_sleep(&w, call_wait4(c.pid, 0));
	child_tell(&c, 2);
	EXPECT_AGENT_WAIT4(a, c.pid, 0, .pid = c.pid, .status = W_EXIT(2));
	if (has) {
		until_sleeps_on(&w);
		EXPECT_WAIT4(c.pid, WNOHANG, .pid = c.pid, .status = W_EXIT(2));
		return;
	}
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(2));
}

/* The tracer's own end is no news for who waits for the child alone. */
QUIRK_TEST(DETACH_SILENT)
{
	struct child c;
	struct agent *a = agent_traces(&c);
	struct waiter w;

	waiter_sleep(&w, call_wait4(c.pid, 0));
	child_finish(&c, 3);
	until_sleeps_on(&w);
	child_kill(a->pid, SIGKILL);
	if (has) {
		until_sleeps_on(&w);
		EXPECT_WAIT4(c.pid, WNOHANG, .pid = c.pid, .status = W_EXIT(3));
		return;
	}
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(3));
}

/* Whoever looks while the only candidate has left the group finds nobody. */
QUIRK_TEST(WAKES_EVERYBODY)
{
	struct child c = child_hold();
	struct waiter w;

	ASSERT_EQ(0, setpgid(c.pid, c.pid));
	waiter_sleep(&w, call_wait4(-c.pid, 0));
	ASSERT_EQ(0, setpgid(c.pid, getpgid(0)));
	child_exited(4);
	if (has) {
		EXPECT_WAITER(&w, .error = ECHILD);
		return;
	}
	until_sleeps_on(&w);
	ASSERT_EQ(0, setpgid(c.pid, c.pid));
	child_tell(&c, 5);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(5));
}

/*
 * Sleepers that take turns on one CPU, by the order in which they are woken: whoever is
 * woken first has looked, and taken what it found, before the next one runs.
 */
static void sleep_in_turn(struct waiter *w, struct call call)
{
	struct sched_param param = { .sched_priority = 10 };
	cpu_set_t first;

	waiter_sleep(w, call);
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(w->tid, sizeof(first), &first) ||
	    sched_setscheduler(w->tid, SCHED_FIFO, &param))
		die("a sleeper's turn");
}

/* Whoever was woken in vain has looked: it runs, for /proc, until it sleeps again. */
static void until_asleep_again(struct waiter *w)
{
	if (!atomic_load(&w->done))
		until_asleep(getpid(), w->tid, SYS_wait4);
}

/* All are woken for each child, and but for one in vain. */
QUIRK_TEST(OLDEST_FIRST)
{
	enum { SLEEPERS = 4 };
	struct child c[SLEEPERS], other = child_hold();
	struct waiter w[SLEEPERS], any, one;
	int i, k, served;

	for (i = 0; i < SLEEPERS; i++)
		c[i] = child_hold();
	for (i = 0; i < SLEEPERS; i++)
		sleep_in_turn(&w[i], call_wait4(-1, i % 2 ? __WALL : 0));
	for (i = 0; i < SLEEPERS; i++) {
		served = has ? i : SLEEPERS - 1 - i;
		child_tell(&c[i], 10 + i);
		EXPECT_WAITER(&w[served], .pid = c[i].pid, .status = W_EXIT(10 + i));
		until_waiting(getpid(), SLEEPERS - 1 - i);
		for (k = 0; k < SLEEPERS; k++)
			until_asleep_again(&w[k]);
	}

	/* One is woken in vain, and by registering anew it would come last. */
	c[0] = child_hold();
	sleep_in_turn(&any, call_wait4(-1, __WALL));
	sleep_in_turn(&one, call_wait4(c[0].pid, 0));
	child_stop(other.pid, SIGSTOP);
	until_asleep_again(&any);
	until_waiting(getpid(), 2);
	child_tell(&c[0], 20);
	EXPECT_WAITER(&one, .pid = c[0].pid, .status = W_EXIT(20));
	signal_send(other.pid, SIGKILL);
	EXPECT_WAITER(&any, .pid = other.pid, .status = SIGKILL);

	/* And where that one has been asleep for longer, it comes first as before. */
	c[0] = child_hold();
	c[1] = child_hold();
	sleep_in_turn(&one, call_wait4(c[0].pid, 0));
	sleep_in_turn(&any, call_wait4(-1, __WALL));
	child_stop(c[1].pid, SIGSTOP);
	until_asleep_again(&any);
	until_waiting(getpid(), 2);
	child_tell(&c[0], 21);
	served = has;
	EXPECT_WAITER(served ? &one : &any, .pid = c[0].pid, .status = W_EXIT(21));
	if (served)
		signal_send(c[1].pid, SIGKILL);
	EXPECT_WAITER(served ? &any : &one, .pid = served ? c[1].pid : 0,
		      .error = served ? 0 : ECHILD, .status = served ? SIGKILL : 0);
}

KEEP_ARMED
TEST_HARNESS_MAIN
