// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct call c;
	bool told;

	need_proc();
	hold_threads(&t);
	must_trace(PTRACE_SEIZE, t.tid[1], 0);
	send(t.pid, SIGSTOP);
	until_trapped(t.tid[1]);
	UNTIL(task_state(t.pid, t.tid[0]) == 'T' && task_state(t.pid, t.tid[2]) == 'T',
	      "a group stop");
	told = reports(&c, t.pid, WUNTRACED, W_STOP(SIGSTOP));
	decide(&c, told, !told);
}
