// SPDX-License-Identifier: GPL-2.0
/*
 * Children of a process that exits.
 *
 * Linux finds them a reaper in exit_notify(), after the last point at which the
 * exit announces itself here, and tells that one of zombies alone.  So the children of
 * a process that exits are orphans, and asked for their real_parent before each look at
 * candidates and by dismiss.c's work; a few in each hold of aw_lock.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "internal.h"

LIST_HEAD(aw_dying);
unsigned int aw_dyings;

/* Orphans that get their reaper in one hold of aw_lock. */
#define AW_ADOPTIONS	32

/**
 * aw_adoption_begin - a process exits: its children are orphans
 * @t: the process
 *
 * Linux will find them a reaper, but has not yet.
 *
 * Context: any, aw_lock held.
 */
void aw_adoption_begin(struct aw_tracked *t)
{
	t->orphaned = true;
	if (!list_empty(&t->rec.family->children) && list_empty(&aw_family_of(t)->dying)) {
		list_add_tail(&aw_family_of(t)->dying, &aw_dying);
		smp_wmb();	/* pairs with the first in call/quick.c: is_quiet() */
		WRITE_ONCE(aw_dyings, aw_dyings + 1);
	}
	/* The work comes again until they have gone. */
	if (!list_empty(&aw_family_of(t)->dying))
		aw_leave_work_later();
}

/*
 * An orphan goes to the reaper that Linux gave it.  False: Linux has not yet, or to one
 * that exits, too, and passes it on.
 */
static bool adopt(struct aw_tracked *t)
{
	struct aw_process *parent = t->rec.parent;
	struct task_struct *task, *real_parent;
	struct aw_tracked *reaper = NULL;

	task = pid_task(t->pid, PIDTYPE_TGID);
	if (task) {
		real_parent = rcu_dereference(task->real_parent);
		if (parent && real_parent->tgid == parent->pid)
			return false;
		reaper = aw_tracked_find(real_parent);
		if (reaper && !aw_is_enrolled(reaper))
			reaper = NULL;
		if (!reaper && READ_ONCE(real_parent->flags) & PF_EXITING)
			return false;
	}
	aw_process_get(&t->rec);
	if (parent)
		aw_process_get(parent);
	if (aw_process_reparent(&t->rec, reaper ? &reaper->rec : NULL))
		aw_leave(reaper, AW_WHY_MEMORY);
	if (reaper)
		reaper->shuffled = true;
	aw_tracked_prune(t);
	aw_process_put(&t->rec);
	if (parent) {
		aw_tracked_prune(aw_tracked_of(parent));
		aw_process_put(parent);
	}
	return true;
}

/**
 * aw_adoption_by - a process has another parent now
 * @t: the process, an orphan or not
 * @parent: its parent
 *
 * The record of the former one may have been kept for its sake.
 *
 * Context: any, aw_lock held.
 */
void aw_adoption_by(struct aw_tracked *t, struct aw_tracked *parent)
{
	struct aw_process *former = t->rec.parent;

	if (former)
		aw_process_get(former);
	if (aw_process_reparent(&t->rec, &parent->rec))
		aw_leave(parent, AW_WHY_MEMORY);
	parent->shuffled = true;
	if (former) {
		aw_tracked_prune(aw_tracked_of(former));
		aw_process_put(former);
	}
}

/**
 * aw_adoption_end - an orphan has been reaped: nobody has to look for its parent
 * @t: the process, an orphan or not
 *
 * Context: any, aw_lock held.
 */
void aw_adoption_end(struct aw_tracked *t)
{
	if (t->rec.parent && aw_tracked_of(t->rec.parent)->orphaned)
		aw_tracked_prune(aw_tracked_of(t->rec.parent));
}

/*
 * The orphans of a process get their reaper, as long as there are any @left to be
 * given one.  Linux moves all at once, so that none is asked behind the first that has
 * not been.
 */
static void adopt_children(struct aw_tracked *parent, unsigned int *left)
{
	struct aw_process *child;
	bool moved = true;

	aw_process_get(&parent->rec);
	/* One that is adopted may take others off the list. */
	while (moved && *left && !list_empty(&parent->rec.family->children)) {
		child = list_first_entry(&parent->rec.family->children, struct aw_process,
					 sibling);
		moved = adopt(aw_tracked_of(child));
		*left -= moved;
	}
	if (list_empty(&parent->rec.family->children))
		list_del_init(&aw_family_of(parent)->dying);
	aw_process_put(&parent->rec);
}

/**
 * aw_adoption_step - orphans go to the reaper that Linux gave them; a few of them
 *
 * Those that Linux has not given to anybody yet stay orphans: of each process that
 * still exits, one is asked.
 *
 * Context: any, aw_lock held.
 * Return: false, there may be more: aw_lock is to be let go before the next step.
 */
bool aw_adoption_step(void)
{
	unsigned int left = AW_ADOPTIONS;
	struct aw_tracked_family *f;
	LIST_HEAD(seen);

	lockdep_assert_held(&aw_lock);
	if (list_empty(&aw_dying))
		return true;
	rcu_read_lock();
	/*
	 * One that has none left may take others off the list: its parent, say.  So those
	 * that were seen go behind a mark, and nobody goes to another list: who looks
	 * without a lock must not find this one empty.
	 */
	list_add_tail(&seen, &aw_dying);
	while (left && !list_is_first(&seen, &aw_dying)) {
		f = list_first_entry(&aw_dying, struct aw_tracked_family, dying);
		list_move_tail(&f->dying, &aw_dying);
		adopt_children(aw_tracked_of(f->rec.of), &left);
	}
	smp_wmb();	/* pairs with the second in call/quick.c: is_quiet() */
	list_del(&seen);
	rcu_read_unlock();
	return left;
}

/* aw_adoption_finish(), where there may be some. */
void aw_adoption_finish_all(void)
	__must_hold(&aw_lock)
{
	while (!aw_adoption_step()) {
		aw_unlock_irq();
		cond_resched();
		aw_lock_irq();
	}
}
