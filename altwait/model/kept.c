// SPDX-License-Identifier: GPL-2.0
/*
 * What a call that sleeps keeps of the candidates that it began with.
 *
 * The reference keeps them all, and sees nobody else.  Linux looks anew.
 */
#include "waitcall.h"

static unsigned int index_of(const struct aw_snapshot *snap,
			     const struct aw_visit *v)
{
	unsigned int i;

	for (i = 0; i < snap->n; i++)
		if (snap->v[i].proc == v->proc && snap->v[i].tid == v->tid &&
		    snap->v[i].role == v->role)
			break;
	return i;
}

static bool has_visit(const struct aw_snapshot *snap, const struct aw_visit *v)
{
	return index_of(snap, v) < snap->n;
}

static void keep(struct aw_snapshot *snap, struct aw_process *p)
{
	struct aw_visit *v = &snap->v[snap->n++];

	aw_process_get(p);
	v->proc = p;
	v->tid = p->pid;
	v->role = AW_ROLE_CHILD;
	v->place = AW_PLACE_NONE;
}

/* Names each of the children of a moment: those there yet, and those kept. */
static void keep_children(struct aw_snapshot *snap, const struct aw_snapshot *from)
{
	struct aw_process *p;
	struct aw_visit v;
	unsigned int at;

	list_for_each_entry(p, &from->of->family->children, sibling)
		if (aw_index_has(from, p))
			keep(snap, p);
	list_for_each_entry(p, &from->of->family->kept, kept_node) {
		if (!aw_index_has(from, p))
			continue;
		keep(snap, p);
		v = snap->v[snap->n - 1];
		for (at = snap->n - 1; at && snap->v[at - 1].proc->pid > p->pid; at--)
			snap->v[at] = snap->v[at - 1];
		snap->v[at] = v;
	}
}

static void drop_newcomers(struct aw_snapshot *snap,
			   const struct aw_snapshot *first)
{
	unsigned int i, n = 0;

	for (i = 0; i < snap->n; i++) {
		if (has_visit(first, &snap->v[i]))
			snap->v[n++] = snap->v[i];
		else
			aw_process_put(snap->v[i].proc);
	}
	snap->n = n;
}

/* True if one that is no candidate now is kept: reaped, or no member any more. */
static bool is_kept(const struct aw_request *req, const struct aw_facts *facts,
		    const struct aw_visit *v)
{
	unsigned int hint = 0;

	if (v->proc->is_zombie && !aw_fact_find(facts, v, &hint))
		return aw_has(req, REAPED_STAYS);
	return aw_has(req, MEMBERS_STAY);
}

/* Each after the one that it came after at first.  There is room. */
static void keep_others(const struct aw_request *req,
			const struct aw_facts *facts,
			const struct aw_snapshot *first,
			struct aw_snapshot *snap)
{
	const struct aw_visit *v;
	unsigned int at = 0;

	for (v = first->v; v < first->v + first->n; v++) {
		if (has_visit(snap, v)) {
			at = index_of(snap, v) + 1;
		} else if (is_kept(req, facts, v)) {
			memmove(&snap->v[at + 1], &snap->v[at],
				(snap->n - at) * sizeof(*v));
			snap->v[at++] = *v;
			snap->n++;
			aw_process_get(v->proc);
		}
	}
}

/**
 * aw_kept_copy - name each candidate of a snapshot
 * @snap: empty, with room for aw_candidates_count() of them
 * @from: the snapshot
 */
void aw_kept_copy(struct aw_snapshot *snap, const struct aw_snapshot *from)
{
	unsigned int i;

	snap->n = 0;
	if (from->of)
		keep_children(snap, from);
	for (i = 0; i < from->n; i++) {
		snap->v[snap->n++] = from->v[i];
		aw_process_get(from->v[i].proc);
	}
}

/**
 * aw_kept_retake - take the candidates of a call that has begun before
 * @r: the records
 * @req: the call
 * @facts: what Linux knows
 * @first: its candidates when it began, each by name
 * @snap: filled in; empty before
 *
 * The reference keeps @first (seed 196 and 338); Linux looks anew.
 *
 * Return: how many; where that is more than @cap of @snap, nothing was stored,
 * and so much room is enough.
 */
unsigned int aw_kept_retake(const struct aw_records *r,
			    const struct aw_request *req,
			    const struct aw_facts *facts,
			    const struct aw_snapshot *first,
			    struct aw_snapshot *snap)
{
	aw_quirkset keeps = req->quirks & AW_QUIRKS_SETTLED;
	unsigned int n = 0;

	if (keeps != AW_QUIRKS_SETTLED)
		n = aw_candidates_take(r, req, facts, snap);
	if (!keeps)
		return n;
	if (n + first->n > snap->cap) {
		aw_candidates_release(snap);
		return n + first->n;
	}
	if (keeps == AW_QUIRKS_SETTLED) {
		aw_kept_copy(snap, first);
		return snap->n;
	}
	if (aw_has(req, CANDIDATES_FIXED))
		drop_newcomers(snap, first);
	keep_others(req, facts, first, snap);
	return snap->n;
}
