// SPDX-License-Identifier: GPL-2.0
/*
 * What stock still owes.
 *
 * The reference lets a parent reap what a tracer still holds, and a tracer reap
 * what the parent has not seen; it never tells a tracer of a thread's end.  Linux
 * keeps such a zombie until the process whose it is asks for it.  So that one asks,
 * in its next wait call or the one that it sleeps in (call/clear.c), and the answer
 * is thrown away: the records have answered already.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "internal.h"

static struct aw_owed *aw_owed_find(const struct aw_tracked *t,
				    const struct pid *pid)
{
	struct aw_owed *o;

	list_for_each_entry(o, &aw_family_of(t)->owed, node)
		if (o->pid == pid)
			return o;
	return NULL;
}

/**
 * aw_owed_has - true if the process has only to clear this zombie away
 * @t: the process
 * @pid: the zombie's
 *
 * Context: any, aw_lock held.
 */
bool aw_owed_has(const struct aw_tracked *t, const struct pid *pid)
{
	return aw_owed_find(t, pid);
}

/**
 * aw_owed_add - the process has to clear away a zombie
 * @t: the process
 * @pid: the zombie's
 *
 * Without memory the process goes back to stock, which will report the zombie.
 *
 * Context: any, aw_lock held.
 */
void aw_owed_add(struct aw_tracked *t, struct pid *pid)
{
	struct aw_owed *o;

	if (!aw_is_enrolled(t) || aw_owed_has(t, pid))
		return;
	o = aw_family_make(&t->rec) ? NULL : aw_alloc(sizeof(*o));
	if (!o) {
		aw_leave(t, AW_WHY_MEMORY);
		return;
	}
	o->pid = get_pid(pid);
	list_add_tail(&o->node, &aw_family_of(t)->owed);
}

/* Linux keeps the process until the tracers of its threads have asked for each. */
static void owe_threads(struct aw_tracked *zombie)
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
		aw_owed_add(by, task_pid(thread));
		aw_owed_due(by);
	}
out:
	rcu_read_unlock();
}

/*
 * Both the parent and the tracer of a consumed zombie may have to ask stock,
 * whichever of them has consumed it; one process that is both has to for a group
 * whose end Linux has yet to tell.  What stock has given already is dropped by the
 * next call that clears.  Context: aw_lock held.
 */
void aw_owed_add_for(struct aw_tracked *zombie)
{
	struct aw_process *parent = zombie->rec.parent;
	struct aw_process *tracer = NULL;

	owe_threads(zombie);
	if (zombie->rec.zombie_tracer)
		tracer = aw_process_find(&aw_records,
					 zombie->rec.zombie_tracer);
	if (!tracer)
		return;
	aw_owed_add(aw_tracked_of(tracer), zombie->pid);
	if (parent && parent != tracer)
		aw_owed_add(aw_tracked_of(parent), zombie->pid);
}

/*
 * A process has reaped a zombie that it traced when its call began, and has let go
 * since: stock has it for the parent.  Context: aw_lock held.
 */
void aw_owed_add_for_parent(struct aw_tracked *by, struct aw_tracked *zombie)
{
	struct aw_process *parent = zombie->rec.parent;

	if (!parent || parent == &by->rec || zombie->rec.zombie_tracer ||
	    aw_tracked_of(parent)->shadow)
		return;
	aw_owed_add(aw_tracked_of(parent), zombie->pid);
	aw_owed_due(aw_tracked_of(parent));
}

void aw_owed_free(struct aw_owed *o)
{
	list_del(&o->node);
	put_pid(o->pid);
	kfree(o);
}

/* Drops all, for a process that has left.  Context: aw_lock held, nobody inside. */
void aw_owed_drop(struct aw_tracked *t)
{
	struct aw_owed *o, *next;

	list_for_each_entry_safe(o, next, &aw_family_of(t)->owed, node)
		aw_owed_free(o);
}

/* Tells a sleeper of the process to look at what is owed.  aw_lock held. */
void aw_owed_due(struct aw_tracked *t)
{
	WRITE_ONCE(t->due, true);
	aw_tracked_wake_sleepers(t);
}

/*
 * The next zombie that no other thread asks for, which the caller is to ask for;
 * NULL: there is none.  @after: the last one, which is still listed, or NULL.
 * Context: aw_lock held.
 */
struct aw_owed *aw_owed_next(struct aw_tracked *t, struct aw_owed *after)
{
	struct aw_owed *o = list_prepare_entry(after, &aw_family_of(t)->owed, node);

	list_for_each_entry_continue(o, &aw_family_of(t)->owed, node) {
		if (!o->asked) {
			o->asked = true;
			return o;
		}
		o->again = true;
	}
	return NULL;
}
