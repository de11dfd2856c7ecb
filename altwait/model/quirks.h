/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Quirks: each way in which Starry's wait differs from Linux's, one bit each.
 * Pure; the command-line program and the selftests are built with them, too.
 */
#ifndef _ALTWAIT_QUIRKS_H
#define _ALTWAIT_QUIRKS_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/stddef.h>
#else
#include <assert.h>
#include <stddef.h>
#endif

/* A quirk's number is its place in the table. */
enum aw_quirk_nr {
#define AW_QUIRK(id, ...)	AW_QUIRK_##id,
#include "quirks_table.h"
#undef AW_QUIRK
	AW_N_QUIRKS
};

/*
 * A set of quirks, a bit each.  There are more of them than a u64 will hold for
 * long.
 */
typedef unsigned __int128 aw_quirkset __attribute__((__aligned__(8)));

#define AW_Q_NR(nr)	((aw_quirkset)1 << (nr))
#define AW_Q(id)	AW_Q_NR(AW_QUIRK_##id)
#define AW_QUIRKS_NONE	((aw_quirkset)0)
#define AW_QUIRKS_ALL	(AW_Q_NR(AW_N_QUIRKS) - 1)

/**
 * struct aw_quirk - one difference
 * @name:      as `--policy linux+NAME` has it
 * @class:     what it is about; one page of Documentation/quirks each
 * @linux_does: what Linux does
 * @linux_source: where
 * @starry_does: what Starry does
 * @seed:      the reference's lines
 * @reproducer: a minimal program, in words
 * @unseen:    why its effect cannot be produced on Linux, or NULL
 */
struct aw_quirk {
	const char *name;
	const char *class;
	const char *linux_does;
	const char *linux_source;
	const char *starry_does;
	const char *seed;
	const char *reproducer;
	const char *unseen;
};

extern const struct aw_quirk aw_quirks[AW_N_QUIRKS];

/* The names of a set, by |; what does not fit is left out for an ellipsis. */
void aw_quirk_names(aw_quirkset quirks, char *names, size_t size);

#endif /* _ALTWAIT_QUIRKS_H */
