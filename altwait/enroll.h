/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What enroll.c, leave.c and orphans.c share: the state of "who is in".
 */
#ifndef _ALTWAIT_ENROLL_H
#define _ALTWAIT_ENROLL_H

#include <linux/mutex.h>
#include <linux/wait.h>

/* Serialises requests to enrol, the end of leaving, and the probes. */
extern struct mutex aw_enroll_mutex;

/* Woken when a process has left altogether: aw_is_gone(). */
extern wait_queue_head_t aw_gone;

/* Processes that are enrolled, entering or leaving.  aw_lock. */
extern unsigned int aw_n_in;

int aw_arm(void);
void aw_disarm_soon_if_idle(void);
void aw_leave_later(void);
bool aw_is_gone(struct task_struct *leader);
struct task_struct *aw_get_leader(pid_t vpid);
void aw_forget(struct aw_tracked *t);
bool aw_has_orphans(const struct aw_tracked *t);

#endif /* _ALTWAIT_ENROLL_H */
