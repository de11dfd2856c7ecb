// SPDX-License-Identifier: GPL-2.0
/*
 * Children of a process that exits.
 *
 * Linux finds them a reaper in exit_notify(), after the last point at which the
 * exit announces itself here, and tells that one of zombies alone.  So they are put
 * aside as orphans, and asked for their real_parent before each look at candidates
 * and by dismiss.c's work.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* Those that have orphans, or had some. */
static LIST_HEAD(aw_dying);		/* aw_lock */

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
	struct aw_process *child;

	list_for_each_entry(child, &t->rec.children, sibling) {
		struct aw_tracked *c = aw_tracked_of(child);

		if (list_empty(&c->orphan))
			list_add_tail(&c->orphan, &t->orphans);
	}
	if (!list_empty(&t->orphans) && list_empty(&t->dying))
		list_add_tail(&t->dying, &aw_dying);
	if (!list_empty(&aw_dying))
		aw_leave_work_later();
}

/* An orphan goes to the reaper that Linux gave it.  False: Linux has not yet. */
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
	}
	list_del_init(&t->orphan);
	aw_process_get(&t->rec);
	if (parent)
		aw_process_get(parent);
	aw_process_reparent(&t->rec, reaper && aw_is_enrolled(reaper) ? &reaper->rec : NULL);
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

	list_del_init(&t->orphan);
	if (former)
		aw_process_get(former);
	aw_process_reparent(&t->rec, &parent->rec);
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
	if (list_empty(&t->orphan))
		return;
	list_del_init(&t->orphan);
	if (t->rec.parent)
		aw_tracked_prune(aw_tracked_of(t->rec.parent));
}

/*
 * The orphans of a process get their reaper.  Linux moves all at once, so that none
 * is asked behind the first that has not been.  False: there are some left.
 */
static bool adopt_all(struct aw_tracked *parent)
{
	struct aw_tracked *t;
	bool done = true;

	aw_process_get(&parent->rec);
	/* One that is adopted may take others off the list. */
	while (done && !list_empty(&parent->orphans)) {
		t = list_first_entry(&parent->orphans, struct aw_tracked, orphan);
		done = adopt(t);
	}
	if (done)
		list_del_init(&parent->dying);
	aw_process_put(&parent->rec);
	return done;
}

/**
 * aw_adoption_finish - each orphan goes to the reaper that Linux gave it
 *
 * Those that Linux has not given to anybody yet stay orphans: of each process that
 * still exits, one is asked.
 *
 * Context: any, aw_lock held.
 */
void aw_adoption_finish(void)
{
	struct aw_tracked *t;
	LIST_HEAD(todo);

	lockdep_assert_held(&aw_lock);
	if (list_empty(&aw_dying))
		return;
	rcu_read_lock();
	/* One that has none left may take others off the list: its parent, say. */
	list_splice_init(&aw_dying, &todo);
	while (!list_empty(&todo)) {
		t = list_first_entry(&todo, struct aw_tracked, dying);
		list_move_tail(&t->dying, &aw_dying);
		adopt_all(t);
	}
	rcu_read_unlock();
	/* A parent that is still exiting: come again. */
	if (!list_empty(&aw_dying))
		aw_leave_work_later();
}
