// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct agent parent = make_agent();
	pid_t older = agent_child(&parent), younger = agent_child(&parent);
	struct call c;

	must_trace(PTRACE_SEIZE, older, 0);
	must_trace(PTRACE_SEIZE, younger, 0);
	interrupt(older);
	interrupt(younger);
	c = wait_4(-1, WNOHANG);
	decide_by(&c, younger, older);
}
