// SPDX-License-Identifier: GPL-2.0
/*
 * SARIF of a shadow run: a rule for each kind of difference, a result for each that was
 * seen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "quirks.h"
#include "sarif.h"

/* struct sarif - what is being made */
struct sarif {
	const char *program;
	struct json_object *rules;
	struct json_object *results;
	unsigned int n_rules;
};

static const char *text_of(struct json_object *object, const char *name)
{
	return json_object_get_string(json_object_object_get(object, name));
}

static unsigned long long number_of(struct json_object *object, const char *name)
{
	return json_object_get_uint64(json_object_object_get(object, name));
}

static void add_message(struct json_object *to, const char *name, const char *text)
{
	json_add_text(json_add_object(to, name), "text", text);
}

/* As a reference of RFC 3986; the caller frees it. */
static char *uri_of(const char *path)
{
	char *uri = NULL;
	size_t len;
	FILE *f = need(open_memstream(&uri, &len));

	for (; *path; path++)
		if (strchr("-._~/", *path) || (*path >= '0' && *path <= '9') ||
		    ((*path | 0x20) >= 'a' && (*path | 0x20) <= 'z'))
			fputc(*path, f);
		else
			fprintf(f, "%%%02X", (unsigned char)*path);
	fclose(f);
	return need(uri);
}

/* @comm: the process, if it is known */
static void add_location(struct json_object *result, const char *program, const char *comm)
{
	struct json_object *list = json_add_list(result, "locations");
	struct json_object *one = json_append_object(list), *logical;
	char *uri = uri_of(program);

	json_add_text(json_add_object(json_add_object(one, "physicalLocation"),
				      "artifactLocation"), "uri", uri);
	free(uri);
	if (!comm)
		return;
	logical = json_append_object(json_add_list(one, "logicalLocations"));
	json_add_text(logical, "name", comm);
	json_add_text(logical, "kind", "process");
}

/* "wait4(10, 0): stock: 10: exited 0; policy: -1 ECHILD" */
static char *message_of(const char *what, struct json_object *first)
{
	char *text = NULL;

	if (asprintf(&text, "%s. The first: %s: stock: %s; linux: %s; policy: %s", what,
		     text_of(first, "call"),
		     text_of(json_object_object_get(first, "stock"), "text"),
		     text_of(json_object_object_get(first, "linux"), "text"),
		     text_of(json_object_object_get(first, "policy"), "text")) < 0)
		text = NULL;
	return need(text);
}

/* @first: the example, or null, if the module has kept none */
static void add_result(struct sarif *s, const char *id, const char *level, const char *what,
		       unsigned long long calls, struct json_object *first)
{
	struct json_object *rule, *result;
	char *text;

	if (!calls)
		return;
	rule = json_append_object(s->rules);
	json_add_text(rule, "id", id);
	add_message(rule, "shortDescription", what);
	result = json_append_object(s->results);
	json_add_text(result, "ruleId", id);
	json_add_number(result, "ruleIndex", s->n_rules++);
	json_add_text(result, "level", level);
	text = first ? message_of(what, first) : need(strdup(what));
	add_message(result, "message", text);
	free(text);
	add_location(result, s->program, first ? text_of(first, "comm") : NULL);
	json_add_number(result, "occurrenceCount", calls);
}

static void add_quirk(struct sarif *s, struct json_object *seen)
{
	const char *name = text_of(seen, "name");
	char *what;
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		if (strcmp(quirk_name[i], name) != 0)
			continue;
		if (asprintf(&what, "Linux: %s Starry: %s", quirks[i].linux_does,
			     quirks[i].starry_does) < 0)
			what = NULL;
		add_result(s, name, "warning", need(what), number_of(seen, "calls"),
			   json_object_object_get(seen, "first"));
		free(what);
	}
}

struct json_object *sarif_of(struct json_object *summary, const char *program)
{
	struct json_object *all = need(json_object_new_object()), *run, *driver, *seen;
	struct sarif s = { .program = program };
	size_t i;

	json_add_text(all, "$schema",
		      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
	json_add_text(all, "version", "2.1.0");
	run = json_append_object(json_add_list(all, "runs"));
	driver = json_add_object(json_add_object(run, "tool"), "driver");
	json_add_text(driver, "name", "altwait");
	s.rules = json_add_list(driver, "rules");
	json_add_bool(json_append_object(json_add_list(run, "invocations")),
		      "executionSuccessful",
		      json_object_get_boolean(json_object_object_get(summary, "valid")));
	s.results = json_add_list(run, "results");
	add_result(&s, "control", "error", "Policy linux differs from stock: a bug in altwait",
		   number_of(summary, "control"),
		   json_object_object_get(summary, "first_control"));
	add_result(&s, "unexplained", "warning", "The policy differs, and no quirks explain it",
		   number_of(summary, "unexplained"),
		   json_object_object_get(summary, "first_unexplained"));
	seen = json_object_object_get(summary, "quirks");
	for (i = 0; i < json_object_array_length(seen); i++)
		add_quirk(&s, json_object_array_get_idx(seen, i));
	return all;
}
