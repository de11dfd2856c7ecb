// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	pid_t pid = zombie(3);
	int fd = pidfd_of(pid);
	struct call c = wait_4(pid, 0);

	if (zombie_as(pid) != pid)
		cannot("the pid is in use again");
	c = wait_id(P_PIDFD, fd, WEXITED | WNOHANG);
	decide_by(&c, -ECHILD, pid);
}
