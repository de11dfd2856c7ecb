// SPDX-License-Identifier: GPL-2.0
/*
 * Going back to stock: the half that may happen anywhere.
 *
 * aw_leave() may run in any context: from then on no call of the process is
 * redirected, and its sleepers are on their way out.  The work, of dismiss.c,
 * finishes what may sleep or must not nest.
 */
#include <linux/sched/signal.h>
#include <trace/events/altwait.h>

#include "compat.h"
#include "track.h"

static LIST_HEAD(aw_leavers);			/* aw_lock */
static struct delayed_work aw_leave_work;
static bool aw_leave_is_far;			/* aw_lock: the work is to run, but not soon */

/**
 * aw_leave_init - what finishes a leave
 * @finish: the other half; handles all that have begun to leave
 *
 * Context: process, at load, before anybody is enrolled.
 */
void aw_leave_init(work_func_t finish)
{
	INIT_DELAYED_WORK(&aw_leave_work, finish);
}

/* There is a leaver that can be finished: the work runs at once.  Context: any. */
void aw_leave_work_now(void)
{
	mod_delayed_work(aw_wq, &aw_leave_work, 0);
}

/*
 * The work runs in a moment, for a process that is still exiting, or earlier where
 * it is to run already.  Context: any, aw_lock held.
 */
void aw_leave_work_later(void)
{
	/* Not always, lest a storm of exits put it off for ever. */
	if (aw_leave_is_far)
		mod_delayed_work(aw_wq, &aw_leave_work, 1);
	else
		queue_delayed_work(aw_wq, &aw_leave_work, 1);
	aw_leave_is_far = false;
}

/**
 * aw_leave_work_after - the work runs again, unless it is to run already
 * @delay: after so many jiffies, or earlier where somebody has it run before
 *
 * Context: any, aw_lock held.
 */
void aw_leave_work_after(unsigned long delay)
{
	if (queue_delayed_work(aw_wq, &aw_leave_work, delay))
		aw_leave_is_far = true;
}

/* Context: process, at unload; nobody is leaving or will be. */
void aw_leave_work_cancel(void)
{
	cancel_delayed_work_sync(&aw_leave_work);
}

/**
 * aw_leave - a process goes back to stock
 * @t: its record; nothing happens if it is neither enrolled nor listening
 * @why: for the event
 *
 * Context: any, aw_lock held.
 */
void aw_leave(struct aw_tracked *t, enum aw_why why)
{
	lockdep_assert_held(&aw_lock);
	if (t->standing != AW_ENROLLED && t->standing != AW_LISTENING)
		return;
	t->was_enrolled = aw_is_enrolled(t);
	if (t->was_enrolled) {
		WRITE_ONCE(t->redirected, false);
		aw_count(dismissed);
		if (why == AW_WHY_MEMORY || why == AW_WHY_BOUND ||
		    why == AW_WHY_INCONSISTENT || why == AW_WHY_WORK)
			aw_count(trouble);
		trace_altwait_dismiss(t->rec.pid, t->task->comm, why);
	}
	t->why = why;
	t->standing = AW_LEAVING;
	list_add_tail(&t->leave, &aw_leavers);
	aw_tracked_wake_sleepers(t);
	if (t->inside)
		return;
	/* Exits come in crowds, and nobody waits for this to be finished. */
	if (why == AW_WHY_EXIT)
		aw_leave_work_later();
	else
		aw_leave_work_now();
}

/**
 * aw_leave_for_error - a process goes back to stock since a record is missing
 * @t: its record
 * @err: -ENOSPC, the bound is reached; else no memory
 *
 * Context: any, aw_lock held.
 */
void aw_leave_for_error(struct aw_tracked *t, int err)
{
	aw_leave(t, err == -ENOSPC ? AW_WHY_BOUND : AW_WHY_MEMORY);
}

/* A thread's replaced call has ended.  Context: aw_lock held. */
void aw_leave_call_ended(struct aw_tracked *t)
{
	if (!--t->inside && t->standing == AW_LEAVING)
		aw_leave_work_now();
}

/* A leaver of which no thread is inside any more, or NULL.  Context: aw_lock held. */
struct aw_tracked *aw_leave_next(void)
{
	struct aw_tracked *t;

	list_for_each_entry(t, &aw_leavers, leave)
		if (!t->inside)
			return t;
	return NULL;
}

/* True if no process is leaving: all have been finished.  Context: aw_lock held. */
bool aw_leave_nobody(void)
{
	return list_empty(&aw_leavers);
}
