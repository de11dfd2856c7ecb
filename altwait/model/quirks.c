// SPDX-License-Identifier: GPL-2.0
/*
 * Every difference from Linux: one name, one bit, one explanation.
 */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "quirks.h"

/* wakes.h has a bit after theirs. */
static_assert(AW_N_QUIRKS < 128, "too many quirks for an aw_quirkset");

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

#define ELLIPSIS	"|..."

/**
 * aw_quirk_names - name the quirks of a set
 * @quirks: the set
 * @names: filled in: their names with | between them
 * @size: of @names; longer than any name and the ellipsis that stands for
 *	  those that do not fit
 */
void aw_quirk_names(aw_quirkset quirks, char *names, size_t size)
{
	size_t len = 0;
	int i;

	names[0] = '\0';
	for (i = 0; i < AW_N_QUIRKS; i++) {
		size_t more = strlen(aw_quirks[i].name);

		if (!(quirks >> i & 1))
			continue;
		if (len + 1 + more + sizeof(ELLIPSIS) > size) {
			memcpy(names + len, ELLIPSIS, sizeof(ELLIPSIS));
			return;
		}
		if (len)
			names[len++] = '|';
		memcpy(names + len, aw_quirks[i].name, more + 1);
		len += more;
	}
}
