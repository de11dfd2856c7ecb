// SPDX-License-Identifier: GPL-2.0
/*
 * How a replaced call sleeps.
 */
#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <trace/events/altwait.h>

#include "internal.h"

LIST_HEAD(aw_sleepers);				/* aw_lock */
static void (*aw_sleep_begins)(void);

/**
 * aw_sleep_init - whom a sleep is announced to
 * @begins: called when a call of replace mode falls asleep, under aw_lock
 *
 * Context: process, at load, before anybody is enrolled.
 */
void aw_sleep_init(void (*begins)(void))
{
	aw_sleep_begins = begins;
}

/*
 * For the watchdog.  In shadow mode stock itself is asked: nothing can be missed
 * there.
 */
static void enlist(struct aw_wait *w)
{
	if (w->shadow)
		return;
	w->since = jiffies;
	w->watched = 0;
	w->suspect = 0;
	list_add_tail(&w->asleep, &aw_sleepers);
	aw_sleep_begins();
}

/*
 * True unless the process was dismissed since the call began, or given to another
 * policy.  Context: aw_lock held.
 */
bool aw_sleep_may_go_on(const struct aw_wait *w)
{
	return aw_is_enrolled(w->me) && w->me->quirks == w->policy &&
	       w->me->shadow == w->shadow;
}

static u64 aw_sleeps;				/* aw_lock */

/**
 * aw_sleep_register - a call is woken by the next news that its policy hears of
 * @w: the call
 *
 * Context: aw_lock held.
 * Return: false without memory: the process is on its way to stock.
 */
bool aw_sleep_register(struct aw_wait *w)
{
	struct aw_waker *waker = &w->caller.tw->waker;

	if (!w->slept) {
		waker->begun = ++aw_sleeps;
		waker->latest_first = !(w->policy & AW_Q(OLDEST_FIRST));
		waker->unbounded = !(w->policy & AW_Q(POLLSET_64));
	}
	if (!aw_pollset_register(&w->me->rec.family->child_exit_event, waker))
		return true;
	aw_leave(w->me, AW_WHY_MEMORY);
	return false;
}

/*
 * Sleeps until there is news that the call hears of, or a signal, or it has to leave.
 * What stock owes is cleared meanwhile.  Return: why the sleep ended.
 * Context: process, the caller; aw_lock held; drops and retakes it.
 */
enum aw_wake aw_sleep(struct aw_wait *w)
	__must_hold(&aw_lock)
{
	struct aw_waker *waker = &w->caller.tw->waker;

	w->caller.tw->task = current;
	w->slept = true;
	enlist(w);
	aw_count(blocked);
	if (trace_altwait_wait_block_enabled())
		trace_altwait_wait_block(aw_look_serves(w) ? aw_look_count(w) :
					 aw_candidates_count(&w->snap));
	if (w->settled != &w->snap)
		aw_candidates_release(&w->snap);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (waker->woken || w->news || !aw_sleep_may_go_on(w) ||
		    signal_pending(current))
			break;
		aw_unlock_irq();
		if (aw_target_may_rest(w)) {
			__set_current_state(TASK_RUNNING);
			aw_target_rest(w);
		} else if (READ_ONCE(w->me->due)) {
			__set_current_state(TASK_RUNNING);
			aw_clear_owed(w->me);
		} else {
			schedule();
		}
		aw_lock_irq();
	}
	__set_current_state(TASK_RUNNING);
	w->caller.tw->task = NULL;
	list_del_init(&w->asleep);
	aw_count(woken);
	if (!aw_sleep_may_go_on(w))
		return AW_WAKE_LEAVE;
	if (waker->woken || w->news)
		return waker->evicted ? AW_WAKE_FULL : AW_WAKE_NEWS;
	return AW_WAKE_SIGNAL;
}
