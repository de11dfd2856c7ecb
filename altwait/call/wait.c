// SPDX-License-Identifier: GPL-2.0
/*
 * A replaced call: check, take a snapshot, then decide, commit or sleep.
 *
 * The check and the registration in the PollSet happen in one section of
 * aw_lock, so the seed's second check after registering (lines 277-290) has
 * nothing to find and is left out.
 *
 * A call leaves before it is done, for dismissal or unload, by a restart: the
 * same system call is made again, and this time it is not redirected.
 */
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <trace/events/altwait.h>

#include "altwait.h"

/*
 * How often a page may be brought in and be gone again before the write is
 * done under aw_lock.  Past it the page is one that faults for ever.
 */
#define AW_MAX_FAULTS	64

/* How often stock may deny what the facts say before something is wrong. */
#define AW_MAX_STOLEN	1000

/* ------------------------------------------------------ enter and leave */

/* The caller's thread record gets a waker; *spare is used up or not. */
static int aw_wait_waker(struct aw_wait *w, struct aw_thread_waker **spare)
{
	struct aw_thread *thread;
	int err;

	thread = aw_thread_find(&w->me->rec, current->pid);
	if (!thread) {
		err = aw_thread_add(&w->me->rec, current->pid);
		if (err)
			return err;
		thread = aw_thread_find(&w->me->rec, current->pid);
	}
	if (!thread->waker) {
		aw_waker_init(&(*spare)->waker, &aw_host_ops, current->pid);
		thread->waker = &(*spare)->waker;
		*spare = NULL;
	}
	w->tw = aw_thread_waker_of(thread->waker);
	w->tw->call = w;
	w->tw->waker.evicted = false;
	w->tw->waker.unbounded = !(w->policy & AW_Q(POLLSET_64));
	return 0;
}

/* 0; a restart code where the process is not enrolled any more. */
static int aw_wait_enter(struct aw_wait *w)
{
	struct aw_thread_waker *spare = kzalloc(sizeof(*spare), GFP_KERNEL);
	struct aw_tracked *t;
	int ret = 0;

	spin_lock_irq(&aw_lock);
	t = aw_tracked_find(current);
	if (!t || !t->enrolled) {
		ret = AW_AGAIN;
	} else {
		w->me = t;
		w->shadow = t->shadow;
		w->policy = t->quirks;
		w->req.quirks = t->shadow ? AW_QUIRKS_NONE : t->quirks;
		if (!spare || aw_wait_waker(w, &spare)) {
			aw_leave(t, AW_WHY_MEMORY);
			ret = AW_AGAIN;
		} else {
			aw_process_get(&t->rec);
			t->inside++;
			list_add_tail(&w->node, &t->calls);
		}
	}
	spin_unlock_irq(&aw_lock);
	kfree(spare);
	return ret;
}

static void aw_wait_leave(struct aw_wait *w)
{
	spin_lock_irq(&aw_lock);
	aw_candidates_release(&w->snap);
	aw_candidates_release(&w->first);
	list_del(&w->node);
	w->tw->call = NULL;
	aw_left_call(w->me);
	aw_process_put(&w->me->rec);
	spin_unlock_irq(&aw_lock);
	kvfree(w->snap.v);
	kvfree(w->first.v);
	kvfree(w->facts.v);
}

/* ------------------------------------------------------------- the polls */

/* Before anybody is told of this zombie again. */
static void aw_wait_reaped(struct aw_tracked *t)
{
	list_del_init(&t->orphan);
	aw_owe_for(t);
}

static int aw_wait_commit(struct aw_wait *w, const struct aw_decision *d)
{
	struct aw_decision now = *d;
	int ret;

	w->stale = aw_ends_process(d) && !d->proc->in_zombies;
	/*
	 * A second reap goes by the number, in the seed, and would take away
	 * whoever has it by then: a live process, here.
	 */
	now.consume &= !w->stale;
	ret = aw_apply(&aw_records, &w->req, &now, aw_commit_write, w);
	if (!ret && now.consume && aw_ends_process(d))
		aw_wait_reaped(aw_tracked_of(d->proc));
	return ret;
}

/* What was found is reported, or claimed first.  Context: aw_lock held. */
static long aw_wait_found(struct aw_wait *w, const struct aw_decision *d)
{
	if (d->kind == AW_ERROR)
		return d->error;
	if (!aw_claim_wanted(w, d)) {
		/* Linux's state changes before it tells the parent's feed. */
		if (aw_ends_process(d) && !d->proc->is_zombie) {
			w->nr = aw_commit_nr(w, d);
			return AW_EARLY;
		}
		return aw_wait_commit(w, d);
	}
	aw_claim_begin(w, d);
	return AW_CLAIM;
}

/*
 * Nothing was found: the call sleeps, unless a signal is pending.
 * Context: aw_lock held; drops and retakes it.
 */
static long aw_wait_idle(struct aw_wait *w, const struct pt_regs *regs,
			 bool pending, bool deliverable)
	__must_hold(&aw_lock)
{
	if (pending)
		return aw_wait_interrupted(w, regs, deliverable);
	aw_pollset_register(&w->me->rec.child_exit_event, &w->tw->waker);
	trace_altwait_wait_wake(aw_wait_sleep(w));
	return AW_AGAIN;
}

static bool aw_wait_is_nothing(const struct aw_decision *d)
{
	return d->kind == AW_SLEEP || d->kind == AW_NOTHING ||
	       (d->kind == AW_ERROR && d->error == -EAGAIN);
}

/*
 * A tracer is about to hand a zombie on.  wait_task_zombie() wakes the parent first
 * and makes it a zombie again afterwards, both under tasklist_lock: who has been
 * woken has to wait for that, once after each such news, before it finds nothing.
 */
static bool aw_wait_is_passing(struct aw_wait *w)
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

/*
 * One poll, and the sleep after it if it was in vain; then AW_AGAIN.  *d is
 * what was found; stock has still to be asked for what was consumed.
 */
static long aw_wait_poll(struct aw_wait *w, const struct pt_regs *regs,
			 struct aw_decision *d)
{
	bool pending = signal_pending(current);
	bool deliverable = pending && aw_wait_deliverable();
	long ret;

	spin_lock_irq(&aw_lock);
	w->tw->waker.woken = false;
	if (w->heard.by[AW_NEWS_PASSED])
		w->synced = false;
	memset(&w->heard, 0, sizeof(w->heard));
	if (!aw_wait_stays(w)) {
		ret = aw_wait_to_stock(w);
	} else if (deliverable && w->req.quirks & AW_Q(SIGNAL_FIRST)) {
		ret = aw_wait_interrupted(w, regs, true);
	} else if (!aw_target_refresh(w)) {
		ret = -ENOSPC;
	} else {
		aw_decide(&aw_records, &w->req, &w->snap, &w->facts, d);
		if (aw_wait_is_nothing(d) && aw_wait_is_passing(w))
			ret = AW_EARLY;
		else if (d->kind == AW_SLEEP)
			ret = aw_wait_idle(w, regs, pending, deliverable);
		else
			ret = aw_wait_found(w, d);
	}
	spin_unlock_irq(&aw_lock);
	return ret;
}

/* ------------------------------------------------------------- the call */

static long aw_wait_inconsistent(struct aw_wait *w)
{
	spin_lock_irq(&aw_lock);
	aw_leave(w->me, AW_WHY_INCONSISTENT);
	spin_unlock_irq(&aw_lock);
	return aw_wait_to_stock(w);
}

/*
 * Polls until there is something to return.  -ESTALE: stock has given the
 * report to somebody else, and the candidates have to be looked for again.
 */
static long aw_wait_loop(struct aw_wait *w, const struct pt_regs *regs,
			 struct aw_decision *d)
{
	bool adopted = true;	/* when the candidates were taken */
	unsigned int faults = 0, early = 0;
	long ret;

	for (;;) {
		ret = aw_wait_poll(w, regs, d);
		if (ret == AW_AGAIN) {
			adopted = false;
			w->synced = false;
			early = 0;
			continue;
		}
		if (ret == AW_EARLY && ++early <= AW_MAX_STOLEN) {
			/* Whoever is about to tell holds the lock that stock takes. */
			aw_stock_waitid(w->nr, WEXITED | WNOHANG | WNOWAIT | __WALL);
			continue;
		}
		if (ret == AW_EARLY)
			return aw_wait_inconsistent(w);
		/* Nobody left, unless an orphan has come while it slept. */
		if (ret == -ECHILD && !adopted && aw_target_adopt(w)) {
			adopted = true;
			continue;
		}
		if (ret == AW_CLAIM)
			return aw_claim_report(w, d);
		if (ret == -ENOSPC) {
			if (aw_target_grow(w))
				return aw_wait_to_stock(w);
			continue;
		}
		/* The page was not there, or never is. */
		if (ret != -EFAULT || !aw_commit_fault_in(w) ||
		    ++faults > AW_MAX_FAULTS || fatal_signal_pending(current))
			return ret;
	}
}

/* Reports what was committed; what a claim has taken is done already. */
static long aw_wait_report(struct aw_wait *w, const struct aw_decision *d)
{
	trace_altwait_wait_report(d->kind, w->nr, d->status, d->cld_code,
				  d->cld_status);
	if (d->kind != AW_NOTHING && !aw_claim_wanted(w, d)) {
		aw_claim_usage(w, d);
		if (d->consume && !aw_commit_stock(d, w))
			return -ESTALE;
		if (aw_claim_write_usage(w))
			return -EFAULT;
	}
	return w->req.call == AW_WAIT4 ? w->nr : 0;
}

static void aw_wait_stolen(struct aw_wait *w, const struct aw_decision *d,
			   unsigned int times)
{
	aw_count(stolen);
	spin_lock_irq(&aw_lock);
	if (aw_ends_process(d) && !aw_claim_wanted(w, d)) {
		if (d->proc->in_zombies)
			aw_process_reap(&aw_records, d->proc);
		list_del_init(&aw_tracked_of(d->proc)->orphan);
	}
	if (times > AW_MAX_STOLEN)
		aw_leave(w->me, AW_WHY_INCONSISTENT);
	w->settled = NULL;
	aw_candidates_release(&w->snap);
	aw_candidates_release(&w->first);
	spin_unlock_irq(&aw_lock);
}

static long aw_wait_inside(struct aw_wait *w, const struct pt_regs *regs,
			   struct aw_decision *d)
{
	unsigned int stolen = 0;
	long ret;

	if (aw_wait_restarted(w, regs))
		return -EINTR;
	ret = aw_target_request(w);
	while (!ret) {
		ret = aw_target_take(w);
		if (ret)
			break;
		ret = aw_wait_loop(w, regs, d);
		if (!ret)
			ret = aw_wait_report(w, d);
		if (ret != -ESTALE)
			break;
		aw_wait_stolen(w, d, ++stolen);
		ret = 0;
	}
	/* What stock goes on with is not over. */
	if (ret < 0 && ret != -ERESTARTNOINTR)
		ret = aw_commit_error(w, ret);
	return ret;
}

/**
 * aw_wait - a replaced wait4, waitid or waitpid
 * @w: its arguments, @out, @rusage, @abi and @hook; all else is 0
 * @regs: the caller's user registers
 *
 * Context: process; the redirect has counted it as inside.
 * Return: as the seed returns it, with Linux's errno; or a restart code.
 */
long aw_wait(struct aw_wait *w, const struct pt_regs *regs)
{
	const struct aw_args *args = &w->args;
	struct aw_decision d = { .kind = AW_SLEEP };
	long ret;

	aw_hooks_entered();
	w->task = current;
	w->ns = task_active_pid_ns(current);
	INIT_LIST_HEAD(&w->asleep);
	trace_altwait_wait_enter(args->call, args->which, args->id,
				 args->options);
	ret = aw_wait_enter(w);
	if (ret) {
		ret = aw_wait_to_stock(w);
	} else {
		if (!list_empty_careful(&w->me->owed))
			aw_owed_settle(w->me);
		ret = w->shadow ? aw_shadow(w, regs) :
				  aw_wait_inside(w, regs, &d);
		if (!list_empty_careful(&w->me->owed))
			aw_owed_settle(w->me);
		aw_wait_leave(w);
	}
	trace_altwait_wait_exit(ret, ret < 0 || d.kind == AW_SLEEP ? 0 :
				args->call == AW_WAIT4 ? d.status : d.cld_status);
	aw_hooks_left();
	return ret;
}
