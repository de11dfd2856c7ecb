// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct call c;

	/* The latest tracee, and the lowest, stands in a stop that is no event. */
	hold_threads(&t);
	must_trace(PTRACE_SEIZE, t.tid[2], 0);
	must_trace(PTRACE_SEIZE, t.tid[1], 0);
	tell_thread(&t, 1, TRAP_THREAD);
	until_trapped(t.tid[1]);
	interrupt(t.tid[2]);
	c = wait_4(-1, __WALL | WNOHANG);
	decide(&c, c.ret > 0 && c.status == W_STOP(SIGUSR1),
	       c.ret > 0 && c.status == W_STOP(EVENT_STOP(SIGTRAP)));
}
