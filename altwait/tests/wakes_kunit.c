// SPDX-License-Identifier: GPL-2.0
/*
 * Who is woken by what: Linux's rules, the reference's, and what each quirk
 * makes of the former.
 */
#include "host_kunit.h"

/**
 * struct wake_case - one kind of news
 * @name:   of the case
 * @kind:   of the news
 * @linux_wakes: Linux wakes
 * @starry_wakes: the reference does
 * @quirk:  alone, added to linux, it makes the one of the other; 0: both agree
 */
struct wake_case {
	const char		*name;
	enum aw_news_kind	kind;
	bool			linux_wakes;
	bool			starry_wakes;
	aw_quirkset		quirk;
};

static const struct wake_case wake_cases[] = {
	{ "an end", AW_NEWS_END, true, true },
	{ "a stop", AW_NEWS_STOP, true, true },
	{ "a group stop, for who traces", AW_NEWS_TRACED_STOP,
	  true, false, AW_Q(TRACED_STOP_NO_JOB) },
	{ "what Linux tells of, too", AW_NEWS_RECORDED, false, false },
	{ "the end of what somebody else traces", AW_NEWS_TRACED_END,
	  false, true, AW_Q(TRACED_EXIT_WAKES_PARENT) },
	{ "the end, for who traces a thread", AW_NEWS_THREADS_END,
	  false, true, AW_Q(TRACE_BY_PROCESS) },
	{ "an end that a thread holds", AW_NEWS_HELD_END,
	  false, true, AW_Q(DELAYED_END_TOLD) },
	{ "the same, later", AW_NEWS_LATE_END,
	  true, false, AW_Q(DELAYED_END_TOLD) },
	{ "a traced thread's end", AW_NEWS_THREAD_END,
	  true, false, AW_Q(THREAD_ENDS_UNTOLD) },
	{ "SIGCONT", AW_NEWS_CONT_SENT,
	  false, true, AW_Q(CONTINUE_WAKES_AT_ONCE) },
	{ "a continue", AW_NEWS_CONT_RUNS,
	  true, false, AW_Q(CONTINUE_WAKES_AT_ONCE) },
	{ "a continue, for the tracer", AW_NEWS_CONT_TRACER,
	  true, false, AW_Q(CONTINUE_WAKES_PARENT) },
	{ "an orphan", AW_NEWS_ADOPTED, true, false, AW_Q(ADOPTION_SILENT) },
	{ "a tracer lets go", AW_NEWS_LET_GO,
	  true, false, AW_Q(DETACH_SILENT) },
	{ "a tracer has waited", AW_NEWS_PASSED,
	  true, false, AW_Q(TRACER_REAP_SILENT) },
	{ "a full PollSet", AW_NEWS_FULL, false, true, AW_Q(POLLSET_64) },
};

static void wake_desc(const struct wake_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wake, wake_cases, wake_desc);

/* Under linux, under starry, and under linux with each quirk alone. */
static void wake(struct kunit *test)
{
	const struct wake_case *c = test->param_value;
	bool wakes;
	int i;

	KUNIT_EXPECT_EQ(test, c->linux_wakes,
			aw_wakes(AW_QUIRKS_NONE, c->kind, AW_CONCERNS));
	KUNIT_EXPECT_EQ(test, c->starry_wakes,
			aw_wakes(AW_QUIRKS_STARRY, c->kind, AW_CONCERNS));
	for (i = 0; i < AW_N_QUIRKS; i++) {
		wakes = c->quirk >> i & 1 ? c->starry_wakes : c->linux_wakes;
		KUNIT_EXPECT_EQ_MSG(test, wakes,
				    aw_wakes(AW_Q_NR(i), c->kind, AW_CONCERNS),
				    "with %s", aw_quirk_name[i]);
	}
}

static void only_whom_it_concerns(struct kunit *test)
{
	aw_quirkset by = AW_Q(WAKES_EVERYBODY);

	KUNIT_EXPECT_FALSE(test, aw_wakes(AW_QUIRKS_NONE, AW_NEWS_END, by));
	KUNIT_EXPECT_TRUE(test, aw_wakes(by, AW_NEWS_END, by));
	KUNIT_EXPECT_TRUE(test, aw_wakes(AW_QUIRKS_STARRY, AW_NEWS_END, by));
	KUNIT_EXPECT_FALSE(test, aw_wakes(AW_QUIRKS_STARRY & ~by, AW_NEWS_END,
					  by));
	KUNIT_EXPECT_FALSE(test, aw_wakes(AW_QUIRKS_STARRY, AW_NEWS_END, 0));
}

static void news_adds_up(struct kunit *test)
{
	struct aw_heard h = {}, more = {};

	KUNIT_EXPECT_FALSE(test, aw_heard_by(&h, AW_QUIRKS_NONE));
	more.by[AW_NEWS_ADOPTED] = AW_CONCERNS;
	aw_heard_move(&h, &more);
	KUNIT_EXPECT_FALSE(test, aw_heard_by(&more, AW_QUIRKS_NONE));
	KUNIT_EXPECT_TRUE(test, aw_heard_by(&h, AW_QUIRKS_NONE));
	KUNIT_EXPECT_FALSE(test, aw_heard_by(&h, AW_Q(ADOPTION_SILENT)));
	more.by[AW_NEWS_END] = AW_Q(WAKES_EVERYBODY);
	aw_heard_move(&h, &more);
	KUNIT_EXPECT_FALSE(test, aw_heard_by(&h, AW_Q(ADOPTION_SILENT)));
	KUNIT_EXPECT_TRUE(test, aw_heard_by(&h, AW_QUIRKS_STARRY));
}

/* ----------------------------------------------------------- and the PollSet */

/* Odd thread ids hear of nothing but ends. */
static bool even_hear(const struct aw_waker *w, const struct aw_news *news)
{
	return !(w->tid & 1) || news->kind == AW_NEWS_END;
}

static struct aw_host_ops hearing_host;

static struct aw_waker *hearing_waker(struct kunit *test,
				      struct aw_test_log *log, u32 tid,
				      bool unbounded)
{
	struct aw_waker *w = aw_test_waker_new(test, log, tid);

	hearing_host = aw_test_host;
	hearing_host.hears = even_hear;
	w->host = &hearing_host;
	w->unbounded = unbounded;
	return w;
}

/* Wakers 1 to 4: two in the ring, two without a bound. */
static void who_hears_nothing_keeps_the_place(struct kunit *test)
{
	static const u32 order[] = { 2, 4, 1, 3 };
	struct aw_test_log *log = aw_test_log_new(test);
	struct aw_news news = { .kind = AW_NEWS_STOP };
	struct aw_pollset ps;
	u32 i;

	aw_pollset_init(&ps);
	for (i = 1; i <= 4; i++)
		aw_pollset_register(&ps, hearing_waker(test, log, i, i > 2));
	aw_pollset_tell(&ps, &news);
	KUNIT_EXPECT_EQ(test, log->wakes, 2);
	aw_pollset_tell(&ps, &news);
	KUNIT_EXPECT_EQ(test, log->wakes, 2);
	news.kind = AW_NEWS_END;
	aw_pollset_tell(&ps, &news);
	KUNIT_ASSERT_EQ(test, log->wakes, 4);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, log->tid[i], order[i]);
	KUNIT_EXPECT_EQ(test, ps.n, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&ps.overflow));
	aw_pollset_destroy(&ps);
	aw_test_drop(log);
}

/* Each waker stands there once, and nobody is evicted. */
static void without_a_bound_nobody_is_evicted(struct kunit *test)
{
	struct aw_test_log *log = aw_test_log_new(test);
	struct aw_waker *w = NULL;
	struct aw_pollset ps;
	u32 i;

	aw_pollset_init(&ps);
	for (i = 1; i <= 2 * AW_POLLSET_MAX; i++) {
		w = hearing_waker(test, log, i, true);
		aw_pollset_register(&ps, w);
	}
	aw_pollset_register(&ps, w);
	KUNIT_EXPECT_EQ(test, log->wakes, 0);
	KUNIT_EXPECT_EQ(test, w->refs, 2);
	aw_pollset_wake(&ps);
	KUNIT_EXPECT_EQ(test, log->wakes, 2 * AW_POLLSET_MAX);
	aw_pollset_destroy(&ps);
	aw_test_drop(log);
}

static struct kunit_case wakes_cases[] = {
	KUNIT_CASE_PARAM(wake, wake_gen_params),
	KUNIT_CASE(only_whom_it_concerns),
	KUNIT_CASE(news_adds_up),
	KUNIT_CASE(who_hears_nothing_keeps_the_place),
	KUNIT_CASE(without_a_bound_nobody_is_evicted),
	{}
};

static struct kunit_suite wakes_suite = {
	.name		= "altwait_wakes",
	.test_cases	= wakes_cases,
};

kunit_test_suite(wakes_suite);
