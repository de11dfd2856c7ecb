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

FIXTURE_VARIANT_ADD(quirks, shadow) {
	.policy = SHADOW,
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

/* The agent traces a child of the subject's. */
static inline struct agent *agent_traces(struct child *c)
{
	struct agent *a = agent_make();

	*c = child_hold();
	if (agent_ptrace(a, PTRACE_SEIZE, c->pid, 0))
		die("PTRACE_SEIZE");
	return a;
}

/* In shadow mode: the policy differs, and that quirk explains it. */
static inline void quirk_check_verdicts(struct __test_metadata *_metadata,
					int nr)
{
	struct altwait_verdicts v;
	int i;

	/* Which of two gets a zombie: no call differs. */
	if (subject_policy != SHADOW || nr == ALTWAIT_QUIRK_TRACER_REAPS_ALL ||
	    nr == ALTWAIT_QUIRK_OLDEST_FIRST)
		return;
	ASSERT_EQ(0, device_verdicts(subject_device, &v));
	EXPECT_LT(0, v.quirk[nr])
		TH_LOG("no verdict has the quirk %d", nr);
	EXPECT_LE(v.quirk[nr], v.differs);
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		EXPECT_EQ(i == nr ? v.quirk[nr] : 0, v.quirk[i]);
}

/* A body with `has`: does the policy have the quirk? */
#define QUIRK_TEST(ID)							\
	static void quirk_##ID##_body(					\
		struct __test_metadata *_metadata, bool has);		\
	TEST_F_TIMEOUT(quirks, ID, TEST_SECONDS)			\
	{								\
		if (_metadata->skip || subject_fork(_metadata))		\
			return;						\
		subject_quirks = variant->with ||			\
				 variant->policy == SHADOW ? Q(ID) : 0; \
		subject_begin(variant->policy);				\
		quirk_##ID##_body(_metadata, variant->with);		\
		quirk_check_verdicts(_metadata, ALTWAIT_QUIRK_##ID);		\
		subject_end(_metadata);					\
	}								\
	static void quirk_##ID##_body(					\
		struct __test_metadata *_metadata, bool has)

#endif /* _SELFTESTS_QUIRK_H */
