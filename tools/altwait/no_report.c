// SPDX-License-Identifier: GPL-2.0
/*
 * In place of html.c where what its page is made of is not there: says what is missing.
 */
#include <stdio.h>

#include "altwait.h"

int cmd_report(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	fprintf(stderr,
		"altwait: this program makes no reports: it was built without D3 or Jinja2\n"
		"Hint: install node-d3 and python3-jinja2, and build it again; what --events\n"
		"has written can be read by another altwait, on another machine.\n");
	return 1;
}
