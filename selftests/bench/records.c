// SPDX-License-Identifier: GPL-2.0
/*
 * What many records cost, and what calls beside them do.
 */
#include <string.h>

#include "bench.h"

#define SOME	200	/* so many are reaped */

static unsigned long meminfo_kib(const char *what)
{
	char line[256];
	unsigned long kib = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, what, strlen(what)))
			kib = strtoul(line + strlen(what), NULL, 10);
	if (!kib)
		err(1, "no %s in /proc/meminfo", what);
	fclose(f);
	return kib;
}

/* A child each, of N, that has ended; by chance. */
static unsigned long reap_some(void)
{
	unsigned long from, cost = 0;
	unsigned int i, some = n < SOME ? n : SOME;

	shuffle();
	for (i = 0; i < some; i++) {
		end(order[i]);
		from = __rdtsc();
		EXPECT(wait4_(-1, 0), kids[order[i]].pid);
		cost += __rdtsc() - from;
	}
	return cost / some;
}

/*
 * N children at once, which are left to init when the program ends.  @again dismisses
 * and enrols the caller; NULL: it is on stock.
 */
void records(void (*again)(unsigned long *longest))
{
	unsigned long slab = meminfo_kib("Slab:"), from, longest;
	unsigned int last = n - 1;
	pid_t pid;

	from = __rdtsc();
	begin_all();
	tell("fork_each", (__rdtsc() - from) / n);
	tell("slab_bytes_each", (meminfo_kib("Slab:") - slab) * 1024 / n);
	tell("wait_any_none", BEST_AMONG(6, (void)0, EXPECT(wait4_(-1, WNOHANG), 0), (void)0));
	end(last);
	wait4_(kids[last].pid, 0);
	tell("wait_any_ready", BEST_AMONG(6, (begin(last), end(last)), pid = wait4_(-1, 0),
					  EXPECT(pid, kids[last].pid)));
	tell("wait_pid_ready", BEST_AMONG(6, (begin(last), end(last)),
					  pid = wait4_(kids[last].pid, 0),
					  EXPECT(pid, kids[last].pid)));
	begin(last);
	if (again) {
		from = __rdtsc();
		again(&longest);
		tell("out_and_in_each", (__rdtsc() - from) / n);
		tell("out_and_in_irqs_off", longest);
		from = __rdtsc();
		EXPECT(wait4_(-1, WNOHANG), 0);
		tell("first_call", __rdtsc() - from);
	}
	tell("reap_random", reap_some());
}
