// SPDX-License-Identifier: GPL-2.0
/*
 * A decision made true in Linux's order: the report is taken from stock first,
 * and user memory is written afterwards, so that a fault loses what is consumed.
 *
 * Between the decision and stock's answer no lock is held.  Until then the call
 * has a claim on the report, which hides it from the other threads of its
 * process; those that it made sleep are woken when the claim ends.
 */
#include <trace/events/altwait.h>

#include "internal.h"

/**
 * aw_claim_wanted - true if the report is taken before user memory is written
 * @w: the call
 * @d: its decision
 *
 * Linux: wait_task_zombie() and the others change the task, and the system call
 * writes when do_wait() is done.
 *
 * Context: any.
 * Return: true where the policy lacks the quirk that keeps such a report after a
 * fault.
 */
bool aw_claim_wanted(const struct aw_wait *w, const struct aw_decision *d)
{
	switch (d->kind) {
	case AW_ZOMBIE:
		return !(w->req.quirks & AW_Q(FAULT_KEEPS_ZOMBIE));
	case AW_PTRACE_STOP:
		return !(w->req.quirks & AW_Q(FAULT_KEEPS_STOP));
	case AW_JOB_STATUS:
		return !(w->req.quirks & AW_Q(FAULT_KEEPS_JOB));
	default:
		return false;
	}
}

/*
 * True if stock would give this job status to the caller.  A tracer's stop is a
 * ptrace stop; the job-control stop is the parent's, if that is another process.
 */
static bool stock_has_job(const struct aw_fact *f,
			  const struct aw_decision *d)
{
	/* Stock has nothing of a zombie's but its end. */
	if (f->life != AW_ALIVE && !f->delayed)
		return false;
	if (d->cld_code == CLD_CONTINUED)
		return f->continued;
	return f->group_stop && f->role == AW_ROLE_CHILD &&
	       (!f->traced || f->reparented);
}

/**
 * aw_claim_begin - keep a report from the other threads of the process
 * @w: the call; learns whether stock has the report
 * @d: its decision
 *
 * Context: aw_lock held, the facts being those of the decision.
 */
void aw_claim_begin(struct aw_wait *w, const struct aw_decision *d)
{
	const struct aw_fact *f;
	unsigned int i;

	/* With WNOWAIT the report stays there for everybody. */
	w->claim = d->consume ? d->tid : 0;
	if (w->claim)
		list_add(&w->claiming, &aw_family_of(w->me)->claims);
	w->backed = false;
	for (i = 0; i < w->facts.n; i++) {
		f = &w->facts.v[i];
		if (f->tid != d->tid || f->proc != d->proc)
			continue;
		if (d->kind == AW_ZOMBIE)
			w->backed |= f->life == AW_EXIT_ZOMBIE && !f->delayed &&
				     (f->role == AW_ROLE_TRACEE ||
				      !f->reparented);
		else if (d->kind == AW_PTRACE_STOP)
			w->backed |= f->stop_code &&
				     (f->role == AW_ROLE_TRACEE ||
				      !f->reparented);
		else
			w->backed |= stock_has_job(f, d);
	}
}

/**
 * aw_claim_is_taken - true if another call is taking the end that was decided
 * @w: the call; noted as one that the end of that claim wakes
 * @d: its decision
 *
 * A zombie that is being taken is nobody's any more, so REAPED_STAYS tells of it once
 * more; but not before it is reaped: stock gives it once, to whoever asks first.
 *
 * Context: aw_lock held.
 * Return: true if the call has to sleep until then.
 */
bool aw_claim_is_taken(struct aw_wait *w, const struct aw_decision *d)
{
	struct aw_wait *other;

	if (d->kind != AW_ZOMBIE)
		return false;
	list_for_each_entry(other, &aw_family_of(w->me)->claims, claiming) {
		if (other == w || other->claim != d->tid)
			continue;
		w->facts.claimed = true;
		return true;
	}
	return false;
}

/* What stock is asked for: exactly what was decided. */
static int options_for(const struct aw_decision *d)
{
	switch (d->kind) {
	case AW_ZOMBIE:
		return WEXITED;
	case AW_JOB_STATUS:
		return d->cld_code == CLD_CONTINUED ? WCONTINUED : WSTOPPED;
	default:
		return WSTOPPED;
	}
}

/* The records follow what stock has given.  Context: aw_lock held. */
static void follow_stock(struct aw_wait *w, const struct aw_decision *d)
{
	struct aw_tracked *t = aw_tracked_of(d->proc);
	bool was_zombie = d->kind == AW_ZOMBIE && d->proc->in_zombies;

	/* Where it was reaped before, somebody else may have its number. */
	if (d->kind != AW_ZOMBIE || was_zombie || d->tid != d->proc->pid)
		aw_apply(&aw_records, &w->req, d, NULL, NULL);
	if (was_zombie && !d->proc->in_zombies) {
		if (w->req.quirks & (AW_Q(REAP_TRACED) | AW_Q(TRACER_REAPS_ALL) |
				     AW_Q(DELAYED_END_TOLD)))
			aw_owed_add_for(t);
		if (!w->backed)
			aw_owed_add_for_parent(w->me, t);
		aw_adoption_end(t);
	}
	/* Stock has it yet: a tracer holds it, or its threads. */
	if (d->consume && was_zombie && !w->backed && !t->autoreaped)
		aw_owed_add(w->me, t->pid);
	if (d->kind == AW_JOB_STATUS && d->consume &&
	    d->cld_code == CLD_CONTINUED)
		t->cont_seen = false;
}

/* Ends the claim, and wakes the calls that it has kept waiting.  aw_lock held. */
static void end_claim(struct aw_wait *w)
{
	struct aw_wait *other;

	if (w->claim)
		list_del(&w->claiming);
	w->claim = 0;
	list_for_each_entry(other, &aw_family_of(w->me)->calls, caller.node) {
		if (!other->facts.claimed || !other->caller.tw->task)
			continue;
		other->caller.tw->waker.woken = true;
		wake_up_process(other->caller.tw->task);
	}
}

/* False if stock has had the report, and has given it to somebody else. */
static bool take(struct aw_wait *w, const struct aw_decision *d)
{
	pid_t nr = aw_commit_thread_nr(d);
	bool taken;

	/*
	 * A zombie may have been let go since.  Another stop than the one that was
	 * reported, a job-control stop of a tracee, say, must not be taken.  A wait4
	 * says by itself whether it had something, and asks for ends alone.
	 */
	if (d->kind == AW_ZOMBIE && d->role == AW_ROLE_CHILD)
		taken = nr && aw_stock_wait4(nr, NULL, WNOHANG | __WALL) == nr;
	else
		taken = nr && (w->backed || d->kind == AW_ZOMBIE) &&
			aw_stock_take(nr, options_for(d));
	trace_altwait_wait_commit(d->kind, w->nr, taken ? w->nr : 0);
	/* What only the records know, stock has never had. */
	return taken || !w->backed;
}

/**
 * aw_claim_report - make a claimed decision true
 * @w: the call; aw_claim_begin() was done
 * @d: its decision
 *
 * Context: process, the caller; no lock held.
 * Return: 0; AW_STOLEN, somebody else has got the report: decide anew; -EFAULT,
 * user memory cannot be written, and the report is lost, unless WNOWAIT left it
 * there, as in Linux.
 */
long aw_claim_report(struct aw_wait *w, const struct aw_decision *d)
{
	bool taken = true;

	w->nr = aw_commit_nr(w, d);
	aw_user_note_usage(w, d);
	if (d->consume)
		taken = take(w, d);
	aw_lock_irq();
	if (taken)
		follow_stock(w, d);
	end_claim(w);
	aw_unlock_irq();
	return taken ? aw_user_put(w, d) : AW_STOLEN;
}
