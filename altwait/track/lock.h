/* SPDX-License-Identifier: GPL-2.0 */
/*
 * aw_lock, taken and let go; and for how long it is held, where somebody asks.
 *
 * It is held with interrupts off: its longest hold says for how long this module keeps
 * them off, but for the time that others hold it meanwhile, and for a fork, whose few
 * holds follow each other.  The order of locks stands at the top of track.h.
 */
#ifndef _ALTWAIT_LOCK_H
#define _ALTWAIT_LOCK_H

#include <linux/jump_label.h>
#include <linux/spinlock.h>

extern spinlock_t aw_lock;

DECLARE_STATIC_KEY_FALSE(aw_lock_is_timed);
void aw_lock_taken(void);
void aw_lock_let_go(void);

static __always_inline void aw_lock_note_taken(void)
{
	if (static_branch_unlikely(&aw_lock_is_timed))
		aw_lock_taken();
}

static __always_inline void aw_lock_note_let_go(void)
{
	if (static_branch_unlikely(&aw_lock_is_timed))
		aw_lock_let_go();
}

/* As spin_lock_irq() and its like do. */
static __always_inline void aw_lock_irq(void)
	__acquires(&aw_lock)
{
	spin_lock_irq(&aw_lock);
	aw_lock_note_taken();
}

static __always_inline void aw_unlock_irq(void)
	__releases(&aw_lock)
{
	aw_lock_note_let_go();
	spin_unlock_irq(&aw_lock);
}

static __always_inline unsigned long aw_lock_irqsave(void)
	__acquires(&aw_lock)
{
	unsigned long flags;

	spin_lock_irqsave(&aw_lock, flags);
	aw_lock_note_taken();
	return flags;
}

static __always_inline void aw_unlock_irqrestore(unsigned long flags)
	__releases(&aw_lock)
{
	aw_lock_note_let_go();
	spin_unlock_irqrestore(&aw_lock, flags);
}

/* Where interrupts are off already. */
static __always_inline void aw_lock_plain(void)
	__acquires(&aw_lock)
{
	spin_lock(&aw_lock);
	aw_lock_note_taken();
}

static __always_inline void aw_unlock_plain(void)
	__releases(&aw_lock)
{
	aw_lock_note_let_go();
	spin_unlock(&aw_lock);
}

/**
 * struct aw_hold - the longest hold of aw_lock since it was asked to be timed
 * @cycles: for how long, by the time-stamp counter; what took the lock while nobody
 *	timed it is left out
 * @ip: from where it was let go
 */
struct aw_hold {
	u64		cycles;
	unsigned long	ip;
};

void aw_lock_time(bool on);
struct aw_hold aw_lock_longest(void);

#endif /* _ALTWAIT_LOCK_H */
