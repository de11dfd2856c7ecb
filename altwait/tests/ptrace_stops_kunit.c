// SPDX-License-Identifier: GPL-2.0
/*
 * The ptrace stops of a process: what each query answers.
 */
#include "host_kunit.h"

/* One stop of a situation, in the order in which the threads stop. */
struct stop {
	u32	tid;
	int	signo;
	u32	event;
	bool	is_syscall;
	bool	reported;
};

/**
 * struct situation - some stops, and what the queries say about them
 * @name:     of the case
 * @stops:    in the order in which they happened, until a tid of 0
 * @selected: by the latest report; 0: whom the latest stop selected
 * @pending:  events announced
 * @reports:  aw_ptrace_unreported_stop(): the tid, 0 for none
 * @names:    aw_ptrace_stop_tid()
 * @event:    aw_ptrace_event()
 * @syscall:  aw_ptrace_is_syscall_stop()
 */
struct situation {
	const char	*name;
	struct stop	stops[4];
	u32		selected;
	unsigned int	pending;
	u32		reports;
	u32		names;
	u32		event;
	bool		syscall;
};

static const struct situation situations[] = {
	{ "nothing" },
	{ "one signal", { { 20, 5 } }, .reports = 20, .names = 20 },
	{ "one signal, reported", { { 20, 5, .reported = true } },
	  .names = 20 },
	{ "one event", { { 20, 5, 4 } }, .reports = 20, .names = 20,
	  .event = 4 },
	{ "one system call", { { 20, 5, .is_syscall = true } },
	  .reports = 20, .names = 20, .syscall = true },
	{ "the selected one first", { { 20, 5 }, { 21, 5 } },
	  .reports = 21, .names = 20 },
	{ "selected, but reported", { { 20, 5 }, { 21, 5, .reported = true } },
	  .reports = 20, .names = 20 },
	{ "an event before a signal", { { 20, 5 }, { 22, 5, 3 },
	  { 21, 5, .reported = true } }, .reports = 22, .names = 20 },
	{ "an event, announced ones or not", { { 20, 5, .reported = true },
	  { 22, 5, 3 }, { 20, 5, .reported = true } }, .pending = 1,
	  .reports = 22, .names = 22 },
	{ "an announced event holds signals back", { { 20, 5 },
	  { 21, 5, .reported = true } }, .pending = 1, .names = 20 },
	{ "without a number", { { 20, 0, 6 } }, .names = 20, .event = 6 },
	{ "without a number, one of two reported",
	  { { 20, 0, 6, .reported = true }, { 21, 0, 7 } },
	  .names = 20, .event = 7 },
	{ "without a number, all reported",
	  { { 20, 0, 6, .reported = true }, { 21, 0, 7, .reported = true } },
	  .names = 20, .event = 6 },
	{ "selected has no number: the first that has one",
	  { { 21, 5, 2, true }, { 22, 9, 3 }, { 20, 0, 6 } },
	  .reports = 21, .names = 21, .event = 2, .syscall = true },
	{ "a report selects", { { 20, 5, 1 }, { 21, 5, 2 }, { 22, 5, 3 } },
	  .selected = 20, .reports = 20, .names = 20, .event = 1 },
	{ "who is not stopped is not selected", { { 20, 5, 1 }, { 21, 5, 2 } },
	  .selected = 30, .reports = 21, .names = 20, .event = 2 },
};

static void situation_desc(const struct situation *s, char *desc)
{
	strscpy(desc, s->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(situation, situations, situation_desc);

static void set_up(struct kunit *test, struct aw_ptrace *pt,
		   const struct situation *s)
{
	const struct stop *stop;

	aw_ptrace_init(pt);
	for (stop = s->stops; stop < s->stops + 4 && stop->tid; stop++) {
		KUNIT_ASSERT_EQ(test, 0,
				aw_ptrace_insert(pt, stop->tid, stop->signo,
						 stop->event, 0,
						 stop->is_syscall));
		if (stop->reported)
			aw_ptrace_mark_reported(pt, stop->tid);
	}
	if (s->selected)
		aw_ptrace_select(pt, s->selected);
	pt->pending_events = s->pending;
}

static void answers(struct kunit *test)
{
	const struct situation *s = test->param_value;
	struct aw_ptrace_stop *stop;
	struct aw_ptrace pt;

	set_up(test, &pt, s);
	stop = aw_ptrace_unreported_stop(&pt, pt.selected);
	KUNIT_EXPECT_EQ(test, stop ? stop->tid : 0, s->reports);
	KUNIT_EXPECT_EQ(test, aw_ptrace_stop_tid(&pt), s->names);
	KUNIT_EXPECT_EQ(test, aw_ptrace_event(&pt, pt.selected), s->event);
	KUNIT_EXPECT_EQ(test, aw_ptrace_is_syscall_stop(&pt, pt.selected),
			s->syscall);
	aw_ptrace_drop_all(&pt);
	KUNIT_EXPECT_TRUE(test, list_empty(&pt.stops));
}

static void a_new_stop_is_unreported(struct kunit *test)
{
	struct aw_ptrace pt;

	aw_ptrace_init(&pt);
	KUNIT_ASSERT_EQ(test, aw_ptrace_insert(&pt, 20, 5, 0, 0, false), 0);
	aw_ptrace_mark_reported(&pt, 20);
	KUNIT_EXPECT_NULL(test, aw_ptrace_unreported_stop_for(&pt, 20));
	KUNIT_ASSERT_EQ(test, aw_ptrace_insert(&pt, 20, 7, 1, 42, true), 0);
	KUNIT_ASSERT_NOT_NULL(test, aw_ptrace_unreported_stop_for(&pt, 20));
	KUNIT_EXPECT_EQ(test, aw_ptrace_find(&pt, 20)->signo, 7);
	KUNIT_EXPECT_EQ(test, aw_ptrace_find(&pt, 20)->event_msg, 42);
	KUNIT_EXPECT_TRUE(test, aw_ptrace_remove(&pt, 20));
	KUNIT_EXPECT_FALSE(test, aw_ptrace_remove(&pt, 20));
	KUNIT_EXPECT_NULL(test, aw_ptrace_find(&pt, 20));
}

/* ------------------------------------------------------- the obvious twin */

#define TIDS	12
#define STEPS	300
#define SEEDS	100

/* A row for each tid that there can be. */
struct twin_row {
	bool	stopped;
	bool	reported;
	bool	is_syscall;
	int	signo;
	u32	event;
};

struct twin {
	struct twin_row row[TIDS + 1];
	u32	selected;
	bool	pending;
};

static bool twin_reportable(const struct twin *t, u32 tid)
{
	return t->row[tid].stopped && t->row[tid].signo &&
	       !t->row[tid].reported;
}

static u32 twin_unreported(const struct twin *t, u32 preferred)
{
	u32 tid;

	if (preferred && twin_reportable(t, preferred))
		return preferred;
	for (tid = 1; tid <= TIDS; tid++) {
		if (twin_reportable(t, tid) && t->row[tid].event)
			return tid;
	}
	for (tid = 1; tid <= TIDS && !t->pending; tid++) {
		if (twin_reportable(t, tid))
			return tid;
	}
	return 0;
}

static u32 twin_stop_tid(const struct twin *t)
{
	u32 tid;

	for (tid = 1; tid <= TIDS; tid++) {
		if (twin_reportable(t, tid))
			return tid;
	}
	for (tid = 1; tid <= TIDS; tid++) {
		if (t->row[tid].stopped)
			return tid;
	}
	return 0;
}

static u32 twin_selected_stop(const struct twin *t, u32 selected)
{
	u32 tid;

	if (t->row[selected].stopped && t->row[selected].signo)
		return selected;
	for (tid = 1; tid <= TIDS; tid++) {
		if (t->row[tid].stopped && t->row[tid].signo)
			return tid;
	}
	return 0;
}

static u32 twin_event(const struct twin *t, u32 selected)
{
	u32 tid = twin_selected_stop(t, selected);

	if (tid)
		return t->row[tid].event;
	for (tid = 1; tid <= TIDS; tid++) {
		if (t->row[tid].stopped && !t->row[tid].reported)
			return t->row[tid].event;
	}
	for (tid = 1; tid <= TIDS; tid++) {
		if (t->row[tid].stopped)
			return t->row[tid].event;
	}
	return 0;
}

static bool twin_agrees(const struct twin *t, const struct aw_ptrace *pt)
{
	struct aw_ptrace_stop *s;
	u32 tid;

	if (pt->selected != t->selected ||
	    aw_ptrace_stop_tid(pt) != twin_stop_tid(t))
		return false;
	for (tid = 0; tid <= TIDS; tid++) {
		u32 chosen = twin_selected_stop(t, tid);

		s = aw_ptrace_unreported_stop(pt, tid);
		if ((s ? s->tid : 0) != twin_unreported(t, tid) ||
		    !!aw_ptrace_find(pt, tid) != t->row[tid].stopped ||
		    !!aw_ptrace_unreported_stop_for(pt, tid) !=
		    twin_reportable(t, tid) ||
		    aw_ptrace_event(pt, tid) != twin_event(t, tid) ||
		    aw_ptrace_is_syscall_stop(pt, tid) !=
		    (chosen && t->row[chosen].is_syscall))
			return false;
	}
	return true;
}

static void both_insert(struct kunit *test, struct twin *t,
			struct aw_ptrace *pt, u32 tid, struct rnd_state *rnd)
{
	struct twin_row *row = &t->row[tid];

	row->stopped = true;
	row->reported = false;
	row->is_syscall = aw_test_below(rnd, 2);
	row->signo = aw_test_below(rnd, 3) ? 5 : 0;
	row->event = aw_test_below(rnd, 2) ? aw_test_below(rnd, 8) : 0;
	t->selected = tid;
	KUNIT_ASSERT_EQ(test, 0, aw_ptrace_insert(pt, tid, row->signo,
						  row->event, 0,
						  row->is_syscall));
}

static void both_step(struct kunit *test, struct twin *t, struct aw_ptrace *pt,
		      struct rnd_state *rnd)
{
	u32 tid = 1 + aw_test_below(rnd, TIDS);

	switch (aw_test_below(rnd, 8)) {
	case 0: case 1: case 2:
		both_insert(test, t, pt, tid, rnd);
		break;
	case 3:
		t->row[tid].stopped = false;
		aw_ptrace_remove(pt, tid);
		break;
	case 4: case 5:
		t->row[tid].reported = t->row[tid].stopped;
		aw_ptrace_mark_reported(pt, tid);
		break;
	case 6:
		if (t->row[tid].stopped)
			t->selected = tid;
		aw_ptrace_select(pt, tid);
		break;
	case 7:
		t->pending = !t->pending;
		pt->pending_events = t->pending;
	}
}

static void twin_run(struct kunit *test, u64 seed)
{
	struct twin t = {};
	struct rnd_state rnd;
	struct aw_ptrace pt;
	unsigned int step;
	bool agrees = true;

	prandom_seed_state(&rnd, seed);
	aw_ptrace_init(&pt);
	for (step = 0; step < STEPS && agrees; step++) {
		both_step(test, &t, &pt, &rnd);
		agrees = twin_agrees(&t, &pt);
	}
	KUNIT_EXPECT_TRUE_MSG(test, agrees, "seed %llu, step %u", seed, step);
	aw_ptrace_drop_all(&pt);
}

static void agrees_with_its_twin(struct kunit *test)
{
	u64 seed;

	for (seed = 1; seed <= SEEDS; seed++)
		twin_run(test, seed);
}

static struct kunit_case ptrace_stops_cases[] = {
	KUNIT_CASE_PARAM(answers, situation_gen_params),
	KUNIT_CASE(a_new_stop_is_unreported),
	KUNIT_CASE(agrees_with_its_twin),
	{}
};

static struct kunit_suite ptrace_stops_suite = {
	.name		= "altwait_ptrace_stops",
	.test_cases	= ptrace_stops_cases,
};

kunit_test_suite(ptrace_stops_suite);
