/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait bisect: one run of the command, and how it went.
 */
#ifndef TOOLS_TRIAL_H
#define TOOLS_TRIAL_H

#include "compare.h"

/**
 * struct ending - how a run went
 * @hung: it did not end in time
 * @status: how it ended, as wait4 has it; of the script, if there is one
 * @digest: of what it printed
 * @uring: how many of its waits were submitted to io_uring; not known under stock
 */
struct ending {
	bool hung;
	int status;
	__u64 digest;
	unsigned long long uring;
};

/**
 * struct subject - what is tried
 * @command: the command
 * @script: for sh -c, which says what to make of a run, or NULL
 * @seconds: after which a run hangs
 * @allow_uring: a run with waits by io_uring counts, too
 */
struct subject {
	char **command;
	const char *script;
	unsigned int seconds;
	bool allow_uring;
};

enum trial_end { TRIAL_DONE, TRIAL_STOPPED, TRIAL_TROUBLE };

/**
 * trial_run - run the command once
 * @subject: the command
 * @policy: under which
 * @shadow: the device's file, through which it is enrolled in shadow mode; -1: not so
 * @ending: how it went
 *
 * Nothing that it made is left behind.
 *
 * Return: TRIAL_STOPPED: a signal asks us to end; TRIAL_TROUBLE: the reason is
 * printed.
 */
enum trial_end trial_run(const struct subject *subject, const struct policy *policy,
			 int shadow, struct ending *ending);

/* Print an ending: "exited 1", "does not end". */
void print_ending(FILE *to, const struct ending *ending);

#endif /* TOOLS_TRIAL_H */
