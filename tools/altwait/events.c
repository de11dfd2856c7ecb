// SPDX-License-Identifier: GPL-2.0
/*
 * The trace of one run: an instance of our own, which sees only the command and
 * what it makes, read with libtracefs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#include "compare.h"
#include "sources.h"

static const char * const systems[] = { "altwait", "sched", "signal", "task", NULL };

/**
 * struct dates - when the events of one processor were, in their order
 * @time: in nanoseconds
 * @id: the number of the kind of event
 * @n: how many there are
 * @next: the first that is not used yet
 */
struct dates {
	unsigned long long *time;
	int *id;
	size_t n;
	size_t room;
	size_t next;
};

/**
 * struct events - the trace of one run
 * @instance: in which a counter is the clock: what came first is sure there
 * @dated: one with the same events, by a clock of time; NULL, but for a picture
 * @dates: of the events of @dated, by processor
 * @n_dates: of how many processors
 */
struct events {
	struct tracefs_instance *instance;
	struct tracefs_instance *dated;
	struct dates *dates;
	size_t n_dates;
	bool picture;
	struct tep_handle *tep;
	struct tep_event *event[N_SOURCES];
	struct tep_format_field *field[N_SOURCES][MAX_FIELDS];
	struct tep_format_field *comm[N_SOURCES];
	unsigned int buffer_kb;
};

static bool is_wanted(const struct events *events, size_t source)
{
	return events->picture || !sources[source].picture;
}

/* ----------------------------------------------------------- the instance */

static int fail_to(const char *what, const char *hint)
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

static int switch_on(struct tracefs_instance *instance, const struct source *source)
{
	char file[96];

	snprintf(file, sizeof(file), "events/%s/%s/filter", source->system, source->name);
	if (source->filter && tracefs_instance_file_write(instance, file, source->filter) < 0)
		return -1;
	return tracefs_event_enable(instance, source->system, source->name);
}

static int set_up(struct events *events, struct tracefs_instance *instance, const char *clock)
{
	size_t i;

	if (tracefs_trace_off(instance) < 0 ||
	    tracefs_instance_file_write(instance, "trace_clock", clock) < 0 ||
	    tracefs_option_enable(instance, TRACEFS_OPTION_EVENT_FORK) < 0)
		return fail_to("set up a trace instance", NULL);
	if (write_number(instance, "buffer_size_kb", events->buffer_kb) < 0)
		return fail_to("get the trace buffers", "give a smaller --buffer");
	for (i = 0; i < N_SOURCES; i++) {
		if (is_wanted(events, i) && switch_on(instance, &sources[i]) < 0) {
			fprintf(stderr, "altwait: event %s: ", sources[i].name);
			return fail_to("switch it on",
				       "the module must be loaded, and of this program's age");
		}
	}
	return 0;
}

/* The real clocks of two processors may disagree about what came first. */
static int set_up_all(struct events *events)
{
	if (set_up(events, events->instance, "counter"))
		return -1;
	return events->dated ? set_up(events, events->dated, "mono") : 0;
}

static int find_fields(struct events *events)
{
	size_t i, k;

	for (i = 0; i < N_SOURCES; i++) {
		const struct source *s = &sources[i];
		struct tep_event *event;

		event = tep_find_event_by_name(events->tep, s->system, s->name);
		events->event[i] = event;
		events->comm[i] = event && s->comm ? tep_find_field(event, s->comm) : NULL;
		if (event && s->comm && !events->comm[i])
			event = NULL;
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

static struct tracefs_instance *make_instance(const char *what)
{
	struct tracefs_instance *instance;
	char name[48];

	snprintf(name, sizeof(name), "altwait-%s-%d", what, getpid());
	instance = tracefs_instance_create(name);
	if (!instance)
		fail_to("make a trace instance",
			"run as root, with tracefs in /sys/kernel/tracing");
	return instance;
}

struct events *events_open(unsigned int buffer_kb, bool picture)
{
	struct events *events = need(calloc(1, sizeof(*events)));

	events->buffer_kb = buffer_kb;
	events->picture = picture;
	events->instance = make_instance("compare");
	if (picture && events->instance)
		events->dated = make_instance("dates");
	if (events->instance && (events->dated || !picture) &&
	    !set_up_all(events) && !read_formats(events))
		return events;
	events_close(events);
	return NULL;
}

static void remove_instance(struct tracefs_instance *instance)
{
	size_t i;

	if (!instance)
		return;
	for (i = 0; i < N_SOURCES; i++)
		tracefs_event_disable(instance, sources[i].system, sources[i].name);
	if (tracefs_instance_destroy(instance) < 0)
		fail_to("remove the trace instance", NULL);
	tracefs_instance_free(instance);
}

void events_close(struct events *events)
{
	size_t i;

	if (!events)
		return;
	if (events->tep)
		tep_free(events->tep);
	remove_instance(events->instance);
	remove_instance(events->dated);
	for (i = 0; i < events->n_dates; i++) {
		free(events->dates[i].time);
		free(events->dates[i].id);
	}
	free(events->dates);
	free(events);
}

static int begin(struct tracefs_instance *instance, pid_t pid)
{
	if (write_number(instance, "set_event_pid", pid) < 0 ||
	    tracefs_trace_on(instance) < 0)
		return fail_to("start the trace", NULL);
	return 0;
}

/* That with the dates covers the other one: nothing there is without one. */
int events_begin(struct events *events, pid_t pid)
{
	if (events->dated && begin(events->dated, pid))
		return -1;
	return begin(events->instance, pid);
}

void events_stop(struct events *events)
{
	tracefs_trace_off(events->instance);
	if (events->dated)
		tracefs_trace_off(events->dated);
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

static unsigned long long count_lost(struct tracefs_instance *instance)
{
	unsigned long long lost = 0;
	char name[48], *stats;
	long cpu;

	for (cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
		snprintf(name, sizeof(name), "per_cpu/cpu%ld/stats", cpu);
		stats = tracefs_instance_file_read(instance, name, NULL);
		lost += lost_of(stats);
		free(stats);
	}
	return lost;
}

struct reading {
	struct events *events;
	struct run_log *log;
	struct run_log *picture;
	unsigned long long lost;
};

static void note_lost(struct reading *reading, const struct tep_record *record)
{
	/* Negative: some, and nobody knows how many. */
	if (record->missed_events)
		reading->lost += record->missed_events > 0 ? record->missed_events : 1;
}

static int read_date(struct tep_event *event, struct tep_record *record, int cpu,
		     void *context)
{
	struct reading *reading = context;
	struct events *events = reading->events;
	struct dates *dates;

	note_lost(reading, record);
	if (cpu < 0 || (size_t)cpu >= events->n_dates)
		return 0;
	dates = &events->dates[cpu];
	if (dates->n == dates->room) {
		dates->room = dates->room ? 2 * dates->room : 1024;
		dates->time = need(realloc(dates->time, dates->room * sizeof(*dates->time)));
		dates->id = need(realloc(dates->id, dates->room * sizeof(*dates->id)));
	}
	dates->time[dates->n] = record->ts;
	dates->id[dates->n++] = event->id;
	return 0;
}

/*
 * The date of the next event of a processor, 0 for none: it has the same ones in both
 * instances, in the same order.
 */
static unsigned long long date_of(struct events *events, const struct tep_event *event, int cpu)
{
	struct dates *dates;

	if (cpu < 0 || (size_t)cpu >= events->n_dates)
		return 0;
	dates = &events->dates[cpu];
	if (dates->next >= dates->n || dates->id[dates->next] != event->id)
		return 0;
	return dates->time[dates->next++];
}

static void read_comm(const struct events *events, size_t source,
		      const struct tep_record *record, char *comm)
{
	const struct tep_format_field *field = events->comm[source];
	const char *text, *slash;
	unsigned int offset, length;

	if (!field)
		return;
	offset = field->offset;
	length = field->size;
	/* Where it is, and how long: in one number */
	if (field->flags & TEP_FIELD_IS_DYNAMIC) {
		offset = *(const unsigned int *)((const char *)record->data + field->offset);
		length = offset >> 16;
		offset &= 0xffff;
	}
	if (!length || offset + length > (unsigned int)record->size)
		return;
	text = (const char *)record->data + offset;
	slash = memrchr(text, '/', strnlen(text, length));
	if (slash && field->flags & TEP_FIELD_IS_DYNAMIC) {
		length -= slash + 1 - text;
		text = slash + 1;
	}
	snprintf(comm, COMM_LENGTH, "%.*s", (int)length, text);
}

static int read_record(struct tep_event *event, struct tep_record *record, int cpu,
		       void *context)
{
	struct reading *reading = context;
	struct events *events = reading->events;
	struct log_event said = { 0 };
	struct values of = { 0 };
	size_t i, k;

	note_lost(reading, record);
	said.time = date_of(events, event, cpu);
	for (i = 0; i < N_SOURCES && events->event[i]->id != event->id; )
		i++;
	if (i == N_SOURCES)
		return 0;
	for (k = 0; k < MAX_FIELDS && events->field[i][k]; k++)
		tep_read_number_field(events->field[i][k], record->data, &of.v[k]);
	said.kind = sources[i].kind;
	said.tid = tep_data_pid(events->tep, record);
	read_comm(events, i, record, said.comm);
	if (!sources[i].fill(&said, &of))
		return 0;
	log_event(reading->log, &said);
	if (reading->picture)
		log_event(reading->picture, &said);
	return 0;
}

static int read_dates(struct reading *reading)
{
	struct events *events = reading->events;

	if (!events->dated)
		return 0;
	reading->lost += count_lost(events->dated);
	events->n_dates = sysconf(_SC_NPROCESSORS_CONF);
	events->dates = need(calloc(events->n_dates, sizeof(*events->dates)));
	return reading->lost ? 0 :
	       tracefs_iterate_raw_events(events->tep, events->dated, NULL, 0, read_date, reading);
}

static int read_records(struct reading *reading)
{
	struct events *events = reading->events;

	return reading->lost ? 0 :
	       tracefs_iterate_raw_events(events->tep, events->instance, NULL, 0, read_record,
					  reading);
}

int events_read(struct events *events, struct run_log *log, struct run_log *picture)
{
	struct reading reading = { .events = events, .log = log, .picture = picture };

	reading.lost = count_lost(events->instance);
	if (read_dates(&reading) < 0 || read_records(&reading) < 0)
		return fail_to("read the trace", NULL);
	if (reading.lost) {
		fprintf(stderr, "altwait: the trace lost %llu events, so there is no comparison\n"
			"Hint: give a larger --buffer; it was %u KiB for each processor.\n",
			reading.lost, events->buffer_kb);
		return -1;
	}
	return 0;
}
