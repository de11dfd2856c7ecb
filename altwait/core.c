// SPDX-License-Identifier: GPL-2.0
/*
 * The wait algorithm: who is a candidate, which report a call returns, and what
 * becomes of the report.
 *
 * "Seed N" is a line of the reference's system calls, which this follows rule
 * by rule, the surprising ones included.  The arguments are request.c's.
 */
#include "core.h"

/* ---------------------------------------------------------- the candidates */

/* Seed 67-73 */
static bool matches(const struct aw_target *t, const struct aw_process *p)
{
	switch (t->kind) {
	case AW_TARGET_PID:
		return p->pid == t->id;
	case AW_TARGET_PGID:
		return p->pgid == t->id;
	default:
		return true;
	}
}

/* The target is a thread of p, and not its leader (seed 97). */
static bool is_other_thread(const struct aw_target *t,
			    const struct aw_process *p)
{
	return t->kind == AW_TARGET_PID && t->id != p->pid &&
	       aw_thread_find(p, t->id);
}

static bool is_child(const struct aw_request *req, const struct aw_process *p)
{
	return p->parent == req->caller && !list_empty(&p->sibling) &&
	       matches(&req->target, p);
}

static bool is_tracee(const struct aw_request *req, const struct aw_process *p)
{
	return p->ptrace.tracer == req->caller->pid && p->in_table &&
	       (matches(&req->target, p) || is_other_thread(&req->target, p));
}

static bool is_traced_zombie(const struct aw_request *req,
			     const struct aw_process *p)
{
	return p->zombie_tracer == req->caller->pid &&
	       matches(&req->target, p);
}

/* Stores while there is room, and counts on when there is none left. */
static void add_candidate(struct aw_snapshot *snap, struct aw_process *p)
{
	if (snap->n < snap->cap) {
		aw_process_get(p);
		snap->v[snap->n] = p;
	}
	snap->n++;
}

static void drop_candidates(struct aw_snapshot *snap, unsigned int stored)
{
	while (stored)
		aw_process_put(snap->v[--stored]);
	snap->n = 0;
}

/**
 * aw_snapshot_take - who can answer this call, fixed when it begins
 * @r: the records
 * @req: the call
 * @snap: filled in
 *
 * Children, then tracees, then traced zombies, each in ascending pid order and
 * each process once.  What comes later, a new child say, is no candidate of
 * this call (seed 146-177).
 *
 * Return: how many; where that is more than @cap of @snap, nothing was stored.
 */
unsigned int aw_snapshot_take(const struct aw_records *r,
			      const struct aw_request *req,
			      struct aw_snapshot *snap)
{
	struct aw_process *p;
	unsigned int n;

	snap->n = 0;
	list_for_each_entry(p, &req->caller->children, sibling)
		if (matches(&req->target, p))
			add_candidate(snap, p);
	list_for_each_entry(p, &r->traced, traced)
		if (is_tracee(req, p) && !is_child(req, p))
			add_candidate(snap, p);
	list_for_each_entry(p, &r->zombies, zombie)
		if (is_traced_zombie(req, p) && !is_child(req, p) &&
		    !is_tracee(req, p))
			add_candidate(snap, p);
	n = snap->n;
	if (n > snap->cap)
		drop_candidates(snap, snap->cap);
	return n;
}

/**
 * aw_snapshot_release - drop the references
 * @snap: empty afterwards, with the same room
 */
void aw_snapshot_release(struct aw_snapshot *snap)
{
	drop_candidates(snap, snap->n);
}

/* ------------------------------------------------------------ the decision */

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

/*
 * The uid at exit, for whoever has that pid in the zombie table; else that of
 * the live threads; else 0, as for a zombie that somebody else has reaped
 * (seed 134-144).
 */
static u32 child_uid(const struct aw_records *r, const struct aw_process *p)
{
	const struct aw_process *entry = aw_process_find(r, p->pid);

	if (entry && entry->in_zombies)
		return entry->zombie_uid;
	return list_empty(&p->threads) ? 0 : p->uid;
}

/* Seed 206-210 and 349-353 */
static struct aw_ptrace_stop *find_stop(const struct aw_target *t,
					const struct aw_process *p,
					const struct aw_ptrace *pt)
{
	u32 preferred = 0;

	if (is_other_thread(t, p))
		return aw_ptrace_unreported_stop_for(pt, t->id);
	if (t->kind == AW_TARGET_PID && t->id == p->pid)
		preferred = p->pid;
	return aw_ptrace_unreported_stop(pt, preferred);
}

/* Whom the call names: seed 79-84. */
static u32 report_pid(const struct aw_target *t, const struct aw_process *p,
		      const struct aw_ptrace *pt)
{
	u32 tid;

	if (t->kind == AW_TARGET_PID &&
	    (t->id == p->pid || aw_thread_find(p, t->id)))
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

static void report_stop(const struct aw_records *r,
			const struct aw_request *req, struct aw_process *p,
			const struct aw_ptrace *pt,
			const struct aw_ptrace_stop *stop,
			struct aw_decision *d)
{
	d->kind = AW_PTRACE_STOP;
	d->proc = p;
	d->tid = stop->tid;
	d->pid = report_pid(&req->target, p, pt);
	d->status = stop_status(pt, stop->tid, stop->signo);
	d->cld_code = CLD_TRAPPED;
	d->cld_status = stop_signo(pt, stop->tid, stop->signo);
	d->uid = child_uid(r, p);
}

/*
 * Seed 203-213 and 345-356.  The stops are those of whoever has the candidate's
 * pid in the table now.
 */
static bool decide_stop(const struct aw_records *r,
			const struct aw_request *req,
			const struct aw_snapshot *snap, struct aw_decision *d)
{
	unsigned int i;

	for (i = 0; i < snap->n; i++) {
		struct aw_process *p = snap->v[i];
		struct aw_process *data = aw_process_find(r, p->pid);
		struct aw_ptrace_stop *stop;

		if (!data)
			continue;
		stop = find_stop(&req->target, p, &data->ptrace);
		if (stop) {
			report_stop(r, req, p, &data->ptrace, stop, d);
			return true;
		}
	}
	return false;
}

/* Seed 222 and 379.  Also a zombie that somebody else has reaped meanwhile. */
static bool decide_zombie(const struct aw_records *r,
			  const struct aw_snapshot *snap,
			  struct aw_decision *d)
{
	unsigned int i;

	for (i = 0; i < snap->n; i++) {
		struct aw_process *p = snap->v[i];

		if (!p->is_zombie)
			continue;
		d->kind = AW_ZOMBIE;
		d->proc = p;
		d->pid = p->pid;
		d->status = p->exit_code;
		aw_decode_wait_status(p->exit_code, &d->cld_code, &d->cld_status);
		d->uid = child_uid(r, p);
		return true;
	}
	return false;
}

/* Is the job status one that the call asks for? */
static bool job_wanted(const struct aw_job *job, u32 options)
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

static void report_job(struct aw_process *p, const struct aw_job *job,
		       struct aw_decision *d)
{
	d->kind = AW_JOB_STATUS;
	d->proc = p;
	d->pid = p->pid;
	d->status = 0xffff;
	if (job->kind == AW_JOB_STOPPED)
		d->status = job->signo << 8 | 0x7f;
}

/* Seed 246-270 */
static bool decide_job(const struct aw_records *r, const struct aw_request *req,
		       const struct aw_snapshot *snap, struct aw_decision *d)
{
	unsigned int i;

	for (i = 0; i < snap->n; i++) {
		struct aw_process *p = snap->v[i];
		struct aw_process *data = aw_process_find(r, p->pid);

		if (data && job_wanted(&data->job, req->options)) {
			report_job(p, &data->job, d);
			return true;
		}
	}
	return false;
}

/* wait4 always asks for ptrace stops and zombies: seed 202-270. */
static bool decide_wait4(const struct aw_records *r,
			 const struct aw_request *req,
			 const struct aw_snapshot *snap, struct aw_decision *d)
{
	return decide_stop(r, req, snap, d) || decide_zombie(r, snap, d) ||
	       decide_job(r, req, snap, d);
}

/* waitid knows no job status, whatever it is asked for: seed 344-403. */
static bool decide_waitid(const struct aw_records *r,
			  const struct aw_request *req,
			  const struct aw_snapshot *snap, struct aw_decision *d)
{
	if (req->options & WUNTRACED && decide_stop(r, req, snap, d))
		return true;
	return req->options & WEXITED && decide_zombie(r, snap, d);
}

/**
 * aw_decide - which report a call returns, if any
 * @r: the records
 * @req: the call
 * @snap: its candidates
 * @d: filled in
 *
 * Reads the records and changes nothing (seed 202-277 and 344-414).
 */
void aw_decide(const struct aw_records *r, const struct aw_request *req,
	       const struct aw_snapshot *snap, struct aw_decision *d)
{
	bool found;

	memset(d, 0, sizeof(*d));
	d->consume = req->call == AW_WAIT4 || !(req->options & WNOWAIT);
	if (req->call == AW_WAIT4)
		found = decide_wait4(r, req, snap, d);
	else
		found = decide_waitid(r, req, snap, d);
	if (!found)
		d->kind = req->options & WNOHANG ? AW_NOTHING : AW_SLEEP;
}

/* -------------------------------------------------------------- the commit */

typedef int (*aw_write_fn)(const struct aw_decision *d, void *ctx);

/* Selected before the write, reported after it: seed 214-220 and 360-373. */
static int commit_stop(struct aw_process *data, const struct aw_decision *d,
		       aw_write_fn write, void *ctx)
{
	int ret;

	aw_ptrace_select(&data->ptrace, d->tid);
	ret = write(d, ctx);
	if (!ret && d->consume)
		aw_ptrace_mark_reported(&data->ptrace, d->tid);
	return ret;
}

/* Takes what is wanted then, which write() may have let change: seed 263-266. */
static int commit_job(struct aw_process *data, const struct aw_request *req,
		      const struct aw_decision *d, aw_write_fn write, void *ctx)
{
	int ret = write(d, ctx);

	if (!ret && job_wanted(&data->job, req->options))
		data->job.kind = AW_JOB_NONE;
	return ret;
}

/* Seed 235-240 and 385-401 */
static int commit_zombie(struct aw_records *r, const struct aw_decision *d,
			 aw_write_fn write, void *ctx)
{
	int ret = write(d, ctx);

	if (!ret && d->consume)
		aw_process_reap(r, d->proc);
	return ret;
}

static int commit_data(struct aw_records *r, const struct aw_request *req,
		       const struct aw_decision *d, aw_write_fn write,
		       void *ctx)
{
	struct aw_process *data = aw_process_find(r, d->proc->pid);
	int ret;

	if (!data)
		return write(d, ctx);
	/* write() may let others run, who may reap it. */
	aw_process_get(data);
	if (d->kind == AW_PTRACE_STOP)
		ret = commit_stop(data, d, write, ctx);
	else
		ret = commit_job(data, req, d, write, ctx);
	aw_process_put(data);
	return ret;
}

/**
 * aw_commit - make a decision true
 * @r: the records
 * @req: the call
 * @d: what aw_decide() found, nothing having changed since
 * @write: puts it into user memory; may let others change the records meanwhile
 * @ctx: passed to @write
 *
 * Return: 0, or what @write failed with; then nothing is consumed.
 */
int aw_commit(struct aw_records *r, const struct aw_request *req,
	      const struct aw_decision *d,
	      int (*write)(const struct aw_decision *d, void *ctx), void *ctx)
{
	switch (d->kind) {
	case AW_SLEEP:
		return 0;
	case AW_NOTHING:
		return write(d, ctx);
	case AW_ZOMBIE:
		return commit_zombie(r, d, write, ctx);
	default:
		return commit_data(r, req, d, write, ctx);
	}
}
