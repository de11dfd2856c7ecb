// SPDX-License-Identifier: GPL-2.0
/*
 * A record brought to the state that its process is in, and its end.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "internal.h"

/*
 * The last thread has left.  Linux tells the parent or the tracer of it right now,
 * or has done so before there was a record; or it tells nobody until a tracer has
 * waited for another thread.  Context: aw_lock held, under RCU.
 */
void aw_state_exit(struct aw_tracked *t, struct task_struct *leader)
{
	struct aw_thread *thread, *next;

	/* No tracepoint has said so before if they were off, or are off again. */
	aw_adoption_begin(t);
	aw_leave(t, AW_WHY_EXIT);
	/* Threads that left before the tracepoints were on. */
	list_for_each_entry_safe(thread, next, &t->rec.threads, node) {
		aw_places_exited(t, thread->tid);
		aw_thread_exit(&t->rec, thread->tid, aw_task_status(leader));
	}
	t->rec.uid = __kuid_val(task_uid(leader));
	t->rec.pgid = task_pgrp_nr(leader) ?: t->rec.pgid;
	/* Detached, and gone before ptrace(2) has returned. */
	if (t->detaching && !leader->ptrace)
		aw_process_detach(&aw_records, &t->rec);
	aw_news_end(t, leader);
}

/**
 * aw_state_begin - bring a new record to the state that its process is in
 * @t: the record, without threads
 * @leader: the thread-group leader
 *
 * Without memory for the threads the record stays correct but for the tids
 * that a waiter could name.
 *
 * Context: aw_lock held, under RCU.
 */
void aw_state_begin(struct aw_tracked *t, struct task_struct *leader)
{
	struct signal_struct *signal = leader->signal;
	struct task_struct *thread;

	for_each_thread(leader, thread) {
		if (thread->flags & PF_EXITING)
			continue;
		aw_thread_add(&t->rec, thread->pid);
	}
	if (signal->flags & SIGNAL_GROUP_EXIT)
		aw_thread_group_exit(&t->rec, signal->group_exit_code);
	if (aw_task_is_zombie(leader)) {
		t->rec.exit_code = aw_task_status(leader);
		if (leader->ptrace)
			aw_process_trace(&aw_records, &t->rec,
					 rcu_dereference(leader->parent)->tgid);
		aw_state_exit(t, leader);
	} else if (signal->flags & SIGNAL_STOP_STOPPED) {
		t->stop_seen = true;
		if (signal->group_exit_code)
			aw_process_stop(&aw_records, &t->rec,
					signal->group_exit_code);
	} else if (signal->flags & SIGNAL_STOP_CONTINUED) {
		t->cont_seen = true;
		aw_process_continue(&aw_records, &t->rec);
	}
}

/*
 * The record of a child, as a child of that parent.  It is made if there is none,
 * since the child was there before its parent was enrolled, and moved if it has
 * another parent.  NULL: none can be had, and the parent leaves.
 * Context: aw_lock held, under RCU.
 */
struct aw_tracked *aw_state_adopt(struct aw_tracked *parent,
				  struct task_struct *leader)
{
	struct aw_tracked *t = aw_tracked_find(leader);

	if (!t) {
		t = aw_tracked_add(leader, &parent->rec, parent->tree, NULL);
		if (IS_ERR(t)) {
			aw_leave_for_error(parent, PTR_ERR(t));
			return NULL;
		}
		aw_state_begin(t, leader);
	} else if (t->rec.parent != &parent->rec) {
		aw_adoption_by(t, parent);
	}
	return t;
}

/*
 * A record may have missed what happened before its parent was enrolled.
 * Context: aw_lock held, under RCU.
 */
void aw_state_catch_up(struct aw_tracked *t, struct task_struct *leader)
{
	if (!aw_task_is_zombie(leader))
		aw_jobctl_stopped(t, leader, t->rec.parent &&
				  t->rec.ptrace.tracer == t->rec.parent->pid);
	else if (!t->rec.is_zombie)
		aw_state_exit(t, leader);
}

/**
 * aw_state_reaped - see if stock has reaped a child, of which no event tells
 * @t: a child of an enrolled process; a zombie that is gone is forgotten, and @t may be
 *	freed then
 *
 * By a wait of io_uring's, or by a call of stock's that began before the enrolment.
 *
 * Context: aw_lock held, under RCU.
 */
void aw_state_reaped(struct aw_tracked *t)
{
	struct task_struct *task = pid_task(t->pid, PIDTYPE_TGID);

	if (!t->rec.in_zombies || t->autoreaped || !t->rec.parent ||
	    (task && READ_ONCE(task->exit_state) != EXIT_DEAD))
		return;
	/* Or else a call of the parent's is doing that. */
	if (!list_empty(&aw_family_of(aw_tracked_of(t->rec.parent))->claims))
		return;
	aw_process_get(&t->rec);
	aw_process_reap(&aw_records, &t->rec);
	aw_adoption_end(t);
	aw_process_put(&t->rec);
}
