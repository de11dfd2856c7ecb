/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait compare: two runs, aligned, for those who show them.
 */
#ifndef TOOLS_COMPARISON_H
#define TOOLS_COMPARISON_H

#include "compare.h"
#include "json.h"

/* A mark is a character. */
#define MARKS	128

/* struct section - the calls of one task, aligned */
struct section {
	const char *name;
	const struct task *tasks[2];
	struct row *rows;
	size_t n;
};

/**
 * struct comparison - two runs, aligned
 * @sides: the runs
 * @sections: by name
 * @n: how many there are
 * @count: rows, by their mark
 * @first: the row with the earliest difference that is shown, or NULL
 * @width: of the left column
 * @taste: what counts, and what is shown
 */
struct comparison {
	const struct side *sides;
	struct section *sections;
	size_t n;
	unsigned int count[MARKS];
	const struct row *first;
	int width;
	const struct taste *taste;
};

void comparison_begin(struct comparison *c, const struct side sides[2],
		      const struct taste *taste);
void comparison_end(struct comparison *c);

bool is_difference(const struct comparison *c, const struct row *row);

/* How many rows are one. */
unsigned int n_differences(const struct comparison *c);

/* How the command ended, in words; the caller frees it. */
char *ending_text(const struct side *side);

/* All of it, by schema/compare.json; @differ: is there a difference? */
struct json_object *report_json(const struct side sides[2], const struct taste *taste,
				bool *differ);

/* Add which calls of the two are one, by schema/events.json. */
void report_rows(struct json_object *to, const struct side sides[2],
		 const struct taste *taste);

#endif /* TOOLS_COMPARISON_H */
