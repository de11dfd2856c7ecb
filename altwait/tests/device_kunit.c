// SPDX-License-Identifier: GPL-2.0
/*
 * How the ioctls read their arguments: the rules of the ABI header.
 */
#include <linux/sched.h>

#include "device.h"
#include "enroll.h"
#include "host_kunit.h"
#include "shadow/shadow.h"

/* Sizes of the first version of each struct, of version 3, and now. */
static const struct {
	unsigned int cmd;
	u32	     min;
	u32	     size_3;
	u32	     size;
} requests[] = {
	{ ALTWAIT_ENROLL, 16, 24, sizeof(struct altwait_enroll) },
	{ ALTWAIT_DISMISS, 8, 8, sizeof(struct altwait_dismiss) },
	{ ALTWAIT_QUERY, 24, 40, sizeof(struct altwait_query) },
	{ ALTWAIT_COUNTERS, 104, 112, sizeof(struct altwait_counters) },
	{ ALTWAIT_VERDICTS, 584, 584, sizeof(struct altwait_verdicts) },
	{ ALTWAIT_EXAMPLE, 152, 152, sizeof(struct altwait_example) },
	{ ALTWAIT_AUDIT, 40, 40, sizeof(struct altwait_audit) },
};

/* Whatever size the caller's struct had, it is the same request. */
static void found_by_number_and_direction(struct kunit *test)
{
	unsigned int i, cmd;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		const struct aw_request_type *type;

		cmd = requests[i].cmd;
		type = aw_request_find(cmd);
		KUNIT_ASSERT_NOT_NULL(test, type);
		KUNIT_EXPECT_EQ(test, type->min, requests[i].min);
		KUNIT_EXPECT_EQ(test, type->size, requests[i].size);
		KUNIT_EXPECT_PTR_EQ(test, type,
				    aw_request_find(cmd ^ 4 << _IOC_SIZESHIFT));
		KUNIT_EXPECT_NULL(test, aw_request_find(cmd ^ _IOC_READ <<
							_IOC_DIRSHIFT));
		KUNIT_EXPECT_NULL(test, aw_request_find(cmd + ARRAY_SIZE(requests)));
		KUNIT_EXPECT_NULL(test, aw_request_find(cmd ^ 1 <<
							_IOC_TYPESHIFT));
	}
	KUNIT_EXPECT_NULL(test, aw_request_find(0));
}

static void size_has_limits(struct kunit *test)
{
	unsigned int i;
	u32 size;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		const struct aw_request_type *type =
			aw_request_find(requests[i].cmd);

		for (size = 0; size < requests[i].min; size++)
			KUNIT_EXPECT_EQ(test, -EINVAL,
					aw_request_check_size(type, size));
		for (; size <= PAGE_SIZE; size += 4)
			KUNIT_EXPECT_EQ(test, 0,
					aw_request_check_size(type, size));
		KUNIT_EXPECT_EQ(test, -E2BIG,
				aw_request_check_size(type, PAGE_SIZE + 1));
		KUNIT_EXPECT_EQ(test, -E2BIG,
				aw_request_check_size(type, U32_MAX));
	}
}

/* Of a caller that knows less, the rest is 0. */
static void shorter_is_filled_up(struct kunit *test)
{
	const struct aw_request_type *type = aw_request_find(ALTWAIT_ENROLL);
	struct altwait_enroll e = {
		.size = 16, .policy = 1, .pid = 2, .flags = 3, .quirks = ~0ULL,
		.quirks_more = { ~0ULL },
	};
	union aw_ioctl arg;

	memset(&arg, 0xff, sizeof(arg));
	KUNIT_EXPECT_EQ(test, 0, aw_request_read(type, &arg, &e, 16));
	KUNIT_EXPECT_EQ(test, arg.enroll.policy, 1);
	KUNIT_EXPECT_EQ(test, arg.enroll.pid, 2);
	KUNIT_EXPECT_EQ(test, arg.enroll.flags, 3);
	KUNIT_EXPECT_EQ(test, arg.enroll.quirks, 0);
	KUNIT_EXPECT_EQ(test, arg.enroll.quirks_more[0], 0);
	KUNIT_EXPECT_EQ(test, 0, aw_request_read(type, &arg, &e, 24));
	KUNIT_EXPECT_EQ(test, arg.enroll.quirks, ~0ULL);
	KUNIT_EXPECT_EQ(test, arg.enroll.quirks_more[0], 0);
	KUNIT_EXPECT_EQ(test, 0, aw_request_read(type, &arg, &e, sizeof(e)));
	KUNIT_EXPECT_EQ(test, arg.enroll.quirks, ~0ULL);
	KUNIT_EXPECT_EQ(test, arg.enroll.quirks_more[0], ~0ULL);
}

/* Of a program of version 3, what it knows is read, and nothing beyond. */
static void version_3_is_read(struct kunit *test)
{
	union aw_ioctl *arg = kunit_kzalloc(test, sizeof(*arg), GFP_KERNEL);
	u8 *raw = kunit_kzalloc(test, sizeof(*arg), GFP_KERNEL);
	unsigned int i;
	u32 size;

	KUNIT_ASSERT_NOT_NULL(test, arg);
	KUNIT_ASSERT_NOT_NULL(test, raw);
	memset(raw, 0xff, sizeof(*arg));
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		const struct aw_request_type *type =
			aw_request_find(requests[i].cmd);

		size = requests[i].size_3;
		KUNIT_EXPECT_EQ(test, 0, aw_request_check_size(type, size));
		memset(arg, 0xff, sizeof(*arg));
		KUNIT_EXPECT_EQ(test, 0, aw_request_read(type, arg, raw, size));
		KUNIT_EXPECT_EQ(test, 0, memcmp(arg, raw, size));
		KUNIT_EXPECT_NULL(test, memchr_inv((u8 *)arg + size, 0,
						   sizeof(*arg) - size));
	}
}

/* Each bit is where the ABI's helpers have it. */
static void words_are_a_set(struct kunit *test)
{
	unsigned int nr, other;

	for (nr = 0; nr < ALTWAIT_QUIRKS_MAX; nr++) {
		struct altwait_query q = { }, back = { };

		altwait_quirks_add(&q.quirks, q.quirks_more, nr);
		KUNIT_EXPECT_TRUE(test, aw_quirks_of(q.quirks, q.quirks_more) ==
				  AW_Q_NR(nr));
		aw_quirks_tell(AW_Q_NR(nr), &back.quirks, back.quirks_more);
		KUNIT_EXPECT_EQ(test, 0, memcmp(&q, &back, sizeof(q)));
		for (other = 0; other < ALTWAIT_QUIRKS_MAX; other++)
			KUNIT_EXPECT_EQ(test, other == nr,
					altwait_quirks_has(q.quirks,
							   q.quirks_more,
							   other));
	}
}

/* A bit that is no quirk's, in whatever word; no process has the pid -1. */
static void unknown_quirks_are_refused(struct kunit *test)
{
	unsigned int nr;
	u32 policy;

	for (policy = ALTWAIT_POLICY_STARRY; policy <= ALTWAIT_POLICY_LINUX;
	     policy++) {
		for (nr = 0; nr < ALTWAIT_QUIRKS_MAX; nr++) {
			struct altwait_enroll e = { .policy = policy, .pid = -1 };

			altwait_quirks_add(&e.quirks, e.quirks_more, nr);
			KUNIT_EXPECT_EQ_MSG(test, aw_enroll(&e, NULL),
					    nr < AW_N_QUIRKS ? -ESRCH : -EINVAL,
					    "policy %u, bit %u", policy, nr);
		}
	}
}

/* In an empty tally, what is known has no example, and the rest is refused. */
static void examples_have_an_index(struct kunit *test)
{
	struct aw_tally *tally = aw_tally_new();
	unsigned int index, nr;

	KUNIT_ASSERT_NOT_NULL(test, tally);
	for (index = 0; index <= ALTWAIT_EXAMPLE_QUIRK(ALTWAIT_QUIRKS_MAX); index++) {
		struct altwait_example e = { .index = index };
		int want = -EINVAL;

		for (nr = 0; nr < AW_N_QUIRKS; nr++)
			if (ALTWAIT_EXAMPLE_QUIRK(nr) == index)
				want = -ENOENT;
		if (index == ALTWAIT_EXAMPLE_CONTROL ||
		    index == ALTWAIT_EXAMPLE_UNEXPLAINED ||
		    index == ALTWAIT_EXAMPLE_RACED)
			want = -ENOENT;
		/* Everybody's: there may be one. */
		if (index == ALTWAIT_EXAMPLE_STUCK)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, aw_tally_example(tally, &e), want,
				    "index %u", index);
	}
	aw_tally_put(tally);
}

/* Of one that knows more, every byte of that has to be 0. */
static void longer_must_be_zero(struct kunit *test)
{
	u8 *raw = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	union aw_ioctl arg;
	unsigned int i;
	u32 at;

	KUNIT_ASSERT_NOT_NULL(test, raw);
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		const struct aw_request_type *type =
			aw_request_find(requests[i].cmd);

		KUNIT_EXPECT_EQ(test, 0,
				aw_request_read(type, &arg, raw, PAGE_SIZE));
		for (at = type->size; at < PAGE_SIZE; at += 61) {
			raw[at] = 1;
			KUNIT_EXPECT_EQ(test, -E2BIG,
					aw_request_read(type, &arg, raw,
							PAGE_SIZE));
			KUNIT_EXPECT_EQ(test, 0,
					aw_request_read(type, &arg, raw, at));
			raw[at] = 0;
		}
	}
}

/*
 * A unit test's thread has no memory of its own, so that no address of a user is
 * readable to it.
 */
static void unreadable_is_a_fault(struct kunit *test)
{
	static const unsigned long addresses[] = { 0, 8, PAGE_SIZE, ~0xfffUL };
	unsigned int i, j;

	KUNIT_ASSERT_NULL(test, current->mm);
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		const struct aw_request_type *type =
			aw_request_find(requests[i].cmd);

		for (j = 0; j < ARRAY_SIZE(addresses); j++) {
			void __user *uarg = (void __user *)addresses[j];
			union aw_ioctl arg;
			u32 size;

			KUNIT_EXPECT_EQ(test, -EFAULT,
					aw_request_get(type, &arg, uarg, &size));
		}
	}
}

static struct kunit_case device_cases[] = {
	KUNIT_CASE(found_by_number_and_direction),
	KUNIT_CASE(size_has_limits),
	KUNIT_CASE(shorter_is_filled_up),
	KUNIT_CASE(version_3_is_read),
	KUNIT_CASE(words_are_a_set),
	KUNIT_CASE(unknown_quirks_are_refused),
	KUNIT_CASE(examples_have_an_index),
	KUNIT_CASE(longer_must_be_zero),
	KUNIT_CASE(unreadable_is_a_fault),
	{}
};

static struct kunit_suite device_suite = {
	.name		= "altwait_device",
	.test_cases	= device_cases,
};

kunit_test_suite(device_suite);
