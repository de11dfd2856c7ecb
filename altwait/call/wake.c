// SPDX-License-Identifier: GPL-2.0
/*
 * Whom news wakes: which of a process's calls it concerns, by Linux's rule and by
 * the quirks.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* True if the process is one of those that the call has kept since it began. */
static bool has_kept(const struct aw_wait *w, const struct aw_process *p)
{
	const struct aw_snapshot *settled = w->settled;
	unsigned int i;

	if (!settled || !p)
		return false;
	if (aw_index_has(settled, p))
		return true;
	for (i = 0; i < settled->n; i++)
		if (settled->v[i].proc == p)
			return true;
	return false;
}

/* eligible_pid(), by the task or else the record */
static bool is_eligible(const struct aw_wait *w,
			const struct aw_news *news,
			struct task_struct *task)
{
	const struct aw_target *target = &w->req.target;
	u32 pgid;

	if (target->kind == AW_TARGET_PID)
		return target->id == (task ? task->pid : news->of->pid);
	if (target->kind != AW_TARGET_PGID)
		return true;
	pgid = task ? task_pgrp_nr(task) : 0;
	return target->id == (pgid || !news->of ? pgid : news->of->pgid);
}

/* True if the call names the process that the news is about, or a thread of it. */
static bool names_thread_of(const struct aw_wait *w, const struct aw_process *of)
{
	const struct aw_target *target = &w->req.target;

	return of && target->kind == AW_TARGET_PID &&
	       (target->id == of->pid || aw_thread_find(of, target->id));
}

/*
 * The end of child_wait_callback(): true if the task hangs on another thread than the
 * caller, which has asked for its own alone.
 */
static bool is_foreign(const struct aw_wait *w, const struct aw_news *news,
		       struct task_struct *task)
{
	if (!(w->req.options & __WNOTHREAD) || !task)
		return false;
	/*
	 * Linux tells whom the task hangs on, its tracer if it has one.  What the
	 * records tell on top goes by the real parent, also where a tracer is told.
	 */
	return w->task != (news->task ? rcu_dereference(task->parent) :
			   rcu_dereference(task->real_parent));
}

/*
 * Which policies news concerns, if they have made this call: as in struct aw_heard.
 */
static aw_quirkset concerns(const struct aw_wait *w, const struct aw_news *news)
{
	aw_quirkset by = AW_Q(WAKES_EVERYBODY);
	struct task_struct *task = news->task;
	bool eligible, foreign;

	rcu_read_lock();
	if (!task)
		task = pid_task(aw_tracked_of(news->of)->pid, PIDTYPE_TGID);
	eligible = is_eligible(w, news, task);
	foreign = is_foreign(w, news, task);
	rcu_read_unlock();
	if (eligible) {
		by |= foreign ? AW_Q(WNOTHREAD_IGNORED) : AW_CONCERNS;
		if (news->of && news->of->maker == w->task->pid)
			by |= AW_Q(CHILDREN_OF_MAKER) | AW_Q(TRACEES_OF_MAKER);
	} else if (names_thread_of(w, news->of)) {
		by |= AW_Q(TRACE_BY_PROCESS);
	}
	/* A candidate may be none by Linux's test any more. */
	if (has_kept(w, news->of))
		by |= AW_Q(MEMBERS_STAY);
	return by;
}

/**
 * aw_wake_told - there is news for a process
 * @p: its record
 * @news: what
 *
 * Each call of the process notes which policies the news concerns.  In shadow mode it
 * is woken at once if Linux would wake it, also while stock is answering; else that
 * is the PollSet's part.
 *
 * Context: any, aw_lock held.
 */
void aw_wake_told(struct aw_process *p, const struct aw_news *news)
{
	struct aw_wait *w;
	aw_quirkset by;

	if (news->of)
		aw_ready_mark(aw_tracked_of(news->of));
	list_for_each_entry(w, &aw_family_of(aw_tracked_of(p))->calls, caller.node) {
		by = concerns(w, news);
		w->concerned = by;
		w->heard.by[news->kind] |= by;
		w->hears = true;
		if (!w->shadow || !aw_wakes(AW_QUIRKS_NONE, news->kind, by))
			continue;
		w->news = true;
		if (w->caller.tw->task)
			wake_up_process(w->caller.tw->task);
	}
}

/**
 * aw_wake_hears - true if news wakes a thread that stands in a PollSet
 * @waker: the thread's waker
 * @news: what has happened
 *
 * A waker that an interrupted call has left behind wakes whatever call there is
 * now.  Where there is none, it leaves the PollSet with the next news that wakes in
 * the reference.
 *
 * Context: any, aw_lock held, right after aw_wake_told() with the same news.
 * Return: true if the waker leaves the PollSet, and its thread wakes if it sleeps.
 */
bool aw_wake_hears(const struct aw_waker *waker, const struct aw_news *news)
{
	const struct aw_wait *w = container_of(waker, struct aw_thread_waker,
					       waker)->call;

	if (!w)
		return aw_wakes(AW_QUIRKS_STARRY, news->kind, AW_CONCERNS);
	return aw_wakes(w->policy, news->kind, w->concerned);
}
