// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct call c;
	int i;

	hold_threads(&t);
	for (i = 0; i < THREADS; i++)
		must_trace(PTRACE_SEIZE, t.tid[i], 0);
	tell_thread(&t, 1, END_THREAD);
	until_thread_gone(&t, 1);
	c = wait_4(t.tid[1], __WALL | WNOHANG);
	decide(&c, c.ret == t.tid[1], c.error == ECHILD || c.ret == 0);
}
