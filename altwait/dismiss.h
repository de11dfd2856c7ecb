/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who goes back to stock.
 */
#ifndef _ALTWAIT_DISMISS_H
#define _ALTWAIT_DISMISS_H

#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* Woken when leavers have been finished: aw_dismiss_is_over(). */
extern wait_queue_head_t aw_gone;

int aw_dismiss(pid_t vpid);
bool aw_dismiss_is_over(struct task_struct *leader);
void aw_dismiss_finish(struct work_struct *work);
void aw_dismiss_all(void);

#endif /* _ALTWAIT_DISMISS_H */
