// SPDX-License-Identifier: GPL-2.0
/*
 * How the ioctls read their arguments: the rules of the ABI header.
 */
#include <linux/sched.h>

#include "device.h"
#include "host_kunit.h"

static const struct {
	unsigned int cmd;
	u32	     min;
	u32	     size;
} requests[] = {
	{ ALTWAIT_ENROLL, 16, sizeof(struct altwait_enroll) },
	{ ALTWAIT_DISMISS, 8, sizeof(struct altwait_dismiss) },
	{ ALTWAIT_QUERY, 24, sizeof(struct altwait_query) },
	{ ALTWAIT_COUNTERS, 104, sizeof(struct altwait_counters) },
	{ ALTWAIT_VERDICTS, 584, sizeof(struct altwait_verdicts) },
	{ ALTWAIT_EXAMPLE, 152, sizeof(struct altwait_example) },
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
		KUNIT_EXPECT_NULL(test, aw_request_find(cmd + 6));
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
	};
	union aw_ioctl arg;

	memset(&arg, 0xff, sizeof(arg));
	KUNIT_EXPECT_EQ(test, 0, aw_request_read(type, &arg, &e, 16));
	KUNIT_EXPECT_EQ(test, arg.enroll.policy, 1);
	KUNIT_EXPECT_EQ(test, arg.enroll.pid, 2);
	KUNIT_EXPECT_EQ(test, arg.enroll.flags, 3);
	KUNIT_EXPECT_EQ(test, arg.enroll.quirks, 0);
	KUNIT_EXPECT_EQ(test, 0, aw_request_read(type, &arg, &e, sizeof(e)));
	KUNIT_EXPECT_EQ(test, arg.enroll.quirks, ~0ULL);
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
	KUNIT_CASE(longer_must_be_zero),
	KUNIT_CASE(unreadable_is_a_fault),
	{}
};

static struct kunit_suite device_suite = {
	.name		= "altwait_device",
	.test_cases	= device_cases,
};

kunit_test_suite(device_suite);
