/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happened in a run, in full, as `altwait report` draws it: schema/events.json.
 */
#ifndef TOOLS_HISTORY_H
#define TOOLS_HISTORY_H

#include "compare.h"
#include "json.h"

/**
 * struct spoilers - what makes a run no valid one, by the module's counters
 * @missed: redirects that did not take place
 * @trouble: processes that went back to stock
 * @uring: waits that were submitted to io_uring
 */
struct spoilers {
	unsigned long long missed;
	unsigned long long trouble;
	unsigned long long uring;
};

/**
 * struct chapter - one run of a history
 * @policy: who answered, or was asked
 * @mode: "stock", "shadow" or "replace"
 * @ending: how the command ended, in words
 * @spoilers: what happened meanwhile, on the whole machine; by io_uring, in the run
 * @log: finished, with its polls apart
 */
struct chapter {
	const char *policy;
	const char *mode;
	const char *ending;
	struct spoilers spoilers;
	const struct run_log *log;
};

/* The history of @command, without a run yet; @maker: the command that wrote it. */
struct json_object *history_begin(const char *maker, char **command);
void history_add(struct json_object *history, const struct chapter *chapter);

#endif /* TOOLS_HISTORY_H */
