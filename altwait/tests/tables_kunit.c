// SPDX-License-Identifier: GPL-2.0
/*
 * The tables beside a slow and obvious twin: one row for each pid there can be,
 * walked from the lowest to the highest.
 */
#include "host_kunit.h"

#define PIDS	24
#define STEPS	250
#define SEEDS	30

/**
 * struct row - what the twin knows of a pid
 * @p:	     the record that has the pid
 * @live:    in the process table
 * @zombie:  in the zombie table, too
 * @parent:  0: none that has a record
 * @tracer:  0: none
 * @asleep:  its waker stands in its PollSet
 */
struct row {
	struct aw_process	*p;
	bool			live;
	bool			zombie;
	u32			parent;
	u32			tracer;
	bool			asleep;
};

struct twin {
	struct aw_records	r;
	struct aw_buckets	by_pid;
	struct aw_test_log	*log;
	struct row		row[PIDS + 1];
	u32			woken[4];
	unsigned int		wakes;
};

static void twin_wake(struct twin *t, u32 pid)
{
	if (!pid || !t->row[pid].asleep)
		return;
	t->row[pid].asleep = false;
	t->woken[t->wakes++] = pid;
}

static void both_sleep(struct kunit *test, struct twin *t, u32 pid)
{
	struct aw_waker *waker;

	if (t->row[pid].asleep)
		return;
	waker = aw_test_waker_new(test, t->log, pid);
	KUNIT_ASSERT_EQ(test, aw_family_make(t->row[pid].p), 0);
	aw_pollset_register(&t->row[pid].p->family->child_exit_event, waker);
	aw_waker_put(waker);
	t->row[pid].asleep = true;
}

static void both_fork(struct kunit *test, struct twin *t, u32 parent, u32 pid)
{
	struct row *row = &t->row[pid];

	*row = (struct row) { .live = true, .parent = parent };
	row->p = aw_test_fork(test, t->log, &t->r,
			      parent ? t->row[parent].p : NULL, pid);
	aw_process_put(row->p);
}

/* Children go to init, then the process; init itself stays. */
static void both_exit(struct twin *t, u32 pid)
{
	struct row *row = &t->row[pid];
	u32 child;

	for (child = 1; child <= PIDS; child++) {
		if (t->row[child].live && t->row[child].parent == pid) {
			t->row[child].parent = 1;
			aw_process_reparent(t->row[child].p, t->row[1].p);
		}
	}
	row->zombie = true;
	twin_wake(t, row->parent);
	if (row->tracer != row->parent)
		twin_wake(t, row->tracer);
	aw_thread_exit(row->p, pid, 0);
	aw_process_exit(&t->r, row->p);
}

static void twin_forget(struct twin *t, u32 pid)
{
	u32 child;

	for (child = 1; child <= PIDS; child++) {
		if (t->row[child].parent == pid)
			t->row[child].parent = 0;
		/* A tracer that has no record is woken by nobody. */
		if (t->row[child].tracer == pid)
			t->row[child].tracer = 0;
	}
	t->row[pid] = (struct row) {};
}

/* A tracer detaches before it goes, as Linux has it. */
static void both_detach_tracees(struct twin *t, u32 pid)
{
	u32 tracee;

	for (tracee = 1; tracee <= PIDS; tracee++) {
		if (t->row[tracee].live && t->row[tracee].tracer == pid) {
			t->row[tracee].tracer = 0;
			aw_process_detach(&t->r, t->row[tracee].p);
		}
	}
}

static void both_step_dead(struct kunit *test, struct twin *t, u32 pid,
			   u32 other)
{
	if (!t->row[pid].live)
		both_fork(test, t, t->row[other].live &&
			  !t->row[other].zombie ? other : 1, pid);
	else if (t->row[pid].zombie) {
		both_detach_tracees(t, pid);
		aw_process_reap(&t->r, t->row[pid].p);
		twin_forget(t, pid);
	}
}

static void both_step_live(struct kunit *test, struct twin *t, u32 pid,
			   u32 other, struct rnd_state *rnd)
{
	struct row *row = &t->row[pid];

	switch (aw_test_below(rnd, 7)) {
	case 0: case 1:
		both_exit(t, pid);
		break;
	case 2:
		if (!t->row[other].live || t->row[other].zombie || other == pid)
			break;
		row->tracer = other;
		aw_process_trace(&t->r, row->p, other);
		break;
	case 3:
		row->tracer = 0;
		aw_process_detach(&t->r, row->p);
		break;
	case 4:
		twin_wake(t, row->parent);
		aw_process_continue(&t->r, row->p);
		break;
	case 5:
		both_sleep(test, t, pid);
		break;
	case 6:
		both_detach_tracees(t, pid);
		aw_process_forget(&t->r, row->p);
		twin_forget(t, pid);
	}
}

/* The next live row from pid on that satisfies the condition of a list. */
static u32 next_row(const struct twin *t, u32 pid, u32 parent, bool zombie,
		    bool traced)
{
	for (pid++; pid <= PIDS; pid++) {
		const struct row *row = &t->row[pid];

		if (row->live && (!parent || row->parent == parent) &&
		    (!zombie || row->zombie) && (!traced || row->tracer))
			return pid;
	}
	return 0;
}

#define LIST_AGREES(t, head, member, parent, zombie, traced) ({		\
	const struct aw_process *p_;					\
	bool same_ = true;						\
	u32 pid_ = 0;							\
									\
	list_for_each_entry(p_, head, member) {				\
		pid_ = next_row(t, pid_, parent, zombie, traced);	\
		same_ = same_ && pid_ && p_->pid == pid_ &&		\
			p_ == (t)->row[pid_].p;				\
		if (!same_)						\
			break;						\
	}								\
	same_ && !next_row(t, pid_ ? pid_ : 0, parent, zombie, traced);	\
})

static unsigned int count_rows(const struct twin *t, bool zombie)
{
	unsigned int n = 0;
	u32 pid = 0;

	while ((pid = next_row(t, pid, 0, zombie, false)))
		n++;
	return n;
}

/* In no order. */
static bool processes_agree(const struct twin *t)
{
	const struct aw_process *p;
	unsigned int n = 0;

	for (p = aw_process_first(&t->r); p; p = aw_process_next(&t->r, p)) {
		if (p != t->row[p->pid].p)
			return false;
		n++;
	}
	return n == count_rows(t, false);
}

/* Those with a tracer first, by pid. */
static bool zombies_agree(const struct twin *t)
{
	const struct aw_process *p;
	unsigned int n = 0;
	bool others = false;
	u32 last = 0;

	list_for_each_entry(p, &t->r.zombies, zombie) {
		if (p != t->row[p->pid].p || !t->row[p->pid].zombie)
			return false;
		n++;
		if (p->zombie_tracer && (others || p->pid <= last))
			return false;
		others |= !p->zombie_tracer;
		last = p->pid;
	}
	return n == count_rows(t, true);
}

static const char *twin_differs(const struct twin *t)
{
	unsigned int i;
	u32 pid;

	if (!processes_agree(t))
		return "process table";
	if (!zombies_agree(t))
		return "zombie table";
	if (!LIST_AGREES(t, &t->r.traced, traced, 0, false, true))
		return "traced list";
	for (pid = 1; pid <= PIDS; pid++) {
		const struct row *row = &t->row[pid];

		if (aw_process_find(&t->r, pid) != row->p)
			return "hash";
		if (row->live && !LIST_AGREES(t, &row->p->family->children, sibling,
					      pid, false, false))
			return "children";
	}
	for (i = 0; i < t->wakes; i++) {
		if (i >= t->log->wakes || t->log->tid[i] != t->woken[i])
			return "wakes";
	}
	return t->log->wakes == t->wakes ? NULL : "wakes";
}

static void twin_run(struct kunit *test, struct twin *t, u64 seed)
{
	const char *differs = NULL;
	struct rnd_state rnd;
	unsigned int step;

	prandom_seed_state(&rnd, seed);
	for (step = 0; step < STEPS && !differs; step++) {
		/* init, pid 1, neither exits nor sleeps. */
		u32 pid = 2 + aw_test_below(&rnd, PIDS - 1);
		u32 other = 1 + aw_test_below(&rnd, PIDS);

		t->wakes = 0;
		t->log->wakes = 0;
		if (t->row[pid].live && !t->row[pid].zombie)
			both_step_live(test, t, pid, other, &rnd);
		else
			both_step_dead(test, t, pid, other);
		differs = twin_differs(t);
	}
	KUNIT_ASSERT_NULL_MSG(test, differs, "seed %llu, step %u: %s", seed,
			      step, differs);
}

static void agree_with_their_twin(struct kunit *test)
{
	struct twin *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	u64 seed;
	u32 pid;

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->log = aw_test_log_new(test);
	aw_records_init(&t->r, &aw_test_host, &t->by_pid);
	both_fork(test, t, 0, 1);
	for (seed = 1; seed <= SEEDS; seed++)
		twin_run(test, t, seed);
	for (pid = 1; pid <= PIDS; pid++) {
		if (t->row[pid].live)
			aw_process_forget(&t->r, t->row[pid].p);
	}
	KUNIT_EXPECT_EQ(test, t->r.n_processes, 0);
	KUNIT_EXPECT_TRUE(test, !aw_process_first(&t->r));
	aw_test_drop(t->log);
}

static struct kunit_case tables_cases[] = {
	KUNIT_CASE(agree_with_their_twin),
	{}
};

static struct kunit_suite tables_suite = {
	.name		= "altwait_tables",
	.test_cases	= tables_cases,
};

kunit_test_suite(tables_suite);
