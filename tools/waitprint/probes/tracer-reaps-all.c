// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child;
	struct agent tracer = traced_by_other(&child);
	struct call c;

	end(&child, 2);
	c = agent_wait(&tracer, child.pid, WNOHANG);
	if (c.ret != child.pid)
		decide(&c, false, false);
	c = wait_4(child.pid, WNOHANG);
	decide_by(&c, child.pid, -ECHILD);
}
