// SPDX-License-Identifier: GPL-2.0
/*
 * A replaced call: take a snapshot, then decide, commit or sleep.
 *
 * The check and the registration in the PollSet happen in one section of
 * aw_lock, so the reference's second check after registering (seed 277-290) has
 * nothing to find and is left out.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <trace/events/altwait.h>

#include "internal.h"

/*
 * How often a page may be brought in and be gone again before the write is
 * done under aw_lock.  Past it the page is one that faults for ever.
 */
#define AW_MAX_FAULTS	64

/* How often stock may deny what the facts say before something is wrong. */
#define AW_MAX_STOLEN	1000

/* How often two looks may differ, a jiffy apart, before something is wrong. */
#define AW_MAX_DIFFERENCES	20

/* ------------------------------------------------------------- the polls */

/* The zombie was consumed: nobody is told of it again. */
static void told_for_good(struct aw_wait *w, struct aw_tracked *t)
{
	aw_owed_add_for(t);
	aw_owed_add_for_parent(w->me, t);
	aw_adoption_end(t);
}

/* Return: what aw_apply() returns.  Context: aw_lock held. */
static long commit(struct aw_wait *w, const struct aw_decision *d)
{
	struct aw_decision now = *d;
	long ret;

	w->stale = aw_ends_process(d) && !d->proc->in_zombies;
	/*
	 * A second reap goes by the number, in the reference, and would take
	 * away whoever has it by then: a live process, here.
	 */
	now.consume &= !w->stale;
	ret = aw_apply(&aw_records, &w->req, &now, aw_commit_write, w);
	/* One that a tracer has passed on is still there, for the parent. */
	if (!ret && now.consume && aw_ends_process(d) && !d->proc->in_zombies)
		told_for_good(w, aw_tracked_of(d->proc));
	return ret;
}

/* What was found is reported, or claimed first.  Context: aw_lock held. */
static long found(struct aw_wait *w, const struct aw_decision *d)
{
	if (d->kind == AW_ERROR)
		return d->error;
	if (!aw_claim_wanted(w, d)) {
		/* Linux's state changes before it tells the parent's feed. */
		if (aw_ends_process(d) && !d->proc->is_zombie) {
			w->nr = aw_commit_nr(w, d);
			return AW_EARLY;
		}
		return commit(w, d);
	}
	aw_claim_begin(w, d);
	return AW_CLAIM;
}

/*
 * Nothing was found: the call sleeps, unless a signal is pending.
 * Context: aw_lock held; drops and retakes it.
 */
static long idle(struct aw_wait *w, const struct pt_regs *regs,
		 bool pending, bool deliverable)
	__must_hold(&aw_lock)
{
	if (pending) {
		aw_restart_note(w, regs, deliverable);
		return -ERESTARTSYS;
	}
	if (!aw_sleep_register(w))
		return AW_AGAIN;
	trace_altwait_wait_wake(aw_sleep(w));
	return AW_AGAIN;
}

static bool is_nothing(const struct aw_decision *d)
{
	return d->kind == AW_SLEEP || d->kind == AW_NOTHING ||
	       (d->kind == AW_ERROR && d->error == -EAGAIN);
}

/*
 * True if a tracer is about to hand a zombie on.  wait_task_zombie() wakes the parent
 * first and makes it a zombie again afterwards, both under tasklist_lock: a call that
 * was woken has to wait for that, once after each such news, before it finds nothing.
 */
static bool is_passing(struct aw_wait *w)
{
	const struct aw_fact *f;

	if (w->synced)
		return false;
	for (f = w->facts.v; f < w->facts.v + w->facts.n; f++) {
		if (f->life != AW_EXIT_TRACE || f->role != AW_ROLE_CHILD)
			continue;
		w->nr = f->nr;
		w->synced = true;
		return true;
	}
	return false;
}

/* True for a zombie that the records do not know as one.  Context: RCU. */
static bool is_ahead(struct aw_wait *w, const struct aw_tracked *t)
{
	struct task_struct *task;

	if (t->rec.is_zombie)
		return false;
	task = pid_task(t->pid, PIDTYPE_TGID);
	if (!task || !aw_task_is_zombie(task))
		return false;
	w->nr = pid_nr_ns(t->pid, w->ns);
	return true;
}

/*
 * exit_notify() makes a zombie and wakes who polls its pidfd, and only then the
 * parent, all of it under tasklist_lock, which stock's own wait takes.  So who has
 * seen the end has to wait for that lock before the records say nothing.  Once: they
 * will never know of an end that is told to a tracer who cannot be heard.
 */
static bool is_ending(struct aw_wait *w)
{
	struct aw_tracked *t = NULL;
	unsigned int i;

	if (w->caught_up)
		return false;
	rcu_read_lock();
	for (i = 0; i < w->snap.n && !w->caught_up; i++)
		w->caught_up = is_ahead(w, aw_tracked_of(w->snap.v[i].proc));
	/* Whose end has begun is marked. */
	while (w->snap.of && !w->caught_up && (t = aw_ready_next(w->me, t)))
		w->caught_up = is_ahead(w, t);
	rcu_read_unlock();
	return w->caught_up;
}

/* 0; AW_ROOM; AW_DIFFERS; AW_WALK. */
static int decide(struct aw_wait *w, struct aw_decision *d)
{
	int ret;

	if (aw_look_serves(w)) {
		ret = aw_look(w, d);
		if (!ret && (w->me->traces || w->req.quirks) && is_nothing(d))
			aw_look_drop_quiet(w);
		if (ret || d->kind != AW_SLEEP || !(w->req.quirks & AW_QUIRKS_SETTLED))
			return ret;
		/* As if the call had begun by now. */
		w->walks = true;
		return AW_WALK;
	}
	if (!aw_target_refresh(w))
		return AW_ROOM;
	aw_decide(&aw_records, &w->req, &w->snap, &w->facts, d);
	if (is_nothing(d))
		aw_look_drop_quiet(w);
	return aw_look_agrees(w, d) ? 0 : AW_DIFFERS;
}

/*
 * One poll, and the sleep after it if it was in vain; then AW_AGAIN.  *d is
 * what was found; stock has still to be asked for what was consumed.
 */
static long poll_once(struct aw_wait *w, const struct pt_regs *regs,
		      struct aw_decision *d)
{
	bool pending = signal_pending(current);
	bool deliverable = pending && aw_restart_signal();
	long ret;

	aw_lock_irq();
	aw_adoption_finish();
	w->caller.tw->waker.woken = false;
	if (w->hears) {
		if (w->heard.by[AW_NEWS_PASSED])
			w->synced = false;
		memset(&w->heard, 0, sizeof(w->heard));
		w->hears = false;
	}
	if (!aw_sleep_may_go_on(w)) {
		ret = aw_restart_in_stock(w);
	} else if (deliverable && w->req.quirks & AW_Q(SIGNAL_FIRST)) {
		aw_restart_note(w, regs, true);
		ret = -ERESTARTSYS;
	} else {
		ret = decide(w, d);
		if (ret)
			goto out;
		if (is_nothing(d) && (is_passing(w) || is_ending(w)))
			ret = AW_EARLY;
		else if (d->kind == AW_SLEEP || aw_claim_is_taken(w, d))
			ret = idle(w, regs, pending, deliverable);
		else
			ret = found(w, d);
	}
out:
	aw_unlock_irq();
	return ret;
}

/* ------------------------------------------------------------- the call */

static long leave_inconsistent(struct aw_wait *w)
{
	aw_lock_irq();
	aw_leave(w->me, AW_WHY_INCONSISTENT);
	aw_unlock_irq();
	return aw_restart_in_stock(w);
}

/* index=check: the index has missed something, or found what is not there. */
static long leave_index(struct aw_wait *w, const struct aw_decision *d)
{
	WARN_ONCE(1, "altwait: the index says %d of %u, error %d; all children say %d of %u, error %d\n",
		  d->kind, d->pid, d->error, w->scratch->twin.kind, w->scratch->twin.pid,
		  w->scratch->twin.error);
	return leave_inconsistent(w);
}

/*
 * Polls until there is something to return.  What each poll comes to, and what is done
 * about it, without aw_lock, before the next:
 *
 *   AW_AGAIN		it has slept, or another thread's claim was in the way
 *   AW_EARLY		an end shows that the records do not know yet: stock is asked,
 *			who takes the lock under which they are told
 *   AW_ROOM		more candidates than there is room for: more room
 *   AW_WALK		nothing by the index, under a policy that keeps candidates as
 *			it sleeps: all of them are taken
 *   AW_DIFFERS		index=check: two looks do not agree; a jiffy later they may
 *   -ECHILD		nobody is left: orphans are looked for, once, and once after each
 *			sleep; whose end left nobody had passed its own on before
 *   -EFAULT		the page is not there: it is brought in
 *   AW_CLAIM		something to report, and stock comes first: aw_claim_report()
 *   all else		what the call returns
 *
 * Return: 0, the report is in *d; a negative errno; AW_STOLEN, the candidates have to be
 * looked for again.
 */
static long poll_until_over(struct aw_wait *w, const struct pt_regs *regs,
			    struct aw_decision *d)
{
	bool adopted = false;	/* since somebody last had news */
	unsigned int faults = 0, early = 0, differs = 0;
	long ret;

	for (;;) {
		if (w->slept && aw_quick_poll(w, d, &ret))
			return ret;
		ret = poll_once(w, regs, d);
		switch (ret) {
		case AW_AGAIN:
			adopted = false;
			w->synced = false;
			w->caught_up = false;
			early = 0;
			differs = 0;
			break;
		case AW_DIFFERS:
			/* Linux's state changes before the feed tells. */
			if (++differs > AW_MAX_DIFFERENCES)
				return leave_index(w, d);
			schedule_timeout_uninterruptible(1);
			break;
		case AW_EARLY:
			if (++early > AW_MAX_STOLEN)
				return leave_inconsistent(w);
			/* Whoever is about to tell holds the lock that stock takes. */
			aw_stock_waitid(w->nr, WEXITED | WNOHANG | WNOWAIT | __WALL);
			break;
		case AW_CLAIM:
			return aw_claim_report(w, d);
		case AW_ROOM:
			if (aw_target_grow(w))
				return aw_restart_in_stock(w);
			break;
		case AW_WALK:
			ret = aw_target_take(w);
			if (ret)
				return ret;
			break;
		case -ECHILD:
			/* Nobody left, unless an orphan has come meanwhile. */
			if (adopted || !aw_target_adopt(w))
				return ret;
			adopted = true;
			break;
		case -EFAULT:
			/* The page was not there, or never is. */
			if (!aw_user_fault_in(w) || ++faults > AW_MAX_FAULTS ||
			    fatal_signal_pending(current))
				return ret;
			break;
		default:
			return ret;
		}
	}
}

/*
 * Traces what is reported, and consumes in stock what was committed; a claim has done
 * that already.  Return: 0; -EFAULT; AW_STOLEN.
 */
static long report(struct aw_wait *w, const struct aw_decision *d)
{
	trace_altwait_wait_report(d->kind, w->nr, d->status, d->cld_code,
				  d->cld_status);
	if (d->kind == AW_NOTHING)
		return aw_user_put_nothing(w, d);
	if (aw_claim_wanted(w, d))
		return 0;
	aw_user_note_usage(w, d);
	if (d->consume && !aw_commit_stock(d, w))
		return AW_STOLEN;
	return aw_user_put_usage(w);
}

/* Stock has given away what the records had: they forget it, and all begins anew. */
static void forget_stolen(struct aw_wait *w, const struct aw_decision *d,
			  unsigned int times)
{
	aw_count(stolen);
	aw_lock_irq();
	if (aw_ends_process(d) && !aw_claim_wanted(w, d)) {
		if (d->proc->in_zombies)
			aw_process_reap(&aw_records, d->proc);
		aw_adoption_end(aw_tracked_of(d->proc));
	}
	if (times > AW_MAX_STOLEN)
		aw_leave(w->me, AW_WHY_INCONSISTENT);
	w->settled = NULL;
	aw_candidates_release(&w->snap);
	aw_candidates_release(&w->first);
	aw_unlock_irq();
}

/**
 * aw_wait - a replaced wait4, waitid or waitpid that altwait answers
 * @w: the call, which has entered
 * @regs: the caller's user registers
 * @d: filled in: what was reported
 *
 * Context: process, the caller; no lock held.
 * Return: as the reference returns it, with Linux's errno; or a restart code.
 */
long aw_wait(struct aw_wait *w, const struct pt_regs *regs,
	     struct aw_decision *d)
{
	unsigned int stolen = 0;
	long ret;

	if (aw_restart_fails(w, regs))
		return -EINTR;
	ret = aw_target_request(w);
	while (!ret) {
		ret = aw_target_take(w);
		if (!ret)
			ret = poll_until_over(w, regs, d);
		if (!ret)
			ret = report(w, d);
		if (ret != AW_STOLEN)
			break;
		forget_stolen(w, d, ++stolen);
		ret = 0;
	}
	if (!ret)
		return w->req.call == AW_WAIT4 ? w->nr : 0;
	/* What stock goes on with is not over. */
	return ret == -ERESTARTNOINTR ? ret : aw_user_put_error(w, ret);
}
