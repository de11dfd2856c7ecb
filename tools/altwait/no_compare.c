// SPDX-License-Identifier: GPL-2.0
/*
 * In place of compare.c and events.c where there is no libtracefs: says what is missing.
 */
#include <stdio.h>

#include "compare.h"

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

struct events *events_open(unsigned int buffer_kb, bool picture)
{
	(void)buffer_kb;
	(void)picture;
	fprintf(stderr,
		"altwait: this program cannot record events: it was built without libtracefs\n"
		"Hint: install libtracefs-dev and pkg-config, and build it again.\n");
	return NULL;
}

/* Without events_open() nobody has any. */
int events_begin(struct events *events, pid_t pid)
{
	(void)events;
	(void)pid;
	return -1;
}

void events_stop(struct events *events)
{
	(void)events;
}

int events_read(struct events *events, struct run_log *log, struct run_log *picture)
{
	(void)events;
	(void)log;
	(void)picture;
	return -1;
}

void events_close(struct events *events)
{
	(void)events;
}
