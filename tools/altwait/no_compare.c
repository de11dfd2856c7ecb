// SPDX-License-Identifier: GPL-2.0
/*
 * In place of compare.c where there is no libtracefs: says what is missing.
 */
#include <stdio.h>

#include "altwait.h"

/* As diff(1) has it: no comparison took place. */
#define EXIT_NO_COMPARISON	2

int cmd_compare(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	fprintf(stderr,
		"altwait: this program cannot compare: it was built without libtracefs\n"
		"Hint: install libtracefs-dev and pkg-config, and build it again;\n"
		"`altwait run --shadow` compares, too, and needs neither.\n");
	return EXIT_NO_COMPARISON;
}
