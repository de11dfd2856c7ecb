// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct call c;
	bool event;

	hold_threads(&t);
	must_trace(PTRACE_SEIZE, t.tid[1], 0);
	must_trace(PTRACE_SEIZE, t.tid[2], 0);
	tell_thread(&t, 1, TRAP_THREAD);
	until_trapped(t.tid[1]);
	interrupt(t.tid[2]);
	/* Does the pid that is named belong to the stop that is told? */
	c = wait_4(-1, __WALL | WNOHANG);
	event = c.status == W_STOP(EVENT_STOP(SIGTRAP));
	decide(&c, c.ret == (event ? t.tid[2] : t.tid[1]), c.ret == t.tid[1] && event);
}
