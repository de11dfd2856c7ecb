// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	pid_t pid = zombie(9);
	struct call c = wait_4(pid, WNOHANG);
	const unsigned char *bytes = (const unsigned char *)&c.usage;
	size_t i, n = 0;

	for (i = 0; i < sizeof(c.usage); i++)
		n += bytes[i] != POISON;
	say(n ? LINUX_WAY : STARRY_WAY, "%zu bytes of the rusage are written", n);
}
