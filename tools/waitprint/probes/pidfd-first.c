// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	int fd = open("/dev/null", O_RDONLY);
	struct call c = wait_id(P_PIDFD, fd, WEXITED);

	if (c.error != EBADF)
		cannot("a file that is no pidfd: %s", strerror(c.error));
	c = wait_id(P_PIDFD, fd, 0);
	decide_by(&c, -EINVAL, -EBADF);
}
