// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct call c;

	thread_traced_by_other(&t);
	end_process(&t);
	c = wait_4(t.pid, WNOHANG);
	decide_by(&c, 0, t.pid);
}
