// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a candidate has ended.  Where a policy lacks a quirk the rule is Linux's:
 * wait_task_zombie() in kernel/exit.c.
 */
#include "report.h"

/**
 * aw_zombie_decode - how a process ended
 * @raw: wait status word
 * @cld_code: CLD_EXITED, CLD_DUMPED or CLD_KILLED
 * @cld_status: exit status or signal number
 *
 * decode_wait_status(): seed 382.
 */
void aw_zombie_decode(int raw, int *cld_code, int *cld_status)
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

/* True if the records have the caller as the zombie's tracer at its end. */
static bool is_tracer_past(const struct aw_asking *a, const struct aw_visit *v)
{
	return v->role == AW_ROLE_TRACEE && v->proc->in_zombies &&
	       v->proc->zombie_tracer == a->req->caller->pid;
}

/* True if it is a zombie for the reference, by a quirk that the policy has. */
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

/* True if the end of a thread that was asked for is that of its whole process. */
static bool is_whole_end(const struct aw_asking *a, const struct aw_visit *v)
{
	return a->req->target.kind == AW_TARGET_PID &&
	       (v->proc->group_exited || v->proc->is_zombie);
}

/**
 * aw_zombie_decide - true if a candidate has ended
 * @a: the call
 * @v: the candidate
 * @f: its fact, or NULL
 * @d: filled in if so
 *
 * Seed 222 and 379.  Also a zombie that somebody else has reaped meanwhile, where
 * REAPED_STAYS keeps it among the candidates.
 *
 * Return: true if that is reported.
 */
bool aw_zombie_decide(const struct aw_asking *a, const struct aw_visit *v,
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
		d->pid = aw_report_pid(a, v, v->tid);
	d->status = f ? f->status : v->proc->exit_code;
	aw_zombie_decode(d->status, &d->cld_code, &d->cld_status);
	d->uid = aw_report_uid(a, v, f);
	return true;
}
