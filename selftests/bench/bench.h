/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the benchmark share; bench.c says what it is. */
#ifndef _SELFTESTS_BENCH_H
#define _SELFTESTS_BENCH_H

#include <err.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#ifndef MOST
#define MOST		16384
#endif
#define STACK		4096
#define MOST_THREADS	512

/**
 * struct kid - a child
 * @pid:  its pid
 * @ends: what it sleeps on, and ends when it is not 0
 */
struct kid {
	pid_t pid;
	int   ends;
};

extern struct kid kids[MOST];
extern int order[MOST];
extern unsigned int n;
extern char *stacks;
extern const char *mode;

/* What scripts/lib/profile.c looks for: no compiler makes them. */
static inline __attribute__((always_inline)) void begin_mark(void)
{
	asm volatile("xchg %%bx, %%bx" : : : "memory");
}

static inline __attribute__((always_inline)) void end_mark(void)
{
	asm volatile("xchg %%cx, %%cx" : : : "memory");
}

/* How many stretches between two marks there were. */
extern unsigned int n_marked;

/* The least cost of an expression, with something done before and after each time. */
#define BEST_AMONG(times, before, expr, after) ({			\
	unsigned long best_ = ULONG_MAX, from_, cost_;			\
	unsigned int i_;						\
									\
	for (i_ = 0; i_ < (times); i_++) {				\
		before;							\
		from_ = __rdtsc();					\
		begin_mark();						\
		expr;							\
		end_mark();						\
		cost_ = __rdtsc() - from_;				\
		n_marked++;						\
		if (cost_ < best_)					\
			best_ = cost_;					\
		after;							\
	}								\
	best_;								\
})

#define EXPECT(expr, wanted) do {					\
	long got_ = (expr), wanted_ = (wanted);				\
									\
	if (got_ != wanted_)						\
		err(1, "%s, n %u: %s is %ld, not %ld", mode, n, #expr,	\
		    got_, wanted_);					\
} while (0)

/* Past the C library: it would look for a cancellation. */
static inline long wait4_(pid_t pid, int options)
{
	int status;

	return syscall(SYS_wait4, pid, &status, options, NULL);
}

static inline long waitid_(idtype_t type, id_t id, int options)
{
	siginfo_t info;

	return syscall(SYS_waitid, type, id, &info, options, NULL);
}

/* bench.c */
void tell(const char *op, unsigned long cost);
void told_by_child(unsigned int stretches);
unsigned int tries(void);

/* kids.c */
void begin(unsigned int i);
void tell_end(unsigned int i);
void end(unsigned int i);
void begin_all(void);
void begin_orphans(void);
void shuffle(void);
void end_all(void);
void reap_all(void);

/* plain.c: one thread, no tracee */
void getppid_(void);
void echild(void);
void beside_all(void);
void fork_exit_wait(void);
void reap_all_random(void);
void pidfd_epoll_reap(void);

/* records.c: thousands of records */
void records(void (*again)(unsigned long *longest));

/* many.c: threads and tracees */
void thread_each_own(void);
void tracer_none(void);
int loops(unsigned int threads, unsigned long times);

#endif /* _SELFTESTS_BENCH_H */
