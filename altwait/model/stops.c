// SPDX-License-Identifier: GPL-2.0
/*
 * Which ptrace stop a candidate has for the caller, if any.  Where a policy lacks a
 * quirk, the rule is Linux's instead, by its facts: wait_task_stopped() and
 * task_stopped_code() in kernel/exit.c.
 */
#include "report.h"

/* Seed 206-210 and 349-353 */
static struct aw_ptrace_stop *find_stop(const struct aw_target *t,
					const struct aw_process *p,
					const struct aw_ptrace *pt)
{
	u32 preferred = 0;

	if (aw_target_is_other_thread(t, p))
		return aw_ptrace_unreported_stop_for(pt, t->id);
	if (t->kind == AW_TARGET_PID && t->id == p->pid)
		preferred = p->pid;
	return aw_ptrace_unreported_stop(pt, preferred);
}

/* True if the target is p or a thread of it. */
static bool is_asked(const struct aw_target *t, const struct aw_process *p)
{
	return t->kind == AW_TARGET_PID &&
	       (t->id == p->pid || aw_thread_find(p, t->id));
}

/* Whom the call names: seed 79-84. */
static u32 report_pid(const struct aw_target *t, const struct aw_process *p,
		      const struct aw_ptrace *pt)
{
	u32 tid;

	if (is_asked(t, p))
		return t->id;
	tid = aw_ptrace_stop_tid(pt);
	return tid ? tid : p->pid;
}

/* Seed 111-126, with tid selected. */
static int stop_signo(const struct aw_ptrace *pt, u32 tid, int signo)
{
	if (aw_ptrace_event(pt, tid))
		return SIGTRAP;
	if (signo == SIGTRAP && aw_ptrace_is_syscall_stop(pt, tid) &&
	    pt->options & PTRACE_O_TRACESYSGOOD)
		return SIGTRAP | 0x80;
	return signo;
}

/* Seed 128-132, with tid selected. */
static int stop_status(const struct aw_ptrace *pt, u32 tid, int signo)
{
	u32 event = aw_ptrace_event(pt, tid);

	return (int)(event << 16) | stop_signo(pt, tid, signo) << 8 | 0x7f;
}

/* True under policy starry: then the records alone are asked. */
static bool by_records(const struct aw_asking *a)
{
	return a->req->quirks == AW_QUIRKS_STARRY;
}

/* The stop as the reference tells it, whoever the tracer is. */
static void report_record_stop(const struct aw_asking *a,
			       const struct aw_visit *v,
			       const struct aw_ptrace *pt,
			       const struct aw_ptrace_stop *stop,
			       struct aw_decision *d)
{
	aw_report_about(v, AW_PTRACE_STOP, stop->tid, d);
	d->pid = report_pid(&a->req->target, v->proc, pt);
	d->status = stop_status(pt, stop->tid, stop->signo);
	d->cld_code = CLD_TRAPPED;
	d->cld_status = stop_signo(pt, stop->tid, stop->signo);
	d->uid = aw_report_record_uid(a->r, v->proc);
}

/* What Linux's exit_code says, or would say if nobody listened. */
static int stop_code(const struct aw_asking *a, const struct aw_fact *f,
		     const struct aw_ptrace_stop *s)
{
	int code = f ? f->stop_code : 0;

	if (!code && s && !s->reported &&
	    (f ? aw_has(a->req, LISTEN_REPORTS) : true))
		code = s->signo | s->event << 8;
	return code;
}

/* What Linux knows of a thread, as a tracee or as a child. */
static const struct aw_fact *fact_of_thread(const struct aw_asking *a,
					    struct aw_process *p, u32 tid)
{
	struct aw_visit at = {
		.proc = p, .tid = tid, .role = AW_ROLE_TRACEE,
	};
	const struct aw_fact *f;
	unsigned int hint = 0;

	f = aw_fact_find(a->facts, &at, &hint);
	if (f)
		return f;
	at.role = AW_ROLE_CHILD;
	return aw_fact_find(a->facts, &at, &hint);
}

/*
 * A stopping signal, with bit 7 where it belongs: by the options of the thread or
 * of its process, as they are now or as they were when it stopped.  Seed 117-125
 */
static int quirk_sysgood(const struct aw_asking *a, const struct aw_ptrace *pt,
			 const struct aw_ptrace_stop *s,
			 const struct aw_fact *f, int signo)
{
	bool late = aw_has(a->req, SYSGOOD_LATE);
	bool of_process = aw_has(a->req, OPTIONS_BY_PROCESS);
	bool sysgood = pt->options & PTRACE_O_TRACESYSGOOD;

	if ((signo & 0x7f) != SIGTRAP || !s || !s->is_syscall ||
	    !(late || of_process))
		return signo;
	if (!of_process && f)
		sysgood = f->sysgood;
	else if (!late)
		sysgood = s->sysgood;
	return sysgood ? SIGTRAP | 0x80 : SIGTRAP;
}

/* A thread's stop by Linux's rule, changed by whatever quirks there are. */
static void report_stop(const struct aw_asking *a, const struct aw_visit *v,
			u32 tid, int code, struct aw_decision *d)
{
	const struct aw_process *data = aw_process_find(a->r, v->proc->pid);
	const struct aw_ptrace *pt = data ? &data->ptrace : &v->proc->ptrace;
	u32 event = (u32)code >> 8;
	int signo = code & 0xff;
	const struct aw_fact *f = fact_of_thread(a, v->proc, tid);

	if (!event)
		signo = quirk_sysgood(a, pt, aw_ptrace_find(pt, tid), f, signo);
	if (event && aw_has(a->req, EVENT_IS_TRAP))
		signo = SIGTRAP;
	aw_report_about(v, AW_PTRACE_STOP, tid, d);
	/* The call names whom it asked for, whatever thread stops. */
	if (aw_has(a->req, FIRST_TID) || is_asked(&a->req->target, v->proc))
		d->pid = report_pid(&a->req->target, v->proc, pt);
	d->status = (int)(event << 16) | signo << 8 | 0x7f;
	d->cld_code = CLD_TRAPPED;
	d->cld_status = signo;
	if (!aw_has(a->req, EVENT_CUT))
		d->cld_status |= (int)(event << 8);
	d->uid = aw_report_uid(a, v, f);
}

/* Any thread of the process, as the reference has it: seed 203-213. */
static bool find_process_stop(const struct aw_asking *a,
			      const struct aw_visit *v,
			      const struct aw_ptrace_stop **stop,
			      const struct aw_process **data)
{
	*data = aw_process_find(a->r, v->proc->pid);
	*stop = *data ? find_stop(&a->req->target, v->proc, &(*data)->ptrace) :
			NULL;
	return *stop;
}

/* True if the caller may have the stops of all threads of this process. */
static bool has_process_stops(const struct aw_asking *a,
			      const struct aw_visit *v)
{
	if (v->proc->ptrace.tracer == a->req->caller->pid)
		return aw_has(a->req, TRACE_BY_PROCESS);
	if (v->role == AW_ROLE_TRACEE)
		return aw_has(a->req, TRACE_BY_PROCESS) &&
		       aw_has(a->req, MEMBERS_STAY);
	return v->role == AW_ROLE_CHILD && aw_has(a->req, PARENT_SEES_STOPS);
}

/* True if the reference asks x before y, two stopped threads of one process. */
static bool is_before(const struct aw_fact *x, const struct aw_fact *y)
{
	bool event = x->stop_code >> 8;

	if (event != !!(y->stop_code >> 8))
		return event;
	return x->tid < y->tid;
}

/*
 * Which of a process's stopped threads comes first: v, whose fact is first, or
 * another candidate.  The reference: aw_ptrace_unreported_stop().  Linux has the
 * leader among the children, where it is one, and the others among the tracees.
 */
static const struct aw_visit *
first_stop(const struct aw_snapshot *snap,
	   const struct aw_facts *facts, const struct aw_visit *v,
	   const struct aw_fact *first)
{
	const struct aw_visit *best = v, *o;
	const struct aw_fact *f;
	unsigned int hint = 0;

	for (o = snap->v; o < snap->v + snap->n; o++) {
		if (o->proc != v->proc)
			continue;
		f = aw_fact_find(facts, o, &hint);
		if (!f || !f->stop_code || !aw_is_traced(o, f) ||
		    !is_before(f, first))
			continue;
		best = o;
		first = f;
	}
	return best;
}

/**
 * aw_stops_decide - true if a candidate stands in a ptrace stop that is reported
 * @a: the call
 * @v: the candidate
 * @f: its fact, or NULL
 * @d: filled in if so
 *
 * Seed 203-213 and 345-357.
 *
 * Return: true if such a stop is reported.
 */
bool aw_stops_decide(struct aw_asking *a, const struct aw_visit *v,
		     const struct aw_fact *f, struct aw_decision *d)
{
	const struct aw_ptrace_stop *stop;
	const struct aw_process *data;
	int code;

	if (a->req->call == AW_WAITID && !(a->flags & WUNTRACED) &&
	    aw_has(a->req, WAITID_STOPS_ASKED))
		return false;
	if (by_records(a)) {
		if (!find_process_stop(a, v, &stop, &data))
			return false;
		report_record_stop(a, v, &data->ptrace, stop, d);
		return true;
	}
	if (has_process_stops(a, v)) {
		if (!find_process_stop(a, v, &stop, &data))
			return false;
		code = stop_code(a, fact_of_thread(a, v->proc, stop->tid),
				 stop);
		if (code)
			report_stop(a, v, stop->tid, code, d);
		return code;
	}
	if (!f || !aw_is_traced(v, f))
		return false;
	if (aw_has(a->req, EVENTS_FIRST) && f->stop_code) {
		v = first_stop(a->snap, a->facts, v, f);
		f = aw_fact_find(a->facts, v, &a->hint);
	}
	data = aw_process_find(a->r, v->proc->pid);
	stop = data ? aw_ptrace_find(&data->ptrace, v->tid) : NULL;
	code = stop_code(a, f, stop);
	if (code)
		report_stop(a, v, v->tid, code, d);
	return code;
}
