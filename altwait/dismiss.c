// SPDX-License-Identifier: GPL-2.0
/*
 * Who goes back to stock: dismissal, exit, trouble, unload.
 *
 * aw_leave() has begun it, in any context.  This finishes what may sleep or must
 * not nest: it takes the feed off the process's wait queue, drops its children's
 * records, and, when nobody is left, takes the probes off.
 */
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "arm.h"
#include "dismiss.h"
#include "entry.h"
#include "feed/feed.h"

DECLARE_WAIT_QUEUE_HEAD(aw_gone);

static bool aw_closing;			/* aw_lock: at unload, nobody stays */

/* Leavers finished in one turn, lest a storm of exits keep others from entering. */
#define AW_LEAVERS	256

/* Records looked at in one hold of the lock, lest interrupts stay off for all. */
#define AW_AT_A_TIME	32

/* The lock is dropped for a moment.  Context: process, aw_lock held. */
static void let_others_in(void)
	__must_hold(&aw_lock)
{
	aw_unlock_irq();
	cond_resched();
	aw_lock_irq();
}

/*
 * The children get no parent, and the records go that nobody else needs.  In pieces;
 * who is leaving gets no children meanwhile.
 */
static void drop_children(struct aw_tracked *t)
	__must_hold(&aw_lock)
{
	struct aw_process *child, *next;
	unsigned int n = 0;

again:
	/* Those are adopted, or have nobody left to. */
	if (t->orphaned)
		return;
	list_for_each_entry_safe(child, next, &t->rec.family->children, sibling) {
		if (++n % AW_AT_A_TIME == 0) {
			let_others_in();
			goto again;
		}
		aw_process_get(child);
		aw_process_reparent(child, NULL);
		aw_tracked_prune(aw_tracked_of(child));
		aw_process_put(child);
	}
}

/* Processes with a traced thread.  One that is forgotten may take others off the list. */
static void drop_ptraced(void)
{
	struct aw_tracked *tracee;
	LIST_HEAD(todo);

	list_splice_init(&aw_ptraced, &todo);
	while (!list_empty(&todo)) {
		tracee = list_first_entry(&todo, struct aw_tracked, ptraced);
		list_move_tail(&tracee->ptraced, &aw_ptraced);
		aw_tracked_prune(tracee);
	}
}

/* Its zombies: the traced ones stand in front of those that nobody traces. */
static void drop_traced_zombies(const struct aw_tracked *t)
{
	struct list_head *end;
	struct aw_process *p;
	LIST_HEAD(seen);
	LIST_HEAD(todo);

	list_for_each(end, &aw_records.zombies)
		if (!list_entry(end, struct aw_process, zombie)->zombie_tracer)
			break;
	/* As above: whoever goes is off whatever list it is in. */
	list_cut_before(&todo, &aw_records.zombies, end);
	while (!list_empty(&todo)) {
		p = list_first_entry(&todo, struct aw_process, zombie);
		list_move_tail(&p->zombie, &seen);
		if (p->zombie_tracer == t->rec.pid)
			aw_tracked_prune(aw_tracked_of(p));
	}
	list_splice(&seen, &aw_records.zombies);
}

/*
 * The records of its tracees go, where nobody else needs them.  Each enrolled process
 * that exits comes here, and few have traced anybody.
 */
static void drop_tracees(const struct aw_tracked *t)
{
	if (t->traces)
		drop_ptraced();
	drop_traced_zombies(t);
}

/* True if the process still traces one that has a record. */
static bool is_tracer(const struct aw_tracked *t)
{
	struct aw_process *p;

	list_for_each_entry(p, &aw_records.traced, traced)
		if (p->ptrace.tracer == t->rec.pid)
			return true;
	return false;
}

/* True if a dismissed tracer goes on listening, for its tracees' sake. */
static bool stays_listening(const struct aw_tracked *t)
{
	return aw_n_in && !aw_closing && atomic_read(&t->task->signal->live) &&
	       is_tracer(t);
}

static void detach_feed(struct aw_tracked *t)
	__must_hold(&aw_lock)
{
	struct task_struct *task = t->task;

	aw_unlock_irq();
	remove_wait_queue(&task->signal->wait_chldexit, &t->feed);
	aw_lock_irq();
	t->standing = AW_TRACKED;
	t->task = NULL;
	aw_tracked_prune(t);
	aw_process_put(&t->rec);
	/* May be the last reference, and frees under locks of its own. */
	aw_unlock_irq();
	put_task_struct(task);
	aw_lock_irq();
}

static void finish_leaver(struct aw_tracked *t)
	__must_hold(&aw_lock)
{
	drop_children(t);
	if (!t->orphaned) {
		aw_unlock_irq();
		aw_strays_leave(t->task);
		aw_lock_irq();
	}
	list_del_init(&t->leave);
	if (t->was_enrolled)
		aw_n_in--;
	t->was_enrolled = false;
	aw_owed_drop(t);
	aw_strays_drop(t);
	drop_tracees(t);
	if (stays_listening(t))
		t->standing = AW_LISTENING;
	else
		detach_feed(t);
}

static void finish_leavers(unsigned int most)
	__must_hold(&aw_lock)
{
	struct aw_tracked *t;

	while (most-- && (t = aw_leave_next()))
		finish_leaver(t);
}

/* Everybody begins to leave; in pieces. */
static void leave_all(enum aw_why why)
	__must_hold(&aw_lock)
{
	struct aw_process *p;
	unsigned int n = 0;
	bool is_there;

again:
	for (p = aw_process_first(&aw_records); p; p = aw_process_next(&aw_records, p)) {
		aw_leave(aw_tracked_of(p), why);
		if (++n % AW_AT_A_TIME)
			continue;
		aw_process_get(p);
		let_others_in();
		is_there = p->in_table;
		aw_process_put(p);
		if (!is_there)
			goto again;
	}
}

/* Nobody is in: no record is of use; in pieces. */
static void forget_all(void)
	__must_hold(&aw_lock)
{
	struct aw_process *p, *next;
	unsigned int n = 0;
	bool is_there;

	for (p = aw_process_first(&aw_records); p; p = next) {
		/* Orphans, one by one: all would go with their parent. */
		next = p;
		if (!list_empty(&p->family->children)) {
			aw_process_reparent(list_first_entry(&p->family->children,
							     struct aw_process, sibling),
					    NULL);
			aw_process_get(next);
		} else {
			next = aw_process_next(&aw_records, p);
			if (next)
				aw_process_get(next);
			aw_tracked_forget(aw_tracked_of(p));
		}
		if (++n % AW_AT_A_TIME == 0)
			let_others_in();
		is_there = next && next->in_table;
		if (next)
			aw_process_put(next);
		if (!is_there)
			next = aw_process_first(&aw_records);
	}
}

/* Nobody is in: listeners hear for nobody, and records are of no use. */
static void clear(void)
{
	aw_lock_irq();
	leave_all(AW_WHY_REQUEST);
	finish_leavers(UINT_MAX);
	forget_all();
	aw_unlock_irq();
}

/*
 * Orphans whose parent is still exiting are asked for again, later each time: that one may
 * wait for long, as the init of a pid namespace does for what a tracer holds there.
 * Context: aw_lock held, aw_enroll_mutex, too.
 */
static void come_again(void)
{
	static unsigned long delay;
	static unsigned int seen;

	if (list_empty(&aw_dying))
		return;
	delay = aw_dyings == seen ? min(2 * delay, (unsigned long)HZ) : 1;
	seen = aw_dyings;
	aw_leave_work_after(delay);
}

/* Finishes all that have begun to leave: struct work_struct's function. */
void aw_dismiss_finish(struct work_struct *work)
{
	mutex_lock(&aw_enroll_mutex);
	aw_lock_irq();
	finish_leavers(AW_LEAVERS);
	if (aw_leave_next())
		aw_leave_work_now();
	aw_adoption_finish();
	come_again();
	aw_unlock_irq();
	if (aw_arm_is_idle()) {
		aw_arm_undo();
		clear();
	}
	mutex_unlock(&aw_enroll_mutex);
	wake_up_all(&aw_gone);
}

/* True if a process is not leaving, or no more.  Context: process. */
bool aw_dismiss_is_over(struct task_struct *leader)
{
	struct aw_tracked *t;
	bool gone;

	aw_lock_irq();
	t = task_tgid(leader) ? aw_tracked_find(leader) : NULL;
	gone = !t || t->standing != AW_LEAVING;
	aw_unlock_irq();
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
	struct task_struct *leader = aw_tracked_get_leader(vpid);
	struct aw_tracked *t;
	int err = -ENOENT;

	if (!leader)
		return -ESRCH;
	aw_lock_irq();
	/* Once it is reaped, somebody else may have its number. */
	t = task_tgid(leader) ? aw_tracked_find(leader) : NULL;
	if (t && aw_is_enrolled(t)) {
		aw_leave(t, AW_WHY_REQUEST);
		err = 0;
	}
	aw_unlock_irq();
	if (!err && wait_event_interruptible(aw_gone, aw_dismiss_is_over(leader)))
		err = -EINTR;
	put_task_struct(leader);
	return err;
}

/* --------------------------------------------------------------- unload */

static bool nobody_leaving(void)
{
	bool empty;

	aw_lock_irq();
	empty = aw_leave_nobody();
	aw_unlock_irq();
	return empty;
}

/**
 * aw_dismiss_all - everybody goes back to stock
 *
 * On return no probe, tracepoint or feed of this module is attached and no caller of a
 * wait call is in its text.  Of its works the watchdog's may still run, and has the only
 * records that are left: aw_watchdog_exit() comes next.
 *
 * Context: process, at unload, the device gone.
 */
void aw_dismiss_all(void)
{
	mutex_lock(&aw_enroll_mutex);
	aw_arm_undo();
	mutex_unlock(&aw_enroll_mutex);

	aw_lock_irq();
	aw_closing = true;
	leave_all(AW_WHY_UNLOAD);
	aw_unlock_irq();
	wait_event(aw_gone, nobody_leaving());

	/* The work may have a feed yet to detach, and be in need of the records. */
	mutex_lock(&aw_enroll_mutex);
	aw_lock_irq();
	forget_all();
	aw_unlock_irq();
	mutex_unlock(&aw_enroll_mutex);
	aw_leave_work_cancel();
	aw_entry_drain();
	rcu_barrier();
}
