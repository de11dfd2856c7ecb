// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

static void nothing(int sig)
{
	(void)sig;
}

void probe(void)
{
	const struct sigaction action = { .sa_handler = nothing };
	pid_t self = getpid(), pid;
	struct call c;
	sigset_t set;

	/* No SA_RESTART. */
	sigaction(SIGCHLD, &action, NULL);
	pid = make_child();
	if (!pid) {
		until_asleep(self, self, SYS_wait4);
		_exit(11);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	c = wait_4(-1, 0);
	decide_by(&c, pid, -EINTR);
}
