// SPDX-License-Identifier: GPL-2.0
/*
 * Trace events in JSON, as Perfetto's UI and chrome://tracing read them; the format is
 * described in Chromium's "Trace Event Format".
 */
#include <stdlib.h>

#include "canvas.h"

/* Microseconds, as the format has it, with all digits of the nanoseconds. */
static void add_time(struct json_object *to, const char *name, unsigned long long ns)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu.%03llu", ns / 1000, ns % 1000);
	json_object_object_add(to, name, need(json_object_new_double_s(ns / 1000.0, text)));
}

static struct json_object *add_event(const struct canvas *c, const char *phase, int tid,
				     const char *name)
{
	struct json_object *event = json_append_object(c->list);

	json_add_text(event, "ph", phase);
	json_add_integer(event, "pid", c->group);
	json_add_integer(event, "tid", tid);
	json_add_text(event, "name", name);
	return event;
}

static struct json_object *add_timed(const struct canvas *c, const char *phase, int tid,
				     const char *name, const char *category,
				     unsigned long long ns)
{
	struct json_object *event = add_event(c, phase, tid, name);

	json_add_text(event, "cat", category);
	add_time(event, "ts", ns - c->first);
	return event;
}

struct json_object *canvas_slice(const struct canvas *c, int tid, const char *name,
				 const char *category, unsigned long long begin,
				 unsigned long long end)
{
	struct json_object *event = add_timed(c, "X", tid, name, category, begin);

	add_time(event, "dur", end - begin);
	return event;
}

void canvas_name(const struct canvas *c, int tid, const char *what, const char *name)
{
	struct json_object *event = add_event(c, "M", tid, what);

	json_add_text(json_add_object(event, "args"), "name", name);
}

void canvas_place(const struct canvas *c, int tid, const char *what, long place)
{
	struct json_object *event = add_event(c, "M", tid, what);

	json_add_integer(json_add_object(event, "args"), "sort_index", place);
}

void canvas_arrow(const struct canvas *c, int from, unsigned long long begin, int to,
		  unsigned long long end)
{
	static unsigned int id;
	struct json_object *event;

	id++;
	event = add_timed(c, "s", from, "reported", "report", begin);
	json_add_integer(event, "id", id);
	event = add_timed(c, "f", to, "reported", "report", end);
	json_add_integer(event, "id", id);
	json_add_text(event, "bp", "e");
}

struct json_object *canvas_instant(const struct canvas *c, int tid, const char *name,
				   const char *category, unsigned long long ns)
{
	struct json_object *event = add_timed(c, "i", tid, name, category, ns);

	json_add_text(event, "s", "t");
	return event;
}

struct json_object *canvas_document(struct json_object **list)
{
	struct json_object *all = json_begin("altwait-perfetto/1");

	json_add_text(all, "displayTimeUnit", "ns");
	*list = json_add_list(all, "traceEvents");
	return all;
}

static double number_of(struct json_object *event, const char *name)
{
	struct json_object *value;

	/* Without a time, before all; without a length, behind what begins with it */
	return json_object_object_get_ex(event, name, &value) ?
	       json_object_get_double(value) : -1;
}

static int in_time(const void *a, const void *b)
{
	struct json_object *one = *(struct json_object *const *)a;
	struct json_object *two = *(struct json_object *const *)b;
	double first = number_of(one, "ts"), second = number_of(two, "ts");

	if (first == second) {
		first = number_of(two, "dur");
		second = number_of(one, "dur");
	}
	return (first > second) - (first < second);
}

void canvas_sort(struct json_object *list)
{
	json_object_array_sort(list, in_time);
}
