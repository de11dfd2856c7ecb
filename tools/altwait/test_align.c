// SPDX-License-Identifier: GPL-2.0
/*
 * The alignment against a slow twin, which tries all that there is.
 */
#include <stdlib.h>
#include <string.h>

#include "test_compare.h"

/* A task with calls of few kinds, so that many are alike. */
static void random_run(struct run_log *log, unsigned int *seed, size_t n)
{
	static const char * const calls[] = {
		"reaps 10 -1 11 0, ", "reaps 10 -1 11 0x100, ", "fails 10 -1 10, ",
		"fails 10 -1 4, ", "fails 10 11 4, ", "polls 10 -1, ",
	};
	char *events = need(calloc(n + 1, 32));
	char *at = stpcpy(events, "fork 10 11, ");

	while (n--)
		at = stpcpy(at, calls[rand_r(seed) % ARRAY_SIZE(calls)]);
	play(log, events, false);
	free(events);
}

static bool twin_timing(const struct task *t, size_t i)
{
	const struct call *c = &t->calls[i];

	return strcmp(c->result, "0") == 0 ||
	       (strcmp(c->result, "-1 EINTR") == 0 && i + 1 < t->n_calls &&
		strcmp(c->args, c[1].args) == 0);
}

static unsigned int twin_pair(const struct task *a, size_t i, const struct task *b, size_t k)
{
	int weak = twin_timing(a, i) + twin_timing(b, k);

	if (strcmp(a->calls[i].args, b->calls[k].args))
		return 100000;
	if (!strcmp(a->calls[i].result, b->calls[k].result))
		return 0;
	return weak == 2 ? 1 : weak ? 100 : 150;
}

static unsigned int twin_lone(const struct task *t, size_t i)
{
	return twin_timing(t, i) ? 1 : 100;
}

/* All ways there are. */
static unsigned int twin_cost(const struct task *a, size_t i, const struct task *b, size_t k)
{
	unsigned int best = -1U, cost;

	if (i == a->n_calls && k == b->n_calls)
		return 0;
	if (i < a->n_calls && k < b->n_calls)
		best = twin_pair(a, i, b, k) + twin_cost(a, i + 1, b, k + 1);
	if (i < a->n_calls) {
		cost = twin_lone(a, i) + twin_cost(a, i + 1, b, k);
		best = cost < best ? cost : best;
	}
	if (k < b->n_calls) {
		cost = twin_lone(b, k) + twin_cost(a, i, b, k + 1);
		best = cost < best ? cost : best;
	}
	return best;
}

/* What the rows cost; -1U if they are not all calls, in their order. */
static unsigned int rows_cost(const struct task *a, const struct task *b,
			      const struct row *rows, size_t n)
{
	size_t i = 0, k = 0, row;
	unsigned int cost = 0;

	for (row = 0; row < n; row++) {
		bool left = rows[row].left >= 0, right = rows[row].right >= 0;

		if ((left && rows[row].left != (long)i) ||
		    (right && rows[row].right != (long)k))
			return -1U;
		cost += left && right ? twin_pair(a, i, b, k) :
			left ? twin_lone(a, i) : twin_lone(b, k);
		i += left;
		k += right;
	}
	return i == a->n_calls && k == b->n_calls ? cost : -1U;
}

static bool test_alignment(unsigned int seed)
{
	unsigned int state = seed, cost, best;
	struct run_log one, two;
	struct row *rows;
	char is[64];
	size_t n;

	random_run(&one, &state, rand_r(&state) % 7);
	random_run(&two, &state, rand_r(&state) % 7);
	n = align(&one.tasks[0], &two.tasks[0], &rows);
	cost = rows_cost(&one.tasks[0], &two.tasks[0], rows, n);
	best = twin_cost(&one.tasks[0], 0, &two.tasks[0], 0);
	if (cost != best) {
		snprintf(is, sizeof(is), "seed %u: %u instead of %u", seed, cost, best);
		verdict(false, "a random alignment", is, "the cheapest");
	}
	free(rows);
	log_free(&one);
	log_free(&two);
	return cost == best;
}

/* Too long for the table: it ends all the same, and no call is lost. */
static void test_long(void)
{
	struct run_log one, two;
	unsigned int seed = 1;
	struct row *rows;
	size_t n;

	random_run(&one, &seed, 20000);
	random_run(&two, &seed, 19000);
	n = align(&one.tasks[0], &two.tasks[0], &rows);
	verdict(rows_cost(&one.tasks[0], &two.tasks[0], rows, n) != -1U,
		"very long runs", "a call is lost", "all calls");
	free(rows);
	log_free(&one);
	log_free(&two);
}

void test_align(void)
{
	bool good = true;
	unsigned int i;

	for (i = 1; i <= 3000; i++)
		good &= test_alignment(i);
	verdict(good, "random alignments are the cheapest", "(see above)", "");
	test_long();
}
