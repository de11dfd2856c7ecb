// SPDX-License-Identifier: GPL-2.0
/*
 * altwait audit: do the module's records agree with the kernel's own processes?
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "altwait.h"
#include "json.h"

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print the disagreements as JSON, by schema/audit.json", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	bool *json = state->input;

	switch (key) {
	case 'j':
		*json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is too much: it takes no argument", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, NULL,
	"Compare the module's records with the kernel's processes, and print each\n"
	"disagreement." AFTER_OPTIONS
	"Processes fork and exit meanwhile: what does not agree is looked at again for\n"
	"up to a second, and only what lasts is printed.  A disagreement is a bug in\n"
	"altwait, but for a child that was reaped by a call which was asleep in stock\n"
	"when its process was enrolled, or between a dismissal and an enrolment right\n"
	"after it, and for orphans of one that is no subreaper any more.  PIDs are the\n"
	"initial pid namespace's.\n"
	"The exit status is 0 if there is none, 1 if there is or if nobody can say,\n"
	"2 for a wrong command line.\n",
	NULL, NULL, NULL
};

/* By enum altwait_disagreement; what the record and the kernel have may follow. */
static const struct kind {
	const char *name;
	const char *text;
	bool tells;
} kinds[] = {
	[ALTWAIT_GONE] = { "gone", "it has been reaped, and has a record still", .tells = false },
	[ALTWAIT_LIVES] = { "lives", "it lives, and its record says that it has ended",
			    .tells = false },
	[ALTWAIT_ENDED] = { "ended", "it is a zombie, and its record says that it lives",
			    .tells = false },
	[ALTWAIT_PARENT] = { "parent", "its record has another parent", .tells = true },
	[ALTWAIT_TRACER] = { "tracer", "its record has another tracer", .tells = true },
	[ALTWAIT_NO_RECORD] = { "no-record", "its parent is enrolled, and it has no record",
				.tells = true },
};

/* A newer module may know more. */
static struct kind kind_of(unsigned int what)
{
	if (what < ARRAY_SIZE(kinds) && kinds[what].name)
		return kinds[what];
	return (struct kind){ "other", "in a way that this program does not know", true };
}

static void print_text(const struct altwait_audit *a)
{
	struct kind kind = kind_of(a->what);

	printf("process %d: %s", a->pid, kind.text);
	if (kind.tells)
		printf(": %d, and the kernel %d", a->record, a->kernel);
	printf("\n");
}

static void add_json(struct json_object *list, const struct altwait_audit *a)
{
	struct json_object *one = json_append_object(list);

	json_add_integer(one, "pid", a->pid);
	json_add_text(one, "what", kind_of(a->what).name);
	json_add_integer(one, "record", a->record);
	json_add_integer(one, "kernel", a->kernel);
}

/* Return: 0, or a negative errno; *found counts the disagreements. */
static int audit(int fd, struct json_object *list, unsigned long long *compared,
		 unsigned long long *found)
{
	struct altwait_audit a = { .size = sizeof(a) };
	int err;

	for (;;) {
		err = device_request(fd, ALTWAIT_AUDIT, &a);
		if (err)
			return err;
		*compared += a.compared;
		if (a.what == ALTWAIT_AGREE)
			return 0;
		++*found;
		if (list)
			add_json(list, &a);
		else
			print_text(&a);
	}
}

int cmd_audit(int argc, char **argv)
{
	unsigned long long compared = 0, found = 0;
	struct json_object *all = NULL, *list = NULL;
	bool json = false;
	int fd, err;

	argp_parse(&argp, argc, argv, 0, NULL, &json);
	fd = device_open();
	if (fd < 0) {
		explain(REQUEST_OPEN, fd, "open %s", device_path);
		return EXIT_TROUBLE;
	}
	if (json) {
		all = json_begin("altwait-audit/1");
		list = json_add_list(all, "disagreements");
	}
	err = audit(fd, list, &compared, &found);
	close(fd);
	if (err) {
		if (all)
			json_object_put(all);
		explain(ALTWAIT_AUDIT, err, "compare the records");
		return EXIT_TROUBLE;
	}
	if (json) {
		json_add_number(all, "compared", compared);
		json_end(all);
	} else {
		printf("%llu records and processes compared, %llu disagreement%s\n", compared,
		       found, found == 1 ? "" : "s");
	}
	return found ? EXIT_TROUBLE : 0;
}
