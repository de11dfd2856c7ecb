/* SPDX-License-Identifier: GPL-2.0 */
/* What has not happened yet: how long to wait for it, and what to say then. */
#ifndef _SELFTESTS_UNTIL_H
#define _SELFTESTS_UNTIL_H

#include <poll.h>
#include <time.h>

#include <kselftest_harness.h>

/* How long anything may take that has to happen; under emulation, be patient. */
#define PATIENCE_MS	30000
/* The harness ends a test by force after this many seconds. */
#define TEST_SECONDS	120

static inline void die(const char *what)
{
	fprintf(stderr, "# pid %d: %s: %s\n", getpid(), what, strerror(errno));
	_exit(1);
}

static inline long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
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
			if (now_ms() > __end) {				\
				errno = ETIMEDOUT;			\
				die(what);				\
			}						\
			poll(NULL, 0, 1);				\
		}							\
	} while (0)

/*
 * For what needs many tries to be hit: n of them, in i, or as many as there is
 * time for, which in a debug kernel under emulation are a few dozen.
 */
#define MANY_MS		(getenv("ALTWAIT_THOROUGH") ? 15000 : 1500)
#define MANY_AT_LEAST	10
#define for_many(i, n)							\
	for (long __end = ((i) = 0, now_ms() + MANY_MS);		\
	     (i) < (n) && ((i) < MANY_AT_LEAST || now_ms() < __end);	\
	     (i)++)

#endif /* _SELFTESTS_UNTIL_H */
