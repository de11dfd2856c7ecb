// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of quirks, by name.
 */
#include "quirks.h"

static_assert(ALTWAIT_QUIRKS_MAX == 8 * sizeof(aw_quirkset),
	      "the module's sets are as wide as the ABI's");
/* wakes.h has a bit after theirs. */
static_assert(AW_N_QUIRKS < ALTWAIT_QUIRKS_MAX, "too many quirks");

enum aw_quirks_counted {
#define AW_COUNT(id, nr, name)	AW_COUNTED_##id,
	ALTWAIT_EACH_QUIRK(AW_COUNT)
#undef AW_COUNT
	AW_N_COUNTED
};

static_assert((int)AW_N_COUNTED == AW_N_QUIRKS, "no number is left out");

const char * const aw_quirk_name[AW_N_QUIRKS] = {
#define AW_NAME(id, nr, name)						\
	[nr] = name,
	ALTWAIT_EACH_QUIRK(AW_NAME)
#undef AW_NAME
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
		size_t more;

		if (!(quirks >> i & 1))
			continue;
		more = strlen(aw_quirk_name[i]);
		if (len + 1 + more + sizeof(ELLIPSIS) > size) {
			memcpy(names + len, ELLIPSIS, sizeof(ELLIPSIS));
			return;
		}
		if (len)
			names[len++] = '|';
		memcpy(names + len, aw_quirk_name[i], more + 1);
		len += more;
	}
}
