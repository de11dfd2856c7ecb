// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child = hold_traced();
	struct call c;

	trap(child.pid, SIGUSR1);
	c = wait_id(P_PID, child.pid, WEXITED | WNOHANG);
	decide_by(&c, child.pid, 0);
}
