// SPDX-License-Identifier: GPL-2.0
/*
 * Linux's side, once more: kernel/exit.c of 6.1, its functions under their
 * names, over facts instead of tasks.  It shares no line with decide(), so that
 * a rule that is wrong there is not wrong here, too.
 */
#include "oracle.h"

/* struct wait_opts */
struct opts {
	const struct aw_target *target;
	u32 flags;
	bool nowait;
	int notask_error;
	struct aw_decision *d;
};

static bool eligible_pid(const struct opts *wo, const struct aw_fact *p)
{
	if (wo->target->kind == AW_TARGET_ANY)
		return true;
	return wo->target->id ==
	       (wo->target->kind == AW_TARGET_PID ? p->tid : p->pgid);
}

static bool eligible_child(const struct opts *wo, bool ptrace,
			   const struct aw_fact *p)
{
	if (!eligible_pid(wo, p))
		return false;
	if (ptrace || (wo->flags & __WALL))
		return true;
	return !((p->exit_signal != SIGCHLD) ^ !!(wo->flags & __WCLONE));
}

static bool report(const struct opts *wo, const struct aw_fact *p,
		   enum aw_kind kind, int status, int code, int cld_status)
{
	wo->d->kind = kind;
	wo->d->proc = p->proc;
	wo->d->tid = p->tid;
	wo->d->pid = p->tid;
	wo->d->uid = p->uid;
	wo->d->status = status;
	wo->d->cld_code = code;
	wo->d->cld_status = cld_status;
	wo->d->consume = !wo->nowait;
	return true;
}

static bool wait_task_zombie(const struct opts *wo, const struct aw_fact *p)
{
	int status = p->status;

	if (!(wo->flags & WEXITED))
		return false;
	if ((status & 0x7f) == 0)
		return report(wo, p, AW_ZOMBIE, status, CLD_EXITED,
			      (status >> 8) & 0xff);
	return report(wo, p, AW_ZOMBIE, status,
		      (status & 0x80) ? CLD_DUMPED : CLD_KILLED, status & 0x7f);
}

static bool wait_task_stopped(const struct opts *wo, bool ptrace,
			      const struct aw_fact *p)
{
	int exit_code = ptrace ? p->stop_code : p->group_stop;

	if (!ptrace && !(wo->flags & WUNTRACED))
		return false;
	if (!exit_code)
		return false;
	return report(wo, p, ptrace ? AW_PTRACE_STOP : AW_JOB_STATUS,
		      (int)((u32)exit_code << 8) | 0x7f,
		      ptrace ? CLD_TRAPPED : CLD_STOPPED, exit_code);
}

static bool wait_task_continued(const struct opts *wo, const struct aw_fact *p)
{
	if (!(wo->flags & WCONTINUED) || !p->continued)
		return false;
	return report(wo, p, AW_JOB_STATUS, 0xffff, CLD_CONTINUED, SIGCONT);
}

static bool wait_consider_task(struct opts *wo, bool ptrace,
			       const struct aw_fact *p)
{
	if (!eligible_child(wo, ptrace, p))
		return false;
	if (p->life == AW_EXIT_TRACE) {
		if (!ptrace)
			wo->notask_error = 0;
		return false;
	}
	if (!ptrace && p->traced && !p->reparented)
		ptrace = true;
	if (p->life == AW_EXIT_ZOMBIE) {
		if (!p->delayed && (ptrace || !p->traced))
			return wait_task_zombie(wo, p);
		if (!ptrace || (wo->flags & (WCONTINUED | WEXITED)))
			wo->notask_error = 0;
	} else {
		wo->notask_error = 0;
	}
	return wait_task_stopped(wo, ptrace, p) || wait_task_continued(wo, p);
}

/* do_wait_thread() and ptrace_do_wait() for each thread, which are in order. */
static bool do_wait_threads(struct opts *wo, const struct aw_facts *facts)
{
	unsigned int i;

	for (i = 0; i < facts->n; i++) {
		const struct aw_fact *p = &facts->v[i];

		if ((wo->flags & __WNOTHREAD) && p->other_thread)
			continue;
		if (wait_consider_task(wo, p->role == AW_ROLE_TRACEE, p))
			return true;
	}
	return false;
}

/* One half of do_wait_pid(): the target, if it is_effectively_child(). */
static bool do_wait_target(struct opts *wo, const struct aw_facts *facts,
			   enum aw_role role)
{
	unsigned int i;

	for (i = 0; i < facts->n; i++) {
		const struct aw_fact *p = &facts->v[i];

		if (p->tid == wo->target->id && p->role == role &&
		    !((wo->flags & __WNOTHREAD) && p->other_thread))
			return wait_consider_task(wo, role == AW_ROLE_TRACEE,
						  p);
	}
	return false;
}

static bool __do_wait(struct opts *wo, const struct aw_facts *facts)
{
	if (wo->target->kind != AW_TARGET_PID)
		return do_wait_threads(wo, facts);
	return do_wait_target(wo, facts, AW_ROLE_CHILD) ||
	       do_wait_target(wo, facts, AW_ROLE_TRACEE);
}

void oracle(const struct aw_request *req, const struct aw_facts *facts,
	    struct aw_decision *d)
{
	struct opts wo = {
		.target = &req->target, .flags = req->options, .d = d,
		.nowait = req->call == AW_WAITID && req->options & WNOWAIT,
		.notask_error = -ECHILD,
	};

	memset(d, 0, sizeof(*d));
	if (req->call == AW_WAIT4)
		wo.flags |= WEXITED;
	if (__do_wait(&wo, facts))
		return;
	d->kind = AW_ERROR;
	d->error = wo.notask_error;
	if (d->error)
		return;
	/* kernel_waitid(): a pidfd with O_NONBLOCK */
	d->error = req->nonblock && !(req->options & WNOHANG) ? -EAGAIN : 0;
	if (!d->error)
		d->kind = req->options & WNOHANG ? AW_NOTHING : AW_SLEEP;
}
