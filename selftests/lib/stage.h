/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that all processes of a test share, and orders through it. */
#ifndef _SELFTESTS_STAGE_H
#define _SELFTESTS_STAGE_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "until.h"

#define STAGE_SLOTS	1024
#define STAGE_NOTES	64
#define ORDER_EXIT	0x100

/*
 * Memory that the harness, the subject and all its descendants share.
 * @next:  the first free slot
 * @order: what the child of a slot is to do, a futex; 0: wait
 * @note:  numbers that descendants leave for the subject
 * @deaths: see until.h
 */
struct stage {
	atomic_uint	next;
	atomic_uint	order[STAGE_SLOTS];
	atomic_long	note[STAGE_NOTES];
	atomic_uint	deaths;
};

static struct stage *stage;

static inline void stage_make(void)
{
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		die("mmap");
	deaths = &stage->deaths;
}

/* -------------------------------------------------------------------- futexes */

static inline void futex_wake(atomic_uint *at)
{
	if (syscall(SYS_futex, at, FUTEX_WAKE, INT_MAX, NULL) < 0)
		die("FUTEX_WAKE");
}

/* Until *at is not @old, that long has passed, or for no reason at all. */
static inline void futex_wait(atomic_uint *at, unsigned int old, long ms)
{
	const struct timespec left = {
		.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000,
	};

	if (ms <= 0)
		return;
	if (syscall(SYS_futex, at, FUTEX_WAIT, old, &left) && errno != EAGAIN &&
	    errno != EINTR && errno != ETIMEDOUT)
		die("FUTEX_WAIT");
}

/* --------------------------------------------------------------------- orders */

static inline unsigned int stage_slot(void)
{
	unsigned int slot = atomic_fetch_add(&stage->next, 1);

	if (slot >= STAGE_SLOTS) {
		errno = ENOSPC;
		die("stage");
	}
	return slot;
}

static inline void stage_give(unsigned int slot, unsigned int order)
{
	atomic_store(&stage->order[slot], order);
	futex_wake(&stage->order[slot]);
}

/* Who takes an order may wait for it as long as the test lasts, and sleeps once. */
static inline unsigned int stage_take(unsigned int slot)
{
	long end = now_ms() + SUBJECT_SECONDS * 1000;
	unsigned int order;

	while (!(order = atomic_load(&stage->order[slot]))) {
		still_time(end, "an order from the subject");
		futex_wait(&stage->order[slot], 0, end - now_ms());
	}
	return order;
}

#endif /* _SELFTESTS_STAGE_H */
