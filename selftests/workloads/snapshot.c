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

/* How often the sleeper went to sleep so far; -1 if it is gone. */
static long sleeps(void)
{
	char buf[4096], *line;

	if (!read_task(getpid(), sleeper_tid, "status", buf, sizeof(buf)))
		return -1;
	line = strstr(buf, "\nvoluntary_ctxt_switches:");
	if (!line)
		die("voluntary_ctxt_switches");
	return strtol(strchr(line, ':') + 1, NULL, 10);
}

static void until_seen(long before)
{
	UNTIL(reported || (sleeps() > before && is_waiting(getpid(), sleeper_tid)),
	      "the sleeper's look at the second child");
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
	UNTIL(sleeper_tid, "start of the sleeper");
	until_waiting(getpid(), sleeper_tid);
	before = sleeps();
	if (before < 0)
		die("the sleeper");
	second = spawn();
	if (second == 0)
		_exit(0);
	until_seen(before);
	close(release);
	if (pthread_join(thread, NULL))
		die("pthread_join");
	printf("the sleeper reported the %s child\n",
	       reported == first ? "first" : reported == second ? "second" : "wrong");
	wait(NULL);
	return 0;
}
