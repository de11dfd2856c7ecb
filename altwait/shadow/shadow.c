// SPDX-License-Identifier: GPL-2.0
/*
 * A call in shadow mode: stock answers it, and right before each time that stock
 * is asked, linux and the policy are; of a plain call it is known what they would say:
 * quiet.c.
 *
 * They are asked about a copy of the moment, without a lock: moment.c.  Where there was
 * news meanwhile, they are asked again.
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
	s->q.begun = s->asleep;
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
	s->registered = aw_sleep_register(s->w);
}

/* The look begins: what is heard from here on is news.  Context: aw_lock held. */
static void begin(struct aw_shadow *s)
{
	struct aw_wait *w = s->w;

	/* Where Linux would not be awake, stock is not asked. */
	s->due = !s->looked || w->news || s->q.pending || s->repeat;
	s->repeat = false;
	s->was_done = s->done;
	s->news = w->me->news;
	hear(s);
}

/* How often more it is waited for the records, and all are asked again for news. */
struct patience {
	unsigned int lags;
	unsigned int news;
};

/* False: the process leaves, since a copy would take too long.  Context: aw_lock held. */
static bool is_bounded(const struct aw_shadow *s)
{
	if (!aw_moment_takes_long(s->w, s->w->settled, s->all))
		return true;
	aw_leave(s->w->me, AW_WHY_WORK);
	return false;
}

/*
 * Copies the moment.  Return: 0; -ENOSPC, there is too little room; -EAGAIN, the
 * records are behind, and may be so once more; -ESRCH, the process has left.
 */
static int copy(struct aw_shadow *s, const struct patience *left)
{
	struct aw_wait *w = s->w;
	int ret = 0;

	aw_ready_sift(w->me);
	aw_lock_irq();
	aw_adoption_finish();
	aw_follow_stock(w);
	if (!aw_sleep_may_go_on(w) || !is_bounded(s))
		ret = -ESRCH;
	else if (!aw_moment_read(&s->moment, w, &w->facts, w->settled, s->all))
		ret = -ENOSPC;
	else if (left->lags && aw_race_lags(w))
		ret = -EAGAIN;
	else
		begin(s);
	aw_unlock_irq();
	if (!ret)
		aw_moment_point(&s->moment, &w->facts, w->settled);
	return ret;
}

/* What linux and the policy say of the moment, and why they differ. */
struct aw_said {
	struct aw_decision control;
	struct aw_decision policy;
	bool		   differs;
	aw_quirkset	   quirks;
};

/* An explanation may be long. */
static void pause(void)
{
	cond_resched();
}

static void ask(struct aw_shadow *s, struct aw_said *said)
{
	enum aw_call call = s->w->args.call;
	struct aw_question q = s->q;

	memset(said, 0, sizeof(*said));
	aw_moment_ask(&s->moment, &q);
	if (s->due)
		aw_explain_answer(&q, AW_QUIRKS_NONE, &said->control);
	if (s->done)
		return;
	aw_explain_answer(&q, s->w->policy, &said->policy);
	said->differs = !aw_explain_agree(call, &said->control, &said->policy);
	if (said->differs)
		said->quirks = aw_explain(&q, call, &said->policy);
}

/* True if the policy sleeps, and shall keep its candidates of this moment. */
static bool is_to_keep(const struct aw_shadow *s, const struct aw_said *said)
{
	return !s->done && said->policy.kind == AW_SLEEP && !s->q.fixed &&
	       s->w->policy & (AW_QUIRKS_SETTLED | AW_Q(ECHILD_ONCE));
}

/* It is about the record from now on. */
static void keep_said(struct aw_decision *kept, struct aw_decision *d,
		      const struct aw_wait *w, struct altwait_answer *a)
{
	if (d->proc)
		d->proc = aw_copy_of(d->proc);
	keep(kept, d);
	aw_answer_of(w, kept, a);
}

/* What was said counts.  Context: aw_lock held. */
static void conclude(struct aw_shadow *s, struct aw_said *said, bool keeps)
{
	struct aw_wait *w = s->w;

	keep_said(&s->control, &said->control, w, &s->v.control);
	if (!s->done) {
		keep_said(&s->policy, &said->policy, w, &s->v.policy);
		s->differs = said->differs;
		s->quirks = said->quirks;
		s->done = said->policy.kind != AW_SLEEP;
	}
	register_waker(s);
	if (keeps) {
		s->q.fixed = &s->fixed;
		w->settled = &s->fixed;
	}
	s->looked = true;
	s->asleep = !s->done;
}

/*
 * Asks linux and the policy about a copy of the moment.  Return: 0; what copy()
 * returns; -ERESTART, there was news meanwhile, or everybody has to be asked.
 */
static int look(struct aw_shadow *s, const struct patience *left)
{
	struct aw_wait *w = s->w;
	struct aw_said said;
	bool keeps;
	int ret = copy(s, left);

	if (ret)
		goto out;
	ask(s, &said);
	keeps = is_to_keep(s, &said);
	if (keeps && s->moment.few) {
		s->all = true;
		ret = -ERESTART;
	} else if (keeps && !aw_moment_keep(&s->moment, w, &s->fixed)) {
		ret = -ENOMEM;
	} else {
		aw_lock_irq();
		if (!aw_sleep_may_go_on(w))
			ret = -ESRCH;
		else if (w->me->news != s->news && left->news)
			ret = -ERESTART;
		else
			conclude(s, &said, keeps);
		/* What it missed, unpatiently, it looks for at once. */
		if (!ret && w->me->news != s->news)
			w->caller.tw->waker.woken = true;
		aw_unlock_irq();
		if (ret && keeps)
			aw_moment_forget(&s->fixed);
	}
	if (ret == -ERESTART)
		s->repeat = s->due;
out:
	aw_moment_drop(&s->moment);
	return ret;
}

/* Context: process, no lock held. */
static void leave_for_memory(struct aw_wait *w)
{
	aw_lock_irq();
	aw_leave(w->me, AW_WHY_MEMORY);
	aw_unlock_irq();
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
	struct patience left = { .lags = AW_RACE_PATIENCE, .news = AW_RACE_ROUNDS };
	int ret;

	for (;;) {
		aw_target_adopt(w);
		s->q.pending = signal_pending(current);
		s->q.signal = s->q.pending ? aw_restart_signal() : AW_SIGNAL_NONE;
		ret = look(s, &left);
		if (ret == -ENOSPC && !aw_moment_grow(&s->moment, &w->facts))
			ret = -ENOMEM;
		switch (ret) {
		case 0:
			return 0;
		case -EAGAIN:
			schedule_timeout_killable(aw_race_pause(AW_RACE_PATIENCE - left.lags));
			left.lags = fatal_signal_pending(current) ? 0 : left.lags - 1;
			break;
		case -ERESTART:
			left.news -= !!left.news;
			break;
		case -ENOSPC:
			break;
		case -ENOMEM:
			leave_for_memory(w);
			fallthrough;
		default:
			return aw_restart_in_stock(w);
		}
	}
}

/*
 * True if a signal has ended the call for everybody, and the kernel makes it again
 * without telling the caller: what is compared is the call that comes to an end.
 */
static bool is_made_again(const struct aw_shadow *s, long ret)
{
	return ret == -ERESTARTSYS && s->q.signal != AW_SIGNAL_ENDS &&
	       s->control.kind == AW_ERROR && s->control.error == -EINTR &&
	       !s->differs && !s->wrong &&
	       /* One more may have come since. */
	       aw_restart_signal() != AW_SIGNAL_ENDS;
}

/* @ret: what stock has said, where it was asked before; else AW_NOT_YET. */
static long loop(struct aw_shadow *s, const struct pt_regs *regs, long ret)
{
	struct aw_wait *w = s->w;
	struct aw_tally *tally;

	if (ret != AW_NOT_YET) {
		if (aw_verdict(s, ret))
			return ret;
		s->repeat = true;
	}
	for (;;) {
		ret = predict(s);
		if (ret)
			return ret;
		ret = s->due ? aw_ask(s, regs) : AW_NOT_YET;
		if (is_made_again(s, ret)) {
			tally = aw_verdict_tally(s->w);
			aw_tally_restarted(tally);
			aw_tally_put(tally);
			s->restarted = true;
			return ret;
		}
		if (ret != AW_NOT_YET) {
			if (aw_verdict(s, ret))
				return ret;
			s->repeat = true;
			continue;
		}
		if (is_to_repeat(s))
			continue;
		aw_lock_irq();
		if (aw_sleep_may_go_on(w))
			sleep(s);
		aw_unlock_irq();
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

/* NULL without memory. */
static struct aw_shadow *new_shadow(struct aw_wait *w)
{
	struct aw_shadow *s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);

	if (!s)
		return NULL;
	s->w = w;
	aw_moment_init(&s->moment);
	s->q = (struct aw_question) {
		.r = &aw_records, .caller = &w->me->rec,
		.parse = aw_moment_parse, .ctx = w, .facts = &w->facts,
		.pause = pause, .policy = w->policy, .few = true,
	};
	return s;
}

static void free_shadow(struct aw_shadow *s)
{
	aw_lock_irq();
	s->w->settled = NULL;
	keep(&s->control, NULL);
	keep(&s->policy, NULL);
	aw_unlock_irq();
	aw_moment_forget(&s->fixed);
	kvfree(s->fixed.v);
	aw_moment_free(&s->moment);
	kfree(s);
}

/*
 * The long way.  @quiet: what was foretold and has to be looked at, or NULL; @ret: what stock
 * has said to that, or AW_NOT_YET, where it was not asked.
 */
static long shadow_in_full(struct aw_wait *w, const struct pt_regs *regs,
			   struct aw_quiet *quiet, long ret)
{
	struct aw_shadow *s = new_shadow(w);
	bool was_asked = ret != AW_NOT_YET;
	struct aw_tally *tally;

	if (!s) {
		leave_for_memory(w);
		if (quiet)
			aw_quiet_end(quiet, false);
		return was_asked ? ret : aw_restart_in_stock(w);
	}
	if (was_asked)
		aw_quiet_was_wrong(s, quiet);
	else if (aw_restart_fails(w, regs))
		is_restarted(s);
	/* Arguments that are refused are a question like any other. */
	aw_target_request(w);
	ret = loop(s, regs, ret);
	if (ret == -ERESTARTSYS && !s->differs)
		aw_restart_note(w, regs, s->q.signal);
	if (!s->v.time && !s->restarted) {
		tally = aw_verdict_tally(w);
		aw_tally_left(tally);
		aw_tally_put(tally);
	}
	if (quiet && !was_asked)
		aw_quiet_check(s, quiet);
	free_shadow(s);
	return ret;
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
	struct aw_quiet quiet;
	long ret = AW_NOT_YET;

	if (!aw_quiet_foretell(w, &quiet))
		return shadow_in_full(w, regs, NULL, ret);
	if (READ_ONCE(aw_index) == AW_INDEX_CHECK)
		return shadow_in_full(w, regs, &quiet, ret);
	if (aw_quiet_ask(w, regs, &quiet, &ret))
		return ret;
	return shadow_in_full(w, regs, ret == AW_NOT_YET ? NULL : &quiet, ret);
}
