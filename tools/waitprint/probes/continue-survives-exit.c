// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child = hold();
	struct agent tracer = make_agent();
	struct call c;
	bool told;

	stop(child.pid);
	c = wait_4(child.pid, WUNTRACED | WNOHANG);
	cont(child.pid);
	agent_trace(&tracer, PTRACE_SEIZE, child.pid, PTRACE_O_TRACEEXIT);
	tell_to_end(&child, 3);
	agent_until_trapped(&tracer, child.pid);
	told = reports(&c, child.pid, WCONTINUED, W_CONT);
	decide(&c, !told, told);
}
