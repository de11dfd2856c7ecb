// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct agent tracer = thread_traced_by_other(&t);
	struct call c;
	int i;

	stop(t.pid);
	agent_until_trapped(&tracer, t.tid[1]);
	agent_wait(&tracer, -1, WNOHANG);
	cont(t.pid);
	for (i = 0; i < 4; i++) {
		c = agent_wait(&tracer, -1, WCONTINUED | WNOHANG);
		if (c.ret > 0 && c.status == W_CONT)
			decide_by(&c, t.tid[1], t.pid);
	}
	decide(&c, false, false);
}
