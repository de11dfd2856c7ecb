// SPDX-License-Identifier: GPL-2.0
/*
 * Facts that no event announces, read off Linux's tasks: what was there before
 * an enrolment, strays, process groups.
 */
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "internal.h"

/* So many processes are looked at before others may run. */
#define AW_PIECE	512

/*
 * Lets others run.  Return: false if the walk cannot go on from @p, since it has left
 * the list, or is about to.  Context: process, under RCU, which it drops and retakes.
 */
static bool rest(struct task_struct *p)
{
	bool is_there;

	get_task_struct(p);
	rcu_read_unlock();
	cond_resched();
	rcu_read_lock();
	/* execve() by another thread takes its place before it goes. */
	is_there = pid_alive(p) && thread_group_leader(p);
	put_task_struct(p);
	return is_there;
}

/*
 * Whoever visits one process after the other rests now and then.  Where the walk cannot
 * go on it begins again, and does not rest from the fourth time on.
 */
static void visit_processes(void (*visit)(struct task_struct *p, struct aw_tracked *t),
			    struct aw_tracked *t)
{
	unsigned int n, times = 0;
	struct task_struct *p;

	rcu_read_lock();
again:
	n = 0;
	for_each_process(p) {
		visit(p, t);
		if (++n % AW_PIECE || times >= 3 || rest(p))
			continue;
		times++;
		goto again;
	}
	rcu_read_unlock();
}

static void visit_child(struct task_struct *p, struct aw_tracked *t)
{
	struct task_struct *parent = rcu_dereference(p->real_parent);
	struct aw_tracked *child = NULL;

	if (READ_ONCE(p->exit_state) == EXIT_DEAD)
		return;
	if (parent->signal != t->task->signal) {
		aw_strays_pass(parent);
		return;
	}
	aw_lock_irq();
	if (aw_is_enrolled(t) && task_tgid(p) && !aw_owed_has(t, task_tgid(p)) &&
	    !aw_is_reaping(t, task_tgid(p)))
		child = aw_state_adopt(t, p);
	if (child)
		aw_state_catch_up(child, p);
	aw_unlock_irq();
}

static void visit_exits(struct task_struct *p, struct aw_tracked *t)
{
	struct task_struct *thread;

	for_each_thread(p, thread)
		if (READ_ONCE(thread->flags) & PF_EXITING && !READ_ONCE(thread->exit_state))
			aw_strays_part(thread);
}

/**
 * aw_scan_begin - find all children of a process that is being enrolled
 * @t: the process, enrolled; its calls do not come here yet
 *
 * First those exits that have announced themselves before it was enrolled, and may
 * give it children yet: they are noted.
 *
 * Context: process, no lock held; @t is referenced.
 */
void aw_scan_begin(struct aw_tracked *t)
{
	visit_processes(visit_exits, t);
	smp_rmb();	/* other exits have moved their children before */
	aw_scan_children(t);
}

/**
 * aw_scan_children - find the children that no event has announced
 * @t: an enrolled process
 *
 * At enrolment those are all; later, strays.
 *
 * Context: process, no lock held; @t is referenced.
 */
void aw_scan_children(struct aw_tracked *t)
{
	visit_processes(visit_child, t);
}

/* What Linux has reaped by itself, a policy may keep as a zombie. */
static void forget_reaped(struct aw_tracked *child)
{
	if (child->autoreaped || pid_task(child->pid, PIDTYPE_TGID))
		return;
	aw_process_get(&child->rec);
	aw_process_reparent(&child->rec, NULL);
	aw_tracked_prune(child);
	aw_process_put(&child->rec);
}

/**
 * aw_scan_reaped - forget the children that stock has reaped since they were found
 * @t: a process that is being enrolled; its calls do not come here yet
 *
 * All of them had news, so that they are in the index.
 *
 * Context: process, no lock held; @t is referenced.
 */
void aw_scan_reaped(struct aw_tracked *t)
{
	aw_ready_visit(t, forget_reaped);
}

static void visit_tracees(struct task_struct *p, struct aw_tracked *t)
{
	struct task_struct *thread;

	for_each_thread(p, thread) {
		if (!READ_ONCE(thread->ptrace) || READ_ONCE(thread->exit_state))
			continue;
		aw_lock_irq();
		aw_tracer_found(thread);
		aw_unlock_irq();
	}
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
	visit_processes(visit_tracees, NULL);
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
