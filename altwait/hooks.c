// SPDX-License-Identifier: GPL-2.0
/*
 * The table of probed entry points: redirect, let pass, drain.
 *
 * x86 calls its system calls by a switch, so what is hooked is the stubs that
 * the switch calls.  A kprobe on a stub's first instruction sits on ftrace; its
 * handler moves the instruction pointer to the replacement, and the stub never
 * runs.  Only an enrolled caller is redirected, so that no stock waiter ever
 * has a frame in this module.
 *
 * The probes have no post_handler, and must not get one: with it, a probe that
 * somebody else made before ours on the same stub is taken down with the wrong
 * ftrace_ops, and the kernel panics.
 */
#include <linux/file.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/syscalls.h>

#include "altwait.h"

/* Tasks in a replacement. */
static atomic_t aw_inside = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(aw_drained);

/* ------------------------------------------------------- the replacements */

static long aw_wait4_native(const struct pt_regs *regs)
{
	struct aw_args args = {
		.call = AW_WAIT4, .which = regs->di, .options = regs->dx,
	};

	return aw_wait(&args, (void __user *)regs->si,
		       (void __user *)regs->r10, AW_ABI_NATIVE, regs);
}

static long aw_waitid_native(const struct pt_regs *regs)
{
	struct aw_args args = {
		.call = AW_WAITID, .which = regs->di, .id = regs->si,
		.options = regs->r10,
	};

	return aw_wait(&args, (void __user *)regs->dx, (void __user *)regs->r8,
		       AW_ABI_NATIVE, regs);
}

static long __maybe_unused aw_waitpid_ia32(const struct pt_regs *regs)
{
	struct aw_args args = {
		.call = AW_WAIT4, .which = regs->bx, .options = regs->dx,
	};

	return aw_wait(&args, compat_ptr(regs->cx), NULL, AW_ABI_COMPAT, regs);
}

static long __maybe_unused aw_wait4_ia32(const struct pt_regs *regs)
{
	struct aw_args args = {
		.call = AW_WAIT4, .which = regs->bx, .options = regs->dx,
	};

	return aw_wait(&args, compat_ptr(regs->cx), compat_ptr(regs->si),
		       AW_ABI_COMPAT, regs);
}

static long __maybe_unused aw_waitid_ia32(const struct pt_regs *regs)
{
	struct aw_args args = {
		.call = AW_WAITID, .which = regs->bx, .id = regs->cx,
		.options = regs->si,
	};

	return aw_wait(&args, compat_ptr(regs->dx), compat_ptr(regs->di),
		       AW_ABI_COMPAT, regs);
}

static long __maybe_unused aw_waitid_x32(const struct pt_regs *regs)
{
	struct aw_args args = {
		.call = AW_WAITID, .which = regs->di, .id = regs->si,
		.options = regs->r10,
	};

	return aw_wait(&args, (void __user *)regs->dx, (void __user *)regs->r8,
		       AW_ABI_X32, regs);
}

/* -------------------------------------------------------------- the table */

/**
 * struct aw_hook - one probed entry point
 * @symbol:	 the stub
 * @replacement: what an enrolled caller runs instead
 * @kp:		 the probe, while armed
 */
struct aw_hook {
	const char	*symbol;
	long		(*replacement)(const struct pt_regs *regs);
	struct kprobe	kp;
};

static struct aw_hook aw_hooks[] = {
	{ "__x64_sys_wait4", aw_wait4_native },
	{ "__x64_sys_waitid", aw_waitid_native },
#ifdef CONFIG_IA32_EMULATION
	{ "__ia32_sys_waitpid", aw_waitpid_ia32 },
	{ "__ia32_compat_sys_wait4", aw_wait4_ia32 },
	{ "__ia32_compat_sys_waitid", aw_waitid_ia32 },
#endif
#ifdef CONFIG_X86_X32_ABI
	{ "__x64_compat_sys_waitid", aw_waitid_x32 },
#endif
};

/*
 * A real entry has the task's own user registers as its argument; a call that
 * this module makes into stock has not.
 */
static bool aw_hook_is_entry(const struct pt_regs *regs)
{
	return regs->di == (unsigned long)task_pt_regs(current);
}

/*
 * Whether the replacement is entered is not certain here: a BPF program that is
 * attached to the stub's exit calls the stub by its address.  Then the two
 * counters of the pair differ for good, and say so.
 */
static int aw_hook_hit(struct kprobe *kp, struct pt_regs *regs)
{
	struct aw_hook *hook = container_of(kp, struct aw_hook, kp);

	if (!aw_enrolled(current) || !aw_hook_is_entry(regs))
		return 0;
	aw_count(diverted);
	regs->ip = (unsigned long)hook->replacement;
	return 1;
}
NOKPROBE_SYMBOL(aw_hook_hit);

/* The first thing that a replacement does. */
void aw_hooks_entered(void)
{
	atomic_inc(&aw_inside);
}

/* The last thing that a replacement does. */
void aw_hooks_left(void)
{
	aw_count(returned);
	if (atomic_dec_and_test(&aw_inside))
		wake_up(&aw_drained);
}

/*
 * Waits until no task is in the module's text.  A task may have been preempted
 * between the redirect and aw_hooks_entered(), or between aw_hooks_left() and
 * its return instruction; in neither spot has it slept, so it is waited for by
 * the two grace periods.  Context: process, disarmed.
 */
void aw_hooks_drain(void)
{
	synchronize_rcu_tasks();
	wait_event(aw_drained, !atomic_read(&aw_inside));
	synchronize_rcu_tasks();
}

/* ----------------------------------------------------------- self-check */

/*
 * The redirect can die without an error: kprobes/enabled in debugfs or the
 * sysctl kernel.ftrace_enabled is 0.  So a function of our own is probed with
 * the same means as the stubs and asked whether it still is redirected.
 */
static noinline int aw_hook_probe_me(int redirected)
{
	barrier_data(&redirected);
	return redirected;
}

static noinline int aw_hook_probed(int redirected)
{
	barrier_data(&redirected);
	return redirected + 1;
}

static int aw_hook_selfcheck_hit(struct kprobe *kp, struct pt_regs *regs)
{
	regs->ip = (unsigned long)aw_hook_probed;
	return 1;
}
NOKPROBE_SYMBOL(aw_hook_selfcheck_hit);

static struct kprobe aw_hook_selfcheck;

/**
 * aw_hooks_alive - does a redirect take place right now?
 *
 * Context: any, while armed.
 */
bool aw_hooks_alive(void)
{
	return aw_hook_probe_me(0) == 1;
}

/* --------------------------------------------------------- arm and disarm */

static u64 aw_missed_before;

static int aw_hook_arm(struct kprobe *kp, const char *symbol, void *addr,
		       kprobe_pre_handler_t handler)
{
	int err;

	memset(kp, 0, sizeof(*kp));
	kp->symbol_name = symbol;
	kp->addr = addr;
	kp->pre_handler = handler;
	err = register_kprobe(kp);
	if (err)
		return err;
	if (kp->flags & KPROBE_FLAG_FTRACE)
		return 0;
	unregister_kprobe(kp);
	return -EOPNOTSUPP;
}

/* Takes off the self-check and the first n hooks, in one grace period. */
static void aw_hooks_disarm_first(unsigned int n)
{
	struct kprobe *kps[ARRAY_SIZE(aw_hooks) + 1];
	unsigned int i;

	for (i = 0; i < n; i++)
		kps[i] = &aw_hooks[i].kp;
	kps[n] = &aw_hook_selfcheck;
	unregister_kprobes(kps, n + 1);
	for (i = 0; i < n; i++) {
		aw_missed_before += kps[i]->nmissed;
		kps[i]->nmissed = 0;
	}
}

/**
 * aw_hooks_arm - put the probes on
 *
 * Context: process, aw_enroll_mutex held.
 * Return: 0; -EIO, the redirect does not take place (kprobes or ftrace are
 * switched off); what register_kprobe() returns; -EOPNOTSUPP, the probe is not
 * on ftrace, so that it could not redirect.
 */
int aw_hooks_arm(void)
{
	unsigned int i;
	int err;

	err = aw_hook_arm(&aw_hook_selfcheck, NULL, aw_hook_probe_me,
			  aw_hook_selfcheck_hit);
	if (err)
		return err;
	if (!aw_hooks_alive()) {
		aw_hooks_disarm_first(0);
		return -EIO;
	}
	for (i = 0; i < ARRAY_SIZE(aw_hooks); i++) {
		err = aw_hook_arm(&aw_hooks[i].kp, aw_hooks[i].symbol, NULL,
				  aw_hook_hit);
		if (err)
			break;
	}
	if (!err)
		return 0;
	pr_err("%s cannot be probed: error %d\n", aw_hooks[i].symbol, err);
	aw_hooks_disarm_first(i);
	return err;
}

/* Context: process, aw_enroll_mutex held.  No handler runs on return. */
void aw_hooks_disarm(void)
{
	aw_hooks_disarm_first(ARRAY_SIZE(aw_hooks));
}

/* Redirects that were lost, over the whole life of the module. */
u64 aw_hooks_missed(void)
{
	u64 n = aw_missed_before;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(aw_hooks); i++)
		n += aw_hooks[i].kp.nmissed;
	return n;
}

/* --------------------------------------------------- the way into stock */

static long (*aw_stub_wait4)(const struct pt_regs *regs);
static long (*aw_stub_waitid)(const struct pt_regs *regs);
static struct pid *(*aw_pidfd_pid)(const struct file *file);
static void (*aw_getrusage)(struct task_struct *task, int who,
			    struct rusage *usage);

/*
 * Modules cannot ask for a symbol's address, but a probe that is registered
 * disabled tells it.
 */
static void *aw_hook_address(const char *symbol)
{
	struct kprobe kp = {
		.symbol_name = symbol, .flags = KPROBE_FLAG_DISABLED,
	};
	void *addr;

	if (register_kprobe(&kp)) {
		pr_err("this kernel has no %s to probe; see the support table in README.md\n",
		       symbol);
		return NULL;
	}
	addr = kp.addr;
	unregister_kprobe(&kp);
	return addr;
}

/**
 * aw_stock_wait4 - reap a child as stock does
 * @pid: as the caller's pid namespace numbers it
 * @options: of wait4(2)
 *
 * Context: the parent, in process context, no lock held.
 * Return: what wait4(@pid, NULL, @options, NULL) returns.
 */
long aw_stock_wait4(pid_t pid, int options)
{
	struct pt_regs regs = { .di = pid, .dx = options };

	return aw_stub_wait4(&regs);
}

/**
 * aw_stock_waitid - consume a report as stock does
 * @pid: as the caller's pid namespace numbers it
 * @options: of waitid(2)
 *
 * Context: the parent, in process context, no lock held.
 * Return: what waitid(P_PID, @pid, NULL, @options, NULL) returns.
 */
long aw_stock_waitid(pid_t pid, int options)
{
	struct pt_regs regs = { .di = P_PID, .si = pid, .r10 = options };

	return aw_stub_waitid(&regs);
}

/* A resource usage that cannot be written: see aw_stock_take(). */
#define AW_NOWHERE	(~0UL)

/**
 * aw_stock_take - consume a report as stock does, and know whether there was one
 * @pid: as the caller's pid namespace numbers it
 * @options: of waitid(2); WNOHANG and __WALL are added
 *
 * waitid returns 0 in either case.  It writes the resource usage only if it has
 * something to report, though, and that fails here.
 *
 * Context: the parent or tracer, in process context, no lock held.
 * Return: true if the report is the caller's now.
 */
bool aw_stock_take(pid_t pid, int options)
{
	struct pt_regs regs = {
		.di = P_PID, .si = pid, .r8 = AW_NOWHERE,
		.r10 = options | WNOHANG | __WALL,
	};

	return aw_stub_waitid(&regs) == -EFAULT;
}

/**
 * aw_stock_rusage - what a process has used, as a wait call tells it
 * @task: a thread of the process, which has not been reaped
 * @usage: filled in
 *
 * Context: process.
 */
void aw_stock_rusage(struct task_struct *task, struct rusage *usage)
{
	aw_getrusage(task, RUSAGE_BOTH, usage);
}

/* A number that no process has: the pidfd's is not in the caller's view. */
#define AW_NOBODY	S32_MAX

/* Has the number gone to somebody else since? */
static bool aw_pidfd_is_stale(struct pid *pid, u32 nr)
{
	struct pid *now;
	bool stale;

	rcu_read_lock();
	now = find_vpid(nr);
	stale = now && now != pid;
	rcu_read_unlock();
	return stale;
}

/**
 * aw_pidfd_nr - the process or thread of a pidfd
 * @fd: of the caller
 * @ctx: struct aw_request; learns of O_NONBLOCK
 *
 * Context: process, the caller.
 * Return: its number for the caller; one that nobody has, where it has none;
 * -EBADF: no descriptor, or not a pidfd's.
 */
s64 aw_pidfd_nr(s32 fd, void *ctx)
{
	struct file *file = fget(fd);
	struct aw_request *req = ctx;
	struct pid *pid;
	s64 nr = -EBADF;

	if (!file)
		return -EBADF;
	pid = aw_pidfd_pid(file);
	if (!IS_ERR(pid)) {
		nr = pid_nr_ns(pid, task_active_pid_ns(current)) ?: AW_NOBODY;
		if (!aw_has(req, PIDFD_BY_NUMBER) && aw_pidfd_is_stale(pid, nr))
			nr = AW_NOBODY;
		req->nonblock = file->f_flags & O_NONBLOCK;
	}
	fput(file);
	return nr;
}

/**
 * aw_hooks_init - find what stock is called by, and see a redirect happen
 *
 * Context: process, at load.
 * Return: 0; -ENOENT, a symbol is missing; what aw_hooks_arm() returns.
 */
int aw_hooks_init(void)
{
	int err;

	aw_stub_wait4 = aw_hook_address("__x64_sys_wait4");
	aw_stub_waitid = aw_hook_address("__x64_sys_waitid");
	aw_pidfd_pid = aw_hook_address("pidfd_pid");
	aw_getrusage = aw_hook_address("getrusage");
	if (!aw_stub_wait4 || !aw_stub_waitid || !aw_pidfd_pid || !aw_getrusage)
		return -ENOENT;
	err = aw_hooks_arm();
	if (err == -EIO)
		pr_err("a probe does not redirect: set kprobes/enabled in debugfs and the sysctl kernel.ftrace_enabled to 1\n");
	else if (err)
		pr_err("the system-call stubs cannot be redirected on this kernel: error %d\n",
		       err);
	else
		aw_hooks_disarm();
	return err;
}
