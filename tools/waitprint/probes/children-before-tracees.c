// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

static atomic_int child;

static void *trace_a_child(void *arg)
{
	struct child c = hold_traced();

	(void)arg;
	interrupt(c.pid);
	atomic_store(&child, c.pid);
	for (;;)
		pause();
	return NULL;
}

void probe(void)
{
	struct agent parent = make_agent();
	pid_t tracee = agent_child(&parent);
	struct call c;

	/* Another thread's child, and a tracee of our own: both stand in a stop. */
	start_thread(trace_a_child, NULL);
	UNTIL(atomic_load(&child), "a child of another thread");
	must_trace(PTRACE_SEIZE, tracee, 0);
	interrupt(tracee);
	c = wait_4(-1, WNOHANG);
	decide_by(&c, tracee, atomic_load(&child));
}
