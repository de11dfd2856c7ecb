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
#include <linux/compat.h>
#include <linux/cred.h>
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <trace/events/altwait.h>

#include "altwait.h"

/* A siginfo is written whole, in either layout (seed 371 and 407). */
#define AW_SIGINFO_SIZE	128
static_assert(sizeof(struct siginfo) == AW_SIGINFO_SIZE);
#ifdef CONFIG_COMPAT
static_assert(sizeof(struct compat_siginfo) == AW_SIGINFO_SIZE);
#endif

/*
 * Linux writes six members and leaves the rest alone: two stretches with a hole
 * between them, the same length in both layouts but for the hole.
 */
#define AW_SIGINFO_HEAD	(3 * sizeof(int))
#define AW_SIGINFO_TAIL	(3 * sizeof(int))

/* What the caller calls the process or thread that is reported. */
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

/* Has somebody else reaped a child through stock? */
static bool aw_commit_is_gone(const struct aw_tracked *t)
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

union aw_siginfo {
	struct siginfo native;
#ifdef CONFIG_COMPAT
	struct compat_siginfo compat;
#endif
};

/* d->proc is NULL where nothing is reported: all zero. */
static void aw_commit_fill(const struct aw_wait *w, const struct aw_decision *d,
			   union aw_siginfo *si)
{
	uid_t uid = from_kuid_munged(current_user_ns(), KUIDT_INIT(d->uid));

	memset(si, 0, sizeof(*si));
	if (!d->proc)
		return;
	if (w->abi == AW_ABI_NATIVE) {
		si->native.si_signo = SIGCHLD;
		si->native.si_code = d->cld_code;
		si->native.si_pid = w->nr;
		si->native.si_uid = uid;
		si->native.si_status = d->cld_status;
	} else {
#ifdef CONFIG_COMPAT
		si->compat.si_signo = SIGCHLD;
		si->compat.si_code = d->cld_code;
		si->compat.si_pid = w->nr;
		si->compat.si_uid = uid;
		si->compat.si_status = d->cld_status;
#endif
	}
}

size_t aw_commit_tail(const struct aw_wait *w)
{
#ifdef CONFIG_COMPAT
	if (w->abi != AW_ABI_NATIVE)
		return offsetof(struct compat_siginfo, si_pid);
#endif
	return offsetof(struct siginfo, si_pid);
}

/* How much of user memory a siginfo takes. */
static size_t aw_commit_size(const struct aw_wait *w)
{
	if (w->req.quirks & AW_Q(SIGINFO_WHOLE))
		return AW_SIGINFO_SIZE;
	return aw_commit_tail(w) + AW_SIGINFO_TAIL;
}

static int aw_commit_siginfo(const struct aw_wait *w,
			     const struct aw_decision *d)
{
	size_t tail = aw_commit_tail(w);
	union aw_siginfo si;

	aw_commit_fill(w, d, &si);
	if (w->req.quirks & AW_Q(SIGINFO_WHOLE))
		return copy_to_user_nofault(w->out, &si, AW_SIGINFO_SIZE);
	if (copy_to_user_nofault(w->out, &si, AW_SIGINFO_HEAD))
		return -EFAULT;
	return copy_to_user_nofault(w->out + tail, (void *)&si + tail,
				    AW_SIGINFO_TAIL);
}

/* The same where the write may sleep; Linux looks at the whole first. */
static long aw_commit_put_siginfo(const struct aw_wait *w,
				  const struct aw_decision *d, bool whole)
{
	size_t tail = aw_commit_tail(w);
	union aw_siginfo si;

	if (!w->out)
		return 0;
	if (!access_ok(w->out, AW_SIGINFO_SIZE))
		return -EFAULT;
	aw_commit_fill(w, d, &si);
	if (whole)
		return copy_to_user(w->out, &si, AW_SIGINFO_SIZE) ? -EFAULT : 0;
	if (copy_to_user(w->out, &si, AW_SIGINFO_HEAD) ||
	    copy_to_user(w->out + tail, (void *)&si + tail, AW_SIGINFO_TAIL))
		return -EFAULT;
	return 0;
}

/**
 * aw_commit_put - put a report that is the caller's already into user memory
 * @w: the call
 * @d: the report
 *
 * The resource usage comes last in wait4, first in waitid: kernel/exit.c.
 *
 * Context: process, no lock held; may sleep.
 * Return: 0 or -EFAULT.
 */
long aw_commit_put(const struct aw_wait *w, const struct aw_decision *d)
{
	long ret;

	if (w->req.call == AW_WAITID) {
		ret = aw_claim_write_usage(w);
		if (ret)
			return ret;
		return aw_commit_put_siginfo(w, d, aw_has(&w->req, SIGINFO_WHOLE));
	}
	if (w->out && put_user(d->status, (int __user *)w->out))
		return -EFAULT;
	return aw_claim_write_usage(w);
}

/**
 * aw_commit_error - what a call that fails writes: kernel/exit.c, waitid
 * @w: the call
 * @err: what it fails with
 *
 * Linux's waitid writes zeros, and a fault hides the error.
 *
 * Context: process, no lock held; may sleep.
 * Return: the errno that the call returns.
 */
long aw_commit_error(const struct aw_wait *w, long err)
{
	const struct aw_decision none = { .kind = AW_NOTHING };

	if (w->req.call != AW_WAITID || w->req.quirks & AW_Q(ERRORS_SILENT))
		return err;
	return aw_commit_put_siginfo(w, &none, false) ?: err;
}

/**
 * aw_commit_write - put a report into user memory
 * @d: the report
 * @ctx: struct aw_wait
 *
 * Context: aw_lock held; does not sleep.
 * Return: 0; -EFAULT, a page is not there (yet); -ESTALE, stock has given the
 * child to somebody else.
 */
int aw_commit_write(const struct aw_decision *d, void *ctx)
{
	struct aw_wait *w = ctx;

	w->nr = d->proc ? aw_commit_nr(w, d) : 0;
	if (d->kind == AW_ZOMBIE && !w->stale &&
	    aw_commit_is_gone(aw_tracked_of(d->proc)))
		return -ESTALE;
	if (!w->out)
		return 0;
	if (w->req.call == AW_WAITID)
		return aw_commit_siginfo(w, d);
	if (d->kind == AW_NOTHING)
		return 0;
	return copy_to_user_nofault(w->out, &d->status, sizeof(d->status));
}

/**
 * aw_commit_fault_in - make the user memory of a call present
 * @w: the call
 *
 * Context: process, no lock held; may sleep.
 * Return: false where there is no writable memory.
 */
bool aw_commit_fault_in(const struct aw_wait *w)
{
	size_t size = w->req.call == AW_WAITID ? aw_commit_size(w) : sizeof(int);

	return !fault_in_safe_writeable(w->out, size);
}

/* Linux's pid of the thread that the report is about.  Context: RCU. */
static struct pid *aw_commit_pid(const struct aw_decision *d)
{
	if (d->tid == d->proc->pid)
		return aw_tracked_of(d->proc)->pid;
	return find_pid_ns(d->tid, &init_pid_ns);
}

/* What the caller calls it; 0: it is gone.  Context: process, the caller. */
pid_t aw_commit_thread_nr(const struct aw_decision *d)
{
	struct pid *pid;
	pid_t nr = 0;

	rcu_read_lock();
	pid = aw_commit_pid(d);
	/* The number of one that is gone may be another child's by now. */
	if (pid && pid_task(pid, PIDTYPE_PID))
		nr = pid_nr_ns(pid, task_active_pid_ns(current));
	rcu_read_unlock();
	return nr;
}

/* A zombie that stock has yet: the caller asks for it again. */
static void aw_commit_owe(const struct aw_wait *w, const struct aw_decision *d)
{
	struct pid *pid;

	rcu_read_lock();
	spin_lock_irq(&aw_lock);
	pid = aw_commit_pid(d);
	if (pid)
		aw_owe(w->me, pid);
	spin_unlock_irq(&aw_lock);
	rcu_read_unlock();
}

/*
 * Reaps through stock.  False: it was somebody else's.  A child that stock
 * reaped by itself, or that was reported before, is the records' alone; one
 * that a tracer still holds (stock says 0) stays Linux's zombie until then.
 */
static bool aw_commit_zombie(const struct aw_decision *d,
			     const struct aw_wait *w)
{
	struct aw_tracked *t = aw_tracked_of(d->proc);
	long ret = 0;
	pid_t nr;

	if (!w->stale && !t->autoreaped) {
		nr = aw_commit_thread_nr(d);
		ret = nr ? aw_stock_wait4(nr, WNOHANG | __WALL) : -ECHILD;
		if (!ret)
			aw_commit_owe(w, d);
	}
	trace_altwait_wait_commit(d->kind, w->nr, ret);
	/* Parent and tracer share a zombie of two: see owed.c. */
	return ret >= 0 || d->proc->zombie_tracer;
}

/*
 * Takes the same report from stock, lest it be given again after a dismissal.
 * The records' slot decides alone: stock may have lost it to a SIGKILL.
 */
static void aw_commit_job_status(const struct aw_decision *d,
				 const struct aw_wait *w)
{
	bool stopped = (d->status & 0xff) == 0x7f;
	pid_t nr = aw_commit_thread_nr(d);
	long ret = 0;

	if (nr)
		ret = aw_stock_waitid(nr, WNOHANG | __WALL |
				      (stopped ? WSTOPPED : WCONTINUED));
	if (!stopped) {
		spin_lock_irq(&aw_lock);
		aw_tracked_of(d->proc)->cont_seen = false;
		spin_unlock_irq(&aw_lock);
	}
	trace_altwait_wait_commit(d->kind, w->nr, ret);
}

/* Does nothing where the caller is not the tracer: stock has no report then. */
static void aw_commit_ptrace_stop(const struct aw_decision *d,
				  const struct aw_wait *w)
{
	pid_t nr = aw_commit_thread_nr(d);
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
		return aw_commit_zombie(d, w);
	case AW_JOB_STATUS:
		aw_commit_job_status(d, w);
		return true;
	case AW_PTRACE_STOP:
		aw_commit_ptrace_stop(d, w);
		return true;
	default:
		return true;
	}
}
