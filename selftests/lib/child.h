/* SPDX-License-Identifier: GPL-2.0 */
/* Children that do what they are told, and whose state is known. */
#ifndef _SELFTESTS_CHILD_H
#define _SELFTESTS_CHILD_H

#include <sys/prctl.h>

#include "stage.h"
#include "task.h"

struct child {
	pid_t		pid;
	unsigned int	slot;
};

static noreturn inline void child_obey(unsigned int slot)
{
	_exit(stage_take(slot) & 0xff);
}

/* Stays until somebody ends it, at the latest when the test is over. */
static noreturn inline void child_stay(void)
{
	long end = now_ms() + SUBJECT_SECONDS * 1000;

	for (;;) {
		still_time(end, "an end from outside");
		poll(NULL, 0, SUBJECT_SECONDS * 1000);
	}
}

/* Forks; the child comes back with 0, and with no other thread. */
static inline pid_t child_fork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	return pid;
}

/* A child that waits for its order. */
static inline struct child child_hold(void)
{
	struct child c = { .slot = stage_slot() };

	c.pid = child_fork();
	if (!c.pid)
		child_obey(c.slot);
	return c;
}

static inline void child_tell(struct child *c, int code)
{
	stage_give(c->slot, ORDER_EXIT | code);
}

/* Makes a child that holds exit, and sees it dead; somebody may reap it at once. */
static inline void child_finish(struct child *c, int code)
{
	int pidfd = pidfd_of(c->pid);

	child_tell(c, code);
	until_pidfd_dead(pidfd);
}

/* A child that is a zombie with that exit code. */
static inline pid_t child_exited(int code)
{
	struct child c = child_hold();

	child_finish(&c, code);
	return c.pid;
}

static inline void child_kill(pid_t pid, int sig)
{
	int pidfd = pidfd_of(pid);

	signal_send(pid, sig);
	until_pidfd_dead(pidfd);
}

static inline void child_stop(pid_t pid, int sig)
{
	sigchld_drain();
	signal_send(pid, sig);
	until_sigchld(pid, CLD_STOPPED);
}

static inline void child_cont(pid_t pid)
{
	sigchld_drain();
	signal_send(pid, SIGCONT);
	until_sigchld(pid, CLD_CONTINUED);
}

/* A child that exits as soon as the calling thread sleeps in system call nr. */
static inline pid_t child_exits_when_asleep(long nr, int code)
{
	pid_t pid = getpid(), tid = gettid(), child = child_fork();

	if (child)
		return child;
	until_asleep(pid, tid, nr);
	_exit(code);
}

static inline void become_subreaper(void)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		die("PR_SET_CHILD_SUBREAPER");
}

#endif /* _SELFTESTS_CHILD_H */
