// SPDX-License-Identifier: GPL-2.0
/*
 * On which terms a process is enrolled, and that its calls are redirected.
 */
#include <linux/sched/signal.h>

#include "track.h"

/**
 * aw_enrolled_publish - a process's calls are redirected from here on
 * @t: its record, which is enrolled
 *
 * Nothing happens if they are already.  aw_leave() takes it back.
 *
 * Context: any, aw_lock held.
 */
void aw_enrolled_publish(struct aw_tracked *t)
{
	lockdep_assert_held(&aw_lock);
	/* With the terms: pairs with the one in aw_enrolled_find(). */
	smp_store_release(&t->redirected, true);
}

static enum aw_plain plain_of(const struct aw_terms *terms)
{
	if (terms->shadow)
		return AW_PLAIN_NOT;
	if (terms->quirks == AW_QUIRKS_NONE)
		return AW_PLAIN_LINUX;
	return terms->quirks == AW_QUIRKS_STARRY ? AW_PLAIN_STARRY : AW_PLAIN_NOT;
}

/* Gives a process the terms of its enrolment.  Context: any, aw_lock held. */
void aw_enrolled_set_terms(struct aw_tracked *t, const struct aw_terms *terms)
{
	struct aw_tally *old = t->tally;

	t->policy = terms->policy;
	t->quirks = terms->quirks;
	WRITE_ONCE(t->shadow, terms->shadow);
	WRITE_ONCE(t->plain, plain_of(terms));
	t->tally = aw_tally_get(terms->tally);
	aw_tally_put(old);
}

/**
 * aw_enrolled_tell_terms - tell on which terms a process is enrolled
 * @t: the process
 * @q: policy, quirks, quirks_more, flags and uring are filled in
 *
 * Context: any, aw_lock held.
 */
void aw_enrolled_tell_terms(const struct aw_tracked *t, struct altwait_query *q)
{
	lockdep_assert_held(&aw_lock);
	q->policy = t->policy;
	aw_quirks_tell(t->quirks, &q->quirks, q->quirks_more);
	q->flags = t->shadow ? ALTWAIT_SHADOW : 0;
	q->uring = t->tally ? atomic64_read(&t->tally->uring) : 0;
}
