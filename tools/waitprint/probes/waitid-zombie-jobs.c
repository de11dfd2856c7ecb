// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct child child = hold();
	struct call c;

	stop(child.pid);
	cont(child.pid);
	end(&child, 3);
	c = wait_id(P_PID, child.pid, WCONTINUED | WNOHANG);
	/* Whether a zombie is somebody, and the call comes to 0, is another quirk's. */
	decide(&c, came_to(&c) == -ECHILD || !came_to(&c), came_to(&c) == child.pid);
}
