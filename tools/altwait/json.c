// SPDX-License-Identifier: GPL-2.0
/*
 * JSON output, by json-c.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "json.h"

static struct json_object *have(struct json_object *object)
{
	if (!object)
		errx(1, "no memory for JSON");
	return object;
}

static void add(struct json_object *to, const char *name, struct json_object *value)
{
	if (json_object_object_add(to, name, value))
		errx(1, "no memory for JSON");
}

void json_add_text(struct json_object *to, const char *name, const char *text)
{
	add(to, name, text ? have(json_object_new_string(text)) : NULL);
}

void json_add_number(struct json_object *to, const char *name, unsigned long long number)
{
	add(to, name, have(json_object_new_uint64(number)));
}

void json_add_integer(struct json_object *to, const char *name, long long number)
{
	add(to, name, have(json_object_new_int64(number)));
}

void json_add_bool(struct json_object *to, const char *name, bool value)
{
	add(to, name, have(json_object_new_boolean(value)));
}

struct json_object *json_add_list(struct json_object *to, const char *name)
{
	struct json_object *list = have(json_object_new_array());

	add(to, name, list);
	return list;
}

struct json_object *json_add_object(struct json_object *to, const char *name)
{
	struct json_object *object = have(json_object_new_object());

	add(to, name, object);
	return object;
}

struct json_object *json_append_object(struct json_object *list)
{
	struct json_object *object = have(json_object_new_object());

	if (json_object_array_add(list, object))
		errx(1, "no memory for JSON");
	return object;
}

void json_append_text(struct json_object *list, const char *text)
{
	if (json_object_array_add(list, have(json_object_new_string(text))))
		errx(1, "no memory for JSON");
}

struct json_object *json_begin(const char *schema)
{
	struct json_object *object = have(json_object_new_object());

	json_add_text(object, "schema", schema);
	return object;
}

#define LAYOUT	(JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | \
		 JSON_C_TO_STRING_NOSLASHESCAPE)

void json_end(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, LAYOUT));
	json_object_put(object);
}

bool json_save(struct json_object *object, const char *path)
{
	FILE *f = fopen(path, "we");
	bool good = f;

	if (f) {
		good = fprintf(f, "%s\n", json_object_to_json_string_ext(object, LAYOUT)) > 0;
		good &= !fclose(f);
	}
	if (!good)
		warn("cannot write %s", path);
	json_object_put(object);
	return good;
}
