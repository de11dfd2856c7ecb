// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	struct timespec used = { 0 };
	struct rusage usage;
	pid_t pid = make_child();
	struct call c;
	long ms;

	if (!pid) {
		while (!clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) && !used.tv_sec &&
		       used.tv_nsec < 50 * 1000 * 1000)
			;
		_exit(0);
	}
	until_dead(pid);
	c = wait_4(pid, WNOHANG);
	if (c.ret != pid)
		decide(&c, false, false);
	if (getrusage(RUSAGE_CHILDREN, &usage))
		failed("getrusage");
	ms = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	     (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
	say(ms ? LINUX_WAY : STARRY_WAY, "of a child's 50 ms, its parent has got %ld", ms);
}
