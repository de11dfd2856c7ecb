// SPDX-License-Identifier: GPL-2.0
/*
 * Two reapers: the main loop sleeps in wait(2), and a SIGCHLD handler that
 * restarts system calls polls for children too.  Who gets them?  Each child ends
 * when the main loop sleeps.
 */
#include <stdatomic.h>

#include "common.h"

#define CHILDREN	4

static atomic_int by_handler, failed;

static void on_child(int sig)
{
	int saved = errno, status;

	(void)sig;
	while (waitpid(-1, &status, WNOHANG) > 0) {
		by_handler++;
		failed += status != 0;
	}
	errno = saved;
}

int main(void)
{
	pid_t self = getpid();
	int i, by_loop = 0, status;

	handle(SIGCHLD, on_child, SA_RESTART);
	for (i = 0; i < CHILDREN; i++) {
		if (spawn() == 0) {
			until_waiting(self, self);
			_exit(0);
		}
		if (wait(&status) > 0) {
			by_loop++;
			failed += status != 0;
		} else if (errno != ECHILD) {
			die("wait");
		}
	}
	if (failed)
		die("a child");
	printf("reaped by the loop: %d, by the handler: %d\n", by_loop, by_handler);
	return 0;
}
