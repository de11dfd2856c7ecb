/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the workloads share.  They print no pids and no times, so that two runs
 * of the same semantics print the same.
 *
 * What they wait for in order to begin has a deadline.  What they are about has
 * none of its own: that a program hangs may be the difference, and `deadline`
 * ends it then.
 */
#ifndef WORKLOADS_COMMON_H
#define WORKLOADS_COMMON_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Less than `list` gives any workload that waits for something. */
#define PATIENCE_SECONDS	15

static inline void die(const char *what)
{
	perror(what);
	exit(2);
}

static inline time_t now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t))
		die("clock_gettime");
	return t.tv_sec;
}

/* Looks again and again; dies, with what is awaited, when it is too late. */
#define UNTIL(condition, what)						\
	do {								\
		time_t end_ = now() + PATIENCE_SECONDS;			\
									\
		while (!(condition)) {					\
			if (now() > end_) {				\
				errno = ETIMEDOUT;			\
				die(what);				\
			}						\
			sched_yield();					\
		}							\
	} while (0)

static inline void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction act = { .sa_handler = handler, .sa_flags = flags };

	if (sigaction(sig, &act, NULL))
		die("sigaction");
}

/* fork(2); the child does not outlive its parent. */
static inline pid_t spawn(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL))
		die("PR_SET_PDEATHSIG");
	return pid;
}

/* As spawn(); the child ends, with 0, when @release is closed. */
static inline pid_t spawn_held(int *release, void (*first)(void))
{
	int ends[2];
	pid_t child;
	char byte;

	if (pipe2(ends, O_CLOEXEC))
		die("pipe2");
	child = spawn();
	if (child == 0) {
		close(ends[1]);
		if (first)
			first();
		_exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(ends[0]);
	*release = ends[1];
	return child;
}

/* Read /proc/PID/task/TID/NAME; false if that thread is gone. */
static inline bool read_task(pid_t pid, pid_t tid, const char *name, char *buf,
			     size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, buf, size - 1);
	close(fd);
	buf[len < 0 ? 0 : len] = 0;
	return len > 0;
}

static inline bool has_state(pid_t pid, pid_t tid, char state)
{
	char buf[256], *end;

	if (!read_task(pid, tid, "stat", buf, sizeof(buf)))
		die("read_task");
	end = strrchr(buf, ')');
	return end && end[2] == state;
}

/* Does that thread, of a process that lives, sleep in a wait call? */
static inline bool is_waiting(pid_t pid, pid_t tid)
{
	char buf[256];
	long number;

	if (!read_task(pid, tid, "syscall", buf, sizeof(buf)) ||
	    sscanf(buf, "%ld", &number) != 1)
		return false;
	/* In the call it may also wait for a lock, or for memory. */
	return (number == SYS_wait4 || number == SYS_waitid) && has_state(pid, tid, 'S');
}

static inline void until_waiting(pid_t pid, pid_t tid)
{
	UNTIL(is_waiting(pid, tid), "sleep in a wait call");
}

/* In a child: whatever it does now, its parent is told of it out of its sleep. */
static inline void until_parent_waits(void)
{
	until_waiting(getppid(), getppid());
}

/* Until that thread is in the state that proc(5) calls by this letter. */
static inline void until_state(pid_t pid, pid_t tid, char state)
{
	UNTIL(has_state(pid, tid, state), "state of a thread");
}

#endif /* WORKLOADS_COMMON_H */
