// SPDX-License-Identifier: GPL-2.0
/*
 * Looking a candidate up among Linux's facts.
 *
 * Many facts have a hash, whose buckets lie in the facts themselves: there are as many
 * as facts.  Without one they are looked through, from where the last search ended.
 */
#include "waitcall.h"

/* Spreads numbers that follow each other. */
static u32 bucket_of(const struct aw_facts *facts, u32 nr)
{
	return nr % facts->n;
}

/**
 * aw_facts_hash - make searches quick
 * @facts: in their final order, all of them
 *
 * Without this, a search takes as long as there are facts.
 */
void aw_facts_hash(struct aw_facts *facts)
{
	struct aw_fact *f, *v = facts->v;
	struct aw_chain *at;
	u32 i;

	for (i = 0; i < facts->n; i++) {
		v[i].by_tid.first = 0;
		v[i].by_proc.first = 0;
	}
	/* From the end: each chain is in the order of the facts. */
	for (i = facts->n; i; i--) {
		f = &v[i - 1];
		at = &v[bucket_of(facts, f->tid)].by_tid;
		f->by_tid.next = at->first;
		at->first = i;
		at = &v[bucket_of(facts, f->proc->pid)].by_proc;
		f->by_proc.next = at->first;
		at->first = i;
	}
	facts->hashed = facts->n;
}

static bool is_about(const struct aw_fact *f, const struct aw_visit *v)
{
	return f->proc == v->proc && f->tid == v->tid && f->role == v->role;
}

static const struct aw_fact *find_hashed(const struct aw_facts *facts,
					 const struct aw_visit *v)
{
	u32 i = facts->v[bucket_of(facts, v->tid)].by_tid.first;

	for (; i; i = facts->v[i - 1].by_tid.next)
		if (is_about(&facts->v[i - 1], v))
			return &facts->v[i - 1];
	return NULL;
}

static const struct aw_fact *find(const struct aw_facts *facts,
				  const struct aw_visit *v, unsigned int from)
{
	unsigned int i;

	for (i = from; i < facts->n; i++)
		if (is_about(&facts->v[i], v))
			return &facts->v[i];
	return NULL;
}

/**
 * aw_fact_find - what Linux knows of a candidate
 * @facts: all that it knows
 * @v: the candidate
 * @hint: where the last search ended; the facts mostly come in the same order
 *
 * Return: the fact, or NULL where Linux does not know it as such any more.
 */
const struct aw_fact *aw_fact_find(const struct aw_facts *facts,
				   const struct aw_visit *v, unsigned int *hint)
{
	const struct aw_fact *f;

	if (facts->hashed)
		return find_hashed(facts, v);
	f = find(facts, v, *hint);
	if (!f && *hint)
		f = find(facts, v, 0);
	if (f)
		*hint = f - facts->v;
	return f;
}

/**
 * aw_fact_of_process - the facts of one process, one after the other
 * @facts: all that Linux knows
 * @p: the process
 * @after: the one before, or NULL
 *
 * Return: the next, in the order of the facts, or NULL.
 */
const struct aw_fact *aw_fact_of_process(const struct aw_facts *facts,
					 const struct aw_process *p,
					 const struct aw_fact *after)
{
	u32 i;

	if (!facts->hashed) {
		for (i = after ? after - facts->v + 1 : 0; i < facts->n; i++)
			if (facts->v[i].proc == p)
				return &facts->v[i];
		return NULL;
	}
	i = after ? after->by_proc.next :
		    facts->v[bucket_of(facts, p->pid)].by_proc.first;
	for (; i; i = facts->v[i - 1].by_proc.next)
		if (facts->v[i - 1].proc == p)
			return &facts->v[i - 1];
	return NULL;
}

/**
 * aw_fact_of_tracee - a live thread of a process that the caller traces
 * @facts: all that Linux knows
 * @p: the process
 * @tid: the thread that is preferred
 *
 * Return: its fact, or NULL where Linux knows of none.
 */
const struct aw_fact *aw_fact_of_tracee(const struct aw_facts *facts,
					const struct aw_process *p, u32 tid)
{
	const struct aw_fact *f = NULL, *any = NULL;

	while ((f = aw_fact_of_process(facts, p, f))) {
		if (f->role != AW_ROLE_TRACEE || f->life != AW_ALIVE)
			continue;
		if (f->tid == tid)
			return f;
		any = any ? any : f;
	}
	return any;
}
