/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the probes of waitprint share.  A probe finds out which of two ways a kernel
 * has: it sets the scene, makes a wait call, and lets decide() say which way that
 * was; or it cannot() know.
 *
 * It runs in a process and a session of its own, which are killed when it has
 * spoken, or hangs.  Nothing is asked of the kernel's wait but what is probed: an
 * exit is seen by a pidfd, a stop by SIGCHLD, and a sleep in /proc or, where there
 * is none, after a while.
 */
#ifndef WAITPRINT_PROBE_H
#define WAITPRINT_PROBE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

enum verdict { SILENT, LINUX_WAY, STARRY_WAY, OTHER_WAY, UNKNOWN };

/**
 * struct result - what a probe has to say, in memory that all its processes share
 * @verdict: SILENT until somebody speaks
 * @why: what was seen, or why nothing was
 * @doing: what is waited for right now
 */
struct result {
	atomic_int verdict;
	char why[160];
	char doing[80];
};

/* In waitprint one for all probes; a stand-alone program has its own. */
#ifdef WAITPRINT
extern struct result *result;
extern int result_fd;
#else
static struct result *result;
static int result_fd;
#endif

/* ------------------------------------------------------------ what is said */

static inline void __attribute__((noreturn, format(printf, 2, 3)))
say(enum verdict verdict, const char *format, ...)
{
	int silent = SILENT;
	va_list args;
	char why[sizeof(result->why)];

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	/* The first word counts. */
	if (atomic_compare_exchange_strong(&result->verdict, &silent, verdict)) {
		memcpy(result->why, why, sizeof(why));
		if (write(result_fd, "", 1) != 1)
			_exit(1);
	}
	for (;;)
		pause();
}

#define cannot(...)	say(UNKNOWN, __VA_ARGS__)
#define failed(what)	cannot("%s: %s", what, strerror(errno))

static inline void doing(const char *what)
{
	snprintf(result->doing, sizeof(result->doing), "%s", what);
}

static inline void look_again(void)
{
	poll(NULL, 0, 1);
}

/* The deadline is whoever runs the probe. */
#define UNTIL(condition, what)						\
	do {								\
		doing(what);						\
		while (!(condition))					\
			look_again();					\
	} while (0)

static inline long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ------------------------------------------------------------- wait calls */

#define POISON		0xa5
#define BAD_POINTER	8L

#define W_STOP(sig)	((sig) << 8 | 0x7f)
#define W_CONT		0xffff

/* struct call - a wait call, and what it left in poisoned buffers */
struct call {
	long nr;
	long type;
	long id;
	long options;
	long ret;
	int error;
	int status;
	siginfo_t info;
	struct rusage usage;
};

static inline struct call a_wait4(long pid, long options)
{
	return (struct call) { .nr = SYS_wait4, .id = pid, .options = options };
}

static inline struct call a_waitid(long type, long id, long options)
{
	return (struct call) {
		.nr = SYS_waitid, .type = type, .id = id, .options = options,
	};
}

static inline void make(struct call *c)
{
	memset(&c->status, POISON, sizeof(c->status));
	memset(&c->info, POISON, sizeof(c->info));
	memset(&c->usage, POISON, sizeof(c->usage));
	errno = 0;
	if (c->nr == SYS_wait4)
		c->ret = syscall(SYS_wait4, c->id, &c->status, c->options, &c->usage);
	else
		c->ret = syscall(SYS_waitid, c->type, c->id, &c->info, c->options,
				 &c->usage);
	c->error = c->ret < 0 ? errno : 0;
}

static inline struct call wait_4(long pid, long options)
{
	struct call c = a_wait4(pid, options);

	doing("wait4");
	make(&c);
	return c;
}

static inline struct call wait_id(long type, long id, long options)
{
	struct call c = a_waitid(type, id, options);

	doing("waitid");
	make(&c);
	return c;
}

/* What a call came to: the pid that it reports, 0 for none, a negative errno. */
static inline long came_to(const struct call *c)
{
	if (c->error)
		return -c->error;
	return c->nr == SYS_wait4 ? c->ret : c->info.si_pid;
}

/* Of the two, the way that is true; in words what the call came to. */
static inline void __attribute__((noreturn))
decide(const struct call *c, bool linux_does, bool starry_does)
{
	enum verdict verdict = linux_does ? LINUX_WAY : starry_does ? STARRY_WAY : OTHER_WAY;
	const char *name = c->nr == SYS_wait4 ? "wait4" : "waitid";

	if (c->error)
		say(verdict, "%s fails: %s", name, strerror(c->error));
	if (!came_to(c))
		say(verdict, "%s reports nobody", name);
	if (c->nr == SYS_wait4)
		say(verdict, "%s reports %ld, status %#x", name, c->ret, c->status);
	say(verdict, "%s reports %d, si_code %d, si_status %#x", name, c->info.si_pid,
	    c->info.si_code, c->info.si_status);
}

/* The most common case: the call came to one thing, or to the other. */
static inline void __attribute__((noreturn))
decide_by(const struct call *c, long linux_has, long starry_has)
{
	decide(c, came_to(c) == linux_has, came_to(c) == starry_has);
}

/* Is this status among all that wait4 reports of pid by now? */
static inline bool reports(struct call *c, long pid, long options, int status)
{
	int i;

	for (i = 0; i < 6; i++) {
		*c = wait_4(pid, options | WNOHANG);
		if (c->ret <= 0)
			return false;
		if (c->status == status)
			return true;
	}
	return false;
}

/* A wait4 that has a report, and cannot write the status. */
static inline void must_fault(long pid, long options)
{
	long ret = syscall(SYS_wait4, pid, BAD_POINTER, options | WNOHANG, NULL);

	if (ret >= 0 || errno != EFAULT)
		say(OTHER_WAY, "wait4 with a bad pointer comes to %ld", ret < 0 ? -errno : ret);
}

#include "tasks.h"
#include "run.h"

#endif /* WAITPRINT_PROBE_H */
