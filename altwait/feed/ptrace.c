// SPDX-License-Identifier: GPL-2.0
/*
 * Who traces whom, and which thread stands in a ptrace stop: Linux's facts
 * about ptrace(2) into records.
 *
 * Stops and traced exits arrive where the tracer is woken, through its feed
 * (feed.c).  Attaching, detaching, options and resumes announce themselves
 * nowhere, so a return probe watches ptrace(2) itself.  It is no redirect: the
 * caller never runs in this module's text, and an attach may sleep for long.
 */
#include <linux/compat.h>
#include <linux/kprobes.h>
#include <linux/pid.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>

#include "altwait.h"
#include "feed.h"

/* ptrace(2) calls that may be under way at once before one goes unseen. */
#define AW_TRACER_MAXACTIVE	512

/* What a request that matters here does to the records, if it succeeds. */
enum aw_tracer_op {
	AW_TRACER_NOTHING,
	AW_TRACER_TRACEME,
	AW_TRACER_ATTACH,
	AW_TRACER_SEIZE,
	AW_TRACER_DETACH,
	AW_TRACER_OPTIONS,
	AW_TRACER_RESUME,
};

/**
 * struct aw_tracer_call - a ptrace(2) call under way
 * @op:     what it is
 * @tid:    the thread it is about, as the records number it
 * @tgid:   its process
 * @serial: of that thread's stop when the call began, 0 if there was none: a
 *	    resumed thread may stop again before the call returns
 * @data:   the call's last argument
 */
struct aw_tracer_call {
	enum aw_tracer_op	op;
	u32			tid;
	u32			tgid;
	u32			serial;
	unsigned long		data;
};

static enum aw_tracer_op aw_tracer_op(long request)
{
	switch (request) {
	case PTRACE_TRACEME:
		return AW_TRACER_TRACEME;
	case PTRACE_ATTACH:
		return AW_TRACER_ATTACH;
	case PTRACE_SEIZE:
		return AW_TRACER_SEIZE;
	case PTRACE_DETACH:
		return AW_TRACER_DETACH;
	case PTRACE_SETOPTIONS:
	case PTRACE_OLDSETOPTIONS:
		return AW_TRACER_OPTIONS;
	case PTRACE_CONT:
	case PTRACE_SYSCALL:
	case PTRACE_SINGLESTEP:
	case PTRACE_SINGLEBLOCK:
	case PTRACE_SYSEMU:
	case PTRACE_SYSEMU_SINGLESTEP:
	case PTRACE_KILL:
		return AW_TRACER_RESUME;
	default:
		return AW_TRACER_NOTHING;
	}
}

/* ---------------------------------------------------------- who traces whom */

/*
 * The records have one tracer for a process, and none once a thread of it was let
 * go.  Linux has one for each thread: these are to be asked.  aw_lock.
 */
LIST_HEAD(aw_ptraced);

/**
 * aw_tracer_needs - does an enrolled process trace a thread of this one?
 * @t: the process
 *
 * Context: any, aw_lock held.
 */
bool aw_tracer_needs(const struct aw_tracked *t)
{
	struct task_struct *leader, *thread;
	struct aw_tracked *by;
	bool needs = false;

	if (list_empty(&t->ptraced))
		return false;
	rcu_read_lock();
	leader = pid_task(t->pid, PIDTYPE_TGID);
	if (leader) {
		for_each_thread(leader, thread) {
			if (!READ_ONCE(thread->ptrace))
				continue;
			by = aw_tracked_find(rcu_dereference(thread->parent));
			needs |= by && by->enrolled;
		}
	}
	rcu_read_unlock();
	return needs;
}

/**
 * aw_tracer_traced - a thread has a tracer: its process has
 * @task: the thread; its process may be unknown to the records
 *
 * The tracer is heard from now on, enrolled or not, if the records know the
 * tracee; the tracee is tracked, if the tracer is enrolled.
 *
 * Context: atomic, aw_lock held, under RCU; drops and retakes the lock.
 * Return: the tracee's record, or NULL.
 */
struct aw_tracked *aw_tracer_traced(struct task_struct *task)
	__must_hold(&aw_lock)
{
	struct task_struct *tracer = rcu_dereference(task->parent);
	struct aw_tracked *by = aw_tracked_find(tracer);
	struct aw_tracked *t = aw_tracked_find(task);

	if (!READ_ONCE(task->ptrace) || tracer->flags & PF_EXITING)
		return t;
	if (!t && by && by->enrolled) {
		t = aw_track(task->group_leader, NULL);
		if (IS_ERR(t)) {
			aw_leave_for_error(by, PTR_ERR(t));
			return NULL;
		}
		aw_feed_state(t, task->group_leader);
	}
	if (!t)
		return NULL;
	aw_facts_attached(t, task);
	if (list_empty(&t->ptraced))
		list_add_tail(&t->ptraced, &aw_ptraced);
	if (t->rec.ptrace.tracer != tracer->tgid) {
		aw_process_trace(&aw_records, &t->rec, tracer->tgid);
		/* Those of PTRACE_SEIZE, or of the tracee that created this. */
		t->rec.ptrace.options = task->ptrace >> PT_OPT_FLAG_SHIFT &
					PTRACE_O_MASK;
	}
	if (!by || !by->feeding) {
		aw_process_get(&t->rec);
		aw_listen(tracer->group_leader);
		aw_process_put(&t->rec);
	}
	return t;
}

/* Does Linux still see a tracer at any thread, other than one that exits? */
static bool aw_tracer_has_any(struct task_struct *leader,
			      const struct task_struct *but)
{
	struct task_struct *thread;

	for_each_thread(leader, thread)
		if (READ_ONCE(thread->ptrace) &&
		    rcu_dereference(thread->parent) != but)
			return true;
	return false;
}

/**
 * aw_tracer_exits - a thread exits: what it traces loses its tracer
 * @task: the thread
 *
 * Linux detaches later, in exit_notify(), but before it tells anybody of the
 * exit; the seed's model has the same order.
 *
 * Context: atomic, aw_lock held.
 */
void aw_tracer_exits(struct task_struct *task)
{
	struct aw_process *p, *next;
	struct task_struct *leader;

	rcu_read_lock();
	list_for_each_entry_safe(p, next, &aw_records.traced, traced) {
		if (p->ptrace.tracer != task->tgid)
			continue;
		leader = pid_task(aw_tracked_of(p)->pid, PIDTYPE_TGID);
		if (leader && aw_tracer_has_any(leader, task))
			continue;
		aw_process_detach(&aw_records, p);
		aw_forget_unless_needed(aw_tracked_of(p));
	}
	rcu_read_unlock();
}

/* ------------------------------------------------------------------ stops */

static bool aw_tracer_is_syscall(const struct task_struct *task)
{
	int code = task->exit_code;

	if (code & 0x80)
		return true;
	return code == SIGTRAP &&
	       (task->ptrace_message == PTRACE_EVENTMSG_SYSCALL_ENTRY ||
		task->ptrace_message == PTRACE_EVENTMSG_SYSCALL_EXIT);
}

/* Without the record of a stop its waiters would sleep for ever. */
static void aw_tracer_trouble(struct aw_tracked *t, int err)
{
	struct aw_process *tracer;

	tracer = aw_process_find(&aw_records, t->rec.ptrace.tracer);
	if (tracer)
		aw_leave_for_error(aw_tracked_of(tracer), err);
	if (t->rec.parent)
		aw_leave_for_error(aw_tracked_of(t->rec.parent), err);
}

/**
 * aw_tracer_stopped - a thread has entered ptrace_stop()
 * @task: the thread, in TASK_TRACED, its tracer being woken
 *
 * Context: atomic, aw_lock held, under RCU and tasklist_lock.
 */
void aw_tracer_stopped(struct task_struct *task)
	__must_hold(&aw_lock)
{
	struct aw_tracked *t = aw_tracer_traced(task);
	int code = task->exit_code;
	int err;

	/* A tracer on its way out resumes what it traces. */
	if (!t || !code || rcu_dereference(task->parent)->flags & PF_EXITING)
		return;
	aw_feed_refresh_uid(t);
	err = aw_process_ptrace_stop(&aw_records, &t->rec, task->pid, code & 0x7f,
				     code >> 8, task->ptrace_message,
				     aw_tracer_is_syscall(task));
	if (err)
		aw_tracer_trouble(t, err);
}

/**
 * aw_tracer_found - a traced thread that may stand in a stop since before
 * @task: the thread
 *
 * Context: atomic, aw_lock held, under RCU; drops and retakes the lock.
 */
void aw_tracer_found(struct task_struct *task)
	__must_hold(&aw_lock)
{
	struct aw_tracked *t = aw_tracer_traced(task);

	if (t && task_is_traced(task) &&
	    !aw_ptrace_find(&t->rec.ptrace, task->pid))
		aw_tracer_stopped(task);
}

/* ------------------------------------------------------- ptrace(2) returns */

static struct task_struct *aw_tracer_task(u32 tid)
{
	return pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
}

static void aw_tracer_resumed(struct aw_tracked *t,
			      const struct aw_tracer_call *call)
{
	struct aw_ptrace_stop *stop;

	stop = aw_ptrace_find(&t->rec.ptrace, call->tid);
	if (stop && stop->serial == call->serial)
		aw_process_ptrace_resume(&t->rec, call->tid);
}

/*
 * The thread may be gone by now; what its process did at its end has taken
 * account of t->detaching.
 */
static void aw_tracer_detached(const struct aw_tracer_call *call, bool success)
{
	struct aw_process *p = aw_process_find(&aw_records, call->tgid);
	struct task_struct *task = aw_tracer_task(call->tid);

	if (!p || !aw_tracked_of(p)->detaching)
		return;
	aw_tracked_of(p)->detaching--;
	if (success)
		aw_facts_detached(aw_tracked_of(p), call->tid);
	/* Somebody else was fast to attach: the latest tracer wins. */
	if (!success || (task && READ_ONCE(task->ptrace)))
		return;
	aw_process_detach(&aw_records, p);
	aw_forget_unless_needed(aw_tracked_of(p));
}

static void aw_tracer_returned(const struct aw_tracer_call *call)
	__must_hold(&aw_lock)
{
	struct task_struct *task = aw_tracer_task(call->tid);
	struct aw_tracked *t;

	if (!task)
		return;
	/* What was stopped before is in a ptrace stop by now. */
	if (call->op == AW_TRACER_TRACEME || call->op == AW_TRACER_ATTACH ||
	    call->op == AW_TRACER_SEIZE)
		aw_tracer_found(task);
	t = aw_tracked_find(task);
	if (!t || call->op == AW_TRACER_TRACEME || call->op == AW_TRACER_ATTACH)
		return;
	if (call->op == AW_TRACER_OPTIONS || call->op == AW_TRACER_SEIZE)
		t->rec.ptrace.options = call->data;
	else
		aw_tracer_resumed(t, call);
}

/* --------------------------------------------------------------- the probe */

/**
 * struct aw_tracer_probe - one entry point of ptrace(2)
 * @rp:	    the return probe
 * @compat: its arguments are where i386 has them
 */
struct aw_tracer_probe {
	struct kretprobe	rp;
	bool			compat;
};

static void aw_tracer_begin(struct aw_tracer_call *call, long pid)
{
	struct aw_ptrace_stop *stop = NULL;
	struct task_struct *task;
	struct aw_tracked *t;
	unsigned long flags;

	rcu_read_lock();
	task = call->op == AW_TRACER_TRACEME ? current :
	       pid_task(find_vpid(pid), PIDTYPE_PID);
	if (!task) {
		call->op = AW_TRACER_NOTHING;
	} else {
		call->tid = task->pid;
		call->tgid = task->tgid;
		spin_lock_irqsave(&aw_lock, flags);
		t = aw_tracked_find(task);
		if (t)
			stop = aw_ptrace_find(&t->rec.ptrace, call->tid);
		call->serial = stop ? stop->serial : 0;
		if (t && call->op == AW_TRACER_DETACH)
			t->detaching++;
		spin_unlock_irqrestore(&aw_lock, flags);
	}
	rcu_read_unlock();
}

static int aw_tracer_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct aw_tracer_call *call = (void *)ri->data;
	const struct pt_regs *user = (void *)regs->di;
	struct aw_tracer_probe *probe;
	struct kretprobe *rp = get_kretprobe(ri);
	long request, pid, data;

	if (!rp)
		return 1;
	probe = container_of(rp, struct aw_tracer_probe, rp);
	request = probe->compat ? (s32)user->bx : user->di;
	pid = probe->compat ? (s32)user->cx : user->si;
	data = probe->compat ? (u32)user->si : user->r10;
	call->op = aw_tracer_op(request);
	if (call->op == AW_TRACER_NOTHING)
		return 1;
	call->data = data;
	aw_tracer_begin(call, pid);
	return call->op == AW_TRACER_NOTHING;
}
NOKPROBE_SYMBOL(aw_tracer_enter);

static int aw_tracer_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct aw_tracer_call *call = (void *)ri->data;
	bool success = !regs_return_value(regs);
	unsigned long flags;

	rcu_read_lock();
	spin_lock_irqsave(&aw_lock, flags);
	if (call->op == AW_TRACER_DETACH)
		aw_tracer_detached(call, success);
	else if (success)
		aw_tracer_returned(call);
	spin_unlock_irqrestore(&aw_lock, flags);
	rcu_read_unlock();
	return 0;
}
NOKPROBE_SYMBOL(aw_tracer_leave);

static struct aw_tracer_probe aw_tracer_probes[] = {
	{ .rp.kp.symbol_name = "__x64_sys_ptrace" },
#ifdef CONFIG_IA32_EMULATION
	{ .rp.kp.symbol_name = "__ia32_compat_sys_ptrace", .compat = true },
#endif
};

static u64 aw_tracer_missed_before;

static int aw_tracer_arm_one(struct aw_tracer_probe *probe)
{
	const char *symbol = probe->rp.kp.symbol_name;

	memset(&probe->rp, 0, sizeof(probe->rp));
	probe->rp.kp.symbol_name = symbol;
	probe->rp.entry_handler = aw_tracer_enter;
	probe->rp.handler = aw_tracer_leave;
	probe->rp.data_size = sizeof(struct aw_tracer_call);
	probe->rp.maxactive = AW_TRACER_MAXACTIVE;
	return register_kretprobe(&probe->rp);
}

static void aw_tracer_disarm_first(unsigned int n)
{
	struct kretprobe *rps[ARRAY_SIZE(aw_tracer_probes)];
	unsigned int i;

	for (i = 0; i < n; i++)
		rps[i] = &aw_tracer_probes[i].rp;
	unregister_kretprobes(rps, n);
	while (n--) {
		aw_tracer_missed_before += aw_tracer_probes[n].rp.nmissed +
					   aw_tracer_probes[n].rp.kp.nmissed;
		aw_tracer_probes[n].rp.nmissed = 0;
		aw_tracer_probes[n].rp.kp.nmissed = 0;
	}
}

/**
 * aw_tracer_arm - watch ptrace(2)
 *
 * Context: process, aw_enroll_mutex held.
 * Return: 0, or what register_kretprobe() returns.
 */
int aw_tracer_arm(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(aw_tracer_probes); i++) {
		err = aw_tracer_arm_one(&aw_tracer_probes[i]);
		if (err) {
			pr_err("%s cannot be probed: error %d\n",
			       aw_tracer_probes[i].rp.kp.symbol_name, err);
			aw_tracer_disarm_first(i);
			return err;
		}
	}
	return 0;
}

/* Context: process, aw_enroll_mutex held.  No handler runs on return. */
void aw_tracer_disarm(void)
{
	aw_tracer_disarm_first(ARRAY_SIZE(aw_tracer_probes));
}

/* ptrace(2) calls that went unseen, over the whole life of the module. */
u64 aw_tracer_missed(void)
{
	u64 n = aw_tracer_missed_before;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(aw_tracer_probes); i++)
		n += aw_tracer_probes[i].rp.nmissed +
		     aw_tracer_probes[i].rp.kp.nmissed;
	return n;
}
