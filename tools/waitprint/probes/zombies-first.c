// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child stopped = hold();
	pid_t pid = zombie(7);
	struct call c;

	stop(stopped.pid);
	c = wait_4(-1, WUNTRACED | WNOHANG);
	decide_by(&c, stopped.pid, pid);
}
