// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child = hold_traced();
	struct call c;

	to_syscall_stop(child.pid);
	must_trace(PTRACE_SETOPTIONS, child.pid, PTRACE_O_TRACESYSGOOD);
	c = wait_4(child.pid, WNOHANG);
	decide(&c, c.status == W_STOP(SIGTRAP), c.status == W_STOP(SIGTRAP | 0x80));
}
