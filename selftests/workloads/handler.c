// SPDX-License-Identifier: GPL-2.0
/*
 * Two reapers: the main loop sleeps in wait(2), and a SIGCHLD handler that
 * restarts system calls polls for children too.  Who gets them?  Each child ends
 * when the main loop sleeps.
 */
#include <stdatomic.h>

#include "common.h"

#define CHILDREN	4

static atomic_int by_handler;

static void on_child(int sig)
{
	int saved = errno;

	(void)sig;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		by_handler++;
	errno = saved;
}

int main(void)
{
	struct sigaction act = { .sa_handler = on_child, .sa_flags = SA_RESTART };
	pid_t self = getpid();
	int i, by_loop = 0;

	sigaction(SIGCHLD, &act, NULL);
	for (i = 0; i < CHILDREN; i++) {
		if (spawn() == 0) {
			until_waiting(self, self);
			_exit(0);
		}
		if (wait(NULL) > 0)
			by_loop++;
		else if (errno != ECHILD)
			die("wait");
	}
	printf("reaped by the loop: %d, by the handler: %d\n", by_loop, by_handler);
	return 0;
}
