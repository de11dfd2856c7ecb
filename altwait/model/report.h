/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What decide.c, zombie.c, stops.c, job.c and report.c share: one candidate, and
 * what it tells.  Pure; for these files alone.
 */
#ifndef _ALTWAIT_MODEL_REPORT_H
#define _ALTWAIT_MODEL_REPORT_H

#include "waitcall.h"

/**
 * struct aw_asking - a call, with what its candidates are asked for
 * @r:	   the records
 * @req:   the call
 * @snap:  its candidates
 * @facts: what Linux knows of them now
 * @flags: of the options, what is asked for; wait4 asks for WEXITED, too
 * @hint:  for aw_fact_find()
 */
struct aw_asking {
	const struct aw_records	 *r;
	const struct aw_request	 *req;
	const struct aw_snapshot *snap;
	const struct aw_facts	 *facts;
	u32			 flags;
	unsigned int		 hint;
};

/* Begins a report, which names the thread. */
static inline void aw_report_about(const struct aw_visit *v, enum aw_kind kind,
				   u32 tid, struct aw_decision *d)
{
	d->kind = kind;
	d->proc = v->proc;
	d->role = v->role;
	d->tid = tid;
	d->pid = tid;
}

u32 aw_report_record_uid(const struct aw_records *r, const struct aw_process *p);
u32 aw_report_uid(const struct aw_asking *a, const struct aw_visit *v,
		  const struct aw_fact *f);

/* True if Linux would report its end: wait_consider_task(). */
static inline bool aw_is_linux_zombie(const struct aw_visit *v,
				      const struct aw_fact *f)
{
	return f->life == AW_EXIT_ZOMBIE && !f->delayed &&
	       (aw_is_traced(v, f) || !f->traced);
}

/* True if it has ended, for Linux or, where Linux knows it no more, the records. */
static inline bool aw_is_over(const struct aw_visit *v, const struct aw_fact *f)
{
	if (!f)
		return v->proc->in_zombies;
	return aw_is_linux_zombie(v, f) || f->life == AW_EXIT_TRACE;
}

u32 aw_report_pid(const struct aw_asking *a, const struct aw_visit *v, u32 tid);

bool aw_zombie_decide(const struct aw_asking *a, const struct aw_visit *v,
		      const struct aw_fact *f, struct aw_decision *d);
bool aw_stops_decide(struct aw_asking *a, const struct aw_visit *v,
		     const struct aw_fact *f, struct aw_decision *d);
bool aw_job_decide(const struct aw_asking *a, const struct aw_visit *v,
		   const struct aw_fact *f, struct aw_decision *d);
bool aw_job_decide_zombie(const struct aw_asking *a, const struct aw_visit *v,
			  const struct aw_fact *f, struct aw_decision *d);

#endif /* _ALTWAIT_MODEL_REPORT_H */
