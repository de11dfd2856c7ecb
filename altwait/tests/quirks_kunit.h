/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cases of the wait algorithm under Linux's rules and what a quirk makes of them:
 * a walk over a few tasks each, and the answer to one call.
 */
#ifndef _ALTWAIT_QUIRKS_TEST_H
#define _ALTWAIT_QUIRKS_TEST_H

#include "host_kunit.h"

#define CALLER	10
#define CHILD	20	/* and 21, 22 */
#define THREAD	30	/* 30 to 39 are threads of CHILD, 40 to 49 of the next */
#define ROOM	8

#define EXITED(code)	((code) << 8)
#define STOPPED(signo)	((signo) << 8 | 0x7f)
#define EVENT(event)	(SIGTRAP | (event) << 8)

/* A ptrace stop in the records, of a thread of CHILD. */
struct rule_stop {
	u32	tid;
	int	signo;
	u32	event;
	bool	is_syscall;
};

/**
 * struct rule_case - tasks, a call, and its answer
 * @name:    of the case
 * @fact:    in the order of Linux's walk; up to the first without a tid
 * @gone:    children that are zombies for the records, a bit each
 * @tracer:  whom the records have as CHILD's tracer
 * @sysgood: CHILD has PTRACE_O_TRACESYSGOOD,
 * @apart:   and the thread in the stop has not
 * @stop:    what the records have of CHILD's threads
 * @stranger: the processes are not the caller's children
 * @exiting: CHILD's threads exit together
 * @job:     the signal in CHILD's job status, or SIGCONT; 0: it is empty
 * @maker:   the thread that made CHILD, where that is not the caller's
 * @made_clone: CHILD's end was to send another signal than SIGCHLD
 * @quirks:  of the policy
 * @call:    which call
 * @kind:    the kind of its target
 * @id:	     the target's number
 * @options: its options
 * @nonblock: on a pidfd with O_NONBLOCK
 * @want:    kind of the answer
 * @pid:     whom it names
 * @status:  status word
 * @code:    si_code
 * @cld_status: si_status
 * @uid:     si_uid
 * @error:   where @want is AW_ERROR
 */
struct rule_case {
	const char		*name;
	struct aw_fact		fact[3];
	unsigned int		gone;
	u32			tracer;
	bool			sysgood;
	bool			apart;
	struct rule_stop	stop[2];
	bool			stranger;
	bool			exiting;
	int			job;
	u32			maker;
	bool			made_clone;
	aw_quirkset		quirks;
	enum aw_call		call;
	enum aw_target_kind	kind;
	u32			id;
	u32			options;
	bool			nonblock;
	enum aw_kind		want;
	u32			pid;
	int			status;
	int			code;
	int			cld_status;
	u32			uid;
	int			error;
};

#define LIVE(n)		{ .tid = (n), .leader = true, .exit_signal = SIGCHLD }
#define ZOMBIE(n, c)	{ .tid = (n), .leader = true, .exit_signal = SIGCHLD, \
			  .life = AW_EXIT_ZOMBIE, .status = EXITED(c) }
#define HELD(n)		{ .tid = (n), .leader = true, .exit_signal = SIGCHLD, \
			  .life = AW_EXIT_ZOMBIE, .status = EXITED(5),	      \
			  .traced = true, .reparented = true }
#define CLONED(n)	{ .tid = (n), .leader = true, .exit_signal = 0 }
#define FOREIGN(n)	{ .tid = (n), .leader = true, .exit_signal = SIGCHLD, \
			  .other_thread = true }
#define FOREIGN_ZOMBIE(n, c) { .tid = (n), .leader = true,		      \
			  .exit_signal = SIGCHLD, .life = AW_EXIT_ZOMBIE,     \
			  .status = EXITED(c), .other_thread = true }
#define JOB_STOP(n, s)	{ .tid = (n), .leader = true, .exit_signal = SIGCHLD, \
			  .group_stop = (s) }
#define CONTINUED(n)	{ .tid = (n), .leader = true, .exit_signal = SIGCHLD, \
			  .continued = true }
#define TRACEE(n, code)	{ .tid = (n), .leader = (n) < THREAD, .traced = true, \
			  .reparented = true, .role = AW_ROLE_TRACEE,	      \
			  .stop_code = (code) }
#define SIGCHLD_TRACEE(n, code) { .tid = (n), .leader = true, .traced = true,    \
			  .exit_signal = SIGCHLD, .reparented = true,	      \
			  .role = AW_ROLE_TRACEE, .stop_code = (code) }
#define OWN_TRACEE(n, code) { .tid = (n), .leader = true, .traced = true,     \
			  .exit_signal = SIGCHLD, .stop_code = (code),	      \
			  .group_stop = SIGSTOP }
#define ENDED(n, c)	{ .tid = (n), .traced = true, .reparented = true,     \
			  .role = AW_ROLE_TRACEE, .life = AW_EXIT_ZOMBIE,     \
			  .status = EXITED(c) }

#define GUEST_TRAP(n, code) { .tid = (n), .leader = true, .traced = true,     \
			  .exit_signal = SIGCHLD, .reparented = true,	      \
			  .stop_code = (code) }
#define GUEST_STOP(n)	{ .tid = (n), .leader = true, .exit_signal = SIGCHLD, \
			  .traced = true, .reparented = true,		      \
			  .group_stop = SIGSTOP }
#define DELAYED(n)	{ .tid = (n), .leader = true, .exit_signal = SIGCHLD, \
			  .life = AW_EXIT_ZOMBIE, .delayed = true }
#define PASSED(n, r)	{ .tid = (n), .leader = true, .exit_signal = SIGCHLD, \
			  .life = AW_EXIT_TRACE, .role = (r) }

#define ANY4		.call = AW_WAIT4, .kind = AW_TARGET_ANY
#define ANYID		.call = AW_WAITID, .kind = AW_TARGET_ANY
#define NOBODY		.want = AW_ERROR, .error = -ECHILD
#define ENDS(n, c)	.want = AW_ZOMBIE, .pid = (n), .status = EXITED(c),   \
			.code = CLD_EXITED, .cld_status = (c)
#define STOPS(n, s)	.want = AW_JOB_STATUS, .pid = (n),		      \
			.status = STOPPED(s), .code = CLD_STOPPED,	      \
			.cld_status = (s)
#define TRAPS(n, s)	.want = AW_PTRACE_STOP, .pid = (n),		      \
			.status = STOPPED(s), .code = CLD_TRAPPED,	      \
			.cld_status = (s)

void aw_test_rule(struct kunit *test, const struct rule_case *c);

#endif /* _ALTWAIT_QUIRKS_TEST_H */
