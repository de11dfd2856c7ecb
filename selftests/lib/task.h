/* SPDX-License-Identifier: GPL-2.0 */
/* How far a task is: whether it sleeps, where, has stopped or has exited. */
#ifndef _SELFTESTS_TASK_H
#define _SELFTESTS_TASK_H

#include <signal.h>
#include <sys/syscall.h>

#include "policy.h"
#include "until.h"

/* The state letter of /proc/PID/task/TID/stat, 0 if there is no such task. */
static inline char task_state(pid_t pid, pid_t tid)
{
	char path[64], line[512], *paren;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	line[n] = '\0';
	paren = strrchr(line, ')');
	return paren && paren[1] ? paren[2] : 0;
}

/* The system call in which a task sleeps, -1 if it is not asleep in one. */
static inline long task_syscall(pid_t pid, pid_t tid)
{
	char path[64], line[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0 || line[0] < '0' || line[0] > '9')
		return -1;
	line[n] = '\0';
	return strtol(line, NULL, 10);
}

/* Sleeps tid in system call nr?  An enrolled one must say so itself, too. */
static inline bool task_asleep(pid_t pid, pid_t tid, long nr)
{
	struct altwait_query q;

	if (task_syscall(pid, tid) != nr || task_state(pid, tid) != 'S')
		return false;
	if (subject_device < 0 || device_query(subject_device, pid, &q))
		return true;
	return q.policy == STOCK || q.waiting > 0;
}

static inline void until_asleep(pid_t pid, pid_t tid, long nr)
{
	UNTIL(task_asleep(pid, tid, nr), "sleep in a wait call");
}

static inline void until_waiting(pid_t pid, unsigned int n)
{
	struct altwait_query q;

	if (subject_policy == STOCK)
		return;
	UNTIL(!device_query(subject_device, pid, &q) && q.waiting == n,
	      "number of sleeping waiters");
}

static inline void until_gone(pid_t pid)
{
	UNTIL(kill(pid, 0) && errno == ESRCH, "pid gone");
}

static inline void until_state(pid_t pid, char state)
{
	UNTIL(task_state(pid, pid) == state, "state of a process");
}

/* Of a process that cannot have been reaped yet. */
static inline int pidfd_of(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		die("pidfd_open");
	return fd;
}

/* Whoever ignores SIGCHLD learns of an exit from the pidfd. */
static inline void until_pidfd(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	if (poll(&p, 1, PATIENCE_MS) != 1)
		die("pidfd");
}

/*
 * setpgid(2) takes the lock under which the kernel makes an exit known to the
 * parent, from the pidfd to the wait queue.  So what has begun is done here.
 */
static inline void until_notified(void)
{
	setpgid(0, getpgrp());
}

/* The pidfd is closed then. */
static inline void until_pidfd_dead(int pidfd)
{
	until_pidfd(pidfd);
	close(pidfd);
	until_notified();
}

/* The process has exited as a whole, and its parent's wait calls find it. */
static inline void until_dead(pid_t pid)
{
	until_pidfd_dead(pidfd_of(pid));
}

static inline void sigchld_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
}

/*
 * Takes the SIGCHLD that says that pid stopped or continued.  The kernel sends
 * it and wakes the wait queue under one lock, so a wait call finds it, too.
 */
static inline void until_sigchld(pid_t pid, int code)
{
	struct timespec left = { .tv_sec = PATIENCE_MS / 1000 };
	siginfo_t info;
	sigset_t set;

	sigchld_set(&set);
	do {
		if (sigtimedwait(&set, &info, &left) != SIGCHLD)
			die("SIGCHLD");
	} while (info.si_pid != pid || info.si_code != code);
}

/* Room for the next one: of several pending SIGCHLD, Linux keeps the first. */
static inline void sigchld_drain(void)
{
	const struct timespec now = {};
	sigset_t set;

	sigchld_set(&set);
	while (sigtimedwait(&set, NULL, &now) == SIGCHLD)
		;
}

#endif /* _SELFTESTS_TASK_H */
