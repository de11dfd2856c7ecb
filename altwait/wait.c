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
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <trace/events/altwait.h>

#include "altwait.h"

/* Why a sleep ends; the names are in the event's header. */
enum aw_wake { AW_WAKE_NEWS, AW_WAKE_FULL, AW_WAKE_SIGNAL, AW_WAKE_LEAVE };

/* Internal: the call has to look again, has to take what it found from stock. */
#define AW_AGAIN	(-EINPROGRESS)
#define AW_CLAIM	(-EALREADY)

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
	w->tw->waker.evicted = false;
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
		w->req.quirks = t->quirks;
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
	aw_snapshot_release(&w->snap);
	list_del(&w->node);
	aw_left_call(w->me);
	aw_process_put(&w->me->rec);
	spin_unlock_irq(&aw_lock);
	kvfree(w->snap.v);
	kvfree(w->facts.v);
}

/* The sleepers of a leaving process go.  Context: any, aw_lock held. */
void aw_wait_evict(struct aw_tracked *t)
{
	struct aw_wait *w;

	list_for_each_entry(w, &t->calls, node)
		if (w->tw->task)
			wake_up_process(w->tw->task);
}

/* child_wait_callback(): does the news concern this call? */
static bool aw_wait_concerned(const struct aw_wait *w, struct task_struct *of)
{
	const struct aw_target *target = &w->req.target;

	if (w->req.quirks & AW_Q(ADOPTION_SILENT) || !w->tw->task)
		return false;
	/* Who is a candidate may not be one by Linux's test any more. */
	if (w->req.quirks & AW_Q(CANDIDATES_FIXED))
		return true;
	if (target->kind == AW_TARGET_PID && target->id != of->pid)
		return false;
	if (target->kind == AW_TARGET_PGID && target->id != task_pgrp_nr(of))
		return false;
	return w->req.quirks & AW_Q(WNOTHREAD_IGNORED) ||
	       !(w->req.options & __WNOTHREAD) ||
	       rcu_dereference(of->parent) == w->tw->task;
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
		if (!aw_wait_concerned(w, of))
			continue;
		w->tw->waker.woken = true;
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
static bool aw_wait_deliverable(void)
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
static long aw_wait_interrupted(struct aw_wait *w, const struct pt_regs *regs,
				bool deliverable)
{
	if (!(w->req.quirks & AW_Q(EINTR_ALWAYS)))
		return -ERESTARTSYS;
	w->tw->restart = deliverable ? AW_RESTART_SIGNAL : AW_RESTART_SPURIOUS;
	w->tw->ip = regs->ip;
	w->tw->sp = regs->sp;
	return -ERESTARTSYS;
}

static bool aw_wait_restarted(struct aw_wait *w, const struct pt_regs *regs)
{
	enum aw_restart restart;

	spin_lock_irq(&aw_lock);
	restart = w->tw->restart;
	w->tw->restart = AW_RESTART_NONE;
	spin_unlock_irq(&aw_lock);
	return restart == AW_RESTART_SIGNAL && w->tw->ip == regs->ip &&
	       w->tw->sp == regs->sp;
}

/* Back to stock: with a signal as stock would, else unnoticed. */
long aw_wait_to_stock(void)
{
	return signal_pending(current) ? -ERESTARTSYS : restart_syscall();
}

/* ---------------------------------------------------------------- sleep */

/* Not dismissed, nor given to another policy.  Context: aw_lock held. */
static bool aw_wait_stays(const struct aw_wait *w)
{
	return w->me->enrolled && w->me->quirks == w->req.quirks;
}

/* Context: aw_lock held; drops and retakes it.  Why did the sleep end? */
static enum aw_wake aw_wait_sleep(struct aw_wait *w)
	__must_hold(&aw_lock)
{
	struct aw_waker *waker = &w->tw->waker;

	w->tw->task = current;
	aw_count(blocked);
	trace_altwait_wait_block(w->snap.n);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (waker->woken || !aw_wait_stays(w) || signal_pending(current))
			break;
		spin_unlock_irq(&aw_lock);
		if (w->me->due) {
			__set_current_state(TASK_RUNNING);
			aw_owed_settle(w->me);
		} else {
			schedule();
		}
		spin_lock_irq(&aw_lock);
	}
	__set_current_state(TASK_RUNNING);
	w->tw->task = NULL;
	aw_count(woken);
	if (!aw_wait_stays(w))
		return AW_WAKE_LEAVE;
	if (waker->woken)
		return waker->evicted ? AW_WAKE_FULL : AW_WAKE_NEWS;
	return AW_WAKE_SIGNAL;
}

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

	w->stale = d->kind == AW_ZOMBIE && !d->proc->in_zombies;
	/*
	 * A second reap goes by the number, in the seed, and would take away
	 * whoever has it by then: a live process, here.
	 */
	now.consume &= !w->stale;
	ret = aw_commit(&aw_records, &w->req, &now, aw_commit_write, w);
	if (!ret && d->kind == AW_ZOMBIE && now.consume)
		aw_wait_reaped(aw_tracked_of(d->proc));
	return ret;
}

/* What was found is reported, or claimed first.  Context: aw_lock held. */
static long aw_wait_found(struct aw_wait *w, const struct aw_decision *d)
{
	if (d->kind == AW_ERROR)
		return d->error;
	if (!aw_claim_wanted(w, d))
		return aw_wait_commit(w, d);
	aw_claim_begin(w, d);
	return AW_CLAIM;
}

/*
 * Nothing was found: the call sleeps, unless a signal is pending.  The caller
 * is in the PollSet only where that is what wakes it.
 * Context: aw_lock held; drops and retakes it.
 */
static long aw_wait_idle(struct aw_wait *w, const struct pt_regs *regs,
			 bool pending, bool deliverable)
	__must_hold(&aw_lock)
{
	if (pending)
		return aw_wait_interrupted(w, regs, deliverable);
	if (w->req.quirks & AW_Q(ADOPTION_SILENT))
		aw_pollset_register(&w->me->rec.child_exit_event,
				    &w->tw->waker);
	trace_altwait_wait_wake(aw_wait_sleep(w));
	return AW_AGAIN;
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
	if (!aw_wait_stays(w)) {
		ret = aw_wait_to_stock();
	} else if (deliverable && w->req.quirks & AW_Q(SIGNAL_FIRST)) {
		ret = aw_wait_interrupted(w, regs, true);
	} else if (!aw_candidates_refresh(w)) {
		ret = -ENOSPC;
	} else {
		aw_decide(&aw_records, &w->req, &w->snap, &w->facts, d);
		ret = d->kind == AW_SLEEP ?
		      aw_wait_idle(w, regs, pending, deliverable) :
		      aw_wait_found(w, d);
	}
	spin_unlock_irq(&aw_lock);
	return ret;
}

/* ------------------------------------------------------------- the call */

/*
 * Polls until there is something to return.  -ESTALE: stock has given the
 * report to somebody else, and the candidates have to be looked for again.
 */
static long aw_wait_loop(struct aw_wait *w, const struct pt_regs *regs,
			 struct aw_decision *d)
{
	bool adopted = true;	/* when the candidates were taken */
	unsigned int faults = 0;
	long ret;

	for (;;) {
		ret = aw_wait_poll(w, regs, d);
		if (ret == AW_AGAIN) {
			adopted = false;
			continue;
		}
		/* Nobody left, unless an orphan has come while it slept. */
		if (ret == -ECHILD && !adopted && aw_candidates_adopt(w)) {
			adopted = true;
			continue;
		}
		if (ret == AW_CLAIM)
			return aw_claim_report(w, d);
		if (ret == -ENOSPC) {
			if (aw_candidates_grow(w))
				return aw_wait_to_stock();
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
	if (d->kind == AW_ZOMBIE && !aw_claim_wanted(w, d)) {
		if (d->proc->in_zombies)
			aw_process_reap(&aw_records, d->proc);
		list_del_init(&aw_tracked_of(d->proc)->orphan);
	}
	if (times > AW_MAX_STOLEN)
		aw_leave(w->me, AW_WHY_INCONSISTENT);
	aw_snapshot_release(&w->snap);
	spin_unlock_irq(&aw_lock);
}

static long aw_wait_inside(struct aw_wait *w, const struct aw_args *args,
			   const struct pt_regs *regs, struct aw_decision *d)
{
	unsigned int stolen = 0;
	long ret;

	if (aw_wait_restarted(w, regs))
		return -EINTR;
	if (!list_empty_careful(&w->me->owed))
		aw_owed_settle(w->me);
	ret = aw_candidates_request(w, args);
	while (!ret) {
		ret = aw_candidates_take(w);
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
	if (ret < 0 && aw_wait_stays(w))
		ret = aw_commit_error(w, ret);
	return ret;
}

/**
 * aw_wait - a replaced wait4, waitid or waitpid
 * @args: the arguments
 * @out: where the status word or the siginfo goes, or NULL
 * @rusage: where the resource usage goes, or NULL
 * @abi: layout of both
 * @regs: the caller's user registers
 *
 * Context: process; the redirect has counted it as inside.
 * Return: as the seed returns it, with Linux's errno; or a restart code.
 */
long aw_wait(const struct aw_args *args, void __user *out,
	     void __user *rusage, enum aw_abi abi, const struct pt_regs *regs)
{
	struct aw_wait w = { .out = out, .rusage = rusage, .abi = abi };
	struct aw_decision d = { .kind = AW_SLEEP };
	long ret;

	aw_hooks_entered();
	trace_altwait_wait_enter(args->call, args->which, args->id,
				 args->options);
	ret = aw_wait_enter(&w);
	if (ret) {
		ret = aw_wait_to_stock();
	} else {
		ret = aw_wait_inside(&w, args, regs, &d);
		if (!list_empty_careful(&w.me->owed))
			aw_owed_settle(w.me);
		aw_wait_leave(&w);
	}
	trace_altwait_wait_exit(ret, ret < 0 || d.kind == AW_SLEEP ? 0 :
				args->call == AW_WAIT4 ? d.status : d.cld_status);
	aw_hooks_left();
	return ret;
}
