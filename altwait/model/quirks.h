/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Quirks: each way in which Starry's wait differs from Linux's, one bit each.
 * Their numbers and names are the ABI's.  Pure.
 */
#ifndef _ALTWAIT_QUIRKS_H
#define _ALTWAIT_QUIRKS_H

#include <linux/altwait_quirks.h>

#include "pure.h"

#define AW_N_QUIRKS	ALTWAIT_N_QUIRKS

/*
 * A set of quirks, a bit each.  There are more of them than a u64 will hold for
 * long.
 */
typedef unsigned __int128 aw_quirkset __aligned(8);

#define AW_Q_NR(nr)	((aw_quirkset)1 << (nr))
#define AW_Q(id)	AW_Q_NR(ALTWAIT_QUIRK_##id)
#define AW_QUIRKS_NONE	((aw_quirkset)0)
#define AW_QUIRKS_ALL	(AW_Q_NR(AW_N_QUIRKS) - 1)

/* Policy starry, which is the reference: all but what later revisions brought. */
#define AW_QUIRKS_LATER	ALTWAIT_LATER_QUIRKS(AW_Q)
#define AW_QUIRKS_STARRY (AW_QUIRKS_ALL & ~AW_QUIRKS_LATER)

/**
 * aw_quirks_of - the set that a struct of the ABI has
 * @quirks: its quirks
 * @more: its quirks_more
 *
 * Return: the set, with whatever bits it has, known or not.
 */
static inline aw_quirkset aw_quirks_of(u64 quirks, const u64 *more)
{
	return (aw_quirkset)*more << 64 | quirks;
}

/**
 * aw_quirks_tell - put a set into a struct of the ABI
 * @set: the set
 * @quirks: filled in, its quirks
 * @more: filled in, its quirks_more
 */
static inline void aw_quirks_tell(aw_quirkset set, u64 *quirks, u64 *more)
{
	*quirks = set;
	*more = set >> 64;
}

/* As `--policy linux+NAME` has it. */
extern const char * const aw_quirk_name[AW_N_QUIRKS];

/* The names of a set, by |; what does not fit is left out for an ellipsis. */
void aw_quirk_names(aw_quirkset quirks, char *names, size_t size);

#endif /* _ALTWAIT_QUIRKS_H */
