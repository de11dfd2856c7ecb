// SPDX-License-Identifier: GPL-2.0
/*
 * Whose wait calls are redirected, and on which terms: a hash by signal_struct,
 * which the redirect asks under RCU.
 */
#include <linux/hashtable.h>
#include <linux/sched/signal.h>

#include "track.h"

/* Enrolled processes by signal_struct: aw_lock to write, RCU to read. */
static DEFINE_HASHTABLE(aw_quick, 10);

/**
 * aw_enrolled - the redirect's one predicate
 * @task: a task
 * @shadow: filled in if it is: its process is in shadow mode; may be NULL
 *
 * Context: any.
 * Return: true if the task's process is enrolled, and its calls are redirected.
 */
bool aw_enrolled(struct task_struct *task, bool *shadow)
{
	const struct aw_tracked *t;

	rcu_read_lock();
	t = aw_enrolled_find(task);
	if (t && shadow)
		*shadow = READ_ONCE(t->shadow);
	rcu_read_unlock();
	return t;
}

/**
 * aw_enrolled_find - whose calls are redirected
 * @task: a task
 *
 * Context: under RCU, as long as the record is used.
 * Return: the record of the task's process, if its calls are redirected; or NULL.
 */
const struct aw_tracked *aw_enrolled_find(struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	struct aw_tracked *t;

	hash_for_each_possible_rcu(aw_quick, t, quick, (unsigned long)signal)
		if (READ_ONCE(t->signal) == signal)
			return t;
	return NULL;
}

/**
 * aw_enrolled_publish - a process's calls are redirected from here on
 * @t: its record, which is enrolled
 * @signal: its signal_struct
 *
 * Nothing happens if they are already.  aw_leave() takes it back.
 *
 * Context: any, aw_lock held.
 */
void aw_enrolled_publish(struct aw_tracked *t, struct signal_struct *signal)
{
	lockdep_assert_held(&aw_lock);
	if (!hlist_unhashed(&t->quick))
		return;
	WRITE_ONCE(t->signal, signal);
	hash_add_rcu(aw_quick, &t->quick, (unsigned long)signal);
}

static enum aw_plain plain_of(const struct aw_terms *terms)
{
	if (terms->shadow)
		return AW_PLAIN_NOT;
	if (terms->quirks == AW_QUIRKS_NONE)
		return AW_PLAIN_LINUX;
	return terms->quirks == AW_QUIRKS_ALL ? AW_PLAIN_STARRY : AW_PLAIN_NOT;
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
 * @q: policy, quirks, quirks_more and flags are filled in
 *
 * Context: any, aw_lock held.
 */
void aw_enrolled_tell_terms(const struct aw_tracked *t, struct altwait_query *q)
{
	lockdep_assert_held(&aw_lock);
	q->policy = t->policy;
	aw_quirks_tell(t->quirks, &q->quirks, q->quirks_more);
	q->flags = t->shadow ? ALTWAIT_SHADOW : 0;
}
