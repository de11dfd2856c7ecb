/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait compare --save: both runs' traces, for those who look at them with other
 * programs.  Where there is no struct save, NULL, nothing is saved.
 */
#ifndef TOOLS_SAVE_H
#define TOOLS_SAVE_H

#include "compare.h"

struct save;

/**
 * save_open - see that @dir can have what is saved
 * @dir: is made, or is there and empty
 * @buffer_kb: room for the trace, for each processor
 *
 * Return: NULL, and it is printed why not.
 */
struct save *save_open(const char *dir, unsigned int buffer_kb);

/* Before a run: make the instance that records it.  The rest is as in events.c. */
int save_prepare(struct save *save);
int save_begin(struct save *save, pid_t pid);
void save_stop(struct save *save);

/* Behind a run: write its trace.dat. */
int save_keep(struct save *save);

/* Behind both: make what Perfetto shows of them. */
int save_finish(struct save *save, const struct side sides[2]);

/* Without save_finish(), or if that failed, all that was written is removed. */
void save_close(struct save *save);

/**
 * struct saved_run - what is known of a trace.dat
 * @dat: the file
 * @n: how many events it has to have
 * @ended: when the run was over, in the clock of the events
 */
struct saved_run {
	char *dat;
	unsigned long long n;
	unsigned long long ended;
};

/* perfetto.c: the two as trace-event JSON, in @path. */
int perfetto_write(const char *path, const struct saved_run runs[2],
		   const struct side sides[2]);

#endif /* TOOLS_SAVE_H */
