// SPDX-License-Identifier: GPL-2.0
/*
 * What a call that sleeps keeps of the candidates that it began with.
 */
#include "host_kunit.h"

#define CALLER	10
#define GROUP	7
#define ROOM	8

/* What has become of child 20 meanwhile; 21 has stayed, and 22 has come. */
enum fate { LEFT, REAPED };

/**
 * struct settled_case - the candidates of a later look
 * @name:   of the case
 * @fate:   of child 20
 * @quirks: of the policy
 * @want:   pids, in order; up to the first 0
 */
struct settled_case {
	const char	*name;
	enum fate	fate;
	aw_quirkset		quirks;
	u32		want[4];
};

static const struct settled_case settled_cases[] = {
	{ "linux: one has left", LEFT, 0, { 21, 22 } },
	{ "linux: one is reaped", REAPED, 0, { 21, 22 } },
	{ "candidates-fixed: one has left", LEFT, AW_Q(CANDIDATES_FIXED),
	  { 21 } },
	{ "candidates-fixed: one is reaped", REAPED, AW_Q(CANDIDATES_FIXED),
	  { 21 } },
	{ "reaped-stays: one has left", LEFT, AW_Q(REAPED_STAYS), { 21, 22 } },
	{ "reaped-stays: one is reaped", REAPED, AW_Q(REAPED_STAYS),
	  { 20, 21, 22 } },
	{ "members-stay: one has left", LEFT, AW_Q(MEMBERS_STAY),
	  { 20, 21, 22 } },
	{ "members-stay: one is reaped", REAPED, AW_Q(MEMBERS_STAY),
	  { 21, 22 } },
	{ "two of them", LEFT, AW_Q(MEMBERS_STAY) | AW_Q(CANDIDATES_FIXED),
	  { 20, 21 } },
	{ "all three: one has left", LEFT, AW_QUIRKS_SETTLED, { 20, 21 } },
	{ "all three: one is reaped", REAPED, AW_QUIRKS_SETTLED, { 20, 21 } },
	{ "starry", REAPED, AW_QUIRKS_STARRY, { 20, 21 } },
};

static void settled_desc(const struct settled_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(settled, settled_cases, settled_desc);

struct settled_world {
	struct aw_records	r;
	struct aw_buckets	by_pid;
	struct aw_process	*child[3];
	struct aw_fact		fact[3];
	struct aw_visit		first[ROOM];
	struct aw_visit		now[ROOM];
};

static void add_fact(struct settled_world *w, struct aw_facts *facts,
		     unsigned int i, u32 pgid)
{
	facts->v[facts->n++] = (struct aw_fact) {
		.proc = w->child[i], .tid = w->child[i]->pid, .pgid = pgid,
		.leader = true, .exit_signal = SIGCHLD,
	};
}

static void settled(struct kunit *test)
{
	struct settled_world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	const struct settled_case *c = test->param_value;
	struct aw_test_log *log = aw_test_log_new(test);
	struct aw_request req = {
		.call = AW_WAIT4, .target = { AW_TARGET_PGID, GROUP },
		.quirks = c->quirks,
	};
	struct aw_snapshot first = { .cap = ROOM }, now = { .cap = 1 };
	struct aw_facts facts = { .cap = 3 };
	struct aw_process *init;
	unsigned int i, n;

	KUNIT_ASSERT_NOT_NULL(test, w);
	aw_records_init(&w->r, &aw_test_host, &w->by_pid);
	init = aw_test_fork(test, log, &w->r, NULL, 1);
	req.caller = aw_test_fork(test, log, &w->r, init, CALLER);
	facts.v = w->fact;
	first.v = w->first;
	now.v = w->now;
	for (i = 0; i < 2; i++) {
		w->child[i] = aw_test_fork(test, log, &w->r, req.caller,
					   20 + i);
		w->child[i]->pgid = GROUP;
		add_fact(w, &facts, i, GROUP);
	}
	KUNIT_ASSERT_EQ(test, 2, aw_candidates_take(&w->r, &req, &facts, &first));

	w->child[2] = aw_test_fork(test, log, &w->r, req.caller, 22);
	w->child[2]->pgid = GROUP;
	facts.n = 0;
	if (c->fate == LEFT) {
		add_fact(w, &facts, 0, GROUP + 1);
	} else {
		aw_thread_exit(w->child[0], 20, 0);
		aw_process_exit(&w->r, w->child[0]);
		aw_process_reap(&w->r, w->child[0]);
	}
	add_fact(w, &facts, 1, GROUP);
	add_fact(w, &facts, 2, GROUP);

	/* There is too little room at first, and then enough. */
	n = aw_kept_retake(&w->r, &req, &facts, &first, &now);
	KUNIT_EXPECT_GT(test, n, 1);
	KUNIT_ASSERT_LE(test, n, ROOM);
	KUNIT_EXPECT_EQ(test, now.n, 0);
	now.cap = n;
	n = aw_kept_retake(&w->r, &req, &facts, &first, &now);
	KUNIT_EXPECT_EQ(test, n, now.n);
	for (i = 0; i < ARRAY_SIZE(c->want); i++)
		KUNIT_EXPECT_EQ(test, c->want[i],
				i < now.n ? now.v[i].proc->pid : 0);
	aw_candidates_release(&now);
	aw_candidates_release(&first);
	aw_test_drop(log);
}

static struct kunit_case settled_kunit_cases[] = {
	KUNIT_CASE_PARAM(settled, settled_gen_params),
	{}
};

static struct kunit_suite settled_suite = {
	.name		= "altwait_settled",
	.test_cases	= settled_kunit_cases,
};

kunit_test_suite(settled_suite);
