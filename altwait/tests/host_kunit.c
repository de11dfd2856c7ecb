// SPDX-License-Identifier: GPL-2.0
/*
 * The host of the records in a unit test.
 */
#include "host_kunit.h"

/* KUnit frees the memory when the case ends; a use after free stays visible. */
static void test_process_free(struct aw_process *p)
{
	container_of(p, struct aw_test_process, rec)->log->processes++;
}

static void test_waker_free(struct aw_waker *w)
{
	container_of(w, struct aw_test_waker, waker)->log->wakers++;
}

static void test_wake(struct aw_waker *w)
{
	struct aw_test_log *log =
		container_of(w, struct aw_test_waker, waker)->log;

	if (log->wakes < AW_TEST_WAKES)
		log->tid[log->wakes] = w->tid;
	log->wakes++;
}

/* Any news wakes, AW_NEWS_RECORDED, too, which in the module wakes nobody. */
const struct aw_host_ops aw_test_host = {
	.process_free	= test_process_free,
	.waker_free	= test_waker_free,
	.wake		= test_wake,
};

struct aw_test_log *aw_test_log_new(struct kunit *test)
{
	struct aw_test_log *log = kunit_kzalloc(test, sizeof(*log), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, log);
	INIT_LIST_HEAD(&log->made);
	return log;
}

struct aw_waker *aw_test_waker_new(struct kunit *test, struct aw_test_log *log,
				   u32 tid)
{
	struct aw_test_waker *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->log = log;
	aw_waker_init(&w->waker, &aw_test_host, tid);
	return &w->waker;
}

struct aw_process *aw_test_fork(struct kunit *test, struct aw_test_log *log,
				struct aw_records *r,
				struct aw_process *parent, u32 pid)
{
	struct aw_test_process *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->log = log;
	list_add(&p->made, &log->made);
	aw_process_add(r, &p->rec, parent, pid, parent ? parent->pgid : pid, 0);
	aw_process_get(&p->rec);
	KUNIT_ASSERT_EQ(test, aw_thread_add(&p->rec, pid), 0);
	return &p->rec;
}

/* Also for those that were freed: they hold nothing more, which is harmless. */
void aw_test_drop(struct aw_test_log *log)
{
	struct aw_test_process *p;

	list_for_each_entry(p, &log->made, made) {
		aw_ptrace_drop_all(&p->rec.ptrace);
		aw_thread_drop_all(&p->rec);
		aw_family_drop(&p->rec);
	}
}

u32 aw_test_below(struct rnd_state *rnd, u32 n)
{
	return prandom_u32_state(rnd) % n;
}
