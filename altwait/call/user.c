// SPDX-License-Identifier: GPL-2.0
/*
 * What a call writes into user memory, in each layout: status word, siginfo,
 * resource usage.
 */
#include <linux/compat.h>
#include <linux/cred.h>
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#include "internal.h"

/* A siginfo is written whole, in either layout (seed 371 and 407). */
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

union aw_siginfo {
	struct siginfo native;
#ifdef CONFIG_COMPAT
	struct compat_siginfo compat;
#endif
};

/* d->proc is NULL where nothing is reported: all zero. */
static void fill_siginfo(const struct aw_wait *w, const struct aw_decision *d,
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

/* Where the second stretch of a siginfo begins, in the call's layout. */
size_t aw_user_tail(const struct aw_wait *w)
{
#ifdef CONFIG_COMPAT
	if (w->abi != AW_ABI_NATIVE)
		return offsetof(struct compat_siginfo, si_pid);
#endif
	return offsetof(struct siginfo, si_pid);
}

/* How much of user memory the call may write for a siginfo. */
static size_t siginfo_size(const struct aw_wait *w)
{
	if (w->req.quirks & AW_Q(SIGINFO_WHOLE))
		return AW_SIGINFO_SIZE;
	return aw_user_tail(w) + AW_SIGINFO_TAIL;
}

/* ------------------------------------------------------- resource usage */

/**
 * aw_user_note_usage - note what the one that is reported has used
 * @w: the call; @used is filled in if user space wants it
 * @d: its decision
 *
 * Called before the report is taken: a zombie is gone afterwards.
 *
 * Context: process, no lock held.
 */
void aw_user_note_usage(struct aw_wait *w, const struct aw_decision *d)
{
	struct task_struct *task;

	if (!w->rusage || w->req.quirks & AW_Q(RUSAGE_IGNORED))
		return;
	rcu_read_lock();
	task = pid_task(find_pid_ns(d->tid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	memset(&w->scratch->used, 0, sizeof(w->scratch->used));
	if (!task)
		return;
	aw_stock_rusage(task, &w->scratch->used);
	put_task_struct(task);
}

#ifdef CONFIG_COMPAT
static long put_compat_usage(const struct aw_wait *w)
{
	const struct rusage *u = &w->scratch->used;
	struct compat_rusage c = {
		.ru_utime = { u->ru_utime.tv_sec, u->ru_utime.tv_usec },
		.ru_stime = { u->ru_stime.tv_sec, u->ru_stime.tv_usec },
		.ru_maxrss = u->ru_maxrss,
		.ru_ixrss = u->ru_ixrss,
		.ru_idrss = u->ru_idrss,
		.ru_isrss = u->ru_isrss,
		.ru_minflt = u->ru_minflt,
		.ru_majflt = u->ru_majflt,
		.ru_nswap = u->ru_nswap,
		.ru_inblock = u->ru_inblock,
		.ru_oublock = u->ru_oublock,
		.ru_msgsnd = u->ru_msgsnd,
		.ru_msgrcv = u->ru_msgrcv,
		.ru_nsignals = u->ru_nsignals,
		.ru_nvcsw = u->ru_nvcsw,
		.ru_nivcsw = u->ru_nivcsw,
	};

	return copy_to_user(w->rusage, &c, sizeof(c)) ? -EFAULT : 0;
}
#endif

/**
 * aw_user_put_usage - tell user space what the reported one has used
 * @w: the call
 *
 * Context: process, no lock held.
 * Return: 0 or -EFAULT.
 */
long aw_user_put_usage(const struct aw_wait *w)
{
	if (!w->rusage || w->req.quirks & AW_Q(RUSAGE_IGNORED))
		return 0;
#ifdef CONFIG_COMPAT
	if (w->abi == AW_ABI_COMPAT)
		return put_compat_usage(w);
#endif
	return copy_to_user(w->rusage, &w->scratch->used,
			    sizeof(w->scratch->used)) ? -EFAULT : 0;
}

/* ------------------------------------------------- a write that may sleep */

/*
 * Writes a siginfo, whole or its six members; may sleep.  Linux looks at the whole
 * range of addresses first.
 */
static long put_siginfo(const struct aw_wait *w,
			const struct aw_decision *d, bool whole)
{
	size_t tail = aw_user_tail(w);
	union aw_siginfo si;

	if (!w->out)
		return 0;
	if (!access_ok(w->out, AW_SIGINFO_SIZE))
		return -EFAULT;
	fill_siginfo(w, d, &si);
	if (whole)
		return copy_to_user(w->out, &si, AW_SIGINFO_SIZE) ? -EFAULT : 0;
	if (copy_to_user(w->out, &si, AW_SIGINFO_HEAD) ||
	    copy_to_user(w->out + tail, (void *)&si + tail, AW_SIGINFO_TAIL))
		return -EFAULT;
	return 0;
}

/**
 * aw_user_put - put a report that is the caller's already into user memory
 * @w: the call
 * @d: the report
 *
 * The resource usage comes last in wait4, first in waitid: kernel/exit.c.
 *
 * Context: process, no lock held; may sleep.
 * Return: 0 or -EFAULT.
 */
long aw_user_put(const struct aw_wait *w, const struct aw_decision *d)
{
	long ret;

	if (w->req.call == AW_WAITID) {
		ret = aw_user_put_usage(w);
		if (ret)
			return ret;
		return put_siginfo(w, d, aw_has(&w->req, SIGINFO_WHOLE));
	}
	if (w->out && put_user(d->status, (int __user *)w->out))
		return -EFAULT;
	return aw_user_put_usage(w);
}

/**
 * aw_user_put_error - what a call that fails writes: kernel/exit.c, waitid
 * @w: the call
 * @err: what it fails with
 *
 * Linux's waitid writes zeros, and a fault hides the error.
 *
 * Context: process, no lock held; may sleep.
 * Return: the errno that the call returns.
 */
long aw_user_put_error(const struct aw_wait *w, long err)
{
	const struct aw_decision none = { .kind = AW_NOTHING };

	if (w->req.call != AW_WAITID || w->req.quirks & AW_Q(ERRORS_SILENT))
		return err;
	return put_siginfo(w, &none, false) ?: err;
}

/* ----------------------------------------------- a write under aw_lock */

static int write_siginfo(const struct aw_wait *w,
			 const struct aw_decision *d)
{
	size_t tail = aw_user_tail(w);
	union aw_siginfo si;

	fill_siginfo(w, d, &si);
	if (w->req.quirks & AW_Q(SIGINFO_WHOLE))
		return copy_to_user_nofault(w->out, &si, AW_SIGINFO_SIZE);
	if (copy_to_user_nofault(w->out, &si, AW_SIGINFO_HEAD))
		return -EFAULT;
	return copy_to_user_nofault(w->out + tail, (void *)&si + tail,
				    AW_SIGINFO_TAIL);
}

/**
 * aw_user_write - put a report into user memory, if the memory is there
 * @w: the call
 * @d: the report
 *
 * Context: any, aw_lock held; does not sleep.
 * Return: 0; -EFAULT, a page is not there (yet).
 */
int aw_user_write(const struct aw_wait *w, const struct aw_decision *d)
{
	if (!w->out)
		return 0;
	if (w->req.call == AW_WAITID)
		return write_siginfo(w, d);
	if (d->kind == AW_NOTHING)
		return 0;
	return copy_to_user_nofault(w->out, &d->status, sizeof(d->status));
}

/**
 * aw_user_fault_in - make the user memory of a call present
 * @w: the call
 *
 * Context: process, no lock held; may sleep.
 * Return: false where there is no writable memory.
 */
bool aw_user_fault_in(const struct aw_wait *w)
{
	size_t size = w->req.call == AW_WAITID ? siginfo_size(w) : sizeof(int);

	return !fault_in_safe_writeable(w->out, size);
}
