// SPDX-License-Identifier: GPL-2.0
/*
 * Facts that no event announces, read off Linux's tasks: what was there before
 * an enrolment, orphans that a subreaper was given, process groups.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "internal.h"

/**
 * aw_scan_children - find the children that no event has announced
 * @t: an enrolled process
 *
 * At enrolment those are all; later, the orphans that a subreaper, or the init of a
 * pid namespace, was given.
 *
 * Context: process, no lock held; @t is referenced.
 */
void aw_scan_children(struct aw_tracked *t)
{
	struct signal_struct *signal = t->task->signal;
	struct aw_tracked *child;
	struct task_struct *p;

	rcu_read_lock();
	for_each_process(p) {
		if (rcu_dereference(p->real_parent)->signal != signal ||
		    READ_ONCE(p->exit_state) == EXIT_DEAD)
			continue;
		aw_lock_irq();
		child = NULL;
		if (aw_is_enrolled(t) && task_tgid(p) && !aw_owed_has(t, task_tgid(p)))
			child = aw_state_adopt(t, p);
		if (child)
			aw_state_catch_up(child, p);
		aw_unlock_irq();
	}
	rcu_read_unlock();
}

/**
 * aw_scan_tracees - find the threads that are traced already, and their stops
 *
 * A thread matters if its process has a record, or if its tracer is enrolled.
 *
 * Context: process, no lock held.
 */
void aw_scan_tracees(void)
{
	struct task_struct *p, *thread;

	rcu_read_lock();
	for_each_process_thread(p, thread) {
		if (!READ_ONCE(thread->ptrace) || READ_ONCE(thread->exit_state))
			continue;
		aw_lock_irq();
		aw_tracer_found(thread);
		aw_unlock_irq();
	}
	rcu_read_unlock();
}

/* The record learns its process's group. */
static void refresh_group(struct aw_process *p)
{
	struct task_struct *task = pid_task(aw_tracked_of(p)->pid, PIDTYPE_TGID);

	if (task)
		p->pgid = task_pgrp_nr(task) ?: p->pgid;
}

/**
 * aw_scan_groups - read the process groups of children and tracees
 * @t: an enrolled process
 *
 * Context: aw_lock held.
 */
void aw_scan_groups(struct aw_tracked *t)
{
	struct aw_process *p;

	rcu_read_lock();
	list_for_each_entry(p, &t->rec.family->children, sibling)
		refresh_group(p);
	list_for_each_entry(p, &aw_records.traced, traced)
		if (p->ptrace.tracer == t->rec.pid)
			refresh_group(p);
	rcu_read_unlock();
}
