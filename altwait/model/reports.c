// SPDX-License-Identifier: GPL-2.0
/*
 * What a candidate has to tell that stands in no ptrace stop: its end, and its
 * job-control status.  "Seed N" is a line of the reference; where a policy
 * lacks a quirk the rule is Linux's: wait_task_zombie(), wait_task_stopped()
 * and wait_task_continued() in kernel/exit.c.
 */
#include "reports.h"

/**
 * aw_decode_wait_status - how a process ended
 * @raw: wait status word
 * @cld_code: CLD_EXITED, CLD_DUMPED or CLD_KILLED
 * @cld_status: exit status or signal number
 *
 * Seed 382.
 */
void aw_decode_wait_status(int raw, int *cld_code, int *cld_status)
{
	int signo = raw & 0x7f;

	if (!signo) {
		*cld_code = CLD_EXITED;
		*cld_status = (raw >> 8) & 0xff;
	} else {
		*cld_code = raw & 0x80 ? CLD_DUMPED : CLD_KILLED;
		*cld_status = signo;
	}
}

/**
 * aw_child_uid - si_uid as the reference has it
 * @r: the records
 * @p: who is reported
 *
 * The uid at exit, for whoever has that pid in the zombie table; else that of
 * the live threads; else 0, as for a zombie that somebody else has reaped
 * (seed 134-144).
 *
 * Return: a real user id.
 */
u32 aw_child_uid(const struct aw_records *r, const struct aw_process *p)
{
	const struct aw_process *entry = aw_process_find(r, p->pid);

	if (entry && entry->in_zombies)
		return entry->zombie_uid;
	return list_empty(&p->threads) ? 0 : p->uid;
}

/**
 * aw_report_uid - si_uid by the policy
 * @a: the call
 * @v: the candidate
 * @f: the thread's fact, or NULL
 *
 * Return: a real user id.
 */
u32 aw_report_uid(const struct aw_asking *a, const struct aw_visit *v,
		  const struct aw_fact *f)
{
	if (!f || aw_has(a->req, PROCESS_UID))
		return aw_child_uid(a->r, v->proc);
	return f->uid;
}

/* ---------------------------------------------------------------- zombies */

/* A zombie is the caller's as a tracer, and by the records alone. */
static bool is_tracer_past(const struct aw_asking *a, const struct aw_visit *v)
{
	return v->role == AW_ROLE_TRACEE && v->proc->in_zombies &&
	       v->proc->zombie_tracer == a->req->caller->pid;
}

/* Is it one for the reference, which has a quirk as its reason? */
static bool is_quirk_zombie(const struct aw_asking *a, const struct aw_visit *v,
			    const struct aw_fact *f)
{
	if (!v->proc->is_zombie)
		return false;
	if (!f)
		return !is_tracer_past(a, v) ||
		       aw_has(a->req, TRACER_OUTLIVES_THREAD);
	if (f->delayed)
		return aw_has(a->req, DELAYED_END_TOLD);
	return f->life == AW_EXIT_ZOMBIE && v->role == AW_ROLE_CHILD &&
	       aw_has(a->req, REAP_TRACED);
}

/*
 * Whom an end or a job-control status names.  The reference tells them of whole
 * processes, whatever thread was asked for: seed 222, 241, 267 and 381.
 */
static u32 told_pid(const struct aw_asking *a, const struct aw_visit *v,
		    u32 tid)
{
	const struct aw_target *t = &a->req->target;

	if (v->role == AW_ROLE_CHILD || aw_has(a->req, PROCESS_TOLD))
		return v->proc->pid;
	return t->kind == AW_TARGET_PID ? t->id : tid;
}

/* Is this end, of a thread that was asked for, that of its whole process? */
static bool is_whole_end(const struct aw_asking *a, const struct aw_visit *v)
{
	return a->req->target.kind == AW_TARGET_PID &&
	       (v->proc->group_exited || v->proc->is_zombie);
}

/**
 * aw_decide_zombie - has a candidate ended?
 * @a: the call
 * @v: the candidate
 * @f: its fact, or NULL
 * @d: filled in if so
 *
 * Seed 222 and 379.  Also a zombie that somebody else has reaped meanwhile,
 * where the candidates are fixed.
 *
 * Return: whether it is reported.
 */
bool aw_decide_zombie(const struct aw_asking *a, const struct aw_visit *v,
		      const struct aw_fact *f, struct aw_decision *d)
{
	bool by_linux = f && aw_is_linux_zombie(v, f);

	if (f && !f->leader && aw_has(a->req, THREAD_ENDS_UNTOLD))
		return false;
	if (!(a->flags & WEXITED) ||
	    !(by_linux || is_quirk_zombie(a, v, f)))
		return false;
	aw_report_about(v, AW_ZOMBIE, v->tid, d);
	if (v->tid == v->proc->pid || is_whole_end(a, v))
		d->pid = told_pid(a, v, v->tid);
	d->status = f ? f->status : v->proc->exit_code;
	aw_decode_wait_status(d->status, &d->cld_code, &d->cld_status);
	d->uid = aw_report_uid(a, v, f);
	return true;
}

/* ------------------------------------------------------------- job control */

static bool report_job(const struct aw_asking *a, const struct aw_visit *v,
		       const struct aw_fact *f, int signo,
		       struct aw_decision *d)
{
	aw_report_about(v, AW_JOB_STATUS, f ? f->tid : v->tid, d);
	d->pid = told_pid(a, v, d->tid);
	d->status = signo ? signo << 8 | 0x7f : 0xffff;
	d->cld_code = signo ? CLD_STOPPED : CLD_CONTINUED;
	d->cld_status = signo ? signo : SIGCONT;
	d->uid = aw_report_uid(a, v, f);
	return true;
}

/* Has the slot something that Linux has not, for a quirk's sake? */
static bool is_quirk_job(const struct aw_asking *a, const struct aw_visit *v,
			 const struct aw_fact *f, const struct aw_job *job)
{
	if (job->kind != AW_JOB_STOPPED)
		return !f || aw_has(a->req, CONTINUE_SURVIVES_EXIT);
	if (f ? aw_is_traced(v, f) : v->role == AW_ROLE_TRACEE)
		return v->proc->parent == a->req->caller ?
		       aw_has(a->req, STOP_TOLD_TWICE) :
		       aw_has(a->req, TRACER_SEES_JOBS);
	return !f || aw_has(a->req, STOP_SURVIVES_KILL);
}

/*
 * Linux has a group stop for the parent.  Is it not in the slot: because the
 * parent traced when it came, or because the tracer has taken it from there?
 */
static bool is_out_of_slot(const struct aw_asking *a, const struct aw_fact *f,
			   const struct aw_process *data)
{
	return data && data->job.kind != AW_JOB_STOPPED &&
	       (aw_has(a->req, TRACED_STOP_NO_JOB) ||
		(aw_has(a->req, TRACER_SEES_JOBS) && f->traced));
}

/**
 * aw_decide_job - has a candidate stopped or continued?
 * @a: the call
 * @v: the candidate
 * @f: its fact, or NULL
 * @d: filled in if so
 *
 * Seed 246-270.
 *
 * Return: whether it is reported.
 */
bool aw_decide_job(const struct aw_asking *a, const struct aw_visit *v,
		   const struct aw_fact *f, struct aw_decision *d)
{
	const struct aw_process *data = aw_process_find(a->r, v->proc->pid);

	if (a->req->call == AW_WAITID && aw_has(a->req, WAITID_NO_JOBS))
		return false;
	if (f && a->flags & WUNTRACED && f->group_stop &&
	    !aw_is_traced(v, f) && !is_out_of_slot(a, f, data))
		return report_job(a, v, f, f->group_stop, d);
	if (f && a->flags & WCONTINUED && f->continued)
		return report_job(a, v, f, 0, d);
	if (!data || !aw_job_wanted(&data->job, a->flags) ||
	    !is_quirk_job(a, v, f, &data->job))
		return false;
	return report_job(a, v, f, data->job.kind == AW_JOB_STOPPED ?
				   data->job.signo : 0, d);
}
