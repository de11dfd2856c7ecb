// SPDX-License-Identifier: GPL-2.0
/*
 * A made-up run, drawn, which test.sh looks at.
 */
#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "picture.h"
#include "test_compare.h"

static const struct drawn *find_drawn(const char *name)
{
	const struct drawn *drawn = picture_events;

	while (drawn->name && strcmp(drawn->name, name) != 0)
		drawn++;
	return drawn;
}

/* "NS TID EVENT TEXT NUMBER...", where - is no text */
static void draw_line(struct picture *picture, char *line)
{
	struct happened event = { 0 };
	char *word = strtok(line, " ");
	const struct drawn *drawn;
	size_t i;

	event.ns = strtoull(word, NULL, 10);
	event.tid = atoi(strtok(NULL, " "));
	drawn = find_drawn(strtok(NULL, " "));
	event.text = strtok(NULL, "\n ");
	for (i = 0; i < MAX_FIELDS && (word = strtok(NULL, "\n ")); i++)
		event.of.v[i] = strtoll(word, NULL, 10);
	if (drawn->name)
		picture_event(picture, drawn, &event);
}

int print_picture(const char *events, unsigned long long ended)
{
	struct side side = { .name = "stock" };
	struct json_object *list, *all = canvas_document(&list);
	struct picture *picture;
	char line[256];

	play(&side.log, events, false);
	picture = picture_begin(list, 1, &side);
	while (fgets(line, sizeof(line), stdin))
		draw_line(picture, line);
	picture_end(picture, ended);
	canvas_sort(list);
	json_end(all);
	log_free(&side.log);
	return 0;
}
