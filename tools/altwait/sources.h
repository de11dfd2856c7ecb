/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait compare: the trace events that are recorded.
 */
#ifndef TOOLS_SOURCES_H
#define TOOLS_SOURCES_H

#include "compare.h"

#define MAX_FIELDS	19
#define N_SOURCES	12

/* struct values - what an event's fields hold */
struct values {
	unsigned long long v[MAX_FIELDS];
};

/**
 * struct source - an event, and what becomes of it
 * @system: to which it belongs
 * @name: its name
 * @kind: of what it becomes; @fill may make it another one
 * @fill: puts the fields' values into it; false: it is none of ours
 * @fields: those that are read
 * @comm: the field with a name, or NULL
 * @filter: what of it is recorded, as the kernel has filters; NULL: all
 * @picture: it is for a picture only
 */
struct source {
	const char *system;
	const char *name;
	enum log_kind kind;
	bool (*fill)(struct log_event *event, const struct values *of);
	const char *fields[MAX_FIELDS];
	const char *comm;
	const char *filter;
	bool picture;
};

extern const struct source sources[N_SOURCES];

/* NULL: there is none. */
const struct source *find_source(const char *system, const char *name);

#endif /* TOOLS_SOURCES_H */
