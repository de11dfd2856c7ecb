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

/* Is the process one of those that the call has kept since it began? */
static bool aw_wait_settled(const struct aw_wait *w, const struct aw_process *p)
{
	unsigned int i;

	for (i = 0; w->settled && i < w->settled->n; i++)
		if (w->settled->v[i].proc == p)
			return true;
	return false;
}

/* eligible_pid(), by the task or else the record */
static bool aw_wait_eligible(const struct aw_wait *w,
			     const struct aw_news *news,
			     struct task_struct *task)
{
	const struct aw_target *target = &w->req.target;
	u32 pgid = task ? task_pgrp_nr(task) : 0;

	if (target->kind == AW_TARGET_PID)
		return target->id == (task ? task->pid : news->of->pid);
	if (target->kind == AW_TARGET_PGID)
		return target->id == (pgid || !news->of ? pgid :
				      news->of->pgid);
	return true;
}

/* Does it name a thread, or the process of a thread, that the news is about? */
static bool aw_wait_names(const struct aw_wait *w, const struct aw_process *of)
{
	const struct aw_target *target = &w->req.target;

	return of && target->kind == AW_TARGET_PID &&
	       (target->id == of->pid || aw_thread_find(of, target->id));
}

/* The end of child_wait_callback(): does it hang on another thread? */
static bool aw_wait_foreign(const struct aw_wait *w, const struct aw_news *news,
			    struct task_struct *task)
{
	if (!(w->req.options & __WNOTHREAD) || !task)
		return false;
	/* What Linux tells the tracer, the records tell the parent. */
	return w->task != (news->task ? rcu_dereference(task->parent) :
			   rcu_dereference(task->real_parent));
}

/*
 * Whom of those who would make this call does the news concern?  As in struct
 * aw_heard.
 */
static aw_quirkset aw_wait_concerns(const struct aw_wait *w, const struct aw_news *news)
{
	aw_quirkset by = AW_Q(WAKES_EVERYBODY);
	struct task_struct *task = news->task;
	bool eligible, foreign;

	rcu_read_lock();
	if (!task)
		task = pid_task(aw_tracked_of(news->of)->pid, PIDTYPE_TGID);
	eligible = aw_wait_eligible(w, news, task);
	foreign = aw_wait_foreign(w, news, task);
	rcu_read_unlock();
	if (eligible)
		by |= foreign ? AW_Q(WNOTHREAD_IGNORED) : AW_CONCERNS;
	else if (aw_wait_names(w, news->of))
		by |= AW_Q(TRACE_BY_PROCESS);
	/* Who is a candidate may not be one by Linux's test any more. */
	if (aw_wait_settled(w, news->of))
		by |= AW_Q(MEMBERS_STAY);
	return by;
}

/**
 * aw_wait_told - there is news for a process
 * @p: its record
 * @news: what
 *
 * Each call of it notes whom the news would wake.  In shadow mode that is Linux
 * for one, also while stock is answering.
 *
 * Context: any, aw_lock held.
 */
void aw_wait_told(struct aw_process *p, const struct aw_news *news)
{
	struct aw_wait *w;
	aw_quirkset by;

	list_for_each_entry(w, &aw_tracked_of(p)->calls, node) {
		by = aw_wait_concerns(w, news);
		w->heard.by[news->kind] |= by;
		if (!w->shadow || !aw_wakes(AW_QUIRKS_NONE, news->kind, by))
			continue;
		w->news = true;
		if (w->tw->task)
			wake_up_process(w->tw->task);
	}
}

/**
 * aw_wait_hears - is a thread woken by some news?
 * @waker: its waker, which stands in a PollSet
 * @news: what
 *
 * A waker that an interrupted call has left behind wakes whatever call there is
 * now.
 *
 * Context: any, aw_lock held.
 * Return: whether it is, or does not sleep at all.
 */
bool aw_wait_hears(const struct aw_waker *waker, const struct aw_news *news)
{
	const struct aw_wait *w = container_of(waker, struct aw_thread_waker,
					       waker)->call;

	if (!w)
		return aw_wakes(AW_QUIRKS_ALL, news->kind, AW_CONCERNS);
	return aw_wakes(w->policy, news->kind, aw_wait_concerns(w, news));
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
 * Back to stock: with a signal as stock would, else unnoticed.  A call that has not
 * slept is not interrupted: stock looks first, and the signal came just before it.
 */
long aw_wait_to_stock(const struct aw_wait *w)
{
	if (signal_pending(current) && w->slept)
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
	w->slept = true;
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
