/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One test for each quirk: what Linux answers under stock and under policy
 * linux, and Starry's answer under linux with that quirk alone.  calls.h looks
 * at every byte of every call, so that the rest is seen to be Linux's.
 */
#ifndef _SELFTESTS_QUIRK_H
#define _SELFTESTS_QUIRK_H

#include "agent.h"
#include "scene.h"

FIXTURE(quirks) {
};

/* @with: policy linux has the quirk that the test is about. */
FIXTURE_VARIANT(quirks) {
	int policy;
	bool with;
};

FIXTURE_VARIANT_ADD(quirks, stock) {
	.policy = STOCK,
};

FIXTURE_VARIANT_ADD(quirks, linux) {
	.policy = LINUX,
};

FIXTURE_VARIANT_ADD(quirks, quirk) {
	.policy = LINUX,
	.with = true,
};

FIXTURE_SETUP(quirks)
{
	setup_policy(_metadata, variant->policy);
}

FIXTURE_TEARDOWN(quirks)
{
}

/* A body with `has`: does the policy have the quirk? */
#define QUIRK_TEST(ID)							\
	static void quirk_##ID##_body(					\
		struct __test_metadata *_metadata, bool has);		\
	TEST_F_TIMEOUT(quirks, ID, TEST_SECONDS)			\
	{								\
		if (_metadata->skip || subject_fork(_metadata))		\
			return;						\
		subject_quirks = variant->with ? AW_Q(ID) : 0;		\
		subject_begin(variant->policy);				\
		quirk_##ID##_body(_metadata, variant->with);		\
		subject_end(_metadata);					\
	}								\
	static void quirk_##ID##_body(					\
		struct __test_metadata *_metadata, bool has)

#endif /* _SELFTESTS_QUIRK_H */
