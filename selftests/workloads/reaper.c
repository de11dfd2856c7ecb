// SPDX-License-Identifier: GPL-2.0
/*
 * A server's way: a SIGCHLD handler reaps all that has ended, in a loop that
 * polls; the main loop sleeps in sigsuspend(2).
 */
#include <stdatomic.h>

#include "common.h"

#define CHILDREN	8

static atomic_int reaped, sum;

static void on_child(int sig)
{
	int saved = errno, status;

	(void)sig;
	while (waitpid(-1, &status, WNOHANG) > 0) {
		sum += WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
		reaped++;
	}
	errno = saved;
}

int main(void)
{
	sigset_t block, before;
	int i;

	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &block, &before))
		die("sigprocmask");
	handle(SIGCHLD, on_child, SA_RESTART | SA_NOCLDSTOP);

	for (i = 1; i <= CHILDREN; i++)
		if (spawn() == 0)
			_exit(i);
	while (reaped < CHILDREN)
		sigsuspend(&before);

	printf("%d children reaped, their statuses add up to %d\n", reaped, sum);
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		return 1;
	puts("none is left");
	return sum == CHILDREN * (CHILDREN + 1) / 2 ? 0 : 1;
}
