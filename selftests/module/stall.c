// SPDX-License-Identifier: GPL-2.0
/*
 * What shadow mode works out does not grow with the children that have nothing to say:
 * it stalls neither the caller nor, under a lock, the machine.
 *
 * Times are compared with stock's own walk over the same children, the least of
 * several each, and never with a clock on the wall.  They are the processor's: the
 * clock of a debug kernel may be too coarse.
 */
#include <pthread.h>
#include <x86intrin.h>

#include "calls.h"

OWN_VARIANT(stall);

/* Of one that is slow at first, more tries are made: the host may have been busy. */
enum { CROWD = 256, TRIES = 5, MANY_TRIES = 200 };

/* How many times longer than stock's walk a call may take; it was 1,500. */
#define MANY	100

static pthread_barrier_t turn;
static pid_t child[CROWD];

static void fork_one(int i)
{
	child[i] = child_fork();
	if (!child[i])
		child_stay();
}

/* Every second child is this thread's, for Linux: pids and walk come in other orders. */
static void *fork_odd(void *unused)
{
	int i;

	for (i = 1; i < CROWD; i += 2) {
		pthread_barrier_wait(&turn);
		fork_one(i);
		pthread_barrier_wait(&turn);
	}
	/* What it has forked goes to another thread if it ends. */
	for (;;)
		pause();
	return unused;
}

static void fork_crowd(void)
{
	pthread_t thread;
	int i;

	pthread_barrier_init(&turn, NULL, 2);
	if (pthread_create(&thread, NULL, fork_odd, NULL))
		die("pthread_create");
	for (i = 0; i < CROWD; i += 2) {
		fork_one(i);
		pthread_barrier_wait(&turn);
		pthread_barrier_wait(&turn);
	}
}

static void end_crowd(void)
{
	int i;

	for (i = 0; i < CROWD; i++)
		kill(child[i], SIGKILL);
	for (i = 0; i < CROWD; i++)
		if (waitpid(-1, NULL, 0) < 0)
			die("waitpid");
}

/*
 * The least time that such a waitid for any child takes, which consumes nothing.  A time
 * below @enough is one.
 */
static long least_time(int options, long enough)
{
	long least = 0, begin, took;
	siginfo_t info;
	int i;

	for (i = 0; i < TRIES || (i < MANY_TRIES && least >= enough); i++) {
		begin = (long)__rdtsc();
		if (waitid(P_ALL, 0, &info, options | WNOHANG | WNOWAIT))
			die("waitid");
		took = (long)__rdtsc() - begin;
		if (!i || took < least)
			least = took;
	}
	return least;
}

/*
 * Linux reports the stop of the oldest child; Starry the zombie with the lowest pid.
 * No quirk alone explains that, and so all are asked, one after the other.
 */
SUBJECT_TEST(stall, explains_in_time)
{
	struct altwait_verdicts v;
	long walk, took;

	fork_crowd();
	walk = least_time(WEXITED, 0);
	ASSERT_EQ(0, device_shadow(self->fd, 0, STARRY, 0));
	EXPECT_LT(least_time(WEXITED, MANY * walk), MANY * walk)
		TH_LOG("nothing to report");
	child_kill(child[CROWD - 2], SIGKILL);
	child_kill(child[1], SIGKILL);
	child_stop(child[0], SIGSTOP);
	took = least_time(WEXITED | WSTOPPED, MANY * walk);
	EXPECT_LT(took, MANY * walk)
		TH_LOG("it took %ld cycles, and stock's walk %ld", took, walk);
	ASSERT_EQ(0, device_verdicts(self->fd, &v));
	EXPECT_LE(TRIES, v.differs);
	EXPECT_EQ(0, v.unexplained);
	EXPECT_EQ(0, v.control);
	ASSERT_EQ(0, device_dismiss(self->fd, 0));
	end_crowd();
}

NEEDS_ALTWAIT
TEST_HARNESS_MAIN
