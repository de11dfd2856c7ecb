// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child = hold_in_group_stop();
	struct call c;

	must_trace(PTRACE_LISTEN, child.pid, 0);
	c = wait_4(child.pid, WNOHANG);
	decide_by(&c, 0, child.pid);
}
