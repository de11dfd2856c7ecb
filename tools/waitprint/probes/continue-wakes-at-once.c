// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child = hold();
	struct agent tracer = make_agent();
	struct sleeper s;
	struct call c;

	stop(child.pid);
	c = wait_4(child.pid, WUNTRACED | WNOHANG);
	if (c.ret != child.pid)
		decide(&c, false, false);
	agent_trace(&tracer, PTRACE_ATTACH, child.pid, 0);
	agent_until_trapped(&tracer, child.pid);
	agent_wait(&tracer, child.pid, WNOHANG);
	fall_asleep(&s, a_wait4(child.pid, WCONTINUED));
	/* It runs only when its tracer lets it. */
	send(child.pid, SIGCONT);
	if (is_back(&s))
		decide(&s.call, false, s.call.status == W_CONT);
	sleeps_on(LINUX_WAY);
}
