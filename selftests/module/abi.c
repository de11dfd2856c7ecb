// SPDX-License-Identifier: GPL-2.0
/* The ABI of /dev/altwait: sizes, every errno of its manual, who may open it. */
#include <linux/capability.h>
#include <sys/wait.h>

#include "calls.h"

OWN_VARIANT(abi);

SUBJECT_TEST(abi, refused_arguments)
{
	struct altwait_enroll ok = { .size = sizeof(ok), .policy = STARRY };
	struct altwait_enroll e;

	e = ok;
	e.flags = ALTWAIT_SHADOW << 1;
	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_ENROLL, &e));
	e = ok;
	e.flags = 0x80000000;
	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_ENROLL, &e));
	e = ok;
	e.policy = STOCK;
	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_ENROLL, &e));
	e.policy = LINUX + 1;
	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_ENROLL, &e));
	e.policy = -1;
	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_ENROLL, &e));
	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	EXPECT_ERROR(ENOTTY, ioctl(self->fd, _IOWR('w', 0xa7, ok), &ok));
	EXPECT_ERROR(ENOTTY, ioctl(self->fd, _IOR('w', 0xa0, ok), &ok));
	EXPECT_ERROR(ENOTTY, ioctl(self->fd, _IOWR('v', 0xa0, ok), &ok));
	EXPECT_ERROR(ENOTTY, ioctl(self->fd, 0, &ok));
}

SUBJECT_TEST(abi, refused_processes)
{
	pid_t dead = child_exited(13);
	struct altwait_query q;

	EXPECT_ERROR(ESRCH, device_enroll(self->fd, INT_MAX));
	EXPECT_ERROR(ESRCH, device_enroll(self->fd, -1));
	EXPECT_ERROR(ESRCH, device_dismiss(self->fd, INT_MAX));
	EXPECT_ERROR(ESRCH, device_dismiss(self->fd, -1));
	EXPECT_ERROR(ESRCH, device_query(self->fd, INT_MAX, &q));
	EXPECT_ERROR(ESRCH, device_enroll(self->fd, dead));
	EXPECT_ERROR(EPERM, device_enroll(self->fd, 1));
	/* kthreadd */
	EXPECT_ERROR(EPERM, device_enroll(self->fd, 2));
	EXPECT_ERROR(ENOENT, device_dismiss(self->fd, 1));
	EXPECT_WAIT4(-1, 0, .pid = dead, .status = W_EXIT(13));
	EXPECT_ERROR(ESRCH, device_enroll(self->fd, dead));
}

/* What a program of the first version gets, and one that names quirks. */
SUBJECT_TEST(abi, quirks)
{
	struct altwait_query q;
	struct altwait_enroll e = {
		.size = 16, .policy = STARRY, .quirks = ~0ULL,
	};

	EXPECT_EQ(0, ioctl(self->fd, ALTWAIT_ENROLL, &e));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_TRUE(device_quirks(&q) == QUIRKS_STARRY);
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, STARRY, Q(PID_ORDER)));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_TRUE(device_quirks(&q) == (QUIRKS_STARRY & ~Q(PID_ORDER)));
	EXPECT_EQ(STARRY, q.policy);
	/* What only later revisions brought is added. */
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, STARRY, Q(PID_ORDER) | QUIRKS_LATER));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_TRUE(device_quirks(&q) == (QUIRKS_ALL & ~Q(PID_ORDER)));
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, LINUX, 0));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_TRUE(device_quirks(&q) == 0);
	EXPECT_EQ(LINUX, q.policy);
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, LINUX, Q(CHILD_TIME)));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_TRUE(device_quirks(&q) == Q(CHILD_TIME));
	EXPECT_ERROR(EINVAL, device_enroll_as(self->fd, 0, LINUX,
					      QUIRKS_ALL + 1));
	EXPECT_ERROR(EINVAL, device_enroll_as(self->fd, 0, STOCK, 0));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_TRUE(device_quirks(&q) == Q(CHILD_TIME));
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_TRUE(device_quirks(&q) == 0);
}

static int enroll_errno(int fd, unsigned int policy, quirk_set quirks)
{
	return device_enroll_as(fd, 0, policy, quirks) ? errno : 0;
}

/* A bit that is no quirk's is refused, in whatever word. */
SUBJECT_TEST(abi, quirks_unknown)
{
	struct altwait_enroll e;
	struct altwait_query q;
	unsigned int nr;

	for (nr = ALTWAIT_N_QUIRKS; nr < ALTWAIT_QUIRKS_MAX; nr++) {
		EXPECT_EQ(EINVAL, enroll_errno(self->fd, LINUX, QUIRK_BIT(nr)))
			TH_LOG("linux, bit %u", nr);
		EXPECT_EQ(EINVAL, enroll_errno(self->fd, STARRY, QUIRK_BIT(nr)))
			TH_LOG("starry, bit %u", nr);
	}
	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	/* The last bit of the last word, by hand. */
	e = (struct altwait_enroll){ .size = sizeof(e), .policy = LINUX };
	((__u64 *)(&e + 1))[-1] = 1ULL << 63;
	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_ENROLL, &e));
	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	/* What is filled in is all of it. */
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, STARRY, 0));
	memset(&q, 0xff, sizeof(q));
	q.size = sizeof(q);
	q.pid = 0;
	EXPECT_EQ(0, ioctl(self->fd, ALTWAIT_QUERY, &q));
	EXPECT_EQ(0, q.quirks_more[0]);
	EXPECT_TRUE(device_quirks(&q) == QUIRKS_STARRY);
}

/* What a program that was built with version 3 has, and what is behind it. */
union v3 {
	__u32 size;
	struct altwait_enroll enroll;
	struct altwait_query query;
	struct altwait_verdicts verdicts;
	struct altwait_example example;
	unsigned char byte[2048];
};

/* The size is in the request's number, too.  -2: more was written. */
static int v3_ioctl(int fd, unsigned long request, union v3 *arg, __u32 size)
{
	const unsigned long bits = (unsigned long)_IOC_SIZEMASK << _IOC_SIZESHIFT;
	int ret;
	__u32 i;

	arg->size = size;
	memset(arg->byte + size, 0xa5, sizeof(*arg) - size);
	ret = ioctl(fd, (request & ~bits) | (unsigned long)size << _IOC_SIZESHIFT,
		    arg);
	for (i = size; i < sizeof(*arg); i++)
		if (arg->byte[i] != 0xa5)
			return -2;
	return ret;
}

SUBJECT_TEST(abi, version_3)
{
	const unsigned int nr = ALTWAIT_QUIRK_RUSAGE_IGNORED;
	union v3 arg = { .enroll = { .policy = STARRY, .quirks = Q(PID_ORDER) } };
	pid_t pid = child_exited(15);

	EXPECT_EQ(0, v3_ioctl(self->fd, ALTWAIT_ENROLL, &arg, 24));
	arg.query = (struct altwait_query){ .pad2 = 1 };
	EXPECT_EQ(0, v3_ioctl(self->fd, ALTWAIT_QUERY, &arg, 40));
	EXPECT_EQ(40, arg.size);
	EXPECT_EQ(STARRY, arg.query.policy);
	EXPECT_TRUE(arg.query.quirks == (__u64)(QUIRKS_STARRY & ~Q(PID_ORDER)));
	EXPECT_EQ(0, arg.query.pad2);
	arg.enroll = (struct altwait_enroll){
		.policy = STARRY, .flags = ALTWAIT_SHADOW,
	};
	EXPECT_EQ(0, v3_ioctl(self->fd, ALTWAIT_ENROLL, &arg, 24));
	subject_policy = SHADOW;
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(15));
	/* The verdict is this file's, and not that of the subject's own. */
	subject_policy = STOCK;
	arg.verdicts = (struct altwait_verdicts){ .scope = ALTWAIT_SCOPE_FILE };
	EXPECT_EQ(0, v3_ioctl(self->fd, ALTWAIT_VERDICTS, &arg, 584));
	EXPECT_EQ(1, arg.verdicts.calls);
	EXPECT_EQ(1, arg.verdicts.differs);
	EXPECT_EQ(1, arg.verdicts.quirk[nr]);
	arg.example = (struct altwait_example){ .index = nr };
	EXPECT_EQ(0, v3_ioctl(self->fd, ALTWAIT_EXAMPLE, &arg, 152));
	EXPECT_TRUE(arg.example.first.quirks == (__u64)Q(RUSAGE_IGNORED));
	EXPECT_STREQ("abi", arg.example.first.comm);
}

SUBJECT_TEST(abi, sizes)
{
	const unsigned long request[] = { ALTWAIT_ENROLL, ALTWAIT_DISMISS,
					  ALTWAIT_QUERY, ALTWAIT_COUNTERS,
					  ALTWAIT_VERDICTS, ALTWAIT_EXAMPLE,
					  ALTWAIT_AUDIT };
	/* Of their first versions, which are taken for ever. */
	const unsigned int first[] = { 16, 8, 24, 104, 584, 152, 40 };
	unsigned int i, size;
	/* Not longer than a page. */
	__u32 arg[1024];

	for (i = 0; i < ARRAY_SIZE(request); i++) {
		for (size = 0; size < first[i]; size++) {
			memset(arg, 0, sizeof(arg));
			arg[0] = size;
			EXPECT_ERROR(EINVAL, ioctl(self->fd, request[i], arg));
		}
		/* Something after the end that this version does not know. */
		arg[0] = sizeof(arg);
		arg[ARRAY_SIZE(arg) - 1] = 1;
		EXPECT_ERROR(E2BIG, ioctl(self->fd, request[i], arg));
	}
}

/* From the future: longer, and nothing in what is new. */
SUBJECT_TEST(abi, longer_structs)
{
	struct {
		struct altwait_enroll e;
		__u64 more[2];
	} enroll = { .e = { .size = sizeof(enroll), .policy = STARRY } };
	struct {
		struct altwait_query q;
		__u64 more[2];
	} query = { .q = { .size = sizeof(query) } };
	struct {
		struct altwait_verdicts v;
		__u64 more[2];
	} verdicts = { .v = { .size = sizeof(verdicts) } };
	struct {
		struct altwait_dismiss d;
		__u64 more[2];
	} dismiss = { .d = { .size = sizeof(dismiss) } };

	EXPECT_EQ(0, ioctl(self->fd, ALTWAIT_ENROLL, &enroll));
	EXPECT_EQ(0, ioctl(self->fd, ALTWAIT_QUERY, &query));
	EXPECT_EQ(STARRY, query.q.policy);
	EXPECT_EQ(sizeof(query), query.q.size);
	EXPECT_EQ(0, query.more[0] | query.more[1]);
	EXPECT_EQ(0, ioctl(self->fd, ALTWAIT_VERDICTS, &verdicts));
	EXPECT_EQ(0, verdicts.v.calls);
	EXPECT_EQ(0, verdicts.more[0] | verdicts.more[1]);
	EXPECT_EQ(0, ioctl(self->fd, ALTWAIT_DISMISS, &dismiss));
	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	/* The number's size bits grow with the struct. */
	EXPECT_EQ(0, ioctl(self->fd, _IOWR('w', 0xa0, enroll), &enroll));
	EXPECT_EQ(STARRY, device_policy(self->fd, 0));
}

SUBJECT_TEST(abi, faults)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct altwait_query *q = (struct altwait_query *)(page + 4096 - 8);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_ERROR(EFAULT, ioctl(self->fd, ALTWAIT_ENROLL, NULL));
	EXPECT_ERROR(EFAULT, ioctl(self->fd, ALTWAIT_COUNTERS, -4096L));
	q->size = sizeof(*q);
	q->pid = 0;
	ASSERT_EQ(0, mprotect(page + 4096, 4096, PROT_NONE));
	EXPECT_ERROR(EFAULT, ioctl(self->fd, ALTWAIT_QUERY, q));
	q = (struct altwait_query *)page;
	q->size = sizeof(*q);
	ASSERT_EQ(0, mprotect(page, 4096, PROT_READ));
	EXPECT_ERROR(EFAULT, ioctl(self->fd, ALTWAIT_QUERY, q));
}

SUBJECT_TEST(abi, counters)
{
	struct altwait_counters before, after;
	pid_t pid = child_exited(14);

	EXPECT_EQ(0, device_counters(self->fd, &before));
	EXPECT_EQ(sizeof(before), before.size);
	EXPECT_EQ(ALTWAIT_VERSION, before.version);
	ASSERT_EQ(0, device_enroll(self->fd, 0));
	subject_policy = STARRY;
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(14));
	EXPECT_WAIT4(pid, 0, .error = ECHILD);
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	EXPECT_EQ(0, device_counters(self->fd, &after));
	EXPECT_EQ(before.diverted + 2, after.diverted);
	EXPECT_EQ(before.returned + 2, after.returned);
	EXPECT_EQ(before.enrolled + 1, after.enrolled);
	EXPECT_EQ(before.dismissed + 1, after.dismissed);
	EXPECT_LE(before.tracked + 2, after.tracked);
	EXPECT_EQ(before.trouble, after.trouble);
	EXPECT_EQ(0, after.missed);
}

/* --------------------------------------------------------- who may open it */

static int open_errno(void)
{
	int fd = device_open();

	return fd < 0 ? errno : 0;
}

/* The mode keeps other users out. */
SUBJECT_TEST(abi, other_user)
{
	pid_t pid = child_fork();

	if (!pid)
		_exit(setresuid(65534, 65534, 65534) ? 99 : open_errno());
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(EACCES));
}

static int drop_sys_admin(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[2];

	if (syscall(SYS_capget, &head, caps))
		return -1;
	caps[0].effective &= ~(1U << CAP_SYS_ADMIN);
	return syscall(SYS_capset, &head, caps);
}

SUBJECT_TEST(abi, root_without_capability)
{
	pid_t pid = child_fork();

	if (!pid)
		_exit(drop_sys_admin() ? 99 : open_errno());
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(EPERM));
}

/* Root of a user namespace has all capabilities, but only there. */
SUBJECT_TEST(abi, root_of_another_namespace)
{
	static const char map[] = "0 0 1\n";
	pid_t pid = child_fork();
	int fd;

	if (!pid) {
		if (unshare(CLONE_NEWUSER))
			_exit(99);
		fd = open("/proc/self/uid_map", O_WRONLY);
		if (fd < 0 || write(fd, map, strlen(map)) < 0)
			_exit(98);
		_exit(open_errno());
	}
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(EPERM));
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
