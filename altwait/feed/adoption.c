// SPDX-License-Identifier: GPL-2.0
/*
 * Children of a process that exits.
 *
 * Linux finds them another father in exit_notify(), after the last point at
 * which the exit announces itself here, and tells nobody.  So they are put
 * aside, and asked for their father whenever somebody wants to know.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "altwait.h"
#include "enroll.h"

static LIST_HEAD(aw_orphans);		/* aw_lock */

/*
 * The process exits: Linux will find its children another father, but has not
 * yet.  Context: any, aw_lock held.
 */
void aw_orphan_children(struct aw_tracked *t)
{
	struct aw_process *child;

	list_for_each_entry(child, &t->rec.children, sibling) {
		struct aw_tracked *c = aw_tracked_of(child);

		if (list_empty(&c->orphan))
			list_add_tail(&c->orphan, &aw_orphans);
	}
	if (!list_empty(&aw_orphans))
		aw_leave_later();
}

/* Somebody has still to look where a child of the process goes. */
bool aw_has_orphans(const struct aw_tracked *t)
{
	struct aw_process *child;

	list_for_each_entry(child, &t->rec.children, sibling)
		if (!list_empty(&aw_tracked_of(child)->orphan))
			return true;
	return false;
}

/* One orphan gets the father that Linux gave it.  False: Linux has not yet. */
static bool aw_settle(struct aw_tracked *t)
{
	struct aw_process *father = t->rec.parent;
	struct task_struct *task, *real_parent;
	struct aw_tracked *found = NULL;

	task = pid_task(t->pid, PIDTYPE_TGID);
	if (task) {
		real_parent = rcu_dereference(task->real_parent);
		if (father && real_parent->tgid == father->pid)
			return false;
		found = aw_tracked_find(real_parent);
	}
	list_del_init(&t->orphan);
	aw_process_get(&t->rec);
	if (father)
		aw_process_get(father);
	aw_process_reparent(&t->rec, found && found->enrolled ? &found->rec : NULL);
	if (found)
		found->shuffled = true;
	aw_forget_unless_needed(t);
	aw_process_put(&t->rec);
	if (father) {
		aw_forget_unless_needed(aw_tracked_of(father));
		aw_process_put(father);
	}
	return true;
}

/* Context: any, aw_lock held. */
void aw_settle_orphans(void)
{
	struct aw_tracked *t;
	LIST_HEAD(todo);

	lockdep_assert_held(&aw_lock);
	rcu_read_lock();
	/* One that is settled may take others off the list: its father, say. */
	list_splice_init(&aw_orphans, &todo);
	while (!list_empty(&todo)) {
		t = list_first_entry(&todo, struct aw_tracked, orphan);
		if (!aw_settle(t))
			list_move_tail(&t->orphan, &aw_orphans);
	}
	rcu_read_unlock();
	/* A father that is still exiting: come again. */
	if (!list_empty(&aw_orphans))
		aw_leave_later();
}
