// SPDX-License-Identifier: GPL-2.0
/*
 * A look at the children that may have something to report, instead of at all:
 * see track/ready.c.
 *
 * It serves policy linux.  Whom Linux would report is the first, in the order of its
 * walk, that has something; those that were not marked have nothing, but keep the
 * call from failing with ECHILD.  How many they are is known, but for a process group
 * and with __WNOTHREAD, where one is looked for.  Of a process that traces, all
 * tracees are looked at, too.
 *
 * It serves the policies that have some quirks, too: those that are marked are put in
 * the policy's order.  But if the process traces, all are looked at; and who keeps
 * candidates while it sleeps has to know all of them by then: AW_QUIRKS_SETTLED.  And
 * children are counted by what their ends send now, not by what later revisions ask:
 * AW_QUIRKS_LATER.
 *
 * With index=check, each decision is compared with that of a look at everybody,
 * target.c's, which is the slow and obvious twin.
 */
#include <linux/sched/signal.h>

#include "internal.h"

/**
 * aw_look_serves - true if the index answers for a call
 * @w: the call, its arguments checked
 *
 * Context: any.
 */
bool aw_look_serves(const struct aw_wait *w)
{
	return READ_ONCE(aw_index) != AW_INDEX_SCAN &&
	       w->req.quirks != AW_QUIRKS_STARRY && !(w->req.quirks & AW_QUIRKS_LATER) &&
	       !w->shadow && !w->walks;
}

/* True if the children of other threads are not the call's. */
static bool is_for_own(const struct aw_wait *w)
{
	return w->req.options & __WNOTHREAD && !aw_has(&w->req, WNOTHREAD_IGNORED);
}

/* aw_candidates_let_in(), and fast for policy linux. */
static bool lets_in(const struct aw_wait *w, bool is_clone)
{
	if (w->req.quirks)
		return aw_candidates_let_in(&w->req, is_clone);
	return w->req.options & __WALL || is_clone == !!(w->req.options & __WCLONE);
}

/* How many of the children, by two counts of them, the options let in. */
static unsigned int count_eligible(const struct aw_wait *w,
				   const unsigned int n[2])
{
	return (lets_in(w, false) ? n[false] : 0) + (lets_in(w, true) ? n[true] : 0);
}

/* eligible_child() of one that is not traced by the caller.  Context: RCU. */
static bool is_eligible(const struct aw_wait *w, const struct aw_tracked *t)
{
	struct task_struct *task = pid_task(t->pid, PIDTYPE_TGID);

	if (!task || t->autoreaped)
		return false;
	if (!lets_in(w, t->is_clone))
		return false;
	if (is_for_own(w) &&
	    rcu_dereference(task->real_parent) != w->task)
		return false;
	return w->req.target.kind != AW_TARGET_PGID ||
	       task_pgrp_nr(task) == w->req.target.id;
}

/* True if the counts say how many children the call is about. */
static bool is_counted(const struct aw_wait *w)
{
	return w->req.target.kind == AW_TARGET_ANY && !is_for_own(w);
}

/* True if a child that the call is about is not marked.  Context: RCU, aw_lock. */
static bool has_quiet(const struct aw_wait *w)
{
	const struct aw_process *child;

	if (is_counted(w))
		return count_eligible(w, aw_family_of(w->me)->n_children) >
		       count_eligible(w, aw_family_of(w->me)->n_ready);
	list_for_each_entry(child, &w->me->rec.family->children, sibling) {
		const struct aw_tracked *t = aw_tracked_of(child);

		if (RB_EMPTY_NODE(&t->ready_node) && is_eligible(w, t))
			return true;
	}
	return false;
}

/**
 * aw_look_count - how many candidates the call has, for the events
 * @w: the call
 *
 * Context: any, aw_lock held.
 */
unsigned int aw_look_count(const struct aw_wait *w)
{
	const struct aw_process *p;
	unsigned int n = 0;

	rcu_read_lock();
	aw_ready_recount(w->me);
	if (w->me->traces)
		n += aw_facts_count_tracees(w);
	if (is_counted(w)) {
		n += count_eligible(w, aw_family_of(w->me)->n_children);
	} else if (w->req.target.kind == AW_TARGET_PID) {
		p = aw_process_find(&aw_records, w->req.target.id);
		n += p && p->parent == &w->me->rec && is_eligible(w, aw_tracked_of(p));
	} else {
		list_for_each_entry(p, &w->me->rec.family->children, sibling)
			n += is_eligible(w, aw_tracked_of(p));
	}
	rcu_read_unlock();
	return n;
}

/* What a look at one child came to. */
enum aw_said {
	AW_SAID_NOBODY,		/* it is no candidate, or can never answer */
	AW_SAID_NOTHING,
	AW_SAID_PASSING,	/* a tracer is about to hand it on */
	AW_SAID_REPORT,
};

/* Decides as if @t were the only child.  A report keeps its snapshot. */
static enum aw_said ask(struct aw_wait *w, struct aw_tracked *t,
			struct aw_decision *d)
{
	aw_facts_read_one(w, &w->facts, t);
	if (!w->facts.n)
		return AW_SAID_NOBODY;
	aw_candidates_take(&aw_records, &w->req, &w->facts, &w->snap);
	if (!w->snap.n)
		return AW_SAID_NOBODY;
	aw_decide(&aw_records, &w->req, &w->snap, &w->facts, d);
	if (d->proc)
		return AW_SAID_REPORT;
	aw_candidates_release(&w->snap);
	if (w->facts.v->life == AW_EXIT_TRACE)
		return AW_SAID_PASSING;
	return d->kind == AW_ERROR && d->error == -ECHILD ? AW_SAID_NOBODY :
							   AW_SAID_NOTHING;
}

/* What a look has found so far; nothing else counts where it has @decided. */
struct aw_found {
	bool			decided;
	struct aw_tracked	*best;
	u32			rank;
	struct aw_tracked	*passing;
	bool			quiet;
};

/*
 * Asks those that are marked, in Linux's order of the children of one thread.  The
 * first report of the caller's own thread is the answer; of other threads', that
 * of the first thread in Linux's walk.
 */
static void ask_marked(struct aw_wait *w, struct aw_found *found,
		       struct aw_decision *d)
{
	struct aw_tracked *t, *next;

	for (t = aw_ready_next(w->me, NULL); t; t = next) {
		next = aw_ready_next(w->me, t);
		switch (ask(w, t, d)) {
		case AW_SAID_REPORT:
			if (!w->facts.v->rank) {
				found->decided = true;
				return;
			}
			aw_candidates_release(&w->snap);
			found->quiet = true;
			if (found->best && w->facts.v->rank >= found->rank)
				break;
			found->best = t;
			found->rank = w->facts.v->rank;
			break;
		case AW_SAID_PASSING:
			found->passing = t;
			found->quiet = true;
			break;
		case AW_SAID_NOTHING:
			found->quiet = true;
			aw_ready_drop_quiet(t);
			break;
		case AW_SAID_NOBODY:
			aw_ready_drop_quiet(t);
			aw_state_reaped(t);
			break;
		}
	}
}

static void ask_pid(struct aw_wait *w, struct aw_found *found,
		    struct aw_decision *d)
{
	struct aw_process *p = aw_process_find(&aw_records, w->req.target.id);
	struct aw_tracked *t;

	if (!p || p->parent != &w->me->rec)
		return;
	t = aw_tracked_of(p);
	if (RB_EMPTY_NODE(&t->ready_node)) {
		found->quiet = is_eligible(w, t);
		return;
	}
	switch (ask(w, t, d)) {
	case AW_SAID_REPORT:
		found->decided = true;
		break;
	case AW_SAID_PASSING:
		found->passing = t;
		fallthrough;
	case AW_SAID_NOTHING:
		found->quiet = true;
		break;
	case AW_SAID_NOBODY:
		aw_state_reaped(t);
		break;
	}
}

/* Where the caller has no tracees.  Context: aw_lock held, under RCU. */
static void decide_by_marks(struct aw_wait *w, struct aw_decision *d)
{
	bool named = w->req.target.kind == AW_TARGET_PID;
	struct aw_found found = {};

	w->facts.claimed = false;
	if (named)
		ask_pid(w, &found, d);
	else
		ask_marked(w, &found, d);
	if (!found.decided && found.best)
		found.decided = ask(w, found.best, d) == AW_SAID_REPORT;
	if (found.decided)
		return;
	/* For is_passing(). */
	w->facts.n = 0;
	if (found.passing)
		aw_facts_read_one(w, &w->facts, found.passing);
	w->facts.quiet = found.quiet || (!named && has_quiet(w));
	aw_decide(&aw_records, &w->req, &w->snap, &w->facts, d);
	w->facts.quiet = 0;
}

/*
 * Where it may have some, or the policy has quirks: those that have something are put in
 * order.  Return: false where there is not enough room.  Context: aw_lock held, under RCU.
 */
static bool take_news(struct aw_wait *w)
{
	/* What a quirk makes of a tracee may depend on one that has nothing. */
	bool all = w->me->traces && w->req.quirks;

	if (!(all ? aw_facts_read(w, &w->facts) : aw_facts_read_news(w, &w->facts)))
		return false;
	if (!all && w->req.target.kind != AW_TARGET_PID && !w->facts.quiet)
		w->facts.quiet = has_quiet(w);
	w->room = aw_candidates_take(&aw_records, &w->req, &w->facts, &w->snap);
	return w->room <= w->snap.cap;
}

static bool decide_by_news(struct aw_wait *w, struct aw_decision *d)
{
	if (!take_news(w))
		return false;
	aw_decide(&aw_records, &w->req, &w->snap, &w->facts, d);
	w->facts.quiet = 0;
	return true;
}

/*
 * What has to be right before the index is looked at, besides what aw_adoption_finish()
 * does.  Context: aw_lock held, under RCU.
 * Return: false where the process leaves.
 */
static bool begin_look(struct aw_wait *w)
{
	bool all = w->req.quirks &&
		   (w->me->traces || w->req.target.kind == AW_TARGET_PGID);

	if (all && !aw_target_is_bounded(w))
		return false;
	/* Policy linux goes by the tasks' own. */
	if (w->req.quirks && w->req.target.kind == AW_TARGET_PGID)
		aw_scan_groups(w->me);
	if (w->me->shuffled)
		aw_places_moved(w->me);
	aw_ready_recount(w->me);
	return true;
}

/* Return: false where there is not enough room, or it leaves.  Context: aw_lock held. */
static bool decide_by_index(struct aw_wait *w, struct aw_decision *d)
{
	bool done = true;

	rcu_read_lock();
	if (!begin_look(w))
		done = false;
	else if (w->me->traces || w->req.quirks)
		done = decide_by_news(w, d);
	else
		decide_by_marks(w, d);
	rcu_read_unlock();
	return done;
}

/**
 * aw_look_for_nobody - see if nobody can ever answer a call that begins
 * @w: the call, which the index serves, without candidates
 * @nobody: filled in
 *
 * Context: process, the caller; aw_lock held.
 * Return: false where there is not enough room, or the process leaves.
 */
bool aw_look_for_nobody(struct aw_wait *w, bool *nobody)
{
	bool done;

	rcu_read_lock();
	done = begin_look(w) && take_news(w);
	*nobody = done && aw_decide_nobody(&aw_records, &w->req, &w->snap, &w->facts);
	w->facts.quiet = 0;
	aw_candidates_release(&w->snap);
	rcu_read_unlock();
	return done;
}

static bool is_same(const struct aw_decision *d, const struct aw_decision *twin)
{
	return d->kind == twin->kind && d->proc == twin->proc &&
	       d->status == twin->status && d->cld_code == twin->cld_code &&
	       d->error == twin->error;
}

/**
 * aw_look_drop_quiet - a look at everybody has found nothing
 * @w: the call
 *
 * So the children that are marked and have nothing need not be.
 *
 * Context: any, aw_lock held.
 */
void aw_look_drop_quiet(const struct aw_wait *w)
{
	struct aw_tracked *t, *next;

	rcu_read_lock();
	for (t = aw_ready_next(w->me, NULL); t; t = next) {
		next = aw_ready_next(w->me, t);
		aw_ready_drop_quiet(t);
		aw_state_reaped(t);
	}
	rcu_read_unlock();
}

static bool has_twin(const struct aw_wait *w)
{
	return w->req.quirks == AW_QUIRKS_STARRY && !w->shadow &&
	       READ_ONCE(aw_index) == AW_INDEX_CHECK;
}

/**
 * aw_look_take_twin - with index=check, name each candidate of a call under starry
 * @w: the call, whose @snap was just taken; @first is filled in
 *
 * Context: any, aw_lock held.
 * Return: false where there is not enough room; w->twins says how much.
 */
bool aw_look_take_twin(struct aw_wait *w)
{
	struct aw_request by_name = w->req;

	if (!has_twin(w))
		return true;
	by_name.by_index = false;
	aw_candidates_release(&w->first);
	w->twins = aw_candidates_take(&aw_records, &by_name, &w->facts, &w->first);
	w->has_twin = w->twins <= w->first.cap;
	return w->has_twin;
}

/**
 * aw_look_agrees - with index=check, compare a decision with its twin's
 * @w: the call
 * @d: what it has decided
 *
 * Context: any, aw_lock held.
 * Return: false where a call under starry would have said something else if it had
 * asked each of its candidates.
 */
bool aw_look_agrees(struct aw_wait *w, const struct aw_decision *d)
{
	struct aw_decision twin;

	if (!w->has_twin)
		return true;
	aw_decide(&aw_records, &w->req, &w->first, &w->facts, &twin);
	if (is_same(d, &twin))
		return true;
	w->scratch->twin = twin;
	return false;
}

/* The twin: false, there is not enough room. */
static bool decide_by_scan(struct aw_wait *w, struct aw_decision *d)
{
	aw_candidates_release(&w->first);
	if (!aw_facts_read(w, &w->all))
		return false;
	/* Some may have no fact. */
	w->twins = aw_candidates_take(&aw_records, &w->req, &w->all, &w->first);
	if (w->twins > w->first.cap)
		return false;
	aw_decide(&aw_records, &w->req, &w->first, &w->all, d);
	return true;
}

/**
 * aw_look - decide a call by the index
 * @w: the call, which the index serves; @snap has what is reported
 * @d: filled in
 *
 * Context: process, the caller; aw_lock held.
 * Return: 0; AW_ROOM, there is not enough room; with index=check, AW_DIFFERS, the two
 * looks did not come to the same.
 */
int aw_look(struct aw_wait *w, struct aw_decision *d)
{
	struct aw_decision twin;

	/* Whoever gets more room for them has to find them empty. */
	aw_candidates_release(&w->snap);
	aw_candidates_release(&w->first);
	w->all.n = 0;
	if (!decide_by_index(w, d))
		return AW_ROOM;
	if (READ_ONCE(aw_index) != AW_INDEX_CHECK)
		return 0;
	if (!decide_by_scan(w, &twin)) {
		aw_candidates_release(&w->snap);
		return AW_ROOM;
	}
	if (is_same(d, &twin) && aw_quick_agrees(w, d))
		return 0;
	aw_candidates_release(&w->snap);
	w->scratch->twin = twin;
	return AW_DIFFERS;
}
