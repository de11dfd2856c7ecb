// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child child = hold(), other = hold();
	struct sleeper one, two, *second;
	struct call c;

	/* Two threads wait for one child: what of the second? */
	fall_asleep(&one, a_wait4(child.pid, 0));
	fall_asleep(&two, a_wait4(child.pid, 0));
	end(&child, 6);
	second = is_back(&one) && one.call.ret == child.pid ? &two : &one;
	if (!is_back(second))
		sleeps_on(STARRY_WAY);
	if (second->call.ret != child.pid)
		decide_by(&second->call, -ECHILD, 0);
	/* Both are told.  A zombie is nobody to a call that is about stops. */
	fall_asleep(&one, a_waitid(P_PID, other.pid, WSTOPPED));
	end(&other, 6);
	if (is_back(&one))
		decide_by(&one.call, -ECHILD, 0);
	c = wait_id(P_PID, other.pid, WSTOPPED | WNOHANG);
	if (!c.error)
		cannot("a zombie is somebody to every call");
	sleeps_on(STARRY_WAY);
}
