// SPDX-License-Identifier: GPL-2.0
/*
 * In place of save.c and perfetto.c where there is no libtracecmd: says what is missing.
 */
#include "save.h"

struct save *save_open(const char *dir, unsigned int buffer_kb)
{
	(void)dir;
	(void)buffer_kb;
	fprintf(stderr,
		"altwait: this program cannot save: it was built without libtracecmd\n"
		"Hint: install libtracecmd-dev and pkg-config, and build it again.\n");
	return NULL;
}

/* What follows is called without a struct save alone. */
int save_prepare(struct save *save)
{
	(void)save;
	return 0;
}

int save_begin(struct save *save, pid_t pid)
{
	(void)save;
	(void)pid;
	return 0;
}

void save_stop(struct save *save)
{
	(void)save;
}

int save_keep(struct save *save)
{
	(void)save;
	return 0;
}

int save_finish(struct save *save, const struct side sides[2])
{
	(void)save;
	(void)sides;
	return 0;
}

void save_close(struct save *save)
{
	(void)save;
}
