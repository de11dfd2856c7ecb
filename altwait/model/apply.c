// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of a report when it is told: user memory, then the records.
 */
#include "waitcall.h"

typedef int (*aw_write_fn)(const struct aw_decision *d, void *ctx);

static int write_user(aw_write_fn write, const struct aw_decision *d, void *ctx)
{
	return write ? write(d, ctx) : 0;
}

/* Selected before the write, reported after it: seed 214-220 and 360-373. */
static int commit_stop(struct aw_process *data, const struct aw_decision *d,
		       aw_write_fn write, void *ctx)
{
	int ret;

	aw_ptrace_select(&data->ptrace, d->tid);
	ret = write_user(write, d, ctx);
	if (!ret && d->consume)
		aw_ptrace_mark_reported(&data->ptrace, d->tid);
	return ret;
}

/* Looks at the slot again after the write, as the reference does: seed 263-266. */
static int commit_job(struct aw_process *data, const struct aw_request *req,
		      const struct aw_decision *d, aw_write_fn write, void *ctx)
{
	int ret = write_user(write, d, ctx);

	if (!ret && d->consume && aw_job_wanted(&data->job, req->options))
		aw_process_job_told(data);
	return ret;
}

/* True if the parent gets the zombie after its tracer: wait_task_zombie(). */
static bool is_shared(const struct aw_request *req, const struct aw_decision *d)
{
	return d->role == AW_ROLE_TRACEE && !aw_has(req, TRACER_REAPS_ALL) &&
	       d->proc->parent && d->proc->parent != req->caller;
}

/* Seed 235-240 and 385-401 */
static int commit_zombie(struct aw_records *r, const struct aw_request *req,
			 const struct aw_decision *d, aw_write_fn write,
			 void *ctx)
{
	int ret = write_user(write, d, ctx);

	if (ret || !d->consume)
		return ret;
	/* A thread's end leaves no trace in the records. */
	if (!aw_ends_process(d))
		return ret;
	if (is_shared(req, d))
		aw_process_untrace_zombie(r, d->proc);
	else
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
		return write_user(write, d, ctx);
	/* A write that lets others run would let them reap it. */
	aw_process_get(data);
	if (d->kind == AW_PTRACE_STOP)
		ret = commit_stop(data, d, write, ctx);
	else
		ret = commit_job(data, req, d, write, ctx);
	aw_process_put(data);
	return ret;
}

/**
 * aw_apply - make a decision true
 * @r: the records
 * @req: the call
 * @d: what aw_decide() found, nothing having changed since
 * @write: puts it into user memory, and returns 0 or an errno; NULL where somebody
 *	   else does it
 * @ctx: passed to @write
 *
 * Where @write fails nothing is consumed, but a ptrace stop stays selected (seed
 * 214 and 360).
 *
 * Return: 0, what @write failed with, or the errno of a decision that is an error.
 */
int aw_apply(struct aw_records *r, const struct aw_request *req,
	     const struct aw_decision *d,
	     int (*write)(const struct aw_decision *d, void *ctx), void *ctx)
{
	switch (d->kind) {
	case AW_SLEEP:
		return 0;
	case AW_ERROR:
		return d->error;
	case AW_NOTHING:
		return write_user(write, d, ctx);
	case AW_ZOMBIE:
		return commit_zombie(r, req, d, write, ctx);
	default:
		return commit_data(r, req, d, write, ctx);
	}
}
