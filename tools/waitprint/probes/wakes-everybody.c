// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child child = hold();
	struct sleeper s;

	/* Whoever looks while its only candidate has left the group finds nobody. */
	to_group(child.pid, child.pid);
	fall_asleep(&s, a_wait4(-child.pid, 0));
	to_group(child.pid, getpgrp());
	zombie(4);
	if (!is_back(&s))
		sleeps_on(LINUX_WAY);
	decide_by(&s.call, 0, -ECHILD);
}
