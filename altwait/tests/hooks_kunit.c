// SPDX-License-Identifier: GPL-2.0
/*
 * The hook table's self-check, and the one probe that may be missing.  A module's
 * suites run while it is coming, before its own init, so that nothing is armed but by
 * these cases.
 */
#include <kunit/test.h>
#include <linux/kprobes.h>

#include "feed/feed.h"
#include "hooks.h"

static void init_sees_a_redirect_and_disarms(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, aw_hooks_init(), 0);
	KUNIT_EXPECT_FALSE(test, aw_hooks_alive());
}

static void alive_while_armed(struct kunit *test)
{
	unsigned int times;

	KUNIT_EXPECT_FALSE(test, aw_hooks_alive());
	for (times = 0; times < 3; times++) {
		KUNIT_ASSERT_EQ(test, aw_hooks_arm(), 0);
		KUNIT_EXPECT_TRUE(test, aw_hooks_alive());
		aw_hooks_disarm();
		KUNIT_EXPECT_FALSE(test, aw_hooks_alive());
	}
}

static int no_wait(struct kprobe *kp, struct pt_regs *regs)
{
	return 0;
}

/* What can be probed, what is not there, and what kprobes keep to themselves. */
static void rings_are_seen_or_not(struct kunit *test)
{
	static const struct {
		const char *symbol;
		enum altwait_rings rings;
	} cases[] = {
		{ "__x64_sys_getppid", ALTWAIT_RINGS_SEEN },
		{ "no_such_function", ALTWAIT_RINGS_ABSENT },
		{ "get_kprobe", ALTWAIT_RINGS_UNSEEN },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kprobe *probe = kunit_kzalloc(test, sizeof(*probe), GFP_KERNEL);
		enum altwait_rings rings;

		KUNIT_ASSERT_NOT_NULL(test, probe);
		probe->symbol_name = cases[i].symbol;
		probe->pre_handler = no_wait;
		rings = aw_uring_probe_try(probe);
		KUNIT_EXPECT_EQ_MSG(test, rings, cases[i].rings, "%s", cases[i].symbol);
		if (rings == ALTWAIT_RINGS_SEEN)
			unregister_kprobe(probe);
	}
}

static struct kunit_case hooks_cases[] = {
	KUNIT_CASE(rings_are_seen_or_not),
	KUNIT_CASE(init_sees_a_redirect_and_disarms),
	KUNIT_CASE(alive_while_armed),
	{}
};

static struct kunit_suite hooks_suite = {
	.name		= "altwait_hooks",
	.test_cases	= hooks_cases,
};

kunit_test_suite(hooks_suite);
