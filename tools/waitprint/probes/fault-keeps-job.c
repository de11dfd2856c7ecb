// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child child = hold();
	struct call c;

	stop(child.pid);
	must_fault(child.pid, WUNTRACED);
	c = wait_4(child.pid, WUNTRACED | WNOHANG);
	decide_by(&c, 0, child.pid);
}
