/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In what the kernels differ that the module is built for: each by a test of what is
 * there, and with the release that has changed it.
 */
#ifndef _ALTWAIT_COMPAT_H
#define _ALTWAIT_COMPAT_H

#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>
#include <trace/events/sched.h>

#include <asm/cpufeature.h>

/*
 * 6.16: the tracepoint sched_process_exit tells whether the group is dead, too.
 *
 * aw_exit_probe(two, three) - the function that it takes: of two arguments, the
 * tracepoint's data and the task, or of three
 */
#define aw_exit_probe(two, three)						\
	__builtin_choose_expr(							\
		__same_type(&check_trace_callback_type_sched_process_exit,	\
			    (void (*)(void (*)(void *, struct task_struct *)))NULL), \
		two, three)

/*
 * 7.3, or not long before: tracepoints are guarded by SRCU, and their probes may be
 * preempted.  Kbuild reads off include/linux/tracepoint.h where they may not be.
 *
 * aw_probe_guard() - behind the declarations of a probe: from here on preemption is off
 */
#ifdef AW_PROBES_KEEP_PREEMPTION_OFF
#define aw_probe_guard()	lockdep_assert_preemption_disabled()
#else
#define aw_probe_guard()	guard(preempt_notrace)()
#endif

/* 6.17: workqueues whose names say on which CPU; system_wq warns, later on. */
#ifdef AW_HAS_PERCPU_WQ
#define aw_wq	system_percpu_wq
#else
#define aw_wq	system_wq
#endif

/* 7.1: CLONE_AUTOREAP, a child that its parent never has to reap. */
static inline bool aw_is_autoreaped(const struct signal_struct *signal)
{
#ifdef AW_HAS_AUTOREAP
	return signal->autoreap;
#else
	return false;
#endif
}

/*
 * 5.18: CONFIG_X86_KERNEL_IBT.  Where the CPU has it and it is switched on, a function
 * that the kernel itself never calls through a pointer cannot be called so: of those
 * that the module calls, getrusage(), kernel_wait4(), pidfd_pid() and the stubs of other
 * ABIs.
 */
static inline bool aw_branches_are_tracked(void)
{
#ifdef CONFIG_X86_KERNEL_IBT
	return cpu_feature_enabled(X86_FEATURE_IBT);
#else
	return false;
#endif
}

/*
 * By 7.3: who makes the parameters of a KUnit case is told for which test.  For files
 * that include KUnit's header before this.
 *
 * AW_KUNIT_GENERATOR(name, prev, desc) - the function that does so, and its arguments
 */
#ifdef KUNIT_CASE_PARAM_WITH_INIT
#define AW_KUNIT_GENERATOR(name, prev, desc)					\
	name(struct kunit *unused, const void *(prev), char *(desc))
#else
#define AW_KUNIT_GENERATOR(name, prev, desc)	name(const void *(prev), char *(desc))
#endif

#endif /* _ALTWAIT_COMPAT_H */
