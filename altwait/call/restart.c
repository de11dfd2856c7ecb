// SPDX-License-Identifier: GPL-2.0
/*
 * A call that a signal ends, and the same call made again: how Starry's EINTR and
 * Linux's restarts come about, and how a call goes on in stock.
 *
 * A call leaves before it is done, for dismissal or unload, by a restart: the
 * same system call is made again, and this time it is not redirected.
 */
#include <linux/sched/signal.h>

#include "internal.h"

/* SYNCHRONOUS_MASK in kernel/signal.c */
#define AW_SYNCHRONOUS	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | \
			 sigmask(SIGTRAP) | sigmask(SIGFPE) | sigmask(SIGSYS))

/* next_signal(), which leaves the set; 0: it is empty. */
static int take_next(sigset_t *set)
{
	unsigned long word = set->sig[0];
	int sig;

	BUILD_BUG_ON(_NSIG_WORDS != 1);
	if (!word)
		return 0;
	sig = __ffs(word & AW_SYNCHRONOUS ?: word) + 1;
	sigdelset(set, sig);
	return sig;
}

/* What a signal makes of a call that it ends; AW_SIGNAL_NONE: the next one decides. */
static enum aw_signal effect_of(const struct k_sigaction *action, int sig)
{
	if (action->sa.sa_handler == SIG_IGN)
		return AW_SIGNAL_NONE;
	if (action->sa.sa_handler == SIG_DFL) {
		/* The init of a pid namespace outlives what has no handler. */
		if (current->signal->flags & SIGNAL_UNKILLABLE && !sig_kernel_only(sig))
			return AW_SIGNAL_NONE;
		return sig_kernel_ignore(sig) || sig_kernel_stop(sig) ?
		       AW_SIGNAL_NONE : AW_SIGNAL_ENDS;
	}
	return action->sa.sa_flags & SA_RESTART ? AW_SIGNAL_RESTARTS : AW_SIGNAL_ENDS;
}

/* get_signal(): the first handler decides, of the thread's signals before the process's. */
static enum aw_signal effect_of_all(const struct sighand_struct *sighand, sigset_t *own,
				    sigset_t *shared)
{
	enum aw_signal effect = AW_SIGNAL_NONE;
	int sig;

	if (sigisemptyset(own) && sigisemptyset(shared))
		return AW_SIGNAL_NONE;
	while (!effect && ((sig = take_next(own)) || (sig = take_next(shared))))
		effect = effect_of(&sighand->action[sig - 1], sig);
	return effect ?: AW_SIGNAL_UNHANDLED;
}

/*
 * What the signals that would be delivered now make of a call that they end, unless a
 * tracer discards or changes them.  AW_SIGNAL_NONE: there is none; then TIF_SIGPENDING
 * means a stop of the whole group, a tracer, the freezer: nothing to end a call for.
 * Context: process, no lock held.
 */
enum aw_signal aw_restart_signal(void)
{
	/* One's own does not go away. */
	struct sighand_struct *sighand =
		rcu_dereference_protected(current->sighand, true);
	sigset_t own, shared;
	enum aw_signal effect;

	spin_lock_irq(&sighand->siglock);
	sigandnsets(&own, &current->pending.signal, &current->blocked);
	sigandnsets(&shared, &current->signal->shared_pending.signal, &current->blocked);
	/* Before all signals, as in get_signal(). */
	if (current->signal->flags & SIGNAL_GROUP_EXIT || current->signal->group_exec_task)
		effect = AW_SIGNAL_ENDS;
	else
		effect = effect_of_all(sighand, &own, &shared);
	spin_unlock_irq(&sighand->siglock);
	return effect;
}

/*
 * Notes that a call returns -ERESTARTSYS.  Starry: EINTR unless a handler with
 * SA_RESTART runs.  -ERESTARTSYS does that but for the case that no handler runs at
 * all; then the call comes back at once, from the same place, and
 * aw_restart_fails() turns it into EINTR.  Where no signal was the reason, it goes
 * on instead.  Linux leaves it at -ERESTARTSYS.
 *
 * Context: process, the caller; with aw_lock held or not.
 */
void aw_restart_note(struct aw_wait *w, const struct pt_regs *regs,
		     bool deliverable)
{
	struct aw_thread_waker *tw = w->caller.tw;

	if (!(w->policy & AW_Q(EINTR_ALWAYS)))
		return;
	WRITE_ONCE(w->me->was_interrupted, true);
	tw->interrupted = deliverable;
	tw->ip = regs->ip;
	tw->sp = regs->sp;
}

/*
 * True if this is a call that a signal has ended, made again although no handler has
 * run: it fails with EINTR.  Context: process, the caller, no lock held.
 */
bool aw_restart_fails(struct aw_wait *w, const struct pt_regs *regs)
{
	bool interrupted;

	if (!READ_ONCE(w->me->was_interrupted))
		return false;
	aw_lock_irq();
	interrupted = w->caller.tw->interrupted;
	w->caller.tw->interrupted = false;
	aw_unlock_irq();
	return interrupted && w->caller.tw->ip == regs->ip &&
	       w->caller.tw->sp == regs->sp;
}

/*
 * A call goes on in stock.  Return: a restart code: with a signal as stock would,
 * else unnoticed.  A call that has not slept is not interrupted: stock looks first,
 * and the signal came just before it.
 */
long aw_restart_in_stock(const struct aw_wait *w)
{
	if (signal_pending(current) && w->slept)
		return -ERESTARTSYS;
	return restart_syscall();
}
