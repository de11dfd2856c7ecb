// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	pid_t self = getpid(), pid = make_child();
	struct call c;

	if (!pid) {
		/* Stopped and continued while it sleeps; no handler runs. */
		until_asleep(self, self, SYS_wait4);
		need_proc();
		send(self, SIGSTOP);
		UNTIL(task_state(self, self) == 'T', "a stop");
		send(self, SIGCONT);
		until_asleep(self, self, SYS_wait4);
		_exit(12);
	}
	c = wait_4(-1, 0);
	decide_by(&c, pid, -EINTR);
}
