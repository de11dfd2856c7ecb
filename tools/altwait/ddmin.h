/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Minimise a set of quirks: the algorithm ddmin.
 */
#ifndef TOOLS_DDMIN_H
#define TOOLS_DDMIN_H

#include "quirks.h"

/* What a trial has shown of a set. */
enum ddmin_outcome {
	DDMIN_HOLDS,	/* it has the property that is looked for */
	DDMIN_FAILS,	/* it does not, or nobody can say */
	DDMIN_STOP,	/* no more trials */
};

typedef enum ddmin_outcome (*ddmin_trial)(void *context, quirk_set set);

/* How many there are in it. */
unsigned int quirk_set_size(quirk_set set);

/**
 * ddmin - find a minimal subset that has a property
 * @set: one that has it; afterwards a subset that has it
 * @trial: asked of subsets, never of @set itself or of the empty one
 * @context: for @trial
 *
 * "Simplifying and Isolating Failure-Inducing Input", A. Zeller and R. Hildebrandt,
 * IEEE Transactions on Software Engineering 28(2), 2002, figure 5.  At most about
 * n^2 + 3n trials, 2 log2(n) where one quirk is to blame.
 *
 * Return: DDMIN_HOLDS: no quirk can be taken out of @set without losing the
 * property; another subset, with others, may be smaller yet.  DDMIN_STOP: the
 * smallest that was known by then.
 */
enum ddmin_outcome ddmin(quirk_set *set, ddmin_trial trial, void *context);

#endif /* TOOLS_DDMIN_H */
