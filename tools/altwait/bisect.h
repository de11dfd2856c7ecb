/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait bisect: the search, what is known of a policy, and JSON of it.
 */
#ifndef TOOLS_BISECT_H
#define TOOLS_BISECT_H

#include "json.h"
#include "trial.h"

/* struct way - how a run failed, and how many did so */
struct way {
	struct ending ending;
	unsigned int runs;
};

/* Those beyond are counted as failures, and not named. */
#define WAYS_MOST	8

/**
 * struct tried - the runs under one policy
 * @in_force: its quirks
 * @runs: how many there were
 * @failed: how many of them went unlike stock's
 * @way: in which ways, the first one first
 * @n_ways: how many ways
 */
struct tried {
	quirk_set in_force;
	unsigned int runs;
	unsigned int failed;
	struct way way[WAYS_MOST];
	unsigned int n_ways;
};

/* As `git bisect run` reads them. */
enum { EXIT_GOOD = 0, EXIT_BAD = 1, EXIT_SKIP = 125, EXIT_INTERRUPTED = 130 };

#define REPEAT_MOST	100

/**
 * struct bisect - the search
 * @subject: what is run
 * @policy: under which it fails
 * @name: as it was given
 * @repeat: how often, to see whether it always goes the same way
 * @per_trial: how often in each trial
 * @stock: how it went under stock, so often
 * @enough: look for the first set alone
 * @policy_given: the command line has one
 * @revisions: ask by which revisions of Starry, not by which quirks
 * @by_output: what it prints is part of how it goes
 * @tried: policies that were tried
 * @n_tried: how many
 * @uring: waits that were submitted to io_uring under them
 * @base: of the policies that are tried now
 * @end: TRIAL_DONE until a trial was none
 * @json: what is found, or NULL: it is printed
 */
struct bisect {
	struct subject subject;
	struct policy policy;
	const char *name;
	unsigned int repeat;
	unsigned int per_trial;
	struct ending stock[REPEAT_MOST];
	bool enough;
	bool policy_given;
	bool revisions;
	bool by_output;
	struct tried *tried;
	size_t n_tried;
	unsigned long long uring;
	unsigned int base;
	enum trial_end end;
	struct json_object *json;
};

/**
 * try_policy - run the command until it has run so often
 * @b: the search; its @base names the policy
 * @in_force: the quirks
 * @runs: how often at least
 *
 * Return: what is known afterwards; NULL: nobody can say, and why is in @b->end.
 */
const struct tried *try_policy(struct bisect *b, quirk_set in_force, unsigned int runs);

/* What is known of a policy by now; NULL: nothing. */
struct tried *known(const struct bisect *b, quirk_set in_force);

/* So many that a failure which comes as often as in these is missed once in 20 times. */
unsigned int runs_to_see(const struct bisect *b, const struct tried *t);

/* The quirks that the name of a policy has to name. */
quirk_set quirks_named(unsigned int base, quirk_set in_force);

/* Print what one types to have these, or how many there are. */
void print_set(FILE *to, unsigned int base, quirk_set in_force);

/* Print how the runs went. */
void print_tried(FILE *to, const struct bisect *b, const struct tried *t);

/* False: it does not, or nobody can say; the reason is printed. */
bool works_under_linux(struct bisect *b, unsigned int runs);

/* Run each revision of Starry.  Return: the exit status. */
int try_revisions(struct bisect *b);

/* Add how a run ended; what was tried of a policy; what was found. */
void json_add_ending(struct json_object *to, const char *name, const struct ending *ending);
void json_add_tried(struct json_object *to, const char *name, const struct tried *tried);

/**
 * json_add_found - add a set of quirks that was found
 * @to: gets it
 * @name: of the member
 * @base: linux, and it fails with these; or starry, and it works without
 * @tried: the policy that was tried
 * @minimal: none of them can be left out
 */
void json_add_found(struct json_object *to, const char *name, unsigned int base,
		    const struct tried *tried, bool minimal);

#endif /* TOOLS_BISECT_H */
