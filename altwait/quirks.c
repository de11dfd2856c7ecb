// SPDX-License-Identifier: GPL-2.0
/*
 * Every difference from Linux: one name, one bit, one explanation.
 */
#include "quirks.h"

/* A set of quirks is a u64, in the ABI too. */
static_assert(AW_N_QUIRKS <= 64, "too many quirks for a u64");

const struct aw_quirk aw_quirks[AW_N_QUIRKS] = {
#define AW_QUIRK(id, text_name, text_class, text_linux, text_source,	\
		 text_starry, text_seed, text_reproducer, text_unseen)	\
	[AW_QUIRK_##id] = {						\
		.name = text_name, .class = text_class,			\
		.linux_does = text_linux, .linux_source = text_source,	\
		.starry_does = text_starry, .seed = text_seed,		\
		.reproducer = text_reproducer, .unseen = text_unseen,	\
	},
#include "quirks_table.h"
#undef AW_QUIRK
};
