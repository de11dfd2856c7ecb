// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching, detaching, options and resumes into records.
 *
 * They announce themselves nowhere, so a return probe watches ptrace(2) itself.
 * It is no redirect: the caller never runs in this module's text, and an attach
 * may sleep for long.
 */
#include <linux/compat.h>
#include <linux/kprobes.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>

#include "internal.h"

/* ptrace(2) calls that may be under way at once before one goes unseen. */
#define AW_MAXACTIVE	512

/* What a request that matters here does to the records, if it succeeds. */
enum aw_ptrace_op {
	AW_OP_NOTHING,
	AW_OP_TRACEME,
	AW_OP_ATTACH,
	AW_OP_SEIZE,
	AW_OP_DETACH,
	AW_OP_OPTIONS,
	AW_OP_RESUME,
};

/**
 * struct aw_ptrace_call - a ptrace(2) call under way
 * @op:     what it is
 * @tid:    the thread it is about, as the records number it
 * @tgid:   its process
 * @serial: of that thread's stop when the call began, 0 if there was none: a
 *	    resumed thread may stop again before the call returns
 * @data:   the call's last argument
 */
struct aw_ptrace_call {
	enum aw_ptrace_op	op;
	u32			tid;
	u32			tgid;
	u32			serial;
	unsigned long		data;
};

static enum aw_ptrace_op aw_ptrace_op(long request)
{
	switch (request) {
	case PTRACE_TRACEME:
		return AW_OP_TRACEME;
	case PTRACE_ATTACH:
		return AW_OP_ATTACH;
	case PTRACE_SEIZE:
		return AW_OP_SEIZE;
	case PTRACE_DETACH:
		return AW_OP_DETACH;
	case PTRACE_SETOPTIONS:
	case PTRACE_OLDSETOPTIONS:
		return AW_OP_OPTIONS;
	case PTRACE_CONT:
	case PTRACE_SYSCALL:
	case PTRACE_SINGLESTEP:
	case PTRACE_SINGLEBLOCK:
	case PTRACE_SYSEMU:
	case PTRACE_SYSEMU_SINGLESTEP:
	case PTRACE_KILL:
		return AW_OP_RESUME;
	default:
		return AW_OP_NOTHING;
	}
}

/* ------------------------------------------------------- ptrace(2) returns */

static struct task_struct *probe_task(u32 tid)
{
	return pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
}

static void probe_resumed(struct aw_tracked *t,
			  const struct aw_ptrace_call *call)
{
	struct aw_ptrace_stop *stop;

	stop = aw_ptrace_find(&t->rec.ptrace, call->tid);
	if (stop && stop->serial == call->serial)
		aw_process_ptrace_resume(&t->rec, call->tid);
}

/*
 * The thread may be gone by now; then aw_state_exit() has detached it, which looks at
 * @detaching of struct aw_tracked.
 */
static void probe_detached(const struct aw_ptrace_call *call, bool success)
{
	struct aw_process *p = aw_process_find(&aw_records, call->tgid);
	struct task_struct *task = probe_task(call->tid);

	if (!p || !aw_tracked_of(p)->detaching)
		return;
	aw_tracked_of(p)->detaching--;
	aw_ready_mark(aw_tracked_of(p));
	if (success)
		aw_places_detached(aw_tracked_of(p), call->tid);
	/* Somebody else was fast to attach: the latest tracer wins. */
	if (!success || (task && READ_ONCE(task->ptrace)))
		return;
	aw_process_detach(&aw_records, p);
	aw_tracked_prune(aw_tracked_of(p));
}

static void probe_returned(const struct aw_ptrace_call *call)
	__must_hold(&aw_lock)
{
	struct task_struct *task = probe_task(call->tid);
	struct aw_tracked *t;

	if (!task)
		return;
	/* What was stopped before is in a ptrace stop by now. */
	if (call->op == AW_OP_TRACEME || call->op == AW_OP_ATTACH ||
	    call->op == AW_OP_SEIZE)
		aw_tracer_found(task);
	t = aw_tracked_find(task);
	if (!t || call->op == AW_OP_TRACEME || call->op == AW_OP_ATTACH)
		return;
	if (call->op == AW_OP_OPTIONS || call->op == AW_OP_SEIZE)
		t->rec.ptrace.options = call->data;
	else
		probe_resumed(t, call);
}

/* --------------------------------------------------------------- the probe */

/* Where an entry point has its arguments, and how wide they are. */
enum aw_ptrace_abi {
	AW_PTRACE_X64,
	AW_PTRACE_IA32,
	AW_PTRACE_X32,
};

/**
 * struct aw_ptrace_probe - one entry point of ptrace(2)
 * @rp:	 the return probe
 * @abi: whose entry point it is
 */
struct aw_ptrace_probe {
	struct kretprobe	rp;
	enum aw_ptrace_abi	abi;
};

/* What is known of the tracee as the call begins. */
static void probe_note(struct aw_ptrace_call *call, struct task_struct *task)
{
	struct aw_ptrace_stop *stop = NULL;
	struct aw_tracked *t;
	unsigned long flags;

	flags = aw_lock_irqsave();
	t = aw_tracked_find(task);
	if (t)
		stop = aw_ptrace_find(&t->rec.ptrace, call->tid);
	call->serial = stop ? stop->serial : 0;
	if (t && call->op == AW_OP_DETACH) {
		t->detaching++;
		/* A group stop may show to its parent. */
		aw_ready_mark(t);
	}
	aw_unlock_irqrestore(flags);
}

/*
 * Its end is worth hearing of: an attach is, since who has no record now may have
 * one by then.  A resume or a detach concerns what the tracee's record has now.
 */
static bool probe_begin(struct aw_ptrace_call *call, long pid)
{
	struct task_struct *task;
	bool known = false;

	rcu_read_lock();
	task = call->op == AW_OP_TRACEME ? current :
	       pid_task(find_vpid(pid), PIDTYPE_PID);
	if (task) {
		call->tid = task->pid;
		call->tgid = task->tgid;
		call->serial = 0;
		known = aw_tracked_knows(task);
		if (known)
			probe_note(call, task);
	}
	rcu_read_unlock();
	return known || (task && call->op != AW_OP_RESUME && call->op != AW_OP_DETACH);
}

static int probe_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct aw_ptrace_call *call = (void *)ri->data;
	const struct pt_regs *user = (void *)regs->di;
	struct aw_ptrace_probe *probe;
	struct kretprobe *rp = get_kretprobe(ri);
	long request, pid, data;

	if (!rp)
		return 1;
	probe = container_of(rp, struct aw_ptrace_probe, rp);
	switch (probe->abi) {
	case AW_PTRACE_X64:
		request = user->di;
		pid = user->si;
		data = user->r10;
		break;
	case AW_PTRACE_IA32:
		request = (s32)user->bx;
		pid = (s32)user->cx;
		data = (u32)user->si;
		break;
	case AW_PTRACE_X32:
		request = (s32)user->di;
		pid = (s32)user->si;
		data = (u32)user->r10;
		break;
	}
	call->op = aw_ptrace_op(request);
	if (call->op == AW_OP_NOTHING)
		return 1;
	call->data = data;
	return !probe_begin(call, pid);
}
NOKPROBE_SYMBOL(probe_enter);

/* True if the tracee or its tracer has a record; the tracee may be gone. */
static bool probe_concerns(const struct aw_ptrace_call *call)
{
	struct task_struct *task = probe_task(call->tid);

	return task && (aw_tracked_knows(task) ||
			aw_tracked_knows(rcu_dereference(task->parent)));
}

static int probe_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct aw_ptrace_call *call = (void *)ri->data;
	bool success = !regs_return_value(regs);
	unsigned long flags;

	rcu_read_lock();
	/* A detach has been counted, whoever is known by now. */
	if (call->op == AW_OP_DETACH || (success && probe_concerns(call))) {
		flags = aw_lock_irqsave();
		if (call->op == AW_OP_DETACH)
			probe_detached(call, success);
		else
			probe_returned(call);
		aw_unlock_irqrestore(flags);
	}
	rcu_read_unlock();
	return 0;
}
NOKPROBE_SYMBOL(probe_leave);

static struct aw_ptrace_probe aw_ptrace_probes[] = {
	{ .rp.kp.symbol_name = "__x64_sys_ptrace" },
#ifdef CONFIG_IA32_EMULATION
	{ .rp.kp.symbol_name = "__ia32_compat_sys_ptrace", .abi = AW_PTRACE_IA32 },
#endif
#ifdef CONFIG_X86_X32_ABI
	{ .rp.kp.symbol_name = "__x64_compat_sys_ptrace", .abi = AW_PTRACE_X32 },
#endif
};

static u64 probe_missed_before;	/* aw_lock: by probes that are off again */

static int probe_arm_one(struct aw_ptrace_probe *probe)
{
	const char *symbol = probe->rp.kp.symbol_name;

	memset(&probe->rp, 0, sizeof(probe->rp));
	probe->rp.kp.symbol_name = symbol;
	probe->rp.entry_handler = probe_enter;
	probe->rp.handler = probe_leave;
	probe->rp.data_size = sizeof(struct aw_ptrace_call);
	probe->rp.maxactive = AW_MAXACTIVE;
	return register_kretprobe(&probe->rp);
}

static void probe_disarm_first(unsigned int n)
{
	struct kretprobe *rps[ARRAY_SIZE(aw_ptrace_probes)];
	unsigned int i;

	for (i = 0; i < n; i++)
		rps[i] = &aw_ptrace_probes[i].rp;
	unregister_kretprobes(rps, n);
	aw_lock_irq();
	while (n--) {
		probe_missed_before += aw_ptrace_probes[n].rp.nmissed +
					   aw_ptrace_probes[n].rp.kp.nmissed;
		aw_ptrace_probes[n].rp.nmissed = 0;
		aw_ptrace_probes[n].rp.kp.nmissed = 0;
	}
	aw_unlock_irq();
}

/**
 * aw_ptrace_probe_arm - watch ptrace(2)
 *
 * Context: process, aw_enroll_mutex held.
 * Return: 0, or what register_kretprobe() returns.
 */
int aw_ptrace_probe_arm(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(aw_ptrace_probes); i++) {
		err = probe_arm_one(&aw_ptrace_probes[i]);
		if (err) {
			pr_err("%s cannot be probed: error %d\n",
			       aw_ptrace_probes[i].rp.kp.symbol_name, err);
			probe_disarm_first(i);
			return err;
		}
	}
	return 0;
}

/* Context: process, aw_enroll_mutex held.  No handler runs on return. */
void aw_ptrace_probe_disarm(void)
{
	probe_disarm_first(ARRAY_SIZE(aw_ptrace_probes));
}

/* ptrace(2) calls that went unseen, over the whole life of the module.  Context: process. */
u64 aw_ptrace_probe_missed(void)
{
	unsigned int i;
	u64 n;

	aw_lock_irq();
	n = probe_missed_before;
	for (i = 0; i < ARRAY_SIZE(aw_ptrace_probes); i++)
		n += aw_ptrace_probes[i].rp.nmissed +
		     aw_ptrace_probes[i].rp.kp.nmissed;
	aw_unlock_irq();
	return n;
}
