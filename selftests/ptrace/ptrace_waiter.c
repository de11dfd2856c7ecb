// SPDX-License-Identifier: GPL-2.0
/* A tracee that sleeps in a wait call, and what a tracer does to the call. */
#include "agent.h"

/*
 * @interrupted: a signal ends the call though no handler runs for it (wait.rs:279,
 *	interruptible() looks for signals before each poll); Linux restarts it
 */
FOUR_VARIANTS(ptrace_waiter,
	      DIFFERING(bool interrupted;),
	      ON_LINUX(),
	      ON_STARRY(.interrupted = true));

#define EXPECT_WAITER_ON(a, child, code)				\
	do {								\
		if (variant->interrupted) {				\
			EXPECT_AGENT_END(a, .error = EINTR);		\
		} else {						\
			until_asleep((a)->pid, (a)->pid, SYS_wait4);	\
			child_tell(&(child), code);			\
			EXPECT_AGENT_END(a, .pid = (child).pid,		\
					 .status = W_EXIT(code));	\
		}							\
	} while (0)

/* Ignored, but a tracer sees it; or fatal, and the tracer drops it. */
SUBJECT_TEST(ptrace_waiter, waiter_and_signal)
{
	const int sig[] = { SIGWINCH, SIGTERM };
	struct agent *a = agent_make();
	struct child c;
	unsigned int i;

	ASSERT_EQ(0, pt(PTRACE_SEIZE, a->pid, 0, 0));
	for (i = 0; i < ARRAY_SIZE(sig); i++) {
		c = agent_child(a);
		agent_sleep(a, call_wait4(c.pid, 0));
		signal_send(a->pid, sig[i]);
		EXPECT_WAIT4(a->pid, 0, .pid = a->pid,
			     .status = W_STOP(sig[i]));
		resume(PTRACE_CONT, a->pid, 0);
		EXPECT_WAITER_ON(a, c, 3);
	}
}

/* PTRACE_ATTACH sends a SIGSTOP, PTRACE_INTERRUPT sends nothing. */
SUBJECT_TEST(ptrace_waiter, waiter_is_attached_to)
{
	struct agent *a = agent_make();
	struct child c = agent_child(a);

	agent_sleep(a, call_wait4(c.pid, 0));
	ASSERT_EQ(0, pt(PTRACE_ATTACH, a->pid, 0, 0));
	take_stop(a->pid);
	ASSERT_EQ(0, pt(PTRACE_DETACH, a->pid, 0, 0));
	EXPECT_WAITER_ON(a, c, 4);
}

SUBJECT_TEST(ptrace_waiter, waiter_is_interrupted)
{
	struct agent *a = agent_make();
	struct child c = agent_child(a);

	agent_sleep(a, call_wait4(c.pid, 0));
	ASSERT_EQ(0, pt(PTRACE_SEIZE, a->pid, 0, 0));
	ASSERT_EQ(0, pt(PTRACE_INTERRUPT, a->pid, 0, 0));
	take_stop(a->pid);
	ASSERT_EQ(0, pt(PTRACE_DETACH, a->pid, 0, 0));
	until_asleep(a->pid, a->pid, SYS_wait4);
	child_tell(&c, 5);
	EXPECT_AGENT_END(a, .pid = c.pid, .status = W_EXIT(5));
}

KEEP_ARMED
TEST_HARNESS_MAIN
