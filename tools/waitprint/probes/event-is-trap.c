// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child = hold_in_group_stop();
	struct call c = wait_4(child.pid, WNOHANG);

	decide(&c, c.status == W_STOP(EVENT_STOP(SIGSTOP)),
	       c.status == W_STOP(EVENT_STOP(SIGTRAP)));
}
