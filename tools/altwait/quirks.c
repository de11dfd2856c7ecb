// SPDX-License-Identifier: GPL-2.0
/*
 * The table of quirks, made of the ABI's names and quirks_table.h.
 */
#include <assert.h>
#include <stddef.h>

#include "quirks.h"

/* That each has one description: a second one would be declared twice here. */
enum described {
#define DESCRIBE(id, ...)	DESCRIBED_##id,
#include "quirks_table.h"
#undef DESCRIBE
	N_DESCRIBED
};

static_assert((int)N_DESCRIBED == ALTWAIT_N_QUIRKS, "each quirk is described");

const char * const quirk_name[ALTWAIT_N_QUIRKS] = {
#define NAME(id, nr, name)						\
	[nr] = name,
	ALTWAIT_EACH_QUIRK(NAME)
#undef NAME
};

const struct quirk quirks[ALTWAIT_N_QUIRKS] = {
#define DESCRIBE(id, text_class, text_linux, text_source, text_starry,	\
		 text_seed, text_reproducer, text_unseen)		\
	[ALTWAIT_QUIRK_##id] = {					\
		.class = text_class,					\
		.linux_does = text_linux, .linux_source = text_source,	\
		.starry_does = text_starry, .seed = text_seed,		\
		.reproducer = text_reproducer, .unseen = text_unseen,	\
	},
#include "quirks_table.h"
#undef DESCRIBE
};

/* selftests/model/run.sh compares this with the module's own list. */
const bool quirk_walks[ALTWAIT_N_QUIRKS] = {
	[ALTWAIT_QUIRK_CANDIDATES_FIXED] = true,
	[ALTWAIT_QUIRK_REAPED_STAYS] = true,
	[ALTWAIT_QUIRK_MEMBERS_STAY] = true,
};

/* tools/waitprint/test-vm.sh holds it against what waitprint sees under starry. */
const char * const quirk_hidden[ALTWAIT_N_QUIRKS] = {
	[ALTWAIT_QUIRK_ADOPTION_SILENT] =
		"candidates-fixed: a call that sleeps does not look at a child that comes later, whether it is woken for that or not",
	[ALTWAIT_QUIRK_TRACER_REAP_SILENT] =
		"reap-traced and traced-exit-wakes-parent: the parent has the child's end before the tracer has waited",
	[ALTWAIT_QUIRK_DETACH_SILENT] =
		"reap-traced and traced-exit-wakes-parent: the parent has the child's end before the tracer lets it go",
	[ALTWAIT_QUIRK_WAKES_EVERYBODY] =
		"echild-once and members-stay: who is woken and finds nobody, which Linux answers with ECHILD, sleeps on",
	[ALTWAIT_QUIRK_ECHILD_ONCE] =
		"reaped-stays and zombies-count: a call that is woken finds somebody who is to be told again, or a zombie that counts",
};

const char * const quirk_selftest[ALTWAIT_N_QUIRKS] = {
#include "selftests.inc"
};

static_assert(ALTWAIT_QUIRKS_MAX <= 8 * sizeof(quirk_set),
	      "a set has a bit for each quirk of the ABI");

quirk_set quirk_set_of(__u64 quirks, const __u64 *more)
{
	quirk_set set = 0;
	unsigned int i;

	for (i = 0; i < ALTWAIT_QUIRKS_MAX; i++)
		if (altwait_quirks_has(quirks, more, i))
			set |= QUIRK_BIT(i);
	return set;
}

void quirk_set_tell(quirk_set set, __u64 *quirks, __u64 *more)
{
	unsigned int i;

	for (i = 0; i < ALTWAIT_QUIRKS_MAX; i++)
		if (set & QUIRK_BIT(i))
			altwait_quirks_add(quirks, more, i);
}

void print_quirks(FILE *f, quirk_set set)
{
	const char *between = "";
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		if (!(set & QUIRK_BIT(i)))
			continue;
		fprintf(f, "%s%s", between, quirk_name[i]);
		between = "|";
	}
}
