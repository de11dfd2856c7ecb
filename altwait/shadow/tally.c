// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts, counted: for everybody, and for each file that somebody was enrolled
 * through.
 */
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "internal.h"

static struct aw_tally aw_tally_all = {
	.refs = REFCOUNT_INIT(1),
	.lock = __SPIN_LOCK_UNLOCKED(aw_tally_all.lock),
};

/* Context: process.  NULL without memory. */
struct aw_tally *aw_tally_new(void)
{
	struct aw_tally *tally = kzalloc(sizeof(*tally), GFP_KERNEL_ACCOUNT);

	if (!tally)
		return NULL;
	refcount_set(&tally->refs, 1);
	spin_lock_init(&tally->lock);
	return tally;
}

/* The place of an example with the ABI's @index; -EINVAL: there is none. */
static int place_of(u32 index)
{
	u32 nr = index < 64 ? index : index - 64;

	if (index >= ALTWAIT_EXAMPLE_CONTROL && index <= ALTWAIT_EXAMPLE_STUCK)
		return AW_N_QUIRKS + index - ALTWAIT_EXAMPLE_CONTROL;
	return nr < AW_N_QUIRKS && ALTWAIT_EXAMPLE_QUIRK(nr) == index ?
	       nr : -EINVAL;
}

static void note_example(struct aw_tally *tally, unsigned int place,
			 const struct altwait_verdict *v)
{
	if (!tally->first[place].time)
		tally->first[place] = *v;
}

static void count_difference(struct aw_tally *tally,
			     const struct altwait_verdict *v)
{
	aw_quirkset quirks = aw_quirks_of(v->quirks, v->quirks_more);
	unsigned int i;

	tally->n.differs++;
	if (v->policy.kind == ALTWAIT_KIND_ASLEEP)
		tally->n.asleep++;
	if (!quirks) {
		tally->n.unexplained++;
		note_example(tally, AW_EXAMPLE(UNEXPLAINED), v);
	}
	for (i = 0; i < AW_N_QUIRKS; i++) {
		if (!(quirks & AW_Q_NR(i)))
			continue;
		tally->n.quirk[i]++;
		note_example(tally, i, v);
	}
}

static void count_verdict(struct aw_tally *tally,
			  const struct altwait_verdict *v)
{
	unsigned long flags;

	if (!tally)
		return;
	spin_lock_irqsave(&tally->lock, flags);
	tally->n.calls++;
	switch (v->verdict) {
	case ALTWAIT_VERDICT_SAME:
		tally->n.same++;
		break;
	case ALTWAIT_VERDICT_DIFFERS:
		count_difference(tally, v);
		break;
	case ALTWAIT_VERDICT_CONTROL:
		tally->n.control++;
		note_example(tally, AW_EXAMPLE(CONTROL), v);
		break;
	case ALTWAIT_VERDICT_RACED:
		tally->n.raced++;
		note_example(tally, AW_EXAMPLE(RACED), v);
		break;
	}
	spin_unlock_irqrestore(&tally->lock, flags);
}

/**
 * aw_tally_add - count a verdict
 * @tally: where, besides everybody's; or NULL
 * @v: the verdict
 *
 * Context: any.
 */
void aw_tally_add(struct aw_tally *tally, const struct altwait_verdict *v)
{
	count_verdict(&aw_tally_all, v);
	count_verdict(tally, v);
}

static void count_same(struct aw_tally *tally)
{
	unsigned long flags;

	if (!tally)
		return;
	spin_lock_irqsave(&tally->lock, flags);
	tally->n.calls++;
	tally->n.same++;
	spin_unlock_irqrestore(&tally->lock, flags);
}

/**
 * aw_tally_same - count a call whose verdict is ALTWAIT_VERDICT_SAME
 * @tally: where, besides everybody's; or NULL
 *
 * Context: any.
 */
void aw_tally_same(struct aw_tally *tally)
{
	count_same(&aw_tally_all);
	count_same(tally);
}

/* One of its counts that no verdict goes with. */
static void count_call(struct aw_tally *tally, u64 *n)
{
	unsigned long flags;

	spin_lock_irqsave(&tally->lock, flags);
	++*n;
	spin_unlock_irqrestore(&tally->lock, flags);
}

/**
 * aw_tally_left - count a call that went back to stock without a verdict
 * @tally: where, besides everybody's; or NULL
 *
 * Context: any.
 */
void aw_tally_left(struct aw_tally *tally)
{
	count_call(&aw_tally_all, &aw_tally_all.n.left);
	if (tally)
		count_call(tally, &tally->n.left);
}

/**
 * aw_tally_restarted - count a call that a signal has ended, and that is made again
 * @tally: where, besides everybody's; or NULL
 *
 * Context: any.
 */
void aw_tally_restarted(struct aw_tally *tally)
{
	count_call(&aw_tally_all, &aw_tally_all.n.restarted);
	if (tally)
		count_call(tally, &tally->n.restarted);
}

/**
 * aw_tally_stuck - keep the latest waiter that the watchdog has found
 * @v: the call
 *
 * Context: any.
 */
void aw_tally_stuck(const struct altwait_verdict *v)
{
	unsigned long flags;

	spin_lock_irqsave(&aw_tally_all.lock, flags);
	aw_tally_all.first[AW_EXAMPLE(STUCK)] = *v;
	spin_unlock_irqrestore(&aw_tally_all.lock, flags);
}

/**
 * aw_tally_read - ALTWAIT_VERDICTS
 * @tally: which; NULL: everybody's
 * @v: filled in but for size and scope
 *
 * Context: any.
 * Return: 0
 */
int aw_tally_read(struct aw_tally *tally, struct altwait_verdicts *v)
{
	u64 uring = atomic64_read(tally ? &tally->uring : &aw_stats.uring);
	u32 scope = v->scope;
	unsigned long flags;

	if (!tally)
		tally = &aw_tally_all;
	spin_lock_irqsave(&tally->lock, flags);
	*v = tally->n;
	spin_unlock_irqrestore(&tally->lock, flags);
	v->scope = scope;
	v->uring = uring;
	return 0;
}

/**
 * aw_tally_example - ALTWAIT_EXAMPLE
 * @tally: which; NULL: everybody's
 * @e: @first is filled in
 *
 * Context: any.
 * Return: 0; -EINVAL, the index is not known; -ENOENT, there was none.
 */
int aw_tally_example(struct aw_tally *tally, struct altwait_example *e)
{
	int place = place_of(e->index);
	unsigned long flags;

	if (e->pad || place < 0)
		return -EINVAL;
	/* A waiter that the watchdog has found has no tally of a file. */
	if (!tally || e->index == ALTWAIT_EXAMPLE_STUCK)
		tally = &aw_tally_all;
	spin_lock_irqsave(&tally->lock, flags);
	e->first = tally->first[place];
	spin_unlock_irqrestore(&tally->lock, flags);
	return e->first.time ? 0 : -ENOENT;
}
