// SPDX-License-Identifier: GPL-2.0
/*
 * Looking a candidate up among Linux's facts.
 */
#include "waitcall.h"

static const struct aw_fact *find(const struct aw_facts *facts,
				  const struct aw_process *p, u32 tid,
				  enum aw_role role, unsigned int from)
{
	unsigned int i;

	for (i = from; i < facts->n; i++) {
		const struct aw_fact *f = &facts->v[i];

		if (f->proc == p && f->tid == tid && f->role == role)
			return f;
	}
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
	const struct aw_fact *f = find(facts, v->proc, v->tid, v->role, *hint);

	if (!f && *hint)
		f = find(facts, v->proc, v->tid, v->role, 0);
	if (f)
		*hint = f - facts->v;
	return f;
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
	const struct aw_fact *f, *any = NULL;
	unsigned int i;

	for (i = 0; i < facts->n; i++) {
		f = &facts->v[i];
		if (f->proc != p || f->role != AW_ROLE_TRACEE ||
		    f->life != AW_ALIVE)
			continue;
		if (f->tid == tid)
			return f;
		any = any ? any : f;
	}
	return any;
}
