// SPDX-License-Identifier: GPL-2.0
/*
 * The records of processes: what each event does to them, and whom they tell of it.
 * Here that wakes, since the host of these tests lets any news be heard; in the
 * module the wake table and the call's policy decide: wakes_kunit.c.
 */
#include "host_kunit.h"

struct world {
	struct aw_records	*r;
	struct aw_buckets	by_pid;
	struct aw_test_log	*log;
	struct aw_process	*init;
};

static int process_init(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->log = aw_test_log_new(test);
	w->r = kunit_kzalloc(test, sizeof(*w->r), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, w->r);
	aw_records_init(w->r, &aw_test_host, &w->by_pid);
	w->init = aw_test_fork(test, w->log, w->r, NULL, 1);
	test->priv = w;
	return 0;
}

static void process_exit(struct kunit *test)
{
	struct world *w = test->priv;

	if (w)
		aw_test_drop(w->log);
}

static struct aw_process *new_process(struct kunit *test,
				      struct aw_process *parent, u32 pid)
{
	struct world *w = test->priv;

	return aw_test_fork(test, w->log, w->r, parent, pid);
}

/* A thread of p sleeps in a wait call. */
static void sleeper(struct kunit *test, struct aw_process *p)
{
	struct world *w = test->priv;
	struct aw_waker *waker = aw_test_waker_new(test, w->log, p->pid);

	KUNIT_ASSERT_EQ(test, aw_family_make(p), 0);
	aw_pollset_register(&p->family->child_exit_event, waker);
	aw_waker_put(waker);
}

/* Nor is one that is shared ever written to: it is a constant. */
static void family_comes_with_a_child(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10), *child;

	KUNIT_EXPECT_TRUE(test, aw_family_is_made(w->init));
	KUNIT_EXPECT_FALSE(test, aw_family_is_made(p));
	KUNIT_EXPECT_PTR_EQ(test, (const struct aw_family *)p->family, &aw_family_nobody);
	KUNIT_EXPECT_TRUE(test, list_empty(&p->family->children));
	child = new_process(test, p, 11);
	KUNIT_EXPECT_TRUE(test, aw_family_is_made(p));
	KUNIT_EXPECT_FALSE(test, aw_family_is_made(child));
	KUNIT_EXPECT_EQ(test, aw_process_reparent(child, w->init), 0);
	KUNIT_EXPECT_TRUE(test, aw_family_is_made(p));
}

static void family_comes_with_a_waiter(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);

	sleeper(test, p);
	KUNIT_EXPECT_TRUE(test, aw_family_is_made(p));
	aw_process_exit(w->r, p);
	aw_process_reap(w->r, p);
	aw_process_put(p);
	KUNIT_EXPECT_FALSE(test, aw_family_is_made(p));
}

static void fork_adds(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);

	KUNIT_EXPECT_PTR_EQ(test, aw_process_find(w->r, 10), p);
	KUNIT_EXPECT_PTR_EQ(test, p->parent, w->init);
	KUNIT_EXPECT_EQ(test, p->pgid, w->init->pgid);
	KUNIT_EXPECT_EQ(test, w->r->n_processes, 2);
	KUNIT_EXPECT_FALSE(test, p->is_zombie);
	KUNIT_EXPECT_EQ(test, w->log->wakes, 0);
}

/* pids that share a hash chain are told apart. */
static void find_tells_apart(struct kunit *test)
{
	struct world *w = test->priv;
	u32 other = 10 + (1 << AW_HASH_BITS);
	struct aw_process *a = new_process(test, w->init, 10);
	struct aw_process *b = new_process(test, w->init, other);

	KUNIT_EXPECT_PTR_EQ(test, aw_process_find(w->r, 10), a);
	KUNIT_EXPECT_PTR_EQ(test, aw_process_find(w->r, other), b);
	KUNIT_EXPECT_NULL(test, aw_process_find(w->r, other + (1 << AW_HASH_BITS)));
	aw_process_forget(w->r, a);
	KUNIT_EXPECT_NULL(test, aw_process_find(w->r, 10));
	KUNIT_EXPECT_PTR_EQ(test, aw_process_find(w->r, other), b);
}

static void the_last_thread_decides(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);

	KUNIT_ASSERT_EQ(test, aw_thread_add(p, 12), 0);
	KUNIT_ASSERT_EQ(test, aw_thread_add(p, 11), 0);
	KUNIT_EXPECT_FALSE(test, aw_thread_exit(p, 10, 1 << 8));
	KUNIT_EXPECT_FALSE(test, aw_thread_exit(p, 12, 2 << 8));
	KUNIT_EXPECT_FALSE(test, aw_thread_exit(p, 12, 9 << 8));
	KUNIT_EXPECT_EQ(test, p->exit_code, 2 << 8);
	KUNIT_EXPECT_TRUE(test, aw_thread_exit(p, 11, 3 << 8));
	KUNIT_EXPECT_EQ(test, p->exit_code, 3 << 8);
}

static void a_group_exit_stands(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);

	KUNIT_ASSERT_EQ(test, aw_thread_add(p, 11), 0);
	aw_thread_group_exit(p, 11);
	KUNIT_EXPECT_FALSE(test, aw_thread_exit(p, 11, 11));
	KUNIT_EXPECT_TRUE(test, aw_thread_exit(p, 10, 9));
	KUNIT_EXPECT_EQ(test, p->exit_code, 11);
}

static void exec_takes_the_leaders_id(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);

	KUNIT_ASSERT_EQ(test, aw_thread_add(p, 11), 0);
	KUNIT_ASSERT_EQ(test, aw_thread_add(p, 12), 0);
	aw_thread_rename(p, 11, 10);
	KUNIT_EXPECT_NULL(test, aw_thread_find(p, 11));
	KUNIT_EXPECT_FALSE(test, aw_thread_exit(p, 12, 0));
	KUNIT_EXPECT_TRUE(test, aw_thread_exit(p, 10, 0));
}

static void an_exit_wakes_parent_then_tracer(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *parent = new_process(test, w->init, 10);
	struct aw_process *tracer = new_process(test, w->init, 5);
	struct aw_process *p = new_process(test, parent, 20);

	p->uid = 1000;
	sleeper(test, tracer);
	sleeper(test, parent);
	sleeper(test, w->init);
	aw_process_trace(w->r, p, 5);
	KUNIT_ASSERT_EQ(test, aw_process_ptrace_stop(w->r, parent, 10, 0, 0, 0, false),
			0);
	KUNIT_ASSERT_EQ(test, w->log->wakes, 1);
	w->log->wakes = 0;

	aw_process_exit(w->r, p);
	KUNIT_ASSERT_EQ(test, w->log->wakes, 2);
	KUNIT_EXPECT_EQ(test, w->log->tid[0], 10);
	KUNIT_EXPECT_EQ(test, w->log->tid[1], 5);
	KUNIT_EXPECT_TRUE(test, p->is_zombie);
	KUNIT_EXPECT_TRUE(test, p->in_zombies);
	KUNIT_EXPECT_TRUE(test, p->in_table);
	KUNIT_EXPECT_EQ(test, p->zombie_tracer, 5);
	KUNIT_EXPECT_EQ(test, p->zombie_uid, 1000);
}

static void an_exit_wakes_a_tracing_parent_once(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);

	sleeper(test, w->init);
	aw_process_trace(w->r, p, 1);
	aw_process_exit(w->r, p);
	KUNIT_EXPECT_EQ(test, w->log->wakes, 1);
}

static void an_exit_drops_the_stops(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);

	KUNIT_ASSERT_EQ(test, aw_process_ptrace_stop(w->r, p, 10, 5, 0, 0, false), 0);
	aw_process_exit(w->r, p);
	KUNIT_EXPECT_TRUE(test, list_empty(&p->ptrace.stops));
}

static void the_job_status_is_one_slot(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *tracer = new_process(test, w->init, 5);
	struct aw_process *p = new_process(test, w->init, 10);

	sleeper(test, tracer);
	aw_process_trace(w->r, p, 5);
	sleeper(test, w->init);
	aw_process_stop(w->r, p, 19);
	KUNIT_EXPECT_EQ(test, p->job.kind, AW_JOB_STOPPED);
	KUNIT_EXPECT_EQ(test, p->job.signo, 19);
	sleeper(test, w->init);
	aw_process_continue(w->r, p);
	KUNIT_EXPECT_EQ(test, p->job.kind, AW_JOB_CONTINUED);
	/* The parent is told each time, and never the tracer. */
	KUNIT_ASSERT_EQ(test, w->log->wakes, 2);
	KUNIT_EXPECT_EQ(test, w->log->tid[0], 1);
	KUNIT_EXPECT_EQ(test, w->log->tid[1], 1);
}

static void a_ptrace_stop_wakes_the_tracer_alone(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *tracer = new_process(test, w->init, 5);
	struct aw_process *p = new_process(test, w->init, 10);

	sleeper(test, w->init);
	sleeper(test, tracer);
	aw_process_trace(w->r, p, 5);
	KUNIT_ASSERT_EQ(test, aw_process_ptrace_stop(w->r, p, 10, 5, 0, 0, false), 0);
	KUNIT_ASSERT_EQ(test, w->log->wakes, 1);
	KUNIT_EXPECT_EQ(test, w->log->tid[0], 5);
	aw_process_detach(w->r, p);
	KUNIT_EXPECT_TRUE(test, list_empty(&p->ptrace.stops));
	KUNIT_EXPECT_EQ(test, p->ptrace.tracer, 0);
	KUNIT_ASSERT_EQ(test, aw_process_ptrace_stop(w->r, p, 10, 5, 0, 0, false), 0);
	KUNIT_ASSERT_EQ(test, w->log->wakes, 2);
	KUNIT_EXPECT_EQ(test, w->log->tid[1], 1);
}

static void a_reap_takes_it_out_of_everything(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);

	KUNIT_EXPECT_TRUE(test, aw_thread_exit(p, 10, 0));
	aw_process_exit(w->r, p);
	aw_process_reap(w->r, p);
	KUNIT_EXPECT_NULL(test, aw_process_find(w->r, 10));
	KUNIT_EXPECT_TRUE(test, list_empty(&w->init->family->children));
	KUNIT_EXPECT_TRUE(test, list_empty(&w->r->zombies));
	KUNIT_EXPECT_TRUE(test, p->is_zombie);
	KUNIT_EXPECT_EQ(test, p->refs, 1);
	/* Somebody who still holds it reaps it again: nothing more happens. */
	aw_process_reap(w->r, p);
	KUNIT_EXPECT_EQ(test, p->refs, 1);
	aw_process_put(p);
	KUNIT_EXPECT_EQ(test, w->log->processes, 1);
}

static void the_nearest_subreaper_inherits(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *far = new_process(test, w->init, 10);
	struct aw_process *near = new_process(test, far, 20);
	struct aw_process *parent = new_process(test, near, 30);

	KUNIT_EXPECT_PTR_EQ(test, aw_process_find_reaper(parent, w->init), w->init);
	far->is_child_subreaper = true;
	parent->is_child_subreaper = true;
	KUNIT_EXPECT_PTR_EQ(test, aw_process_find_reaper(parent, w->init), far);
	near->is_child_subreaper = true;
	KUNIT_EXPECT_PTR_EQ(test, aw_process_find_reaper(parent, w->init), near);
	near->is_zombie = true;
	KUNIT_EXPECT_PTR_EQ(test, aw_process_find_reaper(parent, w->init), far);
}

static void forget_leaves_no_reference(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_process *p = new_process(test, w->init, 10);
	struct aw_process *child = new_process(test, p, 20);

	sleeper(test, p);
	aw_process_trace(w->r, p, 1);
	KUNIT_ASSERT_EQ(test, aw_process_ptrace_stop(w->r, p, 10, 5, 0, 0, false), 0);
	aw_process_forget(w->r, p);
	KUNIT_EXPECT_NULL(test, child->parent);
	KUNIT_EXPECT_TRUE(test, list_empty(&w->r->traced));
	KUNIT_EXPECT_EQ(test, p->refs, 1);
	aw_process_put(p);
	KUNIT_EXPECT_EQ(test, w->log->processes, 1);
	KUNIT_EXPECT_EQ(test, w->log->wakers, 1);
}

static struct kunit_case process_cases[] = {
	KUNIT_CASE(family_comes_with_a_child),
	KUNIT_CASE(family_comes_with_a_waiter),
	KUNIT_CASE(fork_adds),
	KUNIT_CASE(find_tells_apart),
	KUNIT_CASE(the_last_thread_decides),
	KUNIT_CASE(a_group_exit_stands),
	KUNIT_CASE(exec_takes_the_leaders_id),
	KUNIT_CASE(an_exit_wakes_parent_then_tracer),
	KUNIT_CASE(an_exit_wakes_a_tracing_parent_once),
	KUNIT_CASE(an_exit_drops_the_stops),
	KUNIT_CASE(the_job_status_is_one_slot),
	KUNIT_CASE(a_ptrace_stop_wakes_the_tracer_alone),
	KUNIT_CASE(a_reap_takes_it_out_of_everything),
	KUNIT_CASE(the_nearest_subreaper_inherits),
	KUNIT_CASE(forget_leaves_no_reference),
	{}
};

static struct kunit_suite process_suite = {
	.name		= "altwait_process",
	.init		= process_init,
	.exit		= process_exit,
	.test_cases	= process_cases,
};

kunit_test_suite(process_suite);
