// SPDX-License-Identifier: GPL-2.0
/*
 * A call in shadow mode: stock answers it, and right before each time that stock
 * is asked, linux and the policy are.
 *
 * Stock is never asked to sleep: it is asked with WNOHANG, and the sleep between
 * two questions is altwait's, woken as Linux would wake it.
 */
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <trace/events/altwait.h>

#include "internal.h"

/* Keeps a decision beyond aw_lock; NULL: keeps none.  Context: aw_lock held. */
static void keep(struct aw_decision *kept, const struct aw_decision *d)
{
	if (d && d->proc)
		aw_process_get(d->proc);
	if (kept->proc)
		aw_process_put(kept->proc);
	if (d)
		*kept = *d;
	else
		memset(kept, 0, sizeof(*kept));
}

/* Compares the policy with linux, and finds the quirks that tell them apart. */
static void compare(struct aw_shadow *s)
{
	enum aw_call call = s->w->args.call;

	s->differs = !aw_explain_agree(call, &s->control, &s->policy);
	s->quirks = s->differs ? aw_explain(&s->q, call, &s->policy) : 0;
	s->done = s->policy.kind != AW_SLEEP;
}

/* Notes the candidates that the policy keeps while it sleeps. */
static void fix_candidates(struct aw_shadow *s)
{
	const aw_quirkset settled = AW_QUIRKS_SETTLED | AW_Q(ECHILD_ONCE);
	struct aw_request req = { .quirks = s->w->policy };

	if (s->done || !(req.quirks & settled) || aw_target_parse(&req, s->w))
		return;
	aw_candidates_take(&aw_records, &req, &s->w->facts, &s->fixed);
	s->q.fixed = &s->fixed;
	s->w->settled = &s->fixed;
}

/* Collects the news since the last sleep: a policy is asked if it is woken by any. */
static void hear(struct aw_shadow *s)
{
	struct aw_wait *w = s->w;

	if (s->slept)
		memset(&s->heard, 0, sizeof(s->heard));
	s->slept = false;
	if (w->caller.tw->waker.woken && w->caller.tw->waker.evicted)
		w->heard.by[AW_NEWS_FULL] = AW_CONCERNS;
	aw_heard_move(&s->heard, &w->heard);
	s->q.heard = s->asleep ? &s->heard : NULL;
	s->q.due = s->due;
	if (w->caller.tw->waker.woken)
		s->registered = false;
	w->caller.tw->waker.woken = false;
	w->news = false;
}

/*
 * The policy sleeps on the PollSet from here on, and misses nothing that happens
 * while stock is asked.
 */
static void register_waker(struct aw_shadow *s)
{
	if (s->done || s->registered)
		return;
	aw_pollset_register(&s->w->me->rec.child_exit_event,
			    &s->w->caller.tw->waker);
	s->registered = true;
}

/*
 * Asks linux and the policy.  Return: 0; -ENOSPC, there is too little room;
 * -EAGAIN, the records are behind, and may be so once more.
 * Context: aw_lock held.
 */
static int look(struct aw_shadow *s, bool patient)
{
	struct aw_wait *w = s->w;
	struct aw_decision d;
	unsigned int bound;

	aw_adoption_finish();
	aw_follow_stock(w);
	aw_scan_groups(w->me);
	if (!aw_facts_read(w, &w->facts))
		return -ENOSPC;
	if (patient && aw_race_lags(w))
		return -EAGAIN;
	bound = aw_candidates_bound(&aw_records, &w->me->rec, &w->facts,
				    w->settled);
	w->room = bound;
	if (bound > s->room.cap || (!s->q.fixed && bound > s->fixed.cap))
		return -ENOSPC;
	/* Where Linux would not be awake, stock is not asked. */
	s->due = !s->looked || w->news || s->q.pending || s->repeat;
	s->repeat = false;
	s->was_done = s->done;
	s->news = w->me->news;
	hear(s);
	memset(&d, 0, sizeof(d));
	if (s->due)
		aw_explain_answer(&s->q, AW_QUIRKS_NONE, &d);
	keep(&s->control, &d);
	aw_answer_of(w, &s->control, &s->v.control);
	if (!s->done) {
		aw_explain_answer(&s->q, w->policy, &d);
		keep(&s->policy, &d);
		aw_answer_of(w, &s->policy, &s->v.policy);
		compare(s);
	}
	register_waker(s);
	if (!s->q.fixed)
		fix_candidates(s);
	s->looked = true;
	s->asleep = !s->done;
	return 0;
}

/* Context: process, no lock held.  False without memory. */
static bool grow(struct aw_shadow *s)
{
	if (aw_target_grow(s->w))
		return false;
	if ((s->room.cap >= s->w->room || aw_target_room(&s->room, s->w->room)) &&
	    (s->q.fixed || s->fixed.cap >= s->w->room ||
	     aw_target_room(&s->fixed, s->w->room)))
		return true;
	spin_lock_irq(&aw_lock);
	aw_leave(s->w->me, AW_WHY_MEMORY);
	spin_unlock_irq(&aw_lock);
	return false;
}

/* Sleeps until there is news.  Context: aw_lock held; drops and retakes it. */
static void sleep(struct aw_shadow *s)
	__must_hold(&aw_lock)
{
	s->slept = true;
	trace_altwait_wait_wake(aw_sleep(s->w));
}

/*
 * The policy is asked only until it says something.  If nothing explains that, or
 * Linux has not looked, it may have seen an event that Linux was about to see: then
 * it is asked again.  Return: true if so.
 */
static bool was_early(struct aw_shadow *s)
{
	if (!s->differs || (s->quirks && s->due) || s->was_done ||
	    s->repeats >= AW_MAX_REPEATS || !aw_race_happened(s))
		return false;
	s->repeats++;
	s->done = false;
	s->differs = false;
	/* Stock is asked only where Linux would look. */
	s->repeat = s->due;
	return true;
}

/*
 * Stock has nothing yet: if linux said something, that was wrong, unless something has
 * happened.  Return: true if all are to be asked again before the call sleeps.
 */
static bool is_to_repeat(struct aw_shadow *s)
{
	if (s->control.kind != AW_SLEEP) {
		memset(&s->v.stock, 0, sizeof(s->v.stock));
		s->wrong |= !aw_race_happened(s);
	}
	return was_early(s);
}

/*
 * Asks linux and the policy, as soon as the records are not behind.  Return: 0; a
 * restart code, where the process has left.
 */
static long predict(struct aw_shadow *s)
{
	struct aw_wait *w = s->w;
	unsigned int patience = AW_RACE_ROUNDS;
	int ret;

	for (;;) {
		aw_target_adopt(w);
		s->q.pending = signal_pending(current);
		s->q.signal = s->q.pending && aw_restart_has_signal();
		spin_lock_irq(&aw_lock);
		ret = aw_sleep_may_go_on(w) ? look(s, patience) : -ESRCH;
		spin_unlock_irq(&aw_lock);
		if (!ret)
			return 0;
		if (ret == -EAGAIN) {
			patience--;
			schedule_timeout_uninterruptible(AW_RACE_PAUSE);
		} else if (ret == -ESRCH || !grow(s)) {
			return aw_restart_in_stock(w);
		}
	}
}

static long loop(struct aw_shadow *s, const struct pt_regs *regs)
{
	struct aw_wait *w = s->w;
	long ret;

	for (;;) {
		ret = predict(s);
		if (ret)
			return ret;
		ret = s->due ? aw_ask(s, regs) : AW_NOT_YET;
		if (ret != AW_NOT_YET) {
			if (aw_verdict(s, ret))
				return ret;
			s->repeat = true;
			continue;
		}
		if (is_to_repeat(s))
			continue;
		spin_lock_irq(&aw_lock);
		if (aw_sleep_may_go_on(w))
			sleep(s);
		spin_unlock_irq(&aw_lock);
	}
}

/* The reference fails where a call is made again and no handler has run: seed 279. */
static void is_restarted(struct aw_shadow *s)
{
	s->policy.kind = AW_ERROR;
	s->policy.error = -EINTR;
	s->v.policy.kind = ALTWAIT_KIND_ERROR;
	s->v.policy.ret = -EINTR;
	s->quirks = AW_Q(EINTR_ALWAYS);
	s->differs = true;
	s->done = true;
}

static void free_shadow(struct aw_shadow *s)
{
	spin_lock_irq(&aw_lock);
	s->w->settled = NULL;
	aw_candidates_release(&s->fixed);
	keep(&s->control, NULL);
	keep(&s->policy, NULL);
	spin_unlock_irq(&aw_lock);
	kvfree(s->fixed.v);
	kvfree(s->room.v);
	kfree(s);
}

/**
 * aw_shadow - a call that stock answers, while linux and a policy are asked
 * @w: the call, which has entered
 * @regs: the caller's user registers
 *
 * Context: process, the caller, no lock held.
 * Return: what stock returns; a restart code, where the process has left.
 */
long aw_shadow(struct aw_wait *w, const struct pt_regs *regs)
{
	struct aw_shadow *s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);
	struct aw_tally *tally;
	long ret;

	if (!s) {
		spin_lock_irq(&aw_lock);
		aw_leave(w->me, AW_WHY_MEMORY);
		spin_unlock_irq(&aw_lock);
		return aw_restart_in_stock(w);
	}
	s->w = w;
	s->q = (struct aw_question) {
		.r = &aw_records, .caller = &w->me->rec,
		.parse = aw_target_parse, .ctx = w, .facts = &w->facts,
		.room = &s->room, .policy = w->policy, .few = true,
	};
	if (aw_restart_fails(w, regs))
		is_restarted(s);
	/* Arguments that are refused are a question like any other. */
	aw_target_request(w);
	ret = loop(s, regs);
	if (ret == -ERESTARTSYS && !s->differs)
		aw_restart_note(w, regs, s->q.signal);
	if (!s->v.time) {
		tally = aw_verdict_tally(w);
		aw_tally_left(tally);
		aw_tally_put(tally);
	}
	free_shadow(s);
	return ret;
}
