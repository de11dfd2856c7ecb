// SPDX-License-Identifier: GPL-2.0
/* A thread that has a child, and another child; both execute a program. */
#include <pthread.h>

#include "tracee.h"

static void run(const char *path, const char *argument)
{
	struct child c = child_fork();

	if (!c.pid) {
		execl(path, path, argument, NULL);
		_exit(127);
	}
	child_wait(c);
}

static pid_t tid;

static void *in_thread(void *arg)
{
	tid = gettid();
	run("/bin/true", NULL);
	return arg;
}

int main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, in_thread, NULL))
		return 1;
	pthread_join(thread, NULL);
	thread_gone(tid);
	run("/bin/echo", "child");
	puts("done");
	return 3;
}
