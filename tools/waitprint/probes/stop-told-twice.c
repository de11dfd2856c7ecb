// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct child child = hold();
	struct call c;
	bool told;

	stop(child.pid);
	must_trace(PTRACE_SEIZE, child.pid, 0);
	until_trapped(child.pid);
	told = reports(&c, child.pid, WUNTRACED, W_STOP(SIGSTOP));
	decide(&c, !told, told);
}
