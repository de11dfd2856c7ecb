// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child = hold_in_group_stop();
	struct call c = wait_id(P_PID, child.pid, WSTOPPED | WNOHANG);

	decide(&c, c.info.si_status >> 8 == PTRACE_EVENT_STOP, c.info.si_status >> 8 == 0);
}
