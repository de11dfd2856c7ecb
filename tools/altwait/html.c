// SPDX-License-Identifier: GPL-2.0
/*
 * altwait report: a run as a page for a browser, in one file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "altwait.h"
#include "json.h"

/* The page, by page/build.py, in page.S: with this where the run belongs */
#define DATA_MARK	"@DATA@"
extern const char report_page[];

/* The two ways to record a run, and the options that take what came of it */
static const struct recorder {
	const char *made_by;
	const char *option;
} shadow = { "run --shadow", "--shadow" }, compare = { "compare", "--compare" };

struct show {
	const char *events;
	const struct recorder *recorder;
	const char *output;
};

enum { KEY_OUTPUT = 'o', KEY_SHADOW = 's', KEY_COMPARE = 'c' };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct show *show = state->input;

	switch (key) {
	case KEY_SHADOW:
	case KEY_COMPARE:
		if (show->events)
			argp_error(state, "one file at a time");
		show->events = arg;
		show->recorder = key == KEY_SHADOW ? &shadow : &compare;
		return 0;
	case KEY_OUTPUT:
		show->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s': this takes no arguments", arg);
		return 0;
	case ARGP_KEY_END:
		if (!show->events)
			argp_error(state, "--shadow FILE or --compare FILE is missing");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "shadow", KEY_SHADOW, "FILE", 0, "What altwait run --shadow --events has written", 0 },
	{ "compare", KEY_COMPARE, "FILE", 0, "What altwait compare --events has written", 0 },
	{ "output", KEY_OUTPUT, "FILE", 0, "Write the page to FILE (default: standard output)", 0 },
	{ 0 }
};

static const struct argp argp = {
	options, parse, "",
	"Make a page for a browser of what was recorded: each process with its life and\n"
	"its wait calls, stock above and the policy below, and who was told of what."
	AFTER_OPTIONS
	"It is one file, which needs no network, for people to keep and to hand on.\n"
	"Neither module nor root is needed.  Documentation/report.md says what each\n"
	"mark means.\n",
	NULL, NULL, NULL
};

static const char *text_of(struct json_object *from, const char *member)
{
	struct json_object *text;

	return json_object_object_get_ex(from, member, &text) ?
	       json_object_get_string(text) : NULL;
}

/* What it is, if it has no events; else NULL. */
static const char *foreign(struct json_object *history)
{
	const char *schema;

	if (!history)
		return "no JSON";
	schema = text_of(history, "schema");
	if (!schema)
		return "JSON of something else";
	return strcmp(schema, "altwait-events/1") ? schema : NULL;
}

/* It is a file, or nobody's: it is said what would be one. */
static bool is_recorded(const struct show *show, struct json_object *history)
{
	const char *what = foreign(history), *made_by;

	if (what) {
		fprintf(stderr, "altwait: %s has no events of a run: it is %s\n"
			"Hint: record it: altwait %s --events FILE -- COMMAND\n",
			show->events, what, show->recorder->made_by);
		return false;
	}
	made_by = text_of(history, "made_by");
	if (made_by && !strcmp(made_by, show->recorder->made_by))
		return true;
	fprintf(stderr, "altwait: %s is of altwait %s\n", show->events,
		made_by ? made_by : "something else");
	fprintf(stderr, "Hint: altwait report %s %s\n",
		show->recorder == &shadow ? compare.option : shadow.option, show->events);
	return false;
}

/* NULL: it cannot be used, and it is said why. */
static struct json_object *read_history(const struct show *show)
{
	struct json_object *history = NULL;
	int fd = open(show->events, O_RDONLY | O_CLOEXEC);

	errno = fd < 0 ? errno : 0;
	if (fd >= 0)
		history = json_object_from_fd(fd);
	if (!history && errno)
		fprintf(stderr, "altwait: cannot read %s: %s\n", show->events, strerror(errno));
	else if (is_recorded(show, history))
		goto out;
	json_object_put(history);
	history = NULL;
out:
	if (fd >= 0)
		close(fd);
	return history;
}

/* Those that calls of a run name. */
static quirk_set quirks_of_run(struct json_object *run)
{
	struct json_object *calls, *names;
	quirk_set set = 0;
	size_t i, k;

	if (!json_object_object_get_ex(run, "calls", &calls))
		return 0;
	for (i = 0; i < json_object_array_length(calls); i++) {
		if (!json_object_object_get_ex(json_object_array_get_idx(calls, i), "quirks",
					       &names))
			continue;
		for (k = 0; k < json_object_array_length(names); k++) {
			const char *name;
			int nr;

			name = json_object_get_string(json_object_array_get_idx(names, k));
			nr = name ? find_quirk(name, strlen(name)) : -1;
			if (nr >= 0)
				set |= QUIRK_BIT(nr);
		}
	}
	return set;
}

static quirk_set quirks_of(struct json_object *history)
{
	struct json_object *runs;
	quirk_set set = 0;
	size_t i;

	if (!json_object_object_get_ex(history, "runs", &runs))
		return 0;
	for (i = 0; i < json_object_array_length(runs); i++)
		set |= quirks_of_run(json_object_array_get_idx(runs, i));
	return set;
}

static void explain_quirks(struct json_object *list, quirk_set set)
{
	struct json_object *one;
	char *text;
	size_t len;
	FILE *to;
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		if (!(set & QUIRK_BIT(i)))
			continue;
		one = append_quirk(list, i);
		to = open_memstream(&text, &len);
		if (!to)
			continue;
		if (!print_program_to(to, i))
			len = 0;
		fclose(to);
		json_add_text(one, "program", *text ? text : NULL);
		free(text);
	}
}

/*
 * In a script element, which its end tag ends wherever it stands: JSON has < in texts
 * alone, where it may be written so.
 */
static void put_json(FILE *to, const char *json)
{
	for (; *json; json++) {
		if (*json == '<')
			fputs("\\u003c", to);
		else
			fputc(*json, to);
	}
}

static bool write_page(FILE *to, struct json_object *data)
{
	const char *mark = strstr(report_page, DATA_MARK);

	fwrite(report_page, 1, mark - report_page, to);
	put_json(to, json_object_to_json_string_ext(data, JSON_C_TO_STRING_PLAIN |
						    JSON_C_TO_STRING_NOSLASHESCAPE));
	fputs(mark + strlen(DATA_MARK), to);
	return !ferror(to);
}

static int save_page(const char *path, struct json_object *data)
{
	FILE *to = path ? fopen(path, "we") : stdout;
	bool good = to && write_page(to, data);

	if (to && path)
		good &= !fclose(to);
	else if (to)
		good &= !fflush(to);
	if (good)
		return 0;
	fprintf(stderr, "altwait: cannot write %s: %s\n", path ? path : "the page",
		strerror(errno));
	return 1;
}

int cmd_report(int argc, char **argv)
{
	struct json_object *history, *data;
	struct show show = { 0 };
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &show);
	history = read_history(&show);
	if (!history)
		return 1;
	data = json_begin("altwait-report/1");
	explain_quirks(json_add_list(data, "quirks"), quirks_of(history));
	json_object_object_add(data, "history", history);
	status = save_page(show.output, data);
	json_object_put(data);
	return status;
}
