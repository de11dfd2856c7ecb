/* SPDX-License-Identifier: GPL-2.0 */
/* The events of altwait in a trace instance of the program's own. */
#ifndef _SELFTESTS_TRACEFS_H
#define _SELFTESTS_TRACEFS_H

#include <stdarg.h>
#include <sys/stat.h>

#include "common.h"

#define TRACING		"/sys/kernel/tracing"
#define TRACE_LINES	64
#define TRACE_LINE	256

/**
 * struct trace - what one thread emitted
 * @dir:  of the instance
 * @n:    lines
 * @line: "event: fields"
 */
struct trace {
	char	dir[80];
	int	n;
	char	line[TRACE_LINES][TRACE_LINE];
};

static inline int trace_write_in(const char *dir, const char *file,
				 const char *value)
{
	char path[160];
	int fd, n;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = write(fd, value, strlen(value));
	close(fd);
	return n == (int)strlen(value) ? 0 : -1;
}

static inline int trace_write(const struct trace *t, const char *file,
			      const char *value)
{
	return trace_write_in(t->dir, file, value);
}

/*
 * One instance for all tests of a program: to make one takes five seconds in the
 * debug kernel under emulation, since it gets a file for each event of the kernel.
 */
static pid_t trace_owner;

/*
 * Without it trace_start() fails, in the tests.  A counter is the clock: those of
 * two CPUs may disagree about what came first, and the tests ask for the order of
 * what several threads do.
 */
static inline void trace_make(void)
{
	char dir[80];

	trace_owner = getpid();
	snprintf(dir, sizeof(dir), TRACING "/instances/altwait_%d", trace_owner);
	if (mkdir(dir, 0700) || trace_write_in(dir, "trace_clock", "counter"))
		trace_owner = 0;
}

static inline void trace_remove(void)
{
	char dir[80];

	if (getpid() != trace_owner)
		return;
	snprintf(dir, sizeof(dir), TRACING "/instances/altwait_%d", trace_owner);
	if (rmdir(dir))
		perror(dir);
}

/* For programs that trace. */
#define TRACE_INSTANCE							\
	static void __attribute__((constructor)) trace_begin(void)	\
	{								\
		trace_make();						\
	}								\
	static void __attribute__((destructor)) trace_end(void)		\
	{								\
		trace_remove();						\
	}

static inline void trace_clear(struct trace *t)
{
	if (trace_write(t, "trace", ""))
		die("clearing the trace");
}

static inline int trace_start(struct trace *t)
{
	snprintf(t->dir, sizeof(t->dir), TRACING "/instances/altwait_%d",
		 trace_owner);
	if (trace_write(t, "trace", ""))
		return -1;
	return trace_write(t, "events/altwait/enable", "1");
}

static inline void trace_stop(struct trace *t)
{
	if (trace_write(t, "events/altwait/enable", "0"))
		die("events/altwait/enable");
}

/* "  comm-TID  [cpu] flags time: event: fields" is one of tid's? */
static inline bool trace_is_of(const char *line, pid_t tid)
{
	char id[16];
	const char *p;

	if (!tid)
		return true;
	snprintf(id, sizeof(id), "-%d ", tid);
	p = strstr(line, id);
	return p && p < strchr(line, '[');
}

/* Reads what thread tid emitted since the last clear; 0: what anybody did. */
static inline void trace_read(struct trace *t, pid_t tid)
{
	char path[160], line[512], *event;
	FILE *f;

	t->n = 0;
	snprintf(path, sizeof(path), "%s/trace", t->dir);
	f = fopen(path, "r");
	if (!f)
		die(path);
	while (t->n < TRACE_LINES && fgets(line, sizeof(line), f)) {
		event = strstr(line, ": altwait_");
		if (line[0] == '#' || !event || !trace_is_of(line, tid))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(t->line[t->n++], sizeof(t->line[0]), "%.*s",
			 TRACE_LINE - 1, event + 2);
	}
	if (ferror(f))
		die(path);
	fclose(f);
}

static inline bool trace_begins(const struct trace *t, int i, const char *text)
{
	return i < t->n && !strncmp(t->line[i], text, strlen(text));
}

/* Line i is to be this; printf-like. */
static inline void check_trace(struct __test_metadata *_metadata,
			       const struct trace *t, int i,
			       const char *format, ...)
{
	char want[TRACE_LINE];
	va_list args;

	va_start(args, format);
	vsnprintf(want, sizeof(want), format, args);
	va_end(args);
	EXPECT_STREQ(want, i < t->n ? t->line[i] : "(nothing)")
		TH_LOG("event %d of %d", i, t->n);
}

#define EXPECT_EVENT(trace, i, ...)					\
	check_trace(_metadata, trace, i, "altwait_" __VA_ARGS__)

#endif /* _SELFTESTS_TRACEFS_H */
