// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

/* struct turn - a sleeper, and which one it was to come back */
struct turn {
	atomic_int tid;
	atomic_int nth;
};

static atomic_int turns;

static void *take_turn(void *arg)
{
	struct turn *t = arg;

	atomic_store(&t->tid, syscall(SYS_gettid));
	syscall(SYS_wait4, -1L, NULL, 0L, NULL);
	atomic_store(&t->nth, atomic_fetch_add(&turns, 1) + 1);
	return NULL;
}

/* On one CPU, whoever is woken first runs first, until it sleeps again. */
static void fall_asleep_in_turn(struct turn *t)
{
	struct sched_param param = { .sched_priority = 10 };
	cpu_set_t first;

	start_thread(take_turn, t);
	UNTIL(atomic_load(&t->tid), "a thread to begin");
	until_asleep(getpid(), atomic_load(&t->tid), SYS_wait4);
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(atomic_load(&t->tid), sizeof(first), &first) ||
	    sched_setscheduler(atomic_load(&t->tid), SCHED_FIFO, &param))
		failed("taking turns");
}

void probe(void)
{
	struct turn early = { 0 }, late = { 0 };
	struct child child;

	hold();
	child = hold();
	fall_asleep_in_turn(&early);
	fall_asleep_in_turn(&late);
	tell_to_end(&child, 4);
	UNTIL(atomic_load(&early.nth) == 1 || atomic_load(&late.nth) == 1,
	      "one of two sleepers to be served");
	if (atomic_load(&late.nth) == 1)
		say(LINUX_WAY, "the last one to sleep is served");
	say(STARRY_WAY, "the first one to sleep is served");
}
