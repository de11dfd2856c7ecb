// SPDX-License-Identifier: GPL-2.0
/*
 * A parent or tracer is woken: __wake_up_parent() runs an entry of ours on the wait
 * queue of each enrolled process, and of each tracer of a tracked one.  All that
 * a waiting parent can care about ends there.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "internal.h"

/*
 * True if Linux reaps the child by itself.  do_notify_parent() has decided so by
 * the same tests right before this, and holds the siglock that it did so under; and
 * so has __ptrace_detach(), where the parent itself lets a zombie go whose end it
 * was told of, without a look at the exit signal.
 */
static bool autoreaps(struct task_struct *child, bool told)
{
	struct task_struct *parent = rcu_dereference_raw(child->parent);
	const struct k_sigaction *sa =
		&rcu_dereference(parent->sighand)->action[SIGCHLD - 1];
	int sig = child->exit_signal;

	if (child->parent_exec_id != READ_ONCE(parent->self_exec_id) ||
	    (told && current->signal == parent->signal))
		sig = SIGCHLD;
	if (child->ptrace)
		return false;
	return aw_is_autoreaped(child->signal) ||
	       (sig == SIGCHLD && (sa->sa.sa_handler == SIG_IGN ||
				   sa->sa.sa_flags & SA_NOCLDWAIT));
}

/* A child's end, its stop or its continue, into its record. */
static void child_news(struct aw_tracked *t, struct task_struct *leader,
		       const struct aw_tracked *parent, bool told)
{
	if (aw_task_is_zombie(leader)) {
		t->autoreaped = autoreaps(leader, told);
		if (!t->rec.is_zombie)
			aw_state_exit(t, leader);
	} else if (leader->exit_state != EXIT_DEAD) {
		/* The others stop without a leader, too. */
		aw_jobctl_stopped(t, leader,
				  t->rec.ptrace.tracer == parent->rec.pid);
	}
}

/* A child's news, for its parent; @told: Linux has told somebody of its end before. */
static void of_child(struct aw_tracked *parent,
		     struct task_struct *leader, bool told)
{
	struct aw_tracked *t;

	/* The records are done with this zombie. */
	if (aw_owed_has(parent, task_tgid(leader))) {
		aw_owed_due(parent);
		return;
	}
	/* The record has known it from elsewhere, and is gone. */
	if (aw_is_reaping(parent, task_tgid(leader)))
		return;
	t = aw_state_adopt(parent, leader);
	if (!t)
		return;
	child_news(t, leader, parent, told);
	if (t->autoreaped && !(parent->quirks & AW_Q(NO_AUTOREAP)))
		aw_process_reap(&aw_records, &t->rec);
}

/* A traced thread's news, for its tracer. */
static void of_tracee(struct aw_tracked *by, struct task_struct *task)
{
	struct aw_tracked *t;

	if (!task->exit_state) {
		/* Another thread may tell of a continue meanwhile. */
		if (task_is_traced(task) && task == current)
			aw_tracer_stopped(task);
	} else if (aw_task_is_zombie(task)) {
		t = aw_tracked_find(task);
		if (t && !t->rec.is_zombie)
			aw_state_exit(t, task);
	} else if (task->exit_state == EXIT_ZOMBIE &&
		   !thread_group_leader(task) && aw_is_enrolled(by) &&
		   !by->shadow && by->quirks & AW_Q(THREAD_ENDS_UNTOLD)) {
		/* The group cannot end before stock's wait has seen this. */
		aw_owed_add(by, task_pid(task));
		aw_owed_due(by);
	}
}

/*
 * False where a process that only listens is told of one without a record.  If it is
 * being enrolled right now, a scan follows, which sees what this news is about.
 */
static bool concerns(const struct aw_tracked *t, const struct task_struct *child)
{
	return READ_ONCE(t->standing) != AW_LISTENING || aw_tracked_knows(child);
}

/*
 * __wake_up_parent(child, parent) wakes the queue that this entry is on.
 * tasklist_lock is held, so that the child's parents stand still; and the parent's
 * siglock, but not by __ptrace_detach(), where a tracer that ignores its children
 * lets one go, nor by de_thread(), which wakes the tracer of the former leader.
 * Interrupts are off.
 */
int aw_parent_woken(wait_queue_entry_t *wq, unsigned int mode, int sync,
		    void *key)
{
	struct aw_tracked *t = container_of(wq, struct aw_tracked, feed);
	struct signal_struct *signal = t->task->signal;
	struct task_struct *child = key, *leader;
	struct aw_news news = { .task = child };
	struct aw_tracked *of;
	bool traced, told;

	rcu_read_lock();
	if (!concerns(t, child)) {
		rcu_read_unlock();
		return 0;
	}
	leader = child->group_leader;
	traced = child->ptrace &&
		 rcu_dereference(child->parent)->signal == signal;
	aw_lock_plain();
	t->news++;
	of = aw_tracked_find(child);
	told = of && of->end_told;
	news.kind = aw_news_of(t, of, child, traced);
	/* While it is entering, a scan follows that finds its tracees. */
	if (traced && t->standing != AW_ENTERING)
		of_tracee(t, child);
	if (aw_is_enrolled(t) &&
	    rcu_dereference(leader->real_parent)->signal == signal)
		of_child(t, leader, told);
	of = aw_tracked_find(child);
	news.of = of ? &of->rec : NULL;
	aw_process_tell(&t->rec, &news);
	aw_unlock_plain();
	rcu_read_unlock();
	return 0;
}
