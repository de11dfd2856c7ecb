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

#include "altwait.h"
#include "shadow.h"

/* ---------------------------------------------------------------- the look */

/* Keeps a decision beyond aw_lock.  Context: aw_lock held. */
static void aw_shadow_keep(struct aw_decision *kept, const struct aw_decision *d)
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

/* Stock reaps without a word: such a zombie is nobody's any more. */
static void aw_shadow_follow_zombies(struct aw_wait *w)
{
	struct aw_process *child, *next;
	struct aw_tracked *t;
	struct task_struct *task;

	list_for_each_entry_safe(child, next, &w->me->rec.children, sibling) {
		t = aw_tracked_of(child);
		if (!child->in_zombies || t->autoreaped)
			continue;
		task = pid_task(t->pid, PIDTYPE_TGID);
		if (task && READ_ONCE(task->exit_state) != EXIT_DEAD)
			continue;
		list_del_init(&t->orphan);
		aw_process_reap(&aw_records, child);
	}
}

/*
 * Has stock told this job status?  Else the slot keeps it: only a report leaves
 * the flag of the stop without its signal, or that of a continue alone.
 */
static bool aw_shadow_told_job(const struct aw_job *job,
			       const struct signal_struct *signal)
{
	unsigned int flags = READ_ONCE(signal->flags);

	switch (job->kind) {
	case AW_JOB_STOPPED:
		return flags & SIGNAL_STOP_STOPPED &&
		       !READ_ONCE(signal->group_exit_code);
	case AW_JOB_CONTINUED:
		return !(flags & (SIGNAL_STOP_CONTINUED | SIGNAL_STOP_STOPPED |
				  SIGNAL_GROUP_EXIT));
	default:
		return false;
	}
}

/* A job status that stock has told, in a call that raced, say, is used up. */
static void aw_shadow_follow_jobs(struct aw_wait *w)
{
	struct task_struct *task;
	struct aw_process *child;

	list_for_each_entry(child, &w->me->rec.children, sibling) {
		task = pid_task(aw_tracked_of(child)->pid, PIDTYPE_TGID);
		if (!task || !aw_shadow_told_job(&child->job, task->signal))
			continue;
		if (child->job.kind == AW_JOB_CONTINUED)
			aw_tracked_of(child)->cont_seen = false;
		child->job.kind = AW_JOB_NONE;
	}
}

/* And so is a ptrace stop that has no exit_code any more. */
static void aw_shadow_follow_stops(struct aw_wait *w)
{
	struct aw_ptrace_stop *stop;
	struct task_struct *task;
	struct aw_process *p;

	list_for_each_entry(p, &aw_records.traced, traced) {
		if (p->ptrace.tracer != w->me->rec.pid)
			continue;
		list_for_each_entry(stop, &p->ptrace.stops, node) {
			task = pid_task(find_pid_ns(stop->tid, &init_pid_ns),
					PIDTYPE_PID);
			if (task && READ_ONCE(task->jobctl) & JOBCTL_TRACED &&
			    !READ_ONCE(task->exit_code))
				stop->reported = true;
		}
	}
}

/* The records follow stock.  Context: aw_lock held. */
static void aw_shadow_follow(struct aw_wait *w)
{
	rcu_read_lock();
	aw_shadow_follow_zombies(w);
	aw_shadow_follow_jobs(w);
	aw_shadow_follow_stops(w);
	rcu_read_unlock();
}

/* Has the feed told this yet? */
static bool aw_shadow_is_told(const struct aw_fact *f)
{
	/* A tracer hands a zombie on: in the middle of that nobody has it. */
	if (f->life == AW_EXIT_TRACE && f->role == AW_ROLE_CHILD)
		return false;
	if (f->life == AW_EXIT_ZOMBIE && f->leader && !f->delayed)
		return f->proc->is_zombie;
	if (f->role == AW_ROLE_TRACEE)
		return !f->stop_code ||
		       aw_ptrace_find(&f->proc->ptrace, f->tid);
	/* The parent's own tracee has a ptrace stop instead. */
	return !f->group_stop || (f->traced && !f->reparented) ||
	       aw_tracked_of(f->proc)->stop_seen;
}

/* Linux's state changes before the feed tells: has it told all of this yet? */
static bool aw_shadow_lags(const struct aw_wait *w)
{
	unsigned int i;

	for (i = 0; i < w->facts.n; i++)
		if (!aw_shadow_is_told(&w->facts.v[i]))
			return true;
	return false;
}

/* Why does the policy not say what linux says? */
static void aw_shadow_compare(struct aw_shadow *s)
{
	enum aw_call call = s->w->args.call;

	s->differs = !aw_explain_agree(call, &s->control, &s->policy);
	s->quirks = s->differs ? aw_explain(&s->q, call, &s->policy) : 0;
	s->done = s->policy.kind != AW_SLEEP;
}

/* The candidates that the policy keeps while it sleeps. */
static void aw_shadow_fix(struct aw_shadow *s)
{
	const aw_quirkset settled = AW_QUIRKS_SETTLED | AW_Q(ECHILD_ONCE);
	struct aw_request req = { .quirks = s->w->policy };

	if (s->done || !(req.quirks & settled) || aw_target_parse(&req, s->w))
		return;
	aw_candidates_take(&aw_records, &req, &s->w->facts, &s->fixed);
	s->q.fixed = &s->fixed;
	s->w->settled = &s->fixed;
}

/* Whom has the news since the last sleep woken? */
static void aw_shadow_hear(struct aw_shadow *s)
{
	struct aw_wait *w = s->w;

	if (s->slept)
		memset(&s->heard, 0, sizeof(s->heard));
	s->slept = false;
	if (w->tw->waker.woken && w->tw->waker.evicted)
		w->heard.by[AW_NEWS_FULL] = AW_CONCERNS;
	aw_heard_move(&s->heard, &w->heard);
	s->q.heard = s->asleep ? &s->heard : NULL;
	s->q.due = s->due;
	if (w->tw->waker.woken)
		s->registered = false;
	w->tw->waker.woken = false;
	w->news = false;
}

/*
 * The policy sleeps on the PollSet from here on, and misses nothing that happens
 * while stock is asked.
 */
static void aw_shadow_register(struct aw_shadow *s)
{
	if (s->done || s->registered)
		return;
	aw_pollset_register(&s->w->me->rec.child_exit_event,
			    &s->w->tw->waker);
	s->registered = true;
}

/*
 * Asks linux and the policy.  Return: 0; -ENOSPC, there is too little room;
 * -EAGAIN, the records are behind, and may be so once more.
 * Context: aw_lock held.
 */
static int aw_shadow_look(struct aw_shadow *s, bool patient)
{
	struct aw_wait *w = s->w;
	struct aw_decision d;
	unsigned int bound;

	aw_settle_orphans();
	aw_shadow_follow(w);
	aw_feed_refresh_groups(w->me);
	if (!aw_facts_read(w, &w->facts))
		return -ENOSPC;
	if (patient && aw_shadow_lags(w))
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
	aw_shadow_hear(s);
	memset(&d, 0, sizeof(d));
	if (s->due)
		aw_explain_answer(&s->q, AW_QUIRKS_NONE, &d);
	aw_shadow_keep(&s->control, &d);
	aw_judge_answer(w, &s->control, &s->v.control);
	if (!s->done) {
		aw_explain_answer(&s->q, w->policy, &d);
		aw_shadow_keep(&s->policy, &d);
		aw_judge_answer(w, &s->policy, &s->v.policy);
		aw_shadow_compare(s);
	}
	aw_shadow_register(s);
	if (!s->q.fixed)
		aw_shadow_fix(s);
	s->looked = true;
	s->asleep = !s->done;
	return 0;
}

/* Context: process, no lock held.  False without memory. */
static bool aw_shadow_grow(struct aw_shadow *s)
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

/* ----------------------------------------------------------------- the call */

/* Nothing yet.  Context: aw_lock held; drops and retakes it. */
static void aw_shadow_sleep(struct aw_shadow *s)
	__must_hold(&aw_lock)
{
	s->slept = true;
	trace_altwait_wait_wake(aw_wait_sleep(s->w));
}

/*
 * The policy is asked only until it says something.  If nothing explains that, or
 * Linux has not looked, it may have seen an event that Linux was about to see, and
 * is asked once more.
 */
static bool aw_shadow_was_early(struct aw_shadow *s)
{
	if (!s->differs || (s->quirks && s->due) || s->was_done ||
	    s->repeats >= AW_MAX_REPEATS || !aw_shadow_raced(s))
		return false;
	s->repeats++;
	s->done = false;
	s->differs = false;
	/* Stock is asked only where Linux would look. */
	s->repeat = s->due;
	return true;
}

/*
 * linux said something, but stock has nothing yet.  Return: whether all are to be
 * asked again before the call sleeps.
 */
static bool aw_shadow_nothing(struct aw_shadow *s)
{
	if (s->control.kind != AW_SLEEP) {
		memset(&s->v.stock, 0, sizeof(s->v.stock));
		s->wrong |= !aw_shadow_raced(s);
	}
	return aw_shadow_was_early(s);
}

/* Asks linux and the policy.  Return: 0; a restart, where the process has left. */
static long aw_shadow_predict(struct aw_shadow *s)
{
	struct aw_wait *w = s->w;
	unsigned int patience = AW_RACE_ROUNDS;
	int ret;

	for (;;) {
		aw_target_adopt(w);
		s->q.pending = signal_pending(current);
		s->q.signal = s->q.pending && aw_wait_deliverable();
		spin_lock_irq(&aw_lock);
		ret = aw_wait_stays(w) ? aw_shadow_look(s, patience) : -ESRCH;
		spin_unlock_irq(&aw_lock);
		if (!ret)
			return 0;
		if (ret == -EAGAIN) {
			patience--;
			schedule_timeout_uninterruptible(AW_RACE_PAUSE);
		} else if (ret == -ESRCH || !aw_shadow_grow(s)) {
			return aw_wait_to_stock(w);
		}
	}
}

static long aw_shadow_loop(struct aw_shadow *s, const struct pt_regs *regs)
{
	struct aw_wait *w = s->w;
	long ret;

	for (;;) {
		ret = aw_shadow_predict(s);
		if (ret)
			return ret;
		ret = s->due ? aw_shadow_ask(s, regs) : AW_AGAIN;
		if (ret != AW_AGAIN) {
			if (aw_shadow_judge(s, ret))
				return ret;
			s->repeat = true;
			continue;
		}
		if (aw_shadow_nothing(s))
			continue;
		spin_lock_irq(&aw_lock);
		if (aw_wait_stays(w))
			aw_shadow_sleep(s);
		spin_unlock_irq(&aw_lock);
	}
}

/* Starry fails where a call is restarted and no handler has run: seed 279. */
static void aw_shadow_restarted(struct aw_shadow *s)
{
	s->policy.kind = AW_ERROR;
	s->policy.error = -EINTR;
	s->v.policy.kind = ALTWAIT_KIND_ERROR;
	s->v.policy.ret = -EINTR;
	s->quirks = AW_Q(EINTR_ALWAYS);
	s->differs = true;
	s->done = true;
}

static void aw_shadow_free(struct aw_shadow *s)
{
	spin_lock_irq(&aw_lock);
	s->w->settled = NULL;
	aw_candidates_release(&s->fixed);
	aw_shadow_keep(&s->control, NULL);
	aw_shadow_keep(&s->policy, NULL);
	spin_unlock_irq(&aw_lock);
	kvfree(s->fixed.v);
	kvfree(s->room.v);
	kfree(s);
}

/**
 * aw_shadow - a call that stock answers, while linux and a policy are asked
 * @w: the call; aw_wait_enter() was done
 * @regs: the caller's user registers
 *
 * Context: process, the caller, no lock held.
 * Return: what stock returns; a restart, where the process has left.
 */
long aw_shadow(struct aw_wait *w, const struct pt_regs *regs)
{
	struct aw_shadow *s = kzalloc(sizeof(*s), GFP_KERNEL);
	struct aw_tally *tally;
	long ret;

	if (!s) {
		spin_lock_irq(&aw_lock);
		aw_leave(w->me, AW_WHY_MEMORY);
		spin_unlock_irq(&aw_lock);
		return aw_wait_to_stock(w);
	}
	s->w = w;
	s->q = (struct aw_question) {
		.r = &aw_records, .caller = &w->me->rec,
		.parse = aw_target_parse, .ctx = w, .facts = &w->facts,
		.room = &s->room, .policy = w->policy, .few = true,
	};
	if (aw_wait_restarted(w, regs))
		aw_shadow_restarted(s);
	/* Arguments that are refused are a question like any other. */
	aw_target_request(w);
	ret = aw_shadow_loop(s, regs);
	if (ret == -ERESTARTSYS && !s->differs)
		ret = aw_wait_interrupted(w, regs, s->q.signal);
	if (!s->v.time) {
		tally = aw_shadow_tally(w);
		aw_tally_left(tally);
		aw_tally_put(tally);
	}
	aw_shadow_free(s);
	return ret;
}
