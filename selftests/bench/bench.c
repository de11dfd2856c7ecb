// SPDX-License-Identifier: GPL-2.0
/*
 * What wait calls cost, by the time-stamp counter: in a machine whose time counts
 * instructions (scripts/vm --icount), instructions.
 *
 *   bench MODE INDEX N...	one line for each figure: OP MODE INDEX N COST
 *   bench --irqs-off MODE INDEX N...	for how long the module keeps interrupts off in
 *			all of that, at most: one line for each N, and what was done
 *			then on standard error
 *   bench --marked MODE INDEX N...	instead of the cost, the numbers of the
 *			stretches between two marks that it is the least of: FIRST-LAST
 *   bench --records MODE INDEX N...	what N records take, and cost
 *   bench --loop THREADS COUNT	no figures: so many threads, each of which forks and
 *			waits for its child so often
 *
 * MODE is what the caller wants to call it; linux, starry and shadow enrol the
 * caller, too.  For each N the program has N children, all of which share its
 * memory and sleep until they are told to end.  Each figure has the cost of reading
 * the counter in it, and is the least of several; those of reap_all_random,
 * pidfd_epoll_reap and thread_each_own are the whole by N.
 *
 * Whoever has ended has ended before a clock starts, except in thread_each_own,
 * fork_exit and fork_exit_wait, which are about that.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "../lib/device.h"
#include "bench.h"

unsigned int n;
const char *mode;
static const char *which_index;
static bool counts_irqs_off;	/* and nothing else */
static bool tells_marked;
unsigned int n_marked;
static unsigned int n_told;	/* of those */
static bool counts_records;	/* likewise */
static int device = -1;

void tell(const char *op, unsigned long cost)
{
	if (tells_marked && n_marked > n_told)
		printf("%s %s %s %u %u-%u\n", op, mode, which_index, n, n_told,
		       n_marked - 1);
	else if (!counts_irqs_off && !tells_marked)
		printf("%s %s %s %u %lu\n", op, mode, which_index, n, cost);
	n_told = n_marked;
}

/* A child of ours has told of @stretches between two marks. */
void told_by_child(unsigned int stretches)
{
	n_marked += stretches;
	n_told = n_marked;
}

/* How often what has to be done N times is tried: a timer's tick is in some. */
unsigned int tries(void)
{
	return n <= 64 ? 8 : n <= 512 ? 3 : 1;
}

/* An operation, or a few, and what they are called with --irqs-off; @once: not for each N. */
struct op {
	const char *name;
	void (*run)(void);
	bool once;
};

static const struct op ops[] = {
	{ "getppid", getppid_, true },
	{ "echild", echild, true },
	{ "calls, forks beside children", beside_all, false },
	{ "reap_all_random", reap_all_random, false },
	{ "pidfd_epoll_reap", pidfd_epoll_reap, false },
	{ "thread_each_own", thread_each_own, false },
	/* Last: who has traced is served otherwise. */
	{ "tracer_none", tracer_none, false },
};

static void prepare(void)
{
	const struct rlimit files = { MOST + 64, MOST + 64 };
	const struct rlimit processes = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_NOFILE, &files) || setrlimit(RLIMIT_NPROC, &processes))
		err(1, "limits");
	stacks = mmap(NULL, (size_t)MOST * STACK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	/* A fork copies none of them. */
	if (stacks == MAP_FAILED ||
	    madvise(stacks, (size_t)MOST * STACK, MADV_DONTFORK))
		err(1, "stacks");
}

/* The policy that the mode names; ALTWAIT_POLICY_STOCK where it names none. */
static int policy(void)
{
	if (!strcmp(mode, "linux"))
		return ALTWAIT_POLICY_LINUX;
	return !strcmp(mode, "starry") || !strcmp(mode, "shadow") ?
	       ALTWAIT_POLICY_STARRY : ALTWAIT_POLICY_STOCK;
}

static void enrol(void)
{
	int ret;

	if (!strcmp(mode, "shadow"))
		ret = device_shadow(device, getpid(), policy(), 0);
	else
		ret = device_enroll_as(device, getpid(), policy(), 0);
	if (ret)
		err(1, "no policy %s", mode);
}

/* Whoever is back on stock by now has measured nothing. */
static void see_policy(void)
{
	struct altwait_query q;

	if (device_query(device, getpid(), &q) || (int)q.policy != policy())
		errx(1, "not under %s any more, n %u", mode, n);
}

/* -------------------------------------------------------- interrupts off */

#define IRQS_OFF	"/sys/kernel/debug/altwait/irqs_off_max"

static void irqs_off_begin(void)
{
	FILE *f = fopen(IRQS_OFF, "w");

	if (!f || fputs("1\n", f) < 0 || fclose(f))
		err(1, IRQS_OFF);
}

/* The function that has kept them off for longest goes to where. */
static unsigned long irqs_off_read(char where[64])
{
	unsigned long cycles;
	FILE *f = fopen(IRQS_OFF, "r");

	if (!f || fscanf(f, "%lu %63s", &cycles, where) != 2)
		err(1, IRQS_OFF);
	fclose(f);
	return cycles;
}

/* With N children: the way back to stock, and in again. */
static void out_and_in(void)
{
	begin_all();
	if (device >= 0) {
		if (device_dismiss(device, getpid()))
			err(1, "dismissed");
		enrol();
	}
	end_all();
	reap_all();
}

/* N orphans come. */
static void adopt_all(void)
{
	begin_orphans();
	end_all();
	reap_all();
}

/* What has no figure of its own. */
static const struct op held_ops[] = {
	{ "dismissal, enrolment", out_and_in, false },
	{ "adoption", adopt_all, false },
};

/* Out and in, and for how long interrupts are off meanwhile. */
static void again(unsigned long *longest)
{
	char where[64];

	device = device_open();
	irqs_off_begin();
	if (device_dismiss(device, getpid()))
		err(1, "dismissed");
	enrol();
	*longest = irqs_off_read(where);
	close(device);
	fprintf(stderr, "out and in, n %u: until %s\n", n, where);
}

static void count_records(void)
{
	const bool enrolled = policy() != ALTWAIT_POLICY_STOCK;

	if (enrolled) {
		/* The children outlive us: where they had it open, the module could not go. */
		close(device);
		records(again);
		device = device_open();
		see_policy();
	} else {
		records(NULL);
	}
}

/* Each operation has room for one N after the other. */
static void measure_irqs_off(const struct op *op, unsigned long *most)
{
	unsigned long cycles;
	char where[64];

	irqs_off_begin();
	op->run();
	cycles = irqs_off_read(where);
	if (cycles <= *most)
		return;
	*most = cycles;
	fprintf(stderr, "%s, n %u: %lu with interrupts off, until %s\n", op->name, n,
		cycles, where);
}

int main(int argc, char **argv)
{
	int arg;
	unsigned long most[16] = { 0 };
	unsigned int i;

	if (argc == 4 && !strcmp(argv[1], "--loop")) {
		mode = "loop";
		return loops(atoi(argv[2]), atoi(argv[3]));
	}
	if (argc > 1 && (!strcmp(argv[1], "--irqs-off") || !strcmp(argv[1], "--records"))) {
		counts_records = !strcmp(argv[1], "--records");
		counts_irqs_off = !counts_records;
		argv[1] = argv[0];
		argv++;
		argc--;
	} else if (argc > 1 && !strcmp(argv[1], "--marked")) {
		tells_marked = true;
		argv[1] = argv[0];
		argv++;
		argc--;
	}
	if (argc < 4 || argc > 3 + 16)
		errx(2, "usage: bench [--irqs-off|--marked|--records] MODE INDEX N...");
	mode = argv[1];
	which_index = argv[2];
	prepare();
	if (policy() != ALTWAIT_POLICY_STOCK) {
		device = device_open();
		enrol();
	}
	for (arg = 3; counts_records && arg < argc; arg++) {
		n = atoi(argv[arg]);
		if (n < 1 || n > MOST)
			errx(2, "N is 1 to %d", MOST);
		count_records();
	}
	for (i = 0; !counts_records && i < sizeof(ops) / sizeof(*ops); i++) {
		for (arg = 3; arg < argc; arg++) {
			n = atoi(argv[arg]);
			if (n < 1 || n > MOST)
				errx(2, "N is 1 to %d", MOST);
			if (ops[i].once && arg > 3)
				break;
			if (ops[i].once)
				n = 0;
			if (counts_irqs_off)
				measure_irqs_off(&ops[i], &most[arg - 3]);
			else
				ops[i].run();
			if (device >= 0)
				see_policy();
		}
	}
	for (arg = 3; counts_irqs_off && arg < argc; arg++) {
		n = atoi(argv[arg]);
		for (i = 0; i < sizeof(held_ops) / sizeof(*held_ops); i++)
			measure_irqs_off(&held_ops[i], &most[arg - 3]);
		printf("irqs_off_max %s %s %s %lu\n", mode, which_index, argv[arg],
		       most[arg - 3]);
	}
	return 0;
}
