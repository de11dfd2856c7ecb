// SPDX-License-Identifier: GPL-2.0
/*
 * A trace instance: made, filled with one run, counted, and removed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instance.h"

int trace_fail(const char *what, const char *hint)
{
	fprintf(stderr, "altwait: cannot %s: %s\n", what, strerror(errno));
	if (hint)
		fprintf(stderr, "Hint: %s.\n", hint);
	return -1;
}

static int write_number(struct tracefs_instance *instance, const char *file, long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", number);
	return tracefs_instance_file_write(instance, file, text) < 0 ? -1 : 0;
}

struct tracefs_instance *instance_open(const char *kind, const char *clock,
				       unsigned int buffer_kb)
{
	struct tracefs_instance *instance;
	char name[48];

	snprintf(name, sizeof(name), "altwait-%s-%d", kind, getpid());
	instance = tracefs_instance_create(name);
	if (!instance) {
		trace_fail("make a trace instance",
			   "run as root, with tracefs in /sys/kernel/tracing");
		return NULL;
	}
	if (tracefs_trace_off(instance) < 0 ||
	    tracefs_instance_file_write(instance, "trace_clock", clock) < 0 ||
	    tracefs_option_enable(instance, TRACEFS_OPTION_EVENT_FORK) < 0)
		trace_fail("set up a trace instance", NULL);
	else if (write_number(instance, "buffer_size_kb", buffer_kb) < 0)
		trace_fail("get the trace buffers", "give a smaller --buffer");
	else
		return instance;
	instance_close(instance);
	return NULL;
}

int instance_add(struct tracefs_instance *instance, const char *system, const char *name)
{
	if (tracefs_event_enable(instance, system, name) >= 0)
		return 0;
	fprintf(stderr, "altwait: event %s: ", name ? name : system);
	return trace_fail("switch it on", strcmp(system, "altwait") == 0 ?
			  "the module must be loaded, and of this program's age" :
			  "the kernel was built without it");
}

int instance_begin(struct tracefs_instance *instance, pid_t pid)
{
	if (write_number(instance, "set_event_pid", pid) < 0 || tracefs_trace_on(instance) < 0)
		return trace_fail("start the trace", NULL);
	return 0;
}

/* Of one processor's "NAME: NUMBER" lines. */
static unsigned long long number_in(const char *stats, const char *what)
{
	const char *line;
	size_t len = strlen(what);

	for (line = stats; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, what, len) == 0 && line[len] == ':')
			return strtoull(line + len + 1, NULL, 10);
	}
	return 0;
}

unsigned long long instance_sum(struct tracefs_instance *instance, const char *what)
{
	unsigned long long sum = 0;
	char name[48], *stats;
	long cpu;

	for (cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
		snprintf(name, sizeof(name), "per_cpu/cpu%ld/stats", cpu);
		stats = tracefs_instance_file_read(instance, name, NULL);
		sum += number_in(stats, what);
		free(stats);
	}
	return sum;
}

unsigned long long instance_lost(struct tracefs_instance *instance)
{
	return instance_sum(instance, "overrun") + instance_sum(instance, "commit overrun") +
	       instance_sum(instance, "dropped events");
}

void instance_close(struct tracefs_instance *instance)
{
	if (!instance)
		return;
	tracefs_event_disable(instance, NULL, NULL);
	/* trace-cmd extract removes what it has extracted. */
	if (tracefs_instance_destroy(instance) < 0 && errno != ENOENT)
		trace_fail("remove the trace instance", NULL);
	tracefs_instance_free(instance);
}
