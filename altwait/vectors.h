/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Vectors: scenarios of events and wait calls, with what the reference says
 * each call comes to.  Run on the pure files, in userspace and in the kernel.
 */
#ifndef _ALTWAIT_VECTORS_H
#define _ALTWAIT_VECTORS_H

#include "pure.h"

/**
 * struct aw_vectors_result - how a scenario went
 * @number:   the number that the file gives it
 * @line:     where it starts, or where it first differs
 * @passed:   the wait calls did what the file says, and nothing else
 * @expected: where not: the file's line, or "nothing"
 * @got:      where not: what the records say, or "nothing"
 */
struct aw_vectors_result {
	s64		number;
	unsigned int	line;
	bool		passed;
	const char	*expected;
	const char	*got;
};

/**
 * struct aw_vectors_report - whom to tell
 * @scenario: once for each scenario
 * @error:    the file is no file of vectors; the run ends with that
 * @said:     may be NULL; else nothing is compared, and each thing that the wait
 *	      calls do is told here, "end N K..." included
 */
struct aw_vectors_report {
	void (*scenario)(const struct aw_vectors_result *res, void *ctx);
	void (*error)(unsigned int line, const char *reason, void *ctx);
	void (*said)(unsigned int line, const char *text, void *ctx);
};

/*
 * Runs the scenarios in text.  0, whatever their results; -EINVAL: a line that
 * cannot be understood or applied; -ENOMEM.  May be called without any lock: no
 * records but its own are touched.
 */
int aw_vectors_run(const char *text, size_t len,
		   const struct aw_vectors_report *report, void *ctx);

#endif /* _ALTWAIT_VECTORS_H */
