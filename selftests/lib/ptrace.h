/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracees for the ptrace selftests, and what a wait call says of their stops.
 *
 * That a thread stands in a ptrace stop, and that its tracer was woken for it,
 * is known when a ptrace(2) request on it succeeds: the kernel lets one pass
 * only after the stopping thread has left its CPU, which it does last.
 */
#ifndef _SELFTESTS_PTRACE_H
#define _SELFTESTS_PTRACE_H

#include <linux/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "calls.h"

#define EVENT(sig, event)	((sig) | (event) << 8)
#define EVENT_STOP(sig)		EVENT(sig, PTRACE_EVENT_STOP)
#define SYSGOOD			(SIGTRAP | 0x80)

/* The C library's wrapper changes what PTRACE_PEEKUSR returns. */
static inline long pt(long request, pid_t tid, long addr, long data)
{
	return syscall(SYS_ptrace, request, tid, addr, data);
}

/* The caller traces tid: is it in a ptrace stop, and the caller was told? */
static inline bool is_trapped(pid_t tid)
{
	long word;

	if (!pt(PTRACE_PEEKUSR, tid, 0, (long)&word))
		return true;
	if (errno != ESRCH)
		die("PTRACE_PEEKUSR");
	return false;
}

static inline void until_trapped(pid_t tid)
{
	UNTIL(is_trapped(tid), "ptrace stop");
}

static inline unsigned long event_message(pid_t tid)
{
	unsigned long msg = 0;

	if (pt(PTRACE_GETEVENTMSG, tid, 0, (long)&msg))
		die("PTRACE_GETEVENTMSG");
	return msg;
}

/* A child that is traced by the caller, and does body. */
static inline pid_t tracee_fork(void (*body)(void))
{
	pid_t pid = child_fork();

	if (pid)
		return pid;
	if (pt(PTRACE_TRACEME, 0, 0, 0))
		die("PTRACE_TRACEME");
	body();
	_exit(0);
}

/* A child that holds, seized by the caller. */
static inline struct child tracee_seize(long options)
{
	struct child c = child_hold();

	if (pt(PTRACE_SEIZE, c.pid, 0, options))
		die("PTRACE_SEIZE");
	return c;
}

/* Takes the stop from a wait call that nothing is tested of. */
static inline void take_stop(pid_t tid)
{
	int status;

	if (syscall(SYS_wait4, tid, &status, __WALL, NULL) != tid ||
	    !WIFSTOPPED(status))
		die("a stop");
}

static inline void resume(long request, pid_t tid, int sig)
{
	if (pt(request, tid, 0, sig))
		die("resume");
}

#endif /* _SELFTESTS_PTRACE_H */
