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
#include "hooks.h"

/* Tasks in a replacement. */
static atomic_t aw_inside = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(aw_drained);

/* ------------------------------------------------------- the replacements */

static long aw_wait4_native(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAIT4, .which = regs->di,
			  .options = regs->dx },
		.out = (void __user *)regs->si,
		.rusage = (void __user *)regs->r10,
		.abi = AW_ABI_NATIVE, .hook = AW_ENTRY_WAIT4,
	};

	return aw_wait(&w, regs);
}

static long aw_waitid_native(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAITID, .which = regs->di,
			  .id = regs->si, .options = regs->r10 },
		.out = (void __user *)regs->dx,
		.rusage = (void __user *)regs->r8,
		.abi = AW_ABI_NATIVE, .hook = AW_ENTRY_WAITID,
	};

	return aw_wait(&w, regs);
}

static long __maybe_unused aw_waitpid_ia32(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAIT4, .which = regs->bx,
			  .options = regs->dx },
		.out = compat_ptr(regs->cx),
		.abi = AW_ABI_COMPAT, .hook = AW_ENTRY_IA32_WAITPID,
	};

	return aw_wait(&w, regs);
}

static long __maybe_unused aw_wait4_ia32(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAIT4, .which = regs->bx,
			  .options = regs->dx },
		.out = compat_ptr(regs->cx), .rusage = compat_ptr(regs->si),
		.abi = AW_ABI_COMPAT, .hook = AW_ENTRY_IA32_WAIT4,
	};

	return aw_wait(&w, regs);
}

static long __maybe_unused aw_waitid_ia32(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAITID, .which = regs->bx,
			  .id = regs->cx, .options = regs->si },
		.out = compat_ptr(regs->dx), .rusage = compat_ptr(regs->di),
		.abi = AW_ABI_COMPAT, .hook = AW_ENTRY_IA32_WAITID,
	};

	return aw_wait(&w, regs);
}

static long __maybe_unused aw_waitid_x32(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAITID, .which = regs->di,
			  .id = regs->si, .options = regs->r10 },
		.out = (void __user *)regs->dx,
		.rusage = (void __user *)regs->r8,
		.abi = AW_ABI_X32, .hook = AW_ENTRY_X32_WAITID,
	};

	return aw_wait(&w, regs);
}

/* -------------------------------------------------------------- the table */

#define AW_REG(reg)	offsetof(struct pt_regs, reg)

/* A kernel that lacks an entry point leaves its place empty. */
struct aw_hook aw_hooks[AW_N_ENTRIES] = {
	[AW_ENTRY_WAIT4] = {
		.symbol = "__x64_sys_wait4", .replacement = aw_wait4_native,
		.which = AW_REG(di), .options = AW_REG(dx), .rusage = AW_REG(r10),
	},
	[AW_ENTRY_WAITID] = {
		.symbol = "__x64_sys_waitid", .replacement = aw_waitid_native,
		.which = AW_REG(di), .id = AW_REG(si), .options = AW_REG(r10),
		.rusage = AW_REG(r8),
	},
#ifdef CONFIG_IA32_EMULATION
	[AW_ENTRY_IA32_WAITPID] = {
		.symbol = "__ia32_sys_waitpid", .replacement = aw_waitpid_ia32,
		.which = AW_REG(bx), .options = AW_REG(dx), .rusage = AW_REG(si),
		.sealed = true,
	},
	[AW_ENTRY_IA32_WAIT4] = {
		.symbol = "__ia32_compat_sys_wait4", .replacement = aw_wait4_ia32,
		.which = AW_REG(bx), .options = AW_REG(dx), .rusage = AW_REG(si),
		.sealed = true,
	},
	[AW_ENTRY_IA32_WAITID] = {
		.symbol = "__ia32_compat_sys_waitid", .replacement = aw_waitid_ia32,
		.which = AW_REG(bx), .id = AW_REG(cx), .options = AW_REG(si),
		.rusage = AW_REG(di), .sealed = true,
	},
#endif
#ifdef CONFIG_X86_X32_ABI
	[AW_ENTRY_X32_WAITID] = {
		.symbol = "__x64_compat_sys_waitid", .replacement = aw_waitid_x32,
		.which = AW_REG(di), .id = AW_REG(si), .options = AW_REG(r10),
		.rusage = AW_REG(r8), .sealed = true,
	},
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

/* Indirect branches are tracked: compat stubs are called by name only. */
static bool aw_hooks_are_sealed(void)
{
#ifdef CONFIG_X86_KERNEL_IBT
	return cpu_feature_enabled(X86_FEATURE_IBT);
#else
	return false;
#endif
}

/*
 * Whether the replacement is entered is not certain here: a BPF program that is
 * attached to the stub's exit calls the stub by its address.  Then the two
 * counters of the pair differ for good, and say so.
 */
static int aw_hook_hit(struct kprobe *kp, struct pt_regs *regs)
{
	struct aw_hook *hook = container_of(kp, struct aw_hook, kp);
	bool shadow;

	if (!aw_enrolled(current, &shadow) || !aw_hook_is_entry(regs))
		return 0;
	/* Stock could not be asked: it answers without us. */
	if (shadow && hook->sealed && aw_hooks_are_sealed())
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
	unsigned int i, armed = 0;

	for (i = 0; i < n; i++)
		if (aw_hooks[i].symbol)
			kps[armed++] = &aw_hooks[i].kp;
	kps[armed] = &aw_hook_selfcheck;
	unregister_kprobes(kps, armed + 1);
	for (i = 0; i < armed; i++) {
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
		if (!aw_hooks[i].symbol)
			continue;
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

/* ----------------------------------------------------------------- load */

/**
 * aw_hooks_init - find what stock is called by, and see a redirect happen
 *
 * Context: process, at load.
 * Return: 0; -ENOENT, a symbol is missing; what aw_hooks_arm() returns.
 */
int aw_hooks_init(void)
{
	int err;

	err = aw_stock_init();
	if (err)
		return err;
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
