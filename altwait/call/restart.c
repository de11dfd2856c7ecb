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

/*
 * True if there is a signal that would be delivered now.  Else TIF_SIGPENDING means a
 * stop of the whole group, a tracer, the freezer: nothing to end a call for.
 * Context: process, no lock held.
 */
bool aw_restart_has_signal(void)
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
	spin_lock_irq(&aw_lock);
	interrupted = w->caller.tw->interrupted;
	w->caller.tw->interrupted = false;
	spin_unlock_irq(&aw_lock);
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
