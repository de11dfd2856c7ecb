/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The probes, put on while somebody is in and taken off when nobody is.
 */
#ifndef _ALTWAIT_ARM_H
#define _ALTWAIT_ARM_H

#include <linux/mutex.h>

/* Held to enrol by request, to finish leavers, and to switch the probes. */
extern struct mutex aw_enroll_mutex;

int aw_arm(void);
void aw_arm_undo(void);
void aw_arm_undo_if_idle(void);
bool aw_arm_is_idle(void);

#endif /* _ALTWAIT_ARM_H */
