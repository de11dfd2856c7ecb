// SPDX-License-Identifier: GPL-2.0
/*
 * Put two tasks' calls side by side, so that as few as possible differ: the
 * cheapest edit of one sequence into the other.
 *
 * What timing alone may cause costs next to nothing: a poll that finds nothing,
 * an interrupted call that the program makes again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "compare.h"

/* Two lone calls cost more than one call with two answers. */
enum { COST_TIMING = 1, COST_LONE = 100, COST_ANSWER = 150 };

/*
 * Beyond that many cells, what the runs begin and end with is set aside first,
 * and if it is still too much, calls are paired by their number alone.
 */
#define MAX_CELLS	(16UL << 20)

enum step { STEP_PAIR, STEP_LEFT, STEP_RIGHT };

/* struct calls - @n calls to align, and @all that are there, those behind too */
struct calls {
	const struct call *v;
	size_t n;
	size_t all;
};

/* Who gave no pointer was told less: then the shorter text decides. */
static bool same_result(const struct call *a, const struct call *b)
{
	size_t len;

	if (strcmp(a->result, b->result) == 0)
		return true;
	if (a->state != CALL_DONE || b->state != CALL_DONE)
		return false;
	if (b->answer.kind == ALTWAIT_KIND_UNSEEN)
		return same_result(b, a);
	if (a->answer.kind != ALTWAIT_KIND_UNSEEN)
		return false;
	len = strlen(a->result);
	return strncmp(a->result, b->result, len) == 0 && b->result[len] == ':';
}

static bool same_question(const struct call *a, const struct call *b)
{
	return strcmp(a->args, b->args) == 0;
}

static bool is_same(const struct call *a, const struct call *b)
{
	return same_question(a, b) && same_result(a, b);
}

static bool was_interrupted(const struct call *call)
{
	if (call->state == CALL_DONE)
		return call->answer.ret == -EINTR;
	return call->state != CALL_OPEN;
}

static bool is_timing(const struct calls *calls, size_t i)
{
	const struct call *call = &calls->v[i];

	if (call->state == CALL_DONE && call->answer.ret == 0 &&
	    call->answer.kind == ALTWAIT_KIND_NONE)
		return true;
	return was_interrupted(call) && i + 1 < calls->all &&
	       same_question(call, call + 1);
}

static unsigned int lone_cost(const struct calls *calls, size_t i)
{
	return is_timing(calls, i) ? COST_TIMING : COST_LONE;
}

static unsigned int pair_cost(const struct calls *l, size_t i,
			      const struct calls *r, size_t k)
{
	if (is_same(&l->v[i], &r->v[k]))
		return 0;
	if (!same_question(&l->v[i], &r->v[k]))
		return 2 * COST_ANSWER;
	if (is_timing(l, i) && is_timing(r, k))
		return COST_TIMING;
	return is_timing(l, i) || is_timing(r, k) ? COST_LONE : COST_ANSWER;
}

static void add_row(struct row *rows, size_t *n, const struct calls *l, long left,
		    const struct calls *r, long right)
{
	struct row *row = &rows[(*n)++];
	unsigned int cost;

	row->left = left;
	row->right = right;
	if (right < 0) {
		row->mark = is_timing(l, left) ? MARK_TIMING : MARK_LEFT;
	} else if (left < 0) {
		row->mark = is_timing(r, right) ? MARK_TIMING : MARK_RIGHT;
	} else {
		cost = pair_cost(l, left, r, right);
		row->mark = !cost ? MARK_SAME : cost == COST_TIMING ? MARK_TIMING :
			    MARK_DIFFERS;
	}
}

/* steps[i][k]: how to go on from call i on the left and call k on the right. */
static unsigned char *find_steps(const struct calls *l, const struct calls *r)
{
	size_t width = r->n + 1, i, k;
	unsigned char *steps = need(malloc((l->n + 1) * width));
	unsigned int *cost = need(calloc(width, sizeof(*cost)));

	for (i = l->n + 1; i-- > 0; ) {
		unsigned int diagonal = 0;

		for (k = width; k-- > 0; ) {
			unsigned int below = cost[k], best = -1U;
			unsigned char *step = &steps[i * width + k];

			if (i < l->n && k < r->n) {
				best = diagonal + pair_cost(l, i, r, k);
				*step = STEP_PAIR;
			}
			if (i < l->n && below + lone_cost(l, i) < best) {
				best = below + lone_cost(l, i);
				*step = STEP_LEFT;
			}
			if (k < r->n && cost[k + 1] + lone_cost(r, k) < best) {
				best = cost[k + 1] + lone_cost(r, k);
				*step = STEP_RIGHT;
			}
			cost[k] = best == -1U ? 0 : best;
			diagonal = below;
		}
	}
	free(cost);
	return steps;
}

static bool fits(size_t left, size_t right)
{
	return (left + 1) * (right + 1) <= MAX_CELLS;
}

/* All but the first @from and the last @tail calls of both. */
static size_t align_middle(const struct calls *l, const struct calls *r,
			   size_t from, size_t tail, struct row *rows)
{
	const struct calls left = { l->v + from, l->n - from - tail, l->n - from };
	const struct calls right = { r->v + from, r->n - from - tail, r->n - from };
	unsigned char *steps = NULL;
	size_t i = 0, k = 0, n = 0;

	if (fits(left.n, right.n))
		steps = find_steps(&left, &right);
	while (i < left.n || k < right.n) {
		enum step step = i == left.n ? STEP_RIGHT : k == right.n ? STEP_LEFT :
				 steps ? steps[i * (right.n + 1) + k] : STEP_PAIR;
		long one = step == STEP_RIGHT ? -1 : (long)(from + i++);
		long two = step == STEP_LEFT ? -1 : (long)(from + k++);

		add_row(rows, &n, l, one, r, two);
	}
	free(steps);
	return n;
}

/* The target, without the options. */
static size_t target_length(const struct call *call)
{
	return strrchr(call->args, ',') - call->args;
}

/*
 * The same, or the same report to a poll and to a wait: where a handler polls
 * beside a wait, chance decides which of them gets the child.
 */
static bool is_same_report(const struct call *a, const struct call *b)
{
	size_t len = target_length(a);

	if (is_same(a, b))
		return true;
	return a->asked.call == b->asked.call &&
	       (a->asked.options | WNOHANG) == (b->asked.options | WNOHANG) &&
	       len == target_length(b) && strncmp(a->args, b->args, len) == 0 &&
	       a->state == CALL_DONE && a->answer.ret >= 0 && same_result(a, b);
}

/*
 * What only one run has here, may be in the other one at another place: mark the
 * rows of which that is true on both sides.
 */
static void mark_order(const struct calls *l, const struct calls *r,
		       struct row *rows, size_t n)
{
	/* Found elsewhere: 1 for the row's left call, 2 for its right one. */
	unsigned char *found = need(calloc(n + 1, 1));
	size_t i, k;

	for (i = 0; i < n; i++) {
		if (rows[i].mark != MARK_LEFT && rows[i].mark != MARK_DIFFERS)
			continue;
		for (k = 0; k < n; k++) {
			if ((rows[k].mark != MARK_RIGHT && rows[k].mark != MARK_DIFFERS) ||
			    found[k] & 2 ||
			    !is_same_report(&l->v[rows[i].left], &r->v[rows[k].right]))
				continue;
			found[i] |= 1;
			found[k] |= 2;
			break;
		}
	}
	for (i = 0; i < n; i++) {
		bool left = rows[i].left < 0 || found[i] & 1 || is_timing(l, rows[i].left);
		bool right = rows[i].right < 0 || found[i] & 2 || is_timing(r, rows[i].right);

		if (found[i] && left && right)
			rows[i].mark = MARK_ORDER;
	}
	free(found);
}

static struct calls calls_of(const struct task *task)
{
	static const struct call none;

	if (!task || !task->n_calls)
		return (struct calls) { &none, 0, 0 };
	return (struct calls) { task->calls, task->n_calls, task->n_calls };
}

size_t align(const struct task *left, const struct task *right, struct row **rows)
{
	const struct calls l = calls_of(left), r = calls_of(right);
	size_t common = fits(l.n, r.n) ? 0 : l.n < r.n ? l.n : r.n;
	size_t head = 0, tail = 0, n, i;

	*rows = need(calloc(l.n + r.n + 1, sizeof(**rows)));
	while (head < common && is_same(&l.v[head], &r.v[head]))
		head++;
	while (tail < common - head &&
	       is_same(&l.v[l.n - 1 - tail], &r.v[r.n - 1 - tail]))
		tail++;
	for (i = 0, n = 0; i < head; i++)
		add_row(*rows, &n, &l, i, &r, i);
	n += align_middle(&l, &r, head, tail, *rows + n);
	for (i = tail; i > 0; i--)
		add_row(*rows, &n, &l, l.n - i, &r, r.n - i);
	mark_order(&l, &r, *rows, n);
	return n;
}
