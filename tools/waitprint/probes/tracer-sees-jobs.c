// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child;
	struct agent tracer = traced_by_other(&child);
	struct call c;

	send(child.pid, SIGSTOP);
	agent_until_trapped(&tracer, child.pid);
	agent_wait(&tracer, child.pid, WNOHANG);
	drop_sigchld();
	agent_trace(&tracer, PTRACE_CONT, child.pid, SIGSTOP);
	until_sigchld(child.pid, CLD_STOPPED);
	agent_until_trapped(&tracer, child.pid);
	/* The ptrace stop that the group stop is, and then nothing. */
	c = agent_wait(&tracer, child.pid, WUNTRACED | WNOHANG);
	if (c.ret != child.pid)
		decide(&c, false, false);
	c = agent_wait(&tracer, child.pid, WUNTRACED | WNOHANG);
	decide_by(&c, 0, child.pid);
}
