// SPDX-License-Identifier: GPL-2.0
/*
 * The wait algorithm: candidates, the decision, and what a commit consumes.
 * The vectors ask much more; these are the cases that a reader wants to see.
 */
#include "host_kunit.h"

#define CALLER	10
#define ROOM	8

struct world {
	struct aw_records	*r;
	struct aw_buckets	by_pid;
	struct aw_test_log	*log;
	struct aw_process	*caller;
	struct aw_process	*child[3];	/* pids 20, 21, 22 */
	struct aw_process	*other;		/* pid 30, child of init */
	struct aw_visit		room[ROOM];
	struct aw_snapshot	snap;
	struct aw_request	req;
	struct aw_decision	d;
	int			written;
	int			write_fails;
};

/* The reference asks its records alone; quirks_kunit.c has facts. */
static const struct aw_facts no_facts;

static int core_init(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct aw_process *init;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->log = aw_test_log_new(test);
	w->r = kunit_kzalloc(test, sizeof(*w->r), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, w->r);
	aw_records_init(w->r, &aw_test_host, &w->by_pid);
	init = aw_test_fork(test, w->log, w->r, NULL, 1);
	w->caller = aw_test_fork(test, w->log, w->r, init, CALLER);
	/* The highest pid first: the order of birth must not matter. */
	for (i = 0; i < 3; i++)
		w->child[2 - i] = aw_test_fork(test, w->log, w->r, w->caller,
					       22 - i);
	w->other = aw_test_fork(test, w->log, w->r, init, 30);
	w->snap.v = w->room;
	w->snap.cap = ROOM;
	w->req.caller = w->caller;
	w->req.quirks = AW_QUIRKS_STARRY;
	test->priv = w;
	return 0;
}

static void core_exit(struct kunit *test)
{
	struct world *w = test->priv;

	if (w)
		aw_test_drop(w->log);
}

static void die(struct world *w, struct aw_process *p, int code)
{
	aw_thread_exit(p, p->pid, code);
	aw_process_exit(w->r, p);
}

static void ask(struct world *w, enum aw_call call, enum aw_target_kind kind,
		u32 id, u32 options)
{
	w->req.call = call;
	w->req.target.kind = kind;
	w->req.target.id = id;
	w->req.options = options;
	aw_candidates_release(&w->snap);
	aw_candidates_take(w->r, &w->req, &no_facts, &w->snap);
	aw_decide(w->r, &w->req, &w->snap, &no_facts, &w->d);
}

static int write(const struct aw_decision *d, void *ctx)
{
	struct world *w = ctx;

	w->written++;
	return w->write_fails;
}

static int commit(struct world *w)
{
	return aw_apply(w->r, &w->req, &w->d, write, w);
}

/* -------------------------------------------------------- the candidates */

static void candidates_are_children_then_tracees_then_zombies(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *tracee;

	tracee = aw_test_fork(test, w->log, w->r, w->other, 15);
	aw_process_trace(w->r, tracee, CALLER);
	aw_process_trace(w->r, w->child[1], CALLER);
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, WNOHANG);
	KUNIT_ASSERT_EQ(test, w->snap.n, 4);
	KUNIT_EXPECT_EQ(test, w->room[0].proc->pid, 20);
	KUNIT_EXPECT_EQ(test, w->room[1].proc->pid, 21);
	KUNIT_EXPECT_EQ(test, w->room[2].proc->pid, 22);
	KUNIT_EXPECT_EQ(test, w->room[3].proc->pid, 15);
}

static void candidates_by_group(struct kunit *test)
{
	struct world *w = test->priv;

	w->child[1]->pgid = 21;
	w->other->pgid = 21;
	ask(w, AW_WAIT4, AW_TARGET_PGID, 21, WNOHANG);
	KUNIT_ASSERT_EQ(test, w->snap.n, 1);
	KUNIT_EXPECT_EQ(test, w->room[0].proc->pid, 21);
}

static void a_tracees_thread_is_a_target(struct kunit *test)
{
	struct world *w = test->priv;

	KUNIT_ASSERT_EQ(test, aw_thread_add(w->child[0], 25), 0);
	ask(w, AW_WAIT4, AW_TARGET_PID, 25, WNOHANG);
	KUNIT_EXPECT_EQ(test, w->snap.n, 0);
	aw_process_trace(w->r, w->child[0], CALLER);
	ask(w, AW_WAIT4, AW_TARGET_PID, 25, WNOHANG);
	KUNIT_EXPECT_EQ(test, w->snap.n, 1);
}

static void too_little_room_stores_nothing(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int refs = w->child[0]->refs;

	w->snap.cap = 2;
	w->req.target.kind = AW_TARGET_ANY;
	KUNIT_EXPECT_EQ(test, aw_candidates_take(w->r, &w->req, &no_facts, &w->snap), 3);
	KUNIT_EXPECT_EQ(test, w->snap.n, 0);
	KUNIT_EXPECT_EQ(test, w->child[0]->refs, refs);
}

/* ---------------------------------------------------------- the decision */

static void nothing_yet(struct kunit *test)
{
	struct world *w = test->priv;

	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, 0);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_SLEEP);
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, WNOHANG);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_NOTHING);
	ask(w, AW_WAITID, AW_TARGET_ANY, 0, WNOHANG | WEXITED);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_NOTHING);
}

static void the_lowest_zombie_not_the_oldest(struct kunit *test)
{
	struct world *w = test->priv;

	die(w, w->child[2], 2 << 8);
	die(w, w->child[1], 1 << 8);
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, 0);
	KUNIT_ASSERT_EQ(test, w->d.kind, AW_ZOMBIE);
	KUNIT_EXPECT_EQ(test, w->d.pid, 21);
	KUNIT_EXPECT_EQ(test, w->d.status, 1 << 8);
	KUNIT_EXPECT_TRUE(test, w->d.consume);
}

static void a_stop_before_a_zombie_before_a_job_status(struct kunit *test)
{
	struct world *w = test->priv;

	aw_process_stop(w->r, w->child[0], SIGSTOP);
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, WUNTRACED);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_JOB_STATUS);
	KUNIT_EXPECT_EQ(test, w->d.status, SIGSTOP << 8 | 0x7f);
	die(w, w->child[1], 0);
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, WUNTRACED);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_ZOMBIE);
	aw_process_trace(w->r, w->child[2], CALLER);
	KUNIT_ASSERT_EQ(test, 0, aw_process_ptrace_stop(w->r, w->child[2], 22, SIGUSR1,
							0, 0, false));
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, WUNTRACED);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_PTRACE_STOP);
	KUNIT_EXPECT_EQ(test, w->d.pid, 22);
	KUNIT_EXPECT_EQ(test, w->d.status, SIGUSR1 << 8 | 0x7f);
}

static void waitid_knows_no_job_status(struct kunit *test)
{
	struct world *w = test->priv;

	aw_process_stop(w->r, w->child[0], SIGSTOP);
	ask(w, AW_WAITID, AW_TARGET_ANY, 0, WEXITED | WUNTRACED | WNOHANG);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_NOTHING);
}

static void waitid_looks_only_for_what_it_is_asked(struct kunit *test)
{
	struct world *w = test->priv;

	die(w, w->child[0], 9);
	ask(w, AW_WAITID, AW_TARGET_ANY, 0, WUNTRACED | WNOHANG);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_NOTHING);
	ask(w, AW_WAITID, AW_TARGET_ANY, 0, WEXITED | WNOHANG);
	KUNIT_ASSERT_EQ(test, w->d.kind, AW_ZOMBIE);
	KUNIT_EXPECT_EQ(test, w->d.cld_code, CLD_KILLED);
	KUNIT_EXPECT_EQ(test, w->d.cld_status, 9);
}

/* ------------------------------------------------------------ the commit */

static void a_zombie_is_reaped_once_written(struct kunit *test)
{
	struct world *w = test->priv;

	die(w, w->child[0], 0);
	ask(w, AW_WAIT4, AW_TARGET_PID, 20, 0);
	w->write_fails = -EFAULT;
	KUNIT_EXPECT_EQ(test, commit(w), -EFAULT);
	KUNIT_EXPECT_PTR_EQ(test, aw_process_find(w->r, 20), w->child[0]);
	w->write_fails = 0;
	KUNIT_EXPECT_EQ(test, commit(w), 0);
	KUNIT_EXPECT_NULL(test, aw_process_find(w->r, 20));
	KUNIT_EXPECT_EQ(test, w->written, 2);
}

static void wnowait_consumes_nothing(struct kunit *test)
{
	struct world *w = test->priv;

	die(w, w->child[0], 0);
	ask(w, AW_WAITID, AW_TARGET_PID, 20, WEXITED | WNOWAIT);
	KUNIT_EXPECT_FALSE(test, w->d.consume);
	KUNIT_EXPECT_EQ(test, commit(w), 0);
	KUNIT_EXPECT_PTR_EQ(test, aw_process_find(w->r, 20), w->child[0]);
}

static void a_stop_is_reported_once(struct kunit *test)
{
	struct world *w = test->priv;

	aw_process_trace(w->r, w->child[0], CALLER);
	KUNIT_ASSERT_EQ(test, 0, aw_process_ptrace_stop(w->r, w->child[0], 20, SIGTRAP,
							0, 0, false));
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, WNOHANG);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_PTRACE_STOP);
	KUNIT_EXPECT_EQ(test, commit(w), 0);
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, WNOHANG);
	KUNIT_EXPECT_EQ(test, w->d.kind, AW_NOTHING);
}

static void a_job_status_is_taken_once(struct kunit *test)
{
	struct world *w = test->priv;

	aw_process_continue(w->r, w->child[0]);
	ask(w, AW_WAIT4, AW_TARGET_ANY, 0, WCONTINUED | WNOHANG);
	KUNIT_ASSERT_EQ(test, w->d.kind, AW_JOB_STATUS);
	KUNIT_EXPECT_EQ(test, w->d.status, 0xffff);
	KUNIT_EXPECT_EQ(test, commit(w), 0);
	KUNIT_EXPECT_EQ(test, w->child[0]->job.kind, AW_JOB_NONE);
}

static void decode(struct kunit *test)
{
	static const struct {
		int raw, code, status;
	} cases[] = {
		{ 0, CLD_EXITED, 0 },
		{ 3 << 8, CLD_EXITED, 3 },
		{ 255 << 8, CLD_EXITED, 255 },
		{ 9, CLD_KILLED, 9 },
		{ 11 | 0x80, CLD_DUMPED, 11 },
		{ 0x7f, CLD_KILLED, 0x7f },
		{ 5 << 8 | 0x7f, CLD_KILLED, 0x7f },
		{ 0x80, CLD_EXITED, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int code, status;

		aw_zombie_decode(cases[i].raw, &code, &status);
		KUNIT_EXPECT_EQ_MSG(test, code, cases[i].code, "raw %#x",
				    cases[i].raw);
		KUNIT_EXPECT_EQ_MSG(test, status, cases[i].status, "raw %#x",
				    cases[i].raw);
	}
}

static struct kunit_case core_cases[] = {
	KUNIT_CASE(candidates_are_children_then_tracees_then_zombies),
	KUNIT_CASE(candidates_by_group),
	KUNIT_CASE(a_tracees_thread_is_a_target),
	KUNIT_CASE(too_little_room_stores_nothing),
	KUNIT_CASE(nothing_yet),
	KUNIT_CASE(the_lowest_zombie_not_the_oldest),
	KUNIT_CASE(a_stop_before_a_zombie_before_a_job_status),
	KUNIT_CASE(waitid_knows_no_job_status),
	KUNIT_CASE(waitid_looks_only_for_what_it_is_asked),
	KUNIT_CASE(a_zombie_is_reaped_once_written),
	KUNIT_CASE(wnowait_consumes_nothing),
	KUNIT_CASE(a_stop_is_reported_once),
	KUNIT_CASE(a_job_status_is_taken_once),
	KUNIT_CASE(decode),
	{}
};

static struct kunit_suite core_suite = {
	.name		= "altwait_core",
	.init		= core_init,
	.exit		= core_exit,
	.test_cases	= core_cases,
};

kunit_test_suite(core_suite);
