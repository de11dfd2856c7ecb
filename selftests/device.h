/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/altwait for the selftests: its requests, and whether it can be used. */
#ifndef _SELFTESTS_DEVICE_H
#define _SELFTESTS_DEVICE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include <linux/altwait.h>

#include "../altwait/quirks.h"

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

static inline int device_enroll_as(int fd, pid_t pid, unsigned int policy,
				   unsigned long long quirks)
{
	struct altwait_enroll arg = {
		.size = sizeof(arg),
		.policy = policy,
		.pid = pid,
		.quirks = quirks,
	};

	return ioctl(fd, ALTWAIT_ENROLL, &arg);
}

static inline int device_enroll(int fd, pid_t pid)
{
	return device_enroll_as(fd, pid, ALTWAIT_POLICY_STARRY, 0);
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

/* The policy that answers pid's wait calls, or -1. */
static inline int device_policy(int fd, pid_t pid)
{
	struct altwait_query q;

	return device_query(fd, pid, &q) ? -1 : (int)q.policy;
}

static inline int device_counters(int fd, struct altwait_counters *c)
{
	*c = (struct altwait_counters){ .size = sizeof(*c) };
	return ioctl(fd, ALTWAIT_COUNTERS, c);
}

#endif /* _SELFTESTS_DEVICE_H */
