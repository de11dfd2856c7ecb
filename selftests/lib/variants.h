/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One text, four variants: stock, altwait, linux and shadow.
 *
 *	FOUR_VARIANTS(jobctl,
 *		      DIFFERING(bool zombie_first;
 *				int only_zombies;),
 *		      ON_LINUX(.only_zombies = ECHILD),
 *		      ON_STARRY(.zombie_first = true));
 *
 * declares the fixture jobctl.  Its tests, written with SUBJECT_TEST(), find the
 * members of DIFFERING() in @variant: under altwait as ON_STARRY() sets them,
 * under the other three as ON_LINUX() does, since in shadow mode stock answers and
 * policy linux lacks all quirks.  What neither names is 0.  @self->bad is a page
 * that nobody may touch.
 */
#ifndef _SELFTESTS_VARIANTS_H
#define _SELFTESTS_VARIANTS_H

#include "subject.h"

#define DIFFERING(...)		__VA_ARGS__
#define ON_LINUX(...)		__VA_ARGS__
#define ON_STARRY(...)		__VA_ARGS__

/* Says why no test of the program can run here, or returns NULL; see TESTS_NEED(). */
static const char *(*tests_missing)(void);

#define TESTS_NEED(missing)						\
	static const char *(*tests_missing)(void) = missing

static inline void setup_variant(struct __test_metadata *_metadata, int policy,
				 void **bad)
{
	const char *missing = tests_missing ? tests_missing() : NULL;

	if (missing)
		SKIP(return, "%s", missing);
	setup_policy(_metadata, policy);
	*bad = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, *bad);
}

#define FOUR_VARIANTS(fixture_name, members, on_linux, on_starry)	\
	FIXTURE(fixture_name) {						\
		void *bad;						\
	};								\
	struct _fixture_variant_##fixture_name {			\
		int policy;						\
		members							\
	};								\
	FIXTURE_SETUP(fixture_name)					\
	{								\
		setup_variant(_metadata, variant->policy, &self->bad);	\
	}								\
	FIXTURE_TEARDOWN(fixture_name)					\
	{								\
	}								\
	FIXTURE_VARIANT_ADD(fixture_name, stock) {			\
		.policy = STOCK, on_linux				\
	};								\
	FIXTURE_VARIANT_ADD(fixture_name, altwait) {			\
		.policy = STARRY, on_starry				\
	};								\
	FIXTURE_VARIANT_ADD(fixture_name, linux) {			\
		.policy = LINUX, on_linux				\
	};								\
	FIXTURE_VARIANT_ADD(fixture_name, shadow) {			\
		.policy = SHADOW, on_linux				\
	}

/* One variant, altwait: on stock, until the test enrols somebody by @self->fd. */
#define OWN_VARIANT(fixture_name)					\
	FIXTURE(fixture_name) {						\
		int fd;							\
	};								\
	struct _fixture_variant_##fixture_name {			\
		int policy;						\
	};								\
	FIXTURE_SETUP(fixture_name)					\
	{								\
		self->fd = device_open();				\
		ASSERT_LE(0, self->fd);					\
	}								\
	FIXTURE_TEARDOWN(fixture_name)					\
	{								\
		ASSERT_EQ(0, close(self->fd));				\
	}								\
	FIXTURE_VARIANT_ADD(fixture_name, altwait) {			\
		.policy = OWN,						\
	}

#endif /* _SELFTESTS_VARIANTS_H */
