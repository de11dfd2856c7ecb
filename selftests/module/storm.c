// SPDX-License-Identifier: GPL-2.0
/*
 * Many threads wait for any child, and many children end: each end wakes all threads.
 * Under linux that may not take longer than under stock, but for a factor.
 *
 * Both are measured in one run, in turns, the least of each, by the time-stamp counter;
 * there are more turns while one seems too long, since the host may have had other things
 * to do in all of the other's.  ALTWAIT_THOROUGH makes it 400 threads and 1,000 children.
 */
#include <sys/wait.h>
#include <x86intrin.h>

#include "calls.h"

OWN_VARIANT(storm);

enum { MOST_THREADS = 400, MOST_CHILDREN = 1000, TURNS = 2, MOST_TURNS = 6 };

/* How many times stock's time linux may take. */
#define FACTOR	4

static int n_threads, n_children;
static pid_t child[MOST_CHILDREN];
static atomic_int tid[MOST_THREADS], reaped;

/* Until there is no child any more. */
static void *wait_for_any(void *at)
{
	atomic_store((atomic_int *)at, gettid());
	while (syscall(SYS_wait4, -1, NULL, 0, NULL) > 0)
		atomic_fetch_add(&reaped, 1);
	if (errno != ECHILD)
		die("wait4");
	return NULL;
}

static bool sleeps(int i)
{
	pid_t of = atomic_load(&tid[i]);

	return of && task_sleeps_in(getpid(), of, SYS_wait4);
}

/* From when the first child is killed until no thread waits any more. */
static long end_all_children(void)
{
	pthread_t thread[MOST_THREADS];
	unsigned long begin;
	int i;

	for (i = 0; i < n_children; i++) {
		child[i] = child_fork();
		if (!child[i])
			child_stay();
	}
	for (i = 0; i < n_threads; i++)
		thread[i] = thread_start(wait_for_any, &tid[i]);
	for (i = 0; i < n_threads; i++)
		UNTIL(sleeps(i), "a thread to sleep");
	begin = __rdtsc();
	for (i = 0; i < n_children; i++)
		if (kill(child[i], SIGKILL))
			die("kill");
	for (i = 0; i < n_threads; i++)
		thread_join(thread[i], "end of a thread without a child left");
	if (atomic_load(&reaped) != n_children) {
		errno = EPROTO;
		die("not each child was told of once");
	}
	return __rdtsc() - begin;
}

/* In a process of its own, whose time comes back in a note. */
static long measure(int fd, int policy)
{
	pid_t pid = child_fork();

	if (!pid) {
		if (policy != STOCK && device_enroll_as(fd, 0, policy, 0))
			die("ALTWAIT_ENROLL");
		stage->note[0] = end_all_children();
		_exit(0);
	}
	if (waitpid(pid, NULL, 0) != pid)
		die("waitpid");
	return stage->note[0];
}

static long least(long a, long b)
{
	return a && a < b ? a : b;
}

SUBJECT_TEST(storm, takes_stocks_time)
{
	int share = getenv("ALTWAIT_THOROUGH") ? 1 : is_debug_kernel() ? 8 : 4;
	long stock = 0, took = 0;
	struct altwait_counters c;
	int i;

	n_threads = MOST_THREADS / share;
	n_children = MOST_CHILDREN / share;
	for (i = 0; i < TURNS || (i < MOST_TURNS && took >= FACTOR * stock); i++) {
		stock = least(stock, measure(self->fd, STOCK));
		took = least(took, measure(self->fd, LINUX));
	}
	TH_LOG("linux takes %ld.%02ld times as long as stock: %ld, %ld cycles", took / stock,
	       took % stock * 100 / stock, took, stock);
	EXPECT_LT(took, FACTOR * stock);
	EXPECT_EQ(0, device_counters(self->fd, &c));
	EXPECT_EQ(0, c.trouble);
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
