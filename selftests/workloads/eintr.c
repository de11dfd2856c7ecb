// SPDX-License-Identifier: GPL-2.0
/*
 * `while (wait(NULL) > 0)`, as many programs have it, beside a SIGCHLD handler
 * without SA_RESTART.  On Linux a child that has ended wins over the signal that
 * says so.
 */
#include "common.h"

#define CHILDREN	3

static void on_child(int sig)
{
	(void)sig;
}

int main(void)
{
	int i, collected = 0, status;

	handle(SIGCHLD, on_child, 0);
	for (i = 0; i < CHILDREN; i++) {
		if (spawn() == 0) {
			until_parent_waits();
			_exit(0);
		}
	}
	while (wait(&status) > 0) {
		if (status)
			die("a child");
		collected++;
	}
	printf("%d of %d children collected, then: %s\n", collected, CHILDREN, strerror(errno));
	return collected == CHILDREN ? 0 : 1;
}
