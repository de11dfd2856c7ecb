// SPDX-License-Identifier: GPL-2.0
/* Functions to stop in: the main thread's and another thread's. */
#include <pthread.h>

#include "tracee.h"

static int total;
static pid_t tid;

static __attribute__((noinline)) int twice(int n)
{
	int result = n + n;

	total += result;
	return result;
}

static __attribute__((noinline)) void *in_thread(void *arg)
{
	tid = gettid();
	total += twice(20);
	return arg;
}

int main(void)
{
	pthread_t thread;

	twice(1);
	if (pthread_create(&thread, NULL, in_thread, NULL))
		return 1;
	pthread_join(thread, NULL);
	thread_gone(tid);
	printf("total %d\n", total);
	return 4;
}
