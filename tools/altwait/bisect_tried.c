// SPDX-License-Identifier: GPL-2.0
/*
 * What altwait bisect knows of a policy: how the command has run under it, and how
 * often each way.
 */
#include <stdlib.h>

#include "bisect.h"
#include "ddmin.h"

static bool is_stocks(const struct bisect *b, const struct ending *e)
{
	unsigned int i;

	for (i = 0; i < b->repeat; i++)
		if (b->stock[i].hung == e->hung && b->stock[i].status == e->status &&
		    (!b->by_output || b->stock[i].digest == e->digest))
			return true;
	return false;
}

quirk_set quirks_named(unsigned int base, quirk_set in_force)
{
	return base == ALTWAIT_POLICY_LINUX ? in_force : QUIRKS_STARRY ^ in_force;
}

void print_set(FILE *to, unsigned int base, quirk_set in_force)
{
	quirk_set named = quirks_named(base, in_force);

	if (quirk_set_size(named) <= 4)
		print_policy_to(to, base, in_force);
	else
		fprintf(to, "%s%u quirks", base == ALTWAIT_POLICY_LINUX ? "linux+" : "starry-",
			quirk_set_size(named));
}

/* True if it ends as stock does, and prints something else. */
static bool is_silent(const struct bisect *b, struct ending failure)
{
	failure.digest = b->stock[0].digest;
	return is_stocks(b, &failure);
}

static void print_way(FILE *to, const struct bisect *b, const struct ending *failure)
{
	print_ending(to, failure);
	if (is_silent(b, *failure))
		fprintf(to, ", but prints something else");
}

void print_tried(FILE *to, const struct bisect *b, const struct tried *t)
{
	unsigned int i;

	if (!t->failed)
		fprintf(to, "as under stock");
	for (i = 0; i < t->n_ways; i++) {
		fprintf(to, "%s", i ? ", " : "");
		print_way(to, b, &t->way[i].ending);
		if (t->n_ways > 1)
			fprintf(to, " in %u", t->way[i].runs);
	}
	if (t->runs > 1)
		fprintf(to, " (failed in %u of %u runs)", t->failed, t->runs);
}

static struct policy policy_of(unsigned int base, quirk_set in_force)
{
	return (struct policy) { .base = base, .quirks = quirks_named(base, in_force) };
}

struct tried *known(const struct bisect *b, quirk_set in_force)
{
	size_t i;

	for (i = 0; i < b->n_tried; i++)
		if (b->tried[i].in_force == in_force)
			return &b->tried[i];
	return NULL;
}

static struct tried *remember(struct bisect *b, quirk_set in_force)
{
	b->tried = need(realloc(b->tried, (b->n_tried + 1) * sizeof(*b->tried)));
	b->tried[b->n_tried] = (struct tried) { .in_force = in_force };
	return &b->tried[b->n_tried++];
}

/* What it prints may be another thing each time, and makes no other way. */
static void count_way(struct tried *t, const struct ending *ending)
{
	struct way *way = t->way;

	while (way < t->way + t->n_ways && (way->ending.hung != ending->hung ||
					    way->ending.status != ending->status))
		way++;
	if (way == t->way + WAYS_MOST)
		return;
	if (way == t->way + t->n_ways) {
		t->n_ways++;
		way->ending = *ending;
	}
	way->runs++;
}

const struct tried *try_policy(struct bisect *b, quirk_set in_force, unsigned int runs)
{
	const struct policy policy = policy_of(b->base, in_force);
	struct tried *t = known(b, in_force);
	struct ending ending;

	while (!t || t->runs < runs) {
		b->end = trial_run(&b->subject, &policy, -1, &ending);
		if (b->end != TRIAL_DONE)
			return NULL;
		if (!t)
			t = remember(b, in_force);
		b->uring += ending.uring;
		t->runs++;
		if (!is_stocks(b, &ending)) {
			t->failed++;
			count_way(t, &ending);
		}
	}
	return t;
}

unsigned int runs_to_see(const struct bisect *b, const struct tried *t)
{
	double missed = 1;
	unsigned int n;

	if (t->failed == t->runs)
		return 1;
	for (n = 0; n < REPEAT_MOST && missed > 0.05; n++)
		missed *= 1 - (double)t->failed / t->runs;
	return n > b->repeat ? n : b->repeat;
}
