// SPDX-License-Identifier: GPL-2.0
/*
 * In which order the candidates are asked: Linux's walk, and the three ways in which
 * the reference's differs.
 */
#include "waitcall.h"

typedef int (*order_fn)(const struct aw_visit *x, const struct aw_visit *y);

static int compare(unsigned int x, unsigned int y)
{
	return x < y ? -1 : x > y;
}

static int by_place(const struct aw_visit *x, const struct aw_visit *y)
{
	return compare(x->place, y->place);
}

static int by_role(const struct aw_visit *x, const struct aw_visit *y)
{
	return compare(x->role, y->role) ?: by_place(x, y);
}

static int by_pid(const struct aw_visit *x, const struct aw_visit *y)
{
	return compare(x->place == AW_PLACE_LAST, y->place == AW_PLACE_LAST) ?:
	       compare(x->proc->pid, y->proc->pid);
}

static int by_seq(const void *a, const void *b)
{
	const struct aw_visit *x = a, *y = b;

	return compare(x->seq, y->seq);
}

/* Those that are alike stay as they are. */
#define DEFINE_SORT(order)						\
	static int sort_##order(const void *a, const void *b)		\
	{								\
		return order(a, b) ?: by_seq(a, b);			\
	}

DEFINE_SORT(by_place)
DEFINE_SORT(by_role)

/* By role, the one that is sorted by pid before or after the other. */
static int sort_children_by_pid(const void *a, const void *b)
{
	const struct aw_visit *x = a, *y = b;

	if (x->role != y->role)
		return x->role == AW_ROLE_CHILD ? -1 : 1;
	return (x->role == AW_ROLE_CHILD ? by_pid(x, y) : 0) ?: by_seq(a, b);
}

static int sort_tracees_by_pid(const void *a, const void *b)
{
	const struct aw_visit *x = a, *y = b;

	if (x->role != y->role)
		return x->role == AW_ROLE_TRACEE ? -1 : 1;
	return (x->role == AW_ROLE_TRACEE ? by_pid(x, y) : 0) ?: by_seq(a, b);
}

/* True if those of the roles, which are bits, are in this order: mostly. */
static bool is_sorted(const struct aw_snapshot *snap, unsigned int roles, order_fn order)
{
	const struct aw_visit *v, *prev = NULL;

	for (v = snap->v; v < snap->v + snap->n; v++) {
		if (!(roles & 1U << v->role))
			continue;
		if (prev && order(prev, v) > 0)
			return false;
		prev = v;
	}
	return true;
}

static void number(struct aw_snapshot *snap)
{
	unsigned int i;

	for (i = 0; i < snap->n; i++)
		snap->v[i].seq = i;
}

static void sort_all(struct aw_snapshot *snap, order_fn order,
		     int (*sort_by)(const void *a, const void *b))
{
	if (is_sorted(snap, 1U << AW_ROLE_CHILD | 1U << AW_ROLE_TRACEE, order))
		return;
	number(snap);
	sort(snap->v, snap->n, sizeof(*snap->v), sort_by, NULL);
}

/*
 * Sorts those of one role by pid; the others keep their places among them: first
 * come those of the role, as they are to be, then the others, and then each goes to
 * its place.
 */
static void sort_role_by_pid(struct aw_snapshot *snap, enum aw_role role)
{
	unsigned int i, at = 0, other;

	if (is_sorted(snap, 1U << role, by_pid))
		return;
	number(snap);
	sort(snap->v, snap->n, sizeof(*snap->v),
	     role == AW_ROLE_CHILD ? sort_children_by_pid : sort_tracees_by_pid, NULL);
	for (other = 0; other < snap->n && snap->v[other].role == role; other++)
		;
	if (other == snap->n)
		return;
	for (i = 0; i < snap->n; i++) {
		if (other < snap->n && snap->v[other].seq == i)
			other++;
		else
			snap->v[at++].seq = i;
	}
	sort(snap->v, snap->n, sizeof(*snap->v), by_seq, NULL);
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
	if (child_first)
		sort_all(snap, by_role, sort_by_role);
	else
		sort_all(snap, by_place, sort_by_place);
	if (aw_has(req, PID_ORDER))
		sort_role_by_pid(snap, AW_ROLE_CHILD);
	if (aw_has(req, TRACEES_BY_PID))
		sort_role_by_pid(snap, AW_ROLE_TRACEE);
}
