// SPDX-License-Identifier: GPL-2.0
/*
 * altwait compare: run a command under stock and under a policy, and show in
 * which wait calls the two runs differ.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "comparison.h"
#include "history.h"
#include "save.h"

/* As diff(1) has it. */
enum { EXIT_SAME = 0, EXIT_DIFFERENT = 1, EXIT_NO_COMPARISON = 2 };

struct compare {
	struct policy policy;
	const char *policy_name;
	struct taste taste;
	unsigned int seconds;
	unsigned int buffer_kb;
	bool allow_uring;
	bool json;
	const char *events;
	const char *save_to;
	struct save *save;
	char **command;
};

enum {
	KEY_ALL = 'a', KEY_BUFFER = 'b', KEY_JSON = 'j', KEY_MOVED = 'm', KEY_ORDER = 'o',
	KEY_POLICY = 'p', KEY_TIMEOUT = 't', KEY_ALLOW_URING = 'u', KEY_EVENTS = 0x100, KEY_SAVE,
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct compare *compare = state->input;

	switch (key) {
	case KEY_POLICY:
		compare->policy = parse_policy(state, arg);
		compare->policy_name = arg;
		return 0;
	case KEY_ALL:
		compare->taste.all = true;
		return 0;
	case KEY_ALLOW_URING:
		compare->allow_uring = true;
		return 0;
	case KEY_JSON:
		compare->json = true;
		return 0;
	case KEY_EVENTS:
		compare->events = arg;
		return 0;
	case KEY_MOVED:
		compare->taste.moved = true;
		return 0;
	case KEY_ORDER:
		compare->taste.any_order = true;
		return 0;
	case KEY_SAVE:
		compare->save_to = arg;
		return 0;
	case KEY_TIMEOUT:
		compare->seconds = parse_number(state, arg, "seconds");
		return 0;
	case KEY_BUFFER:
		compare->buffer_kb = parse_number(state, arg, "KiB");
		return 0;
	case ARGP_KEY_ARG:
		/* From here on all belongs to the command, options included. */
		compare->command = &state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a command to compare is missing");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "policy", KEY_POLICY, "POLICY", 0,
	  "The second run's, by default starry: stock, linux, " QUIRK_POLICIES, 0 },
	{ "all", KEY_ALL, NULL, 0, "Show the calls that do not differ, too", 0 },
	{ "moved", KEY_MOVED, NULL, 0, "Show what is marked %, too", 0 },
	{ "any-order", KEY_ORDER, NULL, 0,
	  "What is marked % is no difference", 0 },
	{ "timeout", KEY_TIMEOUT, "SECONDS", 0,
	  "A run that has not ended by then hangs (default 10)", 0 },
	{ "buffer", KEY_BUFFER, "KIB", 0,
	  "Room for the trace, for each processor (default 8192)", 0 },
	{ "save", KEY_SAVE, "DIR", 0,
	  "Keep both traces in DIR, for trace-cmd, KernelShark and Perfetto", 0 },
	{ "allow-uring", KEY_ALLOW_URING, NULL, 0,
	  "Compare also where waits were submitted to io_uring, which stock answers", 0 },
	{ "json", KEY_JSON, NULL, 0,
	  "Print all calls as JSON instead, by schema/compare.json", 0 },
	{ "events", KEY_EVENTS, "FILE", 0,
	  "Write both runs in full to FILE, too, for `altwait report`", 0 },
	{ 0 }
};

static const struct argp argp = {
	options, parse, "-- COMMAND [ARG...]",
	"Run COMMAND under stock and then under a policy, and print in two columns\n"
	"the wait calls in which the runs differ." AFTER_OPTIONS
	"Processes are named by who made them: P1 is COMMAND, P1.2 the second child\n"
	"that it made, P1.2/3 the third thread of that child; P? is none of them.\n"
	"Between the columns stands\n"
	"  |  the same call, with another answer\n"
	"  <  a call of the first run only\n"
	"  >  a call of the second run only\n"
	"  %  the other run has it at another place, or for a poll instead of a wait;\n"
	"     a difference, shown with --moved\n"
	"  ~  timing: a poll that found nothing, or an interrupted call that the\n"
	"     program made again; no difference, shown with --all\n"
	"Children that end at about the same time may be reported in either order,\n"
	"and to a wait or to a poll in a handler beside it: --any-order.  --policy\n"
	"stock compares two runs under stock: what it shows comes from COMMAND alone.\n"
	"\n"
	"The report goes to standard output.  COMMAND has an empty standard input,\n"
	"and both its outputs go to standard error, unchanged, the first run's first.\n"
	"It runs in a session of its own; what it leaves behind is killed after a\n"
	"second.\n"
	"\n"
	"The exit status is 0 if there is no difference, 1 if there is one in the\n"
	"wait calls or in how COMMAND ends, 2 for trouble: a wrong command line,\n"
	"COMMAND cannot be run, events were lost, a process went back to stock or was\n"
	"enrolled again under another policy, or waits were submitted to io_uring.\n",
	NULL, NULL, NULL
};

/* Run the command, and put what it did into side. */
static int record(const struct compare *compare, struct events *events, int device,
		  const struct policy *policy, bool shadow, struct side *side)
{
	const struct launch_plan plan = {
		.policy = policy, .shadow = shadow, .device = device,
		.output = STDERR_FILENO, .command = compare->command,
	};
	struct launch launch;
	enum launch_end end = LAUNCH_FAILED;

	fprintf(stderr, "altwait: run under %s\n", side->name);
	if (launch_start(&launch, &plan))
		return -1;
	if (!events_begin(events, launch.pid) && !save_begin(compare->save, launch.pid))
		end = launch_wait(&launch, compare->seconds);
	/* First: a call that ends because it is killed has not returned. */
	events_stop(events);
	save_stop(compare->save);
	if (!launch_kill(&launch)) {
		fprintf(stderr, "altwait: a process of the command survives SIGKILL\n");
		return -1;
	}
	if (end == LAUNCH_SIGNAL || end == LAUNCH_FAILED)
		return -1;
	side->status = launch.status;
	side->hung = end == LAUNCH_HUNG;
	log_begin(&side->log, launch.pid);
	log_begin(&side->picture, launch.pid);
	side->picture.apart = true;
	if (events_read(events, &side->log, compare->events ? &side->picture : NULL))
		return -1;
	log_finish(&side->log, end == LAUNCH_ENDED);
	log_finish(&side->picture, end == LAUNCH_ENDED);
	if (!side->log.trouble)
		return 0;
	fprintf(stderr, "altwait: no comparison: %s\n", side->log.trouble);
	return -1;
}

static int run_side(const struct compare *compare, const struct policy *policy,
		    bool shadow, struct side *side)
{
	struct events *events = events_open(compare->buffer_kb, compare->events);
	int err = -1, device;

	if (!events)
		return -1;
	device = device_open();
	if (device < 0)
		explain(REQUEST_OPEN, device, "open %s", device_path);
	else if (!save_prepare(compare->save) &&
		 !record(compare, events, device, policy, shadow, side) &&
		 !save_keep(compare->save))
		err = count_uring(device, &side->uring);
	if (device >= 0)
		close(device);
	events_close(events);
	return err;
}

static int read_counters(struct altwait_counters *counters)
{
	int fd = device_open();
	int err;

	*counters = (struct altwait_counters) { .size = sizeof(*counters) };
	if (fd < 0) {
		explain(REQUEST_OPEN, fd, "open %s", device_path);
		return fd;
	}
	err = device_request(fd, ALTWAIT_COUNTERS, counters);
	close(fd);
	if (err)
		explain(ALTWAIT_COUNTERS, err, "read the counters");
	return err;
}

/* Calls that had stock's answer instead of the policy's spoil the comparison. */
static int check_counters(const struct compare *compare, const struct altwait_counters *then,
			  const struct side sides[2])
{
	unsigned long long uring = sides[0].uring + sides[1].uring;
	struct altwait_counters now;

	if (read_counters(&now))
		return -1;
	print_uring(uring, compare->allow_uring);
	if (!compare->allow_uring && (uring || !sees_uring(&now)))
		return -1;
	if (now.missed == then->missed && now.trouble == then->trouble)
		return 0;
	fprintf(stderr, "altwait: no comparison: %llu redirects were missed meanwhile, and\n"
		"%llu processes went back to stock after trouble\n"
		"Hint: `altwait status` and the event altwait:altwait_dismiss tell more.\n",
		(unsigned long long)(now.missed - then->missed),
		(unsigned long long)(now.trouble - then->trouble));
	return -1;
}

/* Shadow mode wants a policy to ask; the answers are stock's in any case. */
static int run_both(const struct compare *compare, struct side sides[2])
{
	struct policy asked = compare->policy;
	struct altwait_counters counters;
	bool is_stock = asked.base == ALTWAIT_POLICY_STOCK;

	if (is_stock)
		asked.base = ALTWAIT_POLICY_LINUX;
	if (read_counters(&counters) ||
	    run_side(compare, &asked, true, &sides[0]) ||
	    run_side(compare, &asked, is_stock, &sides[1]) ||
	    check_counters(compare, &counters, sides))
		return -1;
	return save_finish(compare->save, sides);
}

static bool show(const struct compare *compare, const struct side sides[2])
{
	bool differ;

	if (!compare->json)
		return report(stdout, sides, &compare->taste);
	json_end(report_json(sides, &compare->taste, &differ));
	return differ;
}

/* Both runs were seen whole, or there were no sides to show. */
static bool save_events(const struct compare *compare, const struct side sides[2])
{
	bool is_stock = compare->policy.base == ALTWAIT_POLICY_STOCK;
	struct json_object *history;
	int i;

	if (!compare->events)
		return true;
	history = history_begin("compare", compare->command);
	for (i = 0; i < 2; i++) {
		char *ending = ending_text(&sides[i]);

		history_add(history, &(struct chapter) {
			.policy = compare->policy_name, .ending = ending,
			.mode = i && !is_stock ? "replace" : "shadow",
			.spoilers.uring = sides[i].uring, .log = &sides[i].picture,
		});
		free(ending);
	}
	report_rows(history, sides, &compare->taste);
	return json_save_plain(history, compare->events);
}

int cmd_compare(int argc, char **argv)
{
	struct compare compare = {
		.policy = { .base = ALTWAIT_POLICY_STARRY }, .policy_name = "starry",
		.seconds = 10, .buffer_kb = 8192,
	};
	struct side sides[2] = { { .name = "stock" } };
	int status = EXIT_NO_COMPARISON, i;

	argp_err_exit_status = EXIT_NO_COMPARISON;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &compare);
	sides[1].name = compare.policy_name;
	if (compare.save_to) {
		compare.save = save_open(compare.save_to, compare.buffer_kb);
		if (!compare.save)
			return EXIT_NO_COMPARISON;
	}

	launch_prepare();
	if (!run_both(&compare, sides) && save_events(&compare, sides))
		status = show(&compare, sides) ? EXIT_DIFFERENT : EXIT_SAME;
	for (i = 0; i < 2; i++) {
		log_free(&sides[i].log);
		log_free(&sides[i].picture);
	}
	save_close(compare.save);
	launch_restore();
	return status;
}
