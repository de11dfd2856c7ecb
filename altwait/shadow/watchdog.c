// SPDX-License-Identifier: GPL-2.0
/*
 * The watchdog of replace mode: it names calls that sleep although Linux has an
 * answer.
 *
 * It looks at all that sleep, one by one, and asks linux for each of them.  A call
 * that has slept for a whole period, and misses the same answer in two rounds, is
 * told of, once for each sleep, with the quirks that are to blame.  One round is not
 * enough: Linux's state changes before it wakes anybody.
 */
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <trace/events/altwait.h>

#include "internal.h"

static unsigned int watchdog_ms = 1000;
module_param(watchdog_ms, uint, 0644);
MODULE_PARM_DESC(watchdog_ms,
		 "how long a waiter may sleep although Linux has an answer, before the watchdog tells; 0: it does not look");

static bool aw_watching = true;		/* aw_lock: false at unload */

static void look_at_all(struct work_struct *work);
static DECLARE_DELAYED_WORK(aw_watchdog_work, look_at_all);

/* What the work needs room for; only it uses this. */
static struct aw_facts aw_watch_facts;
static struct aw_snapshot aw_watch_room;
static struct aw_snapshot aw_watch_kept;

/* In @watched of struct aw_wait: the watchdog has told of this sleep. */
#define AW_WATCH_TOLD	U32_MAX

/**
 * aw_watchdog_soon - somebody sleeps: look in a period from now
 *
 * Context: any, aw_lock held.
 */
void aw_watchdog_soon(void)
{
	unsigned int ms = READ_ONCE(watchdog_ms);

	if (ms && aw_watching)
		queue_delayed_work(system_wq, &aw_watchdog_work,
				   msecs_to_jiffies(ms));
}

static void tell(struct aw_wait *w, const struct aw_question *q,
		 const struct aw_decision *has)
{
	struct aw_decision sleeps = { .kind = AW_SLEEP };
	struct altwait_verdict v = { .verdict = ALTWAIT_VERDICT_DIFFERS };
	char names[128];
	aw_quirkset why;

	aw_answer_describe(w, &v);
	aw_answer_of(w, has, &v.control);
	why = aw_explain(q, w->args.call, &sleeps);
	aw_quirks_tell(why, &v.quirks, v.quirks_more);
	aw_quirk_names(why, names, sizeof(names));
	trace_altwait_wait_stuck(&v, names);
	aw_tally_stuck(&v);
	aw_count(stuck);
	w->watched = AW_WATCH_TOLD;
}

/* What a sleeper is suspected to miss; never 0. */
static u32 mark_of(const struct aw_decision *d)
{
	return d->tid << 3 | d->kind;
}

/*
 * A continue is there when SIGCONT is sent, but Linux wakes nobody for it before the
 * process runs: get_signal().
 */
static void hide_unannounced(struct aw_facts *facts)
{
	struct task_struct *task;
	struct aw_fact *f;

	rcu_read_lock();
	for (f = facts->v; f < facts->v + facts->n; f++) {
		task = pid_task(aw_tracked_of(f->proc)->pid, PIDTYPE_TGID);
		if (task && READ_ONCE(task->signal->flags) & SIGNAL_CLD_MASK)
			f->continued = false;
	}
	rcu_read_unlock();
}

/* False: there is too little room.  Context: aw_lock held. */
static bool look(struct aw_wait *w)
{
	struct aw_question q = {
		.r = &aw_records, .caller = &w->me->rec,
		.parse = aw_target_parse, .ctx = w,
		.facts = &aw_watch_facts, .room = &aw_watch_room,
		.policy = w->policy, .few = true,
	};
	struct aw_decision d;

	if (w->settled && aw_candidates_count(w->settled) > aw_watch_kept.cap)
		return false;
	/* What Linux was not told of either, it would find if it looked. */
	if (aw_heard_by(&w->heard, AW_QUIRKS_NONE))
		q.heard = &w->heard;
	if (!aw_facts_read(w, &aw_watch_facts) ||
	    aw_candidates_bound(&aw_records, &w->me->rec, &aw_watch_facts,
				w->settled) > aw_watch_room.cap)
		return false;
	/* Somebody else of the process is about to take it. */
	if (aw_watch_facts.claimed)
		return true;
	hide_unannounced(&aw_watch_facts);
	if (w->settled) {
		aw_kept_copy(&aw_watch_kept, w->settled);
		q.fixed = &aw_watch_kept;
	}
	aw_explain_answer(&q, AW_QUIRKS_NONE, &d);
	if (d.kind != AW_SLEEP && w->suspect == mark_of(&d))
		tell(w, &q, &d);
	else
		w->suspect = d.kind == AW_SLEEP ? 0 : mark_of(&d);
	aw_candidates_release(&aw_watch_kept);
	return true;
}

/* Gets room for so many facts and candidates.  Context: process, no lock held. */
static bool grow(unsigned int facts, unsigned int room)
{
	if (facts > aw_watch_facts.cap) {
		kvfree(aw_watch_facts.v);
		aw_watch_facts.v = kvmalloc_array(facts, sizeof(*aw_watch_facts.v),
						  GFP_KERNEL);
		aw_watch_facts.cap = aw_watch_facts.v ? facts : 0;
	}
	if (!aw_target_room(&aw_watch_room, room) ||
	    !aw_target_room(&aw_watch_kept, room))
		return false;
	return facts <= aw_watch_facts.cap;
}

/*
 * A sleeper that this round has not seen yet, or NULL; those that it has go to the end
 * of the list.  Context: aw_lock held.
 */
static struct aw_wait *next_sleeper(u32 round)
{
	struct aw_wait *w = list_first_entry_or_null(&aw_sleepers,
						     struct aw_wait, asleep);
	struct aw_wait *first = w;

	while (w && (w->watched == round || w->watched == AW_WATCH_TOLD)) {
		list_move_tail(&w->asleep, &aw_sleepers);
		w = list_first_entry(&aw_sleepers, struct aw_wait, asleep);
		if (w == first)
			return NULL;
	}
	return w;
}

/*
 * Looks at one sleeper.  Return: 0, all were seen; 1, there may be more; -ENOSPC,
 * come again with room for @facts and @room.  Context: aw_lock held.
 */
static int look_at_one(u32 round, unsigned int *facts, unsigned int *room)
{
	unsigned long period = msecs_to_jiffies(READ_ONCE(watchdog_ms));
	struct aw_wait *w = next_sleeper(round);

	if (!w)
		return 0;
	if (time_after_eq(jiffies, w->since + period) &&
	    !w->caller.tw->waker.woken && aw_sleep_may_go_on(w) && !look(w)) {
		*facts = aw_watch_facts.n + 8;
		*room = aw_candidates_bound(&aw_records, &w->me->rec,
					    &aw_watch_facts, w->settled) + 8;
		return -ENOSPC;
	}
	if (w->watched != AW_WATCH_TOLD)
		w->watched = round;
	return 1;
}

static void look_at_all(struct work_struct *work)
{
	static u32 round;
	unsigned int facts, room;
	int ret;

	if (++round == AW_WATCH_TOLD)
		round = 1;
	do {
		spin_lock_irq(&aw_lock);
		ret = look_at_one(round, &facts, &room);
		if (!ret && !list_empty(&aw_sleepers))
			aw_watchdog_soon();
		spin_unlock_irq(&aw_lock);
		if (ret == -ENOSPC && !grow(facts, room))
			break;
		cond_resched();
	} while (ret);
}

/**
 * aw_watchdog_exit - the watchdog goes
 *
 * Context: process, at unload; nobody sleeps any more.
 */
void aw_watchdog_exit(void)
{
	spin_lock_irq(&aw_lock);
	aw_watching = false;
	spin_unlock_irq(&aw_lock);
	cancel_delayed_work_sync(&aw_watchdog_work);
	kvfree(aw_watch_facts.v);
	kvfree(aw_watch_room.v);
	kvfree(aw_watch_kept.v);
}
