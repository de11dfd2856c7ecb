// SPDX-License-Identifier: GPL-2.0
/*
 * What stock tells a call in shadow mode.
 *
 * A waitid that sleeps has written nothing yet, but one with WNOHANG, as stock is
 * asked here, writes zeros if there is nothing.  So it is asked without pointers
 * first.
 */
#include <linux/compat.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "internal.h"

/* True for a waitid that wants a siginfo. */
bool aw_ask_has_siginfo(const struct aw_wait *w)
{
	return w->args.call == AW_WAITID && w->out;
}

/* The members of a siginfo that Linux's waitid writes. */
struct aw_six {
	int signo, errno_, code;
	int pid, uid, status;
};

static bool read_six(const struct aw_wait *w, struct aw_six *six)
{
	return !copy_from_user(six, w->out, 3 * sizeof(int)) &&
	       !copy_from_user(&six->pid, w->out + aw_user_tail(w),
			       3 * sizeof(int));
}

static enum altwait_kind kind_of_code(int code)
{
	switch (code) {
	case CLD_TRAPPED:
		return ALTWAIT_KIND_PTRACE_STOP;
	case CLD_STOPPED:
	case CLD_CONTINUED:
		return ALTWAIT_KIND_JOB_STATUS;
	default:
		return ALTWAIT_KIND_ZOMBIE;
	}
}

/* Only an event, or 0x80, tells a ptrace stop from a job-control stop. */
static enum altwait_kind kind_of_status(int status)
{
	if ((status & 0xff) == 0x7f &&
	    (status >> 16 || status >> 8 == (SIGTRAP | 0x80)))
		return ALTWAIT_KIND_PTRACE_STOP;
	return status == 0xffff || (status & 0xff) == 0x7f ?
	       ALTWAIT_KIND_JOB_STATUS : ALTWAIT_KIND_ZOMBIE;
}

/* True if the resource usage, which wait4 writes last, lies over the status word. */
static bool is_overwritten(const struct aw_wait *w)
{
	unsigned long status = (unsigned long)w->out;
	unsigned long usage = (unsigned long)w->rusage;

	return usage && status + sizeof(int) > usage &&
	       status < usage + aw_ask_usage_size(w);
}

/* What the caller has been told, read where it would read it. */
void aw_ask_seen(const struct aw_wait *w, long ret,
		 struct altwait_answer *a)
{
	struct aw_six six;

	memset(a, 0, sizeof(*a));
	a->ret = ret == -ERESTARTSYS ? -EINTR : ret;
	a->kind = ALTWAIT_KIND_ERROR;
	if (ret < 0)
		return;
	a->kind = ALTWAIT_KIND_UNSEEN;
	if (w->args.call == AW_WAIT4) {
		a->pid = ret;
		if (!ret)
			a->kind = ALTWAIT_KIND_NONE;
		else if (w->out && !is_overwritten(w) &&
			 !get_user(a->status, (int __user *)w->out))
			a->kind = kind_of_status(a->status);
		return;
	}
	if (!w->out || !read_six(w, &six))
		return;
	if (!six.pid && !six.signo) {
		a->kind = ALTWAIT_KIND_NONE;
		return;
	}
	a->kind = kind_of_code(six.code);
	a->pid = six.pid;
	a->status = six.status;
	a->code = six.code;
	a->uid = six.uid;
}

/* True if stock has returned this for want of anything to report. */
static bool is_nothing(const struct aw_wait *w, long ret)
{
	struct aw_six six;

	if (ret || w->args.call == AW_WAIT4)
		return !ret;
	return w->out && read_six(w, &six) && !six.signo;
}

/* How long the call's resource usage is. */
size_t aw_ask_usage_size(const struct aw_wait *w)
{
#ifdef CONFIG_COMPAT
	if (w->abi == AW_ABI_COMPAT)
		return sizeof(struct compat_rusage);
#endif
	return sizeof(struct rusage);
}

/*
 * A waitid that wants the resource usage alone: whether there was a report is seen
 * from whether that was written.  Where it was not, it is as it was.
 */
static long ask_usage(struct aw_wait *w, const struct pt_regs *regs)
{
	size_t size = aw_ask_usage_size(w);
	u8 before[sizeof(struct rusage)], after[sizeof(struct rusage)];
	long ret;

	if (copy_from_user(before, w->rusage, size))
		return aw_stock_again(w, regs);
	/* Stock never tells a negative number of anything. */
	memset(after, 0xff, size);
	if (copy_to_user(w->rusage, after, size))
		return aw_stock_again(w, regs);
	ret = aw_stock_again(w, regs);
	if (copy_from_user(after, w->rusage, size) ||
	    memchr_inv(after, 0xff, size))
		return ret;
	if (copy_to_user(w->rusage, before, size))
		return -EFAULT;
	return ret ?: AW_NOT_YET;
}

/*
 * A waitid that may sleep.  It is made only when there is something to report, or it
 * would write zeros.  Without pointers there is nothing to see but that the report
 * was taken.
 */
static long ask_waitid(struct aw_wait *w, const struct pt_regs *regs)
{
	int found = aw_stock_probe(w, w->args.options | WNOWAIT);

	if (!found)
		return AW_NOT_YET;
	if (w->out || found < 0)
		return aw_stock_again(w, regs);
	if (w->rusage)
		return ask_usage(w, regs);
	found = aw_stock_probe(w, w->args.options);
	return found > 0 ? 0 : found ?: AW_NOT_YET;
}

/* A call that may sleep.  Return: AW_NOT_YET, nothing yet. */
static long ask_blocking(struct aw_wait *w, const struct pt_regs *regs)
{
	long ret;

	if (w->args.call == AW_WAIT4)
		ret = aw_stock_again(w, regs);
	else
		ret = ask_waitid(w, regs);
	return is_nothing(w, ret) ? AW_NOT_YET : ret;
}

/**
 * aw_ask - put the call to stock
 * @s: the call; linux and the policy were asked
 * @regs: the caller's user registers
 *
 * Context: process, the caller, no lock held.
 * Return: what the caller is told; AW_NOT_YET, it has to sleep.
 */
long aw_ask(struct aw_shadow *s, const struct pt_regs *regs)
{
	struct aw_wait *w = s->w;
	long ret;

	if (aw_ask_has_siginfo(w) &&
	    copy_from_user(s->before, w->out, AW_SIGINFO_SIZE))
		memset(s->before, 0, AW_SIGINFO_SIZE);
	if (w->args.options & WNOHANG)
		return aw_stock_again(w, regs);
	ret = ask_blocking(w, regs);
	if (ret != AW_NOT_YET)
		return ret;
	/* kernel_waitid() and do_wait(); both write zeros. */
	if (w->nonblock)
		return aw_user_put_error(w, -EAGAIN);
	if (s->q.pending)
		return aw_user_put_error(w, -ERESTARTSYS);
	return AW_NOT_YET;
}
