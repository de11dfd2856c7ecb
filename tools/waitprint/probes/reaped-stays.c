// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child child = hold();
	struct sleeper one, two;
	bool both;

	/* Two threads wait for one child: how many are told of its end? */
	fall_asleep(&one, a_wait4(child.pid, 0));
	fall_asleep(&two, a_wait4(child.pid, 0));
	end(&child, 5);
	both = is_back(&one) & is_back(&two) && one.call.ret == two.call.ret;
	say(both ? STARRY_WAY : LINUX_WAY, "%s told", both ? "both are" : "one is");
}
