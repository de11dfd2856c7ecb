// SPDX-License-Identifier: GPL-2.0
/*
 * The trace of one run: an instance of our own, which sees only the command and
 * what it makes, read with libtracefs.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#include "compare.h"

#define MAX_FIELDS	9

/* clone(2): a thread of the caller's process */
#define IS_THREAD(flags)	(!!((flags) & CLONE_THREAD))

/* sigaction(2) as the kernel has it; glibc's SA_RESTART is the same bit. */
#define HAS_RESTART(flags)	(!!((flags) & 0x10000000))

/* struct values - what an event's fields hold */
struct values {
	unsigned long long v[MAX_FIELDS];
};

static bool fill_newtask(struct log_event *event, const struct values *of)
{
	event->newtask.tid = of->v[0];
	event->newtask.is_thread = IS_THREAD(of->v[1]);
	return true;
}

static bool fill_enter(struct log_event *event, const struct values *of)
{
	event->enter = (struct wait_args) {
		.call = of->v[0], .which = of->v[1], .id = of->v[2], .options = of->v[3]
	};
	return true;
}

static bool fill_report(struct log_event *event, const struct values *of)
{
	event->answer = (struct wait_answer) {
		.kind = of->v[0], .pid = of->v[1], .status = of->v[2], .code = of->v[3],
		.cld_status = of->v[4]
	};
	return true;
}

/* One status, whose meaning depends on the call; ours has room for both. */
static bool fill_verdict(struct log_event *event, const struct values *of)
{
	event->answer = (struct wait_answer) {
		.kind = of->v[0], .pid = of->v[1], .status = of->v[2], .code = of->v[3],
		.cld_status = of->v[2]
	};
	return true;
}

static bool fill_exit(struct log_event *event, const struct values *of)
{
	event->ret = of->v[0];
	return true;
}

/* Neither SIG_DFL nor SIG_IGN: a handler runs. */
static bool fill_signal(struct log_event *event, const struct values *of)
{
	event->restarts = HAS_RESTART(of->v[1]);
	return of->v[0] > 1;
}

/* The process need not be the one that says so: its father, at a fork. */
static bool fill_enroll(struct log_event *event, const struct values *of)
{
	event->tid = of->v[0];
	return true;
}

static bool fill_dismiss(struct log_event *event, const struct values *of)
{
	event->tid = of->v[0];
	event->why = of->v[1];
	return true;
}

/* What it is now, and what it was, in the same order. */
static bool fill_policy(struct log_event *event, const struct values *of)
{
	event->tid = of->v[0];
	event->changes = memcmp(&of->v[1], &of->v[5], 4 * sizeof(of->v[0])) != 0;
	return true;
}

/* What is recorded, the fields that are read, and what becomes of them. */
static const struct source {
	const char *system;
	const char *name;
	enum log_kind kind;
	bool (*fill)(struct log_event *event, const struct values *of);
	const char *fields[MAX_FIELDS];
} sources[] = {
	{ "task", "task_newtask", LOG_NEWTASK, fill_newtask, { "pid", "clone_flags" } },
	{ "signal", "signal_deliver", LOG_SIGNAL, fill_signal, { "sa_handler", "sa_flags" } },
	{ "altwait", "altwait_wait_enter", LOG_ENTER, fill_enter,
	  { "call", "which", "id", "options" } },
	{ "altwait", "altwait_wait_report", LOG_ANSWER, fill_report,
	  { "kind", "pid", "status", "cld_code", "cld_status" } },
	{ "altwait", "altwait_wait_verdict", LOG_ANSWER, fill_verdict,
	  { "stock_kind", "stock_pid", "stock_status", "stock_code" } },
	{ "altwait", "altwait_wait_exit", LOG_EXIT, fill_exit, { "ret" } },
	{ "altwait", "altwait_enroll", LOG_ENROLL, fill_enroll, { "pid" } },
	{ "altwait", "altwait_dismiss", LOG_DISMISS, fill_dismiss, { "pid", "why" } },
	{ "altwait", "altwait_policy", LOG_POLICY, fill_policy,
	  { "pid", "policy", "quirks", "quirks_more", "shadow",
	    "old_policy", "old_quirks", "old_quirks_more", "old_shadow" } },
};

static const char * const systems[] = { "altwait", "signal", "task", NULL };

struct events {
	struct tracefs_instance *instance;
	struct tep_handle *tep;
	struct tep_event *event[ARRAY_SIZE(sources)];
	struct tep_format_field *field[ARRAY_SIZE(sources)][MAX_FIELDS];
	unsigned int buffer_kb;
};

/* ----------------------------------------------------------- the instance */

static int fail_to(const char *what, const char *hint)
{
	fprintf(stderr, "altwait: cannot %s: %s\n", what, strerror(errno));
	if (hint)
		fprintf(stderr, "Hint: %s.\n", hint);
	return -1;
}

static int write_number(struct events *events, const char *file, long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", number);
	return tracefs_instance_file_write(events->instance, file, text) < 0 ? -1 : 0;
}

/* The real clocks of two processors may disagree about what came first. */
static int set_up(struct events *events)
{
	size_t i;

	if (tracefs_trace_off(events->instance) < 0 ||
	    tracefs_instance_file_write(events->instance, "trace_clock", "counter") < 0 ||
	    tracefs_option_enable(events->instance, TRACEFS_OPTION_EVENT_FORK) < 0)
		return fail_to("set up a trace instance", NULL);
	if (write_number(events, "buffer_size_kb", events->buffer_kb) < 0)
		return fail_to("get the trace buffers", "give a smaller --buffer");
	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		if (tracefs_event_enable(events->instance, sources[i].system,
					 sources[i].name) < 0) {
			fprintf(stderr, "altwait: event %s: ", sources[i].name);
			return fail_to("switch it on",
				       "the module must be loaded, and of this program's age");
		}
	}
	return 0;
}

static int find_fields(struct events *events)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		const struct source *s = &sources[i];
		struct tep_event *event;

		event = tep_find_event_by_name(events->tep, s->system, s->name);
		events->event[i] = event;
		for (k = 0; event && k < MAX_FIELDS && s->fields[k]; k++) {
			events->field[i][k] = tep_find_field(event, s->fields[k]);
			if (!events->field[i][k])
				break;
		}
		if (event && (k == MAX_FIELDS || !s->fields[k]))
			continue;
		fprintf(stderr, "altwait: event %s is not as expected\n"
			"Hint: build module and program from one tree.\n", s->name);
		return -1;
	}
	return 0;
}

static int read_formats(struct events *events)
{
	/* What print formats libtraceevent cannot read is none of our business. */
	tep_set_loglevel(TEP_LOG_NONE);
	tracefs_set_loglevel(TEP_LOG_NONE);
	events->tep = tracefs_local_events_system(NULL, systems);
	if (!events->tep)
		return fail_to("read the formats of the events", NULL);
	return find_fields(events);
}

struct events *events_open(unsigned int buffer_kb)
{
	struct events *events = need(calloc(1, sizeof(*events)));
	char name[48];

	events->buffer_kb = buffer_kb;
	snprintf(name, sizeof(name), "altwait-compare-%d", getpid());
	events->instance = tracefs_instance_create(name);
	if (!events->instance)
		fail_to("make a trace instance",
			"run as root, with tracefs in /sys/kernel/tracing");
	else if (!set_up(events) && !read_formats(events))
		return events;
	events_close(events);
	return NULL;
}

void events_close(struct events *events)
{
	size_t i;

	if (!events)
		return;
	if (events->tep)
		tep_free(events->tep);
	if (events->instance) {
		for (i = 0; i < ARRAY_SIZE(sources); i++)
			tracefs_event_disable(events->instance, sources[i].system,
					      sources[i].name);
		if (tracefs_instance_destroy(events->instance) < 0)
			fail_to("remove the trace instance", NULL);
		tracefs_instance_free(events->instance);
	}
	free(events);
}

int events_begin(struct events *events, pid_t pid)
{
	if (write_number(events, "set_event_pid", pid) < 0 ||
	    tracefs_trace_on(events->instance) < 0)
		return fail_to("start the trace", NULL);
	return 0;
}

void events_stop(struct events *events)
{
	tracefs_trace_off(events->instance);
}

/* -------------------------------------------------------------- reading */

/* Events that had no room, as one processor's "NAME: NUMBER" lines tell. */
static unsigned long long lost_of(const char *stats)
{
	static const char * const names[] = {
		"overrun: ", "commit overrun: ", "dropped events: "
	};
	unsigned long long lost = 0;
	const char *line;
	size_t i;

	for (line = stats; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		for (i = 0; i < ARRAY_SIZE(names); i++)
			if (strncmp(line, names[i], strlen(names[i])) == 0)
				lost += strtoull(line + strlen(names[i]), NULL, 10);
	}
	return lost;
}

static unsigned long long count_lost(struct events *events)
{
	unsigned long long lost = 0;
	char name[48], *stats;
	long cpu;

	for (cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
		snprintf(name, sizeof(name), "per_cpu/cpu%ld/stats", cpu);
		stats = tracefs_instance_file_read(events->instance, name, NULL);
		lost += lost_of(stats);
		free(stats);
	}
	return lost;
}

struct reading {
	struct events *events;
	struct run_log *log;
	unsigned long long lost;
};

static int read_record(struct tep_event *event, struct tep_record *record, int cpu,
		       void *context)
{
	struct reading *reading = context;
	struct events *events = reading->events;
	struct log_event said = { 0 };
	struct values of = { 0 };
	size_t i, k;

	(void)cpu;
	/* Negative: some, and nobody knows how many. */
	if (record->missed_events)
		reading->lost += record->missed_events > 0 ? record->missed_events : 1;
	for (i = 0; i < ARRAY_SIZE(sources) && events->event[i]->id != event->id; )
		i++;
	if (i == ARRAY_SIZE(sources))
		return 0;
	for (k = 0; k < MAX_FIELDS && events->field[i][k]; k++)
		tep_read_number_field(events->field[i][k], record->data, &of.v[k]);
	said.kind = sources[i].kind;
	said.tid = tep_data_pid(events->tep, record);
	if (sources[i].fill(&said, &of))
		log_event(reading->log, &said);
	return 0;
}

int events_read(struct events *events, struct run_log *log)
{
	struct reading reading = { .events = events, .log = log };

	reading.lost = count_lost(events);
	if (!reading.lost &&
	    tracefs_iterate_raw_events(events->tep, events->instance, NULL, 0,
				       read_record, &reading) < 0)
		return fail_to("read the trace", NULL);
	if (reading.lost) {
		fprintf(stderr, "altwait: the trace lost %llu events, so there is no comparison\n"
			"Hint: give a larger --buffer; it was %u KiB for each processor.\n",
			reading.lost, events->buffer_kb);
		return -1;
	}
	return 0;
}
