/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/altwait for the selftests: its requests, and whether it can be used. */
#ifndef _SELFTESTS_DEVICE_H
#define _SELFTESTS_DEVICE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include <linux/altwait.h>
#include <linux/altwait_quirks.h>

/* A set of quirks, a bit each. */
typedef unsigned __int128 quirk_set;

#define QUIRK_BIT(nr)	((quirk_set)1 << (nr))
#define Q(ID)		QUIRK_BIT(ALTWAIT_QUIRK_##ID)
#define QUIRKS_ALL	(QUIRK_BIT(ALTWAIT_N_QUIRKS) - 1)

/* Those of policy starry: all but what later revisions brought. */
#define QUIRKS_LATER	ALTWAIT_LATER_QUIRKS(Q)
#define QUIRKS_STARRY	(QUIRKS_ALL & ~QUIRKS_LATER)

static inline quirk_set quirk_set_of(__u64 quirks, const __u64 *more)
{
	quirk_set set = 0;
	unsigned int i;

	for (i = 0; i < ALTWAIT_QUIRKS_MAX; i++)
		if (altwait_quirks_has(quirks, more, i))
			set |= QUIRK_BIT(i);
	return set;
}

static inline int device_open(void)
{
	return open(ALTWAIT_DEVICE, O_RDWR | O_CLOEXEC);
}

/* Why the altwait variants cannot run here; NULL if they can. */
static inline const char *device_missing(void)
{
	int fd = device_open();

	if (fd >= 0) {
		close(fd);
		return NULL;
	}
	switch (errno) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return "no " ALTWAIT_DEVICE ": load altwait.ko first";
	case EACCES:
	case EPERM:
		return ALTWAIT_DEVICE " is for root";
	}
	return ALTWAIT_DEVICE " cannot be opened";
}

static inline int device_enroll_with(int fd, pid_t pid, unsigned int policy,
				     quirk_set quirks, unsigned int flags)
{
	struct altwait_enroll arg = {
		.size = sizeof(arg),
		.policy = policy,
		.pid = pid,
		.flags = flags,
	};
	unsigned int i;

	for (i = 0; i < ALTWAIT_QUIRKS_MAX; i++)
		if (quirks & QUIRK_BIT(i))
			altwait_quirks_add(&arg.quirks, arg.quirks_more, i);
	return ioctl(fd, ALTWAIT_ENROLL, &arg);
}

static inline int device_enroll_as(int fd, pid_t pid, unsigned int policy,
				   quirk_set quirks)
{
	return device_enroll_with(fd, pid, policy, quirks, 0);
}

static inline int device_enroll(int fd, pid_t pid)
{
	return device_enroll_as(fd, pid, ALTWAIT_POLICY_STARRY, 0);
}

/* Stock goes on answering, and the policy is asked. */
static inline int device_shadow(int fd, pid_t pid, unsigned int policy,
				quirk_set quirks)
{
	return device_enroll_with(fd, pid, policy, quirks, ALTWAIT_SHADOW);
}

/* The verdicts of those that were enrolled through fd. */
static inline int device_verdicts(int fd, struct altwait_verdicts *v)
{
	*v = (struct altwait_verdicts){ .size = sizeof(*v) };
	return ioctl(fd, ALTWAIT_VERDICTS, v);
}

static inline int device_example(int fd, unsigned int index,
				 struct altwait_example *e)
{
	*e = (struct altwait_example){ .size = sizeof(*e), .index = index };
	return ioctl(fd, ALTWAIT_EXAMPLE, e);
}

static inline void device_print_answer(const char *who,
				       const struct altwait_answer *a)
{
	fprintf(stderr, "#   %-6s kind %u ret %d pid %u status 0x%x code %d uid %u\n",
		who, a->kind, a->ret, a->pid, a->status, a->code, a->uid);
}

static inline void device_print_example(int fd, unsigned int index)
{
	const struct altwait_verdict *v;
	struct altwait_example e;

	if (device_example(fd, index, &e)) {
		perror("# ALTWAIT_EXAMPLE");
		return;
	}
	v = &e.first;
	fprintf(stderr, "# pid %d tid %d: %s(%d, %d, 0x%x)\n", v->pid, v->tid,
		v->call ? "waitid" : "wait4", v->which, v->id, v->options);
	device_print_answer("stock", &v->stock);
	device_print_answer("linux", &v->control);
	device_print_answer("policy", &v->policy);
}

static inline int device_dismiss(int fd, pid_t pid)
{
	struct altwait_dismiss arg = { .size = sizeof(arg), .pid = pid };

	return ioctl(fd, ALTWAIT_DISMISS, &arg);
}

static inline int device_query(int fd, pid_t pid, struct altwait_query *q)
{
	*q = (struct altwait_query){ .size = sizeof(*q), .pid = pid };
	return ioctl(fd, ALTWAIT_QUERY, q);
}

/* The quirks in force, all words. */
static inline quirk_set device_quirks(const struct altwait_query *q)
{
	return quirk_set_of(q->quirks, q->quirks_more);
}

static inline int device_counters(int fd, struct altwait_counters *c)
{
	*c = (struct altwait_counters){ .size = sizeof(*c) };
	return ioctl(fd, ALTWAIT_COUNTERS, c);
}

#endif /* _SELFTESTS_DEVICE_H */
