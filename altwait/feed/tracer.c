// SPDX-License-Identifier: GPL-2.0
/*
 * Who traces whom, and which thread stands in a ptrace stop.
 *
 * Stops and traced exits arrive where the tracer is woken, through its feed
 * (parent.c); attaches and resumes from ptrace_probe.c.
 */
#include <linux/pid.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>

#include "internal.h"

/**
 * aw_tracer_traced - a thread has a tracer, and so its process has one
 * @task: the thread; nothing happens if it has no tracer; its process may be unknown
 *	  to the records
 *
 * The tracer is heard from now on, enrolled or not, if the records know the
 * tracee; the tracee is tracked, if the tracer is enrolled.
 *
 * Context: atomic, aw_lock held, under RCU; may drop and retake the lock.
 * Return: the tracee's record, or NULL.
 */
struct aw_tracked *aw_tracer_traced(struct task_struct *task)
	__must_hold(&aw_lock)
{
	struct task_struct *tracer = rcu_dereference(task->parent);
	struct aw_tracked *by = aw_tracked_find(tracer);
	struct aw_tracked *t = aw_tracked_find(task);

	if (!READ_ONCE(task->ptrace) || tracer->flags & PF_EXITING)
		return t;
	if (!t && by && aw_is_enrolled(by)) {
		t = aw_tracked_add(task->group_leader, NULL, by->tree, NULL);
		if (IS_ERR(t)) {
			aw_leave_for_error(by, PTR_ERR(t));
			return NULL;
		}
		aw_state_begin(t, task->group_leader);
	}
	if (!t)
		return NULL;
	aw_places_attached(t, task);
	if (list_empty(&t->ptraced))
		list_add_tail(&t->ptraced, &aw_ptraced);
	if (t->rec.ptrace.tracer != tracer->tgid) {
		aw_process_trace(&aw_records, &t->rec, tracer->tgid);
		/* Those of PTRACE_SEIZE, or of the tracee that created this. */
		t->rec.ptrace.options = task->ptrace >> PT_OPT_FLAG_SHIFT &
					PTRACE_O_MASK;
	}
	if (!by || by->standing == AW_TRACKED) {
		aw_process_get(&t->rec);
		aw_join_listen(tracer->group_leader);
		aw_process_put(&t->rec);
		by = aw_tracked_find(tracer);
	}
	if (by)
		WRITE_ONCE(by->traces, true);
	return t;
}

/* True if any thread has a tracer in Linux that is not the one that exits. */
static bool aw_tracer_has_any(struct task_struct *leader,
			      const struct task_struct *but)
{
	struct task_struct *thread;

	for_each_thread(leader, thread)
		if (READ_ONCE(thread->ptrace) &&
		    rcu_dereference(thread->parent) != but)
			return true;
	return false;
}

/**
 * aw_tracer_exits - a thread exits: what it traces loses its tracer
 * @task: the thread
 *
 * Linux detaches later, in exit_notify(), but before it tells anybody of the
 * exit.
 *
 * Context: atomic, aw_lock held.
 */
void aw_tracer_exits(struct task_struct *task)
{
	struct aw_process *p, *next;
	struct task_struct *leader;
	struct aw_tracked *t;
	LIST_HEAD(todo);

	/* Whoever it lets go may have a stop for its parent. */
	list_for_each_entry(t, &aw_ptraced, ptraced)
		aw_ready_mark(t);
	rcu_read_lock();
	list_for_each_entry_safe(p, next, &aw_records.traced, traced) {
		if (p->ptrace.tracer != task->tgid)
			continue;
		leader = pid_task(aw_tracked_of(p)->pid, PIDTYPE_TGID);
		if (leader && aw_tracer_has_any(leader, task))
			continue;
		aw_process_detach(&aw_records, p);
		list_add_tail(&p->traced, &todo);
	}
	/* One that is forgotten may take others off the list: its parent, say. */
	while (!list_empty(&todo)) {
		p = list_first_entry(&todo, struct aw_process, traced);
		list_del_init(&p->traced);
		aw_tracked_prune(aw_tracked_of(p));
	}
	rcu_read_unlock();
}

static bool aw_tracer_is_syscall(const struct task_struct *task)
{
	int code = task->exit_code;

	if (code & 0x80)
		return true;
	return code == SIGTRAP &&
	       (task->ptrace_message == PTRACE_EVENTMSG_SYSCALL_ENTRY ||
		task->ptrace_message == PTRACE_EVENTMSG_SYSCALL_EXIT);
}

/* Without the record of a stop its waiters would sleep for ever: they leave. */
static void aw_tracer_trouble(struct aw_tracked *t, int err)
{
	struct aw_process *tracer;

	tracer = aw_process_find(&aw_records, t->rec.ptrace.tracer);
	if (tracer)
		aw_leave_for_error(aw_tracked_of(tracer), err);
	if (t->rec.parent)
		aw_leave_for_error(aw_tracked_of(t->rec.parent), err);
}

/**
 * aw_tracer_stopped - put a ptrace stop into the records
 * @task: the thread, which is in TASK_TRACED
 *
 * Either its tracer is being woken for that, under tasklist_lock, or it has been in
 * the stop since before the records knew of it, and may leave it meanwhile.
 *
 * Context: atomic, aw_lock held, under RCU; may drop and retake the lock.
 */
void aw_tracer_stopped(struct task_struct *task)
	__must_hold(&aw_lock)
{
	struct aw_tracked *t = aw_tracer_traced(task);
	int code = task->exit_code;
	int err;

	/* A tracer on its way out resumes what it traces. */
	if (!t || !code || rcu_dereference(task->parent)->flags & PF_EXITING)
		return;
	aw_task_refresh_uid(t);
	err = aw_process_ptrace_stop(&aw_records, &t->rec, task->pid, code & 0x7f,
				     code >> 8, task->ptrace_message,
				     aw_tracer_is_syscall(task));
	if (err)
		aw_tracer_trouble(t, err);
}

/**
 * aw_tracer_found - a traced thread that may stand in a stop since before
 * @task: the thread
 *
 * Context: atomic, aw_lock held, under RCU; may drop and retake the lock.
 */
void aw_tracer_found(struct task_struct *task)
	__must_hold(&aw_lock)
{
	struct aw_tracked *t = aw_tracer_traced(task);

	if (t && task_is_traced(task) &&
	    !aw_ptrace_find(&t->rec.ptrace, task->pid))
		aw_tracer_stopped(task);
}
