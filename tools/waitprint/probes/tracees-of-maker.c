// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct agent parent = make_agent();
	pid_t pid = agent_child(&parent);
	struct call c;

	must_trace(PTRACE_SEIZE, pid, 0);
	interrupt(pid);
	c = wait_4(pid, __WNOTHREAD | __WALL | WNOHANG);
	decide_by(&c, pid, -ECHILD);
}
