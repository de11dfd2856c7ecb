// SPDX-License-Identifier: GPL-2.0
/*
 * In which order the candidates are asked: Linux's walk, and the three ways in which
 * the reference's differs.
 */
#include "waitcall.h"

typedef bool (*before_fn)(const struct aw_visit *x, const struct aw_visit *y);

static bool by_place(const struct aw_visit *x, const struct aw_visit *y)
{
	return x->place < y->place;
}

static bool by_role(const struct aw_visit *x, const struct aw_visit *y)
{
	return x->role < y->role || (x->role == y->role && by_place(x, y));
}

static bool by_pid(const struct aw_visit *x, const struct aw_visit *y)
{
	bool x_last = x->place == AW_PLACE_LAST;
	bool y_last = y->place == AW_PLACE_LAST;

	if (x_last != y_last)
		return y_last;
	return x->proc->pid < y->proc->pid;
}

/*
 * Sorts the candidates that have one of the roles, which are bits; the others
 * keep their places among them.  They mostly come in order.
 */
static void sort_roles(struct aw_snapshot *snap, unsigned int roles,
		       before_fn before)
{
	unsigned int i, at, prev;
	struct aw_visit v;

	for (i = 0; i < snap->n; i++) {
		v = snap->v[i];
		if (!(roles & 1U << v.role))
			continue;
		for (at = i, prev = i; prev--; ) {
			if (!(roles & 1U << snap->v[prev].role))
				continue;
			if (!before(&v, &snap->v[prev]))
				break;
			snap->v[at] = snap->v[prev];
			at = prev;
		}
		snap->v[at] = v;
	}
}

/**
 * aw_order_candidates - put candidates into the order of the policy
 * @req: the call
 * @snap: its candidates; those that did not fit are left alone
 *
 * Linux: __do_wait(), and do_wait_pid(), which asks the child first, wherever the
 * tracee hangs.  The reference: seed 146-177.
 */
void aw_order_candidates(const struct aw_request *req, struct aw_snapshot *snap)
{
	bool child_first = aw_has(req, CHILDREN_BEFORE_TRACEES) ||
			   req->target.kind == AW_TARGET_PID;

	if (snap->n > snap->cap)
		return;
	sort_roles(snap, 1U << AW_ROLE_CHILD | 1U << AW_ROLE_TRACEE,
		   child_first ? by_role : by_place);
	if (aw_has(req, PID_ORDER))
		sort_roles(snap, 1U << AW_ROLE_CHILD, by_pid);
	if (aw_has(req, TRACEES_BY_PID))
		sort_roles(snap, 1U << AW_ROLE_TRACEE, by_pid);
}
