// SPDX-License-Identifier: GPL-2.0
/*
 * Plain calls in shadow mode: linux and any policy say the same, so that neither a copy of
 * the moment is made nor a policy asked.  Stock is, and its answer compared.
 *
 * Such a call is a wait4 that wants no resource usage, of a process that traces nobody and
 * is owed nothing.  Either nobody has anything to report, and the number of children says
 * whether it fails, or that there is one that it is about; or one child alone has, or is
 * named, and that is a plain end (call/quick.c).  Quirks make a difference for tracers and
 * tracees, for several children with news, for stops and continues, and for signals: such
 * calls go the long way.
 *
 * With index=check all do, and what this foretells is compared with what they come to.
 */
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <trace/events/altwait.h>

#include "internal.h"

/* So many children are asked for their group at most. */
#define AW_MEMBERS	32

/* True if the call is plain, as far as it says so itself, and its policy. */
static bool serves(const struct aw_wait *w)
{
	const struct aw_args *args = &w->args;

	return args->call == AW_WAIT4 && !w->rusage && !(args->options & ~AW_WAIT4_OPTIONS) &&
	       (args->which == -1 || (args->which != S32_MIN && w->ns == &init_pid_ns)) &&
	       !(w->policy & AW_QUIRKS_LATER) && READ_ONCE(aw_index) != AW_INDEX_SCAN &&
	       !signal_pending(current) && !trace_altwait_wait_verdict_enabled();
}

/*
 * The call as stock is asked: the own group may change meanwhile.  False: stock would take
 * that name for another, group 1 for any child.
 */
static bool name_target(struct aw_wait *w)
{
	w->ask = w->args;
	if (w->args.which)
		return true;
	w->ask.which = -task_pgrp_nr(current);
	return w->ask.which < -1;
}

static bool is_for_group(const struct aw_wait *w)
{
	return w->ask.which < -1;
}

/* True if a child is in the group.  False: all have to be asked.  aw_lock held, RCU. */
static bool has_member(const struct aw_wait *w)
{
	const struct aw_process *p;
	unsigned int left = AW_MEMBERS;
	struct task_struct *task;

	list_for_each_entry(p, &w->me->rec.family->children, sibling) {
		task = pid_task(aw_tracked_of(p)->pid, PIDTYPE_TGID);
		if (task && task_pgrp_nr(task) == -w->ask.which)
			return true;
		if (!--left)
			break;
	}
	return false;
}

static bool has_child(const struct aw_wait *w)
{
	const struct aw_process *p = aw_process_find(&aw_records, w->ask.which);

	return p && p->parent == &w->me->rec && !list_empty(&p->sibling);
}

/* Nobody has anything to report.  Context: aw_lock held, RCU. */
static bool foretell_nothing(const struct aw_wait *w, struct aw_decision *d)
{
	const struct aw_tracked_family *f = aw_family_of(w->me);
	bool any = f->n_children[false];

	/* Some policies count clones where others do not. */
	if (f->n_children[true] || w->args.options & __WCLONE)
		return false;
	if (w->ask.which != -1 && any && !(is_for_group(w) ? has_member(w) : has_child(w)))
		return false;
	if (any) {
		d->kind = AW_NOTHING;
		return w->args.options & WNOHANG;
	}
	d->kind = AW_ERROR;
	d->error = -ECHILD;
	return true;
}

/*
 * The child of which all policies hear first: it is named, or alone in the index.
 * Context: aw_lock held, RCU.
 */
static struct aw_tracked *find_end(const struct aw_wait *w, struct task_struct **task)
{
	const struct aw_tracked_family *f = aw_family_of(w->me);

	if (is_for_group(w) ||
	    (w->ask.which < 0 && f->n_ready[false] + f->n_ready[true] != 1))
		return NULL;
	return aw_quick_find(w->me, w->ask.which, w->args.options, task);
}

/* A child has ended, and all that it has to tell is that.  Context: aw_lock held, RCU. */
static bool foretell_end(struct aw_wait *w, struct aw_decision *d)
{
	struct task_struct *task;
	struct aw_tracked *t = find_end(w, &task);

	if (!t || t->rec.exit_code != aw_task_status(task) ||
	    t->rec.job.kind != AW_JOB_NONE || !list_empty(&t->rec.ptrace.stops))
		return false;
	aw_facts_add(w, &w->facts, t);
	aw_process_get(&t->rec);
	d->kind = AW_ZOMBIE;
	d->proc = &t->rec;
	d->role = AW_ROLE_CHILD;
	d->tid = t->rec.pid;
	d->pid = t->rec.pid;
	d->status = t->rec.exit_code;
	aw_zombie_decode(d->status, &d->cld_code, &d->cld_status);
	d->consume = true;
	return true;
}

/**
 * aw_quiet_foretell - what a plain call is told under any policy
 * @w: the call; its facts are filled in
 * @quiet: filled in, if it is plain; then to be ended
 *
 * Context: process, the caller, no lock held.
 * Return: false: linux and the policy have to be asked.
 */
bool aw_quiet_foretell(struct aw_wait *w, struct aw_quiet *quiet)
{
	const struct aw_tracked *me = w->me;
	bool known = false;

	if (!serves(w) || !name_target(w))
		return false;
	memset(quiet, 0, sizeof(*quiet));
	quiet->alone = thread_group_empty(current);
	aw_facts_begin(&w->facts);
	aw_lock_irq();
	rcu_read_lock();
	/* What happens from here on is news. */
	quiet->news = me->news;
	if (aw_sleep_may_go_on(w) && aw_quick_has_no_debts(me))
		known = aw_tracked_is_quiet(me) ? foretell_nothing(w, &quiet->d) :
						  foretell_end(w, &quiet->d);
	if (known) {
		quiet->tally = aw_tally_get(me->tally);
		aw_answer_of(w, &quiet->d, &quiet->answer);
	}
	rcu_read_unlock();
	aw_unlock_irq();
	return known;
}

/**
 * aw_quiet_end - what was foretold is needed no more
 * @quiet: over
 * @reaped: stock has given its child to the caller: its record goes
 *
 * Context: process, no lock held.
 */
void aw_quiet_end(struct aw_quiet *quiet, bool reaped)
{
	struct aw_process *p = quiet->d.proc;

	aw_tally_put(quiet->tally);
	if (!p)
		return;
	aw_lock_irq();
	if (reaped && p->in_zombies)
		aw_process_reap(&aw_records, p);
	aw_process_put(p);
	aw_unlock_irq();
}

/* True if the caller was told what was foretold; its status word is read where it is. */
static bool is_as_foretold(const struct aw_wait *w, const struct aw_quiet *quiet, long ret)
{
	int status;

	if (ret != quiet->answer.ret)
		return false;
	if (!quiet->d.proc || !w->out)
		return true;
	return !get_user(status, (int __user *)w->out) && status == quiet->d.status;
}

/**
 * aw_quiet_ask - put a plain call to stock
 * @w: the call
 * @regs: the caller's user registers
 * @quiet: what was foretold
 * @ret: filled in: what stock has returned; AW_NOT_YET: it has given nothing away, and
 *	all have to be asked again
 *
 * Context: process, the caller, no lock held.
 * Return: true: it is as foretold, which is counted, and over.
 */
bool aw_quiet_ask(struct aw_wait *w, const struct pt_regs *regs, struct aw_quiet *quiet,
		  long *ret)
{
	*ret = aw_stock_again(w, regs);
	if (is_as_foretold(w, quiet, *ret)) {
		aw_tally_same(quiet->tally);
		aw_quiet_end(quiet, true);
		return true;
	}
	if (!*ret || *ret == -ECHILD) {
		aw_quiet_end(quiet, false);
		*ret = AW_NOT_YET;
	}
	return false;
}

/**
 * aw_quiet_was_wrong - stock has given away something else than was foretold
 * @s: the call; from here on as if linux and the policy had been asked
 * @quiet: what was foretold; over
 *
 * Context: process, the caller, no lock held.
 */
void aw_quiet_was_wrong(struct aw_shadow *s, struct aw_quiet *quiet)
{
	s->control = quiet->d;
	s->policy = quiet->d;
	s->v.control = quiet->answer;
	s->v.policy = quiet->answer;
	if (quiet->d.proc) {
		aw_lock_irq();
		aw_process_get(quiet->d.proc);
		aw_process_get(quiet->d.proc);
		aw_unlock_irq();
	}
	/* race.c looks at the same children again. */
	s->moment.few = true;
	s->moment.copies.tids[0] = max(s->w->args.which, 0);
	s->news = quiet->news;
	s->looked = true;
	s->done = true;
	s->due = true;
	aw_quiet_end(quiet, false);
}

/*
 * True if something happened between the two that is no news: a signal came, another
 * thread, which may have ended since, reaped the child, or a child has changed its group.
 */
static bool may_differ(const struct aw_shadow *s, const struct aw_quiet *quiet)
{
	return s->q.pending || !quiet->alone ||
	       (is_for_group(s->w) && s->control.kind != quiet->d.kind);
}

/**
 * aw_quiet_check - compare what was foretold with what linux and the policy have said
 * @s: the call, which is over
 * @quiet: what was foretold; over
 *
 * Context: process, the caller, no lock held.
 */
void aw_quiet_check(const struct aw_shadow *s, struct aw_quiet *quiet)
{
	const struct aw_decision *d = &s->control;

	WARN_ONCE(s->looked && s->news == quiet->news && !may_differ(s, quiet) &&
		  (s->differs || !aw_explain_agree(AW_WAIT4, d, &quiet->d)),
		  "altwait: foretold %d of %u, error %d; linux says %d of %u, error %d\n",
		  quiet->d.kind, quiet->d.pid, quiet->d.error, d->kind, d->pid, d->error);
	aw_quiet_end(quiet, false);
}
