/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Starry's revisions: which quirks each has.
 */
#ifndef TOOLS_ALTWAIT_REVISIONS_H
#define TOOLS_ALTWAIT_REVISIONS_H

#include <argp.h>

#include "quirks.h"

/* How many digits of a commit are printed, and how many are asked for. */
#define COMMIT_SHOWN	9
#define COMMIT_LEAST	7

/**
 * struct revision - one of upstream's commits that changed wait.rs
 * @commit: all 40 digits
 * @date: of the commit, as 2026-06-08
 * @what: what it is
 * @mends: the quirks that it has no more, and the one before it had
 * @brings: the quirks that are new, which the seed has not either
 */
struct revision {
	const char *commit;
	const char *date;
	const char *what;
	quirk_set mends;
	quirk_set brings;
};

#define N_REVISIONS	5

/* From the seed on, by date. */
extern const struct revision revisions[N_REVISIONS];

/* The quirks that a revision still has, by its place among them. */
quirk_set revision_quirks(unsigned int nr);

/**
 * parse_revision - read what follows starry@
 * @state: to leave through argp_error()
 * @text: a commit or a date, then a sign or the end
 * @nr: the place of the revision
 *
 * Return: how long it is.
 */
size_t parse_revision(struct argp_state *state, const char *text, unsigned int *nr);

#endif /* TOOLS_ALTWAIT_REVISIONS_H */
