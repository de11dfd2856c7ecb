/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Vectors: scenarios of events and wait calls, with what the reference says
 * each call comes to.  Run on the pure files, in userspace and in the kernel.
 */
#ifndef _ALTWAIT_VECTORS_H
#define _ALTWAIT_VECTORS_H

#include "model/waitcall.h"

/**
 * struct aw_vectors_result - how a scenario went
 * @number:   the number that the file gives it
 * @line:     where it starts, or where it first differs
 * @passed:   the wait calls did what the file says, and nothing else
 * @expected: where they did not: the file's line, or "nothing"
 * @got:      where they did not: what the records say, or "nothing"
 */
struct aw_vectors_result {
	s64		number;
	unsigned int	line;
	bool		passed;
	const char	*expected;
	const char	*got;
};

/**
 * struct aw_explained - one look of a wait call, under two policies
 * @starry: what it says
 * @linux_says: what Linux would have said at the same moment
 * @agree:  true if both say the same
 * @quirks: where they do not, the reasons: aw_explain(); 0: there are none
 * @exact:  linux with @quirks says what starry does, and with one of them less it does
 *	    not; and so with those that are found where few are asked
 * @composed: true if a policy that lacks one quirk, which plays no role here, says
 *	    what starry does: it goes by the facts, and starry by its records alone
 * @req:    the call as Linux reads it; NULL where it refuses the arguments
 * @facts:  what Linux knows
 */
struct aw_explained {
	struct aw_decision starry;
	struct aw_decision linux_says;
	bool		   agree;
	aw_quirkset	   quirks;
	bool		   exact;
	bool		   composed;
	const struct aw_request *req;
	const struct aw_facts *facts;
};

typedef void (*aw_explained_fn)(unsigned int line,
				const struct aw_explained *e, void *ctx);

/**
 * struct aw_vectors_report - whom to tell
 * @scenario: once for each scenario
 * @error:    the file is no file of vectors; the run ends with that
 * @said:     may be NULL; else nothing is compared, and each thing that the wait
 *	      calls do is told here, "end N K..." included
 * @explain:  may be NULL; told of each look of each wait call
 * @differs:  quirks in which the policy that answers differs from starry
 */
struct aw_vectors_report {
	void (*scenario)(const struct aw_vectors_result *res, void *ctx);
	void (*error)(unsigned int line, const char *reason, void *ctx);
	void (*said)(unsigned int line, const char *text, void *ctx);
	aw_explained_fn explain;
	aw_quirkset differs;
};

int aw_vectors_run(const char *text, size_t len,
		   const struct aw_vectors_report *report, void *ctx);

#endif /* _ALTWAIT_VECTORS_H */
