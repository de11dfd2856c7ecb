/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the programs that real tracers are shown with: children whose end is
 * waited for when the tracer is done with them, so that what the wait call
 * returns does not depend on who was faster.
 */
#ifndef _TRACEES_TRACEE_H
#define _TRACEES_TRACEE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many looks, a millisecond apart, before it is too late. */
#define PATIENCE	60000

static inline void give_up(const char *what)
{
	perror(what);
	exit(99);
}

/* A child, and the pipe that ends with it. */
struct child {
	pid_t	pid;
	int	fd;
};

static inline struct child child_fork(void)
{
	struct child c;
	int fds[2];

	if (pipe(fds))
		give_up("pipe");
	fflush(NULL);
	c.fd = fds[0];
	c.pid = fork();
	if (c.pid < 0)
		give_up("fork");
	close(fds[c.pid ? 1 : 0]);
	return c;
}

/* Has it ended, and does nobody trace it (any more)? */
static inline int child_is_ours(pid_t pid)
{
	char path[64], line[128], state = 'X';
	int tracer = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	if (!f && errno != ENOENT)
		give_up(path);
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "State: %c", &state) != 1 &&
		    sscanf(line, "TracerPid: %d", &tracer) == 1)
			break;
	if (f)
		fclose(f);
	return !tracer && (state == 'Z' || state == 'X');
}

/*
 * Waits for the child: its status word, or -1 if it is not there to wait for.
 * setpgid(2) takes the lock under which the kernel sends SIGCHLD, so that it is
 * here, and with the tracer, before the wait call.
 */
static inline int child_wait(struct child c)
{
	int status, looks = 0;
	ssize_t n;
	char byte;

	/* Nobody writes: the end of the file is the child's. */
	do {
		n = read(c.fd, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n)
		give_up("the child's end of the pipe");
	close(c.fd);
	while (!child_is_ours(c.pid)) {
		if (looks++ == PATIENCE)
			give_up("the child's end, or that of its tracer");
		usleep(1000);
	}
	setpgid(0, getpgrp());
	if (waitpid(c.pid, &status, 0) != c.pid)
		return -1;
	return status;
}

/* Waits until a thread that has ended is gone for the tracer, too. */
static inline void thread_gone(pid_t tid)
{
	char path[64];
	int looks = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d", tid);
	while (!access(path, F_OK)) {
		if (looks++ == PATIENCE)
			give_up("end of a thread");
		usleep(1000);
	}
	if (errno != ENOENT)
		give_up(path);
}

#endif /* _TRACEES_TRACEE_H */
