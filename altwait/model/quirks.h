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

/* As `--policy linux+NAME` has it. */
extern const char * const aw_quirk_name[AW_N_QUIRKS];

/* The names of a set, by |; what does not fit is left out for an ellipsis. */
void aw_quirk_names(aw_quirkset quirks, char *names, size_t size);

#endif /* _ALTWAIT_QUIRKS_H */
