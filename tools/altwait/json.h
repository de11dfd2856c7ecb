/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON output: objects of json-c.  Their schemas are in schema/; a member that is gone
 * or means something else raises the number at the end of "schema".
 */
#ifndef TOOLS_ALTWAIT_JSON_H
#define TOOLS_ALTWAIT_JSON_H

#include <stdbool.h>

#include <json-c/json.h>

/* An object whose member "schema" is @schema, as in "altwait-status/1". */
struct json_object *json_begin(const char *schema);

/*
 * Add a member; @text may be NULL, which is null there.  A byte of it that is no UTF-8,
 * as programs may have in their names, is U+FFFD there.
 */
void json_add_text(struct json_object *to, const char *name, const char *text);
void json_add_number(struct json_object *to, const char *name, unsigned long long number);
void json_add_integer(struct json_object *to, const char *name, long long number);
void json_add_bool(struct json_object *to, const char *name, bool value);

/* Add an empty array, and return it. */
struct json_object *json_add_list(struct json_object *to, const char *name);

/* Append a string or a number to a list. */
void json_append_text(struct json_object *list, const char *text);
void json_append_integer(struct json_object *list, long long number);

/* Add an empty object, and return it; or append one to a list. */
struct json_object *json_add_object(struct json_object *to, const char *name);
struct json_object *json_append_object(struct json_object *list);

/* Print @object and a newline on standard output, and free it. */
void json_end(struct json_object *object);

/* Write it to a file, and free it.  Return: false, and it is said why. */
bool json_save(struct json_object *object, const char *path);

/* Likewise, without a line for each member: for what is large. */
bool json_save_plain(struct json_object *object, const char *path);

#endif /* TOOLS_ALTWAIT_JSON_H */
