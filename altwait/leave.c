// SPDX-License-Identifier: GPL-2.0
/*
 * Who goes back to stock: dismissal, exit, trouble, unload.
 *
 * Leaving has two halves.  aw_leave() may run in any context: from then on no
 * call of the process is redirected, and its sleepers are on their way out.
 * The work finishes what may sleep or must not nest: it takes the feed off the
 * process's wait queue, drops its children's records, and, when nobody is left,
 * takes the probes off.
 */
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/workqueue.h>
#include <trace/events/altwait.h>

#include "altwait.h"
#include "enroll.h"

/* What each is for stands in enroll.h. */
DEFINE_MUTEX(aw_enroll_mutex);	/* one request or clean-up at a time */
DECLARE_WAIT_QUEUE_HEAD(aw_gone);
unsigned int aw_n_in;

static bool aw_armed;			/* aw_enroll_mutex */
static LIST_HEAD(aw_leavers);		/* aw_lock */
static bool aw_closing;			/* aw_lock: nobody stays */

/* Who may leave in one turn, lest a storm of exits keep others from entering. */
#define AW_LEAVERS	256

static void aw_leave_worker(struct work_struct *work);
static DECLARE_DELAYED_WORK(aw_leave_work, aw_leave_worker);

/* ------------------------------------------------------ arm and disarm */

static int aw_arm_feeds(void)
{
	int err = aw_feed_arm();

	if (err)
		return err;
	err = aw_tracer_arm();
	if (err)
		aw_feed_disarm();
	return err;
}

static void aw_disarm_feeds(void)
{
	aw_tracer_disarm();
	aw_feed_disarm();
}

/* Context: process, aw_enroll_mutex held.  0, or why a probe cannot be had. */
int aw_arm(void)
{
	int err;

	if (aw_armed)
		return aw_hooks_alive() ? 0 : -EIO;
	err = aw_arm_feeds();
	if (err)
		return err;
	err = aw_hooks_arm();
	if (err)
		aw_disarm_feeds();
	aw_armed = !err;
	return err;
}

static void aw_disarm(void)
{
	if (!aw_armed)
		return;
	aw_hooks_disarm();
	aw_disarm_feeds();
	aw_armed = false;
}

static bool aw_is_idle(void)
{
	bool idle;

	spin_lock_irq(&aw_lock);
	idle = !aw_n_in;
	spin_unlock_irq(&aw_lock);
	return idle;
}

/* The last process may have left, or none have come. */
void aw_disarm_soon_if_idle(void)
{
	if (aw_is_idle())
		mod_delayed_work(system_wq, &aw_leave_work, 0);
}

/* Lets the worker run, for a father that is still exiting; postpones nothing. */
void aw_leave_later(void)
{
	queue_delayed_work(system_wq, &aw_leave_work, 1);
}

/* ------------------------------------------------------------- leaving */

/**
 * aw_leave - a process goes back to stock
 * @t: its record; nothing happens if it is not enrolled
 * @why: for the event
 *
 * Context: any, aw_lock held.
 */
void aw_leave(struct aw_tracked *t, enum aw_why why)
{
	lockdep_assert_held(&aw_lock);
	if (!t->enrolled && !t->listening)
		return;
	if (t->enrolled) {
		hlist_del_init_rcu(&t->quick);
		aw_count(dismissed);
		if (why == AW_WHY_MEMORY || why == AW_WHY_BOUND ||
		    why == AW_WHY_INCONSISTENT)
			aw_count(trouble);
		trace_altwait_dismiss(t->rec.pid, t->task->comm, why);
	}
	t->in = t->enrolled;
	t->why = why;
	t->enrolled = false;
	t->listening = false;
	WRITE_ONCE(t->leaving, true);
	list_add_tail(&t->leave, &aw_leavers);
	aw_wait_evict(t);
	if (!t->inside)
		mod_delayed_work(system_wq, &aw_leave_work, 0);
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
void aw_left_call(struct aw_tracked *t)
{
	if (!--t->inside && t->leaving)
		mod_delayed_work(system_wq, &aw_leave_work, 0);
}

/* A leaver that nobody is inside of any more, or NULL. */
static struct aw_tracked *aw_next_leaver(void)
{
	struct aw_tracked *t;

	list_for_each_entry(t, &aw_leavers, leave)
		if (!t->inside)
			return t;
	return NULL;
}

/* The children's records go, but for those that are enrolled themselves. */
static void aw_drop_children(struct aw_tracked *t)
{
	struct aw_process *child, *next;

	list_for_each_entry_safe(child, next, &t->rec.children, sibling) {
		if (!list_empty(&aw_tracked_of(child)->orphan))
			continue;
		aw_process_get(child);
		aw_process_reparent(child, NULL);
		aw_forget_unless_needed(aw_tracked_of(child));
		aw_process_put(child);
	}
}

/* So do those of its tracees, unless their parent wants them. */
static void aw_drop_tracees(struct aw_tracked *t)
{
	struct aw_process *p, *next;
	struct aw_tracked *tracee;
	LIST_HEAD(todo);

	/* One that is forgotten may take others off the list: its parent, say. */
	list_splice_init(&aw_ptraced, &todo);
	while (!list_empty(&todo)) {
		tracee = list_first_entry(&todo, struct aw_tracked, ptraced);
		list_move_tail(&tracee->ptraced, &aw_ptraced);
		aw_forget_unless_needed(tracee);
	}
	list_for_each_entry_safe(p, next, &aw_records.zombies, zombie)
		if (p->zombie_tracer == t->rec.pid)
			aw_forget_unless_needed(aw_tracked_of(p));
}

/* Does the process still trace somebody whom the records need? */
static bool aw_is_tracer(const struct aw_tracked *t)
{
	struct aw_process *p;

	list_for_each_entry(p, &aw_records.traced, traced)
		if (p->ptrace.tracer == t->rec.pid)
			return true;
	return false;
}

/* A dismissed tracer goes on to be heard, for its tracees' sake. */
static bool aw_stays_listening(const struct aw_tracked *t)
{
	return aw_n_in && !aw_closing && atomic_read(&t->task->signal->live) &&
	       aw_is_tracer(t);
}

static void aw_detach_feed(struct aw_tracked *t)
	__must_hold(&aw_lock)
{
	struct task_struct *task = t->task;

	spin_unlock_irq(&aw_lock);
	remove_wait_queue(&task->signal->wait_chldexit, &t->feed);
	spin_lock_irq(&aw_lock);
	WRITE_ONCE(t->leaving, false);
	t->feeding = false;
	t->task = NULL;
	aw_forget_unless_needed(t);
	aw_process_put(&t->rec);
	/* May be the last reference, and frees under locks of its own. */
	spin_unlock_irq(&aw_lock);
	put_task_struct(task);
	spin_lock_irq(&aw_lock);
}

static void aw_finish_leaver(struct aw_tracked *t)
	__must_hold(&aw_lock)
{
	list_del_init(&t->leave);
	if (t->in)
		aw_n_in--;
	t->in = false;
	aw_owed_drop(t);
	aw_drop_children(t);
	aw_drop_tracees(t);
	if (aw_stays_listening(t)) {
		WRITE_ONCE(t->leaving, false);
		t->listening = true;
	} else {
		aw_detach_feed(t);
	}
}

static void aw_finish_leavers(unsigned int most)
	__must_hold(&aw_lock)
{
	struct aw_tracked *t;

	while (most-- && (t = aw_next_leaver()))
		aw_finish_leaver(t);
}

/* Nobody is in: listeners hear for nobody, and records are of no use. */
static void aw_clear(void)
{
	struct aw_process *p, *next;

	spin_lock_irq(&aw_lock);
	list_for_each_entry(p, &aw_records.processes, node)
		aw_leave(aw_tracked_of(p), AW_WHY_REQUEST);
	aw_finish_leavers(UINT_MAX);
	list_for_each_entry_safe(p, next, &aw_records.processes, node)
		aw_forget(aw_tracked_of(p));
	spin_unlock_irq(&aw_lock);
}

static void aw_leave_worker(struct work_struct *work)
{
	mutex_lock(&aw_enroll_mutex);
	spin_lock_irq(&aw_lock);
	aw_finish_leavers(AW_LEAVERS);
	if (aw_next_leaver())
		mod_delayed_work(system_wq, &aw_leave_work, 0);
	aw_settle_orphans();
	spin_unlock_irq(&aw_lock);
	if (aw_is_idle()) {
		aw_disarm();
		aw_clear();
	}
	mutex_unlock(&aw_enroll_mutex);
	wake_up_all(&aw_gone);
}

/* Is a process that was leaving out?  Context: process. */
bool aw_is_gone(struct task_struct *leader)
{
	struct aw_tracked *t;
	bool gone;

	spin_lock_irq(&aw_lock);
	t = task_tgid(leader) ? aw_tracked_find(leader) : NULL;
	gone = !t || !t->leaving;
	spin_unlock_irq(&aw_lock);
	return gone;
}

/**
 * aw_dismiss - ALTWAIT_DISMISS
 * @vpid: a thread of the process in the caller's pid namespace, 0 the caller
 *
 * Context: process.
 * Return: 0, or the errnos of the ABI header.
 */
int aw_dismiss(pid_t vpid)
{
	struct task_struct *leader = aw_get_leader(vpid);
	struct aw_tracked *t;
	int err = -ENOENT;

	if (!leader)
		return -ESRCH;
	spin_lock_irq(&aw_lock);
	/* Once it is reaped, somebody else may have its number. */
	t = task_tgid(leader) ? aw_tracked_find(leader) : NULL;
	if (t && t->enrolled) {
		aw_leave(t, AW_WHY_REQUEST);
		err = 0;
	}
	spin_unlock_irq(&aw_lock);
	if (!err && wait_event_interruptible(aw_gone, aw_is_gone(leader)))
		err = -EINTR;
	put_task_struct(leader);
	return err;
}

/* --------------------------------------------------------------- unload */

static bool aw_nobody_leaving(void)
{
	bool empty;

	spin_lock_irq(&aw_lock);
	empty = list_empty(&aw_leavers);
	spin_unlock_irq(&aw_lock);
	return empty;
}

/**
 * aw_enroll_exit - everybody goes back to stock
 *
 * On return no probe, tracepoint or feed of this module is attached, no record
 * is left and no task is in its text.
 *
 * Context: process, at unload, the device gone.
 */
void aw_enroll_exit(void)
{
	struct aw_process *p, *next;

	mutex_lock(&aw_enroll_mutex);
	aw_disarm();
	mutex_unlock(&aw_enroll_mutex);

	spin_lock_irq(&aw_lock);
	aw_closing = true;
	list_for_each_entry(p, &aw_records.processes, node)
		aw_leave(aw_tracked_of(p), AW_WHY_UNLOAD);
	spin_unlock_irq(&aw_lock);
	wait_event(aw_gone, aw_nobody_leaving());

	spin_lock_irq(&aw_lock);
	list_for_each_entry_safe(p, next, &aw_records.processes, node)
		aw_forget(aw_tracked_of(p));
	spin_unlock_irq(&aw_lock);
	cancel_delayed_work_sync(&aw_leave_work);
	aw_hooks_drain();
	rcu_barrier();
}
