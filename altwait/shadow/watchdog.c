// SPDX-License-Identifier: GPL-2.0
/*
 * The watchdog of replace mode: it names calls that sleep although Linux has an
 * answer.
 *
 * It looks at all that sleep, one by one, and asks linux for each of them.  A call
 * that has slept for a whole period, and misses the same answer in two rounds, is
 * told of, once for each sleep, with the quirks that are to blame.  One round is not
 * enough: Linux's state changes before it wakes anybody.
 *
 * What is asked is a copy of the moment and of the call, without the lock, as in shadow
 * mode: moment.c.  Afterwards the call may sleep no more.
 */
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <trace/events/altwait.h>

#include "compat.h"
#include "internal.h"

static unsigned int watchdog_ms = 1000;

static bool aw_watching = true;		/* aw_lock: false at unload */

static void look_at_all(struct work_struct *work);
static DECLARE_DELAYED_WORK(aw_watchdog_work, look_at_all);

/* Who sleeps already is looked at, too, in a period from now; not if that is 0. */
static int set_watchdog_ms(const char *value, const struct kernel_param *param)
{
	int err = param_set_uint(value, param);

	if (err)
		return err;
	aw_lock_irq();
	if (watchdog_ms && aw_watching && !list_empty(&aw_sleepers))
		mod_delayed_work(aw_wq, &aw_watchdog_work, msecs_to_jiffies(watchdog_ms));
	aw_unlock_irq();
	return 0;
}

static const struct kernel_param_ops watchdog_ms_ops = {
	.set = set_watchdog_ms,
	.get = param_get_uint,
};
module_param_cb(watchdog_ms, &watchdog_ms_ops, &watchdog_ms, 0644);
MODULE_PARM_DESC(watchdog_ms,
		 "how long a waiter may sleep although Linux has an answer, before the watchdog tells; 0: it does not look");

/* Sleepers that this round has yet to see; those that it has are back in aw_sleepers. */
static LIST_HEAD(aw_watch_todo);		/* aw_lock */
static u32 aw_watch_round;			/* the work's alone */

/* What the work needs room for; only it uses this. */
static struct aw_facts aw_watch_facts;
static struct aw_snapshot aw_watch_kept;
static struct aw_moment aw_watch_moment;

/*
 * A call that is looked at.
 * @w:	    the call itself: only compared, unless it still sleeps
 * @copy:   what it was when it was copied; @copy.task and @copy.me are referenced
 * @fixed:  the candidates that its policy keeps, or NULL; those only matter where it
 *	    is suspected already
 */
struct watched {
	struct aw_wait		 *w;
	struct aw_wait		 copy;
	const struct aw_snapshot *fixed;
};

static struct watched aw_watched;

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
		queue_delayed_work(aw_wq, &aw_watchdog_work,
				   msecs_to_jiffies(ms));
}

/* Context: process, no lock held. */
static void tell(struct aw_wait *w, const struct aw_question *q, struct aw_decision *has)
{
	struct aw_decision sleeps = { .kind = AW_SLEEP };
	struct altwait_verdict v = { .verdict = ALTWAIT_VERDICT_DIFFERS };
	char names[128];
	aw_quirkset why;

	aw_answer_describe(w, &v);
	why = aw_explain(q, w->args.call, &sleeps);
	if (has->proc)
		has->proc = aw_copy_of(has->proc);
	aw_lock_irq();
	aw_answer_of(w, has, &v.control);
	aw_unlock_irq();
	aw_quirks_tell(why, &v.quirks, v.quirks_more);
	aw_quirk_names(why, names, sizeof(names));
	trace_altwait_wait_stuck(&v, names);
	aw_tally_stuck(&v);
	aw_count(stuck);
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

static void pause(void)
{
	cond_resched();
}

/* Copies a call, and the moment.  False: there is too little room.  aw_lock held. */
static bool copy(struct aw_wait *w)
{
	struct watched *c = &aw_watched;

	c->fixed = NULL;
	if (w->suspect && w->settled) {
		if (aw_candidates_count(w->settled) > aw_watch_kept.cap)
			return false;
		aw_kept_copy(&aw_watch_kept, w->settled);
		c->fixed = &aw_watch_kept;
	}
	if (!aw_moment_read(&aw_watch_moment, w, &aw_watch_facts, c->fixed, w->suspect)) {
		aw_candidates_release(&aw_watch_kept);
		return false;
	}
	hide_unannounced(&aw_watch_facts);
	c->w = w;
	c->copy = *w;
	get_task_struct(w->task);
	aw_process_get(&w->me->rec);
	return true;
}

/*
 * True if the call sleeps as it did when it was copied.  It was the last that this round
 * has seen, and stands before those that have fallen asleep since.  Context: aw_lock held.
 */
static bool still_sleeps(const struct watched *c)
{
	const struct aw_wait *w;

	list_for_each_entry_reverse(w, &aw_sleepers, asleep) {
		if (w == c->w)
			return w->task == c->copy.task && w->since == c->copy.since &&
			       !w->caller.tw->waker.woken;
		if (w->watched == aw_watch_round || w->watched == AW_WATCH_TOLD)
			return false;
	}
	return false;
}

/* The call is suspected from now on, or no more, or was told of. */
static void note(struct watched *c, u32 suspect, bool told)
{
	aw_lock_irq();
	if (still_sleeps(c)) {
		c->w->suspect = suspect;
		if (told)
			c->w->watched = AW_WATCH_TOLD;
	}
	aw_unlock_irq();
}

static bool sleeps_yet(const struct watched *c)
{
	bool ret;

	aw_lock_irq();
	ret = still_sleeps(c);
	aw_unlock_irq();
	return ret;
}

/* Asks linux about the copy.  Context: process, no lock held. */
static void ask(struct watched *c)
{
	struct aw_wait *w = &c->copy;
	struct aw_question q = {
		.parse = aw_moment_parse, .ctx = w, .facts = &aw_watch_facts,
		.fixed = c->fixed, .begun = true, .pause = pause, .policy = w->policy, .few = true,
	};
	struct aw_decision d;
	u32 mark;

	/* What Linux was not told of either, it would find if it looked. */
	if (aw_heard_by(&w->heard, AW_QUIRKS_NONE))
		q.heard = &w->heard;
	aw_moment_point(&aw_watch_moment, &aw_watch_facts, c->fixed);
	aw_moment_ask(&aw_watch_moment, &q);
	aw_explain_answer(&q, AW_QUIRKS_NONE, &d);
	mark = d.kind == AW_SLEEP ? 0 : mark_of(&d);
	if (mark && mark == w->suspect && sleeps_yet(c)) {
		note(c, mark, true);
		tell(w, &q, &d);
	} else {
		note(c, mark, false);
	}
}

/* Context: process, no lock held. */
static void forget(struct watched *c)
{
	aw_moment_drop(&aw_watch_moment);
	aw_moment_forget(&aw_watch_kept);
	aw_lock_irq();
	aw_process_put(&c->copy.me->rec);
	aw_unlock_irq();
	put_task_struct(c->copy.task);
}

/* Gets as much room as the last copy wanted.  Context: process, no lock held. */
static bool grow(unsigned int kept)
{
	return aw_moment_grow(&aw_watch_moment, &aw_watch_facts) &&
	       (kept <= aw_watch_kept.cap || aw_target_room(&aw_watch_kept, kept));
}

/* True if the call has slept for a period, and goes on to.  Context: aw_lock held. */
static bool is_due(const struct aw_wait *w)
{
	unsigned long period = msecs_to_jiffies(READ_ONCE(watchdog_ms));

	return time_after_eq(jiffies, w->since + period) &&
	       !w->caller.tw->waker.woken && aw_sleep_may_go_on(w);
}

/* A look must not change what it looks at: who is too big for one is passed by. */
static bool takes_long(const struct aw_wait *w)
{
	return aw_moment_takes_long(w, NULL, w->suspect);
}

/*
 * Finds one sleeper, and copies it.  Return: 0, all were seen; 1, it is copied; 2, it
 * is not to be; -ENOSPC, come again with room, for @kept candidates.
 */
static int look_at_one(unsigned int *kept)
{
	struct aw_wait *w;
	int ret = 0;

	aw_lock_irq();
	w = list_first_entry_or_null(&aw_watch_todo, struct aw_wait, asleep);
	if (w) {
		*kept = w->settled ? aw_candidates_count(w->settled) : 0;
		ret = w->watched == AW_WATCH_TOLD || !is_due(w) || takes_long(w) ? 2 :
		      copy(w) ? 1 : -ENOSPC;
	}
	if (ret > 0) {
		list_move_tail(&w->asleep, &aw_sleepers);
		if (w->watched != AW_WATCH_TOLD)
			w->watched = aw_watch_round;
	}
	aw_unlock_irq();
	return ret;
}

static void begin_round(void)
{
	if (++aw_watch_round == AW_WATCH_TOLD)
		aw_watch_round = 1;
	aw_lock_irq();
	list_splice_init(&aw_sleepers, &aw_watch_todo);
	aw_unlock_irq();
}

/* Without memory some were not seen: they are the first of the next round. */
static void end_round(void)
{
	aw_lock_irq();
	list_splice_init(&aw_watch_todo, &aw_sleepers);
	if (!list_empty(&aw_sleepers))
		aw_watchdog_soon();
	aw_unlock_irq();
}

static void look_at_all(struct work_struct *work)
{
	unsigned int kept;
	int ret;

	if (!READ_ONCE(watchdog_ms))
		return;
	begin_round();
	do {
		ret = look_at_one(&kept);
		if (ret == 1) {
			/* Somebody else of the process is about to take it. */
			if (!aw_watch_facts.claimed)
				ask(&aw_watched);
			forget(&aw_watched);
		}
		cond_resched();
	} while (ret > 0 || (ret == -ENOSPC && grow(kept)));
	end_round();
}

/**
 * aw_watchdog_exit - the watchdog goes
 *
 * Context: process, at unload; nobody sleeps any more.
 */
void aw_watchdog_exit(void)
{
	aw_lock_irq();
	aw_watching = false;
	aw_unlock_irq();
	cancel_delayed_work_sync(&aw_watchdog_work);
	kvfree(aw_watch_facts.v);
	kvfree(aw_watch_kept.v);
	aw_moment_free(&aw_watch_moment);
}
