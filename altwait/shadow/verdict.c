// SPDX-License-Identifier: GPL-2.0
/*
 * What stock tells a call in shadow mode, and the verdict on it.
 *
 * While stock sleeps, waitid writes nothing, so it is asked without pointers
 * first.  The records follow stock: what it has reported is used up there, too.
 */
#include <linux/compat.h>
#include <linux/jhash.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <trace/events/altwait.h>

#include "shadow.h"

/* ---------------------------------------------------------- stock's answer */

static bool aw_shadow_has_siginfo(const struct aw_wait *w)
{
	return w->args.call == AW_WAITID && w->out;
}

struct aw_six {
	int signo, errno_, code;
	int pid, uid, status;
};

static bool aw_shadow_read(const struct aw_wait *w, struct aw_six *six)
{
	return !copy_from_user(six, w->out, 3 * sizeof(int)) &&
	       !copy_from_user(&six->pid, w->out + aw_commit_tail(w),
			       3 * sizeof(int));
}

static enum altwait_kind aw_shadow_kind_of_code(int code)
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
static enum altwait_kind aw_shadow_kind_of_status(int status)
{
	if ((status & 0xff) == 0x7f &&
	    (status >> 16 || status >> 8 == (SIGTRAP | 0x80)))
		return ALTWAIT_KIND_PTRACE_STOP;
	return status == 0xffff || (status & 0xff) == 0x7f ?
	       ALTWAIT_KIND_JOB_STATUS : ALTWAIT_KIND_ZOMBIE;
}

/* What the caller has been told, read where it would read it. */
static void aw_shadow_seen(const struct aw_wait *w, long ret,
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
		else if (w->out &&
			 !get_user(a->status, (int __user *)w->out))
			a->kind = aw_shadow_kind_of_status(a->status);
		return;
	}
	if (!w->out || !aw_shadow_read(w, &six))
		return;
	if (!six.pid && !six.signo) {
		a->kind = ALTWAIT_KIND_NONE;
		return;
	}
	a->kind = aw_shadow_kind_of_code(six.code);
	a->pid = six.pid;
	a->status = six.status;
	a->code = six.code;
	a->uid = six.uid;
}

/* Was there nothing to report? */
static bool aw_shadow_is_nothing(const struct aw_wait *w, long ret)
{
	struct aw_six six;

	if (ret || w->args.call == AW_WAIT4)
		return !ret;
	return w->out && aw_shadow_read(w, &six) && !six.signo;
}

static size_t aw_shadow_rusage_size(const struct aw_wait *w)
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
static long aw_shadow_ask_usage(struct aw_wait *w, const struct pt_regs *regs)
{
	size_t size = aw_shadow_rusage_size(w);
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
	return ret ?: AW_AGAIN;
}

/*
 * A waitid that may sleep.  It is asked only when there is something: nothing, too,
 * writes zeros.  Without pointers there is nothing to see but that it was taken.
 */
static long aw_shadow_ask_waitid(struct aw_wait *w, const struct pt_regs *regs)
{
	int found = aw_stock_probe(w, w->args.options | WNOWAIT);

	if (!found)
		return AW_AGAIN;
	if (w->out || found < 0)
		return aw_stock_again(w, regs);
	if (w->rusage)
		return aw_shadow_ask_usage(w, regs);
	found = aw_stock_probe(w, w->args.options);
	return found > 0 ? 0 : found ?: AW_AGAIN;
}

/* A call that may sleep.  Return: AW_AGAIN, nothing yet. */
static long aw_shadow_ask_blocking(struct aw_wait *w, const struct pt_regs *regs)
{
	long ret;

	if (w->args.call == AW_WAIT4)
		ret = aw_stock_again(w, regs);
	else
		ret = aw_shadow_ask_waitid(w, regs);
	return aw_shadow_is_nothing(w, ret) ? AW_AGAIN : ret;
}

/**
 * aw_shadow_ask - put the call to stock
 * @s: the call; linux and the policy were asked
 * @regs: the caller's user registers
 *
 * Context: process, the caller, no lock held.
 * Return: what the caller is told; AW_AGAIN, it has to sleep.
 */
long aw_shadow_ask(struct aw_shadow *s, const struct pt_regs *regs)
{
	struct aw_wait *w = s->w;
	long ret;

	if (aw_shadow_has_siginfo(w) &&
	    copy_from_user(s->before, w->out, AW_SIGINFO_SIZE))
		memset(s->before, 0, AW_SIGINFO_SIZE);
	if (w->args.options & WNOHANG)
		return aw_stock_again(w, regs);
	ret = aw_shadow_ask_blocking(w, regs);
	if (ret != AW_AGAIN)
		return ret;
	/* kernel_waitid() and do_wait(); both write zeros. */
	if (w->nonblock)
		return aw_commit_error(w, -EAGAIN);
	if (s->q.pending)
		return aw_commit_error(w, -ERESTARTSYS);
	return AW_AGAIN;
}

/* --------------------------------------------------------------- the races */

/* Has stock given this one away, and so changed it? */
static bool aw_shadow_took(const struct aw_shadow *s, const struct aw_fact *f)
{
	if (s->v.stock.kind == ALTWAIT_KIND_UNSEEN)
		return f->tid == s->control.tid;
	return s->v.stock.pid && f->nr == s->v.stock.pid;
}

/* What is known of all but the one that stock has reported. */
static u32 aw_shadow_digest(const struct aw_shadow *s)
{
	const struct aw_facts *facts = &s->w->facts;
	unsigned int i;
	u32 hash = 0;

	for (i = 0; i < facts->n; i++) {
		const struct aw_fact *f = &facts->v[i];
		u32 word[] = {
			f->tid, f->pgid, f->role, f->life, f->exit_signal,
			f->delayed | f->traced << 1 | f->reparented << 2 |
			f->continued << 3 | f->other_thread << 4,
			f->stop_code, f->group_stop, f->uid,
		};

		if (!aw_shadow_took(s, f))
			hash = jhash2(word, ARRAY_SIZE(word), hash);
	}
	return hash;
}

/* Has anything changed since linux was asked?  Context: process, no lock held. */
static bool aw_shadow_changed(struct aw_shadow *s, u32 before)
{
	struct aw_wait *w = s->w;
	bool changed;

	spin_lock_irq(&aw_lock);
	changed = w->me->news != s->news || !aw_wait_stays(w) ||
		  !aw_facts_read(w, &w->facts) ||
		  aw_shadow_digest(s) != before;
	spin_unlock_irq(&aw_lock);
	return changed;
}

/**
 * aw_shadow_raced - has anything happened since linux was asked?
 * @s: the call, in which somebody did not say what was expected
 *
 * An event may be on its way to the feed: Linux's state changes first.
 *
 * Context: process, the caller, no lock held; may sleep for some jiffies.
 * Return: whether it has.
 */
bool aw_shadow_raced(struct aw_shadow *s)
{
	u32 before = aw_shadow_digest(s);
	unsigned int i;

	for (i = 0; i < AW_RACE_ROUNDS; i++) {
		if (aw_shadow_changed(s, before))
			return true;
		schedule_timeout_uninterruptible(AW_RACE_PAUSE);
	}
	return false;
}

/* -------------------------------------------------------------- the verdict */

static bool aw_shadow_is_report(const struct aw_decision *d)
{
	return d->proc;
}

/* Of user memory: what cannot be written?  Only asked after a fault. */
static bool aw_shadow_is_bad(void __user *at, size_t size)
{
	return at && fault_in_safe_writeable(at, size);
}

static size_t aw_shadow_out_size(const struct aw_wait *w)
{
	if (w->args.call == AW_WAIT4)
		return sizeof(int);
	return aw_commit_tail(w) + 3 * sizeof(int);
}

static aw_quirkset aw_shadow_fault_quirk(const struct aw_decision *d)
{
	switch (d->kind) {
	case AW_ZOMBIE:
		return AW_Q(FAULT_KEEPS_ZOMBIE);
	case AW_PTRACE_STOP:
		return AW_Q(FAULT_KEEPS_STOP);
	case AW_JOB_STATUS:
		return AW_Q(FAULT_KEEPS_JOB);
	default:
		return 0;
	}
}

/*
 * The call has failed with EFAULT: would linux's have, and what does the policy
 * do otherwise?
 */
static aw_quirkset aw_shadow_fault(struct aw_shadow *s)
{
	struct aw_wait *w = s->w;
	const struct aw_decision *d = &s->control;
	bool report = aw_shadow_is_report(d);
	bool out = aw_shadow_is_bad(w->out, aw_shadow_out_size(w));
	bool usage = report && aw_shadow_is_bad(w->rusage,
						aw_shadow_rusage_size(w));
	bool writes = report || w->args.call == AW_WAITID;

	if (!usage && !(out && writes))
		return 0;
	memset(&s->v.control, 0, sizeof(s->v.control));
	s->v.control.kind = ALTWAIT_KIND_ERROR;
	s->v.control.ret = -EFAULT;
	if (s->done && s->differs)
		return 0;
	if (d->kind == AW_ERROR)
		return w->policy & AW_Q(ERRORS_SILENT);
	if (!out)
		return w->policy & AW_Q(RUSAGE_IGNORED);
	if (s->policy.kind != AW_SLEEP)
		s->v.policy = s->v.control;
	return d->consume ? w->policy & aw_shadow_fault_quirk(d) : 0;
}

/* Is any byte but those of the six members not 0? */
static bool aw_shadow_rest(const struct aw_shadow *s)
{
	size_t tail = aw_commit_tail(s->w);

	return memchr_inv(s->before + 3 * sizeof(int), 0,
			  tail - 3 * sizeof(int)) ||
	       memchr_inv(s->before + tail + 3 * sizeof(int), 0,
			  AW_SIGINFO_SIZE - tail - 3 * sizeof(int));
}

static bool aw_shadow_six(const struct aw_shadow *s)
{
	return memchr_inv(s->before, 0, 3 * sizeof(int)) ||
	       memchr_inv(s->before + aw_commit_tail(s->w), 0, 3 * sizeof(int));
}

/* Both say the same: do they leave the same in user memory? */
static aw_quirkset aw_shadow_memory(const struct aw_shadow *s)
{
	const struct aw_wait *w = s->w;
	const struct aw_decision *d = &s->control;
	aw_quirkset quirks = 0;

	if (aw_shadow_is_report(d) && w->rusage)
		quirks |= AW_Q(RUSAGE_IGNORED);
	if (!aw_shadow_has_siginfo(w))
		return quirks & w->policy;
	if (d->kind == AW_ERROR && aw_shadow_six(s))
		quirks |= AW_Q(ERRORS_SILENT);
	if (d->kind != AW_ERROR && aw_shadow_rest(s))
		quirks |= AW_Q(SIGINFO_WHOLE);
	return quirks & w->policy;
}

/* The records follow stock; what only the policy has seen, it has used up. */
static void aw_shadow_settle(struct aw_shadow *s, bool right)
{
	struct aw_wait *w = s->w;
	struct aw_decision d = s->control;

	spin_lock_irq(&aw_lock);
	if (right && aw_shadow_is_report(&d) &&
	    (d.kind != AW_ZOMBIE || d.proc->in_zombies || d.tid != d.proc->pid)) {
		aw_apply(&aw_records, &w->req, &d, NULL, NULL);
		if (d.kind == AW_JOB_STATUS && d.consume &&
		    d.cld_code == CLD_CONTINUED)
			aw_tracked_of(d.proc)->cont_seen = false;
	}
	d = s->policy;
	if (d.kind == AW_ZOMBIE && d.consume && d.proc->in_zombies &&
	    aw_tracked_of(d.proc)->autoreaped) {
		list_del_init(&aw_tracked_of(d.proc)->orphan);
		aw_process_reap(&aw_records, d.proc);
	}
	spin_unlock_irq(&aw_lock);
}

/* Names of quirks, for the event. */
#define AW_NAMES_SIZE	128

static void aw_shadow_tell(struct aw_shadow *s)
{
	char names[AW_NAMES_SIZE];

	aw_quirk_names(s->v.quirks, names, sizeof(names));
	trace_altwait_wait_verdict(&s->v, names);
}

/* Where the caller's verdicts are counted, referenced; or NULL. */
struct aw_tally *aw_shadow_tally(const struct aw_wait *w)
{
	struct aw_tally *tally;

	spin_lock_irq(&aw_lock);
	tally = aw_tally_get(w->me->tally);
	spin_unlock_irq(&aw_lock);
	return tally;
}

/* Has stock given nothing away, so that all can be asked again? */
static bool aw_shadow_may_repeat(const struct aw_shadow *s)
{
	return s->v.stock.kind == ALTWAIT_KIND_NONE ||
	       (s->v.stock.kind == ALTWAIT_KIND_ERROR &&
		s->v.stock.ret == -ECHILD);
}

static enum altwait_verdict_kind aw_shadow_verdict(const struct aw_shadow *s,
						   bool right, bool raced)
{
	if (s->wrong)
		return ALTWAIT_VERDICT_CONTROL;
	if (!right || raced)
		return ALTWAIT_VERDICT_RACED;
	return s->differs || s->v.quirks ? ALTWAIT_VERDICT_DIFFERS :
					   ALTWAIT_VERDICT_SAME;
}

/* The verdict stands: everybody is told. */
static void aw_shadow_pronounce(struct aw_shadow *s)
{
	struct aw_tally *tally = aw_shadow_tally(s->w);

	if (s->v.verdict != ALTWAIT_VERDICT_DIFFERS)
		s->v.quirks = 0;
	aw_judge_describe(s->w, &s->v);
	aw_tally_add(tally, &s->v);
	aw_shadow_tell(s);
	aw_tally_put(tally);
}

/**
 * aw_shadow_judge - compare what the caller was told
 * @s: the call
 * @ret: what stock has returned
 *
 * Context: process, the caller, no lock held.
 * Return: true: the call is over, and has a verdict; false: something happened
 * before stock, which gave nothing away, was asked; all are to be asked again.
 */
bool aw_shadow_judge(struct aw_shadow *s, long ret)
{
	bool right, raced = false;
	aw_quirkset memory = 0;

	aw_shadow_seen(s->w, ret, &s->v.stock);
	if (ret == -EFAULT)
		memory = aw_shadow_fault(s);
	right = aw_judge_same(&s->v.stock, &s->v.control);
	/* A status word may be of either kind of stop. */
	if (right && s->v.stock.kind == ALTWAIT_KIND_JOB_STATUS)
		s->v.stock.kind = s->v.control.kind;
	if (right && ret != -EFAULT && !s->differs)
		memory = aw_shadow_memory(s);
	s->v.quirks = s->quirks | memory;
	if (!right || (s->differs && !s->v.quirks))
		raced = aw_shadow_raced(s);
	if (raced && aw_shadow_may_repeat(s) && s->repeats < AW_MAX_REPEATS) {
		s->repeats++;
		if (!s->was_done) {
			s->done = false;
			s->differs = false;
			s->quirks = 0;
		}
		return false;
	}
	s->wrong |= !right && !raced;
	aw_shadow_settle(s, right);
	s->v.verdict = aw_shadow_verdict(s, right, raced);
	aw_shadow_pronounce(s);
	return true;
}
