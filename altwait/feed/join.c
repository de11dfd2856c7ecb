// SPDX-License-Identifier: GPL-2.0
/*
 * Coming in: a process's feed is attached, so that nothing that it can wait for
 * goes unseen, then it is enrolled, then its calls are redirected.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <trace/events/altwait.h>

#include "internal.h"

unsigned int aw_n_in;

/*
 * True if the feed of the process is the caller's to attach: nobody has done so, nor
 * is about to.  Context: aw_lock held.
 */
bool aw_join_claim(struct aw_tracked *t)
{
	lockdep_assert_held(&aw_lock);
	if (t->standing != AW_TRACKED)
		return false;
	t->standing = AW_ENTERING;
	aw_process_get(&t->rec);
	return true;
}

/* Context: atomic, no lock held; the process is claimed. */
void aw_join_attach(struct aw_tracked *t, struct task_struct *leader)
{
	t->task = get_task_struct(leader);
	init_waitqueue_func_entry(&t->feed, aw_parent_woken);
	add_wait_queue(&leader->signal->wait_chldexit, &t->feed);
}

/* Context: aw_lock held. */
static void enter(struct aw_tracked *t, struct task_struct *leader,
		  const struct aw_terms *terms, enum aw_why why)
{
	struct altwait_query now = { };

	/* A listener may have begun to leave since it was claimed. */
	if (t->standing == AW_LEAVING) {
		aw_n_in--;
		return;
	}
	aw_enrolled_set_terms(t, terms);
	t->standing = AW_ENROLLED;
	aw_count(enrolled);
	aw_enrolled_tell_terms(t, &now);
	trace_altwait_enroll(t->rec.pid, leader->comm, &now, why);
	/* The exit tracepoint has either passed already or sees us enrolled. */
	if (!atomic_read(&leader->signal->live))
		aw_leave(t, AW_WHY_EXIT);
}

/*
 * Enrols a process whose feed is attached: that comes first, so that nothing
 * that an enrolled process can wait for goes unseen.
 */
void aw_join_enter(struct aw_tracked *t, struct task_struct *leader,
		   const struct aw_terms *terms, enum aw_why why)
{
	unsigned long flags = aw_lock_irqsave();

	enter(t, leader, terms, why);
	aw_unlock_irqrestore(flags);
}

/*
 * From here on its calls are redirected: all that it can wait for is in the records.
 * One that is made before goes to stock.
 *
 * Return: 0; -ENOMEM, the process has left meanwhile, since the records have no room
 * for it; -EAGAIN, it has left for another reason.
 */
int aw_join_publish(struct aw_tracked *t)
{
	unsigned long flags;
	int ret = 0;

	flags = aw_lock_irqsave();
	if (!aw_is_enrolled(t)) {
		ret = t->why == AW_WHY_MEMORY || t->why == AW_WHY_BOUND ?
		      -ENOMEM : -EAGAIN;
	} else {
		aw_enrolled_publish(t);
	}
	aw_unlock_irqrestore(flags);
	return ret;
}

/**
 * aw_join_inherit - enrol a process that an enrolled one has just made
 * @t: its record
 * @leader: its only thread, which has not run yet
 * @from: the process that made it, whose policy it gets
 *
 * Context: atomic, aw_lock held; drops and retakes it.
 */
void aw_join_inherit(struct aw_tracked *t, struct task_struct *leader,
		     const struct aw_tracked *from)
	__must_hold(&aw_lock)
{
	struct aw_terms terms = {
		.policy = from->policy, .quirks = from->quirks,
		.shadow = from->shadow, .tally = aw_tally_get(from->tally),
	};

	if (!aw_join_claim(t)) {
		aw_tally_put(terms.tally);
		return;
	}
	aw_n_in++;
	aw_unlock_plain();
	aw_join_attach(t, leader);
	aw_lock_plain();
	enter(t, leader, &terms, AW_WHY_FORK);
	/* It has no children that a scan would have to find first. */
	if (aw_is_enrolled(t))
		aw_enrolled_publish(t);
	aw_tally_put(terms.tally);
}

/**
 * aw_join_listen - hear what a process is told of its tracees, enrolled or not
 * @leader: its thread-group leader
 *
 * Context: atomic, aw_lock held, under RCU; drops and retakes the lock.
 */
void aw_join_listen(struct task_struct *leader)
	__must_hold(&aw_lock)
{
	struct aw_tracked *t = aw_tracked_find(leader);

	if (!t)
		t = aw_tracked_add(leader, NULL, NULL, NULL);
	if (IS_ERR(t)) {
		/* What it traces is still known as a child. */
		aw_count(trouble);
		return;
	}
	if (!aw_join_claim(t))
		return;
	aw_unlock_plain();
	aw_join_attach(t, leader);
	aw_lock_plain();
	if (t->standing == AW_ENTERING)
		t->standing = AW_LISTENING;
	if (!atomic_read(&leader->signal->live))
		aw_leave(t, AW_WHY_EXIT);
}
