// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child child = hold();
	int fd = syscall(SYS_pidfd_open, child.pid, O_NONBLOCK);
	struct sleeper s;

	if (fd < 0)
		failed("pidfd_open with PIDFD_NONBLOCK");
	begin(&s, a_waitid(P_PIDFD, fd, WEXITED));
	if (!is_back(&s))
		sleeps_on(STARRY_WAY);
	decide_by(&s.call, -EAGAIN, 0);
}
