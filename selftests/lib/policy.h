/* SPDX-License-Identifier: GPL-2.0 */
/* Who answers the wait calls of this process. */
#ifndef _SELFTESTS_POLICY_H
#define _SELFTESTS_POLICY_H

#include "device.h"
#include "until.h"

#define STOCK	ALTWAIT_POLICY_STOCK
#define STARRY	ALTWAIT_POLICY_STARRY
#define LINUX	ALTWAIT_POLICY_LINUX
/* Stock answers, starry and linux are asked: shadow mode. */
#define SHADOW	0x100
/* Stock, until the test itself enrols somebody. */
#define OWN	0x101

/* Who answers the wait calls of this process. */
static int subject_policy = STOCK;
/*
 * With LINUX: the differences from Linux that it has all the same.  With SHADOW:
 * those that are compared with Linux; 0: all.
 */
static quirk_set subject_quirks;
/* /dev/altwait, where it can be opened; else -1. */
static int subject_device = -1;

/* Does the policy have this quirk, Q(ID)? */
static inline bool subject_has(quirk_set quirk)
{
	return subject_policy == STARRY ||
	       (subject_policy == LINUX && subject_quirks & quirk);
}

/* What altwait knows of a process. */
static inline struct altwait_query device_ask(int fd, pid_t pid)
{
	struct altwait_query q;

	if (device_query(fd, pid, &q))
		die("ALTWAIT_QUERY");
	return q;
}

/* The policy that answers pid's wait calls. */
static inline int device_policy(int fd, pid_t pid)
{
	return device_ask(fd, pid).policy;
}

#endif /* _SELFTESTS_POLICY_H */
