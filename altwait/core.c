// SPDX-License-Identifier: GPL-2.0
/*
 * altwait: a second implementation of wait4(2) and waitid(2), that of Starry,
 * beside stock's, for the process trees that opt in.
 *
 * The module is a few rooms.  Each knows those before it in this list, and none
 * after it; core.c alone ties a room to those that rest on it (aw_host_ops):
 *
 *   model/	what the reference keeps and decides: records of processes, threads,
 *		stops and PollSets, and a call's candidates and report.  Pure: it
 *		builds without the kernel, too.  ptrace_stops.c is part of it
 *   track/	which record is Linux's which process, who is enrolled, and the way
 *		back to stock
 *   feed/	Linux's events and facts into records
 *   call/	one replaced call: whom it is about, its sleep, what it writes, what
 *		it consumes through stock
 *   shadow/	the comparison: stock answers, linux and the policy are asked; and
 *		the watchdog of calls that sleep in replace mode
 *   here	entry.c, what an enrolled caller runs; hooks.c, the probes that send
 *		it there; arm.c, enroll.c, dismiss.c, the ways in and out; device.c and
 *		stats.c, what user space sees
 *
 * A call goes hooks.c --> entry.c --> call/quick.c, which answers most on the spot.
 * Any other goes on to call/wait.c --> model/decide.c, and back through call/commit.c
 * and stock.  Documentation/architecture.md walks the rooms.
 *
 * Init in order, unwind in reverse.
 */
#include <linux/module.h>

#include "compat.h"
#include "device.h"
#include "dismiss.h"
#include "hooks.h"
#include "shadow/shadow.h"
#include "stats.h"

static struct aw_buckets aw_by_pid;		/* aw_lock: aw_records */

/* What the records ask of the rooms that rest on them. */
static const struct aw_host_ops aw_host_ops = {
	.process_free	= aw_tracked_free,
	.waker_free	= aw_tracked_free_waker,
	.wake		= aw_tracked_wake,
	.told		= aw_wake_told,
	.joined		= aw_ready_joined,
	.parted		= aw_ready_parted,
	.hears		= aw_wake_hears,
	.family_new	= aw_tracked_new_family,
	.family_free	= aw_tracked_free_family,
	.nobody		= &aw_tracked_nobody.rec,
};

static int __init aw_init(void)
{
	int err;

	/* Kbuild says so, too, to whoever asks it. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		pr_err("does not run with CONFIG_PREEMPT_RT: its lock would sleep in tracepoints, where nothing may\n");
		return -EOPNOTSUPP;
	}
	if (aw_branches_are_tracked()) {
		pr_err("does not run where the CPU tracks indirect branches, as it calls functions that are sealed then: boot with ibt=off\n");
		return -EOPNOTSUPP;
	}
	aw_records_init(&aw_records, &aw_host_ops, &aw_by_pid);
	aw_leave_init(aw_dismiss_finish);
	aw_sleep_init(aw_watchdog_soon);
	err = aw_tracked_init();
	if (err)
		return err;
	err = aw_hooks_init();
	if (err)
		goto no_hooks;
	aw_stats_init();
	err = aw_device_init();
	if (err)
		goto no_device;
	pr_info("up and running\n");
	return 0;

no_device:
	aw_stats_exit();
no_hooks:
	aw_tracked_exit();
	return err;
}

static void __exit aw_exit(void)
{
	aw_device_exit();
	aw_dismiss_all();
	aw_watchdog_exit();
	aw_tracked_exit();
	aw_stats_exit();
}

module_init(aw_init);
module_exit(aw_exit);

MODULE_DESCRIPTION("Starry's wait4 and waitid beside Linux's");
MODULE_AUTHOR("The altwait developers");
MODULE_VERSION(AW_VERSION);
MODULE_LICENSE("GPL");
