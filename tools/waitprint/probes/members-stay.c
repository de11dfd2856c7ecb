// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child child = hold(), other = hold();
	struct sleeper s;

	to_group(child.pid, child.pid);
	to_group(other.pid, child.pid);
	fall_asleep(&s, a_wait4(-child.pid, 0));
	to_group(child.pid, getpgrp());
	end(&child, 5);
	if (!is_back(&s))
		sleeps_on(LINUX_WAY);
	decide_by(&s.call, 0, child.pid);
}
