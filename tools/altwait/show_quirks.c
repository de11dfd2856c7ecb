// SPDX-License-Identifier: GPL-2.0
/*
 * altwait quirks: in what Starry's wait differs from Linux's.
 */
#include <stdio.h>
#include <string.h>

#include "altwait.h"
#include "json.h"

struct show {
	const char *name;
	const char *class;
	bool program;
	bool json;
};

static const struct argp_option options[] = {
	{ "markdown", 'm', "CLASS", 0,
	  "Print the page of Documentation/quirks for CLASS", 0 },
	{ "program", 'p', NULL, 0, "Print a C program that shows the quirk NAME", 0 },
	{ "json", 'j', NULL, 0,
	  "Print all of them, or NAME alone, as JSON, by schema/quirks.json", 0 },
	{ 0 }
};

static bool is_class(const char *name)
{
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (strcmp(quirks[i].class, name) == 0)
			return true;
	return false;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct show *show = state->input;

	switch (key) {
	case 'm':
		if (!is_class(arg))
			argp_error(state, "no class '%s'; `altwait quirks` names them", arg);
		show->class = arg;
		return 0;
	case 'p':
		show->program = true;
		return 0;
	case 'j':
		show->json = true;
		return 0;
	case ARGP_KEY_END:
		if (show->program && !show->name)
			argp_error(state, "--program needs the name of a quirk");
		if (show->json && (show->program || show->class))
			argp_error(state, "--json is all there is to say, without --%s",
				   show->program ? "program" : "markdown");
		return 0;
	case ARGP_KEY_ARG:
		if (show->name)
			argp_error(state, "one quirk at a time");
		show->name = arg;
		if (find_quirk(arg, strlen(arg)) >= 0)
			return 0;
		unknown_quirk(state, arg, '\0');
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, "[NAME]",
	"List the differences between Starry's wait and Linux's, or explain one."
	AFTER_OPTIONS
	"Each is a switch: policy linux+NAME has that one alone, policy starry-NAME\n"
	"all but that one.  A star marks one whose effect cannot be produced on\n"
	"Linux, an equals sign one that others hide under starry, a plus one that\n"
	"only later revisions of Starry brought: starry lacks it, and starry+NAME\n"
	"has it.\n",
	NULL, NULL, NULL
};

/* The first quirk of a class stands for it, so that each has one heading. */
static bool is_first_of_class(int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (strcmp(quirks[i].class, quirks[nr].class) == 0)
			return false;
	return true;
}

/* Where the columns of the list and of the explanation of one begin. */
#define COLUMN_SIDE	28
#define COLUMN_LISTED	(COLUMN_SIDE + 8)
#define COLUMN_TOLD	12

static char mark_of(int i)
{
	if (quirks[i].unseen)
		return '*';
	if (quirk_hidden[i])
		return '=';
	return QUIRKS_LATER & QUIRK_BIT(i) ? '+' : ' ';
}

static void list_quirk(int i, unsigned int width)
{
	const struct quirk *q = &quirks[i];

	printf("  %-24s%c Linux   ", quirk_name[i], mark_of(i));
	print_folded(stdout, width, COLUMN_LISTED, q->linux_does);
	printf("%*sStarry  ", COLUMN_SIDE, "");
	print_folded(stdout, width, COLUMN_LISTED, q->starry_does);
}

static void list_class(const char *class, unsigned int width)
{
	int i;

	printf("%s\n", class);
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (strcmp(quirks[i].class, class) == 0)
			list_quirk(i, width);
	printf("\n");
}

static void list(void)
{
	unsigned int width = fold_width(stdout);
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (is_first_of_class(i))
			list_class(quirks[i].class, width);
	printf("* its effect cannot be produced on Linux; altwait quirks NAME explains one\n"
	       "= under starry others hide it: linux+NAME shows it\n"
	       "+ a later revision brought it: starry+NAME has it\n");
}

static void tell(const char *label, unsigned int width, const char *text)
{
	printf("%s", label);
	print_folded(stdout, width, COLUMN_TOLD, text);
}

static const char walks[] =
	"A call looks at all children and tracees before it sleeps, unless the policy is starry.";
static const char walks_always[] =
	"A call looks at all children and tracees, each time that it looks.";

/* What a policy that has it costs more; or NULL. */
static const char *cost_of(int i)
{
	if (QUIRKS_LATER & QUIRK_BIT(i))
		return walks_always;
	return quirk_walks[i] ? walks : NULL;
}

/* Whoever tries it is told how. */
static void tell_hidden(int i, unsigned int width)
{
	char text[256];

	snprintf(text, sizeof(text), "Under linux+%s alone. starry hides it, by %s.",
		 quirk_name[i], quirk_hidden[i]);
	tell("Shows:      ", width, text);
}

static void explain_quirk(int i)
{
	const struct quirk *q = &quirks[i];
	unsigned int width = fold_width(stdout);

	printf("%s (class %s, bit %d)\n\n", quirk_name[i], q->class, i);
	tell("Linux:      ", width, q->linux_does);
	printf("%*s%s\n", COLUMN_TOLD, "", q->linux_source);
	tell("Starry:     ", width, q->starry_does);
	printf("%*swait.rs, lines %s\n", COLUMN_TOLD, "", q->seed);
	tell("Reproducer: ", width, q->reproducer);
	if (quirk_selftest[i])
		printf("Selftest:   scripts/kselftest-run %s\n", quirk_selftest[i]);
	if (cost_of(i))
		tell("Cost:       ", width, cost_of(i));
	if (q->unseen)
		tell("Not seen:   ", width, q->unseen);
	if (quirk_hidden[i])
		tell_hidden(i, width);
	printf("\nAlone: --policy linux+%s; ", quirk_name[i]);
	if (QUIRKS_LATER & QUIRK_BIT(i))
		printf("beside those of 0.6.1: --policy starry+%s\n", quirk_name[i]);
	else
		printf("all but this: --policy starry-%s\n", quirk_name[i]);
}

static void print_page(const char *class)
{
	int i;

	printf("<!-- Generated by `altwait quirks --markdown %s` from\n"
	       "     tools/altwait/quirks_table.h: change that, then run `make quirks-docs`. -->\n\n"
	       "# Quirks: %s\n", class, class);
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		const struct quirk *q = &quirks[i];

		if (strcmp(q->class, class) != 0)
			continue;
		printf("\n## %s\n\n", quirk_name[i]);
		printf("- Linux: %s (%s)\n", q->linux_does, q->linux_source);
		printf("- Starry: %s (wait.rs, lines %s)\n", q->starry_does, q->seed);
		printf("- Reproducer: %s\n", q->reproducer);
		if (quirk_selftest[i])
			printf("- Selftest: %s\n", quirk_selftest[i]);
		if (cost_of(i))
			printf("- Cost: %s\n", cost_of(i));
		if (q->unseen)
			printf("- Cannot be seen on Linux: %s.\n", q->unseen);
		if (quirk_hidden[i])
			printf("- Shows under `linux+%s`; `starry` hides it, by %s.\n",
			       quirk_name[i], quirk_hidden[i]);
	}
}

struct json_object *append_quirk(struct json_object *list, int nr)
{
	struct json_object *one = json_append_object(list);

	json_add_text(one, "name", quirk_name[nr]);
	json_add_number(one, "bit", nr);
	json_add_text(one, "class", quirks[nr].class);
	json_add_text(one, "linux", quirks[nr].linux_does);
	json_add_text(one, "linux_source", quirks[nr].linux_source);
	json_add_text(one, "starry", quirks[nr].starry_does);
	json_add_text(one, "seed_lines", quirks[nr].seed);
	json_add_text(one, "reproducer", quirks[nr].reproducer);
	json_add_text(one, "selftest", quirk_selftest[nr]);
	json_add_text(one, "unseen", quirks[nr].unseen);
	json_add_text(one, "hidden", quirk_hidden[nr]);
	return one;
}

/* @only: the number of one, or -1 for all. */
static void print_json(int only)
{
	struct json_object *all = json_begin("altwait-quirks/1");
	struct json_object *list = json_add_list(all, "quirks");
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (only < 0 || only == i)
			append_quirk(list, i);
	json_end(all);
}

int cmd_quirks(int argc, char **argv)
{
	struct show show = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &show);
	if (show.program)
		return print_program(find_quirk(show.name, strlen(show.name)));
	if (show.json)
		print_json(show.name ? find_quirk(show.name, strlen(show.name)) : -1);
	else if (show.class)
		print_page(show.class);
	else if (show.name)
		explain_quirk(find_quirk(show.name, strlen(show.name)));
	else
		list();
	return 0;
}
