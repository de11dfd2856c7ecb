/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait compare --save: what is drawn of a run, as trace-event JSON.
 */
#ifndef TOOLS_PICTURE_H
#define TOOLS_PICTURE_H

#include "json.h"
#include "sources.h"

struct picture;

/**
 * struct happened - an event, as it was recorded
 * @ns: when, in the trace's clock
 * @tid: in which thread
 * @of: its numbers, in the order of picture_fields()
 * @text: its text, or NULL
 * @said: what its source makes of @of; picture_event() fills it in
 */
struct happened {
	unsigned long long ns;
	int tid;
	struct values of;
	const char *text;
	struct log_event said;
};

/**
 * struct drawn - an event that something is drawn of
 * @system: to which it belongs
 * @name: its name
 * @draw: draws it
 * @text: the field with a text, or NULL
 * @fields: of one that nothing but a picture is made of: those that are read
 */
struct drawn {
	const char *system;
	const char *name;
	void (*draw)(struct picture *picture, const struct happened *event);
	const char *text;
	const char *fields[2];
};

/* Up to the one whose name is NULL. */
extern const struct drawn picture_events[];

/* The fields of @drawn that are read, @n of them: those of its source, if it has one. */
const char * const *picture_fields(const struct drawn *drawn, size_t *n);

/* Begin to draw the run @side as group @nr, from 1. */
struct picture *picture_begin(struct json_object *list, int nr, const struct side *side);

void picture_event(struct picture *picture, const struct drawn *drawn,
		   struct happened *event);

/* The run was over at @ended: draw what has not ended before, and free it. */
void picture_end(struct picture *picture, unsigned long long ended);

#endif /* TOOLS_PICTURE_H */
