// SPDX-License-Identifier: GPL-2.0
/* A parent and a child, each with a function of its own to stop in. */
#include "tracee.h"

static __attribute__((noinline)) int in_child(int n)
{
	return n + 1;
}

static __attribute__((noinline)) int in_parent(int n)
{
	return n + 2;
}

int main(void)
{
	struct child c = child_fork();
	int status;

	if (!c.pid)
		_exit(in_child(10));
	status = child_wait(c);
	if (status < 0)
		printf("child lost: %s\n", strerror(errno));
	else
		printf("child %d\n", WEXITSTATUS(status));
	return in_parent(3);
}
