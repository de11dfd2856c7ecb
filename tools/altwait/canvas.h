/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events in JSON: groups of tracks, and what stands on a track.
 */
#ifndef TOOLS_CANVAS_H
#define TOOLS_CANVAS_H

#include "compare.h"
#include "json.h"

/**
 * struct canvas - a group of tracks
 * @list: of trace events
 * @group: its number, which is a pid there
 * @first: the time at which it begins
 */
struct canvas {
	struct json_object *list;
	int group;
	unsigned long long first;
};

/* An empty document, and the list in it that is drawn to. */
struct json_object *canvas_document(struct json_object **list);

/* By time, and what is around something else before it. */
void canvas_sort(struct json_object *list);

/* Name a track, "thread_name", or with @tid 0 the group, "process_name"; or place it. */
void canvas_name(const struct canvas *c, int tid, const char *what, const char *name);
void canvas_place(const struct canvas *c, int tid, const char *what, long place);

/* Return: the event, for more. */
struct json_object *canvas_slice(const struct canvas *c, int tid, const char *name,
				 const char *category, unsigned long long begin,
				 unsigned long long end);
struct json_object *canvas_instant(const struct canvas *c, int tid, const char *name,
				   const char *category, unsigned long long ns);

/* From what begins on one track at @begin to what begins on another at @end. */
void canvas_arrow(const struct canvas *c, int from, unsigned long long begin, int to,
		  unsigned long long end);

#endif /* TOOLS_CANVAS_H */
