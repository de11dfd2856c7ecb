// SPDX-License-Identifier: GPL-2.0
/*
 * Strays: orphans of whom there is no record.
 *
 * Linux tells nobody that a live process has another parent.  If the old one is
 * enrolled, adoption.c asks for each of its children, since they have records.  But a
 * process may have children that have none: it was there before its own parent was
 * enrolled, say, or has been dismissed.  When it exits they go to a subreaper above it,
 * or to the init of its pid namespace.
 *
 * So the exit of each task that has such children is noted with everybody enrolled
 * who may get them, and who is told so looks for children in its next wait call,
 * scan.c.  Linux moves them a little after the exit announces itself; until then the
 * next call has to look once more.
 *
 * Three things come in silence even so, and are looked for: a process that is dismissed
 * while a thread of it exits, which had no need to be noted before; an heir that
 * exits, too, and had no child yet when it announced that; and a child that is born by
 * CLONE_PARENT to who has announced it.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* An exit under way: what @pid, referenced, is the number of may have children yet. */
struct aw_parting {
	struct hlist_node node;
	struct pid	 *pid;
};

/* True if Linux has moved its children.  Context: under RCU. */
static bool has_parted(const struct aw_parting *parting)
{
	struct task_struct *task = pid_task(parting->pid, PIDTYPE_PID);

	/* exit_notify() sets this behind them. */
	return !task || READ_ONCE(task->exit_state);
}

static void forget(struct aw_parting *parting)
{
	hlist_del(&parting->node);
	put_pid(parting->pid);
	aw_free(parting);
}

/* So that no more are kept than exits are under way.  Context: under RCU. */
static void forget_parted(struct aw_tracked_family *f)
{
	struct hlist_node *next;
	struct aw_parting *parting;

	hlist_for_each_entry_safe(parting, next, &f->partings, node)
		if (has_parted(parting))
			forget(parting);
}

/* False without memory.  Context: aw_lock held, under RCU. */
static bool add_parting(struct aw_tracked *t, struct task_struct *task)
{
	struct pid *pid = task_pid(task);
	struct aw_tracked_family *f;
	struct aw_parting *parting;

	if (aw_family_make(&t->rec))
		return false;
	f = aw_family_of(t);
	/* Read without a lock: call/quick.c, is_quiet(), or has_begun() behind it. */
	WRITE_ONCE(aw_dyings, aw_dyings + 1);
	smp_wmb();	/* pairs with the one in has_begun() */
	WRITE_ONCE(f->strays, true);
	f->parted = true;
	forget_parted(f);
	hlist_for_each_entry(parting, &f->partings, node)
		if (parting->pid == pid)
			return true;
	parting = aw_alloc(sizeof(*parting));
	if (!parting)
		return false;
	parting->pid = get_pid(pid);
	hlist_add_head(&parting->node, &f->partings);
	return true;
}

/* @by may get the children of a task that exits.  Context: under RCU. */
static void note(struct task_struct *by, struct task_struct *task)
{
	struct aw_tracked *t;
	unsigned long flags;

	if (!aw_tracked_knows(by))
		return;
	flags = aw_lock_irqsave();
	t = aw_tracked_find(by);
	/* One that enters looks when it has been enrolled. */
	if (t && (aw_is_enrolled(t) || t->standing == AW_ENTERING) &&
	    task_pid(task) && !add_parting(t, task))
		aw_leave(t, AW_WHY_MEMORY);
	aw_unlock_irqrestore(flags);
}

/* True if each child of the process has a record, whose parent it is. */
static bool knows_its_children(struct task_struct *task)
{
	const struct aw_tracked *t = aw_enrolled_find(task);

	return t && !READ_ONCE(aw_family_of(t)->strays);
}

/* All that may get the children of a task that exits.  Context: any, no lock held. */
static void note_heirs(struct task_struct *task)
{
	struct task_struct *init, *up;
	struct pid_namespace *ns;

	rcu_read_lock();
	ns = task_active_pid_ns(task);
	if (ns) {
		init = READ_ONCE(ns->child_reaper);
		note(init, task);
		for (up = rcu_dereference(task->real_parent); up->pid;
		     up = rcu_dereference(up->real_parent))
			if (up->signal != init->signal)
				note(up, task);
	}
	rcu_read_unlock();
}

/**
 * aw_strays_part - a task exits: its children get another parent
 * @task: the task
 *
 * find_new_reaper(): another thread of its process, an ancestor that is a subreaper by
 * then, or the init of its pid namespace.
 *
 * Context: under RCU or with preemption off, no lock held.
 */
void aw_strays_part(struct task_struct *task)
{
	/* Should it get any yet, who looks for strays meets them: aw_strays_pass(). */
	if (list_empty(&task->children) || knows_its_children(task))
		return;
	note_heirs(task);
}

/**
 * aw_strays_leave - the children of a process have no record as its children any more
 * @task: a thread of the process, which has been dismissed
 *
 * Its threads that exit may have announced that before.  A thread that has exited
 * may have left its children to another process only since all others exited, too.
 *
 * Context: process, no lock held.
 */
void aw_strays_leave(struct task_struct *task)
{
	struct task_struct *thread;

	rcu_read_lock();
	for_each_thread(task, thread)
		if (READ_ONCE(thread->flags) & PF_EXITING)
			note_heirs(thread);
	rcu_read_unlock();
}

/**
 * aw_strays_pass - somebody has a child of whom there may be no record as that
 * @parent: the child's parent
 *
 * It may have got the child when it was on its way out already, and passes it on.  The
 * child is met in a look for children, or has just been born by CLONE_PARENT.
 *
 * Context: under RCU, no lock held.
 */
void aw_strays_pass(struct task_struct *parent)
{
	if (READ_ONCE(parent->flags) & PF_EXITING && !knows_its_children(parent))
		note_heirs(parent);
}

/**
 * aw_strays_begin - a process looks for children, if it has to
 * @t: an enrolled process
 *
 * Until the look is over, other threads of it have to look, too.
 *
 * Context: process, no lock held; @t is referenced.
 * Return: true if it has to: aw_strays_end() follows.
 */
bool aw_strays_begin(struct aw_tracked *t)
{
	struct aw_tracked_family *f = aw_family_of(t);

	if (!READ_ONCE(f->strays))
		return false;
	aw_lock_irq();
	rcu_read_lock();
	forget_parted(f);
	rcu_read_unlock();
	f->parted = false;
	f->scans++;
	aw_unlock_irq();
	smp_rmb();	/* who has parted has moved its children before */
	return true;
}

/**
 * aw_strays_end - a look for children is over
 * @t: the process
 *
 * Context: process, no lock held; @t is referenced.
 */
void aw_strays_end(struct aw_tracked *t)
{
	struct aw_tracked_family *f = aw_family_of(t);

	aw_lock_irq();
	if (!--f->scans && !f->parted && hlist_empty(&f->partings))
		WRITE_ONCE(f->strays, false);
	aw_unlock_irq();
}

/* Drops all, for a process that has left.  Context: aw_lock held. */
void aw_strays_drop(struct aw_tracked *t)
{
	struct hlist_node *next;
	struct aw_parting *parting;

	hlist_for_each_entry_safe(parting, next, &aw_family_of(t)->partings, node)
		forget(parting);
}
