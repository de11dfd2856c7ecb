// SPDX-License-Identifier: GPL-2.0
/*
 * The one way in: what an enrolled caller runs instead of the system-call stubs.
 *
 * A replacement reads its arguments as its ABI passes them.  A plain call is answered
 * on the spot (call/quick.c).  Any other enters: its thread and its process are noted,
 * under the process's policy; it is answered by altwait (call/wait.c) or, in shadow
 * mode, by stock (shadow/shadow.c); and it leaves.
 *
 * An unload has to know when the last caller has left the module's text, and must
 * not wait for anybody else.  So a caller is counted as diverted where it is sent
 * here, hooks.c: hit(), and as returned by the last instructions that it runs here.
 */
#include <linux/compat.h>
#include <linux/delay.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate_trace.h>
#include <linux/slab.h>
#include <asm/frame.h>
#include <asm/ibt.h>
#include <asm/linkage.h>
#include <trace/events/altwait.h>

#include "entry.h"
#include "shadow/shadow.h"

/*
 * Who is in here.  Of all callers:
 *
 *   aw_stats.diverted	were sent here: hooks.c, hit()
 *   aw_inside		are being answered now, which may take long
 *   aw_returned	have left: counts struct altwait_counters.returned, by the
 *			last instructions of a replacement
 *
 * and of one process's, in its record:
 *
 *   @inside		have entered, or reap on the spot, call/quick.c; under aw_lock
 *
 * A leaver is finished when no thread of it is @inside: aw_leave_next().  At unload
 * everybody has returned who was diverted: aw_entry_drain().  Who has not, and is not
 * inside either, is on the way in or out, or has gone into stock: has_stragglers(),
 * aw_entry_lost().
 */
static atomic_t aw_inside = ATOMIC_INIT(0);
atomic64_t aw_returned = ATOMIC64_INIT(0);

/* ------------------------------------------------------ enter and leave */

/* The caller's process goes back to stock.  Context: aw_lock held. */
static void leave_for_memory(void)
{
	struct aw_tracked *t = aw_tracked_find(current);

	if (t)
		aw_leave(t, AW_WHY_MEMORY);
}

/*
 * The caller's thread record gets a waker, if it has none: *spare, which becomes
 * NULL.  Return: 0; -EAGAIN, there is no spare one; -ENOMEM.
 */
static int take_waker(struct aw_wait *w, struct aw_thread_waker **spare)
{
	struct aw_thread *thread;
	int err;

	thread = aw_thread_find(&w->me->rec, current->pid);
	if (!thread) {
		err = aw_thread_add(&w->me->rec, current->pid);
		if (err)
			return err;
		thread = aw_thread_find(&w->me->rec, current->pid);
	}
	if (!thread->waker) {
		if (!*spare)
			return -EAGAIN;
		aw_waker_init(&(*spare)->waker, aw_records.host, current->pid);
		thread->waker = &(*spare)->waker;
		*spare = NULL;
	}
	w->caller.tw = aw_thread_waker_of(thread->waker);
	w->caller.tw->call = w;
	w->caller.tw->waker.evicted = false;
	return 0;
}

/* Return: 0; -ENOENT, the process is not enrolled any more; what take_waker() does. */
static int try_enter(struct aw_wait *w, struct aw_thread_waker **spare)
{
	struct aw_tracked *t = aw_tracked_find(current);
	int err = 0;

	if (!t || !aw_is_enrolled(t))
		return -ENOENT;
	w->me = t;
	w->shadow = t->shadow;
	w->policy = t->quirks;
	w->req.quirks = t->shadow ? AW_QUIRKS_NONE : t->quirks;
	if (!aw_family_is_made(&t->rec))
		err = aw_family_make(&t->rec);
	if (!err)
		err = take_waker(w, spare);
	if (err)
		return err;
	aw_process_get(&t->rec);
	t->inside++;
	/* In the order in which the policy wakes those that sleep on a claim. */
	if (w->shadow || !(w->policy & AW_Q(OLDEST_FIRST)))
		list_add(&w->caller.node, &aw_family_of(t)->calls);
	else
		list_add_tail(&w->caller.node, &aw_family_of(t)->calls);
	return 0;
}

/* False if the process is not enrolled any more, or leaves for lack of memory. */
static bool enter(struct aw_wait *w)
{
	struct aw_thread_waker *spare = NULL;
	int err;

	aw_lock_irq();
	err = try_enter(w, &spare);
	if (err == -EAGAIN) {
		/* Once for each thread. */
		aw_unlock_irq();
		spare = kzalloc(sizeof(*spare), GFP_KERNEL_ACCOUNT);
		aw_lock_irq();
		err = spare ? try_enter(w, &spare) : -ENOMEM;
	}
	if (err == -ENOMEM)
		leave_for_memory();
	aw_unlock_irq();
	kfree(spare);
	return !err;
}

static void leave(struct aw_wait *w)
{
	aw_lock_irq();
	aw_candidates_release(&w->snap);
	aw_candidates_release(&w->first);
	list_del(&w->caller.node);
	w->caller.tw->call = NULL;
	aw_leave_call_ended(w->me);
	aw_process_put(&w->me->rec);
	aw_unlock_irq();
	aw_target_end(w);
}

/* Return: what the system call returns, or a restart code. */
static long answer(struct aw_wait *w, const struct pt_regs *regs,
		   struct aw_decision *d)
{
	struct aw_tracked *me;
	long ret;

	if (!enter(w))
		return aw_restart_in_stock(w);
	me = w->me;
	if (!list_empty_careful(&aw_family_of(me)->owed))
		aw_clear_owed(me);
	ret = w->shadow ? aw_shadow(w, regs) : aw_wait(w, regs, d);
	if (!list_empty_careful(&aw_family_of(me)->owed))
		aw_clear_owed(me);
	leave(w);
	return ret;
}

/*
 * A replaced wait4, waitid or waitpid: @w has its arguments, @out, @rusage, @abi
 * and @entry; all else is 0.
 */
static long replace(struct aw_wait *w, const struct pt_regs *regs)
{
	const struct aw_args *args = &w->args;
	struct aw_decision d = { .kind = AW_SLEEP };
	struct aw_scratch scratch;
	long ret;

	atomic_inc(&aw_inside);
	w->task = current;
	w->ns = task_active_pid_ns(current);
	w->scratch = &scratch;
	INIT_LIST_HEAD(&w->asleep);
	aw_target_begin(w);
	trace_altwait_wait_enter(args->call, args->which, args->id,
				 args->options);
	ret = answer(w, regs, &d);
	trace_altwait_wait_exit(ret, ret < 0 || d.kind == AW_SLEEP ? 0 :
				args->call == AW_WAIT4 ? d.status : d.cld_status);
	atomic_dec(&aw_inside);
	return ret;
}

/* -------------------------------------------------------------- to drain */

/* Callers that were sent here and have not left.  Context: any, disarmed. */
static s64 count_callers(void)
{
	return atomic64_read(&aw_stats.diverted) - atomic64_read(&aw_returned);
}

/*
 * True if for a second there have been callers that are not inside: they have been
 * preempted all the time on the way in or out; or they have gone into stock instead
 * (hooks.c: hit()).
 */
static bool has_stragglers(unsigned int *rounds)
{
	if (count_callers() <= atomic_read(&aw_inside))
		*rounds = 0;
	return ++*rounds > 50;
}

/*
 * True if the last instructions of a replacement cannot be interrupted: Xen ignores
 * cli in a paravirtualized guest.
 */
static bool leaves_at_once(void)
{
	return !cpu_feature_enabled(X86_FEATURE_XENPV);
}

/* At most so many were sent here, and are not inside: also who is on the way in or out. */
static s64 count_absent(void)
{
	s64 came = atomic64_read(&aw_returned);

	/* Against the way of a caller, so that nobody is taken for two who came. */
	smp_rmb();
	came += atomic_read(&aw_inside);
	smp_rmb();	/* likewise */
	return atomic64_read(&aw_stats.diverted) - came;
}

/**
 * aw_entry_lost - callers that were sent here, and have gone into stock instead
 *
 * Nobody tells of them, hooks.c: hit(). Who is on the way in or out is counted as they
 * are, so this looks again, for a second, and takes the least that it sees.
 *
 * Context: process; sleeps.
 * Return: how many, over the whole life of the module.
 */
u64 aw_entry_lost(void)
{
	static s64 known;
	const s64 before = READ_ONCE(known);
	s64 least = S64_MAX;
	unsigned int i;

	for (i = 0; i <= 50 && least > before; i++) {
		if (i)
			msleep(20);
		least = min(least, count_absent());
	}
	WRITE_ONCE(known, least);
	return least;
}

/* A BPF program on a stub may sleep when its caller has been sent here already. */
static void wait_for_bpf(void)
{
#ifdef CONFIG_TASKS_TRACE_RCU
	synchronize_rcu_tasks_trace();
#endif
}

/**
 * aw_entry_drain - wait until no task is in the module's text
 *
 * Most often that is when all who were diverted have returned.  The last they run
 * here is done with interrupts off, which a grace period of RCU waits for.  Nobody
 * can be told by then: this looks every 20 ms.
 *
 * Where some stay away, nothing but a grace period of Tasks RCU can say that they
 * are not on their way; it waits for those that were preempted, and so do not sleep,
 * and on 6.1 also for each task that exits.
 *
 * Context: process, the hooks being disarmed.
 */
void aw_entry_drain(void)
{
	unsigned int rounds = 0;

	while (count_callers() && !has_stragglers(&rounds))
		msleep(20);
	if (count_callers() || !leaves_at_once()) {
		wait_for_bpf();
		synchronize_rcu_tasks();
		while (atomic_read(&aw_inside))
			msleep(20);
		synchronize_rcu_tasks();
	}
	synchronize_rcu();
}

/* ------------------------------------------------------- the replacements */

/*
 * What hit() sends a caller to: NAME(), then the count.  The entry is one of the
 * kernel's own system calls, with interrupts on; sti lets no interrupt in before
 * the instruction after it, which leaves the module's text.  (One that an NMI on this
 * very instruction lets in would have to preempt, and the unload to be at its end.)
 */
#define AW_REPLACEMENT(name)						\
	asm(".pushsection .text\n"					\
	    ".type enter_" #name ", @function\n"			\
	    "enter_" #name ":\n\t"					\
	    ASM_ENDBR							\
	    FRAME_BEGIN							\
	    "call " #name "\n\t"					\
	    FRAME_END							\
	    "cli\n\t"							\
	    LOCK_PREFIX "incq aw_returned(%rip)\n\t"			\
	    "sti\n\t"							\
	    ASM_RET							\
	    ".size enter_" #name ", . - enter_" #name "\n\t"		\
	    ".popsection\n");						\
	asmlinkage __visible long name(const struct pt_regs *regs);	\
	aw_replacement enter_##name

/*
 * A plain call: false, it has to be made in full.  In between it is not counted as
 * inside; aw_entry_drain() waits for it all the same, since it does not sleep there,
 * nor behind it where its process has left.
 */
static bool wait4_at_once(s32 pid, u32 options, void __user *status, bool usage, long *ret)
{
	bool done;

	atomic_inc(&aw_inside);
	done = aw_quick_wait4(pid, options, status, usage, ret);
	atomic_dec(&aw_inside);
	return done;
}

static bool waitid_at_once(const struct pt_regs *regs, long *ret)
{
	bool done;

	atomic_inc(&aw_inside);
	done = !regs->r8 && aw_quick_waitid(regs->di, regs->si, regs->r10,
					    (void __user *)regs->dx, ret);
	atomic_dec(&aw_inside);
	return done;
}

static noinline long wait4_native_in_full(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAIT4, .which = regs->di,
			  .options = regs->dx },
		.out = (void __user *)regs->si,
		.rusage = (void __user *)regs->r10,
		.abi = AW_ABI_NATIVE, .entry = AW_ENTRY_WAIT4,
	};

	return replace(&w, regs);
}

AW_REPLACEMENT(wait4_native);
long wait4_native(const struct pt_regs *regs)
{
	long ret;

	if (wait4_at_once(regs->di, regs->dx, (void __user *)regs->si, regs->r10, &ret))
		return ret;
	return wait4_native_in_full(regs);
}

static noinline long waitid_native_in_full(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAITID, .which = regs->di,
			  .id = regs->si, .options = regs->r10 },
		.out = (void __user *)regs->dx,
		.rusage = (void __user *)regs->r8,
		.abi = AW_ABI_NATIVE, .entry = AW_ENTRY_WAITID,
	};

	return replace(&w, regs);
}

AW_REPLACEMENT(waitid_native);
long waitid_native(const struct pt_regs *regs)
{
	long ret;

	return waitid_at_once(regs, &ret) ? ret : waitid_native_in_full(regs);
}

static noinline long __maybe_unused waitpid_ia32_in_full(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAIT4, .which = regs->bx,
			  .options = regs->dx },
		.out = compat_ptr(regs->cx),
		.abi = AW_ABI_COMPAT, .entry = AW_ENTRY_IA32_WAITPID,
	};

	return replace(&w, regs);
}

AW_REPLACEMENT(waitpid_ia32);
long waitpid_ia32(const struct pt_regs *regs)
{
	long ret;

	if (wait4_at_once(regs->bx, regs->dx, compat_ptr(regs->cx), false, &ret))
		return ret;
	return waitpid_ia32_in_full(regs);
}

static noinline long __maybe_unused wait4_ia32_in_full(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAIT4, .which = regs->bx,
			  .options = regs->dx },
		.out = compat_ptr(regs->cx), .rusage = compat_ptr(regs->si),
		.abi = AW_ABI_COMPAT, .entry = AW_ENTRY_IA32_WAIT4,
	};

	return replace(&w, regs);
}

AW_REPLACEMENT(wait4_ia32);
long wait4_ia32(const struct pt_regs *regs)
{
	long ret;

	if (wait4_at_once(regs->bx, regs->dx, compat_ptr(regs->cx), (u32)regs->si, &ret))
		return ret;
	return wait4_ia32_in_full(regs);
}

AW_REPLACEMENT(waitid_ia32);
long waitid_ia32(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAITID, .which = regs->bx,
			  .id = regs->cx, .options = regs->si },
		.out = compat_ptr(regs->dx), .rusage = compat_ptr(regs->di),
		.abi = AW_ABI_COMPAT, .entry = AW_ENTRY_IA32_WAITID,
	};

	return replace(&w, regs);
}

AW_REPLACEMENT(waitid_x32);
long waitid_x32(const struct pt_regs *regs)
{
	struct aw_wait w = {
		.args = { .call = AW_WAITID, .which = regs->di,
			  .id = regs->si, .options = regs->r10 },
		.out = (void __user *)regs->dx,
		.rusage = (void __user *)regs->r8,
		.abi = AW_ABI_X32, .entry = AW_ENTRY_X32_WAITID,
	};

	return replace(&w, regs);
}

/* By entry point; those that this kernel lacks are never asked for. */
aw_replacement * const aw_replacements[AW_N_ENTRIES] = {
	[AW_ENTRY_WAIT4]	= enter_wait4_native,
	[AW_ENTRY_WAITID]	= enter_waitid_native,
#ifdef CONFIG_IA32_EMULATION
	[AW_ENTRY_IA32_WAITPID]	= enter_waitpid_ia32,
	[AW_ENTRY_IA32_WAIT4]	= enter_wait4_ia32,
	[AW_ENTRY_IA32_WAITID]	= enter_waitid_ia32,
#endif
#ifdef CONFIG_X86_X32_ABI
	[AW_ENTRY_X32_WAITID]	= enter_waitid_x32,
#endif
};
