// SPDX-License-Identifier: GPL-2.0
/*
 * altwait quirks NAME --program: a program that shows a quirk, put together from
 * the sources of waitprint.
 */
#include <stdio.h>
#include <string.h>

#include "altwait.h"
#include "programs.inc"

#define WIDTH	85

/* A paragraph of a comment. */
static void print_comment(FILE *to, const char *label, const char *text)
{
	int at = fprintf(to, " * %s", label);

	while (*text) {
		int len = strcspn(text, " ");

		if (at + 1 + len > WIDTH)
			at = fprintf(to, "\n *        ") - 1;
		at += fprintf(to, " %.*s", len, text);
		text += len + strspn(text + len, " ");
	}
	fprintf(to, "\n");
}

/* What is known of a quirk. */
static void print_head(FILE *to, int nr)
{
	const struct quirk *q = &quirks[nr];

	fprintf(to, "// %s: GPL-2.0\n/*\n", "SPDX-License-Identifier");
	fprintf(to, " * The quirk %s.\n *\n", quirk_name[nr]);
	print_comment(to, "Linux: ", q->linux_does);
	print_comment(to, "Starry:", q->starry_does);
	if (quirk_hidden[nr])
		print_comment(to, "Under starry hidden by", quirk_hidden[nr]);
	fprintf(to, " *\n"
		" * Build it with cc -pthread.  probe(), at the end, is what it is about.  Exit\n"
		" * status: 0, the kernel has Linux's way; 1, Starry's; 2, neither; 3, that\n"
		" * cannot be known here.\n"
		" */\n");
}

bool print_program_to(FILE *to, int nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(programs); i++) {
		if (strcmp(programs[i].name, quirk_name[nr]) != 0)
			continue;
		print_head(to, nr);
		fprintf(to, "%s%s%s%s%s", part_probe, part_tasks,
			programs[i].traces ? part_tracer : "", part_run,
			strstr(programs[i].text, "\n") + 1);
		return true;
	}
	return false;
}

int print_program(int nr)
{
	if (print_program_to(stdout, nr))
		return 0;
	fprintf(stderr, "altwait: no program sees %s: %s\n", quirk_name[nr], quirks[nr].unseen);
	return 1;
}
