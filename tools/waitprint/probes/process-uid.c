// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct threads t;
	struct call c;

	if (geteuid())
		cannot("a thread with another uid: that needs root");
	hold_threads(&t);
	must_trace(PTRACE_SEIZE, t.tid[1], 0);
	must_trace(PTRACE_SEIZE, t.tid[0], 0);
	tell_thread(&t, 1, CHANGE_UID);
	tell_thread(&t, 1, TRAP_THREAD);
	until_trapped(t.tid[1]);
	c = wait_id(P_ALL, 0, WSTOPPED | __WALL | WNOHANG);
	if (came_to(&c) <= 0)
		decide(&c, false, false);
	say(c.info.si_uid == OTHER_UID ? LINUX_WAY : c.info.si_uid ? OTHER_WAY : STARRY_WAY,
	    "si_uid is %d, the thread's is %d", c.info.si_uid, OTHER_UID);
}
