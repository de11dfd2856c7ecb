/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events of the altwait module.
 *
 * Guarantees:
 *  - Nothing is traced while nobody is enrolled, and nothing of a process that
 *    is not enrolled but its own enrolment and dismissal.
 *  - Every process has as many altwait_enroll as altwait_dismiss events, in
 *    turn.
 *  - Between the two, each request that enrols it again emits one altwait_policy,
 *    also if that changes nothing, from the thread that asks; a request that fails
 *    emits none, and who inherits a policy has an altwait_enroll alone. It is
 *    emitted under the lock under which policy, quirks and mode change: what
 *    altwait_enroll or the last altwait_policy has said was so until then. Calls
 *    that sleep under other quirks or in the other mode emit altwait_wait_wake
 *    (leave) and altwait_wait_exit after it, and then begin again.
 *  - Every replaced call emits altwait_wait_enter first and altwait_wait_exit
 *    last, from the thread that calls (common_pid).  In between:
 *    altwait_wait_candidates, unless the arguments are refused or the call fails
 *    before; again where stock has given a report to somebody else;
 *    altwait_wait_block and altwait_wait_wake in turn, for each sleep;
 *    altwait_wait_report when the call has a report or, with WNOHANG, none;
 *    altwait_wait_commit if that is used up: after it, or before where the policy
 *    takes a report from stock first.  Then there is no altwait_wait_report if
 *    somebody else had it, or if user memory cannot be written.
 *    In shadow mode there are only altwait_wait_verdict, right before the exit,
 *    unless the process is dismissed meanwhile, and the sleeps.
 *  - altwait_wait_stuck comes from the watchdog, at any time while a call sleeps.
 *  - altwait_wait_uring is about no replaced call: stock answers.
 *  - The pids of reports and answers are as the calling thread's pid namespace
 *    numbers them; those of processes and callers, as the initial one does.
 *  - Fields keep their names and meanings; new ones go to the end of an event and
 *    of its line. A set of quirks is in quirks, the bits to 63, and quirks_more,
 *    from 64 on.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM altwait

#if !defined(_TRACE_ALTWAIT_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_ALTWAIT_H

#include <linux/tracepoint.h>
#include <uapi/linux/altwait.h>

#define AW_SHOW_WHY(why) __print_symbolic(why,				\
	{ 0, "request" }, { 1, "fork" }, { 2, "exit" }, { 3, "memory" },	\
	{ 4, "bound" }, { 5, "inconsistent" }, { 6, "unload" },	\
	{ 7, "privileged" }, { 8, "work" })
#define AW_SHOW_POLICY(policy) __print_symbolic(policy,			\
	{ 0, "stock" }, { 1, "starry" }, { 2, "linux" })
#define AW_SHOW_MODE(shadow) ((shadow) ? "shadow" : "replace")
#define AW_SHOW_CALL(call) __print_symbolic(call,			\
	{ 0, "wait4" }, { 1, "waitid" })
#define AW_SHOW_WAKE(why) __print_symbolic(why,				\
	{ 0, "news" }, { 1, "full" }, { 2, "signal" }, { 3, "leave" })
#define AW_SHOW_KIND(kind) __print_symbolic(kind,			\
	{ 0, "sleep" }, { 1, "none" }, { 2, "ptrace-stop" },		\
	{ 3, "zombie" }, { 4, "job-status" }, { 5, "error" })

/**
 * altwait_enroll - a process's wait calls go to altwait from here on
 * @pid:    the process, as the initial pid namespace numbers it
 * @comm:   its name
 * @now:    struct altwait_query of <linux/altwait.h>: policy, who answers; quirks
 *	    and quirks_more, those in force, a bit each; shadow: stock answers, and
 *	    the policy is only asked
 * @why:    by request, or because its parent was enrolled when it forked
 */
TRACE_EVENT(altwait_enroll,
	TP_PROTO(u32 pid, const char *comm, const struct altwait_query *now,
		 int why),
	TP_ARGS(pid, comm, now, why),
	TP_STRUCT__entry(
		__field(u32, pid)
		__array(char, comm, TASK_COMM_LEN)
		__field(u32, policy)
		__field(u64, quirks)
		__field(bool, shadow)
		__field(int, why)
		__field(u64, quirks_more)
	),
	TP_fast_assign(
		__entry->pid = pid;
		strscpy(__entry->comm, comm, TASK_COMM_LEN);
		__entry->policy = now->policy;
		__entry->quirks = now->quirks;
		__entry->shadow = now->flags & ALTWAIT_SHADOW;
		__entry->why = why;
		__entry->quirks_more = now->quirks_more[0];
	),
	TP_printk("pid=%u comm=%s policy=%s quirks=%#llx mode=%s why=%s quirks_more=%#llx",
		  __entry->pid, __entry->comm,
		  AW_SHOW_POLICY(__entry->policy), __entry->quirks,
		  AW_SHOW_MODE(__entry->shadow), AW_SHOW_WHY(__entry->why),
		  __entry->quirks_more)
);

/**
 * altwait_policy - an enrolled process was enrolled again, on other terms or the same
 * @pid:  the process, as the initial pid namespace numbers it
 * @comm: its name
 * @now:  as in altwait_enroll: from here on
 * @was:  likewise, until here: old_policy, old_quirks, old_quirks_more, old_shadow
 */
TRACE_EVENT(altwait_policy,
	TP_PROTO(u32 pid, const char *comm, const struct altwait_query *now,
		 const struct altwait_query *was),
	TP_ARGS(pid, comm, now, was),
	TP_STRUCT__entry(
		__field(u32, pid)
		__array(char, comm, TASK_COMM_LEN)
		__field(u32, policy)
		__field(u64, quirks)
		__field(u64, quirks_more)
		__field(bool, shadow)
		__field(u32, old_policy)
		__field(u64, old_quirks)
		__field(u64, old_quirks_more)
		__field(bool, old_shadow)
	),
	TP_fast_assign(
		__entry->pid = pid;
		strscpy(__entry->comm, comm, TASK_COMM_LEN);
		__entry->policy = now->policy;
		__entry->quirks = now->quirks;
		__entry->quirks_more = now->quirks_more[0];
		__entry->shadow = now->flags & ALTWAIT_SHADOW;
		__entry->old_policy = was->policy;
		__entry->old_quirks = was->quirks;
		__entry->old_quirks_more = was->quirks_more[0];
		__entry->old_shadow = was->flags & ALTWAIT_SHADOW;
	),
	TP_printk("pid=%u comm=%s policy=%s quirks=%#llx quirks_more=%#llx mode=%s old_policy=%s old_quirks=%#llx old_quirks_more=%#llx old_mode=%s",
		  __entry->pid, __entry->comm,
		  AW_SHOW_POLICY(__entry->policy), __entry->quirks,
		  __entry->quirks_more, AW_SHOW_MODE(__entry->shadow),
		  AW_SHOW_POLICY(__entry->old_policy), __entry->old_quirks,
		  __entry->old_quirks_more, AW_SHOW_MODE(__entry->old_shadow))
);

/**
 * altwait_dismiss - a process's wait calls are stock's again
 * @pid:  the process, as the initial pid namespace numbers it
 * @comm: its name
 * @why:  by request, because it exited, out of memory, a bound was reached, the
 *	  records contradict themselves, or the module is unloaded
 */
TRACE_EVENT(altwait_dismiss,
	TP_PROTO(u32 pid, const char *comm, int why),
	TP_ARGS(pid, comm, why),
	TP_STRUCT__entry(
		__field(u32, pid)
		__array(char, comm, TASK_COMM_LEN)
		__field(int, why)
	),
	TP_fast_assign(
		__entry->pid = pid;
		strscpy(__entry->comm, comm, TASK_COMM_LEN);
		__entry->why = why;
	),
	TP_printk("pid=%u comm=%s why=%s",
		  __entry->pid, __entry->comm, AW_SHOW_WHY(__entry->why))
);

/**
 * altwait_wait_enter - a replaced call begins
 * @call:    wait4 (waitpid too) or waitid
 * @which:   wait4's pid argument, waitid's idtype
 * @id:	     waitid's id, 0 for wait4
 * @options: as given
 */
TRACE_EVENT(altwait_wait_enter,
	TP_PROTO(int call, int which, int id, u32 options),
	TP_ARGS(call, which, id, options),
	TP_STRUCT__entry(
		__field(int, call)
		__field(int, which)
		__field(int, id)
		__field(u32, options)
	),
	TP_fast_assign(
		__entry->call = call;
		__entry->which = which;
		__entry->id = id;
		__entry->options = options;
	),
	TP_printk("call=%s which=%d id=%d options=0x%x",
		  AW_SHOW_CALL(__entry->call), __entry->which, __entry->id,
		  __entry->options)
);

DECLARE_EVENT_CLASS(altwait_number,
	TP_PROTO(unsigned int n),
	TP_ARGS(n),
	TP_STRUCT__entry(__field(unsigned int, n)),
	TP_fast_assign(__entry->n = n;),
	TP_printk("n=%u", __entry->n)
);

/**
 * altwait_wait_candidates - the snapshot of a call is taken
 * @n: candidates; 0 is ECHILD
 */
DEFINE_EVENT(altwait_number, altwait_wait_candidates,
	TP_PROTO(unsigned int n), TP_ARGS(n));

/**
 * altwait_wait_block - a call goes to sleep
 * @n: candidates that have nothing to report; 0 in shadow mode
 */
DEFINE_EVENT(altwait_number, altwait_wait_block,
	TP_PROTO(unsigned int n), TP_ARGS(n));

/**
 * altwait_wait_wake - a sleep ends
 * @why: news of a child, thrown out of a full PollSet, a signal, or leaving
 *	 altwait
 */
TRACE_EVENT(altwait_wait_wake,
	TP_PROTO(int why),
	TP_ARGS(why),
	TP_STRUCT__entry(__field(int, why)),
	TP_fast_assign(__entry->why = why;),
	TP_printk("why=%s", AW_SHOW_WAKE(__entry->why))
);

/**
 * altwait_wait_report - what the call reports
 * @kind:      none (WNOHANG), ptrace-stop, zombie or job-status
 * @pid:       of the process or traced thread, 0 for none
 * @status:    wait4's status word
 * @cld_code:  waitid's CLD_*
 * @cld_status: waitid's si_status
 */
TRACE_EVENT(altwait_wait_report,
	TP_PROTO(int kind, u32 pid, int status, int cld_code, int cld_status),
	TP_ARGS(kind, pid, status, cld_code, cld_status),
	TP_STRUCT__entry(
		__field(int, kind)
		__field(u32, pid)
		__field(int, status)
		__field(int, cld_code)
		__field(int, cld_status)
	),
	TP_fast_assign(
		__entry->kind = kind;
		__entry->pid = pid;
		__entry->status = status;
		__entry->cld_code = cld_code;
		__entry->cld_status = cld_status;
	),
	TP_printk("kind=%s pid=%u status=0x%x cld_code=%d cld_status=%d",
		  AW_SHOW_KIND(__entry->kind), __entry->pid, __entry->status,
		  __entry->cld_code, __entry->cld_status)
);

/**
 * altwait_wait_commit - the report is used up
 * @kind:  as in altwait_wait_report
 * @pid:   as in altwait_wait_report
 * @stock: what stock returned when it was asked for the same, 0 if it was not
 *	   asked or had nothing, -ECHILD if a zombie is gone; where stock comes
 *	   first, @pid if it had the report, else 0
 */
TRACE_EVENT(altwait_wait_commit,
	TP_PROTO(int kind, u32 pid, long stock),
	TP_ARGS(kind, pid, stock),
	TP_STRUCT__entry(
		__field(int, kind)
		__field(u32, pid)
		__field(long, stock)
	),
	TP_fast_assign(
		__entry->kind = kind;
		__entry->pid = pid;
		__entry->stock = stock;
	),
	TP_printk("kind=%s pid=%u stock=%ld", AW_SHOW_KIND(__entry->kind),
		  __entry->pid, __entry->stock)
);

#define AW_SHOW_VERDICT(verdict) __print_symbolic(verdict,		\
	{ 0, "same" }, { 1, "differs" }, { 2, "control" }, { 3, "raced" })
#define AW_SHOW_ANSWER(kind) __print_symbolic(kind,			\
	{ 0, "asleep" }, { 1, "none" }, { 2, "ptrace-stop" },		\
	{ 3, "zombie" }, { 4, "job-status" }, { 5, "error" },		\
	{ 6, "unseen" })

#define AW_ANSWER_FORMAT "(%s ret=%d pid=%u status=0x%x code=%d uid=%u)"
DECLARE_EVENT_CLASS(altwait_judged,
	TP_PROTO(const struct altwait_verdict *v, const char *names),
	TP_ARGS(v, names),
	TP_STRUCT__entry(
		__field(u32, verdict)
		__field(int, pid)
		__field(int, tid)
		__field(u32, call)
		__field(int, which)
		__field(int, id)
		__field(u32, options)
		__field(u32, stock_kind)
		__field(int, stock_ret)
		__field(u32, stock_pid)
		__field(int, stock_status)
		__field(int, stock_code)
		__field(u32, stock_uid)
		__field(u32, control_kind)
		__field(int, control_ret)
		__field(u32, control_pid)
		__field(int, control_status)
		__field(int, control_code)
		__field(u32, control_uid)
		__field(u32, policy_kind)
		__field(int, policy_ret)
		__field(u32, policy_pid)
		__field(int, policy_status)
		__field(int, policy_code)
		__field(u32, policy_uid)
		__field(u64, quirks)
		__dynamic_array(char, names, strlen(names) + 1)
		__field(u64, quirks_more)
	),
	TP_fast_assign(
		__entry->verdict = v->verdict;
		__entry->pid = v->pid;
		__entry->tid = v->tid;
		__entry->call = v->call;
		__entry->which = v->which;
		__entry->id = v->id;
		__entry->options = v->options;
		__entry->stock_kind = v->stock.kind;
		__entry->stock_ret = v->stock.ret;
		__entry->stock_pid = v->stock.pid;
		__entry->stock_status = v->stock.status;
		__entry->stock_code = v->stock.code;
		__entry->stock_uid = v->stock.uid;
		__entry->control_kind = v->control.kind;
		__entry->control_ret = v->control.ret;
		__entry->control_pid = v->control.pid;
		__entry->control_status = v->control.status;
		__entry->control_code = v->control.code;
		__entry->control_uid = v->control.uid;
		__entry->policy_kind = v->policy.kind;
		__entry->policy_ret = v->policy.ret;
		__entry->policy_pid = v->policy.pid;
		__entry->policy_status = v->policy.status;
		__entry->policy_code = v->policy.code;
		__entry->policy_uid = v->policy.uid;
		__entry->quirks = v->quirks;
		__entry->quirks_more = v->quirks_more[0];
		memcpy(__get_str(names), names, __get_dynamic_array_len(names));
	),
	TP_printk("verdict=%s pid=%d tid=%d call=%s which=%d id=%d options=0x%x stock="
		  AW_ANSWER_FORMAT " linux=" AW_ANSWER_FORMAT " policy="
		  AW_ANSWER_FORMAT " quirks=%s",
		  AW_SHOW_VERDICT(__entry->verdict), __entry->pid,
		  __entry->tid, AW_SHOW_CALL(__entry->call), __entry->which,
		  __entry->id, __entry->options,
		  AW_SHOW_ANSWER(__entry->stock_kind), __entry->stock_ret,
		  __entry->stock_pid, __entry->stock_status, __entry->stock_code,
		  __entry->stock_uid,
		  AW_SHOW_ANSWER(__entry->control_kind), __entry->control_ret,
		  __entry->control_pid, __entry->control_status, __entry->control_code,
		  __entry->control_uid,
		  AW_SHOW_ANSWER(__entry->policy_kind), __entry->policy_ret,
		  __entry->policy_pid, __entry->policy_status, __entry->policy_code,
		  __entry->policy_uid,
		  __get_str(names))
);

/**
 * altwait_wait_verdict - what became of a call in shadow mode
 * @v:	   struct altwait_verdict of <linux/altwait.h>: the call, what stock has
 *	   answered, and what linux and the policy would have
 * @names: of the quirks that explain why the policy differs, by |; empty if none
 */
DEFINE_EVENT(altwait_judged, altwait_wait_verdict,
	TP_PROTO(const struct altwait_verdict *v, const char *names),
	TP_ARGS(v, names));

/**
 * altwait_wait_stuck - a replaced call sleeps while Linux has an answer for it
 * @v:	   the call; linux is what Linux has, policy is asleep, stock not asked
 * @names: of the quirks that explain why it sleeps, by |; empty: a bug in altwait
 *
 * From the watchdog, not from the thread that sleeps; once for each sleep.
 */
DEFINE_EVENT(altwait_judged, altwait_wait_stuck,
	TP_PROTO(const struct altwait_verdict *v, const char *names),
	TP_ARGS(v, names));

/**
 * altwait_wait_exit - a replaced call ends
 * @ret:    its return value; -512 and -513 are restarts, as in the kernel
 * @status: wait4's status word or waitid's si_status, 0 if nothing is reported, and
 *	    always in shadow mode
 */
TRACE_EVENT(altwait_wait_exit,
	TP_PROTO(long ret, int status),
	TP_ARGS(ret, status),
	TP_STRUCT__entry(
		__field(long, ret)
		__field(int, status)
	),
	TP_fast_assign(
		__entry->ret = ret;
		__entry->status = status;
	),
	TP_printk("ret=%ld status=0x%x", __entry->ret, __entry->status)
);

/**
 * altwait_wait_uring - an enrolled process waits by io_uring, and stock answers
 * @which:   the idtype of IORING_OP_WAITID
 * @id:	     its id
 * @options: as given
 *
 * From the thread that submits, or the kernel's that polls for it in its process.  The
 * request may still be refused.  The fields are what the ring had: the kernel reads it
 * once more, and the program may change it in between.
 */
TRACE_EVENT(altwait_wait_uring,
	TP_PROTO(int which, int id, u32 options),
	TP_ARGS(which, id, options),
	TP_STRUCT__entry(
		__field(int, which)
		__field(int, id)
		__field(u32, options)
	),
	TP_fast_assign(
		__entry->which = which;
		__entry->id = id;
		__entry->options = options;
	),
	TP_printk("which=%d id=%d options=0x%x", __entry->which, __entry->id,
		  __entry->options)
);

#endif /* _TRACE_ALTWAIT_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace/events
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE altwait
#include <trace/define_trace.h>
