// SPDX-License-Identifier: GPL-2.0
/* What many rounds came to. */
#include <linux/altwait_quirks.h>

#include "play.h"

const char *const totals_quirks[ALTWAIT_N_QUIRKS] = {
#define NAME(id, nr, name)						\
	[nr] = name,
	ALTWAIT_EACH_QUIRK(NAME)
#undef NAME
};

void totals_print(const struct job *all, __u64 seed)
{
	const struct altwait_verdicts *v = &all->totals.v;
	unsigned int i, j;

	printf("# seed %llu: %llu rounds, %llu calls\n", seed,
	       all->totals.rounds, all->totals.made);
	printf("# %llu judged: %llu same, %llu differ, %llu control, %llu raced\n",
	       v->calls, v->same, v->differs, v->control, v->raced);
	printf("# of these, %llu asleep under starry, %llu not explained; %llu left\n",
	       v->asleep, v->unexplained, v->left);
	printf("# interrupted and made again: %llu\n", v->restarted);
	for (i = 0; i < CALLS; i++) {
		printf("# %s:", call_names[i]);
		for (j = 0; j < ENDS; j++)
			if (all->ends[i][j])
				printf(" %s %llu,", end_names[j],
				       all->ends[i][j]);
		printf(" that is all\n");
	}
	printf("# operations:");
	for (i = 0; i < OP_KINDS; i++)
		printf(" %s %llu,", op_names[i], all->ops[i]);
	printf(" that is all\n# quirks:");
	for (i = 0; i < ALTWAIT_QUIRKS_MAX; i++)
		if (v->quirk[i])
			printf(" %s %llu,", i < ALTWAIT_N_QUIRKS ? totals_quirks[i] : "?",
			       v->quirk[i]);
	printf(" that is all\n");
}

/* Everything that can be met has been: else the fuzzer has become blind. */
bool totals_have_all(const struct job *all)
{
	static const enum end wanted[] = { END_REPORT, END_NOTHING, END_ECHILD,
					   END_EINVAL, END_EFAULT };
	bool met = true;
	unsigned int i, j;

	for (i = 0; i < OP_KINDS; i++) {
		if (!all->ops[i] && i != (script_twin ? OP_NAMESPACE : OP_REAP)) {
			printf("# never done: %s\n", op_names[i]);
			met = false;
		}
	}
	for (i = 0; i < CALLS; i++) {
		for (j = 0; j < sizeof(wanted) / sizeof(*wanted); j++) {
			if (all->ends[i][wanted[j]])
				continue;
			printf("# never met: %s that ends with %s\n", call_names[i],
			       end_names[wanted[j]]);
			met = false;
		}
	}
	for (j = END_EINTR; j <= END_EAGAIN; j++) {
		if (all->ends[CALL_WAIT4][j] || all->ends[CALL_WAITID][j])
			continue;
		printf("# never met: %s\n", end_names[j]);
		met = false;
	}
	return met;
}
