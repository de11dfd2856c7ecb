// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict on a call in shadow mode: whether linux and the policy say what stock
 * does, and the quirks that explain it where the policy does not.
 */
#include <linux/pagemap.h>
#include <trace/events/altwait.h>

#include "internal.h"

static bool is_report(const struct aw_decision *d)
{
	return d->proc;
}

/* True for user memory that cannot be written.  Only asked after a fault. */
static bool is_bad(void __user *at, size_t size)
{
	return at && fault_in_safe_writeable(at, size);
}

static aw_quirkset fault_quirk(const struct aw_decision *d)
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
 * The call has failed with EFAULT.  If linux's would have, that becomes its answer;
 * returns the quirks by which the policy does otherwise.  Which bytes were written
 * before the fault is not compared: stock has written them, and nobody knows what
 * another would have.
 */
static aw_quirkset explain_fault(struct aw_shadow *s)
{
	struct aw_wait *w = s->w;
	const struct aw_decision *d = &s->control;
	bool report = is_report(d);
	bool out = w->out && !aw_user_fault_in(w);
	bool usage = report && is_bad(w->rusage,
				      aw_ask_usage_size(w));
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
	return d->consume ? w->policy & fault_quirk(d) : 0;
}

/* True if any byte outside of the six members was not 0. */
static bool rest_was_set(const struct aw_shadow *s)
{
	size_t tail = aw_user_tail(s->w);

	return memchr_inv(s->before + 3 * sizeof(int), 0,
			  tail - 3 * sizeof(int)) ||
	       memchr_inv(s->before + tail + 3 * sizeof(int), 0,
			  AW_SIGINFO_SIZE - tail - 3 * sizeof(int));
}

/* True if any byte of the six members was not 0. */
static bool six_were_set(const struct aw_shadow *s)
{
	return memchr_inv(s->before, 0, 3 * sizeof(int)) ||
	       memchr_inv(s->before + aw_user_tail(s->w), 0, 3 * sizeof(int));
}

/* Both say the same: the quirks by which they leave different user memory. */
static aw_quirkset explain_memory(const struct aw_shadow *s)
{
	const struct aw_wait *w = s->w;
	const struct aw_decision *d = &s->control;
	aw_quirkset quirks = 0;

	if (is_report(d) && w->rusage)
		quirks |= AW_Q(RUSAGE_IGNORED);
	if (!aw_ask_has_siginfo(w))
		return quirks & w->policy;
	if (d->kind == AW_ERROR && six_were_set(s))
		quirks |= AW_Q(ERRORS_SILENT);
	if (d->kind != AW_ERROR && rest_was_set(s))
		quirks |= AW_Q(SIGINFO_WHOLE);
	return quirks & w->policy;
}

/* Names of quirks, for the event. */
#define AW_NAMES_SIZE	128

static void tell(struct aw_shadow *s)
{
	char names[AW_NAMES_SIZE];

	if (!trace_altwait_wait_verdict_enabled())
		return;
	aw_quirk_names(s->why, names, sizeof(names));
	trace_altwait_wait_verdict(&s->v, names);
}

/* Where the caller's verdicts are counted, referenced; or NULL. */
struct aw_tally *aw_verdict_tally(const struct aw_wait *w)
{
	struct aw_tally *tally;

	aw_lock_irq();
	tally = aw_tally_get(w->me->tally);
	aw_unlock_irq();
	return tally;
}

/* True if stock has given nothing away, so that all can be asked again. */
static bool may_repeat(const struct aw_shadow *s)
{
	return s->v.stock.kind == ALTWAIT_KIND_NONE ||
	       (s->v.stock.kind == ALTWAIT_KIND_ERROR &&
		s->v.stock.ret == -ECHILD);
}

static enum altwait_verdict_kind verdict_of(const struct aw_shadow *s,
					    bool right, bool raced)
{
	if (s->wrong)
		return ALTWAIT_VERDICT_CONTROL;
	if (!right || raced)
		return ALTWAIT_VERDICT_RACED;
	return s->differs || s->why ? ALTWAIT_VERDICT_DIFFERS :
				      ALTWAIT_VERDICT_SAME;
}

/* The verdict stands: everybody is told. */
static void pronounce(struct aw_shadow *s)
{
	struct aw_tally *tally = aw_verdict_tally(s->w);

	if (s->v.verdict != ALTWAIT_VERDICT_DIFFERS)
		s->why = 0;
	aw_quirks_tell(s->why, &s->v.quirks, s->v.quirks_more);
	aw_answer_describe(s->w, &s->v);
	aw_tally_add(tally, &s->v);
	tell(s);
	aw_tally_put(tally);
}

/**
 * aw_verdict - compare what the caller was told
 * @s: the call
 * @ret: what stock has returned
 *
 * Context: process, the caller, no lock held.
 * Return: true: the call is over, and has a verdict; false: something happened
 * before stock, which gave nothing away, was asked; all are to be asked again.
 */
bool aw_verdict(struct aw_shadow *s, long ret)
{
	bool right, raced = false;
	aw_quirkset memory = 0;

	aw_ask_seen(s->w, ret, &s->v.stock);
	if (ret == -EFAULT)
		memory = explain_fault(s);
	right = aw_answer_same(&s->v.stock, &s->v.control);
	/* A status word may be of either kind of stop. */
	if (right && s->v.stock.kind == ALTWAIT_KIND_JOB_STATUS)
		s->v.stock.kind = s->v.control.kind;
	if (right && ret != -EFAULT && !s->differs)
		memory = explain_memory(s);
	s->why = s->quirks | memory;
	if (!right || (s->differs && !s->why))
		raced = aw_race_happened(s);
	if (raced && may_repeat(s) && s->repeats < AW_MAX_REPEATS) {
		s->repeats++;
		if (!s->was_done) {
			s->done = false;
			s->differs = false;
			s->quirks = 0;
		}
		return false;
	}
	s->wrong |= !right && !raced;
	aw_follow_verdict(s, right);
	s->v.verdict = verdict_of(s, right, raced);
	pronounce(s);
	return true;
}
