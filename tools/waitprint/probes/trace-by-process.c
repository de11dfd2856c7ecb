// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct agent tracer = thread_traced_by_other(&t);
	struct call c = agent_wait(&tracer, t.pid, WNOHANG);

	decide_by(&c, -ECHILD, 0);
}
