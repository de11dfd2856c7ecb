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

/* Linux writes six members and leaves the rest alone: the last three lie together. */
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

/* Where the last three members of a siginfo begin, in the call's layout. */
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

/* ------------------------------------------------------------- siginfo */

/*
 * Linux's six members, one by one as kernel/exit.c writes them: where a page ends
 * between two, what stands before the fault has been written.  Of a member that
 * lies on both sides no byte has.
 */
#define AW_PUT_SIX(out, si, failed) do {				\
	unsafe_put_user((si)->si_signo, &(out)->si_signo, failed);	\
	unsafe_put_user((si)->si_errno, &(out)->si_errno, failed);	\
	unsafe_put_user((si)->si_code, &(out)->si_code, failed);	\
	unsafe_put_user((si)->si_pid, &(out)->si_pid, failed);		\
	unsafe_put_user((si)->si_uid, &(out)->si_uid, failed);		\
	unsafe_put_user((si)->si_status, &(out)->si_status, failed);	\
} while (0)

static int put_six_native(struct siginfo __user *out, const struct siginfo *si)
{
	/* The whole range has to be user space. */
	if (!user_write_access_begin(out, sizeof(*out)))
		return -EFAULT;
	AW_PUT_SIX(out, si, failed);
	user_write_access_end();
	return 0;
failed:
	user_write_access_end();
	return -EFAULT;
}

#ifdef CONFIG_COMPAT
static int put_six_compat(struct compat_siginfo __user *out,
			  const struct compat_siginfo *si)
{
	if (!user_write_access_begin(out, sizeof(*out)))
		return -EFAULT;
	AW_PUT_SIX(out, si, failed);
	user_write_access_end();
	return 0;
failed:
	user_write_access_end();
	return -EFAULT;
}
#endif

/**
 * aw_user_put_end - put a child's end into a siginfo of the native layout
 * @out: user memory
 * @nr: the child, as the caller numbers it
 * @uid: its real user id
 * @status: its wait status word
 *
 * Context: process, the caller, no lock held; may sleep.
 * Return: 0 or -EFAULT.
 */
long aw_user_put_end(struct siginfo __user *out, pid_t nr, kuid_t uid, int status)
{
	struct siginfo si = {
		.si_signo = SIGCHLD,
		.si_pid = nr,
		.si_uid = from_kuid_munged(current_user_ns(), uid),
	};

	aw_zombie_decode(status, &si.si_code, &si.si_status);
	return put_six_native(out, &si);
}

/* May sleep, unless page faults are disabled. */
static int put_six(const struct aw_wait *w, const struct aw_decision *d)
{
	union aw_siginfo si;

	fill_siginfo(w, d, &si);
#ifdef CONFIG_COMPAT
	if (w->abi != AW_ABI_NATIVE)
		return put_six_compat(w->out, &si.compat);
#endif
	return put_six_native(w->out, &si.native);
}

/* ------------------------------------------------- a write that may sleep */

/* Writes a siginfo, whole or its six members; may sleep. */
static long put_siginfo(const struct aw_wait *w,
			const struct aw_decision *d, bool whole)
{
	union aw_siginfo si;

	if (!w->out)
		return 0;
	if (!whole)
		return put_six(w, d);
	fill_siginfo(w, d, &si);
	return copy_to_user(w->out, &si, AW_SIGINFO_SIZE) ? -EFAULT : 0;
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
 * Linux's waitid writes zeros, and a fault hides the error.  After a fault it writes
 * nothing more: what was written before it stays.
 *
 * Context: process, no lock held; may sleep.
 * Return: the errno that the call returns.
 */
long aw_user_put_error(const struct aw_wait *w, long err)
{
	const struct aw_decision none = { .kind = AW_NOTHING };

	if (err == -EFAULT || w->req.call != AW_WAITID ||
	    w->req.quirks & AW_Q(ERRORS_SILENT))
		return err;
	return put_siginfo(w, &none, false) ?: err;
}

/**
 * aw_user_put_nothing - what a call writes that found nothing and need not sleep
 * @w: the call
 * @d: its decision
 *
 * Linux's waitid writes zeros.  Nothing is used up with that, so it is done without
 * aw_lock; a siginfo that is written whole was written by aw_user_write().
 *
 * Context: process, no lock held; may sleep.
 * Return: 0 or -EFAULT.
 */
long aw_user_put_nothing(const struct aw_wait *w, const struct aw_decision *d)
{
	if (w->req.call != AW_WAITID || w->req.quirks & AW_Q(SIGINFO_WHOLE))
		return 0;
	return put_siginfo(w, d, false);
}

/* ----------------------------------------------- a write under aw_lock */

static int write_siginfo(const struct aw_wait *w,
			 const struct aw_decision *d)
{
	union aw_siginfo si;
	int ret;

	if (w->req.quirks & AW_Q(SIGINFO_WHOLE)) {
		fill_siginfo(w, d, &si);
		return copy_to_user_nofault(w->out, &si, AW_SIGINFO_SIZE);
	}
	/* That nothing was found is told later: aw_user_put_nothing(). */
	if (d->kind == AW_NOTHING)
		return 0;
	pagefault_disable();
	ret = put_six(w, d);
	pagefault_enable();
	return ret;
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
	if (w->args.call == AW_WAIT4)
		return !fault_in_safe_writeable(w->out, sizeof(int));
	return access_ok(w->out, AW_SIGINFO_SIZE) &&
	       !fault_in_safe_writeable(w->out, siginfo_size(w));
}
