// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child later;
	struct sleeper s;

	hold();
	fall_asleep(&s, a_wait4(-1, 0));
	later = hold();
	end(&later, 4);
	if (!is_back(&s))
		sleeps_on(STARRY_WAY);
	decide_by(&s.call, later.pid, 0);
}
