// SPDX-License-Identifier: GPL-2.0
/*
 * Test of ddmin, with an oracle instead of a program.
 */
#include <stdlib.h>
#include <string.h>

#include "ddmin.h"
#include "test_compare.h"

#define CAUSES	3

/**
 * struct oracle - the property that a set has if it includes one of the causes
 * @all: what ddmin() begins with
 * @causes: of which one is enough; 0: none
 * @trials: how many there were
 * @stop: after so many; 0: never
 * @broken: it was asked what it must not be
 */
struct oracle {
	quirk_set all;
	quirk_set causes[CAUSES];
	unsigned int trials;
	unsigned int stop;
	bool broken;
};

static bool has_property(const struct oracle *o, quirk_set set)
{
	int i;

	for (i = 0; i < CAUSES; i++)
		if (o->causes[i] && (set & o->causes[i]) == o->causes[i])
			return true;
	return false;
}

static enum ddmin_outcome ask(void *context, quirk_set set)
{
	struct oracle *o = context;

	o->broken |= !set || set == o->all || (set & ~o->all);
	if (o->stop && o->trials >= o->stop)
		return DDMIN_STOP;
	o->trials++;
	return has_property(o, set) ? DDMIN_HOLDS : DDMIN_FAILS;
}

/* Is it one, and is none too many in it? */
static bool is_minimal(const struct oracle *o, quirk_set set)
{
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (set & QUIRK_BIT(i) && has_property(o, set & ~QUIRK_BIT(i)))
			return false;
	return has_property(o, set);
}

static quirk_set random_set(unsigned int *seed, unsigned int n)
{
	quirk_set set = 0;

	while (n--)
		set |= QUIRK_BIT(rand_r(seed) % ALTWAIT_N_QUIRKS);
	return set;
}

/* One is to blame: so many trials, and which one. */
static void test_single(void)
{
	unsigned int most = 0;
	bool good = true;
	char is[32];
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		struct oracle o = { .all = QUIRKS_ALL, .causes = { QUIRK_BIT(i) } };
		quirk_set set = QUIRKS_ALL;

		good &= ddmin(&set, ask, &o) == DDMIN_HOLDS && !o.broken &&
			set == QUIRK_BIT(i);
		most = o.trials > most ? o.trials : most;
	}
	snprintf(is, sizeof(is), "%u trials", most);
	verdict(good, "ddmin finds each quirk that is alone to blame", "not each", "each");
	/* Two for each halving: 2 * 7 for up to 128. */
	verdict(most <= 14, "ddmin halves", is, "14 at most");
}

static void test_random(void)
{
	unsigned int seed, state;
	bool good = true;
	char is[64];
	int i;

	for (seed = 1; seed <= 2000; seed++) {
		struct oracle o = { .all = 0 };
		quirk_set set;

		state = seed;
		for (i = 0; i < CAUSES; i++)
			o.causes[i] = random_set(&state, rand_r(&state) % 5);
		o.causes[0] |= random_set(&state, 1);
		set = random_set(&state, rand_r(&state) % 90) | o.causes[0];
		o.all = set;
		if (ddmin(&set, ask, &o) == DDMIN_HOLDS && !o.broken && is_minimal(&o, set))
			continue;
		snprintf(is, sizeof(is), "seed %u", seed);
		verdict(false, "a minimal set", is, "minimal, by allowed trials");
		good = false;
	}
	verdict(good, "ddmin's random sets are minimal", "(see above)", "");
}

/* Whenever it is stopped, what it has is known to have the property. */
static void test_stop(void)
{
	const quirk_set cause = QUIRK_BIT(3) | QUIRK_BIT(40) | QUIRK_BIT(57);
	struct oracle whole = { .all = QUIRKS_ALL, .causes = { cause } };
	quirk_set set = QUIRKS_ALL;
	unsigned int stop;
	bool good;

	good = ddmin(&set, ask, &whole) == DDMIN_HOLDS && set == cause;
	for (stop = 1; stop < whole.trials; stop++) {
		struct oracle o = { .all = QUIRKS_ALL, .causes = { cause }, .stop = stop };

		set = QUIRKS_ALL;
		good &= ddmin(&set, ask, &o) == DDMIN_STOP && has_property(&o, set) &&
			o.trials == stop;
	}
	verdict(good, "ddmin stops when it is told to, with what is known", "not always",
		"always");
}

void test_ddmin(void)
{
	test_single();
	test_random();
	test_stop();
}
