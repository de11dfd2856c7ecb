// SPDX-License-Identifier: GPL-2.0
/*
 * Why two policies answer a wait call differently: the same question again, with
 * each quirk alone, with two of them, and with the policy's less one after the
 * other, until each that is left is needed.
 */
#include "explain.h"

static bool has(aw_quirkset quirks, unsigned int nr)
{
	return quirks >> nr & 1;
}

static void fail(struct aw_decision *d, int error)
{
	memset(d, 0, sizeof(*d));
	d->kind = AW_ERROR;
	d->error = error;
}

/*
 * aw_decide() takes facts where it is given some.  The reference goes by its records
 * alone, and an answer that is to be compared with others must not be theirs.
 */
static void facts_for(const struct aw_question *q, const struct aw_request *req,
		      struct aw_facts *facts)
{
	if (req->quirks == AW_QUIRKS_STARRY)
		memset(facts, 0, sizeof(*facts));
	else
		*facts = *q->facts;
	if (req->target.kind != AW_TARGET_ANY)
		return;
	if (aw_candidates_let_in(req, false))
		facts->quiet += q->quiet[false];
	if (aw_candidates_let_in(req, true))
		facts->quiet += q->quiet[true];
}

/* True if a caller with such quirks would not even look. */
static bool sleeps_on(const struct aw_question *q, aw_quirkset quirks)
{
	if (!q->heard || q->pending || (q->due && quirks == AW_QUIRKS_NONE))
		return false;
	return !aw_heard_by(q->heard, quirks);
}

/* True if a caller with such quirks is told that a signal has ended the call. */
static bool is_ended(const struct aw_question *q, aw_quirkset quirks)
{
	return q->signal == AW_SIGNAL_ENDS ||
	       (q->signal == AW_SIGNAL_UNHANDLED && quirks & AW_Q(EINTR_ALWAYS));
}

/* Where the candidates are there; a signal may be pending, too. */
static void decide(const struct aw_question *q, const struct aw_request *req,
		   const struct aw_facts *facts, const struct aw_snapshot *snap,
		   struct aw_decision *d)
{
	if (aw_has(req, SIGNAL_FIRST) && is_ended(q, req->quirks)) {
		fail(d, -EINTR);
		return;
	}
	aw_decide(q->r, req, snap, facts, d);
	if (d->kind == AW_SLEEP && (q->signal || q->pending))
		fail(d, -EINTR);
}

static unsigned int take(const struct aw_question *q,
			 const struct aw_request *req, const struct aw_facts *facts)
{
	if (q->fixed)
		return aw_kept_retake(q->r, req, facts, q->fixed, q->room);
	return aw_candidates_take(q->r, req, facts, q->room);
}

/* What aw_explain_answer() says but for calls that are made again. */
static bool answer(const struct aw_question *q, aw_quirkset quirks, struct aw_decision *d)
{
	struct aw_request req = { .quirks = quirks, .caller = q->caller };
	int err = q->parse(&req, q->ctx);
	struct aw_facts facts;

	/* It may name the record that this is a copy of. */
	req.caller = q->caller;
	if (!err && sleeps_on(q, quirks)) {
		memset(d, 0, sizeof(*d));
		d->kind = AW_SLEEP;
		return true;
	}
	if (err) {
		fail(d, err);
		return true;
	}
	facts_for(q, &req, &facts);
	if (take(q, &req, &facts) > q->room->cap)
		return false;
	if (!q->begun && aw_decide_nobody(q->r, &req, q->room, &facts))
		fail(d, -ECHILD);
	else
		decide(q, &req, &facts, q->room, d);
	aw_candidates_release(q->room);
	return true;
}

/**
 * aw_explain_answer - what a policy says to a wait call
 * @q: the call; its @room is empty again afterwards
 * @quirks: the policy
 * @d: filled in
 *
 * A call that SIGNAL_FIRST interrupts, and that the kernel makes again without telling
 * the caller, has said nothing yet: what it says is what the new one does.
 *
 * Changes nothing else.
 *
 * Return: false where there is too little room for the candidates.
 */
bool aw_explain_answer(const struct aw_question *q, aw_quirkset quirks, struct aw_decision *d)
{
	struct aw_question again = *q;

	if (!q->signal || !(quirks & AW_Q(SIGNAL_FIRST)) || is_ended(q, quirks))
		return answer(q, quirks, d);
	again.begun = false;
	again.fixed = NULL;
	again.heard = NULL;
	return answer(&again, quirks, d);
}

static bool is_report(const struct aw_decision *d)
{
	return d->kind == AW_PTRACE_STOP || d->kind == AW_ZOMBIE ||
	       d->kind == AW_JOB_STATUS;
}

/**
 * aw_explain_agree - true if two policies say the same
 * @call: which system call: wait4 shows less
 * @a: what one says
 * @b: what the other says
 *
 * Return: true if the caller sees the same, and the same report is used up.
 */
bool aw_explain_agree(enum aw_call call, const struct aw_decision *a,
		      const struct aw_decision *b)
{
	if (a->kind != b->kind || a->error != b->error)
		return false;
	if (!is_report(a))
		return true;
	if (a->proc != b->proc || a->pid != b->pid)
		return false;
	/* A job-control status is the process's, by whichever thread. */
	if (a->tid != b->tid && a->kind != AW_JOB_STATUS)
		return false;
	if (call == AW_WAIT4)
		return a->status == b->status;
	return a->cld_code == b->cld_code && a->cld_status == b->cld_status &&
	       a->uid == b->uid;
}

/*
 * A search for quirks.
 * @q: the call
 * @call: which system call it is
 * @wanted: what the policy answers
 * @left: how much work it may yet take
 */
struct search {
	const struct aw_question *q;
	enum aw_call		 call;
	const struct aw_decision *wanted;
	unsigned int		 left;
};

/* True if such a policy answers what is wanted. */
static bool answers(struct search *s, aw_quirkset quirks)
{
	const struct aw_question *q = s->q;
	struct aw_decision d;
	bool ret;

	if (s->left <= q->facts->n) {
		s->left = 0;
		return false;
	}
	s->left -= q->facts->n + 1;
	ret = aw_explain_answer(q, quirks, &d) && aw_explain_agree(s->call, &d, s->wanted);
	if (q->pause)
		q->pause();
	return ret;
}

static aw_quirkset find_single(struct search *s)
{
	unsigned int i;

	for (i = 0; i < AW_N_QUIRKS; i++)
		if (has(s->q->policy, i) && answers(s, AW_Q_NR(i)))
			return AW_Q_NR(i);
	return 0;
}

static aw_quirkset find_pair(struct search *s)
{
	unsigned int i, j;

	for (i = 1; i < AW_N_QUIRKS; i++)
		for (j = 0; j < i; j++)
			if (has(s->q->policy, i) && has(s->q->policy, j) &&
			    answers(s, AW_Q_NR(i) | AW_Q_NR(j)))
				return AW_Q_NR(i) | AW_Q_NR(j);
	return 0;
}

/*
 * Leaves out what can be left out, one after the other.  A quirk that was needed while
 * others were still there may be needed no more: so what is left is gone through again
 * until each of it is needed.
 */
static aw_quirkset find_set(struct search *s)
{
	aw_quirkset set = s->q->policy, before;
	unsigned int i;

	do {
		before = set;
		for (i = 0; i < AW_N_QUIRKS; i++)
			if (has(set, i) && answers(s, set & ~AW_Q_NR(i)))
				set &= ~AW_Q_NR(i);
	} while (set != before);
	return set == AW_QUIRKS_STARRY ? 0 : set;
}

/**
 * aw_explain - which quirks make linux's answer the policy's
 * @q: the call
 * @call: which system call it is
 * @wanted: what the policy answers
 *
 * Goes through at most AW_EXPLAIN_WORK facts, one more for each policy that is asked.
 *
 * Return: quirks of the policy that, added to linux, make its answer the policy's:
 * one or, unless few are to be asked, two if so few do; else a set of which none can
 * be left out.  0 where linux says the same already,
 * where no set but all of starry does, which no quirk explains, and where that
 * would take too much work.
 */
aw_quirkset aw_explain(const struct aw_question *q, enum aw_call call,
		       const struct aw_decision *wanted)
{
	struct search s = {
		.q = q, .call = call, .wanted = wanted, .left = AW_EXPLAIN_WORK,
	};
	aw_quirkset set;

	if (answers(&s, AW_QUIRKS_NONE))
		return 0;
	set = find_single(&s);
	if (!set && !q->few)
		set = find_pair(&s);
	if (!set)
		set = find_set(&s);
	return s.left ? set : 0;
}
