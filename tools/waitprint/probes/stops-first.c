// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	pid_t pid = zombie(3);
	struct child traced = hold_traced();
	struct call c;

	trap(traced.pid, SIGUSR1);
	c = wait_4(-1, WNOHANG);
	decide_by(&c, pid, traced.pid);
}
