/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be read of the module.
 */
#ifndef _ALTWAIT_STATS_H
#define _ALTWAIT_STATS_H

#include <linux/types.h>
#include <uapi/linux/altwait.h>

void aw_stats_init(void);
void aw_stats_exit(void);
void aw_stats_read(struct altwait_counters *c);
int aw_query(pid_t vpid, struct altwait_query *q);

#endif /* _ALTWAIT_STATS_H */
