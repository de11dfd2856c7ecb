// SPDX-License-Identifier: GPL-2.0
/*
 * How a replaced call sleeps, and what ends the sleep.
 *
 * A call leaves before it is done, for dismissal or unload, by a restart: the
 * same system call is made again, and this time it is not redirected.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <trace/events/altwait.h>

#include "altwait.h"

/* ------------------------------------------------------------- who is woken */

/* The sleepers of a leaving process go.  Context: any, aw_lock held. */
void aw_wait_evict(struct aw_tracked *t)
{
	struct aw_wait *w;

	list_for_each_entry(w, &t->calls, node)
		if (w->tw->task)
			wake_up_process(w->tw->task);
}

/* child_wait_callback(): does the news concern this call, with such quirks? */
static bool aw_wait_concerned(const struct aw_wait *w, u64 quirks,
			      struct task_struct *of)
{
	const struct aw_target *target = &w->req.target;

	if (quirks & AW_Q(ADOPTION_SILENT))
		return false;
	/* Who is a candidate may not be one by Linux's test any more. */
	if (quirks & AW_Q(CANDIDATES_FIXED))
		return true;
	if (target->kind == AW_TARGET_PID && target->id != of->pid)
		return false;
	if (target->kind == AW_TARGET_PGID && target->id != task_pgrp_nr(of))
		return false;
	return quirks & AW_Q(WNOTHREAD_IGNORED) ||
	       !(w->req.options & __WNOTHREAD) ||
	       rcu_dereference(of->parent) == w->task;
}

/**
 * aw_wait_news - Linux has woken the parent or tracer of a thread
 * @t: the parent's or tracer's record
 * @of: the thread
 *
 * Wakes the calls that Linux would wake.  Those of a policy that wakes as the
 * reference does are woken by the PollSet instead.
 *
 * Context: atomic, aw_lock held, under RCU and tasklist_lock.
 */
void aw_wait_news(struct aw_tracked *t, struct task_struct *of)
{
	struct aw_wait *w;

	list_for_each_entry(w, &t->calls, node) {
		/* In shadow mode stock may be answering right now. */
		if (!w->shadow && !w->tw->task)
			continue;
		if (w->shadow && aw_wait_concerned(w, AW_QUIRKS_NONE, of))
			w->news = true;
		if (aw_wait_concerned(w, w->policy, of))
			w->tw->waker.woken = true;
		if (w->tw->task && (w->news || w->tw->waker.woken))
			wake_up_process(w->tw->task);
	}
}

/* Context: any, aw_lock held. */
unsigned int aw_wait_sleepers(const struct aw_tracked *t)
{
	unsigned int n = 0;
	struct aw_wait *w;

	list_for_each_entry(w, &t->calls, node)
		if (w->tw->task)
			n++;
	return n;
}

/* ------------------------------------------------------------- signals */

/*
 * Is there a signal that would be delivered now?  Else TIF_SIGPENDING means a
 * stop of the whole group, a tracer, the freezer: nothing to end a call for.
 */
bool aw_wait_deliverable(void)
{
	/* One's own does not go away. */
	struct sighand_struct *sighand =
		rcu_dereference_protected(current->sighand, true);
	sigset_t set;

	spin_lock_irq(&sighand->siglock);
	sigorsets(&set, &current->pending.signal,
		  &current->signal->shared_pending.signal);
	sigandnsets(&set, &set, &current->blocked);
	spin_unlock_irq(&sighand->siglock);
	return !sigisemptyset(&set);
}

/*
 * Starry: EINTR unless a handler with SA_RESTART runs.  -ERESTARTSYS does that
 * but for the case that no handler runs at all; then the call comes back at
 * once, from the same place, and aw_wait_restarted() turns it into EINTR.
 * Where no signal was the reason, it goes on instead.  Linux leaves it at
 * -ERESTARTSYS.
 */
long aw_wait_interrupted(struct aw_wait *w, const struct pt_regs *regs,
			 bool deliverable)
{
	if (!(w->policy & AW_Q(EINTR_ALWAYS)))
		return -ERESTARTSYS;
	w->tw->restart = deliverable ? AW_RESTART_SIGNAL : AW_RESTART_SPURIOUS;
	w->tw->ip = regs->ip;
	w->tw->sp = regs->sp;
	return -ERESTARTSYS;
}

bool aw_wait_restarted(struct aw_wait *w, const struct pt_regs *regs)
{
	enum aw_restart restart;

	spin_lock_irq(&aw_lock);
	restart = w->tw->restart;
	w->tw->restart = AW_RESTART_NONE;
	spin_unlock_irq(&aw_lock);
	return restart == AW_RESTART_SIGNAL && w->tw->ip == regs->ip &&
	       w->tw->sp == regs->sp;
}

/*
 * Back to stock: with a signal as stock would, else unnoticed.  A call that does
 * not sleep is never interrupted.
 */
long aw_wait_to_stock(const struct aw_wait *w)
{
	if (signal_pending(current) && !(w->args.options & WNOHANG))
		return -ERESTARTSYS;
	return restart_syscall();
}

/* ---------------------------------------------------------------- sleep */

/* Not dismissed, nor given to another policy.  Context: aw_lock held. */
bool aw_wait_stays(const struct aw_wait *w)
{
	return w->me->enrolled && w->me->quirks == w->policy &&
	       w->me->shadow == w->shadow;
}

/* Context: aw_lock held; drops and retakes it.  Why did the sleep end? */
enum aw_wake aw_wait_sleep(struct aw_wait *w)
	__must_hold(&aw_lock)
{
	struct aw_waker *waker = &w->tw->waker;

	w->tw->task = current;
	aw_watch(w);
	aw_count(blocked);
	trace_altwait_wait_block(w->snap.n);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (waker->woken || w->news || !aw_wait_stays(w) ||
		    signal_pending(current))
			break;
		spin_unlock_irq(&aw_lock);
		if (READ_ONCE(w->me->due)) {
			__set_current_state(TASK_RUNNING);
			aw_owed_settle(w->me);
		} else {
			schedule();
		}
		spin_lock_irq(&aw_lock);
	}
	__set_current_state(TASK_RUNNING);
	w->tw->task = NULL;
	aw_unwatch(w);
	aw_count(woken);
	if (!aw_wait_stays(w))
		return AW_WAKE_LEAVE;
	if (waker->woken || w->news)
		return waker->evicted ? AW_WAKE_FULL : AW_WAKE_NEWS;
	return AW_WAKE_SIGNAL;
}
