// SPDX-License-Identifier: GPL-2.0
/*
 * aw_lock, and how long it is held: the bodies of lock.h.
 *
 * Nobody pays for that until it is asked for: then each hold reads the time-stamp
 * counter twice.
 */
#include <linux/mutex.h>
#include <linux/timex.h>

#include "lock.h"

DEFINE_SPINLOCK(aw_lock);
DEFINE_STATIC_KEY_FALSE(aw_lock_is_timed);

/* aw_lock: when it was taken, 0 if nobody timed it then. */
static u64 since;
static struct aw_hold longest;

/* Context: aw_lock held. */
void aw_lock_taken(void)
{
	since = get_cycles();
}

/* Context: aw_lock held. */
noinline void aw_lock_let_go(void)
{
	u64 cycles = get_cycles() - since;

	if (since && cycles > longest.cycles) {
		longest.cycles = cycles;
		longest.ip = _RET_IP_;
	}
	since = 0;
}

/**
 * aw_lock_time - begin to time how long aw_lock is held, or end that
 * @on: begin, with nothing counted so far
 *
 * Context: process, no lock held.
 */
void aw_lock_time(bool on)
{
	static DEFINE_MUTEX(one);

	mutex_lock(&one);
	static_branch_disable(&aw_lock_is_timed);
	spin_lock_irq(&aw_lock);
	since = 0;
	longest = (struct aw_hold){};
	spin_unlock_irq(&aw_lock);
	if (on)
		static_branch_enable(&aw_lock_is_timed);
	mutex_unlock(&one);
}

/**
 * aw_lock_longest - the longest hold since aw_lock_time()
 *
 * Context: process, no lock held.
 * Return: all 0 if it is not timed.
 */
struct aw_hold aw_lock_longest(void)
{
	struct aw_hold hold;

	spin_lock_irq(&aw_lock);
	hold = longest;
	spin_unlock_irq(&aw_lock);
	return hold;
}
