// SPDX-License-Identifier: GPL-2.0
/*
 * altwait bisect: by which quirks, or which revisions, does a command fail?
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bisect.h"
#include "ddmin.h"

/* ---------------------------------------------------------- command line */

enum {
	KEY_ALLOW_URING = 'u', KEY_ENOUGH = 'n', KEY_JSON = 'j', KEY_POLICY = 'p', KEY_REPEAT = 'r',
	KEY_REVISIONS = 'v', KEY_SCRIPT = 'e',
	KEY_TIMEOUT = 't',
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct bisect *b = state->input;

	switch (key) {
	case KEY_ALLOW_URING:
		b->subject.allow_uring = true;
		return 0;
	case KEY_ENOUGH:
		b->enough = true;
		return 0;
	case KEY_JSON:
		b->json = json_begin("altwait-bisect/1");
		return 0;
	case KEY_POLICY:
		b->policy = parse_policy(state, arg);
		b->policy_given = true;
		b->name = arg;
		if (!quirks_in_force(&b->policy))
			argp_error(state, "policy %s has no quirks", arg);
		return 0;
	case KEY_REPEAT:
		b->repeat = parse_number(state, arg, "runs");
		if (b->repeat > REPEAT_MOST)
			argp_error(state, "no more than %d runs", REPEAT_MOST);
		return 0;
	case KEY_REVISIONS:
		b->revisions = true;
		return 0;
	case KEY_SCRIPT:
		b->subject.script = arg;
		return 0;
	case KEY_TIMEOUT:
		b->subject.seconds = parse_number(state, arg, "seconds");
		return 0;
	case ARGP_KEY_ARG:
		/* From here on all belongs to the command, options included. */
		b->subject.command = &state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a command to bisect is missing");
		return 0;
	case ARGP_KEY_END:
		if (b->revisions && (b->enough || b->policy_given))
			argp_error(state, "--revisions tries policies of its own; it takes no %s",
				   b->enough ? "--enough" : "--policy");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "policy", KEY_POLICY, "POLICY", 0,
	  "Under which it fails, by default starry: " QUIRK_POLICIES, 0 },
	{ "test", KEY_SCRIPT, "SCRIPT", 0,
	  "Given to sh -c after each run: its exit status counts, not COMMAND's", 0 },
	{ "enough", KEY_ENOUGH, NULL, 0,
	  "Look for the first set alone", 0 },
	{ "revisions", KEY_REVISIONS, NULL, 0,
	  "Ask by which of Starry's revisions it fails, not by which quirks", 0 },
	{ "timeout", KEY_TIMEOUT, "SECONDS", 0,
	  "A run that has not ended by then hangs (default 10)", 0 },
	{ "repeat", KEY_REPEAT, "N", 0,
	  "Runs under stock and POLICY, and in each trial if these vary (default 3)", 0 },
	{ "allow-uring", KEY_ALLOW_URING, NULL, 0,
	  "Try also where waits were submitted to io_uring, which stock answers", 0 },
	{ "json", KEY_JSON, NULL, 0,
	  "Print what is found as JSON, at the end, by schema/bisect.json", 0 },
	{ 0 }
};

static const struct argp argp = {
	options, parse, "-- COMMAND [ARG...]",
	"Run COMMAND, which goes another way under a policy than under stock, until it\n"
	"is known by which quirks." AFTER_OPTIONS
	"A run fails if its exit status, a hang, or what it prints is none that stock\n"
	"had; what it prints does not count where runs under stock print this and that.\n"
	"SCRIPT has COMMAND's exit status in $ALTWAIT_STATUS (124 for a hang), and\n"
	"the name of a file with its output in $ALTWAIT_OUTPUT.\n"
	"\n"
	"Two sets are looked for, each such that none of it can be left out: SET,\n"
	"where COMMAND fails under linux+SET; and SET, where it does not under\n"
	"starry-SET.  The quirks that shadow mode sees are tried first.  Where the runs\n"
	"under POLICY, or with what was found, go this way and that, each trial is\n"
	"repeated until a failure that comes as often is missed once in 20 times, and\n"
	"has failed if one of its runs has.  The search is the algorithm ddmin.\n"
	"\n"
	"With --revisions, COMMAND runs under each revision of Starry that `altwait\n"
	"policies` lists, and it is said since when it fails, or works.  Where one\n"
	"fails now and then, those that have not failed run as often as that takes.\n"
	"\n"
	"What is found goes to standard output, progress to standard error.  COMMAND\n"
	"has an empty standard input and a session of its own; what it leaves behind is\n"
	"killed after a second.  Interrupted, it says what is known by then.\n"
	"\n"
	"The exit status is as `git bisect run` wants it: 0 if COMMAND does not fail\n"
	"under POLICY, or any revision, 1 if it does, 125 if nobody can say: a wrong\n"
	"command line, COMMAND cannot be run, waits by io_uring, or fails under linux,\n"
	"too; 130 if it was interrupted.\n",
	NULL, NULL, NULL
};

/* ------------------------------------------------------------ the search */

/* @left: how many are left to be searched if it has what is looked for */
static void say_tried(const struct bisect *b, const struct tried *t, bool holds,
		      unsigned int left)
{
	fprintf(stderr, "altwait: %zu: ", b->n_tried);
	print_set(stderr, b->base, t->in_force);
	fprintf(stderr, ": ");
	print_tried(stderr, b, t);
	if (holds && left > 1)
		fprintf(stderr, "; %u quirks are left", left);
	fprintf(stderr, "\n");
}

/* Has it what is looked for, in a trial of a policy made of @set? */
static enum ddmin_outcome outcome_of(struct bisect *b, quirk_set in_force, bool to_fail,
				     quirk_set set)
{
	const struct tried *before = known(b, in_force);
	bool new = !before || before->runs < b->per_trial;
	const struct tried *t = try_policy(b, in_force, b->per_trial);
	bool holds;

	if (!t)
		return DDMIN_STOP;
	holds = to_fail == (t->failed > 0);
	if (new)
		say_tried(b, t, holds, quirk_set_size(set));
	return holds ? DDMIN_HOLDS : DDMIN_FAILS;
}

/* Does it fail with these alone? */
static enum ddmin_outcome fails_with(void *context, quirk_set set)
{
	struct bisect *b = context;

	b->base = ALTWAIT_POLICY_LINUX;
	return outcome_of(b, set, true, set);
}

/* Does it work without these? */
static enum ddmin_outcome works_without(void *context, quirk_set set)
{
	struct bisect *b = context;

	b->base = ALTWAIT_POLICY_STARRY;
	return outcome_of(b, quirks_in_force(&b->policy) & ~set, false, set);
}

/* From what shadow mode has seen, or, where that does not have it, from all. */
static enum ddmin_outcome search_once(struct bisect *b, quirk_set seen, ddmin_trial trial,
				      quirk_set *set)
{
	enum ddmin_outcome outcome = seen ? trial(b, seen) : DDMIN_FAILS;

	*set = outcome == DDMIN_HOLDS ? seen : quirks_in_force(&b->policy);
	return outcome == DDMIN_STOP ? outcome : ddmin(set, trial, b);
}

/*
 * @by_fewest: the policy is linux with the set; else starry without it.  Single runs
 * that have led to a policy under which it goes this way and that prove nothing: then
 * all is done again, with more.
 */
static enum ddmin_outcome search(struct bisect *b, quirk_set seen, ddmin_trial trial,
				 bool by_fewest, quirk_set *set)
{
	quirk_set in_force = quirks_in_force(&b->policy);
	enum ddmin_outcome outcome;
	const struct tried *t;

	for (;;) {
		outcome = search_once(b, seen, trial, set);
		if (outcome == DDMIN_STOP || b->per_trial > 1)
			return outcome;
		t = try_policy(b, by_fewest ? *set : in_force & ~*set, b->repeat);
		if (!t)
			return DDMIN_STOP;
		if (t->failed == (by_fewest ? t->runs : 0))
			return outcome;
		b->per_trial = runs_to_see(b, t);
		fprintf(stderr, "altwait: the runs vary: each trial has %u, from the start\n",
			b->per_trial);
	}
}

/* The quirks that explain the differences of a run in shadow mode. */
static quirk_set ask_shadow(struct bisect *b)
{
	struct altwait_verdicts v = { .size = sizeof(v) };
	struct ending ending;
	quirk_set seen = 0;
	int fd = device_open(), i;

	if (fd < 0)
		return 0;
	b->end = trial_run(&b->subject, &b->policy, fd, &ending);
	if (b->end == TRIAL_DONE && !device_request(fd, ALTWAIT_VERDICTS, &v))
		for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
			if (v.quirk[i])
				seen |= QUIRK_BIT(i);
	close(fd);
	fprintf(stderr, "altwait: shadow mode sees ");
	print_quirks(stderr, seen);
	fprintf(stderr, "%s\n", seen ? "" : "no difference");
	return seen & quirks_in_force(&b->policy);
}

static void print_found(const struct bisect *b, const char *what, unsigned int base,
			quirk_set in_force, bool minimal)
{
	const struct tried *t = known(b, in_force);

	if (!minimal)
		minimal = quirk_set_size(quirks_named(base, in_force)) == 1;
	if (b->json) {
		json_add_found(b->json, base == ALTWAIT_POLICY_LINUX ? "fails" : "works",
			       base, t, minimal);
		return;
	}
	printf("%-14s ", what);
	print_policy(base, in_force);
	printf(": ");
	print_tried(stdout, b, t);
	printf("%s\n", minimal ? "" : "; perhaps by fewer");
}

/* Both searches, and what they find. */
static int blame(struct bisect *b)
{
	quirk_set in_force = quirks_in_force(&b->policy), with, without, seen = ask_shadow(b);
	enum ddmin_outcome outcome = DDMIN_STOP;

	if (b->end == TRIAL_DONE) {
		outcome = search(b, seen, fails_with, true, &with);
		if (known(b, with))
			print_found(b, "fails under", ALTWAIT_POLICY_LINUX, with,
				    outcome == DDMIN_HOLDS);
	}
	if (b->end == TRIAL_DONE && !b->enough) {
		outcome = search(b, seen, works_without, false, &without);
		if (known(b, in_force & ~without))
			print_found(b, "does not under", ALTWAIT_POLICY_STARRY,
				    in_force & ~without, outcome == DDMIN_HOLDS);
	}
	return EXIT_BAD;
}

static bool run_stock(struct bisect *b)
{
	const struct policy stock = { .base = ALTWAIT_POLICY_STOCK };
	unsigned int i;

	b->by_output = !b->subject.script;
	for (i = 0; i < b->repeat; i++) {
		b->end = trial_run(&b->subject, &stock, -1, &b->stock[i]);
		if (b->end != TRIAL_DONE)
			return false;
		if (b->stock[i].digest != b->stock[0].digest)
			b->by_output = false;
	}
	if (b->json) {
		json_add_ending(b->json, "stock", &b->stock[0]);
		json_add_bool(b->json, "by_output", b->by_output);
		return true;
	}
	printf("under stock    ");
	print_ending(stdout, &b->stock[0]);
	printf("%s\n", b->by_output || b->subject.script ? "" :
	       "; what it prints varies, and is not compared");
	return true;
}

/* @key: its name in JSON */
static void print_under(const struct bisect *b, const char *key, const char *name,
			const struct tried *t, const char *note)
{
	if (b->json) {
		json_add_tried(b->json, key, t);
		return;
	}
	printf("under %-8s ", name);
	print_tried(stdout, b, t);
	printf("%s\n", note);
}

bool works_under_linux(struct bisect *b, unsigned int runs)
{
	const struct tried *t;

	b->base = ALTWAIT_POLICY_LINUX;
	t = try_policy(b, 0, runs);
	if (!t)
		return false;
	if (!t->failed)
		return true;
	print_under(b, "under_linux", "linux", t, ": no quirk is to blame");
	return false;
}

static int bisect(struct bisect *b)
{
	quirk_set in_force = quirks_in_force(&b->policy);
	const struct tried *t;

	if (!run_stock(b))
		return EXIT_SKIP;
	if (b->revisions)
		return try_revisions(b);
	b->base = b->policy.base;
	t = try_policy(b, in_force, b->repeat);
	if (!t)
		return EXIT_SKIP;
	print_under(b, "under_policy", b->name, t, "");
	fflush(stdout);
	if (!t->failed)
		return EXIT_GOOD;
	b->per_trial = runs_to_see(b, t);
	if (!works_under_linux(b, b->per_trial > b->repeat ? b->per_trial : b->repeat))
		return EXIT_SKIP;
	return blame(b);
}

static void print_json(const struct bisect *b, int status)
{
	const char *verdict = "unknown";

	if (status == EXIT_GOOD)
		verdict = "good";
	else if (status == EXIT_BAD)
		verdict = "bad";
	else if (status == EXIT_INTERRUPTED)
		verdict = "interrupted";
	json_add_text(b->json, "policy", b->name);
	json_add_text(b->json, "verdict", verdict);
	json_add_number(b->json, "policies_tried", b->n_tried);
	json_add_number(b->json, "uring", b->uring);
	json_end(b->json);
}

int cmd_bisect(int argc, char **argv)
{
	struct bisect b = {
		.policy = { .base = ALTWAIT_POLICY_STARRY }, .name = "starry",
		.repeat = 3, .subject = { .seconds = 10 },
	};
	int status;

	argp_err_exit_status = EXIT_SKIP;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &b);

	launch_prepare();
	status = bisect(&b);
	if (b.end == TRIAL_STOPPED) {
		if (!b.json)
			printf("interrupted after %zu policies\n", b.n_tried);
		status = EXIT_INTERRUPTED;
	} else if (b.end == TRIAL_TROUBLE) {
		status = EXIT_SKIP;
	}
	if (b.json)
		print_json(&b, status);
	fflush(stdout);
	print_uring(b.uring, true);
	free(b.tried);
	if (b.end != TRIAL_STOPPED)
		launch_restore();
	return status;
}
