// SPDX-License-Identifier: GPL-2.0
/*
 * What stock still owes.
 *
 * The seed lets a parent reap what a tracer still holds, and a tracer reap what
 * the parent has not seen; it never tells a tracer of a thread's end.  Linux
 * keeps such a zombie until the right one asks.  So the right one asks, here,
 * in its next wait call or the one that it sleeps in, and the answer is thrown
 * away: the records have answered already.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "altwait.h"

/**
 * struct aw_owed - a zombie of Linux's that the records are done with
 * @node:  in struct aw_tracked.owed
 * @pid:   the zombie's, referenced
 * @asked: somebody is asking stock for it without aw_lock, and frees it or
 *	   clears this
 * @again: somebody else wanted to ask meanwhile: stock may have it now
 */
struct aw_owed {
	struct list_head node;
	struct pid	 *pid;
	bool		 asked;
	bool		 again;
};

static struct aw_owed *aw_owed_find(const struct aw_tracked *t,
				    const struct pid *pid)
{
	struct aw_owed *o;

	list_for_each_entry(o, &t->owed, node)
		if (o->pid == pid)
			return o;
	return NULL;
}

/**
 * aw_owes - is this zombie one that the process only has to clear away?
 * @t: the process
 * @pid: the zombie's
 *
 * Context: any, aw_lock held.
 */
bool aw_owes(const struct aw_tracked *t, const struct pid *pid)
{
	return aw_owed_find(t, pid);
}

/**
 * aw_owe - the process has to clear away a zombie
 * @t: the process
 * @pid: the zombie's
 *
 * Without memory the process goes back to stock, which will report the zombie.
 *
 * Context: any, aw_lock held.
 */
void aw_owe(struct aw_tracked *t, struct pid *pid)
{
	struct aw_owed *o;

	if (!t->enrolled || aw_owes(t, pid))
		return;
	o = aw_alloc(sizeof(*o));
	if (!o) {
		aw_leave(t, AW_WHY_MEMORY);
		return;
	}
	o->pid = get_pid(pid);
	list_add_tail(&o->node, &t->owed);
}

/* Linux keeps the process until their tracers have asked for each of these. */
static void aw_owe_threads(struct aw_tracked *zombie)
{
	struct task_struct *leader, *thread;
	struct aw_tracked *by;

	rcu_read_lock();
	leader = pid_task(zombie->pid, PIDTYPE_TGID);
	if (!leader)
		goto out;
	for_each_thread(leader, thread) {
		if (thread_group_leader(thread) || !READ_ONCE(thread->ptrace))
			continue;
		by = aw_tracked_find(rcu_dereference(thread->parent));
		if (!by || by->shadow)
			continue;
		aw_owe(by, task_pid(thread));
		aw_owed_due(by);
	}
out:
	rcu_read_unlock();
}

/*
 * Both the parent and the tracer of a consumed zombie may have to ask stock,
 * whoever of them has consumed it; one who is both, for a group whose end Linux
 * has yet to tell.  What stock gives at once is dropped when it is settled.
 * Context: aw_lock held.
 */
void aw_owe_for(struct aw_tracked *zombie)
{
	struct aw_process *parent = zombie->rec.parent;
	struct aw_process *tracer = NULL;

	aw_owe_threads(zombie);
	if (zombie->rec.zombie_tracer)
		tracer = aw_process_find(&aw_records,
					 zombie->rec.zombie_tracer);
	if (!tracer)
		return;
	aw_owe(aw_tracked_of(tracer), zombie->pid);
	if (parent && parent != tracer)
		aw_owe(aw_tracked_of(parent), zombie->pid);
}

static void aw_owed_free(struct aw_owed *o)
{
	list_del(&o->node);
	put_pid(o->pid);
	kfree(o);
}

/* The process has left, nobody is inside.  Context: aw_lock held. */
void aw_owed_drop(struct aw_tracked *t)
{
	struct aw_owed *o, *next;

	list_for_each_entry_safe(o, next, &t->owed, node)
		aw_owed_free(o);
}

/* Tells a sleeper of the process to look at what is owed.  aw_lock held. */
void aw_owed_due(struct aw_tracked *t)
{
	WRITE_ONCE(t->due, true);
	aw_wait_evict(t);
}

/* What nobody asks for, from the place of the last one on; it stays listed. */
static struct aw_owed *aw_owed_next(struct aw_tracked *t, struct aw_owed *after)
{
	struct aw_owed *o = list_prepare_entry(after, &t->owed, node);

	list_for_each_entry_continue(o, &t->owed, node) {
		if (!o->asked) {
			o->asked = true;
			return o;
		}
		o->again = true;
	}
	return NULL;
}

/*
 * What the caller calls the zombie; 0: it is gone.  The number of one that is
 * gone may be another child's by now.
 */
static pid_t aw_owed_nr(const struct aw_owed *o)
{
	pid_t nr = 0;

	rcu_read_lock();
	if (pid_task(o->pid, PIDTYPE_PID))
		nr = pid_nr_ns(o->pid, task_active_pid_ns(current));
	rcu_read_unlock();
	return nr;
}

/*
 * 0: somebody else still holds the zombie.
 * Context: aw_lock held; drops and retakes it.
 */
static long aw_owed_ask(struct aw_owed *o)
	__must_hold(&aw_lock)
{
	pid_t nr;
	long ret;

	do {
		o->again = false;
		spin_unlock_irq(&aw_lock);
		nr = aw_owed_nr(o);
		ret = nr ? aw_stock_wait4(nr, WNOHANG | __WALL) : -ECHILD;
		spin_lock_irq(&aw_lock);
	} while (!ret && o->again);
	return ret;
}

/**
 * aw_owed_settle - ask stock for what it owes this process
 * @t: the caller's process, which the caller is inside of
 *
 * What stock does not give yet stays owed.
 *
 * Context: process, a thread of @t, no lock held.
 */
void aw_owed_settle(struct aw_tracked *t)
{
	struct aw_owed *o, *last = NULL;

	spin_lock_irq(&aw_lock);
	WRITE_ONCE(t->due, false);
	while ((o = aw_owed_next(t, last))) {
		/* Both stay listed while they are asked for. */
		if (last)
			last->asked = false;
		if (aw_owed_ask(o)) {
			last = NULL;
			aw_owed_free(o);
		} else {
			last = o;
		}
	}
	if (last)
		last->asked = false;
	spin_unlock_irq(&aw_lock);
}
