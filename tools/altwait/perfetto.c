// SPDX-License-Identifier: GPL-2.0
/*
 * Two trace.dat files, read with libtracecmd, as one picture for Perfetto.
 */
#include <stdlib.h>
#include <string.h>

#include <trace-cmd.h>

#include "canvas.h"
#include "picture.h"
#include "save.h"

/* How many events are drawn, at the most. */
#define MAX_DRAWN	16

/* struct reading - a file that is being read */
struct reading {
	struct picture *picture;
	struct tep_handle *tep;
	struct tep_event *event[MAX_DRAWN];
	struct tep_format_field *field[MAX_DRAWN][MAX_FIELDS];
	unsigned long long n;
};

static int find_fields(struct reading *reading)
{
	size_t i, k, n;

	for (i = 0; picture_events[i].name; i++) {
		const struct drawn *d = &picture_events[i];
		const char * const *fields = picture_fields(d, &n);
		struct tep_event *event;

		event = tep_find_event_by_name(reading->tep, d->system, d->name);
		reading->event[i] = event;
		for (k = 0; event && k < n; k++) {
			reading->field[i][k] = tep_find_any_field(event, fields[k]);
			if (!reading->field[i][k])
				break;
		}
		if (event && k == n)
			continue;
		fprintf(stderr, "altwait: event %s is not as expected\n", d->name);
		return -1;
	}
	return 0;
}

/* The bytes of a field, as a string of their own. */
static char *text_of(struct tep_event *event, const char *name, struct tep_record *record)
{
	int len = 0;
	char *bytes = tep_get_field_raw(NULL, event, name, record, &len, 0);

	return need(bytes ? strndup(bytes, len) : strdup("?"));
}

static int read_record(struct tracecmd_input *input, struct tep_record *record, int cpu,
		       void *context)
{
	struct reading *reading = context;
	struct tep_event *event = tep_find_event_by_record(reading->tep, record);
	struct happened said = {
		.ns = record->ts, .tid = tep_data_pid(reading->tep, record)
	};
	char *text = NULL;
	size_t i, k;

	(void)input;
	(void)cpu;
	reading->n++;
	for (i = 0; picture_events[i].name && reading->event[i] != event; )
		i++;
	if (!picture_events[i].name)
		return 0;
	for (k = 0; k < MAX_FIELDS && reading->field[i][k]; k++)
		tep_read_number_field(reading->field[i][k], record->data, &said.of.v[k]);
	if (picture_events[i].text)
		text = text_of(event, picture_events[i].text, record);
	said.text = text;
	picture_event(reading->picture, &picture_events[i], &said);
	free(text);
	return 0;
}

/* The instance is a buffer beside the file's own, which is empty. */
static int read_input(struct tracecmd_input *input, struct reading *reading)
{
	struct tracecmd_input *buffer = tracecmd_buffer_instance_handle(input, 0);
	int err;

	if (!buffer)
		return -1;
	reading->tep = tracecmd_get_tep(buffer);
	err = find_fields(reading);
	if (!err)
		err = tracecmd_iterate_events(buffer, NULL, 0, read_record, reading);
	tracecmd_close(buffer);
	return err;
}

static int read_file(const char *dat, struct reading *reading)
{
	struct tracecmd_input *input;
	int err = -1;

	tracecmd_set_loglevel(TEP_LOG_NONE);
	tep_set_loglevel(TEP_LOG_NONE);
	input = tracecmd_open(dat, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (input) {
		err = read_input(input, reading);
		tracecmd_close(input);
	}
	if (err)
		fprintf(stderr, "altwait: cannot read %s again\n", dat);
	return err;
}

static int draw_run(struct json_object *list, int nr, const struct saved_run *run,
		    const struct side *side)
{
	struct reading reading = { .picture = picture_begin(list, nr, side) };
	int err = read_file(run->dat, &reading);

	picture_end(reading.picture, run->ended);
	if (err || reading.n == run->n)
		return err;
	fprintf(stderr, "altwait: %s has %llu of %llu events\n", run->dat, reading.n, run->n);
	return -1;
}

int perfetto_write(const char *path, const struct saved_run runs[2], const struct side sides[2])
{
	struct json_object *list, *all = canvas_document(&list);
	int i, err = 0;

	for (i = 0; i < 2 && !err; i++)
		err = draw_run(list, i + 1, &runs[i], &sides[i]);
	canvas_sort(list);
	if (!err)
		return json_save(all, path) ? 0 : -1;
	json_object_put(all);
	return err;
}
