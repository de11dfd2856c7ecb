// SPDX-License-Identifier: GPL-2.0
/* Takes out of a script whatever its difference does not need. */
#include <string.h>
#include <time.h>

#include "play.h"

/* A difference that depends on timing needs more than one go. */
#define TRIES	3

static time_t until;
static bool (*still_differs)(const struct script *s);
static const struct altwait_verdict *wanted;	/* what is to come again */
static struct totals *totals;	/* somebody stuck counts, whatever was wanted */
static struct shared *stage;

bool shrink_in_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec < until;
}

/* Not the same tasks, but the same sort of answers. */
static bool is_alike(const struct altwait_verdict *a,
		     const struct altwait_verdict *b)
{
	return a->verdict == b->verdict && a->stock.kind == b->stock.kind &&
	       a->control.kind == b->control.kind &&
	       a->policy.kind == b->policy.kind;
}

static bool verdict_comes_again(const struct script *s)
{
	struct altwait_example found;
	struct totals t = {};
	bool good = true;
	unsigned int i;

	for (i = 0; i < TRIES && shrink_in_time() && good; i++)
		good = stage_round(stage, s, &t, &found);
	totals->stuck += t.stuck;
	return !good && is_alike(&found.first, wanted);
}

/* Without n operations from one on, where that is as good. */
static void try_without(struct script *s, unsigned int from, unsigned int n)
{
	struct script less = *s;
	bool any = false;
	unsigned int i;

	for (i = from; i < from + n && i < s->n; i++) {
		any |= !less.ops[i].gone;
		less.ops[i].gone = true;
	}
	if (any && still_differs(&less))
		*s = less;
}

/* The first or the second half of a burst, down to one call. */
static void try_half(struct script *s, unsigned int i)
{
	unsigned int middle, n;
	struct script less;

	while ((n = s->ops[i].end - s->ops[i].first) > 1) {
		middle = s->ops[i].first + n / 2;
		less = *s;
		less.ops[i].first = middle;
		if (still_differs(&less)) {
			*s = less;
			continue;
		}
		less = *s;
		less.ops[i].end = middle;
		if (!still_differs(&less))
			return;
		*s = less;
	}
}

/* Leaves in *s the least that was found to differ, in so many seconds. */
void script_shrink(struct script *s, bool (*differs)(const struct script *s),
		   unsigned int seconds)
{
	struct timespec now;
	unsigned int n, i;

	clock_gettime(CLOCK_MONOTONIC, &now);
	until = now.tv_sec + seconds;
	still_differs = differs;
	for (n = s->n / 2; n && shrink_in_time(); n /= 2) {
		for (i = 0; i < s->n && shrink_in_time(); i += n)
			try_without(s, s->n > i + n ? s->n - i - n : 0, n);
	}
	for (i = 0; i < s->n && shrink_in_time(); i++) {
		if (!s->ops[i].gone && s->ops[i].kind == OP_WAIT)
			try_half(s, i);
	}
}

/* To such a verdict. */
void shrink_verdict(struct shared *sh, struct script *s,
		    const struct altwait_verdict *verdict, struct totals *t,
		    unsigned int seconds)
{
	stage = sh;
	wanted = verdict;
	totals = t;
	script_shrink(s, verdict_comes_again, seconds);
}
