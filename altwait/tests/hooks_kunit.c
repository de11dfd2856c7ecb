// SPDX-License-Identifier: GPL-2.0
/*
 * The hook table's self-check.  A module's suites run while it is coming, before its
 * own init, so that nothing is armed but by these cases.
 */
#include <kunit/test.h>

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

static struct kunit_case hooks_cases[] = {
	KUNIT_CASE(init_sees_a_redirect_and_disarms),
	KUNIT_CASE(alive_while_armed),
	{}
};

static struct kunit_suite hooks_suite = {
	.name		= "altwait_hooks",
	.test_cases	= hooks_cases,
};

kunit_test_suite(hooks_suite);
