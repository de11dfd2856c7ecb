// SPDX-License-Identifier: GPL-2.0
/*
 * What Linux says of a task now: read off it, not told by an event.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* The wait status word that Linux reports for a zombie: wait_task_zombie(). */
int aw_task_status(const struct task_struct *task)
{
	/* One that lives may be about to set it; only a zombie's is told. */
	if (READ_ONCE(task->signal->flags) & SIGNAL_GROUP_EXIT)
		return READ_ONCE(task->signal->group_exit_code);
	return READ_ONCE(task->exit_code);
}

/* True if the whole group has exited, as wait_consider_task() sees it. */
bool aw_task_is_zombie(struct task_struct *leader)
{
	return leader->exit_state && thread_group_leader(leader) &&
	       thread_group_empty(leader);
}

/* True if the leader has a tracer that is not its parent: ptrace_reparented(). */
bool aw_task_is_reparented(struct task_struct *leader)
{
	return READ_ONCE(leader->ptrace) &&
	       rcu_dereference(leader->parent)->signal !=
	       rcu_dereference(leader->real_parent)->signal;
}

/*
 * The signal of a group's stop, or 0.  It is in jobctl, too: stock's consumption of
 * the stop before may have cleared group_exit_code.  Each thread is asked, since a
 * leader that has exited has not stopped.
 */
int aw_task_stop_signal(struct task_struct *leader)
{
	struct task_struct *thread;
	int signo = leader->signal->group_exit_code;

	for_each_thread(leader, thread) {
		if (signo)
			break;
		signo = thread->jobctl & JOBCTL_STOP_SIGMASK;
	}
	return signo;
}

/*
 * True if a thread of the group, other than the leader, has a tracer: then Linux
 * tells nobody of the group's end before that one has waited.  The reference's
 * tracers never do, so that for the records the last thread's end is the group's.
 */
bool aw_task_is_held(struct task_struct *task)
{
	struct task_struct *thread;

	for_each_thread(task, thread)
		if (READ_ONCE(thread->ptrace) && !thread_group_leader(thread))
			return true;
	return false;
}

/*
 * The reference tells the uid of the first live thread: seed 134-144.
 * Context: aw_lock held.
 */
void aw_task_refresh_uid(struct aw_tracked *t)
{
	struct aw_thread *first;
	struct task_struct *task;

	first = list_first_entry_or_null(&t->rec.threads, struct aw_thread,
					 node);
	if (!first)
		return;
	rcu_read_lock();
	task = pid_task(find_pid_ns(first->tid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		t->rec.uid = __kuid_val(task_uid(task));
	rcu_read_unlock();
}
