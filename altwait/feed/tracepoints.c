// SPDX-License-Identifier: GPL-2.0
/*
 * Births, thread exits, execs and signals into records: they announce themselves by
 * tracepoints.
 *
 * The whole machine passes here.  So each looks first whether anybody whom it is
 * about has a record, and takes a lock only then.  A probe runs with preemption off,
 * which is enough for that: see aw_probe_guard().
 */
#include <linux/binfmts.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/tracepoint.h>
#include <trace/events/signal.h>

#include "compat.h"
#include "internal.h"

static bool keep_privileged;
module_param(keep_privileged, bool, 0644);
MODULE_PARM_DESC(keep_privileged,
		 "processes stay enrolled when they execute a program that gives them privileges");

static void new_thread(struct task_struct *thread)
{
	struct aw_tracked *t = aw_tracked_find(thread);

	/* A scan may have been faster. */
	if (t && !aw_thread_find(&t->rec, thread->pid) &&
	    aw_thread_add(&t->rec, thread->pid))
		aw_leave(t, AW_WHY_MEMORY);
}

static void new_process(struct task_struct *forker, struct task_struct *parent,
			struct task_struct *child, struct aw_tracked **spare)
	__must_hold(&aw_lock)
{
	struct aw_tracked *me = aw_tracked_find(forker);
	struct aw_tracked *real_parent, *t;
	bool inherits = me && aw_is_enrolled(me), is_new;

	real_parent = aw_tracked_find(parent);
	if (real_parent && !aw_is_enrolled(real_parent))
		real_parent = NULL;
	if (!inherits && !real_parent)
		return;
	if (real_parent && real_parent->shuffled) {
		aw_places_moved(real_parent);
		aw_places_outrun(real_parent);
	}
	/* A scan may have been faster. */
	t = aw_tracked_find(child);
	is_new = !t;
	if (is_new) {
		t = aw_tracked_add(child, real_parent ? &real_parent->rec : NULL,
				   inherits ? me->tree : real_parent->tree, spare);
		/* It has not run. */
		if (!IS_ERR(t))
			aw_ready_unmark(t);
	}
	/* With CLONE_PARENT, its parent is another thread. */
	if (!IS_ERR(t))
		t->rec.maker = forker->pid;
	/* One that is enrolled by its pid meanwhile is correct without, but for that tid. */
	if (!IS_ERR(t) && !aw_thread_find(&t->rec, child->pid) &&
	    aw_thread_add(&t->rec, child->pid) && is_new) {
		aw_process_forget(&aw_records, &t->rec);
		t = ERR_PTR(-ENOMEM);
	}
	if (IS_ERR(t)) {
		aw_leave_for_error(real_parent ? real_parent : me, PTR_ERR(t));
		return;
	}
	if (inherits)
		aw_join_inherit(t, child, me);
}

/*
 * True if a birth may concern the records: those who made the child, and whose it is,
 * or, for a thread, its process.
 */
static bool concerns(struct task_struct *forker, struct task_struct *parent,
		     struct task_struct *child)
{
	if (aw_tracked_knows(forker))
		return true;
	if (parent->signal != forker->signal && aw_tracked_knows(parent))
		return true;
	return child->ptrace && aw_tracked_knows(rcu_dereference_sched(child->parent));
}

/* The child is complete and has not run. */
static void on_fork(void *data, struct task_struct *forker,
		    struct task_struct *child)
{
	struct aw_tracked *spare = NULL;
	struct task_struct *parent;
	unsigned long flags;

	aw_probe_guard();
	/* With CLONE_PARENT, that of the forker. */
	parent = rcu_dereference_sched(child->real_parent);
	if (child->flags & PF_KTHREAD || !concerns(forker, parent, child))
		return;
	if (thread_group_leader(child))
		spare = aw_tracked_spare();
	rcu_read_lock();
	flags = aw_lock_irqsave();
	if (thread_group_leader(child))
		new_process(forker, parent, child, &spare);
	else
		new_thread(child);
	if (child->ptrace)
		aw_tracer_traced(child);
	aw_unlock_irqrestore(flags);
	/* That one may be on its way out, and pass it on. */
	if (parent->signal != forker->signal)
		aw_strays_pass(parent);
	rcu_read_unlock();
	aw_tracked_drop_spare(spare);
}

static void last_thread(struct aw_tracked *t, struct task_struct *task)
{
	/* Who polls its pidfd may know of its end before the parent is told. */
	t->ending = true;
	aw_ready_mark(t);
	aw_adoption_begin(t);
	aw_leave(t, AW_WHY_EXIT);
	t->held = aw_task_is_held(task);
	if (t->held)
		aw_state_exit(t, task->group_leader);
	/* An orphan is asked for later; else it goes if nobody needs the record. */
	if (!aw_is_orphan(t))
		aw_tracked_prune(t);
}

static void on_exit(void *data, struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	struct aw_tracked *t;
	unsigned long flags;

	aw_probe_guard();
	aw_strays_part(task);
	/* A tracer may have been refused its record. */
	if (!aw_tracked_knows(task) && list_empty(&task->ptraced))
		return;
	rcu_read_lock();
	flags = aw_lock_irqsave();
	t = aw_tracked_find(task);
	if ((t && t->traces) || !list_empty(&task->ptraced)) {
		aw_tracer_exits(task);
		t = aw_tracked_find(task);
	}
	/*
	 * An empty list stays so: it forks no more, and no child is left to make it another
	 * one.  Or a thread that exits in the same moment passes it some, and has noted that
	 * they move.
	 */
	if (t && !list_empty(&task->children)) {
		while (!aw_adoption_step()) {
			aw_unlock_irqrestore(flags);
			flags = aw_lock_irqsave();
		}
		t = aw_tracked_find(task);
		if (t)
			aw_places_parting(t, task, &flags);
		t = aw_tracked_find(task);
	}
	if (t && !t->rec.is_zombie) {
		aw_process_ptrace_resume(&t->rec, task->pid);
		if (signal->flags & SIGNAL_GROUP_EXIT)
			aw_thread_group_exit(&t->rec, signal->group_exit_code);
		/* It may have been on its way out when the record was made. */
		if (!aw_thread_find(&t->rec, task->pid) && !t->rec.group_exited)
			t->rec.exit_code = task->exit_code;
		aw_places_exited(t, task->pid);
		aw_thread_exit(&t->rec, task->pid, task->exit_code);
		if (!atomic_read(&signal->live))
			last_thread(t, task);
	}
	aw_unlock_irqrestore(flags);
	rcu_read_unlock();
}

static void on_exit_of_group(void *data, struct task_struct *task, bool group_dead)
{
	on_exit(data, task);
}

/*
 * The thread that executes becomes the leader: it takes over the pid.  A program that
 * has more privileges than who executes it, set-user-ID or by file capabilities, is
 * not that one's to enrol.
 */
static void on_exec(void *data, struct task_struct *task, pid_t old_pid,
		    struct linux_binprm *bprm)
{
	bool privileged = bprm->secureexec && !READ_ONCE(keep_privileged);
	struct aw_tracked *t;
	unsigned long flags;

	aw_probe_guard();
	if ((old_pid == task->pid && !privileged) || !aw_tracked_knows(task))
		return;
	flags = aw_lock_irqsave();
	t = aw_tracked_find(task);
	if (t && old_pid != task->pid) {
		aw_thread_rename(&t->rec, old_pid, task->pid);
		aw_places_leads(t);
		aw_ready_mark(t);
	}
	if (t && privileged && aw_is_enrolled(t))
		aw_leave(t, AW_WHY_PRIVILEGED);
	aw_unlock_irqrestore(flags);
}

/*
 * A continue can be waited for as soon as SIGCONT is sent, before the parent
 * is woken, and a SIGKILL ends every ptrace stop.  The siglock of the signalled
 * process is held, and prepare_signal() has changed its flags.
 */
static void on_signal(void *data, int sig, struct kernel_siginfo *info,
		      struct task_struct *task, int group, int result)
{
	struct aw_tracked *t;
	unsigned long flags;

	aw_probe_guard();
	/* The init of a pid namespace ignores it. */
	if ((sig != SIGKILL || result == TRACE_SIGNAL_IGNORED) &&
	    (sig != SIGCONT ||
	     !(task->signal->flags & SIGNAL_STOP_CONTINUED)))
		return;
	if (!aw_tracked_knows(task))
		return;
	flags = aw_lock_irqsave();
	t = aw_tracked_find(task);
	if (t && t->rec.parent) {
		aw_tracked_of(t->rec.parent)->news++;
		aw_ready_mark(t);
	}
	if (t && sig == SIGCONT)
		aw_jobctl_continued(t);
	else if (t)
		aw_process_ptrace_resume_all(&t->rec);
	aw_unlock_irqrestore(flags);
}

/* It stops, which may show in /proc before the parent is told. */
static void stops_soon(void)
{
	struct aw_tracked *t;
	unsigned long flags;

	if (!aw_tracked_knows(current))
		return;
	flags = aw_lock_irqsave();
	t = aw_tracked_find(current);
	if (t)
		aw_ready_mark(t);
	aw_unlock_irqrestore(flags);
}

/* If a handler will run, an interrupted call is no longer to end in EINTR. */
static void on_deliver(void *data, int sig, struct kernel_siginfo *info,
		       struct k_sigaction *ka)
{
	struct aw_thread *thread;
	struct aw_tracked *t;
	unsigned long flags;

	aw_probe_guard();
	if (ka->sa.sa_handler == SIG_DFL && sig_kernel_stop(sig))
		stops_soon();
	if (ka->sa.sa_handler == SIG_DFL || ka->sa.sa_handler == SIG_IGN ||
	    !aw_enrolled_find(current))
		return;
	flags = aw_lock_irqsave();
	t = aw_tracked_find(current);
	thread = t ? aw_thread_find(&t->rec, current->pid) : NULL;
	if (thread && thread->waker)
		aw_thread_waker_of(thread->waker)->interrupted = false;
	aw_unlock_irqrestore(flags);
}

/**
 * struct aw_tracepoint - a tracepoint that feeds the records
 * @name:  of the tracepoint
 * @probe: what runs
 * @tp:	   where it is, once found
 */
struct aw_tracepoint {
	const char	  *name;
	void		  *probe;
	struct tracepoint *tp;
};

static struct aw_tracepoint aw_tracepoints[] = {
	{ "sched_process_fork", on_fork },
	{ "sched_process_exit", aw_exit_probe(on_exit, on_exit_of_group) },
	{ "sched_process_exec", on_exec },
	{ "signal_generate", on_signal },
	{ "signal_deliver", on_deliver },
};

/* The compiler compares the probes with what the tracepoints hand over. */
static void __maybe_unused check_probes(void)
{
	check_trace_callback_type_sched_process_fork(on_fork);
	check_trace_callback_type_sched_process_exit(aw_exit_probe(on_exit, on_exit_of_group));
	check_trace_callback_type_sched_process_exec(on_exec);
	check_trace_callback_type_signal_generate(on_signal);
	check_trace_callback_type_signal_deliver(on_deliver);
}

static void find_tracepoint(struct tracepoint *tp, void *priv)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(aw_tracepoints); i++)
		if (!strcmp(tp->name, aw_tracepoints[i].name))
			aw_tracepoints[i].tp = tp;
}

static void disarm_first(unsigned int n)
{
	while (n--)
		tracepoint_probe_unregister(aw_tracepoints[n].tp, aw_tracepoints[n].probe,
					    NULL);
	tracepoint_synchronize_unregister();
}

/**
 * aw_tracepoints_arm - attach to the tracepoints
 *
 * Context: process, aw_enroll_mutex held.
 * Return: 0; -ENOENT, the kernel lacks a tracepoint; what
 * tracepoint_probe_register() returns.
 */
int aw_tracepoints_arm(void)
{
	unsigned int i;
	int err;

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(aw_tracepoints); i++) {
		err = -ENOENT;
		if (aw_tracepoints[i].tp)
			err = tracepoint_probe_register(aw_tracepoints[i].tp,
							aw_tracepoints[i].probe,
							NULL);
		if (err) {
			pr_err("the tracepoint %s cannot be used: error %d\n",
			       aw_tracepoints[i].name, err);
			disarm_first(i);
			return err;
		}
	}
	return 0;
}

/* Context: process, aw_enroll_mutex held.  No probe runs on return. */
void aw_tracepoints_disarm(void)
{
	disarm_first(ARRAY_SIZE(aw_tracepoints));
}
