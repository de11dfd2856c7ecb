// SPDX-License-Identifier: GPL-2.0
/*
 * The trace of one run: an instance of our own, which sees only the command and
 * what it makes, read with libtracefs.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#include "compare.h"
#include "instance.h"
#include "sources.h"

static const char * const systems[] = { "altwait", "sched", "signal", "task", NULL };

/**
 * struct dates - when the events of one processor were, in their order
 * @time: in nanoseconds
 * @id: the number of the kind of event
 * @n: how many there are
 * @room: for how many there is room
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
 * @picture: what only a picture needs is recorded, too
 * @tep: the formats of the events
 * @event: that of each source
 * @field: and its fields
 * @comm: and the one with a name, or NULL
 * @buffer_kb: room for each processor
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

static int switch_on(const struct events *events, struct tracefs_instance *instance)
{
	char file[96];
	size_t i;

	for (i = 0; i < N_SOURCES; i++) {
		const struct source *s = &sources[i];

		if (!is_wanted(events, i))
			continue;
		snprintf(file, sizeof(file), "events/%s/%s/filter", s->system, s->name);
		if (s->filter && tracefs_instance_file_write(instance, file, s->filter) < 0)
			return trace_fail("set a filter of the trace", NULL);
		if (instance_add(instance, s->system, s->name))
			return -1;
	}
	return 0;
}

static struct tracefs_instance *make_instance(const struct events *events, const char *what,
					      const char *clock)
{
	struct tracefs_instance *instance = instance_open(what, clock, events->buffer_kb);

	if (!instance || !switch_on(events, instance))
		return instance;
	instance_close(instance);
	return NULL;
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
		return trace_fail("read the formats of the events", NULL);
	return find_fields(events);
}

struct events *events_open(unsigned int buffer_kb, bool picture)
{
	struct events *events = need(calloc(1, sizeof(*events)));

	events->buffer_kb = buffer_kb;
	events->picture = picture;
	/* The real clocks of two processors may disagree about what came first. */
	events->instance = make_instance(events, "compare", "counter");
	if (picture && events->instance)
		events->dated = make_instance(events, "dates", "mono");
	if (events->instance && (events->dated || !picture) && !read_formats(events))
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
	instance_close(events->instance);
	instance_close(events->dated);
	for (i = 0; i < events->n_dates; i++) {
		free(events->dates[i].time);
		free(events->dates[i].id);
	}
	free(events->dates);
	free(events);
}

/* That with the dates covers the other one: nothing there is without one. */
int events_begin(struct events *events, pid_t pid)
{
	if (events->dated && instance_begin(events->dated, pid))
		return -1;
	return instance_begin(events->instance, pid);
}

void events_stop(struct events *events)
{
	tracefs_trace_off(events->instance);
	if (events->dated)
		tracefs_trace_off(events->dated);
}

/* -------------------------------------------------------------- reading */

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
	reading->lost += instance_lost(events->dated);
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

	reading.lost = instance_lost(events->instance);
	if (read_dates(&reading) < 0 || read_records(&reading) < 0)
		return trace_fail("read the trace", NULL);
	if (reading.lost) {
		fprintf(stderr, "altwait: the trace lost %llu events, so there is no comparison\n"
			"Hint: give a larger --buffer; it was %u KiB for each processor.\n",
			reading.lost, events->buffer_kb);
		return -1;
	}
	return 0;
}
