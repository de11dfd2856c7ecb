// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	pid_t pid = zombie(7);
	struct child stopped = hold();
	struct call c;

	stop(stopped.pid);
	c = wait_id(P_ALL, 0, WEXITED | WSTOPPED | WNOHANG);
	decide_by(&c, pid, stopped.pid);
}
