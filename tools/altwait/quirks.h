/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The quirks: their names, from the ABI, and what there is to say about each.
 */
#ifndef TOOLS_ALTWAIT_QUIRKS_H
#define TOOLS_ALTWAIT_QUIRKS_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/altwait_quirks.h>

/* By number: as `--policy linux+NAME` has it. */
extern const char * const quirk_name[ALTWAIT_N_QUIRKS];

/*
 * By number: the selftest that has its test, which is named as the quirk is in
 * <linux/altwait_quirks.h>; NULL where no result shows it.  Made from selftests/quirks.
 */
extern const char * const quirk_selftest[ALTWAIT_N_QUIRKS];

/* A set of them, a bit each. */
typedef unsigned __int128 quirk_set;

#define QUIRK_BIT(nr)	((quirk_set)1 << (nr))
#define QUIRKS_ALL	(QUIRK_BIT(ALTWAIT_N_QUIRKS) - 1)

/* Those of policy starry: all but what later revisions brought. */
#define QUIRK_OF(id)	QUIRK_BIT(ALTWAIT_QUIRK_##id)
#define QUIRKS_LATER	ALTWAIT_LATER_QUIRKS(QUIRK_OF)
#define QUIRKS_STARRY	(QUIRKS_ALL & ~QUIRKS_LATER)

/* The set that a struct of <linux/altwait.h> has as @quirks and @more. */
quirk_set quirk_set_of(__u64 quirks, const __u64 *more);
/* Add a set to it. */
void quirk_set_tell(quirk_set set, __u64 *quirks, __u64 *more);

/**
 * struct quirk - one difference between Starry's wait and Linux's
 * @class:     what it is about; one page of Documentation/quirks each
 * @linux_does: what Linux does
 * @linux_source: where
 * @starry_does: what Starry does
 * @seed:      the reference's lines
 * @reproducer: a minimal program, in words
 * @unseen:    why its effect cannot be produced on Linux, or NULL
 */
struct quirk {
	const char *class;
	const char *linux_does;
	const char *linux_source;
	const char *starry_does;
	const char *seed;
	const char *reproducer;
	const char *unseen;
};

/* By number. */
extern const struct quirk quirks[ALTWAIT_N_QUIRKS];

/* True where a policy that has it, but not all, asks everybody before a call sleeps. */
extern const bool quirk_walks[ALTWAIT_N_QUIRKS];

/*
 * By number: which other quirks of starry's keep a program from seeing it, and why; NULL
 * where policy starry shows it.  linux+NAME shows each.
 */
extern const char * const quirk_hidden[ALTWAIT_N_QUIRKS];

/* Print the names of a set, by |. */
void print_quirks(FILE *f, quirk_set set);

#endif /* TOOLS_ALTWAIT_QUIRKS_H */
