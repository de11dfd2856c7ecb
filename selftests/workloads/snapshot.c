// SPDX-License-Identifier: GPL-2.0
/*
 * One thread sleeps in wait(2) for any child; then another thread starts a
 * second child, which ends at once.  The first child ends only when the sleeper
 * has reported the second, or has seen it end and sleeps again.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "common.h"

static atomic_int sleeper_tid, reported;

static void *sleeper(void *arg)
{
	(void)arg;
	sleeper_tid = gettid();
	reported = wait(NULL);
	return NULL;
}

/* How often the sleeper went to sleep so far. */
static long sleeps(void)
{
	char buf[4096], *line;

	if (!read_task(getpid(), sleeper_tid, "status", buf, sizeof(buf)))
		return -1;
	line = strstr(buf, "\nvoluntary_ctxt_switches:");
	return line ? strtol(strchr(line, ':') + 1, NULL, 10) : -1;
}

static void until_seen(long before)
{
	while (!reported && !(sleeps() > before && is_waiting(getpid(), sleeper_tid)))
		sched_yield();
}

int main(void)
{
	pthread_t thread;
	pid_t first, second;
	long before;
	int release;

	first = spawn_held(&release, NULL);
	if (pthread_create(&thread, NULL, sleeper, NULL))
		die("pthread_create");
	while (!sleeper_tid)
		sched_yield();
	until_waiting(getpid(), sleeper_tid);
	before = sleeps();
	second = spawn();
	if (second == 0)
		_exit(0);
	until_seen(before);
	close(release);
	pthread_join(thread, NULL);
	printf("the sleeper reported the %s child\n",
	       reported == first ? "first" : reported == second ? "second" : "wrong");
	wait(NULL);
	return 0;
}
