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
	agent_trace(&tracer, PTRACE_SEIZE, child.pid, PTRACE_O_TRACEEXIT);
	agent_until_trapped(&tracer, child.pid);
	agent_wait(&tracer, child.pid, WNOHANG);
	/* It is killed, and its tracer holds it before its end. */
	send(child.pid, SIGKILL);
	do {
		c = agent_wait(&tracer, child.pid, 0);
	} while (c.ret == child.pid && c.status >> 16 != PTRACE_EVENT_EXIT);
	if (c.ret != child.pid || !WIFSTOPPED(c.status))
		cannot("a killed process is not held by PTRACE_O_TRACEEXIT");
	told = reports(&c, child.pid, WUNTRACED, W_STOP(SIGSTOP));
	decide(&c, !told, told);
}
