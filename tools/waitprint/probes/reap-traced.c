// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child;
	struct call c;

	traced_by_other(&child);
	end(&child, 1);
	c = wait_4(child.pid, WNOHANG);
	decide_by(&c, 0, child.pid);
}
