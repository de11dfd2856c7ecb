/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of /dev/altwait, and its manual.
 *
 * /dev/altwait belongs to root (mode 0600); opening it needs CAP_SYS_ADMIN in
 * the initial user namespace.  Every request is an ioctl(2) whose argument is
 * a struct that begins with its own size, as in clone3(2) and openat2(2):
 *
 *   - size is set by the caller to the sizeof() that it was built with;
 *   - a shorter struct than the module knows is taken as if the rest were 0;
 *   - a longer one is taken if all that the module does not know is 0, and
 *     refused with E2BIG otherwise;
 *   - what the module fills in is written up to the caller's size.
 *
 * So either side may be the newer one.  ALTWAIT_VERSION grows when something
 * is added; nothing is ever taken away or given another meaning.  Quirks are
 * added with it, too: one that is split keeps its bit for the part that bears
 * its name.
 *
 * Errors that all requests share: EFAULT, the struct cannot be read or
 * written; EINVAL, size is smaller than the first version of the struct;
 * E2BIG, bytes that the module does not know are not 0, or size is larger than
 * a page; ENOMEM, no memory for the request; ENOTTY, the request is not known.
 * open(2) fails with EACCES, the file's mode forbids it, or EPERM, the caller
 * lacks CAP_SYS_ADMIN.  Who holds the device open holds the module, too.
 */
#ifndef _UAPI_LINUX_ALTWAIT_H
#define _UAPI_LINUX_ALTWAIT_H

#include <linux/altwait_quirks.h>
#include <linux/ioctl.h>
#include <linux/types.h>

#define ALTWAIT_DEVICE	"/dev/altwait"
#define ALTWAIT_VERSION	7

/**
 * enum altwait_policy - which implementation answers a process's wait calls
 * @ALTWAIT_POLICY_STOCK: Linux's own; what every process has that is not
 *	enrolled.  Not accepted by ALTWAIT_ENROLL: use ALTWAIT_DISMISS
 * @ALTWAIT_POLICY_STARRY: Starry's, bug for bug: every quirk but those of
 *	ALTWAIT_LATER_QUIRKS
 * @ALTWAIT_POLICY_LINUX: the same code with every quirk switched off; since
 *	version 2
 */
enum altwait_policy {
	ALTWAIT_POLICY_STOCK	= 0,
	ALTWAIT_POLICY_STARRY	= 1,
	ALTWAIT_POLICY_LINUX	= 2,
};

/*
 * Shadow mode: stock answers, the policy and linux are asked right before, and
 * each call gets a verdict; since version 3.
 */
#define ALTWAIT_SHADOW	0x1

/**
 * struct altwait_enroll - argument of ALTWAIT_ENROLL
 * @size:   sizeof(struct altwait_enroll)
 * @policy: enum altwait_policy
 * @pid:    a process or one of its threads, in the caller's pid namespace;
 *	    0 is the caller
 * @flags:  ALTWAIT_SHADOW or 0
 * @quirks: those in which it differs from @policy: linux with them; starry without
 *	    them, or, what only later revisions brought, with them.
 *	    <linux/altwait_quirks.h> has their bits; since version 2
 * @quirks_more: likewise, the bits from 64 on; since version 4
 */
struct altwait_enroll {
	__u32	size;
	__u32	policy;
	__s32	pid;
	__u32	flags;
	__u64	quirks;
	__u64	quirks_more[ALTWAIT_QUIRK_WORDS - 1];
};

/**
 * struct altwait_dismiss - argument of ALTWAIT_DISMISS
 * @size:  sizeof(struct altwait_dismiss)
 * @pid:   as in struct altwait_enroll
 */
struct altwait_dismiss {
	__u32	size;
	__s32	pid;
};

/**
 * struct altwait_query - argument of ALTWAIT_QUERY
 * @size:     sizeof(struct altwait_query)
 * @pid:      as in struct altwait_enroll
 * @policy:   out: enum altwait_policy; ALTWAIT_POLICY_STOCK: not enrolled
 * @children: out: how many children the records know
 * @waiting:  out: how many of its threads sleep in a replaced call
 * @pad:      out: 0
 * @quirks:   out: the quirks in force; since version 2
 * @flags:    out: ALTWAIT_SHADOW or 0; since version 3
 * @pad2:     out: 0
 * @quirks_more: out: as @quirks, the bits from 64 on; since version 4
 * @uring:    out: as in struct altwait_verdicts, of the file that it was enrolled
 *	      through; since version 7
 */
struct altwait_query {
	__u32	size;
	__s32	pid;
	__u32	policy;
	__u32	children;
	__u32	waiting;
	__u32	pad;
	__u64	quirks;
	__u32	flags;
	__u32	pad2;
	__u64	quirks_more[ALTWAIT_QUIRK_WORDS - 1];
	__u64	uring;
};

/**
 * enum altwait_rings - whether waits that are submitted to io_uring are seen
 * @ALTWAIT_RINGS_UNKNOWN: nobody has been enrolled yet, which is when it shows
 * @ALTWAIT_RINGS_ABSENT: this kernel has no such waits
 * @ALTWAIT_RINGS_SEEN: they are
 * @ALTWAIT_RINGS_UNSEEN: the kernel has them, and they cannot be looked at: of what
 *	runs under a policy nobody knows whether stock answered a part of it
 */
enum altwait_rings {
	ALTWAIT_RINGS_UNKNOWN	= 0,
	ALTWAIT_RINGS_ABSENT	= 1,
	ALTWAIT_RINGS_SEEN	= 2,
	ALTWAIT_RINGS_UNSEEN	= 3,
};

/**
 * struct altwait_counters - argument of ALTWAIT_COUNTERS; all values are
 *	counted since the module was loaded but @version and @rings, and all but
 *	@size are out
 * @size:      sizeof(struct altwait_counters)
 * @version:   ALTWAIT_VERSION of the module
 * @diverted:  wait calls that were redirected into the module
 * @returned:  of those, how many have left it; equal to @diverted when no task
 *	       is inside, but for those that came to stock instead: @missed
 * @enrolled:  processes enrolled by request or by fork
 * @dismissed: of those, how many have left: by request, exit, trouble or unload
 * @tracked:   records made
 * @released:  records freed
 * @blocked:   times that a call went to sleep
 * @woken:     times that such a sleep ended
 * @trouble:   times that something went wrong: no memory, a bound reached, an
 *	       inconsistency.  A process was sent back to stock, or the tracer of
 *	       one cannot be heard
 * @missed:    redirects, and looks at ptrace(2) and io_uring, that the kernel's
 *	       kprobes lost, and redirects that came to stock instead, since a BPF
 *	       program is at the exit of a stub; a run with misses is no valid
 *	       comparison.  While somebody has switched kprobes or ftrace off, each
 *	       look at this counts one
 * @stolen:    reports that stock had given to somebody else meanwhile
 * @evicted:   records dropped because their pid was used again
 * @stuck:     waiters that the watchdog has found asleep although Linux had an
 *	       answer for them, once for each sleep; since version 3
 * @uring:     waits of enrolled processes that stock answers, since they were submitted
 *	       to io_uring, IORING_OP_WAITID of Linux 6.7 and later; a run with any of
 *	       its own, see struct altwait_verdicts, is no valid comparison; since
 *	       version 6
 * @rings:     enum altwait_rings: whether these are seen; since version 7
 */
struct altwait_counters {
	__u32	size;
	__u32	version;
	__u64	diverted;
	__u64	returned;
	__u64	enrolled;
	__u64	dismissed;
	__u64	tracked;
	__u64	released;
	__u64	blocked;
	__u64	woken;
	__u64	trouble;
	__u64	missed;
	__u64	stolen;
	__u64	evicted;
	__u64	stuck;
	__u64	uring;
	__u64	rings;
};

/**
 * enum altwait_kind - what an answer is about
 * @ALTWAIT_KIND_ASLEEP: there is none: the call sleeps
 * @ALTWAIT_KIND_NONE: WNOHANG, and nothing to report
 * @ALTWAIT_KIND_PTRACE_STOP: a traced thread has stopped
 * @ALTWAIT_KIND_ZOMBIE: a child or traced thread has exited
 * @ALTWAIT_KIND_JOB_STATUS: a child has stopped or continued
 * @ALTWAIT_KIND_ERROR: the call fails
 * @ALTWAIT_KIND_UNSEEN: stock only: the caller gave no pointer by which it could
 *	be told
 */
enum altwait_kind {
	ALTWAIT_KIND_ASLEEP	 = 0,
	ALTWAIT_KIND_NONE	 = 1,
	ALTWAIT_KIND_PTRACE_STOP = 2,
	ALTWAIT_KIND_ZOMBIE	 = 3,
	ALTWAIT_KIND_JOB_STATUS	 = 4,
	ALTWAIT_KIND_ERROR	 = 5,
	ALTWAIT_KIND_UNSEEN	 = 6,
};

/**
 * struct altwait_answer - what one implementation says to a call
 * @kind:   enum altwait_kind.  Stock's for a status word of wait4 that may be of
 *	    either kind of stop is linux's
 * @ret:    the value that the call returns; a negative errno, where EINTR also
 *	    stands for a call that a signal makes restart, if it was to end otherwise
 * @pid:    who is reported, as the caller's pid namespace numbers it, or 0
 * @status: wait4: the status word; waitid: si_status
 * @code:   waitid: si_code
 * @uid:    waitid: si_uid
 */
struct altwait_answer {
	__u32	kind;
	__s32	ret;
	__u32	pid;
	__s32	status;
	__s32	code;
	__u32	uid;
};

/**
 * enum altwait_verdict_kind - what became of a call in shadow mode
 * @ALTWAIT_VERDICT_SAME: all three say the same and leave the same behind
 * @ALTWAIT_VERDICT_DIFFERS: the policy does not; the quirks say why
 * @ALTWAIT_VERDICT_CONTROL: linux does not: a bug in altwait
 * @ALTWAIT_VERDICT_RACED: linux does not, or the policy does not and no quirk says
 *	why; but something had happened since they were asked
 */
enum altwait_verdict_kind {
	ALTWAIT_VERDICT_SAME	= 0,
	ALTWAIT_VERDICT_DIFFERS	= 1,
	ALTWAIT_VERDICT_CONTROL	= 2,
	ALTWAIT_VERDICT_RACED	= 3,
};

/**
 * struct altwait_verdict - a call, and what was said to it; it grows, and so stands
 *	at the end of what it is part of
 * @time:    when it ended: CLOCK_MONOTONIC, nanoseconds
 * @quirks:  those that, added to linux, make its answer the policy's: as few as
 *	     could be found; where it differs and there are none, here and in
 *	     @quirks_more: none explain it
 * @verdict: enum altwait_verdict_kind
 * @pid:     the caller's process, as the initial pid namespace numbers it
 * @tid:     its thread, likewise
 * @call:    0 wait4 (waitpid too), 1 waitid
 * @which:   wait4's pid argument, waitid's idtype
 * @id:	     waitid's id, 0 for wait4
 * @options: as given
 * @pad:     0
 * @stock:   what the caller was told
 * @control: what policy linux said right before
 * @policy:  what the policy said: in the same moment or earlier, while the call
 *	     slept; ALTWAIT_KIND_ASLEEP: it would still be asleep
 * @comm:    the thread's name
 * @quirks_more: as @quirks, the bits from 64 on; since version 4
 */
struct altwait_verdict {
	__u64	time;
	__u64	quirks;
	__u32	verdict;
	__s32	pid;
	__s32	tid;
	__u32	call;
	__s32	which;
	__s32	id;
	__u32	options;
	__u32	pad;
	struct altwait_answer	stock;
	struct altwait_answer	control;
	struct altwait_answer	policy;
	char	comm[16];
	__u64	quirks_more[ALTWAIT_QUIRK_WORDS - 1];
};

#define ALTWAIT_SCOPE_FILE	0
#define ALTWAIT_SCOPE_ALL	1

/**
 * struct altwait_verdicts - argument of ALTWAIT_VERDICTS; since version 3.  All
 *	but @size and @scope are out
 * @size:    sizeof(struct altwait_verdicts)
 * @scope:   ALTWAIT_SCOPE_FILE: the processes that were enrolled through this
 *	     open file description, with all that they have made since;
 *	     ALTWAIT_SCOPE_ALL: everybody since the module was loaded
 * @calls:   calls that have a verdict: the sum of the next four
 * @same:    ALTWAIT_VERDICT_SAME
 * @differs: ALTWAIT_VERDICT_DIFFERS
 * @control: ALTWAIT_VERDICT_CONTROL
 * @raced:   ALTWAIT_VERDICT_RACED
 * @asleep:  of @differs, those in which the policy would still be asleep
 * @unexplained: of @differs, those without quirks
 * @left:    calls without a verdict: the process was dismissed meanwhile
 * @quirk:   by the quirk's number: verdicts that it is part of; those from 64 on
 *	     since version 4
 * @restarted: times that a signal has ended a call which the kernel made again without
 *	     telling the caller, and which has its verdict then; since version 5
 * @uring:   waits that were submitted to io_uring, and that stock has answered, also by
 *	     those that are enrolled without ALTWAIT_SHADOW; since version 7
 */
struct altwait_verdicts {
	__u32	size;
	__u32	scope;
	__u64	calls;
	__u64	same;
	__u64	differs;
	__u64	control;
	__u64	raced;
	__u64	asleep;
	__u64	unexplained;
	__u64	left;
	__u64	quirk[ALTWAIT_QUIRKS_MAX];
	__u64	restarted;
	__u64	uring;
};

/*
 * Examples that are not a quirk's; a quirk's has its number, but for those from 64
 * on, which go on behind a gap.
 */
#define ALTWAIT_EXAMPLE_QUIRK(nr)	((nr) < 64 ? (nr) : (nr) + 64)
#define ALTWAIT_EXAMPLE_CONTROL		64
#define ALTWAIT_EXAMPLE_UNEXPLAINED	65
#define ALTWAIT_EXAMPLE_RACED		66
#define ALTWAIT_EXAMPLE_STUCK		67

/**
 * struct altwait_example - argument of ALTWAIT_EXAMPLE; since version 3
 * @size:  sizeof(struct altwait_example)
 * @scope: as in struct altwait_verdicts
 * @index: ALTWAIT_EXAMPLE_QUIRK() of a quirk's number, or another ALTWAIT_EXAMPLE_*.
 *	   That of a stuck waiter is the latest one; there stock was not asked, and
 *	   control is what Linux has
 * @pad:   must be 0
 * @first: out: the first call with that verdict; the latest of a stuck waiter
 */
struct altwait_example {
	__u32	size;
	__u32	scope;
	__u32	index;
	__u32	pad;
	struct altwait_verdict	first;
};

/**
 * enum altwait_disagreement - in what a record and the kernel do not agree
 * @ALTWAIT_AGREE: in nothing
 * @ALTWAIT_GONE: the process has been reaped, and its record is still there
 * @ALTWAIT_LIVES: the process lives, and its record says that it has ended
 * @ALTWAIT_ENDED: the process is a zombie, and its record says that it lives
 * @ALTWAIT_PARENT: the record has another parent, or none
 * @ALTWAIT_TRACER: the record has another tracer, or none
 * @ALTWAIT_NO_RECORD: the process is a child of an enrolled one, and has no record
 */
enum altwait_disagreement {
	ALTWAIT_AGREE		= 0,
	ALTWAIT_GONE		= 1,
	ALTWAIT_LIVES		= 2,
	ALTWAIT_ENDED		= 3,
	ALTWAIT_PARENT		= 4,
	ALTWAIT_TRACER		= 5,
	ALTWAIT_NO_RECORD	= 6,
};

/**
 * struct altwait_audit - argument of ALTWAIT_AUDIT; since version 7
 * @size:   sizeof(struct altwait_audit)
 * @what:   out: enum altwait_disagreement; ALTWAIT_AGREE: there is no further one
 * @from:   0 to begin, else what the last call has put there
 * @pid:    out: the process, as the initial pid namespace numbers it
 * @record: out: the pid that the record has as parent or tracer, 0 for none
 * @kernel: out: the pid that the kernel has there, 0 for none
 * @pad:    must be 0
 * @compared: out: how many records, and how many processes, were looked at in this call
 */
struct altwait_audit {
	__u32	size;
	__u32	what;
	__u64	from;
	__s32	pid;
	__s32	record;
	__s32	kernel;
	__u32	pad;
	__u64	compared;
};

/*
 * ALTWAIT_ENROLL - give a process's wait calls to a policy
 *
 * All threads of the process are enrolled, and every child that any of them
 * makes from now on; exec(2) keeps the enrolment.  Children that exist already
 * become candidates of its wait calls but are not enrolled themselves.  A wait
 * call in which a thread already sleeps is finished by stock.
 *
 * Enrolling an enrolled process again gives it the new policy, quirks and flags
 * and file; those that it has made keep theirs.  Calls that
 * sleep begin again under it.  Without ALTWAIT_SHADOW it leaves shadow mode.  The
 * event altwait:altwait_policy tells, since version 4.
 *
 * With ALTWAIT_SHADOW, stock goes on answering: each call is put to linux and to
 * the policy as well, and gets a verdict.
 *
 * EINVAL: flags, quirks or quirks_more has a bit that is not known, policy is not
 * known or is ALTWAIT_POLICY_STOCK; ESRCH: no such process, or it is exiting; EPERM: the
 * process is a kernel thread or the init of the initial pid namespace; ENOMEM: no
 * memory for the records or the file's counts, or max_records or max_tree_records is
 * reached; EINTR: a fatal signal; EIO: the redirect does not take place on this kernel
 * right now, see kprobes/enabled in debugfs and the sysctl kernel.ftrace_enabled;
 * EOPNOTSUPP, or what register_kprobe() returns: the stubs cannot be probed any more.
 */
#define ALTWAIT_ENROLL		_IOWR('w', 0xa0, struct altwait_enroll)

/*
 * ALTWAIT_DISMISS - give a process's wait calls back to stock
 *
 * Only that process; those that it made stay enrolled.  Calls that sleep in
 * altwait leave it and go on in stock.  Returns when none of its threads is
 * inside.
 *
 * ESRCH: no such process; ENOENT: it is not enrolled, a zombie is not; EINTR: a
 * signal came before the last thread was out (the dismissal stands).
 */
#define ALTWAIT_DISMISS		_IOWR('w', 0xa1, struct altwait_dismiss)

/*
 * ALTWAIT_QUERY - see who answers a process's wait calls
 *
 * A zombie's are stock's.
 *
 * ESRCH: no such process.
 */
#define ALTWAIT_QUERY		_IOWR('w', 0xa2, struct altwait_query)

/*
 * ALTWAIT_COUNTERS - read the counters; the same as altwait/counters in debugfs
 */
#define ALTWAIT_COUNTERS	_IOWR('w', 0xa3, struct altwait_counters)

/*
 * ALTWAIT_VERDICTS - count the verdicts of shadow mode
 *
 * EINVAL: the scope is not known; ENOMEM: no memory for the file's counts.
 */
#define ALTWAIT_VERDICTS	_IOWR('w', 0xa4, struct altwait_verdicts)

/*
 * ALTWAIT_EXAMPLE - the first call that had a verdict
 *
 * EINVAL: scope or index is not known, a quirk's number that this module does not
 * have among them, or pad is not 0; ENOENT: there was none; ENOMEM: no memory for
 * the file's counts.
 */
#define ALTWAIT_EXAMPLE		_IOWR('w', 0xa5, struct altwait_example)

/*
 * ALTWAIT_AUDIT - find the next disagreement between the records and the kernel
 *
 * Each record is held against its process, and each child of an enrolled process
 * against the records.  Both go on meanwhile: what does not agree is looked at again for
 * up to a second, and only what lasts is a disagreement.  A child that a call has
 * reaped which was asleep in stock before its process was enrolled is one, and so may be
 * one that stock has reaped between a dismissal and an enrolment right after it: its
 * record stays until its parent waits for any child, or for that one, or ends.
 *
 * EINVAL: from is not what a call has put there, or pad is not 0; EINTR: a fatal signal.
 */
#define ALTWAIT_AUDIT		_IOWR('w', 0xa6, struct altwait_audit)

#endif /* _UAPI_LINUX_ALTWAIT_H */
