// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a candidate has stopped or continued, by job control.  Where a policy
 * lacks a quirk the rule is Linux's: wait_task_stopped() and wait_task_continued()
 * in kernel/exit.c.
 */
#include "report.h"

/**
 * aw_job_wanted - true if a call asks for such a job status
 * @job: the job status
 * @options: WUNTRACED, WCONTINUED
 *
 * Return: true if the slot has one, and the options ask for its kind.
 */
bool aw_job_wanted(const struct aw_job *job, u32 options)
{
	switch (job->kind) {
	case AW_JOB_STOPPED:
		return options & WUNTRACED;
	case AW_JOB_CONTINUED:
		return options & WCONTINUED;
	default:
		return false;
	}
}

static void report_job(const struct aw_asking *a, const struct aw_visit *v,
		       const struct aw_fact *f, int signo,
		       struct aw_decision *d)
{
	aw_report_about(v, AW_JOB_STATUS, f ? f->tid : v->tid, d);
	d->pid = aw_report_pid(a, v, d->tid);
	d->status = signo ? signo << 8 | 0x7f : 0xffff;
	d->cld_code = signo ? CLD_STOPPED : CLD_CONTINUED;
	d->cld_status = signo ? signo : SIGCONT;
	d->uid = aw_report_uid(a, v, f);
}

/*
 * True if the slot tells what Linux does not: its quirk is @stop for a stop and @cont
 * for a continue, where Linux knows the task, and another for whoever traces it.
 */
static bool is_quirk_job(const struct aw_asking *a, const struct aw_visit *v,
			 const struct aw_fact *f, const struct aw_job *job,
			 bool stop, bool cont)
{
	if (job->kind != AW_JOB_STOPPED)
		return cont;
	if (f ? aw_is_traced(v, f) : v->role == AW_ROLE_TRACEE)
		return v->proc->parent == a->req->caller ?
		       aw_has(a->req, STOP_TOLD_TWICE) :
		       aw_has(a->req, TRACER_SEES_JOBS);
	return stop;
}

static void report_slot(const struct aw_asking *a, const struct aw_visit *v,
			const struct aw_fact *f, const struct aw_job *job,
			struct aw_decision *d)
{
	report_job(a, v, f, job->kind == AW_JOB_STOPPED ? job->signo : 0, d);
}

/*
 * True if a group stop that Linux has for the parent is not in the slot, for a
 * quirk's sake: the parent traced when it came, or the tracer has taken it.
 */
static bool is_out_of_slot(const struct aw_asking *a, const struct aw_fact *f,
			   const struct aw_process *data)
{
	return data && data->job.kind != AW_JOB_STOPPED &&
	       (aw_has(a->req, TRACED_STOP_NO_JOB) ||
		(aw_has(a->req, TRACER_SEES_JOBS) && f->traced));
}

/**
 * aw_job_decide - true if a candidate has stopped or continued
 * @a: the call
 * @v: the candidate
 * @f: its fact, or NULL
 * @d: filled in if so
 *
 * Seed 246-270.
 *
 * Return: true if that is reported.
 */
bool aw_job_decide(const struct aw_asking *a, const struct aw_visit *v,
		   const struct aw_fact *f, struct aw_decision *d)
{
	const struct aw_process *data = aw_process_find(a->r, v->proc->pid);

	if (a->req->call == AW_WAITID && aw_has(a->req, WAITID_NO_JOBS))
		return false;
	if (f && a->flags & WUNTRACED && f->group_stop &&
	    !aw_is_traced(v, f) && !is_out_of_slot(a, f, data))
		report_job(a, v, f, f->group_stop, d);
	else if (f && a->flags & WCONTINUED && f->continued)
		report_job(a, v, f, 0, d);
	else if (data && aw_job_wanted(&data->job, a->flags) &&
		 is_quirk_job(a, v, f, &data->job,
			      !f || aw_has(a->req, STOP_SURVIVES_KILL),
			      !f || aw_has(a->req, CONTINUE_SURVIVES_EXIT)))
		report_slot(a, v, f, &data->job, d);
	else
		return false;
	return true;
}

/**
 * aw_job_decide_zombie - true if one that has ended has an unread job status
 * @a: the call
 * @v: the candidate
 * @f: its fact, or NULL
 * @d: filled in if so
 *
 * wait.rs:439-467 of d41ca5f2e, which looks at no zombie before.
 *
 * Return: true if that is reported.
 */
bool aw_job_decide_zombie(const struct aw_asking *a, const struct aw_visit *v,
			  const struct aw_fact *f, struct aw_decision *d)
{
	const struct aw_process *data = aw_process_find(a->r, v->proc->pid);

	if (a->req->call != AW_WAITID || aw_has(a->req, WAITID_NO_JOBS) ||
	    !aw_has(a->req, WAITID_ZOMBIE_JOBS))
		return false;
	if (!data || !aw_job_wanted(&data->job, a->flags) ||
	    !is_quirk_job(a, v, f, &data->job, true, true))
		return false;
	report_slot(a, v, f, &data->job, d);
	return true;
}
