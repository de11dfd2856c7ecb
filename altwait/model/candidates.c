// SPDX-License-Identifier: GPL-2.0
/*
 * The candidates of a call.
 *
 * The reference goes by its records: children by pid, then tracees by pid.
 * Linux walks its task lists, which the facts describe.  Every other policy, and
 * linux, too, takes them as they come; order.c puts them in order afterwards.
 */
#include "waitcall.h"

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

/* eligible_pid() */
static bool fact_matches(const struct aw_target *t, const struct aw_fact *f)
{
	switch (t->kind) {
	case AW_TARGET_PID:
		return f->tid == t->id;
	case AW_TARGET_PGID:
		return f->pgid == t->id;
	default:
		return true;
	}
}

static bool is_child(const struct aw_request *req, const struct aw_process *p)
{
	return p->parent == req->caller && !list_empty(&p->sibling) &&
	       matches(&req->target, p);
}

static bool is_tracee(const struct aw_request *req, const struct aw_process *p)
{
	return p->ptrace.tracer == req->caller->pid && p->in_table &&
	       (matches(&req->target, p) || aw_target_is_other_thread(&req->target, p));
}

/* @from NULL: the first.  They stand before the others. */
static struct aw_process *next_traced_zombie(const struct aw_records *r,
					     const struct aw_process *from)
{
	const struct list_head *at = from ? &from->zombie : &r->zombies;
	struct aw_process *p = list_entry(at->next, struct aw_process, zombie);

	return at->next != &r->zombies && p->zombie_tracer ? p : NULL;
}

static bool is_traced_zombie(const struct aw_request *req,
			     const struct aw_process *p)
{
	return p->zombie_tracer == req->caller->pid &&
	       matches(&req->target, p);
}

static bool is_for_own(const struct aw_request *req)
{
	return req->options & __WNOTHREAD && !aw_has(req, WNOTHREAD_IGNORED);
}

/*
 * True if the call leaves it out because it hangs on another thread or, by a quirk,
 * because another one has made it: wait.rs:176-184 of 4da664b0d.
 */
static bool is_foreign(const struct aw_request *req, const struct aw_fact *f)
{
	bool by_maker = f->role == AW_ROLE_CHILD ? aw_has(req, CHILDREN_OF_MAKER) :
						   aw_has(req, TRACEES_OF_MAKER);

	if (!is_for_own(req))
		return false;
	return by_maker ? f->proc->maker != req->tid : f->other_thread;
}

/**
 * aw_candidates_let_in - the end of eligible_child()
 * @req: the call
 * @is_clone: the child's end sends another signal than SIGCHLD
 *
 * Return: true if the call may be for such children.
 */
bool aw_candidates_let_in(const struct aw_request *req, bool is_clone)
{
	bool wants_clone = req->options & __WCLONE;

	if (req->options & __WALL || wants_clone == is_clone)
		return true;
	return aw_has(req, CLONE_CHILDREN) && is_clone ? true :
	       aw_has(req, WCLONE_IGNORED) && !is_clone;
}

/* True if the options let in a process whose end sends this signal now. */
static bool signal_let_in(const struct aw_request *req,
			  const struct aw_process *p, int exit_signal)
{
	return aw_candidates_let_in(req, aw_has(req, EXIT_SIGNAL_STAYS) ?
					 p->made_clone : exit_signal != SIGCHLD);
}

/**
 * aw_candidates_child - eligible_child() of one that Linux knows
 * @req: the call
 * @f: its fact, as a child
 *
 * Return: true if it is a candidate.
 */
bool aw_candidates_child(const struct aw_request *req, const struct aw_fact *f)
{
	return fact_matches(&req->target, f) && !is_foreign(req, f) &&
	       signal_let_in(req, f->proc, f->exit_signal);
}

/* A child that only the records know: it was one whose end sends SIGCHLD. */
static bool unknown_eligible(const struct aw_request *req,
			     const struct aw_process *p)
{
	return matches(&req->target, p) && signal_let_in(req, p, SIGCHLD) &&
	       (!is_for_own(req) || p->maker == req->tid);
}

/* What of a tracee does not depend on whom the call names. */
static bool tracee_let_in(const struct aw_request *req, const struct aw_fact *f)
{
	return !is_foreign(req, f) &&
	       (!aw_has(req, TRACEES_BY_EXIT_SIGNAL) ||
		signal_let_in(req, f->proc, f->exit_signal));
}

static bool tracee_eligible(const struct aw_request *req,
			    const struct aw_fact *f)
{
	return fact_matches(&req->target, f) && tracee_let_in(req, f);
}

/* The same of a process that the caller has traced, where there is no fact. */
static bool traced_let_in(const struct aw_request *req,
			  const struct aw_process *p)
{
	if (aw_has(req, TRACEES_BY_EXIT_SIGNAL) &&
	    !aw_candidates_let_in(req, p->made_clone))
		return false;
	return !is_for_own(req) || !aw_has(req, TRACEES_OF_MAKER) ||
	       p->maker == req->tid;
}

/* ---------------------------------------------------------------- storing */

/* Stores while there is room, and counts on when there is none left. */
static void add(struct aw_snapshot *snap, struct aw_process *p, u32 tid,
		enum aw_role role, unsigned int place)
{
	struct aw_visit *v;

	if (snap->n++ >= snap->cap)
		return;
	v = &snap->v[snap->n - 1];
	aw_process_get(p);
	v->proc = p;
	v->tid = tid;
	v->role = role;
	v->place = place;
}

static void add_fact(struct aw_snapshot *snap, const struct aw_facts *facts,
		     const struct aw_fact *f)
{
	add(snap, f->proc, f->tid, f->role, f - facts->v);
}

static void drop(struct aw_snapshot *snap, unsigned int stored)
{
	while (stored)
		aw_process_put(snap->v[--stored].proc);
	snap->n = 0;
	aw_index_release(snap);
}

/* ------------------------------------------------------- from the records */

static const struct aw_facts no_facts;

/* Where Linux asks the first of a process's threads. */
static unsigned int place_of(const struct aw_facts *facts,
			     const struct aw_process *p)
{
	const struct aw_fact *f = NULL;

	while ((f = aw_fact_of_process(facts, p, f)))
		if (f->role == AW_ROLE_TRACEE)
			return f - facts->v;
	return AW_PLACE_NONE;
}

static void take_record_tracees(const struct aw_records *r,
				const struct aw_request *req,
				const struct aw_facts *facts,
				struct aw_snapshot *snap)
{
	struct aw_process *p;

	list_for_each_entry(p, &r->traced, traced)
		if (is_tracee(req, p) && !is_child(req, p))
			add(snap, p, p->pid, AW_ROLE_TRACEE,
			    place_of(facts, p));
	for (p = NULL; (p = next_traced_zombie(r, p)); )
		if (is_traced_zombie(req, p) && !is_child(req, p) &&
		    !is_tracee(req, p))
			add(snap, p, p->pid, AW_ROLE_TRACEE, AW_PLACE_LAST);
}

static void take_record_child(const struct aw_records *r,
			      const struct aw_request *req,
			      struct aw_snapshot *snap)
{
	struct aw_process *p = aw_process_find(r, req->target.id);

	if (p && is_child(req, p))
		add(snap, p, p->pid, AW_ROLE_CHILD, AW_PLACE_NONE);
}

static void take_record_children(const struct aw_records *r,
				 const struct aw_request *req,
				 struct aw_snapshot *snap)
{
	struct aw_process *p;

	if (req->by_index && req->target.kind == AW_TARGET_ANY) {
		aw_index_hold(snap, req->caller);
		return;
	}
	if (req->by_index && req->target.kind == AW_TARGET_PID) {
		take_record_child(r, req, snap);
		return;
	}
	list_for_each_entry(p, &req->caller->family->children, sibling)
		if (matches(&req->target, p))
			add(snap, p, p->pid, AW_ROLE_CHILD, AW_PLACE_NONE);
}

/* --------------------------------------------------------- from the facts */

/* Both lists are in nearly the same order. */
static const struct aw_fact *find_child(const struct aw_facts *facts,
					struct aw_process *p,
					unsigned int *hint)
{
	const struct aw_visit v = {
		.proc = p, .tid = p->pid, .role = AW_ROLE_CHILD,
	};

	return aw_fact_find(facts, &v, hint);
}

/* True if only the records know this child: Linux has reaped it by itself. */
static bool is_unknown(const struct aw_facts *facts, struct aw_process *p,
		       unsigned int *hint)
{
	return p->is_zombie && !find_child(facts, p, hint);
}

/* True if the process is among the candidates as a child. */
static bool is_taken_child(const struct aw_request *req,
			   const struct aw_facts *facts, struct aw_process *p)
{
	unsigned int hint = 0;
	const struct aw_fact *f = find_child(facts, p, &hint);

	if (f)
		return aw_candidates_child(req, f);
	return p->is_zombie && aw_has(req, NO_AUTOREAP) && is_child(req, p) &&
	       unknown_eligible(req, p);
}

static void take_unknown_children(const struct aw_request *req,
				  const struct aw_facts *facts,
				  struct aw_snapshot *snap)
{
	struct aw_process *p;
	unsigned int hint = 0;

	list_for_each_entry(p, &req->caller->family->children, sibling)
		if (unknown_eligible(req, p) && is_unknown(facts, p, &hint))
			add(snap, p, p->pid, AW_ROLE_CHILD, AW_PLACE_NONE);
}

/* True for a thread that has exited, for which the records have no place. */
static bool is_thread_end(const struct aw_request *req, const struct aw_fact *f)
{
	return f->role == AW_ROLE_TRACEE && !f->leader && f->life != AW_ALIVE &&
	       !aw_has(req, THREAD_ENDS_UNTOLD);
}

static bool is_asked_tracee(const struct aw_request *req,
			    const struct aw_fact *f)
{
	return tracee_eligible(req, f) &&
	       (!aw_has(req, TRACE_BY_PROCESS) || is_thread_end(req, f));
}

static void take_walk(const struct aw_request *req,
		      const struct aw_facts *facts, struct aw_snapshot *snap)
{
	const struct aw_fact *f;

	for (f = facts->v; f < facts->v + facts->n; f++)
		if (f->role == AW_ROLE_CHILD ? aw_candidates_child(req, f) :
		    is_asked_tracee(req, f))
			add_fact(snap, facts, f);
}

/* ------------------------------------------- from the records and the facts */

static bool is_of_tracee(const struct aw_request *req, const struct aw_fact *f)
{
	return f->role == AW_ROLE_TRACEE &&
	       (f->leader || f->life == AW_ALIVE || is_thread_end(req, f));
}

/*
 * True if the caller traces a thread of this process, or, with
 * TRACER_OUTLIVES_THREAD, has traced one that Linux knows no more.
 */
static bool is_tracer(const struct aw_request *req,
		      const struct aw_facts *facts, const struct aw_process *p)
{
	const struct aw_fact *f = NULL;
	bool known = false;

	while ((f = aw_fact_of_process(facts, p, f))) {
		if (!is_of_tracee(req, f))
			continue;
		if (aw_has(req, TRACE_BY_PROCESS) && tracee_let_in(req, f))
			return true;
		known = true;
	}
	return !known && aw_has(req, TRACER_OUTLIVES_THREAD) &&
	       traced_let_in(req, p);
}

static void take_traced_processes(const struct aw_records *r,
				  const struct aw_request *req,
				  const struct aw_facts *facts,
				  struct aw_snapshot *snap)
{
	struct aw_process *p;

	list_for_each_entry(p, &r->traced, traced)
		if (is_tracee(req, p) && !is_taken_child(req, facts, p) &&
		    is_tracer(req, facts, p))
			add(snap, p, p->pid, AW_ROLE_TRACEE,
			    place_of(facts, p));
	for (p = NULL; (p = next_traced_zombie(r, p)); )
		if (is_traced_zombie(req, p) && !is_tracee(req, p) &&
		    !is_taken_child(req, facts, p) && is_tracer(req, facts, p))
			add(snap, p, p->pid, AW_ROLE_TRACEE, AW_PLACE_LAST);
}

static void take_facts(const struct aw_records *r, const struct aw_request *req,
		       const struct aw_facts *facts, struct aw_snapshot *snap)
{
	take_walk(req, facts, snap);
	if (aw_has(req, NO_AUTOREAP))
		take_unknown_children(req, facts, snap);
	if (aw_has(req, TRACE_BY_PROCESS) || aw_has(req, TRACER_OUTLIVES_THREAD))
		take_traced_processes(r, req, facts, snap);
	aw_order_candidates(req, snap);
}

/**
 * aw_candidates_take - take the candidates of a call
 * @r: the records
 * @req: the call
 * @facts: what Linux knows; not looked at under policy starry
 * @snap: filled in; empty before
 *
 * The reference, waitable_processes(): children, then tracees, then traced zombies,
 * each in ascending pid order and each process once (seed 146-177).  Linux:
 * __do_wait().
 *
 * Return: how many need room, all but those that are named by a moment; where that is
 * more than @cap of @snap, nothing was stored, and the caller comes again with that
 * much room.  aw_candidates_count() says how many there are.
 */
unsigned int aw_candidates_take(const struct aw_records *r,
				const struct aw_request *req,
				const struct aw_facts *facts,
				struct aw_snapshot *snap)
{
	unsigned int n;

	snap->n = 0;
	if (req->quirks == AW_QUIRKS_STARRY) {
		take_record_children(r, req, snap);
		take_record_tracees(r, req, &no_facts, snap);
	} else {
		take_facts(r, req, facts, snap);
	}
	n = snap->n;
	if (n > snap->cap)
		drop(snap, snap->cap);
	return n;
}

/**
 * aw_candidates_release - drop the references
 * @snap: empty afterwards, with the same room
 */
void aw_candidates_release(struct aw_snapshot *snap)
{
	drop(snap, snap->n);
}
