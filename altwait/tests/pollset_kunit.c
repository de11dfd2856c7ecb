// SPDX-License-Identifier: GPL-2.0
/*
 * PollSet: the order of wakes, the bound, and what lies beyond it.
 */
#include "host_kunit.h"

struct world {
	struct aw_pollset	ps;
	struct aw_test_log	*log;
};

static int pollset_init(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	aw_pollset_init(&w->ps);
	w->log = aw_test_log_new(test);
	test->priv = w;
	return 0;
}

static void pollset_exit(struct kunit *test)
{
	struct world *w = test->priv;

	if (w)
		aw_pollset_destroy(&w->ps);
}

static struct aw_waker *new_waker(struct kunit *test, u32 tid)
{
	struct world *w = test->priv;

	return aw_test_waker_new(test, w->log, tid);
}

/* n wakers with the tids 1 to n, each registered once. */
static struct aw_waker **register_many(struct kunit *test, unsigned int n)
{
	struct world *w = test->priv;
	struct aw_waker **v;
	unsigned int i;

	v = kunit_kcalloc(test, n, sizeof(*v), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, v);
	for (i = 0; i < n; i++) {
		v[i] = new_waker(test, i + 1);
		aw_pollset_register(&w->ps, v[i]);
	}
	return v;
}

static void wakes_in_order_of_registration(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_waker **v = register_many(test, 3);

	aw_pollset_wake(&w->ps);
	KUNIT_ASSERT_EQ(test, w->log->wakes, 3);
	KUNIT_EXPECT_EQ(test, w->log->tid[0], 1);
	KUNIT_EXPECT_EQ(test, w->log->tid[1], 2);
	KUNIT_EXPECT_EQ(test, w->log->tid[2], 3);
	KUNIT_EXPECT_TRUE(test, v[0]->woken);
	KUNIT_EXPECT_FALSE(test, v[0]->evicted);
	KUNIT_EXPECT_EQ(test, v[0]->refs, 1);
}

static void a_wake_empties(struct kunit *test)
{
	struct world *w = test->priv;

	register_many(test, 2);
	aw_pollset_wake(&w->ps);
	aw_pollset_wake(&w->ps);
	KUNIT_EXPECT_EQ(test, w->log->wakes, 2);
	KUNIT_EXPECT_EQ(test, w->ps.n, 0);
}

static void who_stands_twice_is_woken_twice(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_waker **v = register_many(test, 2);

	aw_pollset_register(&w->ps, v[0]);
	KUNIT_EXPECT_EQ(test, v[0]->refs, 3);
	aw_pollset_wake(&w->ps);
	KUNIT_ASSERT_EQ(test, w->log->wakes, 3);
	KUNIT_EXPECT_EQ(test, w->log->tid[0], 1);
	KUNIT_EXPECT_EQ(test, w->log->tid[2], 1);
	KUNIT_EXPECT_EQ(test, v[0]->refs, 1);
}

static void one_too_many_evicts_the_oldest(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_waker **v = register_many(test, AW_POLLSET_MAX + 1);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, w->log->wakes, 1);
	KUNIT_EXPECT_EQ(test, w->log->tid[0], 1);
	KUNIT_EXPECT_TRUE(test, v[0]->woken);
	KUNIT_EXPECT_TRUE(test, v[0]->evicted);
	KUNIT_EXPECT_EQ(test, v[0]->refs, 1);

	aw_pollset_wake(&w->ps);
	KUNIT_ASSERT_EQ(test, w->log->wakes, AW_POLLSET_MAX + 1);
	for (i = 1; i <= AW_POLLSET_MAX; i++)
		KUNIT_EXPECT_EQ(test, w->log->tid[i], i + 1);
}

static void nobody_evicts_himself(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_waker **v = register_many(test, AW_POLLSET_MAX);

	/* The oldest one comes again: it changes places, and sleeps on. */
	aw_pollset_register(&w->ps, v[0]);
	KUNIT_EXPECT_EQ(test, w->log->wakes, 0);
	KUNIT_EXPECT_EQ(test, v[0]->refs, 2);
	aw_pollset_wake(&w->ps);
	KUNIT_ASSERT_EQ(test, w->log->wakes, AW_POLLSET_MAX);
	KUNIT_EXPECT_EQ(test, w->log->tid[0], 2);
	KUNIT_EXPECT_EQ(test, w->log->tid[AW_POLLSET_MAX - 1], 1);
}

/*
 * The reference would go on for ever here: each evicted waiter that registers
 * again evicts the next.
 */
static void evictions_go_round_once(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_waker **v = register_many(test, AW_POLLSET_MAX + 1);
	unsigned int i;

	/* Each finds nothing, and sleeps again. */
	for (i = 0; i <= AW_POLLSET_MAX; i++)
		aw_pollset_register(&w->ps, v[i]);
	KUNIT_ASSERT_EQ(test, w->log->wakes, AW_POLLSET_MAX + 1);
	/* The last one would evict the first for the second time. */
	KUNIT_EXPECT_EQ(test, v[AW_POLLSET_MAX]->refs, 2);
	aw_pollset_register(&w->ps, v[AW_POLLSET_MAX]);
	KUNIT_EXPECT_EQ(test, v[AW_POLLSET_MAX]->refs, 2);

	w->log->wakes = 0;
	aw_pollset_wake(&w->ps);
	KUNIT_ASSERT_EQ(test, w->log->wakes, AW_POLLSET_MAX + 1);
	for (i = 0; i <= AW_POLLSET_MAX; i++) {
		KUNIT_EXPECT_EQ(test, w->log->tid[i], i + 1);
		KUNIT_EXPECT_FALSE(test, v[i]->evicted);
		KUNIT_EXPECT_EQ(test, v[i]->refs, 1);
	}
}

static void destroy_wakes_nobody(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_waker **v = register_many(test, AW_POLLSET_MAX + 1);
	unsigned int i;

	/* All round, so that one stands in the overflow list. */
	for (i = 0; i <= AW_POLLSET_MAX; i++)
		aw_pollset_register(&w->ps, v[i]);
	w->log->wakes = 0;
	aw_pollset_destroy(&w->ps);
	KUNIT_EXPECT_EQ(test, w->log->wakes, 0);
	for (i = 0; i <= AW_POLLSET_MAX; i++)
		KUNIT_EXPECT_EQ(test, v[i]->refs, 1);
	KUNIT_EXPECT_EQ(test, w->ps.n, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&w->ps.overflow));
}

static void a_left_behind_waker_lives_until_the_wake(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_waker **v = register_many(test, 1);

	aw_waker_put(v[0]);
	KUNIT_EXPECT_EQ(test, w->log->wakers, 0);
	aw_pollset_wake(&w->ps);
	KUNIT_EXPECT_EQ(test, w->log->wakes, 1);
	KUNIT_EXPECT_EQ(test, w->log->wakers, 1);
}

/*
 * By the calls, the latest first: in the ring, where a policy has its bound, and
 * without.  Who is woken in vain comes back to its place; a waker that an earlier call
 * has left behind moves to that of the new one.
 */
static void the_latest_call_is_woken_first(struct kunit *test)
{
	static const u32 order[] = { 3, 4, 2 };
	struct world *w = test->priv;
	unsigned int round, i;

	for (round = 0; round < 2; round++) {
		struct aw_waker *v[4];

		w->log->wakes = 0;
		for (i = 0; i < ARRAY_SIZE(v); i++) {
			v[i] = new_waker(test, i + 1);
			v[i]->latest_first = true;
			v[i]->unbounded = round;
			v[i]->begun = i + 1;
		}
		/* The third left it, and its next call is the latest. */
		for (i = 1; i < ARRAY_SIZE(v); i++)
			aw_pollset_register(&w->ps, v[i]);
		v[2]->begun = ARRAY_SIZE(v) + 1;
		aw_pollset_register(&w->ps, v[2]);
		aw_pollset_wake(&w->ps);
		KUNIT_EXPECT_EQ(test, w->log->wakes, round ? 3 : 4);
		KUNIT_EXPECT_EQ(test, w->log->tid[0], 3);
		KUNIT_EXPECT_EQ(test, w->log->tid[w->log->wakes - 1], 2);

		/* All in vain, and they come back in another order. */
		w->log->wakes = 0;
		aw_pollset_register(&w->ps, v[1]);
		aw_pollset_register(&w->ps, v[3]);
		aw_pollset_register(&w->ps, v[2]);
		aw_pollset_wake(&w->ps);
		KUNIT_ASSERT_EQ(test, w->log->wakes, ARRAY_SIZE(order));
		for (i = 0; i < ARRAY_SIZE(order); i++)
			KUNIT_EXPECT_EQ(test, w->log->tid[i], order[i]);
		KUNIT_EXPECT_EQ(test, v[3]->refs, 1);
	}
}

/* ------------------------------------------------------- the obvious twin */

#define TWIN_WAKERS	80
#define TWIN_STEPS	600
#define TWIN_SEEDS	50

/* A queue that is shifted by hand, and behind it the list of the evicted. */
struct twin {
	u32		queue[AW_POLLSET_MAX];
	unsigned int	n;
	u32		overflow[TWIN_WAKERS + 1];
	unsigned int	n_overflow;
	bool		evicted[TWIN_WAKERS + 1];
	u32		woken[2 * (AW_POLLSET_MAX + TWIN_WAKERS)];
	unsigned int	wakes;
};

static bool twin_in_overflow(const struct twin *t, u32 tid)
{
	unsigned int i;

	for (i = 0; i < t->n_overflow; i++) {
		if (t->overflow[i] == tid)
			return true;
	}
	return false;
}

static void twin_register(struct twin *t, u32 tid)
{
	u32 oldest = t->queue[0];
	unsigned int i;

	if (t->n == AW_POLLSET_MAX) {
		if (oldest != tid && t->evicted[tid] && t->evicted[oldest]) {
			if (!twin_in_overflow(t, tid))
				t->overflow[t->n_overflow++] = tid;
			return;
		}
		if (oldest != tid) {
			t->evicted[oldest] = true;
			t->woken[t->wakes++] = oldest;
		}
		for (i = 1; i < t->n; i++)
			t->queue[i - 1] = t->queue[i];
		t->n--;
	}
	t->queue[t->n++] = tid;
}

static void twin_wake(struct twin *t)
{
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		t->evicted[t->queue[i]] = false;
		t->woken[t->wakes++] = t->queue[i];
	}
	for (i = 0; i < t->n_overflow; i++) {
		t->evicted[t->overflow[i]] = false;
		t->woken[t->wakes++] = t->overflow[i];
	}
	t->n = 0;
	t->n_overflow = 0;
}

static unsigned int twin_places(const struct twin *t, u32 tid)
{
	unsigned int i, places = 0;

	for (i = 0; i < t->n; i++)
		places += t->queue[i] == tid;
	return places + twin_in_overflow(t, tid);
}

/* Compares the wakes since the last step, and the state of one waker. */
static bool twin_agrees(const struct twin *t, const struct world *w,
			const struct aw_waker *waker)
{
	unsigned int i;

	if (w->log->wakes != t->wakes || w->ps.n != t->n)
		return false;
	for (i = 0; i < t->wakes; i++) {
		if (w->log->tid[i] != t->woken[i])
			return false;
	}
	return waker->evicted == t->evicted[waker->tid] &&
	       waker->refs == 1 + twin_places(t, waker->tid);
}

static void twin_run(struct kunit *test, struct twin *t, struct aw_waker **v,
		     u64 seed)
{
	struct world *w = test->priv;
	struct rnd_state rnd;
	unsigned int step;

	prandom_seed_state(&rnd, seed);
	for (step = 0; step < TWIN_STEPS; step++) {
		u32 tid = 1 + aw_test_below(&rnd, TWIN_WAKERS);

		t->wakes = 0;
		w->log->wakes = 0;
		if (aw_test_below(&rnd, 150)) {
			twin_register(t, tid);
			aw_pollset_register(&w->ps, v[tid - 1]);
		} else {
			twin_wake(t);
			aw_pollset_wake(&w->ps);
		}
		KUNIT_ASSERT_TRUE_MSG(test, twin_agrees(t, w, v[tid - 1]),
				      "seed %llu, step %u, tid %u: %u wakes, %u expected",
				      seed, step, tid, w->log->wakes, t->wakes);
	}
}

static void agrees_with_its_twin(struct kunit *test)
{
	struct world *w = test->priv;
	struct aw_waker *v[TWIN_WAKERS];
	struct twin *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int i;
	u64 seed;

	KUNIT_ASSERT_NOT_NULL(test, t);
	for (i = 0; i < TWIN_WAKERS; i++)
		v[i] = new_waker(test, i + 1);
	/* One PollSet for all seeds: where the ring begins differs each time. */
	for (seed = 1; seed <= TWIN_SEEDS; seed++)
		twin_run(test, t, v, seed);
	aw_pollset_destroy(&w->ps);
	for (i = 0; i < TWIN_WAKERS; i++)
		KUNIT_EXPECT_EQ(test, v[i]->refs, 1);
}

static struct kunit_case pollset_cases[] = {
	KUNIT_CASE(wakes_in_order_of_registration),
	KUNIT_CASE(a_wake_empties),
	KUNIT_CASE(who_stands_twice_is_woken_twice),
	KUNIT_CASE(one_too_many_evicts_the_oldest),
	KUNIT_CASE(nobody_evicts_himself),
	KUNIT_CASE(evictions_go_round_once),
	KUNIT_CASE(destroy_wakes_nobody),
	KUNIT_CASE(a_left_behind_waker_lives_until_the_wake),
	KUNIT_CASE(the_latest_call_is_woken_first),
	KUNIT_CASE(agrees_with_its_twin),
	{}
};

static struct kunit_suite pollset_suite = {
	.name		= "altwait_pollset",
	.init		= pollset_init,
	.exit		= pollset_exit,
	.test_cases	= pollset_cases,
};

kunit_test_suite(pollset_suite);
