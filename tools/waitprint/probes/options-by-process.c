// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct call c;

	hold_threads(&t);
	must_trace(PTRACE_SEIZE, t.tid[0], 0);
	must_trace(PTRACE_SEIZE, t.tid[1], PTRACE_O_TRACESYSGOOD);
	to_syscall_stop(t.pid);
	c = wait_4(t.pid, WNOHANG);
	decide(&c, c.status == W_STOP(SIGTRAP), c.status == W_STOP(SIGTRAP | 0x80));
}
