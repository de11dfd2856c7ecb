/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the unit tests put below the records instead of the kernel: memory that
 * KUnit frees, and a log of what was woken and freed.
 */
#ifndef _ALTWAIT_TEST_H
#define _ALTWAIT_TEST_H

#include <kunit/test.h>
#include <linux/prandom.h>

#include "model/waitcall.h"

#define AW_TEST_WAKES	1024

/**
 * struct aw_test_log - what the records asked of their host
 * @wakes:     how many wakes there were
 * @tid:       the threads woken, in order; what does not fit is counted only
 * @wakers:    wakers freed
 * @processes: processes freed
 * @made:      struct aw_test_process, all that were made
 */
struct aw_test_log {
	unsigned int	wakes;
	u32		tid[AW_TEST_WAKES];
	unsigned int	wakers;
	unsigned int	processes;
	struct list_head made;
};

struct aw_test_waker {
	struct aw_waker		waker;
	struct aw_test_log	*log;
};

struct aw_test_process {
	struct aw_process	rec;
	struct aw_test_log	*log;
	struct list_head	made;
};

extern const struct aw_host_ops aw_test_host;

struct aw_test_log *aw_test_log_new(struct kunit *test);
struct aw_waker *aw_test_waker_new(struct kunit *test, struct aw_test_log *log,
				   u32 tid);
/* A live process with one thread, and with the test's own reference. */
struct aw_process *aw_test_fork(struct kunit *test, struct aw_test_log *log,
				struct aw_records *r,
				struct aw_process *parent, u32 pid);
/* Frees what the records allocated for the processes; a case's last act. */
void aw_test_drop(struct aw_test_log *log);
/* A pseudo-random number below @n. */
u32 aw_test_below(struct rnd_state *rnd, u32 n);

#endif /* _ALTWAIT_TEST_H */
