// SPDX-License-Identifier: GPL-2.0
/*
 * A record that is broken in one way, beside what the kernel says: in what they do not
 * agree, and what is no disagreement.
 */
#include <kunit/test.h>

#include "audit.h"

enum { PARENT = 10, OTHER = 11, CHILD = 20, STRANGER = 30 };

/* A child of an enrolled parent, both as the kernel has them, and a third process. */
struct family {
	struct aw_tracked	parent;
	struct aw_tracked	other;
	struct aw_tracked	child;
	struct list_head	children;
	struct aw_audit_seen	seen;
};

static void begin(struct aw_tracked *t, u32 pid)
{
	t->rec.pid = pid;
	INIT_LIST_HEAD(&t->rec.sibling);
}

static void begin_family(struct family *f)
{
	memset(f, 0, sizeof(*f));
	begin(&f->parent, PARENT);
	begin(&f->other, OTHER);
	begin(&f->child, CHILD);
	f->parent.standing = AW_ENROLLED;
	f->other.standing = AW_ENROLLED;
	f->child.rec.parent = &f->parent.rec;
	INIT_LIST_HEAD(&f->children);
	list_add(&f->child.rec.sibling, &f->children);
	f->seen = (struct aw_audit_seen){
		.is_there = true, .lives = true, .is_single = true,
		.parent = PARENT, .by = &f->parent,
	};
}

static void as_it_is(struct family *f) { }

static void is_reaped(struct family *f)
{
	f->seen = (struct aw_audit_seen){ };
}

static void reaps_itself(struct family *f)
{
	is_reaped(f);
	f->child.autoreaped = true;
}

static void ends_in_records(struct family *f)
{
	f->child.rec.is_zombie = true;
}

static void ends_in_linux(struct family *f)
{
	f->seen.lives = false;
	f->seen.is_single = false;
	f->seen.is_zombie = true;
}

static void ends_in_both(struct family *f)
{
	ends_in_records(f);
	ends_in_linux(f);
}

/* Linux has told nobody yet. */
static void is_ending(struct family *f)
{
	ends_in_linux(f);
	f->seen.is_zombie = false;
}

static void ends_for_stock(struct family *f)
{
	ends_in_linux(f);
	f->parent.standing = AW_LEAVING;
}

static void moves(struct family *f)
{
	f->seen.parent = OTHER;
	f->seen.by = &f->other;
}

static void moves_to_stranger(struct family *f)
{
	f->seen.parent = STRANGER;
	f->seen.by = NULL;
}

static void was_no_child(struct family *f)
{
	list_del_init(&f->child.rec.sibling);
}

/* Nobody tells a subreaper of those that it gets. */
static void comes_to_reaper(struct family *f)
{
	was_no_child(f);
	f->seen.by_is_reaper = true;
}

static void is_orphan(struct family *f)
{
	f->parent.orphaned = true;
	f->parent.standing = AW_TRACKED;
}

static void is_orphan_moved(struct family *f)
{
	is_orphan(f);
	moves_to_stranger(f);
}

static void is_traced_in_records(struct family *f)
{
	f->child.rec.ptrace.tracer = OTHER;
}

static void is_traced_in_linux(struct family *f)
{
	f->seen.tracer = OTHER;
	f->seen.tracer_is_in = true;
}

static void is_traced_in_both(struct family *f)
{
	is_traced_in_records(f);
	is_traced_in_linux(f);
}

static void is_traced_by_stranger(struct family *f)
{
	f->seen.tracer = STRANGER;
}

/* A thread may have another tracer than its process in the records. */
static void has_threads(struct family *f)
{
	is_traced_in_linux(f);
	f->seen.is_single = false;
}

static const struct {
	const char *name;
	void (*change)(struct family *f);
	enum altwait_disagreement what;
	u32 record;
	u32 kernel;
} cases[] = {
	{ "as it is", as_it_is },
	{ "reaped", is_reaped, ALTWAIT_GONE },
	{ "reaped by itself", reaps_itself },
	{ "ended in the records", ends_in_records, ALTWAIT_LIVES },
	{ "ended in Linux", ends_in_linux, ALTWAIT_ENDED },
	{ "ended in both", ends_in_both },
	{ "about to end", is_ending },
	{ "ended, for a parent that leaves", ends_for_stock },
	{ "moved to another", moves, ALTWAIT_PARENT, PARENT, OTHER },
	{ "moved to a stranger", moves_to_stranger, ALTWAIT_PARENT, PARENT, STRANGER },
	{ "no child in the records", was_no_child, ALTWAIT_PARENT, 0, PARENT },
	{ "come to a reaper", comes_to_reaper },
	{ "an orphan", is_orphan },
	{ "an orphan that has moved", is_orphan_moved, ALTWAIT_PARENT, PARENT, STRANGER },
	{ "traced in the records", is_traced_in_records, ALTWAIT_TRACER, OTHER, 0 },
	{ "traced in Linux", is_traced_in_linux, ALTWAIT_TRACER, 0, OTHER },
	{ "traced in both", is_traced_in_both },
	{ "traced by a stranger", is_traced_by_stranger },
	{ "a thread is traced", has_threads },
};

static void finds_what_does_not_agree(struct kunit *test)
{
	struct family *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct altwait_audit a;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		begin_family(f);
		cases[i].change(f);
		KUNIT_EXPECT_EQ_MSG(test, aw_audit_compare(&f->child, &f->seen, &a),
				    cases[i].what, "%s", cases[i].name);
		KUNIT_EXPECT_EQ_MSG(test, a.what, cases[i].what, "%s", cases[i].name);
		KUNIT_EXPECT_EQ_MSG(test, a.record, cases[i].record, "%s", cases[i].name);
		KUNIT_EXPECT_EQ_MSG(test, a.kernel, cases[i].kernel, "%s", cases[i].name);
	}
}

static struct kunit_case audit_cases[] = {
	KUNIT_CASE(finds_what_does_not_agree),
	{}
};

static struct kunit_suite audit_suite = {
	.name		= "altwait_audit",
	.test_cases	= audit_cases,
};

kunit_test_suite(audit_suite);
