// SPDX-License-Identifier: GPL-2.0
/*
 * The table of probed entry points: redirect, let pass.
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
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>

#include "entry.h"
#include "hooks.h"

/* The probes, by enum aw_entry; those that this kernel lacks are not used. */
static struct kprobe aw_hooks[AW_N_ENTRIES];

/*
 * True for a real entry, which has the task's own user registers as its argument; a
 * call that this module makes into stock has others.
 */
static bool is_entry(const struct pt_regs *regs)
{
	return regs->di == (unsigned long)task_pt_regs(current);
}

/*
 * It is not certain here that the replacement is entered: a BPF program that is
 * attached to the stub's exit, or may replace its result, calls the stub by its
 * address.  Then the two counters of the pair differ for good: the redirect is counted
 * as missed, entry.c: aw_entry_lost(), and an unload takes longer, aw_entry_drain().
 */
static int hit(struct kprobe *kp, struct pt_regs *regs)
{
	/* Preemption is off here. */
	if (!aw_enrolled_find(current) || !is_entry(regs))
		return 0;
	aw_count(diverted);
	regs->ip = (unsigned long)aw_replacements[kp - aw_hooks];
	return 1;
}
NOKPROBE_SYMBOL(hit);

/* ----------------------------------------------------------- self-check */

/*
 * The redirect can die without an error: kprobes/enabled in debugfs or the
 * sysctl kernel.ftrace_enabled is 0.  So a function of our own is probed with
 * the same means as the stubs and asked whether it still is redirected.
 */
static noinline int probe_me(int redirected)
{
	barrier_data(&redirected);
	return redirected;
}

static noinline int probed(int redirected)
{
	barrier_data(&redirected);
	return redirected + 1;
}

static int selfcheck_hit(struct kprobe *kp, struct pt_regs *regs)
{
	regs->ip = (unsigned long)probed;
	return 1;
}
NOKPROBE_SYMBOL(selfcheck_hit);

static struct kprobe aw_selfcheck;

/**
 * aw_hooks_alive - true if a redirect takes place right now
 *
 * Context: any, while armed.
 */
bool aw_hooks_alive(void)
{
	return probe_me(0) == 1;
}

/* --------------------------------------------------------- arm and disarm */

/* Under aw_lock: by probes that are off again, and looks that met dead ones. */
static u64 aw_missed_before;
static bool aw_hooks_are_on;		/* aw_lock */

static int arm(struct kprobe *kp, const char *symbol, void *addr,
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
static void disarm_first(unsigned int n)
{
	struct kprobe *kps[ARRAY_SIZE(aw_hooks) + 1];
	unsigned int i, armed = 0;

	for (i = 0; i < n; i++)
		if (aw_stock_symbol(i))
			kps[armed++] = &aw_hooks[i];
	kps[armed] = &aw_selfcheck;
	aw_lock_irq();
	aw_hooks_are_on = false;
	aw_unlock_irq();
	unregister_kprobes(kps, armed + 1);
	aw_lock_irq();
	for (i = 0; i < armed; i++) {
		aw_missed_before += kps[i]->nmissed;
		kps[i]->nmissed = 0;
	}
	aw_unlock_irq();
}

/**
 * aw_hooks_arm - put the probes on
 *
 * Context: process, aw_enroll_mutex held, or at load.
 * Return: 0; -EIO, the redirect does not take place (kprobes or ftrace are
 * switched off); what register_kprobe() returns; -EOPNOTSUPP, the probe is not
 * on ftrace, so that it could not redirect.
 */
int aw_hooks_arm(void)
{
	unsigned int i;
	int err;

	err = arm(&aw_selfcheck, NULL, probe_me,
		  selfcheck_hit);
	if (err)
		return err;
	if (!aw_hooks_alive()) {
		disarm_first(0);
		return -EIO;
	}
	for (i = 0; i < ARRAY_SIZE(aw_hooks); i++) {
		if (!aw_stock_symbol(i))
			continue;
		err = arm(&aw_hooks[i], aw_stock_symbol(i), NULL,
			  hit);
		if (err)
			break;
	}
	if (!err) {
		aw_lock_irq();
		aw_hooks_are_on = true;
		aw_unlock_irq();
		return 0;
	}
	pr_err("%s cannot be probed: error %d\n", aw_stock_symbol(i), err);
	disarm_first(i);
	return err;
}

/* Context: process, aw_enroll_mutex held, or at load.  No handler runs on return. */
void aw_hooks_disarm(void)
{
	disarm_first(ARRAY_SIZE(aw_hooks));
}

/**
 * aw_hooks_missed - redirects that were lost, over the whole life of the module
 *
 * Probes that have been switched off count nothing.  So each look that meets them like
 * that is one that was lost: whoever compares two looks sees a difference.
 *
 * Context: process.
 * Return: how many.
 */
u64 aw_hooks_missed(void)
{
	unsigned int i;
	u64 n;

	aw_lock_irq();
	if (aw_hooks_are_on && !aw_hooks_alive())
		aw_missed_before++;
	n = aw_missed_before;
	for (i = 0; i < ARRAY_SIZE(aw_hooks); i++)
		n += aw_hooks[i].nmissed;
	aw_unlock_irq();
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
