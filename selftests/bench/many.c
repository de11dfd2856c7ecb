// SPDX-License-Identifier: GPL-2.0
/*
 * Operations with many threads: of the process itself, or of its tracee.
 */
#include <dirent.h>
#include <string.h>
#include <sys/ptrace.h>

#include "bench.h"

static pthread_barrier_t barrier;

static void *wait_for_own(void *arg)
{
	struct kid *k = arg;

	pthread_barrier_wait(&barrier);
	if (wait4_(k->pid, 0) != k->pid)
		err(1, "a thread waits for its own");
	return NULL;
}

static bool is_asleep(const char *task)
{
	char path[300], text[512] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%s/stat", task);
	f = fopen(path, "r");
	if (f) {
		(void)!fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	return strstr(text, ") S ");
}

/* Until all threads but this one sleep. */
static void until_asleep(void)
{
	unsigned int asleep;
	struct dirent *entry;
	DIR *dir;

	do {
		asleep = 0;
		dir = opendir("/proc/self/task");
		while ((entry = readdir(dir)))
			asleep += *entry->d_name != '.' && is_asleep(entry->d_name);
		closedir(dir);
		sched_yield();
	} while (asleep < n);
}

static pthread_t thread[MOST_THREADS];

static void begin_threads(void)
{
	pthread_attr_t attr;
	unsigned int i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN);
	pthread_barrier_init(&barrier, NULL, n + 1);
	begin_all();
	for (i = 0; i < n; i++)
		if (pthread_create(&thread[i], &attr, wait_for_own, &kids[i]))
			errx(1, "thread %u", i);
	pthread_barrier_wait(&barrier);
	until_asleep();
	shuffle();
}

static void end_threads(void)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		tell_end(order[i]);
	for (i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
}

void thread_each_own(void)
{
	if (n > MOST_THREADS)
		return;
	tell("thread_each_own", BEST_AMONG(tries(), begin_threads(), end_threads(),
					   pthread_barrier_destroy(&barrier)) / n);
}

/* ------------------------------------------------------------------- tracees */

static void *pauses(void *arg)
{
	pthread_barrier_wait(arg);
	for (;;)
		pause();
	return NULL;
}

static void trace_me(int ready)
{
	pthread_attr_t attr;
	pthread_t thread;
	unsigned int i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN);
	pthread_barrier_init(&barrier, NULL, n);
	for (i = 1; i < n; i++)
		if (pthread_create(&thread, &attr, pauses, &barrier))
			_exit(1);
	pthread_barrier_wait(&barrier);
	(void)!write(ready, "", 1);
	for (;;)
		pause();
}

static void seize_all(pid_t pid)
{
	struct dirent *entry;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.' &&
		    ptrace(PTRACE_SEIZE, atoi(entry->d_name), 0, 0))
			err(1, "seize %s", entry->d_name);
	closedir(dir);
}

/* A child of N threads, all of which are traced and run. */
void tracer_none(void)
{
	int ready[2];
	pid_t pid;
	char byte;

	if (n > MOST_THREADS || pipe(ready))
		return;
	pid = fork();
	if (!pid)
		trace_me(ready[1]);
	EXPECT(read(ready[0], &byte, 1), 1);
	seize_all(pid);
	tell("tracer_none", BEST_AMONG(6, (void)0, EXPECT(wait4_(-1, WNOHANG | __WALL), 0),
				       (void)0));
	kill(pid, SIGKILL);
	/* A policy may tell of each thread, or of the process alone. */
	while (wait4_(-1, __WALL) > 0)
		;
	/* The zombies of its threads may come later, and go in a wait call. */
	while (!kill(pid, 0)) {
		sched_yield();
		wait4_(-1, __WALL | WNOHANG);
	}
	close(ready[0]);
	close(ready[1]);
}

/* ---------------------------------------------------------------------- loop */

static void *loop(void *arg)
{
	unsigned long left;

	for (left = (unsigned long)arg; left; left--)
		fork_exit_wait();
	return NULL;
}

int loops(unsigned int threads, unsigned long times)
{
	unsigned int i;

	if (threads < 1 || threads > MOST_THREADS)
		errx(2, "1 to %d threads", MOST_THREADS);
	for (i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, loop, (void *)times))
			errx(1, "thread %u", i);
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
