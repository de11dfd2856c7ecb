// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	pid_t pid = zombie(8);
	struct call c = wait_id(P_PID, pid, WEXITED | WNOHANG);
	const unsigned char *bytes = (const unsigned char *)&c.info;
	size_t i, n = 0;

	for (i = 28; i < sizeof(c.info); i++)
		n += bytes[i] != POISON;
	say(!n ? LINUX_WAY : n == sizeof(c.info) - 28 ? STARRY_WAY : OTHER_WAY,
	    "%zu of the last 100 bytes are written", n);
}
