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
static void print_comment(const char *label, const char *text)
{
	int at = printf(" * %s", label);

	while (*text) {
		int len = strcspn(text, " ");

		if (at + 1 + len > WIDTH)
			at = printf("\n *        ") - 1;
		at += printf(" %.*s", len, text);
		text += len + strspn(text + len, " ");
	}
	printf("\n");
}

/* What is known of a quirk. */
static void print_head(int nr)
{
	const struct quirk *q = &quirks[nr];

	printf("// %s: GPL-2.0\n/*\n", "SPDX-License-Identifier");
	printf(" * The quirk %s.\n *\n", quirk_name[nr]);
	print_comment("Linux: ", q->linux_does);
	print_comment("Starry:", q->starry_does);
	printf(" *\n"
	       " * Build it with cc -pthread.  probe(), at the end, is what it is about.  Exit\n"
	       " * status: 0, the kernel has Linux's way; 1, Starry's; 2, neither; 3, that\n"
	       " * cannot be known here.\n"
	       " */\n");
}

int print_program(int nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(programs); i++) {
		if (strcmp(programs[i].name, quirk_name[nr]) != 0)
			continue;
		print_head(nr);
		printf("%s%s%s%s%s", part_probe, part_tasks,
		       programs[i].traces ? part_tracer : "", part_run,
		       strstr(programs[i].text, "\n") + 1);
		return 0;
	}
	fprintf(stderr, "altwait: no program sees %s: %s\n", quirk_name[nr], quirks[nr].unseen);
	return 1;
}
