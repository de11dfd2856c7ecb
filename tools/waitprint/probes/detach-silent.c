// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child;
	struct agent tracer = traced_by_other(&child);
	struct sleeper s;
	struct call c;

	fall_asleep(&s, a_wait4(child.pid, 0));
	end(&child, 3);
	if (is_back(&s))
		cannot("the parent is told before the tracer lets go");
	send(tracer.pid, SIGKILL);
	until_dead(tracer.pid);
	if (is_back(&s))
		decide_by(&s.call, child.pid, 0);
	c = wait_4(child.pid, WNOHANG);
	decide_by(&c, 0, child.pid);
}
