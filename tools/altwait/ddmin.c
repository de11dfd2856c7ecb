// SPDX-License-Identifier: GPL-2.0
/*
 * The algorithm ddmin; ddmin.h names the paper.
 */
#include <stdbool.h>

#include "ddmin.h"

unsigned int quirk_set_size(quirk_set set)
{
	unsigned int n = 0;

	for (; set; set &= set - 1)
		n++;
	return n;
}

/* The members of @set from the @from-th on, up to the @to-th. */
static quirk_set part(quirk_set set, unsigned int from, unsigned int to)
{
	quirk_set left = set, result = 0;
	unsigned int i;

	for (i = 0; left && i < to; i++) {
		quirk_set rest = left & (left - 1);

		if (i >= from)
			result |= left & ~rest;
		left = rest;
	}
	return result;
}

/* One of @n parts of about the same size, or all the others. */
static quirk_set nth_part(quirk_set set, unsigned int n, unsigned int i, bool others)
{
	unsigned int size = quirk_set_size(set);
	quirk_set chosen = part(set, size * i / n, size * (i + 1) / n);

	return others ? set & ~chosen : chosen;
}

/* The first of the parts, or of what they leave, that has the property, or 0. */
static enum ddmin_outcome try_parts(quirk_set set, unsigned int n, bool others,
				    ddmin_trial trial, void *context, quirk_set *found)
{
	enum ddmin_outcome outcome;
	unsigned int i;

	*found = 0;
	for (i = 0; i < n; i++) {
		quirk_set tried = nth_part(set, n, i, others);

		outcome = trial(context, tried);
		if (outcome == DDMIN_HOLDS)
			*found = tried;
		if (outcome != DDMIN_FAILS)
			return outcome;
	}
	return DDMIN_FAILS;
}

enum ddmin_outcome ddmin(quirk_set *set, ddmin_trial trial, void *context)
{
	enum ddmin_outcome outcome;
	unsigned int n = 2, size;
	quirk_set found;

	while ((size = quirk_set_size(*set)) > 1) {
		outcome = try_parts(*set, n, false, trial, context, &found);
		if (outcome == DDMIN_HOLDS) {
			*set = found;
			n = 2;
			continue;
		}
		/* Of two, each is what the other leaves. */
		if (outcome == DDMIN_FAILS && n > 2)
			outcome = try_parts(*set, n, true, trial, context, &found);
		if (outcome == DDMIN_STOP)
			return DDMIN_STOP;
		if (outcome == DDMIN_HOLDS) {
			*set = found;
			n = n - 1 > 2 ? n - 1 : 2;
			continue;
		}
		if (n >= size)
			break;
		n = 2 * n < size ? 2 * n : size;
	}
	return DDMIN_HOLDS;
}
