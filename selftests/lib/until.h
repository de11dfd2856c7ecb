/* SPDX-License-Identifier: GPL-2.0 */
/* What has not happened yet: how long to wait for it, and what to say then. */
#ifndef _SELFTESTS_UNTIL_H
#define _SELFTESTS_UNTIL_H

#include <poll.h>
#include <stdatomic.h>
#include <stdnoreturn.h>
#include <time.h>

#include <kselftest_harness.h>

/* How long anything may take that has to happen; under emulation, be patient. */
#define PATIENCE_MS	30000
/* How long a test's subject may take, and what it has told to hold still. */
#define SUBJECT_SECONDS	110
/* The harness ends a test by force after this many seconds. */
#define TEST_SECONDS	120

/*
 * How many processes of this test have died by die().  It is in memory that all of
 * them share, since most exit statuses are looked at by nobody, or are those that
 * die() has: a test in which anybody has died this way has failed.  NULL: there is
 * no such memory yet.
 */
static atomic_uint *deaths;

static noreturn inline void die(const char *what)
{
	fprintf(stderr, "# pid %d: %s: %s\n", getpid(), what, strerror(errno));
	if (deaths)
		atomic_fetch_add(deaths, 1);
	_exit(1);
}

static inline long now_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts))
		die("clock_gettime");
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Says what is awaited, and ends, if it is too late for that or in vain. */
static inline void still_time(long end, const char *what)
{
	if (deaths && atomic_load(deaths)) {
		errno = ECANCELED;
		die(what);
	}
	if (now_ms() > end) {
		errno = ETIMEDOUT;
		die(what);
	}
}

/*
 * For what nobody announces: look, give way to others, look again, until the
 * deadline.  Use as: UNTIL(condition, "what is awaited").
 */
#define UNTIL(condition, what)						\
	do {								\
		long __end = now_ms() + PATIENCE_MS;			\
									\
		while (!(condition)) {					\
			still_time(__end, what);			\
			poll(NULL, 0, 1);				\
		}							\
	} while (0)

/* The same for those who look without a pause, since a moment is what they test. */
#define SPIN_UNTIL(condition, what)					\
	do {								\
		long __end = now_ms() + PATIENCE_MS;			\
		unsigned int __spins = 0;				\
									\
		while (!(condition))					\
			if (!(++__spins % 64))				\
				still_time(__end, what);		\
	} while (0)

/* A kernel that checks each lock and each access, and is slower by a factor. */
static inline bool is_debug_kernel(void)
{
	return !access("/proc/lockdep", F_OK);
}

/*
 * For what needs many tries to be hit: n of them, in i, or as many as there is
 * time for, which in a debug kernel under emulation are a few dozen.
 */
#define MANY_MS		(getenv("ALTWAIT_THOROUGH") ? 15000 : 1500)
#define MANY_AT_LEAST	10
#define for_many_from(least, i, n)					\
	for (long __end = ((i) = 0, now_ms() + MANY_MS);		\
	     (i) < (n) && ((i) < (least) || now_ms() < __end);		\
	     (i)++)
#define for_many(i, n)		for_many_from(MANY_AT_LEAST, i, n)

#endif /* _SELFTESTS_UNTIL_H */
