// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child;
	struct agent tracer = traced_by_other(&child);
	struct call c;

	send(child.pid, SIGUSR1);
	agent_until_trapped(&tracer, child.pid);
	c = wait_4(child.pid, WNOHANG);
	decide_by(&c, 0, child.pid);
}
