// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	pid_t pid = zombie(10);
	struct call c;

	must_fault(pid, 0);
	c = wait_4(pid, WNOHANG);
	decide_by(&c, -ECHILD, pid);
}
