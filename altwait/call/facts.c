// SPDX-License-Identifier: GPL-2.0
/*
 * What Linux knows of a call's candidates, read off the tasks right before
 * aw_decide() asks: one fact for each place at which __do_wait() would look, in
 * the order in which it would.
 *
 * Nothing keeps the tasks still meanwhile: tasklist_lock is not for modules.
 * What is read too early is read again, since whatever a waiter can care about
 * ends in a wake-up; what is read too late is found out when stock is asked for
 * the report.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>

#include "internal.h"

/* So few are looked through faster than a hash of them is made. */
#define AW_FACTS_FEW	4

/* How many threads of the caller's group the walk visits before this one. */
static u32 rank_of(struct task_struct *caller,
		   const struct task_struct *of)
{
	u32 n = 0, first = 0, at = U32_MAX;
	struct task_struct *thread;

	if (of == caller)
		return 0;
	for_each_thread(caller, thread) {
		if (thread == caller)
			first = n;
		if (thread == of)
			at = n;
		n++;
	}
	/* It begins with the caller, and goes round; one that has left comes last. */
	if (at == U32_MAX)
		return n;
	return at < first ? at + n - first : at - first;
}

/* Siblings mostly stand together, and the walk over the threads is long where they are many. */
static u32 rank_once(const struct aw_wait *w, struct aw_facts *facts,
		     const struct task_struct *of)
{
	if (facts->ranked != of) {
		facts->ranked = of;
		facts->rank = rank_of(w->task, of);
	}
	return facts->rank;
}

static int compare_places(const void *a, const void *b)
{
	const struct aw_fact *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->role != y->role)
		return x->role == AW_ROLE_CHILD ? -1 : 1;
	if (x->moved != y->moved)
		return x->moved < y->moved ? -1 : 1;
	return x->age < y->age ? -1 : x->age > y->age;
}

static bool is_in_order(const struct aw_facts *facts)
{
	unsigned int i;

	for (i = 1; i < facts->n; i++)
		if (compare_places(&facts->v[i - 1], &facts->v[i]) > 0)
			return false;
	return true;
}

/* task_stopped_code() for a tracer, which sees no stop that it listens in. */
static int stop_code_of(const struct task_struct *task)
{
	unsigned long jobctl = READ_ONCE(task->jobctl);

	if (!(jobctl & JOBCTL_TRACED) || jobctl & JOBCTL_LISTENING)
		return 0;
	return READ_ONCE(task->exit_code);
}

static enum aw_life life_of(int exit_state)
{
	if (!exit_state)
		return AW_ALIVE;
	return exit_state & EXIT_DEAD ? AW_EXIT_TRACE : AW_EXIT_ZOMBIE;
}

static void fill(struct aw_fact *f, struct aw_tracked *t,
		 struct task_struct *task, int exit_state)
{
	struct task_struct *real_parent = rcu_dereference(task->real_parent);
	struct signal_struct *signal = task->signal;
	unsigned int flags = READ_ONCE(signal->flags);

	f->proc = &t->rec;
	f->tid = task->pid;
	f->pgid = task_pgrp_nr(task) ?: t->rec.pgid;
	f->leader = thread_group_leader(task);
	f->exit_signal = task->group_leader->exit_signal;
	/* Negative while de_thread() makes another thread the leader. */
	if (f->exit_signal < 0)
		f->exit_signal = SIGCHLD;
	f->life = life_of(exit_state);
	f->delayed = f->leader && !thread_group_empty(task);
	f->traced = READ_ONCE(task->ptrace);
	f->reparented = f->traced && rcu_dereference(task->parent)->signal !=
				     real_parent->signal;
	f->sysgood = READ_ONCE(task->ptrace) & PT_TRACESYSGOOD;
	f->status = aw_task_status(task);
	f->stop_code = stop_code_of(task);
	if (flags & SIGNAL_STOP_STOPPED)
		f->group_stop = READ_ONCE(signal->group_exit_code);
	f->continued = flags & SIGNAL_STOP_CONTINUED;
	f->uid = __kuid_val(task_uid(task));
}

/* True if another call of the process is taking from stock what this one has. */
static bool is_claimed(const struct aw_wait *w, const struct aw_fact *f)
{
	struct aw_wait *other;

	list_for_each_entry(other, &aw_family_of(w->me)->claims, claiming)
		if (other != w && other->claim == f->tid)
			return true;
	return false;
}

/*
 * Adds the task at one place of the walk; counts on when there is no room.
 * A task in EXIT_DEAD is somebody's already, or nobody's.
 */
static void add(const struct aw_wait *w, struct aw_facts *facts,
		struct aw_tracked *t, struct task_struct *task,
		enum aw_role role)
{
	struct task_struct *of = role == AW_ROLE_CHILD ?
				 rcu_dereference(task->real_parent) :
				 rcu_dereference(task->parent);
	int exit_state = READ_ONCE(task->exit_state);
	struct aw_fact *f;

	if (of->signal != w->task->signal || exit_state == EXIT_DEAD)
		return;
	if (facts->n++ >= facts->cap)
		return;
	f = &facts->v[facts->n - 1];
	memset(f, 0, sizeof(*f));
	fill(f, t, task, exit_state);
	f->nr = task_pid_nr_ns(task, w->ns);
	f->role = role;
	f->other_thread = of != w->task;
	f->rank = rank_once(w, facts, of);
	if (role == AW_ROLE_CHILD) {
		/* Also while de_thread() makes another thread the leader. */
		f->tid = t->rec.pid;
		f->leader = true;
		f->delayed = !thread_group_empty(task);
		f->moved = t->moved;
		f->age = t->born;
	} else {
		f->age = aw_places_traced(t, task);
	}
	if (is_claimed(w, f)) {
		facts->claimed = true;
		if (f->life == AW_EXIT_ZOMBIE)
			facts->n--;
		f->stop_code = 0;
		f->group_stop = 0;
		f->continued = false;
	}
}

static void add_children(const struct aw_wait *w,
			 struct aw_facts *facts)
{
	struct aw_process *child;
	struct task_struct *task;

	list_for_each_entry(child, &w->me->rec.family->children, sibling) {
		struct aw_tracked *t = aw_tracked_of(child);

		task = pid_task(t->pid, PIDTYPE_TGID);
		if (task && !t->autoreaped)
			add(w, facts, t, task, AW_ROLE_CHILD);
	}
}

/**
 * aw_facts_begin - begin to read what Linux knows of some children
 * @facts: empty afterwards
 */
void aw_facts_begin(struct aw_facts *facts)
{
	facts->n = 0;
	facts->quiet = 0;
	facts->hashed = false;
	facts->claimed = false;
	facts->ranked = NULL;
}

/**
 * aw_facts_add - read what Linux knows of one child now
 * @w: the call
 * @facts: one is added, or none; where there is no room, @n counts on
 * @t: the child
 *
 * Context: aw_lock held, under RCU; the caller's thread cannot leave the call.
 */
void aw_facts_add(const struct aw_wait *w, struct aw_facts *facts, struct aw_tracked *t)
{
	struct task_struct *task = pid_task(t->pid, PIDTYPE_TGID);

	if (task && !t->autoreaped)
		add(w, facts, t, task, AW_ROLE_CHILD);
}

/**
 * aw_facts_end - all that were to be read are there
 * @facts: put in the order of Linux's walk
 *
 * Context: any.
 * Return: false where there was not enough room; @facts->n says how much.
 */
bool aw_facts_end(struct aw_facts *facts)
{
	if (facts->n > facts->cap)
		return false;
	/* The records are mostly in that order, and aw_lock is held. */
	if (!is_in_order(facts))
		sort(facts->v, facts->n, sizeof(*facts->v), compare_places, NULL);
	if (facts->n > AW_FACTS_FEW)
		aw_facts_hash(facts);
	return true;
}

/**
 * aw_facts_read_one - read what Linux knows of one child now
 * @w: the call
 * @facts: filled in, with one fact or none; has room for one
 * @t: the child
 *
 * Context: aw_lock held, under RCU; the caller's thread cannot leave the call.
 */
void aw_facts_read_one(const struct aw_wait *w, struct aw_facts *facts,
		       struct aw_tracked *t)
{
	bool claimed = facts->claimed;

	aw_facts_begin(facts);
	facts->claimed = claimed;
	aw_facts_add(w, facts, t);
}

/* False if no thread of the process has a tracer any more. */
static bool add_threads(const struct aw_wait *w, struct aw_facts *facts,
			struct aw_tracked *t)
{
	struct task_struct *leader, *thread;
	bool any = false;

	leader = pid_task(t->pid, PIDTYPE_TGID);
	if (!leader)
		return false;
	for_each_thread(leader, thread) {
		if (!READ_ONCE(thread->ptrace))
			continue;
		any = true;
		if (t->rec.in_table)
			add(w, facts, t, thread, AW_ROLE_TRACEE);
	}
	return any;
}

static void add_tracees(const struct aw_wait *w,
			struct aw_facts *facts)
{
	struct aw_tracked *t, *next;

	list_for_each_entry_safe(t, next, &aw_ptraced, ptraced)
		if (!add_threads(w, facts, t))
			list_del_init(&t->ptraced);
}

/**
 * aw_facts_read - read what Linux knows now
 * @w: the call
 * @facts: filled in
 *
 * Context: any, aw_lock held; the caller's thread cannot leave the call.
 * Return: false where there is not enough room; @facts->n says how much.
 */
bool aw_facts_read(const struct aw_wait *w, struct aw_facts *facts)
{
	aw_facts_begin(facts);
	rcu_read_lock();
	aw_places_moved(w->me);
	add_children(w, facts);
	add_tracees(w, facts);
	rcu_read_unlock();
	return aw_facts_end(facts);
}

/* What wait_consider_task() asks of a tracee that could have something to report. */
static bool is_noisy(const struct task_struct *task)
{
	return READ_ONCE(task->exit_state) ||
	       READ_ONCE(task->jobctl) & JOBCTL_TRACED ||
	       READ_ONCE(task->signal->flags) & SIGNAL_STOP_CONTINUED;
}

/* eligible_pid(), and __WNOTHREAD, for a tracee. */
static bool is_asked(const struct aw_wait *w, const struct task_struct *task)
{
	const struct aw_target *target = &w->req.target;

	if (w->req.options & __WNOTHREAD && rcu_dereference(task->parent) != w->task)
		return false;
	if (target->kind == AW_TARGET_PID)
		return task->pid == target->id;
	return target->kind == AW_TARGET_ANY ||
	       task_pgrp_nr((struct task_struct *)task) == target->id;
}

static bool is_own_tracee(const struct aw_wait *w, const struct task_struct *task)
{
	return READ_ONCE(task->ptrace) &&
	       rcu_dereference(task->parent)->signal == w->task->signal;
}

/*
 * The tracees that have something; those that are children besides are marked, too.
 * Return: how many others the call is about.
 */
static unsigned int add_noisy(const struct aw_wait *w, struct aw_facts *facts)
{
	struct task_struct *leader, *thread;
	unsigned int quiet = 0;
	struct aw_tracked *t;

	list_for_each_entry(t, &aw_ptraced, ptraced) {
		leader = pid_task(t->pid, PIDTYPE_TGID);
		if (!leader || !t->rec.in_table)
			continue;
		for_each_thread(leader, thread) {
			if (!is_own_tracee(w, thread) || !is_asked(w, thread))
				continue;
			if (!is_noisy(thread)) {
				quiet++;
				continue;
			}
			add(w, facts, t, thread, AW_ROLE_TRACEE);
			if (thread == leader && t->rec.parent == &w->me->rec)
				aw_ready_mark(t);
		}
	}
	return quiet;
}

/**
 * aw_facts_count_tracees - how many tracees a call is about, for the events
 * @w: the call
 *
 * Context: aw_lock held, under RCU.
 * Return: their number, stopped or not.
 */
unsigned int aw_facts_count_tracees(const struct aw_wait *w)
{
	struct task_struct *leader, *thread;
	const struct aw_tracked *t;
	unsigned int n = 0;

	list_for_each_entry(t, &aw_ptraced, ptraced) {
		leader = pid_task(t->pid, PIDTYPE_TGID);
		if (!leader || !t->rec.in_table)
			continue;
		for_each_thread(leader, thread)
			n += is_own_tracee(w, thread) && is_asked(w, thread);
	}
	return n;
}

/* Those that are marked; where the call names one, that one. */
static void add_marked(const struct aw_wait *w, struct aw_facts *facts)
{
	struct aw_tracked *t = NULL;
	struct aw_process *p;

	if (w->req.target.kind == AW_TARGET_PID) {
		p = aw_process_find(&aw_records, w->req.target.id);
		if (p && p->parent == &w->me->rec)
			aw_facts_add(w, facts, aw_tracked_of(p));
		return;
	}
	while ((t = aw_ready_next(w->me, t)))
		aw_facts_add(w, facts, t);
}

/**
 * aw_facts_read_news - read what Linux knows of those that may have something
 * @w: the call
 * @facts: filled in; @quiet, how many tracees have nothing, of those that are asked
 *
 * Context: aw_lock held, under RCU; the caller's thread cannot leave the call.
 * Return: false where there is not enough room; @facts->n says how much.
 */
bool aw_facts_read_news(const struct aw_wait *w, struct aw_facts *facts)
{
	aw_facts_begin(facts);
	if (w->me->traces)
		facts->quiet = add_noisy(w, facts);
	add_marked(w, facts);
	return aw_facts_end(facts);
}

/**
 * aw_facts_collect - read what Linux knows now, if the policy asks for that
 * @w: the call; @facts is filled in
 *
 * Nothing is read under policy starry, which goes by the records alone.
 *
 * Context: process, the caller; aw_lock held.
 * Return: false where there is not enough room; @facts.n says how much.
 */
bool aw_facts_collect(struct aw_wait *w)
{
	if (w->req.quirks != AW_QUIRKS_STARRY)
		return aw_facts_read(w, &w->facts);
	aw_facts_begin(&w->facts);
	return true;
}
