// SPDX-License-Identifier: GPL-2.0
/*
 * The records follow stock: what it has reported is used up there, too.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

#include "internal.h"

static void follow_zombies(struct aw_wait *w)
{
	struct aw_tracked *t, *next;

	for (t = aw_ready_next(w->me, NULL); t; t = next) {
		next = aw_ready_next(w->me, t);
		aw_state_reaped(t);
	}
}

/*
 * True if stock has told this job status; else the slot keeps it.  Only a report
 * leaves SIGNAL_STOP_STOPPED without the signal, or takes SIGNAL_STOP_CONTINUED away
 * while the group neither stops nor exits.
 */
static bool has_told_job(const struct aw_job *job,
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
static void follow_jobs(struct aw_wait *w)
{
	struct aw_tracked *t = NULL;
	struct task_struct *task;

	while ((t = aw_ready_next(w->me, t))) {
		task = pid_task(t->pid, PIDTYPE_TGID);
		if (!task || !has_told_job(&t->rec.job, task->signal))
			continue;
		if (t->rec.job.kind == AW_JOB_CONTINUED)
			t->cont_seen = false;
		aw_process_job_told(&t->rec);
	}
}

/* A ptrace stop that has no exit_code any more was told by stock: it is used up. */
static void follow_stops(struct aw_wait *w)
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

/*
 * The records follow stock: those of children that have something to tell, which are
 * in the index.  Context: aw_lock held.
 */
void aw_follow_stock(struct aw_wait *w)
{
	rcu_read_lock();
	follow_zombies(w);
	follow_jobs(w);
	if (w->me->traces)
		follow_stops(w);
	rcu_read_unlock();
}

/*
 * True if the zombie that linux named is still there as it was.  Stock has taken another
 * one, then, which ended in between, and did not say which: without a siginfo, say.
 */
static bool is_left(const struct aw_shadow *s, const struct aw_decision *d)
{
	struct task_struct *task;
	bool left;

	if (d->kind != AW_ZOMBIE || !d->consume || s->v.stock.pid)
		return false;
	rcu_read_lock();
	if (d->tid == d->proc->pid)
		task = pid_task(aw_tracked_of(d->proc)->pid, PIDTYPE_TGID);
	else
		task = pid_task(find_pid_ns(d->tid, &init_pid_ns), PIDTYPE_PID);
	/* A tracer that hands one on does not trace it any more. */
	left = task && READ_ONCE(task->exit_state) == EXIT_ZOMBIE &&
	       (d->role == AW_ROLE_CHILD || READ_ONCE(task->ptrace));
	rcu_read_unlock();
	return left;
}

/*
 * The records follow a verdict.  @right: linux said what stock did, and so the
 * records use up what was reported.  A zombie that Linux has reaped by itself was
 * only the policy's: it has used that up.  Context: process, no lock held.
 */
void aw_follow_verdict(struct aw_shadow *s, bool right)
{
	struct aw_wait *w = s->w;
	struct aw_decision d = s->control;

	aw_lock_irq();
	if (right && d.proc && !is_left(s, &d) &&
	    (d.kind != AW_ZOMBIE || d.proc->in_zombies || d.tid != d.proc->pid)) {
		aw_apply(&aw_records, &w->req, &d, NULL, NULL);
		if (d.kind == AW_JOB_STATUS && d.consume &&
		    d.cld_code == CLD_CONTINUED)
			aw_tracked_of(d.proc)->cont_seen = false;
	}
	d = s->policy;
	if (d.kind == AW_ZOMBIE && d.consume && d.proc->in_zombies &&
	    aw_tracked_of(d.proc)->autoreaped) {
		/* The answer that is kept holds a reference. */
		aw_process_reap(&aw_records, d.proc);
		aw_adoption_end(aw_tracked_of(d.proc));
	}
	aw_unlock_irq();
}
