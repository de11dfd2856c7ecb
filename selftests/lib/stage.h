/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that all processes of a test share, and orders through it. */
#ifndef _SELFTESTS_STAGE_H
#define _SELFTESTS_STAGE_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
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
 */
struct stage {
	atomic_uint	next;
	atomic_uint	order[STAGE_SLOTS];
	atomic_long	note[STAGE_NOTES];
};

static struct stage *stage;

static inline void stage_make(void)
{
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		die("mmap");
}

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
	syscall(SYS_futex, &stage->order[slot], FUTEX_WAKE, INT_MAX, NULL);
}

static inline unsigned int stage_take(unsigned int slot)
{
	unsigned int order;

	while (!(order = atomic_load(&stage->order[slot])))
		syscall(SYS_futex, &stage->order[slot], FUTEX_WAIT, 0, NULL);
	return order;
}

#endif /* _SELFTESTS_STAGE_H */
