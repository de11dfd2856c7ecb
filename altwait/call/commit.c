// SPDX-License-Identifier: GPL-2.0
/*
 * A decision made true: user memory first, then the records, then stock.
 *
 * The write and the change of the records are one section of aw_lock, so that
 * no other call sees a report between the two.  A page that is not there makes
 * the write fail; it is brought in without the lock, and the call decides anew.
 *
 * What the records have given away, stock gives away too: it is asked for
 * exactly that child, as the caller could have done by itself.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <trace/events/altwait.h>

#include "internal.h"

/* The number that the call reports, of a process or thread, for its caller. */
u32 aw_commit_nr(const struct aw_wait *w, const struct aw_decision *d)
{
	struct pid_namespace *ns = w->ns;
	struct pid *pid;
	u32 nr = 0;

	if (d->pid == d->proc->pid)
		return pid_nr_ns(aw_tracked_of(d->proc)->pid, ns);
	rcu_read_lock();
	pid = find_pid_ns(d->pid, &init_pid_ns);
	if (pid)
		nr = pid_nr_ns(pid, ns);
	rcu_read_unlock();
	/* A thread that was asked for may be gone before its process. */
	if (!nr && d->pid == w->req.target.id)
		nr = w->req.call == AW_WAIT4 ? w->args.which : w->args.id;
	return nr;
}

/* True if somebody else has reaped the child through stock. */
static bool is_gone(const struct aw_tracked *t)
{
	struct task_struct *task;
	bool gone;

	if (t->autoreaped)
		return false;
	rcu_read_lock();
	task = pid_task(t->pid, PIDTYPE_TGID);
	gone = !task || READ_ONCE(task->exit_state) == EXIT_DEAD;
	rcu_read_unlock();
	return gone;
}

/**
 * aw_commit_write - put a report into user memory, as part of aw_apply()
 * @d: the report
 * @ctx: struct aw_wait
 *
 * Context: aw_lock held; does not sleep.
 * Return: 0; -EFAULT, a page is not there (yet); AW_STOLEN, stock has given the
 * child to somebody else.
 */
int aw_commit_write(const struct aw_decision *d, void *ctx)
{
	struct aw_wait *w = ctx;

	w->nr = d->proc ? aw_commit_nr(w, d) : 0;
	if (d->kind == AW_ZOMBIE && !w->stale &&
	    is_gone(aw_tracked_of(d->proc)))
		return AW_STOLEN;
	return aw_user_write(w, d);
}

/* Linux's pid of the thread that the report is about.  Context: RCU. */
static struct pid *pid_of(const struct aw_decision *d)
{
	if (d->tid == d->proc->pid)
		return aw_tracked_of(d->proc)->pid;
	return find_pid_ns(d->tid, &init_pid_ns);
}

/*
 * The number of the thread that the report is about, for the caller; 0: it is gone.
 * Context: process, the caller.
 */
pid_t aw_commit_thread_nr(const struct aw_decision *d)
{
	struct pid *pid;
	pid_t nr = 0;

	rcu_read_lock();
	pid = pid_of(d);
	/* The number of one that is gone may be another child's by now. */
	if (pid && pid_task(pid, PIDTYPE_PID))
		nr = pid_nr_ns(pid, task_active_pid_ns(current));
	rcu_read_unlock();
	return nr;
}

/* Stock keeps the zombie yet: the caller's process will ask for it again. */
static void owe(const struct aw_wait *w, const struct aw_decision *d)
{
	struct pid *pid;

	rcu_read_lock();
	aw_lock_irq();
	pid = pid_of(d);
	if (pid)
		aw_owed_add(w->me, pid);
	aw_unlock_irq();
	rcu_read_unlock();
}

/*
 * Reaps through stock.  False if somebody else has.  A child that Linux reaped by
 * itself, or that was reported before, is the records' alone; one that a tracer
 * still holds (stock says 0) stays Linux's zombie until that has waited, and one that
 * the caller has traced only when the call began until its parent has.
 */
static bool reap(const struct aw_decision *d,
		 const struct aw_wait *w)
{
	struct aw_tracked *t = aw_tracked_of(d->proc);
	long ret = 0;
	pid_t nr;

	if (!w->stale && !t->autoreaped) {
		nr = aw_commit_thread_nr(d);
		ret = nr ? aw_stock_wait4(nr, NULL, WNOHANG | __WALL) : -ECHILD;
		if (!ret)
			owe(w, d);
	}
	trace_altwait_wait_commit(d->kind, w->nr, ret);
	/* Parent and tracer share one zombie: see feed/owed.c. */
	return ret >= 0 || d->proc->zombie_tracer || d->proc->parent != &w->me->rec;
}

/*
 * Takes the job status from stock, too, lest it be given again after a dismissal.
 * The records' slot decides alone: stock may have lost it to a SIGKILL.
 */
static void take_job_status(const struct aw_decision *d,
			    const struct aw_wait *w)
{
	bool stopped = (d->status & 0xff) == 0x7f;
	pid_t nr = aw_commit_thread_nr(d);
	long ret = 0;

	if (nr)
		ret = aw_stock_waitid(nr, WNOHANG | __WALL |
				      (stopped ? WSTOPPED : WCONTINUED));
	if (!stopped) {
		aw_lock_irq();
		aw_tracked_of(d->proc)->cont_seen = false;
		aw_unlock_irq();
	}
	trace_altwait_wait_commit(d->kind, w->nr, ret);
}

/* True if the thread that the report is about is a tracee of the caller's group. */
static bool is_tracee(const struct aw_decision *d)
{
	struct task_struct *task;
	bool traced;

	rcu_read_lock();
	task = pid_task(pid_of(d), PIDTYPE_PID);
	traced = task && READ_ONCE(task->ptrace) &&
		 rcu_dereference(task->parent)->signal == current->signal;
	rcu_read_unlock();
	return traced;
}

/*
 * Only a tracer asks: of another process's tracee stock would give the parent the
 * job-control stop, which was not reported.
 */
static void take_ptrace_stop(const struct aw_decision *d,
			     const struct aw_wait *w)
{
	pid_t nr = is_tracee(d) ? aw_commit_thread_nr(d) : 0;
	long ret = 0;

	if (nr)
		ret = aw_stock_waitid(nr, WNOHANG | __WALL | WSTOPPED);
	trace_altwait_wait_commit(d->kind, w->nr, ret);
}

/**
 * aw_commit_stock - consume a report in stock, too
 * @d: the report, consumed in the records
 * @w: the call
 *
 * Context: process, no lock held.
 * Return: false where somebody else has got it from stock.
 */
bool aw_commit_stock(const struct aw_decision *d, const struct aw_wait *w)
{
	switch (d->kind) {
	case AW_ZOMBIE:
		return reap(d, w);
	case AW_JOB_STATUS:
		take_job_status(d, w);
		return true;
	case AW_PTRACE_STOP:
		take_ptrace_stop(d, w);
		return true;
	default:
		return true;
	}
}
