// SPDX-License-Identifier: GPL-2.0
/*
 * The wait algorithm: which report a call returns.
 *
 * This follows the reference rule by rule, the surprising ones included.  Where a
 * policy lacks a quirk, the rule is Linux's instead, by its facts:
 * wait_consider_task() in kernel/exit.c.  A candidate without a fact is one that
 * only the records know; under policy starry that is all of them.
 *
 * What one candidate has to tell stands in zombie.c, stops.c and job.c.
 */
#include "report.h"

/*
 * A process that is waited for because a thread of it is traced is what that
 * thread is to Linux.
 */
static const struct aw_fact *fact_of(struct aw_asking *a,
				     const struct aw_visit *v)
{
	const struct aw_fact *f = aw_fact_find(a->facts, v, &a->hint);

	if (f || v->role != AW_ROLE_TRACEE || v->tid != v->proc->pid ||
	    v->proc->is_zombie || !aw_has(a->req, TRACE_BY_PROCESS))
		return f;
	return aw_fact_of_tracee(a->facts, v->proc, a->req->target.id);
}

/*
 * wait_consider_task(): a zombie has nothing else to tell, but by a quirk its job
 * status.  @kinds is what is asked for: enum aw_tells.
 */
static bool ask(struct aw_asking *a, const struct aw_visit *v,
		unsigned int kinds, struct aw_decision *d)
{
	const struct aw_fact *f = fact_of(a, v);

	if (kinds & AW_TELLS_ZOMBIE && aw_zombie_decide(a, v, f, d))
		return true;
	if (aw_is_over(v, f))
		return kinds & AW_TELLS_JOB && aw_job_decide_zombie(a, v, f, d);
	if (kinds & AW_TELLS_STOP && aw_stops_decide(a, v, f, d))
		return true;
	return kinds & AW_TELLS_JOB && aw_job_decide(a, v, f, d);
}

/* The children of a moment, of whom only those are asked that have something. */
static bool ask_children(struct aw_asking *a, unsigned int kinds,
			 struct aw_decision *d)
{
	struct aw_visit v = { .role = AW_ROLE_CHILD, .place = AW_PLACE_NONE };

	while ((v.proc = aw_index_next(a->snap, v.proc, kinds))) {
		v.tid = v.proc->pid;
		if (ask(a, &v, kinds, d))
			return true;
	}
	return false;
}

static bool ask_all(struct aw_asking *a, unsigned int kinds,
		    struct aw_decision *d)
{
	unsigned int i;

	if (a->snap->of && ask_children(a, kinds, d))
		return true;
	a->hint = 0;
	for (i = 0; i < a->snap->n; i++)
		if (ask(a, &a->snap->v[i], kinds, d))
			return true;
	return false;
}

/* Linux asks one candidate for everything before the next one. */
static bool choose(struct aw_asking *a, struct aw_decision *d)
{
	unsigned int left = AW_TELLS_ZOMBIE | AW_TELLS_STOP | AW_TELLS_JOB;

	if (aw_has(a->req, STOPS_FIRST)) {
		if (ask_all(a, AW_TELLS_STOP, d))
			return true;
		left &= ~AW_TELLS_STOP;
	}
	if (a->req->call == AW_WAITID && aw_has(a->req, WAITID_JOBS_FIRST)) {
		if (ask_all(a, left & ~AW_TELLS_ZOMBIE, d))
			return true;
		left = AW_TELLS_ZOMBIE;
	}
	if (aw_has(a->req, ZOMBIES_FIRST) && left & AW_TELLS_JOB) {
		if (ask_all(a, left & ~AW_TELLS_JOB, d))
			return true;
		left = AW_TELLS_JOB;
	}
	return ask_all(a, left, d);
}

/* True for what clears notask_error in wait_consider_task(), or is reported there. */
static bool may_answer(const struct aw_asking *a, const struct aw_visit *v,
		       const struct aw_fact *f)
{
	struct aw_decision d;

	if (!f || f->life == AW_ALIVE || aw_has(a->req, ZOMBIES_COUNT))
		return true;
	if (f->life == AW_EXIT_TRACE)
		return v->role == AW_ROLE_CHILD;
	if (aw_is_linux_zombie(v, f))
		return aw_zombie_decide(a, v, f, &d) ||
		       aw_job_decide_zombie(a, v, f, &d);
	return !aw_is_traced(v, f) || a->flags & (WCONTINUED | WEXITED);
}

static bool is_alone(struct aw_asking *a)
{
	unsigned int i;

	if (a->facts->quiet || (a->snap->of && a->snap->n_children))
		return false;
	a->hint = 0;
	for (i = 0; i < a->snap->n; i++)
		if (may_answer(a, &a->snap->v[i],
			       aw_fact_find(a->facts, &a->snap->v[i], &a->hint)))
			return false;
	return true;
}

static void asking_begin(struct aw_asking *a, const struct aw_records *r,
			 const struct aw_request *req,
			 const struct aw_snapshot *snap,
			 const struct aw_facts *facts)
{
	*a = (struct aw_asking){ .r = r, .req = req, .snap = snap, .facts = facts,
			      .flags = req->options };
	if (req->call == AW_WAIT4)
		a->flags |= WEXITED;
}

/**
 * aw_decide_nobody - true if nobody can ever answer this call
 * @r: the records
 * @req: the call, which begins
 * @snap: its candidates
 * @facts: what Linux knows of them now
 *
 * Such a call fails with ECHILD, whatever else is the matter: seed 196-199 and
 * 338-341; notask_error in __do_wait().  Reads, and changes nothing.
 *
 * Return: true if there is nobody.
 */
bool aw_decide_nobody(const struct aw_records *r, const struct aw_request *req,
		      const struct aw_snapshot *snap, const struct aw_facts *facts)
{
	struct aw_asking a;

	asking_begin(&a, r, req, snap, facts);
	return is_alone(&a);
}

static void fail(struct aw_decision *d, int error)
{
	d->kind = AW_ERROR;
	d->error = error;
}

/**
 * aw_decide - which report a call returns, if any
 * @r: the records
 * @req: the call
 * @snap: its candidates
 * @facts: what Linux knows of them now
 * @d: filled in
 *
 * Reads, and changes nothing: check_children, seed 202-277 and 344-414;
 * __do_wait().
 */
void aw_decide(const struct aw_records *r, const struct aw_request *req,
	       const struct aw_snapshot *snap, const struct aw_facts *facts,
	       struct aw_decision *d)
{
	struct aw_asking a;

	asking_begin(&a, r, req, snap, facts);
	memset(d, 0, sizeof(*d));
	d->consume = req->call == AW_WAIT4 || !(req->options & WNOWAIT);
	if (choose(&a, d))
		return;
	/* The reference asks this when the call begins, and never again. */
	if (!aw_has(req, ECHILD_ONCE) && is_alone(&a))
		fail(d, -ECHILD);
	else if (req->options & WNOHANG)
		d->kind = AW_NOTHING;
	else if (req->nonblock && !aw_has(req, PIDFD_BLOCKS))
		fail(d, -EAGAIN);
	else
		d->kind = AW_SLEEP;
}
