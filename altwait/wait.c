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

/* Internal: the call has to look again. */
#define AW_AGAIN	(-EAGAIN)

/*
 * How often a page may be brought in and be gone again before the write is
 * done under aw_lock.  Past it the page is one that faults for ever.
 */
#define AW_MAX_FAULTS	64

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
}

/* The sleepers of a leaving process go.  Context: any, aw_lock held. */
void aw_wait_evict(struct aw_tracked *t)
{
	struct aw_wait *w;

	list_for_each_entry(w, &t->calls, node)
		if (w->tw->task)
			wake_up_process(w->tw->task);
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
 * Where no signal was the reason, it goes on instead.
 */
static long aw_wait_interrupted(struct aw_wait *w, const struct pt_regs *regs,
				bool deliverable)
{
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
static long aw_wait_to_stock(void)
{
	return signal_pending(current) ? -ERESTARTSYS : restart_syscall();
}

/* ------------------------------------------------------------ the request */

/* The record's number of a process that the caller names; 0: there is none. */
static u32 aw_wait_number_in(struct aw_wait *w, u32 nr)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	struct aw_process *child;
	struct pid *pid = find_vpid(nr);

	if (ns == &init_pid_ns)
		return nr;
	if (pid)
		return pid_nr_ns(pid, &init_pid_ns);
	/* Linux may have reaped what the records still hold. */
	list_for_each_entry(child, &w->me->rec.children, sibling)
		if (pid_nr_ns(aw_tracked_of(child)->pid, ns) == nr)
			return child->pid;
	return 0;
}

static int aw_wait_request(struct aw_wait *w, const struct aw_args *args)
{
	struct aw_target *target = &w->req.target;
	int err;

	err = aw_request_parse(&w->req, args, task_pgrp_vnr(current),
			       aw_pidfd_nr, NULL);
	if (err)
		return err;
	w->req.caller = &w->me->rec;
	if (target->kind == AW_TARGET_ANY)
		return 0;
	rcu_read_lock();
	spin_lock_irq(&aw_lock);
	/* The own group may lie outside the caller's namespace: number 0. */
	if (target->kind == AW_TARGET_PGID && !target->id)
		target->id = task_pgrp_nr(current);
	else
		target->id = aw_wait_number_in(w, target->id);
	spin_unlock_irq(&aw_lock);
	rcu_read_unlock();
	return 0;
}

static bool aw_wait_is_reaper(void)
{
	return current->signal->is_child_subreaper ||
	       is_child_reaper(task_tgid(current));
}

/* More room for the candidates; without memory, the process leaves. */
static int aw_wait_grow(struct aw_wait *w, unsigned int n)
{
	kvfree(w->snap.v);
	w->snap.cap = n + 8;
	w->snap.v = kvmalloc_array(w->snap.cap, sizeof(*w->snap.v), GFP_KERNEL);
	if (w->snap.v)
		return 0;
	w->snap.cap = 0;
	spin_lock_irq(&aw_lock);
	aw_leave(w->me, AW_WHY_MEMORY);
	spin_unlock_irq(&aw_lock);
	return -ENOMEM;
}

/*
 * Takes the snapshot.  0; -ECHILD: no candidate; a restart, where the process
 * has left: the records may lack a child by then.
 */
static int aw_wait_candidates(struct aw_wait *w)
{
	bool enrolled;
	unsigned int n;

	if (aw_wait_is_reaper())
		aw_feed_scan(w->me);
	for (;;) {
		spin_lock_irq(&aw_lock);
		aw_settle_orphans();
		if (w->req.target.kind == AW_TARGET_PGID)
			aw_feed_refresh_groups(w->me);
		n = aw_snapshot_take(&aw_records, &w->req, &w->snap);
		enrolled = w->me->enrolled;
		spin_unlock_irq(&aw_lock);
		if (!enrolled)
			return aw_wait_to_stock();
		if (n <= w->snap.cap)
			break;
		if (aw_wait_grow(w, n))
			return aw_wait_to_stock();
	}
	trace_altwait_wait_candidates(n);
	return n ? 0 : -ECHILD;
}

/* ---------------------------------------------------------------- sleep */

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
		if (waker->woken || !w->me->enrolled || signal_pending(current))
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
	if (!w->me->enrolled)
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

/*
 * One poll, and the sleep after it if it was in vain; then AW_AGAIN.  *d is
 * what was found; stock has still to be asked for what was consumed.
 */
static long aw_wait_poll(struct aw_wait *w, const struct pt_regs *regs,
			 struct aw_decision *d)
{
	bool pending = signal_pending(current);
	bool deliverable = pending && aw_wait_deliverable();
	long ret = AW_AGAIN;

	spin_lock_irq(&aw_lock);
	w->tw->waker.woken = false;
	if (!w->me->enrolled) {
		ret = aw_wait_to_stock();
	} else if (deliverable) {
		ret = aw_wait_interrupted(w, regs, true);
	} else {
		aw_decide(&aw_records, &w->req, &w->snap, d);
		if (d->kind != AW_SLEEP) {
			ret = aw_wait_commit(w, d);
		} else if (pending) {
			ret = aw_wait_interrupted(w, regs, false);
		} else {
			aw_pollset_register(&w->me->rec.child_exit_event,
					    &w->tw->waker);
			trace_altwait_wait_wake(aw_wait_sleep(w));
		}
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
	unsigned int faults = 0;
	long ret;

	for (;;) {
		ret = aw_wait_poll(w, regs, d);
		if (ret == AW_AGAIN)
			continue;
		/* The page was not there, or never is. */
		if (ret != -EFAULT || !aw_commit_fault_in(w) ||
		    ++faults > AW_MAX_FAULTS || fatal_signal_pending(current))
			return ret;
	}
}

static long aw_wait_report(struct aw_wait *w, const struct aw_decision *d)
{
	trace_altwait_wait_report(d->kind, w->nr, d->status, d->cld_code,
				  d->cld_status);
	if (d->kind != AW_NOTHING && d->consume && !aw_commit_stock(d, w))
		return -ESTALE;
	return w->req.call == AW_WAIT4 ? w->nr : 0;
}

static void aw_wait_stolen(struct aw_wait *w, const struct aw_decision *d)
{
	aw_count(stolen);
	spin_lock_irq(&aw_lock);
	if (d->proc->in_zombies)
		aw_process_reap(&aw_records, d->proc);
	list_del_init(&aw_tracked_of(d->proc)->orphan);
	aw_snapshot_release(&w->snap);
	spin_unlock_irq(&aw_lock);
}

static long aw_wait_inside(struct aw_wait *w, const struct aw_args *args,
			   const struct pt_regs *regs, struct aw_decision *d)
{
	long ret;

	if (aw_wait_restarted(w, regs))
		return -EINTR;
	if (!list_empty_careful(&w->me->owed))
		aw_owed_settle(w->me);
	ret = aw_wait_request(w, args);
	while (!ret) {
		ret = aw_wait_candidates(w);
		if (ret)
			break;
		ret = aw_wait_loop(w, regs, d);
		if (!ret)
			ret = aw_wait_report(w, d);
		if (ret != -ESTALE)
			break;
		aw_wait_stolen(w, d);
		ret = 0;
	}
	return ret;
}

/**
 * aw_wait - a replaced wait4, waitid or waitpid
 * @args: the arguments
 * @out: where the status word or the siginfo goes, or NULL
 * @abi: layout of the siginfo
 * @regs: the caller's user registers
 *
 * Context: process; the redirect has counted it as inside.
 * Return: as the seed returns it, with Linux's errno; or a restart code.
 */
long aw_wait(const struct aw_args *args, void __user *out, enum aw_abi abi,
	     const struct pt_regs *regs)
{
	struct aw_wait w = { .out = out, .abi = abi };
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
