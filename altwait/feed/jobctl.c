// SPDX-License-Identifier: GPL-2.0
/*
 * Job control into records: when a group has stopped, and when it goes on.
 */
#include <linux/sched/signal.h>

#include "internal.h"

/*
 * A group stop may be complete: nothing happens if it is not, or is known.  A parent
 * that traces the process has its ptrace stops instead: the slot stays as it is.
 * Context: aw_lock held, under RCU.
 */
void aw_jobctl_stopped(struct aw_tracked *t, struct task_struct *leader,
		       bool traced)
{
	struct signal_struct *signal = leader->signal;
	int signo = aw_task_stop_signal(leader);

	if (!(signal->flags & SIGNAL_STOP_STOPPED) || t->stop_seen)
		return;
	t->stop_seen = true;
	t->cont_seen = false;
	aw_task_refresh_uid(t);
	if (signo && !traced)
		aw_process_stop(&aw_records, &t->rec, signo);
}

/* SIGCONT was sent.  Context: aw_lock held. */
void aw_jobctl_continued(struct aw_tracked *t)
{
	if (t->cont_seen || t->rec.is_zombie)
		return;
	t->cont_seen = true;
	t->stop_seen = false;
	aw_task_refresh_uid(t);
	aw_process_continue(&aw_records, &t->rec);
}
