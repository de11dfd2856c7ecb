// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child stopped = hold(), child;
	struct sleeper s;

	traced_by_other(&child);
	stop(stopped.pid);
	to_group(child.pid, child.pid);
	fall_asleep(&s, a_wait4(-child.pid, WUNTRACED));
	/* In silence: whoever is woken now has something to find. */
	to_group(stopped.pid, child.pid);
	end(&child, 1);
	if (!is_back(&s))
		sleeps_on(LINUX_WAY);
	decide(&s.call, false, s.call.ret == stopped.pid || s.call.ret == child.pid);
}
