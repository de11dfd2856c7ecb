// SPDX-License-Identifier: GPL-2.0
/* Job control into records: when a group has stopped, and when it goes on. */
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>

#include "altwait.h"
#include "feed.h"

/*
 * The signal is in jobctl, too: stock's consumption of the stop before may have
 * cleared group_exit_code.  A leader that has exited has not stopped.
 */
static int aw_feed_stop_signal(struct task_struct *leader)
{
	struct task_struct *thread;
	int signo = leader->signal->group_exit_code;

	for_each_thread(leader, thread) {
		if (signo)
			break;
		signo = thread->jobctl & JOBCTL_STOP_SIGMASK;
	}
	return signo;
}

/*
 * A group stop is complete.  For a parent that traces the process there are its
 * ptrace stops instead.  Context: aw_lock held, under RCU.
 */
void aw_feed_stopped(struct aw_tracked *t, struct task_struct *leader,
		     bool traced)
{
	struct signal_struct *signal = leader->signal;
	int signo = aw_feed_stop_signal(leader);

	if (!(signal->flags & SIGNAL_STOP_STOPPED) || t->stop_seen)
		return;
	t->stop_seen = true;
	t->cont_seen = false;
	aw_feed_refresh_uid(t);
	if (signo && !traced)
		aw_process_stop(&aw_records, &t->rec, signo);
}

/* SIGCONT was sent.  Context: aw_lock held. */
void aw_feed_continued(struct aw_tracked *t)
{
	if (t->cont_seen || t->rec.is_zombie)
		return;
	t->cont_seen = true;
	t->stop_seen = false;
	aw_feed_refresh_uid(t);
	aw_process_continue(&aw_records, &t->rec);
}
