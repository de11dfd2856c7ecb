/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Others on the function that altwait redirects: kprobe events, ftrace's tracers, and
 * perf's probes.
 */
#ifndef _SELFTESTS_NEIGHBOURS_H
#define _SELFTESTS_NEIGHBOURS_H

#include <linux/perf_event.h>
#include <sys/syscall.h>

#include "tracefs.h"

#define EVENTS		TRACING "/kprobe_events"
#define GROUP		"altwait_selftest"
#define ENABLE		TRACING "/events/" GROUP "/enable"
#define TRACER		TRACING "/current_tracer"
#define TRACED		TRACING "/set_ftrace_filter"

static inline int put(const char *path, int flags, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags);
	int n = fd < 0 ? -1 : write(fd, value, strlen(value));

	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

/* Any of the group's that are there. */
static inline bool has_probes(void)
{
	FILE *f = fopen(EVENTS, "r");
	bool found = false;
	char line[256];

	if (!f)
		die(EVENTS);
	while (fgets(line, sizeof(line), f))
		found |= !!strstr(line, ":" GROUP "/");
	if (ferror(f))
		die(EVENTS);
	fclose(f);
	return found;
}

/* One that is not there cannot be removed, nor the group be switched off. */
static inline void remove_probes(void)
{
	put(ENABLE, 0, "0");
	put(EVENTS, O_APPEND, "-:" GROUP "/enter\n");
	put(EVENTS, O_APPEND, "-:" GROUP "/leave\n");
	if (has_probes()) {
		errno = EBUSY;
		die("removing probes");
	}
}

/* By ftrace's own tracers, "function" and "function_graph"; "nop" traces nothing. */
static inline int trace_with(const char *tracer)
{
	/* Without a filter, function_graph would be about the whole kernel. */
	if (!strcmp(tracer, "nop"))
		return put(TRACER, 0, tracer) ?: put(TRACED, O_TRUNC, "");
	return put(TRACED, O_TRUNC, "__x64_sys_wait4") ?: put(TRACER, 0, tracer);
}

/* How many lines of the trace name the function; it is empty then. */
static inline int traced(void)
{
	FILE *f = fopen(TRACING "/trace", "r");
	char line[512];
	int n = 0;

	if (!f)
		die(TRACING "/trace");
	while (fgets(line, sizeof(line), f))
		n += *line != '#' && !!strstr(line, "__x64_sys_wait4");
	fclose(f);
	if (put(TRACING "/trace", O_TRUNC, ""))
		die("clearing the trace");
	return n;
}

static inline int probe_enter(void)
{
	return put(EVENTS, O_APPEND, "p:" GROUP "/enter __x64_sys_wait4\n") ?:
	       put(ENABLE, 0, "1");
}

static inline int probe_leave(void)
{
	return put(EVENTS, O_APPEND, "r:" GROUP "/leave __x64_sys_wait4\n") ?:
	       put(ENABLE, 0, "1");
}

/* The calling process is Starry's from here on, or stock's again. */
static inline void enter(struct __test_metadata *_metadata, int fd)
{
	ASSERT_EQ(0, device_enroll(fd, 0));
	subject_policy = STARRY;
}

static inline void leave(struct __test_metadata *_metadata, int fd)
{
	ASSERT_EQ(0, device_dismiss(fd, 0));
	subject_policy = STOCK;
}

/* A probe of the calling thread's own, which counts; -1: refused, with errno. */
static inline int perf_probe(bool on_return)
{
	static const char type[] = "/sys/bus/event_source/devices/kprobe/type";
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		/* format/retprobe is "config:0". */
		.config = on_return,
		.kprobe_func = (unsigned long)"__x64_sys_wait4",
	};
	FILE *f = fopen(type, "r");

	if (!f || fscanf(f, "%u", &attr.type) != 1)
		die(type);
	fclose(f);
	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static inline long long perf_hits(int fd)
{
	long long n;

	if (read(fd, &n, sizeof(n)) != sizeof(n))
		die("reading a perf event");
	return n;
}

#endif /* _SELFTESTS_NEIGHBOURS_H */
