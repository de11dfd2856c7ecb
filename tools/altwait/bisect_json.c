// SPDX-License-Identifier: GPL-2.0
/*
 * altwait bisect for programs that read JSON.
 */
#include <stdlib.h>

#include "bisect.h"

void json_add_ending(struct json_object *to, const char *name, const struct ending *ending)
{
	struct json_object *one = json_add_object(to, name);
	char *text = NULL;
	size_t len;
	FILE *f = need(open_memstream(&text, &len));

	print_ending(f, ending);
	fclose(f);
	json_add_text(one, "ending", need(text));
	json_add_bool(one, "hung", ending->hung);
	free(text);
}

static void add_runs(struct json_object *to, const struct tried *tried)
{
	struct json_object *ways, *one;
	unsigned int i;

	json_add_number(to, "runs", tried->runs);
	json_add_number(to, "failed", tried->failed);
	if (tried->failed)
		json_add_ending(to, "failure", &tried->way[0].ending);
	else
		json_add_text(to, "failure", NULL);
	ways = json_add_list(to, "ways");
	for (i = 0; i < tried->n_ways; i++) {
		one = json_append_object(ways);
		json_add_ending(one, "way", &tried->way[i].ending);
		json_add_number(one, "runs", tried->way[i].runs);
	}
}

void json_add_tried(struct json_object *to, const char *name, const struct tried *tried)
{
	add_runs(json_add_object(to, name), tried);
}

void json_add_found(struct json_object *to, const char *name, unsigned int base,
		    const struct tried *tried, bool minimal)
{
	struct json_object *one = json_add_object(to, name), *list;
	quirk_set named = quirks_named(base, tried->in_force);
	char *text = NULL;
	size_t len;
	FILE *f = need(open_memstream(&text, &len));
	int i;

	print_policy_to(f, base, tried->in_force);
	fclose(f);
	json_add_text(one, "policy", need(text));
	free(text);
	list = json_add_list(one, "quirks");
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (named & QUIRK_BIT(i))
			json_append_text(list, quirk_name[i]);
	json_add_bool(one, "minimal", minimal);
	add_runs(one, tried);
}
