// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct call c = wait_id(P_ALL, 0, WEXITED);

	if (c.error != ECHILD)
		decide(&c, false, false);
	say(c.info.si_signo == 0 ? LINUX_WAY : STARRY_WAY, "ECHILD leaves %#x in si_signo",
	    c.info.si_signo);
}
