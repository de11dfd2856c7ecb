/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait compare --save: what is drawn of a run, as trace-event JSON.
 */
#ifndef TOOLS_PICTURE_H
#define TOOLS_PICTURE_H

#include "compare.h"
#include "json.h"

#define PICTURE_FIELDS	16

struct picture;

/**
 * struct happened - an event, as it was recorded
 * @ns: when, in the trace's clock
 * @tid: in which thread
 * @v: its numbers, in the order of struct drawn's @fields
 * @text: its text, or NULL
 */
struct happened {
	unsigned long long ns;
	int tid;
	unsigned long long v[PICTURE_FIELDS];
	const char *text;
};

/* struct drawn - an event that something is drawn of, and the fields that it takes */
struct drawn {
	const char *system;
	const char *name;
	void (*draw)(struct picture *picture, const struct happened *event);
	const char *text;
	const char *fields[PICTURE_FIELDS];
};

/* Up to the one whose name is NULL. */
extern const struct drawn picture_events[];

/* Begin to draw the run @side as group @nr, from 1. */
struct picture *picture_begin(struct json_object *list, int nr, const struct side *side);

void picture_event(struct picture *picture, const struct drawn *drawn,
		   const struct happened *event);

/* The run was over at @ended: draw what has not ended before, and free it. */
void picture_end(struct picture *picture, unsigned long long ended);

#endif /* TOOLS_PICTURE_H */
