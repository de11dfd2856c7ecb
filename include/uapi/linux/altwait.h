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
 * is added; nothing is ever taken away or given another meaning.
 *
 * Errors that all requests share: EFAULT, the struct cannot be read or
 * written; EINVAL, size is smaller than the first version of the struct;
 * E2BIG, bytes that the module does not know are not 0; ENOTTY, the request
 * is not known.
 */
#ifndef _UAPI_LINUX_ALTWAIT_H
#define _UAPI_LINUX_ALTWAIT_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define ALTWAIT_DEVICE	"/dev/altwait"
#define ALTWAIT_VERSION	2

/**
 * enum altwait_policy - which implementation answers a process's wait calls
 * @ALTWAIT_POLICY_STOCK: Linux's own; what every process has that is not
 *	enrolled.  Not accepted by ALTWAIT_ENROLL: use ALTWAIT_DISMISS
 * @ALTWAIT_POLICY_STARRY: Starry's, bug for bug: every quirk
 * @ALTWAIT_POLICY_LINUX: the same code with every quirk switched off; since
 *	version 2
 */
enum altwait_policy {
	ALTWAIT_POLICY_STOCK	= 0,
	ALTWAIT_POLICY_STARRY	= 1,
	ALTWAIT_POLICY_LINUX	= 2,
};

/**
 * struct altwait_enroll - argument of ALTWAIT_ENROLL
 * @size:   sizeof(struct altwait_enroll)
 * @policy: enum altwait_policy
 * @pid:    a process or one of its threads, in the caller's pid namespace;
 *	    0 is the caller
 * @flags:  must be 0
 * @quirks: those in which it differs from @policy: starry without them, linux
 *	    with them.  `altwait quirks` lists them with their bits; since
 *	    version 2
 */
struct altwait_enroll {
	__u32	size;
	__u32	policy;
	__s32	pid;
	__u32	flags;
	__u64	quirks;
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
 */
struct altwait_query {
	__u32	size;
	__s32	pid;
	__u32	policy;
	__u32	children;
	__u32	waiting;
	__u32	pad;
	__u64	quirks;
};

/**
 * struct altwait_counters - argument of ALTWAIT_COUNTERS; all values are
 *	counted since the module was loaded, and all but @size are out
 * @size:      sizeof(struct altwait_counters)
 * @version:   ALTWAIT_VERSION of the module
 * @diverted:  wait calls that were redirected into the module
 * @returned:  of those, how many have left it; equal to @diverted when no task
 *	       is inside
 * @enrolled:  processes enrolled by request or by fork
 * @dismissed: of those, how many have left: by request, exit, trouble or unload
 * @tracked:   records made
 * @released:  records freed
 * @blocked:   times that a call went to sleep
 * @woken:     times that such a sleep ended
 * @trouble:   processes sent back to stock because something went wrong: no
 *	       memory, a bound reached, an inconsistency
 * @missed:    redirects that the kernel's kprobes lost; a run with misses is
 *	       no valid comparison
 * @stolen:    reports that stock had given to somebody else meanwhile
 * @evicted:   records dropped at the bound or because the pid was used again
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
};

/*
 * ALTWAIT_ENROLL - give a process's wait calls to a policy
 *
 * All threads of the process are enrolled, and every child that any of them
 * makes from now on; exec(2) keeps the enrolment.  Children that exist already
 * become candidates of its wait calls but are not enrolled themselves.  A wait
 * call in which a thread already sleeps is finished by stock.  Enrolling an
 * enrolled process again under the same policy changes nothing.
 *
 * EINVAL: flags is not 0, policy is not known or is ALTWAIT_POLICY_STOCK;
 * ESRCH: no such process, or it is exiting; EPERM: the process is a kernel
 * thread or the init of the initial pid namespace; ENOMEM: no memory for the
 * records; EIO: the redirect does not take place on this kernel right now, see
 * kprobes/enabled in debugfs and the sysctl kernel.ftrace_enabled; ENODEV: the
 * module is being unloaded.
 */
#define ALTWAIT_ENROLL		_IOWR('w', 0xa0, struct altwait_enroll)

/*
 * ALTWAIT_DISMISS - give a process's wait calls back to stock
 *
 * Only that process; those that it made stay enrolled.  Calls that sleep in
 * altwait leave it and go on in stock.  Returns when none of its threads is
 * inside.
 *
 * ESRCH: no such process; ENOENT: it is not enrolled; EINTR: a signal came
 * before the last thread was out (the dismissal stands).
 */
#define ALTWAIT_DISMISS		_IOWR('w', 0xa1, struct altwait_dismiss)

/*
 * ALTWAIT_QUERY - who answers this process's wait calls?
 *
 * ESRCH: no such process.
 */
#define ALTWAIT_QUERY		_IOWR('w', 0xa2, struct altwait_query)

/*
 * ALTWAIT_COUNTERS - read the counters; the same as altwait/counters in debugfs
 */
#define ALTWAIT_COUNTERS	_IOWR('w', 0xa3, struct altwait_counters)

#endif /* _UAPI_LINUX_ALTWAIT_H */
