// SPDX-License-Identifier: GPL-2.0
/*
 * Facts that no event announces, read off Linux's tasks: what was there before
 * an enrolment, orphans that a subreaper was given, process groups.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "altwait.h"
#include "feed.h"

/* A record may have missed what happened before its parent was enrolled. */
static void aw_feed_catch_up(struct aw_tracked *t, struct task_struct *leader)
{
	if (!aw_feed_is_zombie(leader))
		aw_feed_stopped(t, leader, t->rec.parent &&
				t->rec.ptrace.tracer == t->rec.parent->pid);
	else if (!t->rec.is_zombie)
		aw_feed_exit(t, leader);
}

/**
 * aw_feed_scan - find the children that no event has announced
 * @t: an enrolled process
 *
 * At enrolment those are all; later, the orphans that a subreaper was given.
 *
 * Context: process, no lock held; @t is referenced.
 */
void aw_feed_scan(struct aw_tracked *t)
{
	struct signal_struct *signal = t->task->signal;
	struct aw_tracked *child;
	struct task_struct *p;

	rcu_read_lock();
	for_each_process(p) {
		if (rcu_dereference(p->real_parent)->signal != signal ||
		    READ_ONCE(p->exit_state) == EXIT_DEAD)
			continue;
		spin_lock_irq(&aw_lock);
		child = NULL;
		if (t->enrolled && task_tgid(p) && !aw_owes(t, task_tgid(p)))
			child = aw_feed_adopt(t, p);
		if (child)
			aw_feed_catch_up(child, p);
		spin_unlock_irq(&aw_lock);
	}
	rcu_read_unlock();
}

/**
 * aw_feed_scan_tracees - find who is traced already, and who stands in a stop
 *
 * Whoever matters has a record or an enrolled tracer.
 *
 * Context: process, no lock held.
 */
void aw_feed_scan_tracees(void)
{
	struct task_struct *p, *thread;

	rcu_read_lock();
	for_each_process_thread(p, thread) {
		if (!READ_ONCE(thread->ptrace) || READ_ONCE(thread->exit_state))
			continue;
		spin_lock_irq(&aw_lock);
		aw_tracer_found(thread);
		spin_unlock_irq(&aw_lock);
	}
	rcu_read_unlock();
}

/* The reference tells the uid of the first live thread: seed 134-144. */
void aw_feed_refresh_uid(struct aw_tracked *t)
{
	struct aw_thread *first;
	struct task_struct *task;

	first = list_first_entry_or_null(&t->rec.threads, struct aw_thread,
					 node);
	if (!first)
		return;
	rcu_read_lock();
	task = pid_task(find_pid_ns(first->tid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		t->rec.uid = __kuid_val(task_uid(task));
	rcu_read_unlock();
}

static void aw_feed_refresh_group(struct aw_process *p)
{
	struct task_struct *task = pid_task(aw_tracked_of(p)->pid, PIDTYPE_TGID);

	if (task)
		p->pgid = task_pgrp_nr(task) ?: p->pgid;
}

/**
 * aw_feed_refresh_groups - read the process groups of children and tracees
 * @t: an enrolled process
 *
 * Context: aw_lock held.
 */
void aw_feed_refresh_groups(struct aw_tracked *t)
{
	struct aw_process *p;

	rcu_read_lock();
	list_for_each_entry(p, &t->rec.children, sibling)
		aw_feed_refresh_group(p);
	list_for_each_entry(p, &aw_records.traced, traced)
		if (p->ptrace.tracer == t->rec.pid)
			aw_feed_refresh_group(p);
	rcu_read_unlock();
}
