// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	pid_t older = zombie(1), pid = older - 1, younger;
	struct call c;

	/* The next lower one that is free. */
	while (!(younger = zombie_as(pid)))
		if (--pid <= 1)
			cannot("no lower pid is free");
	c = wait_4(-1, WNOHANG);
	decide_by(&c, older, younger);
}
