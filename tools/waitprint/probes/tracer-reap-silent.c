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
	end(&child, 2);
	if (is_back(&s))
		cannot("the parent is told before the tracer has waited");
	c = agent_wait(&tracer, child.pid, WNOHANG);
	if (c.ret != child.pid)
		cannot("the tracer is not told of the end");
	if (is_back(&s))
		say(LINUX_WAY, "the parent is woken");
	c = wait_4(child.pid, WNOHANG);
	if (c.ret != child.pid)
		cannot("what the tracer has been told is not there for the parent");
	sleeps_on(STARRY_WAY);
}
