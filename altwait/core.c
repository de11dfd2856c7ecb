// SPDX-License-Identifier: GPL-2.0
/*
 * A second implementation of wait4(2) and waitid(2), beside stock's.
 *
 * Init in order, unwind in reverse.
 */
#include <linux/module.h>

#include "altwait.h"

static int __init aw_init(void)
{
	int err;

	aw_records_init(&aw_records, &aw_host_ops);
	err = aw_hooks_init();
	if (err)
		return err;
	aw_stats_init();
	err = aw_device_init();
	if (err) {
		aw_stats_exit();
		return err;
	}
	pr_info("up and running\n");
	return 0;
}

static void __exit aw_exit(void)
{
	aw_device_exit();
	aw_enroll_exit();
	aw_watchdog_exit();
	aw_stats_exit();
}

module_init(aw_init);
module_exit(aw_exit);

MODULE_DESCRIPTION("Starry's wait4 and waitid beside Linux's");
MODULE_LICENSE("GPL");
