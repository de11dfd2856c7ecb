// SPDX-License-Identifier: GPL-2.0
/*
 * In which order Linux would meet the children and tracees of a process: its
 * lists are task lists, whose order no event tells.  What puts a task at its place,
 * a birth, a move to another thread, an attach, is noted here: births and attaches
 * when they happen, moves when the thread passes sched_process_exit whose children
 * they were, or else when they are found.
 *
 * An example: thread L has made a and c, and W, in between, b; then W exits.  Below are
 * Linux's two lists, and beside each child its key in the records, @moved.@born: among
 * the children of one thread, that is their order.
 *
 *			L's list		W's list
 *   W lives		a 0.1  c 0.3		b 0.2
 *   W has passed	a 0.1  c 0.3		b 1.4	aw_places_parting(): @placed,
 *   sched_process_exit					as if it had moved by now
 *   W is gone		a 0.1  c 0.3  b 1.4		aw_places_moved(): it has
 *
 * But if L forks d before W is gone, and so before b moves:
 *
 *   d is born		a 0.1  c 0.3  d 1.5	b 1.4	aw_places_outrun(): b is not
 *							@placed after all
 *   W is gone		a 0.1  c 0.3  d 1.5  b 2.4	aw_places_moved(): behind d
 */
#include <linux/list_sort.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

#include "track.h"

static u64 aw_births;		/* aw_lock */
static u32 aw_moves;		/* aw_lock */

/**
 * aw_places_born - a process becomes its real parent's youngest child
 * @t: its record
 * @leader: its thread-group leader
 *
 * Context: aw_lock held, under RCU.
 */
void aw_places_born(struct aw_tracked *t, const struct task_struct *leader)
{
	t->real_parent = rcu_dereference(leader->real_parent);
	t->moved = aw_moves;
	t->born = ++aw_births;
}

/* For list_sort(). */
static int compare_places(void *priv, const struct list_head *a,
			  const struct list_head *b)
{
	const struct aw_tracked *x = list_entry(a, struct aw_tracked, parting);
	const struct aw_tracked *y = list_entry(b, struct aw_tracked, parting);

	return aw_places_before(x, y) ? -1 : aw_places_before(y, x);
}

/* Records looked at in one hold of aw_lock. */
#define AW_AT_A_TIME	64

/*
 * The lock is dropped for a moment.  Return: false if the walk over the children of @t
 * cannot go on from @child, which is its child no more.
 */
static bool rest(struct aw_tracked *t, struct aw_process *child, unsigned long *flags)
	__must_hold(&aw_lock)
{
	bool is_there;

	aw_process_get(child);
	aw_unlock_irqrestore(*flags);
	*flags = aw_lock_irqsave();
	is_there = child->parent == &t->rec && !list_empty(&child->sibling);
	aw_process_put(child);
	return is_there;
}

/*
 * The children of a thread that exits into a list, referenced; it makes no more.  Where
 * the walk cannot go on it begins again, and does not rest from the fourth time on.
 */
static unsigned int collect_parting(struct aw_tracked *t, const struct task_struct *task,
				    struct list_head *parting, unsigned long *flags)
	__must_hold(&aw_lock)
{
	unsigned int n = 0, seen = 0, times = 0;
	struct aw_process *child;

again:
	list_for_each_entry(child, &t->rec.family->children, sibling) {
		struct aw_tracked *c = aw_tracked_of(child);
		struct task_struct *leader = pid_task(c->pid, PIDTYPE_TGID);

		if (leader && rcu_dereference(leader->real_parent) == task &&
		    list_empty(&c->parting)) {
			aw_process_get(child);
			list_add_tail(&c->parting, parting);
			n++;
		}
		if (++seen % AW_AT_A_TIME || times >= 3 || rest(t, child, flags))
			continue;
		times++;
		goto again;
	}
	return n;
}

/**
 * aw_places_parting - a thread exits: its children will move
 * @t: its process
 * @task: the thread
 * @flags: what aw_lock_irqsave() has returned
 *
 * They are appended to another's list, in their order.  They may move once more
 * before anybody looks, so their new places are noted now; whose children they
 * become shows a little later.
 *
 * They may be many: others get the lock in between.
 *
 * Context: atomic, aw_lock held; drops and retakes it; under RCU; none of the children
 * is an orphan yet.
 */
void aw_places_parting(struct aw_tracked *t, const struct task_struct *task,
		       unsigned long *flags)
	__must_hold(&aw_lock)
{
	unsigned int n, outruns;
	LIST_HEAD(parting);
	u32 moved;
	u64 born;

	aw_process_get(&t->rec);
	n = collect_parting(t, task, &parting, flags);
	/* After which nobody else gives these another place. */
	if (t->shuffled)
		aw_places_moved(t);
	if (n > 1) {
		aw_unlock_irqrestore(*flags);
		list_sort(NULL, &parting, compare_places);
		*flags = aw_lock_irqsave();
	}
	moved = ++aw_moves;
	aw_births += n;
	born = aw_births;
	/* Whoever is born meanwhile comes before them: aw_places_outrun(). */
	t->shuffled = true;
	outruns = aw_family_of(t)->outruns;
	/* From the last to the first, so that they are in order whenever others look. */
	while (!list_empty(&parting)) {
		struct aw_tracked *c = list_last_entry(&parting, struct aw_tracked, parting);

		list_del_init(&c->parting);
		if (c->rec.parent == &t->rec && !list_empty(&c->rec.sibling)) {
			c->placed = aw_family_of(t)->outruns == outruns;
			aw_ready_move(c, moved, born);
		}
		born--;
		aw_process_put(&c->rec);
		if (--n && n % AW_AT_A_TIME == 0) {
			aw_unlock_irqrestore(*flags);
			*flags = aw_lock_irqsave();
		}
	}
	aw_process_put(&t->rec);
}

/**
 * aw_places_moved - note which children have got another thread as their real parent
 * @t: the process
 *
 * Linux appends them to that thread's list in the order of the old one; an exiting
 * thread gives them away a little after sched_process_exit.  It may be about that: the
 * first of them go first, so they are met from the last to the first, and those that
 * are seen to have moved are in front of those that have not.
 *
 * Context: aw_lock held, under RCU.
 */
void aw_places_moved(struct aw_tracked *t)
{
	const struct task_struct *real_parent;
	struct aw_process *child;
	struct task_struct *task;
	bool any = false, pending = false;

	list_for_each_entry_reverse(child, &t->rec.family->children, sibling) {
		struct aw_tracked *c = aw_tracked_of(child);

		task = pid_task(c->pid, PIDTYPE_TGID);
		if (!task)
			continue;
		real_parent = rcu_dereference(task->real_parent);
		if (READ_ONCE(real_parent->flags) & PF_EXITING)
			pending = true;
		if (real_parent == c->real_parent)
			continue;
		c->real_parent = real_parent;
		if (c->placed) {
			c->placed = false;
			continue;
		}
		if (!any)
			aw_moves++;
		any = true;
		aw_ready_move(c, aw_moves, c->born);
	}
	/* What hangs on a thread that exits will move yet. */
	t->shuffled = pending;
}

/**
 * aw_places_outrun - a child is born while others are about to move
 * @t: its parent; aw_places_moved() was done
 *
 * They will come after it.
 *
 * Context: aw_lock held.
 */
void aw_places_outrun(struct aw_tracked *t)
{
	struct aw_process *child;

	/* Nobody writes to the family of those that have none. */
	if (!list_empty(&t->rec.family->children))
		aw_family_of(t)->outruns++;
	list_for_each_entry(child, &t->rec.family->children, sibling)
		aw_tracked_of(child)->placed = false;
}

/* A traced thread that has exited, until its tracer has waited for it. */
struct aw_gone {
	struct hlist_node	node;
	u32			tid;
	u64			traced;
};

/**
 * aw_places_traced - a tracee's place among those of its tracer
 * @t: its process
 * @task: the thread
 *
 * Context: aw_lock held, under RCU.
 * Return: a number; Linux meets the lowest, which is the latest tracee's, first.
 */
u64 aw_places_traced(struct aw_tracked *t, struct task_struct *task)
{
	struct aw_thread *thread = aw_thread_find(&t->rec, task->pid);
	struct aw_gone *gone;

	if (thread_group_leader(task))
		return U64_MAX - t->traced;
	if (thread)
		return U64_MAX - thread->traced;
	hlist_for_each_entry(gone, &t->gone, node)
		if (gone->tid == task->pid)
			return U64_MAX - gone->traced;
	return U64_MAX;
}

static void drop(struct aw_gone *gone)
{
	hlist_del(&gone->node);
	kfree(gone);
}

/* Drops those that are no task any more. */
static void prune(struct aw_tracked *t)
{
	struct hlist_node *next;
	struct aw_gone *gone;

	rcu_read_lock();
	hlist_for_each_entry_safe(gone, next, &t->gone, node)
		if (!pid_task(find_pid_ns(gone->tid, &init_pid_ns), PIDTYPE_PID))
			drop(gone);
	rcu_read_unlock();
}

/**
 * aw_places_exited - a thread's record goes: keep what its tracer's list needs
 * @t: its process
 * @tid: the thread
 *
 * Without memory it counts as the one that was traced first.
 *
 * Context: atomic, aw_lock held.
 */
void aw_places_exited(struct aw_tracked *t, u32 tid)
{
	struct aw_thread *thread = aw_thread_find(&t->rec, tid);
	struct aw_gone *gone;

	if (!thread || !thread->traced || tid == t->rec.pid)
		return;
	prune(t);
	gone = kmalloc(sizeof(*gone), GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!gone)
		return;
	gone->tid = tid;
	gone->traced = thread->traced;
	hlist_add_head(&gone->node, &t->gone);
}

/* Frees what is kept for a record that goes.  Context: any. */
void aw_places_free(struct aw_tracked *t)
{
	struct hlist_node *next;
	struct aw_gone *gone;

	hlist_for_each_entry_safe(gone, next, &t->gone, node)
		drop(gone);
}

/* A thread that does not lead has called execve(), and leads now. */
void aw_places_leads(struct aw_tracked *t)
{
	struct aw_thread *thread = aw_thread_find(&t->rec, t->rec.pid);

	if (thread)
		t->traced = thread->traced;
}

/* PTRACE_DETACH: the next attach comes later, whoever is the tracer. */
void aw_places_detached(struct aw_tracked *t, u32 tid)
{
	struct aw_thread *thread = aw_thread_find(&t->rec, tid);

	if (thread)
		thread->tracer = 0;
}

/**
 * aw_places_attached - a thread becomes its tracer's latest tracee
 * @t: its process
 * @task: the thread
 *
 * Context: aw_lock held, under RCU.
 */
void aw_places_attached(struct aw_tracked *t, struct task_struct *task)
{
	struct aw_thread *thread = aw_thread_find(&t->rec, task->pid);
	u32 tracer = rcu_dereference(task->parent)->pid;

	if (!thread || thread->tracer == tracer)
		return;
	thread->tracer = tracer;
	thread->traced = ++aw_births;
	if (thread_group_leader(task))
		t->traced = thread->traced;
}
