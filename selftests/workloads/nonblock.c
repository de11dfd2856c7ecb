// SPDX-License-Identifier: GPL-2.0
/*
 * An event loop's way: waitid(2) on a pidfd with O_NONBLOCK, while the child
 * lives.  The child ends once its parent sleeps in a wait call.
 */
#include "common.h"

#ifndef PIDFD_NONBLOCK
#define PIDFD_NONBLOCK	O_NONBLOCK
#endif

#ifndef P_PIDFD
#define P_PIDFD	3
#endif

int main(void)
{
	pid_t self = getpid(), child = spawn();
	siginfo_t si = { 0 };
	int fd, status = 0;

	if (child == 0) {
		until_waiting(self, self);
		_exit(0);
	}
	fd = syscall(SYS_pidfd_open, child, PIDFD_NONBLOCK);
	if (fd < 0)
		die("pidfd_open");
	if (waitid(P_PIDFD, fd, &si, WEXITED) == 0)
		puts("it slept until the child had ended");
	else
		printf("at once: %s\n", strerror(errno));
	while (waitpid(-1, &status, 0) > 0)
		;
	if (status)
		die("the child");
	return 0;
}
