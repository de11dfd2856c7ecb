// SPDX-License-Identifier: GPL-2.0
/*
 * JSON output, by json-c.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/*
 * The length of the character that begins here; 0: none that UTF-8 has.  By the table
 * "Well-Formed UTF-8 Byte Sequences" of the Unicode Standard.
 */
static size_t character(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t length, i;

	if (c[0] < 0x80)
		return 1;
	if (c[0] < 0xc2 || c[0] > 0xf4)
		return 0;
	length = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
	    (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
		return 0;
	for (i = 1; i < length; i++)
		if (c[i] < 0x80 || c[i] > 0xbf)
			return 0;
	return length;
}

static struct json_object *text_of(const char *text)
{
	struct json_object *object;
	char *clean, *to;
	size_t length;

	/* Each byte may become three. */
	clean = malloc(3 * strlen(text) + 1);
	if (!clean)
		errx(1, "no memory for JSON");
	for (to = clean; *text; text += length ?: 1) {
		length = character(text);
		if (length)
			to = mempcpy(to, text, length);
		else
			to = stpcpy(to, "\xef\xbf\xbd");
	}
	*to = '\0';
	object = have(json_object_new_string(clean));
	free(clean);
	return object;
}

void json_add_text(struct json_object *to, const char *name, const char *text)
{
	add(to, name, text ? text_of(text) : NULL);
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
	if (json_object_array_add(list, text_of(text)))
		errx(1, "no memory for JSON");
}

void json_append_integer(struct json_object *list, long long number)
{
	if (json_object_array_add(list, have(json_object_new_int64(number))))
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

static bool save(struct json_object *object, const char *path, int layout)
{
	FILE *f = fopen(path, "we");
	bool good = f;

	if (f) {
		good = fprintf(f, "%s\n", json_object_to_json_string_ext(object, layout)) > 0;
		good &= !fclose(f);
	}
	if (!good)
		warn("cannot write %s", path);
	json_object_put(object);
	return good;
}

bool json_save(struct json_object *object, const char *path)
{
	return save(object, path, LAYOUT);
}

bool json_save_plain(struct json_object *object, const char *path)
{
	return save(object, path, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}
