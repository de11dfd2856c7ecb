// SPDX-License-Identifier: GPL-2.0
/*
 * Whom a report names, and whose uid it tells.
 */
#include "report.h"

/**
 * aw_report_record_uid - si_uid as the reference has it
 * @r: the records
 * @p: who is reported
 *
 * The uid at exit, for whoever has that pid in the zombie table; else that of
 * the live threads; else 0, as for a zombie that somebody else has reaped
 * (seed 134-144).
 *
 * Return: a real user id.
 */
u32 aw_report_record_uid(const struct aw_records *r, const struct aw_process *p)
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
		return aw_report_record_uid(a->r, v->proc);
	return f->uid;
}

/**
 * aw_report_pid - whom an end or a job-control status names
 * @a: the call
 * @v: the candidate
 * @tid: the thread that it is about
 *
 * The reference tells them of whole processes, whatever thread was asked for
 * (seed 222, 241, 267 and 381).
 *
 * Return: a pid or, for a tracee under Linux's rule, a tid.
 */
u32 aw_report_pid(const struct aw_asking *a, const struct aw_visit *v, u32 tid)
{
	const struct aw_target *t = &a->req->target;

	if (v->role == AW_ROLE_CHILD || aw_has(a->req, PROCESS_TOLD))
		return v->proc->pid;
	return t->kind == AW_TARGET_PID ? t->id : tid;
}
