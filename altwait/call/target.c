// SPDX-License-Identifier: GPL-2.0
/*
 * Whom a call is about: its arguments in the numbers of the records, and its
 * candidates, with what Linux knows of them.
 */
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <trace/events/altwait.h>

#include "internal.h"

/* ------------------------------------------------------------ the request */

/* The number that the records have for one of the caller's; 0: there is none. */
static u32 aw_target_number(const struct aw_wait *w, u32 nr)
{
	struct pid_namespace *ns = w->ns;
	struct aw_tracked *t = NULL;
	struct pid *pid;

	if (ns == &init_pid_ns)
		return nr;
	pid = find_pid_ns(nr, ns);
	if (pid)
		return pid_nr_ns(pid, &init_pid_ns);
	/* Linux may have reaped what the records still hold: that is in the index. */
	while ((t = aw_ready_next(w->me, t)))
		if (pid_nr_ns(t->pid, ns) == nr)
			return t->rec.pid;
	return 0;
}

/*
 * Names the target for stock: @ask.  The own group and a descriptor stand for
 * what they were when the call began, also where another thread changes them while
 * it sleeps.  For a group outside of the caller's namespace, and for group 1 in
 * wait4, there is no other name.
 */
static void aw_target_name(struct aw_wait *w)
{
	struct aw_args *ask = &w->ask;

	*ask = w->args;
	if (ask->call == AW_WAIT4) {
		if (!ask->which && w->own_vpgid > 1)
			ask->which = -w->own_vpgid;
	} else if (ask->which == P_PGID && !ask->id) {
		ask->id = w->own_vpgid;
	} else if (ask->which == P_PIDFD && w->pidfd > 0) {
		ask->which = P_PID;
		ask->id = w->pidfd;
	}
}

/* Looks up what does not change while the call lasts, whatever the policy. */
static void aw_target_look_up(struct aw_wait *w)
{
	const struct aw_args *args = &w->args;
	struct aw_request req = { .quirks = AW_QUIRKS_NONE };

	if (args->call == AW_WAIT4 ? !args->which :
	    args->which == P_PGID && !args->id) {
		w->own_pgid = task_pgrp_nr(current);
		w->own_vpgid = task_pgrp_vnr(current);
	}
	if (args->call == AW_WAITID && args->which == P_PIDFD && args->id >= 0) {
		w->pidfd = aw_stock_pidfd_nr(args->id, &req);
		w->nonblock = req.nonblock;
		req.quirks = AW_QUIRKS_STARRY;
		w->pidfd_number = aw_stock_pidfd_nr(args->id, &req);
	}
	aw_target_name(w);
}

struct aw_parsing {
	const struct aw_wait *w;
	struct aw_request    *req;
};

/* The descriptor was looked up when the call began. */
static s64 aw_target_pidfd(s32 fd, void *ctx)
{
	const struct aw_parsing *p = ctx;

	p->req->nonblock = p->w->nonblock;
	return aw_has(p->req, PIDFD_BY_NUMBER) ? p->w->pidfd_number :
						  p->w->pidfd;
}

/**
 * aw_target_parse - what a call asks for, under one policy
 * @req: its quirks are set; filled in
 * @wait: struct aw_wait, whose arguments were looked at when the call began
 *
 * Context: any; aw_lock held, unless the caller is in the initial pid namespace.
 * Return: 0, or what aw_args_parse() returns.
 */
int aw_target_parse(struct aw_request *req, void *wait)
{
	const struct aw_wait *w = wait;
	struct aw_parsing p = { .w = w, .req = req };
	struct aw_target *target = &req->target;
	int err;

	err = aw_args_parse(req, &w->args, w->own_vpgid,
			    aw_target_pidfd, &p);
	if (err)
		return err;
	req->caller = &w->me->rec;
	req->tid = w->task->pid;
	if (target->kind == AW_TARGET_ANY)
		return 0;
	/* The own group may lie outside the caller's namespace: number 0. */
	if (target->kind == AW_TARGET_PGID && !target->id) {
		target->id = w->own_pgid;
		return 0;
	}
	rcu_read_lock();
	target->id = aw_target_number(w, target->id);
	rcu_read_unlock();
	return 0;
}

/**
 * aw_target_request - check the arguments of a call
 * @w: the call; its request is filled in
 *
 * Context: process, the caller; no lock held.
 * Return: 0, or what aw_args_parse() returns.
 */
int aw_target_request(struct aw_wait *w)
{
	int err;

	aw_target_look_up(w);
	w->req.by_index = READ_ONCE(aw_index) != AW_INDEX_SCAN;
	/* Only other namespaces' numbers are looked for in the records. */
	if (w->ns == &init_pid_ns)
		return aw_target_parse(&w->req, w);
	aw_lock_irq();
	err = aw_target_parse(&w->req, w);
	aw_unlock_irq();
	return err;
}

/* --------------------------------------------------------- the candidates */

static unsigned int max_walk = 2048;
module_param(max_walk, uint, 0644);
MODULE_PARM_DESC(max_walk,
		 "children and tracees that a call may look through at once, with interrupts off; past it, its process goes back to stock");

/**
 * aw_target_takes_long - true if a look at everybody would take too long
 * @w: the call
 *
 * What has no part in the index, process groups under most policies, what shadow mode
 * copies for them, and what index=scan asks for, is read in one hold of aw_lock.
 *
 * Context: aw_lock held.
 */
bool aw_target_takes_long(const struct aw_wait *w)
{
	unsigned int n = w->me->rec.family->n_children, most = READ_ONCE(max_walk);
	const struct aw_process *p;

	if (w->me->traces)
		list_for_each_entry(p, &aw_records.traced, traced)
			n += p->ptrace.tracer == w->me->rec.pid;
	return n > most;
}

/**
 * aw_target_is_bounded - see that a look at everybody does not take long
 * @w: the call, which the caller makes; where it would, its process leaves
 *
 * Context: aw_lock held.
 * Return: false where the process leaves.
 */
bool aw_target_is_bounded(const struct aw_wait *w)
{
	if (!aw_target_takes_long(w))
		return true;
	aw_leave(w->me, AW_WHY_WORK);
	return false;
}

/* True if the candidates are looked for among all, not by the records' index. */
static bool aw_target_walks(const struct aw_wait *w)
{
	return w->req.quirks != AW_QUIRKS_STARRY || !w->req.by_index ||
	       w->req.target.kind == AW_TARGET_PGID;
}

/* False if there is not enough room, or the process leaves.  Context: aw_lock held. */
static bool aw_target_look(struct aw_wait *w)
{
	unsigned int n;

	if (aw_target_walks(w) && !aw_target_is_bounded(w))
		return false;
	if (w->req.target.kind == AW_TARGET_PGID)
		aw_scan_groups(w->me);
	aw_candidates_release(&w->snap);
	if (w->settled != &w->first) {
		/* The twins of a call that index=check has served before. */
		aw_candidates_release(&w->first);
		w->all.n = 0;
	}
	if (!aw_facts_collect(w))
		return false;
	n = w->settled ? aw_kept_retake(&aw_records, &w->req, &w->facts,
					w->settled, &w->snap) :
			 aw_candidates_take(&aw_records, &w->req, &w->facts,
					    &w->snap);
	w->room = n;
	return n <= w->snap.cap && aw_look_take_twin(w);
}

/**
 * aw_target_refresh - read Linux's facts, and take the candidates of now
 * @w: the call
 *
 * The reference settles the candidates when the call begins, and so does a policy
 * that has all of its quirks about that: AW_QUIRKS_SETTLED.
 *
 * Context: process, the caller; aw_lock held.
 * Return: false where there is not enough room: aw_target_grow(); or the process leaves.
 */
bool aw_target_refresh(struct aw_wait *w)
{
	if (w->settled == &w->snap)
		return (!aw_target_walks(w) || aw_target_is_bounded(w)) &&
		       aw_facts_collect(w);
	return aw_target_look(w);
}

static void *aw_target_more(void *old, unsigned int *cap, unsigned int n,
			    size_t size)
{
	if (n <= *cap)
		return old;
	/* Room for one is in the call itself. */
	if (*cap > 1)
		kvfree(old);
	*cap = n + 8;
	return kvmalloc_array(*cap, size, GFP_KERNEL_ACCOUNT);
}

/**
 * aw_target_grow - get more room; without memory, the process leaves
 * @w: the call, without candidates unless they are fixed
 *
 * Context: process, the caller; no lock held.
 * Return: 0 or -ENOMEM.
 */
int aw_target_grow(struct aw_wait *w)
{
	w->snap.v = aw_target_more(w->snap.v, &w->snap.cap, w->room,
				   sizeof(*w->snap.v));
	w->facts.v = aw_target_more(w->facts.v, &w->facts.cap, w->facts.n,
				    sizeof(*w->facts.v));
	w->first.v = aw_target_more(w->first.v, &w->first.cap,
				    max(w->all.n ? w->room : 0, w->twins),
				    sizeof(*w->first.v));
	w->all.v = aw_target_more(w->all.v, &w->all.cap, w->all.n,
				  sizeof(*w->all.v));
	if (w->snap.v && w->facts.v && (w->first.v || !w->first.cap) &&
	    (w->all.v || !w->all.cap))
		return 0;
	aw_lock_irq();
	aw_leave(w->me, AW_WHY_MEMORY);
	aw_unlock_irq();
	return -ENOMEM;
}

/**
 * aw_target_room - see that a snapshot has room
 * @snap: empty
 * @n: for so many
 *
 * Context: process, no lock held.
 * Return: false without memory.
 */
bool aw_target_room(struct aw_snapshot *snap, unsigned int n)
{
	snap->v = aw_target_more(snap->v, &snap->cap, n, sizeof(*snap->v));
	if (!snap->v)
		snap->cap = 0;
	return snap->v;
}

/**
 * aw_target_adopt - look for children that no event has announced
 * @w: the call
 *
 * Only strays come in silence, unless they are zombies.
 *
 * Context: process, the caller; no lock held.
 * Return: true if there may have been any.
 */
bool aw_target_adopt(struct aw_wait *w)
{
	if (!aw_strays_begin(w->me))
		return false;
	aw_scan_children(w->me);
	aw_strays_end(w->me);
	return true;
}

/* Notes what the policy may keep of the snapshot.  False without memory. */
static bool aw_target_keep(struct aw_wait *w)
{
	aw_quirkset keeps = w->req.quirks & AW_QUIRKS_SETTLED;

	if (!keeps)
		return true;
	if (keeps == AW_QUIRKS_SETTLED) {
		w->settled = &w->snap;
		return true;
	}
	if (!aw_target_room(&w->first, w->snap.n))
		return false;
	aw_lock_irq();
	aw_kept_copy(&w->first, &w->snap);
	w->settled = &w->first;
	aw_unlock_irq();
	return true;
}

/**
 * aw_target_begin - give a call its first room
 * @w: the call
 *
 * Context: any.
 */
void aw_target_begin(struct aw_wait *w)
{
	w->facts.v = &w->scratch->fact;
	w->facts.cap = 1;
	w->snap.v = &w->scratch->visit;
	w->snap.cap = 1;
}

/* Room that a call keeps while it sleeps. */
#define AW_ROOM_ASLEEP	16

/**
 * aw_target_may_rest - true if a call has room that it need not keep asleep
 * @w: the call
 *
 * Context: process, the caller.
 */
bool aw_target_may_rest(const struct aw_wait *w)
{
	return w->facts.cap > AW_ROOM_ASLEEP || w->all.cap > AW_ROOM_ASLEEP ||
	       (w->snap.cap > AW_ROOM_ASLEEP && w->settled != &w->snap);
}

/**
 * aw_target_rest - a call is about to sleep: give back what it will get anew
 * @w: the call; its candidates are released, unless they are settled
 *
 * There may be many threads that sleep for many children.
 *
 * Context: process, the caller; no lock held.
 */
void aw_target_rest(struct aw_wait *w)
{
	if (w->facts.cap > AW_ROOM_ASLEEP) {
		kvfree(w->facts.v);
		w->facts.v = &w->scratch->fact;
		w->facts.cap = 1;
	}
	if (w->snap.cap > AW_ROOM_ASLEEP && w->settled != &w->snap) {
		kvfree(w->snap.v);
		w->snap.v = &w->scratch->visit;
		w->snap.cap = 1;
	}
	if (w->all.cap > AW_ROOM_ASLEEP) {
		kvfree(w->all.v);
		w->all.v = NULL;
		w->all.cap = 0;
	}
}

/**
 * aw_target_end - free a call's room
 * @w: the call, its snapshots released
 *
 * Context: process, no lock held.
 */
void aw_target_end(struct aw_wait *w)
{
	if (w->snap.cap > 1)
		kvfree(w->snap.v);
	if (w->facts.cap > 1)
		kvfree(w->facts.v);
	if (w->first.v)
		kvfree(w->first.v);
	if (w->all.v)
		kvfree(w->all.v);
}

/* How many candidates a call has, for the events. */
static unsigned int count_candidates(const struct aw_wait *w)
{
	unsigned int n;

	aw_lock_irq();
	n = aw_look_count(w);
	aw_unlock_irq();
	return n;
}

/* What aw_target_take() returns, by the index. */
static int see_nobody(struct aw_wait *w)
{
	bool enrolled, done, nobody;

	for (;;) {
		aw_lock_irq();
		aw_adoption_finish();
		done = aw_look_for_nobody(w, &nobody);
		enrolled = aw_is_enrolled(w->me);
		aw_unlock_irq();
		if (!enrolled)
			return aw_restart_in_stock(w);
		if (done)
			return nobody ? -ECHILD : 0;
		if (aw_target_grow(w))
			return aw_restart_in_stock(w);
	}
}

/**
 * aw_target_take - take the snapshot
 * @w: the call; @snap is filled in
 *
 * Context: process, the caller; no lock held.
 * Return: 0; -ECHILD, nobody can ever answer; a restart code, where the process has
 * left: the records may lack a child by then.
 */
int aw_target_take(struct aw_wait *w)
{
	bool enrolled, done, nobody;

	aw_target_adopt(w);
	if (aw_look_serves(w)) {
		if (trace_altwait_wait_candidates_enabled())
			trace_altwait_wait_candidates(count_candidates(w));
		return w->req.quirks & AW_QUIRKS_NOBODY_FIRST ? see_nobody(w) : 0;
	}
	for (;;) {
		aw_lock_irq();
		aw_adoption_finish();
		done = aw_target_look(w);
		nobody = done && aw_decide_nobody(&aw_records, &w->req, &w->snap,
						  &w->facts);
		enrolled = aw_is_enrolled(w->me);
		aw_unlock_irq();
		if (!enrolled)
			return aw_restart_in_stock(w);
		if (done)
			break;
		if (aw_target_grow(w))
			return aw_restart_in_stock(w);
	}
	/* Who had to look at everybody after all has said so. */
	if (!w->walks)
		trace_altwait_wait_candidates(aw_candidates_count(&w->snap));
	if (nobody)
		return -ECHILD;
	if (aw_target_keep(w))
		return 0;
	aw_lock_irq();
	aw_leave(w->me, AW_WHY_MEMORY);
	aw_unlock_irq();
	return aw_restart_in_stock(w);
}
