// SPDX-License-Identifier: GPL-2.0
/*
 * Linux's facts into records.
 *
 * Births, thread exits, execs and signals come from tracepoints.  Everything
 * that a waiting parent can care about comes from __wake_up_parent(), through
 * an entry of ours on the wait queue that it wakes.  What neither tells, Linux
 * is asked for before a call takes its snapshot: process groups, and the
 * orphans that a subreaper is given.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/tracepoint.h>
#include <linux/uidgid.h>
#include <trace/events/signal.h>

#include "altwait.h"
#include "feed.h"

/* ---------------------------------------------------- what Linux says now */

/* The wait status word that Linux reports for a zombie: wait_task_zombie(). */
int aw_feed_status(const struct task_struct *task)
{
	/* One that lives may be about to set it; only a zombie's is told. */
	if (READ_ONCE(task->signal->flags) & SIGNAL_GROUP_EXIT)
		return READ_ONCE(task->signal->group_exit_code);
	return READ_ONCE(task->exit_code);
}

/* Has the whole group exited, as wait_consider_task() sees it? */
bool aw_feed_is_zombie(struct task_struct *leader)
{
	return leader->exit_state && thread_group_leader(leader) &&
	       thread_group_empty(leader);
}

/* The last thread has left; Linux has told the parent. */
void aw_feed_exit(struct aw_tracked *t, struct task_struct *leader)
{
	struct aw_thread *thread, *next;

	/* While the module goes, no tracepoint has said so before. */
	aw_orphan_children(t);
	aw_leave(t, AW_WHY_EXIT);
	/* Threads that left before the tracepoints were on. */
	list_for_each_entry_safe(thread, next, &t->rec.threads, node) {
		aw_facts_exited(t, thread->tid);
		aw_thread_exit(&t->rec, thread->tid, aw_feed_status(leader));
	}
	t->rec.uid = __kuid_val(task_uid(leader));
	t->rec.pgid = task_pgrp_nr(leader) ?: t->rec.pgid;
	/* Detached, and gone before ptrace(2) has returned. */
	if (t->detaching && !leader->ptrace)
		aw_process_detach(&aw_records, &t->rec);
	aw_feed_ends(t, leader);
}

/**
 * aw_feed_state - bring a new record to the state that its process is in
 * @t: the record, without threads
 * @leader: the thread-group leader
 *
 * Without memory for the threads the record stays correct but for the tids
 * that a waiter could name.
 *
 * Context: aw_lock held, under RCU.
 */
void aw_feed_state(struct aw_tracked *t, struct task_struct *leader)
{
	struct signal_struct *signal = leader->signal;
	struct task_struct *thread;

	for_each_thread(leader, thread) {
		if (thread->flags & PF_EXITING)
			continue;
		aw_thread_add(&t->rec, thread->pid);
	}
	if (signal->flags & SIGNAL_GROUP_EXIT)
		aw_thread_group_exit(&t->rec, signal->group_exit_code);
	if (aw_feed_is_zombie(leader)) {
		t->rec.exit_code = aw_feed_status(leader);
		if (leader->ptrace)
			aw_process_trace(&aw_records, &t->rec,
					 rcu_dereference(leader->parent)->tgid);
		aw_feed_exit(t, leader);
	} else if (signal->flags & SIGNAL_STOP_STOPPED) {
		t->stop_seen = true;
		if (signal->group_exit_code)
			aw_process_stop(&aw_records, &t->rec,
					signal->group_exit_code);
	} else if (signal->flags & SIGNAL_STOP_CONTINUED) {
		t->cont_seen = true;
		aw_process_continue(&aw_records, &t->rec);
	}
}

/* A child without a record: it was there before its parent was enrolled. */
struct aw_tracked *aw_feed_adopt(struct aw_tracked *parent,
				 struct task_struct *leader)
{
	struct aw_tracked *t = aw_tracked_find(leader);

	if (!t) {
		t = aw_track(leader, &parent->rec);
		if (IS_ERR(t)) {
			aw_leave_for_error(parent, PTR_ERR(t));
			return NULL;
		}
		aw_feed_state(t, leader);
	} else if (t->rec.parent != &parent->rec) {
		list_del_init(&t->orphan);
		aw_process_reparent(&t->rec, &parent->rec);
		parent->shuffled = true;
	}
	return t;
}

/* ------------------------------------------------- the parent is woken */

/*
 * Does Linux reap the child by itself?  do_notify_parent() has decided so by
 * the same tests, under the same siglock, right before this; and so has
 * __ptrace_detach(), where the parent itself lets a zombie go whose end it was told
 * of, without a look at the exit signal.
 */
static bool aw_feed_autoreaps(struct task_struct *child, bool told)
{
	struct task_struct *parent = rcu_dereference_raw(child->parent);
	const struct k_sigaction *sa =
		&rcu_dereference(parent->sighand)->action[SIGCHLD - 1];
	int sig = child->exit_signal;

	if (child->parent_exec_id != READ_ONCE(parent->self_exec_id) ||
	    (told && current->signal == parent->signal))
		sig = SIGCHLD;
	return !child->ptrace && sig == SIGCHLD &&
	       (sa->sa.sa_handler == SIG_IGN ||
		sa->sa.sa_flags & SA_NOCLDWAIT);
}

static void aw_feed_news(struct aw_tracked *t, struct task_struct *leader,
			 const struct aw_tracked *parent, bool told)
{
	if (aw_feed_is_zombie(leader)) {
		t->autoreaped = aw_feed_autoreaps(leader, told);
		if (!t->rec.is_zombie)
			aw_feed_exit(t, leader);
	} else if (leader->exit_state != EXIT_DEAD) {
		/* The others stop without a leader, too. */
		aw_feed_stopped(t, leader,
				t->rec.ptrace.tracer == parent->rec.pid);
	}
}

/* A child's news, for its parent, who may have been told of its end before. */
static void aw_feed_of_child(struct aw_tracked *parent,
			     struct task_struct *leader, bool told)
{
	struct aw_tracked *t;

	/* The records are done with this zombie. */
	if (aw_owes(parent, task_tgid(leader))) {
		aw_owed_due(parent);
		return;
	}
	t = aw_feed_adopt(parent, leader);
	if (!t)
		return;
	aw_feed_news(t, leader, parent, told);
	if (t->autoreaped && !(parent->quirks & AW_Q(NO_AUTOREAP)))
		aw_process_reap(&aw_records, &t->rec);
}

/* A traced thread's news, for its tracer. */
static void aw_feed_of_tracee(struct aw_tracked *by, struct task_struct *task)
{
	struct aw_tracked *t;

	if (!task->exit_state) {
		/* Another thread may tell of a continue meanwhile. */
		if (task_is_traced(task) && task == current)
			aw_tracer_stopped(task);
	} else if (aw_feed_is_zombie(task)) {
		t = aw_tracked_find(task);
		if (t && !t->rec.is_zombie)
			aw_feed_exit(t, task);
	} else if (task->exit_state == EXIT_ZOMBIE &&
		   !thread_group_leader(task) &&
		   !by->shadow &&
		   (!by->enrolled || by->quirks & AW_Q(THREAD_ENDS_UNTOLD))) {
		/* The group cannot end before stock's wait has seen this. */
		aw_owe(by, task_pid(task));
		aw_owed_due(by);
	}
}

/*
 * __wake_up_parent(child, parent) wakes the queue that this entry is on.  The
 * child's exit state, stop state and parents stand still: tasklist_lock is held,
 * and the parent's siglock too.  Interrupts are off.
 */
int aw_feed_child(wait_queue_entry_t *wq, unsigned int mode, int sync,
		  void *key)
{
	struct aw_tracked *t = container_of(wq, struct aw_tracked, feed);
	struct signal_struct *signal = t->task->signal;
	struct task_struct *child = key, *leader;
	struct aw_news news = { .task = child };
	struct aw_tracked *of;
	bool traced, told;

	rcu_read_lock();
	leader = child->group_leader;
	traced = child->ptrace &&
		 rcu_dereference(child->parent)->signal == signal;
	spin_lock(&aw_lock);
	t->news++;
	of = aw_tracked_find(child);
	told = of && of->end_told;
	news.kind = aw_feed_kind(t, of, child, traced);
	if (traced && (t->enrolled || t->listening || t->leaving))
		aw_feed_of_tracee(t, child);
	if (t->enrolled &&
	    rcu_dereference(leader->real_parent)->signal == signal)
		aw_feed_of_child(t, leader, told);
	of = aw_tracked_find(child);
	news.of = of ? &of->rec : NULL;
	aw_process_tell(&t->rec, &news);
	spin_unlock(&aw_lock);
	rcu_read_unlock();
	return 0;
}

/* --------------------------------------------------------- tracepoints */

static void aw_feed_new_thread(struct task_struct *thread)
{
	struct aw_tracked *t = aw_tracked_find(thread);

	/* A scan may have been faster. */
	if (t && !aw_thread_find(&t->rec, thread->pid) &&
	    aw_thread_add(&t->rec, thread->pid))
		aw_leave(t, AW_WHY_MEMORY);
}

static void aw_feed_new_process(struct task_struct *forker,
				struct task_struct *child)
	__must_hold(&aw_lock)
{
	struct aw_tracked *me = aw_tracked_find(forker);
	struct aw_tracked *father, *t;
	bool inherits = me && me->enrolled;

	father = aw_tracked_find(rcu_dereference(child->real_parent));
	if (father && !father->enrolled)
		father = NULL;
	if (!inherits && !father)
		return;
	if (father && father->shuffled)
		aw_facts_moved(father);
	/* A scan may have been faster. */
	t = aw_tracked_find(child);
	if (!t)
		t = aw_track(child, father ? &father->rec : NULL);
	if (!IS_ERR(t) && !aw_thread_find(&t->rec, child->pid) &&
	    aw_thread_add(&t->rec, child->pid)) {
		aw_process_forget(&aw_records, &t->rec);
		t = ERR_PTR(-ENOMEM);
	}
	if (IS_ERR(t)) {
		aw_leave_for_error(father ? father : me, PTR_ERR(t));
		return;
	}
	if (inherits)
		aw_inherit(t, child, me);
}

/* The child is complete and has not run. */
static void aw_feed_fork(void *data, struct task_struct *forker,
			 struct task_struct *child)
{
	unsigned long flags;

	if (child->flags & PF_KTHREAD)
		return;
	rcu_read_lock();
	spin_lock_irqsave(&aw_lock, flags);
	if (thread_group_leader(child))
		aw_feed_new_process(forker, child);
	else
		aw_feed_new_thread(child);
	if (child->ptrace)
		aw_tracer_traced(child);
	spin_unlock_irqrestore(&aw_lock, flags);
	rcu_read_unlock();
}

/*
 * The end of a group whose tracer has not seen a thread's end yet is told to
 * nobody.  Starry's tracers never see that, so for the records this is the end.
 */
static bool aw_feed_is_held(struct task_struct *task)
{
	struct task_struct *thread;

	for_each_thread(task, thread)
		if (READ_ONCE(thread->ptrace) && !thread_group_leader(thread))
			return true;
	return false;
}

static void aw_feed_last_thread(struct aw_tracked *t, struct task_struct *task)
{
	aw_orphan_children(t);
	aw_leave(t, AW_WHY_EXIT);
	t->held = aw_feed_is_held(task);
	if (t->held)
		aw_feed_exit(t, task->group_leader);
	/* Will anybody whom the records know be told of this exit? */
	if (list_empty(&t->orphan))
		aw_forget_unless_needed(t);
}

static void aw_feed_thread_exit(void *data, struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	struct aw_tracked *t;
	unsigned long flags;

	rcu_read_lock();
	spin_lock_irqsave(&aw_lock, flags);
	aw_tracer_exits(task);
	t = aw_tracked_find(task);
	if (t && !t->rec.is_zombie) {
		aw_process_ptrace_resume(&t->rec, task->pid);
		if (signal->flags & SIGNAL_GROUP_EXIT)
			aw_thread_group_exit(&t->rec, signal->group_exit_code);
		/* It may have been on its way out when the record was made. */
		if (!aw_thread_find(&t->rec, task->pid) && !t->rec.group_exited)
			t->rec.exit_code = task->exit_code;
		aw_facts_exited(t, task->pid);
		aw_thread_exit(&t->rec, task->pid, task->exit_code);
		t->shuffled = true;
		if (!atomic_read(&signal->live))
			aw_feed_last_thread(t, task);
	}
	spin_unlock_irqrestore(&aw_lock, flags);
	rcu_read_unlock();
}

/* The thread that executes becomes the leader: it takes over the pid. */
static void aw_feed_exec(void *data, struct task_struct *task, pid_t old_pid,
			 struct linux_binprm *bprm)
{
	struct aw_tracked *t;
	unsigned long flags;

	if (old_pid == task->pid)
		return;
	spin_lock_irqsave(&aw_lock, flags);
	t = aw_tracked_find(task);
	if (t)
		aw_thread_rename(&t->rec, old_pid, task->pid);
	if (t)
		aw_facts_leads(t);
	spin_unlock_irqrestore(&aw_lock, flags);
}

/*
 * A continue can be waited for as soon as SIGCONT is sent, before the parent
 * is woken, and a SIGKILL ends every ptrace stop.  The siglock of the signalled
 * process is held, and prepare_signal() has changed its flags.
 */
static void aw_feed_signal(void *data, int sig, struct kernel_siginfo *info,
			   struct task_struct *task, int group, int result)
{
	struct aw_tracked *t;
	unsigned long flags;

	/* The init of a pid namespace ignores it. */
	if ((sig != SIGKILL || result == TRACE_SIGNAL_IGNORED) &&
	    (sig != SIGCONT ||
	     !(task->signal->flags & SIGNAL_STOP_CONTINUED)))
		return;
	spin_lock_irqsave(&aw_lock, flags);
	t = aw_tracked_find(task);
	if (t && t->rec.parent)
		aw_tracked_of(t->rec.parent)->news++;
	if (t && sig == SIGCONT)
		aw_feed_continued(t);
	else if (t)
		aw_ptrace_drop_all(&t->rec.ptrace);
	spin_unlock_irqrestore(&aw_lock, flags);
}

/* A handler will run: an interrupted call is no longer to end in EINTR. */
static void aw_feed_deliver(void *data, int sig, struct kernel_siginfo *info,
			    struct k_sigaction *ka)
{
	struct aw_thread *thread;
	struct aw_tracked *t;
	unsigned long flags;

	if (ka->sa.sa_handler == SIG_DFL || ka->sa.sa_handler == SIG_IGN ||
	    !aw_enrolled(current, NULL))
		return;
	spin_lock_irqsave(&aw_lock, flags);
	t = aw_tracked_find(current);
	thread = t ? aw_thread_find(&t->rec, current->pid) : NULL;
	if (thread && thread->waker)
		aw_thread_waker_of(thread->waker)->restart = AW_RESTART_NONE;
	spin_unlock_irqrestore(&aw_lock, flags);
}

/**
 * struct aw_feed - a tracepoint that feeds the records
 * @name:  of the tracepoint
 * @probe: what runs
 * @tp:	   where it is, once found
 */
struct aw_feed {
	const char	  *name;
	void		  *probe;
	struct tracepoint *tp;
};

static struct aw_feed aw_feeds[] = {
	{ "sched_process_fork", aw_feed_fork },
	{ "sched_process_exit", aw_feed_thread_exit },
	{ "sched_process_exec", aw_feed_exec },
	{ "signal_generate", aw_feed_signal },
	{ "signal_deliver", aw_feed_deliver },
};

static void aw_feed_find(struct tracepoint *tp, void *priv)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(aw_feeds); i++)
		if (!strcmp(tp->name, aw_feeds[i].name))
			aw_feeds[i].tp = tp;
}

static void aw_feed_disarm_first(unsigned int n)
{
	while (n--)
		tracepoint_probe_unregister(aw_feeds[n].tp, aw_feeds[n].probe,
					    NULL);
	tracepoint_synchronize_unregister();
}

/**
 * aw_feed_arm - attach to the tracepoints
 *
 * Context: process, aw_enroll_mutex held.
 * Return: 0; -ENOENT, the kernel lacks a tracepoint; what
 * tracepoint_probe_register() returns.
 */
int aw_feed_arm(void)
{
	unsigned int i;
	int err;

	for_each_kernel_tracepoint(aw_feed_find, NULL);
	for (i = 0; i < ARRAY_SIZE(aw_feeds); i++) {
		err = -ENOENT;
		if (aw_feeds[i].tp)
			err = tracepoint_probe_register(aw_feeds[i].tp,
							aw_feeds[i].probe,
							NULL);
		if (err) {
			pr_err("the tracepoint %s cannot be used: error %d\n",
			       aw_feeds[i].name, err);
			aw_feed_disarm_first(i);
			return err;
		}
	}
	return 0;
}

/* Context: process, aw_enroll_mutex held.  No probe runs on return. */
void aw_feed_disarm(void)
{
	aw_feed_disarm_first(ARRAY_SIZE(aw_feeds));
}
