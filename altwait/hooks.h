/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of probed entry points.
 */
#ifndef _ALTWAIT_HOOKS_H
#define _ALTWAIT_HOOKS_H

#include <linux/types.h>

int aw_hooks_init(void);
int aw_hooks_arm(void);
void aw_hooks_disarm(void);
bool aw_hooks_alive(void);
u64 aw_hooks_missed(void);

#endif /* _ALTWAIT_HOOKS_H */
