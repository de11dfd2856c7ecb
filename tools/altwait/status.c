// SPDX-License-Identifier: GPL-2.0
/*
 * altwait status: what the module did so far, and whether it can be believed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "altwait.h"
#include "json.h"

struct status {
	pid_t pid;
	bool json;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print the module's counters as JSON, by schema/status.json", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct status *st = state->input;

	switch (key) {
	case 'j':
		st->json = true;
		return 0;
	case ARGP_KEY_END:
		if (st->json && st->pid)
			argp_error(state, "--json is about the module; it takes no PID");
		return 0;
	case ARGP_KEY_ARG:
		if (st->pid)
			argp_error(state, "one PID at a time");
		st->pid = parse_pid(state, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, "[PID]",
	"Show the module's counters, or who answers process PID's wait calls." AFTER_OPTIONS
	"A line that begins with Warning: says that what ran under a policy so far is\n"
	"no valid comparison.  The exit status is 0 if there is none, 1 if there is\n"
	"or if the state cannot be read, 2 for a wrong command line.\n",
	NULL, NULL, NULL
};

/*
 * Two counters of which every step of the first is followed by one of the second,
 * and one more that belongs to them, or none.
 */
struct pair {
	const char *name;
	const char *first_name;
	const char *second_name;
	const char *open_name;
	unsigned long long first;
	unsigned long long second;
	const char *note;
	unsigned long long noted;
};

static void print_pair(const struct pair *pair)
{
	long long open = pair->first - pair->second;

	printf("%-11s %llu %s, %llu %s, %lld %s", pair->name, pair->first,
	       pair->first_name, pair->second, pair->second_name, open,
	       pair->open_name);
	if (pair->note)
		printf(", %llu %s", pair->noted, pair->note);
	printf("\n");
}

/*
 * An open rest is normal while somebody is enrolled.  Once nobody is, all must
 * be closed, and never can more end than began.
 */
static bool is_balanced(unsigned long long begun, unsigned long long ended, bool idle)
{
	return ended <= begun && !(idle && ended != begun);
}

static bool check_pair(const struct pair *pair, bool idle)
{
	if (is_balanced(pair->first, pair->second, idle))
		return true;
	printf("Warning: %s do not balance: %llu %s, but %llu %s%s\n", pair->name,
	       pair->first, pair->first_name, pair->second, pair->second_name,
	       idle ? ", and no process is enrolled" : "");
	return false;
}

static const char *rings_name(const struct altwait_counters *c)
{
	static const char * const name[] = {
		[ALTWAIT_RINGS_UNKNOWN]	= "unknown",
		[ALTWAIT_RINGS_ABSENT]	= "absent",
		[ALTWAIT_RINGS_SEEN]	= "seen",
		[ALTWAIT_RINGS_UNSEEN]	= "unseen",
	};

	return c->rings < ARRAY_SIZE(name) ? name[c->rings] : name[0];
}

static const char *rings_in_words(const struct altwait_counters *c)
{
	switch (c->rings) {
	case ALTWAIT_RINGS_ABSENT:
		return "are not in this kernel";
	case ALTWAIT_RINGS_SEEN:
		return "are seen and counted";
	case ALTWAIT_RINGS_UNSEEN:
		return "cannot be seen";
	default:
		return "are looked for when somebody is enrolled";
	}
}

/* Of struct altwait_counters: its members' names are the contract. */
static void print_json(const struct altwait_counters *c, bool valid)
{
	const struct {
		const char *name;
		unsigned long long value;
	} all_of[] = {
		{ "diverted", c->diverted },
		{ "returned", c->returned },
		{ "enrolled", c->enrolled },
		{ "dismissed", c->dismissed },
		{ "tracked", c->tracked },
		{ "released", c->released },
		{ "blocked", c->blocked },
		{ "woken", c->woken },
		{ "trouble", c->trouble },
		{ "missed", c->missed },
		{ "stolen", c->stolen },
		{ "evicted", c->evicted },
		{ "stuck", c->stuck },
		{ "uring", c->uring },
	};
	struct json_object *all = json_begin("altwait-status/1");
	struct json_object *counters;
	size_t i;

	json_add_number(all, "version", c->version);
	json_add_bool(all, "valid", valid);
	json_add_text(all, "io_uring", rings_name(c));
	counters = json_add_object(all, "counters");
	for (i = 0; i < ARRAY_SIZE(all_of); i++)
		json_add_number(counters, all_of[i].name, all_of[i].value);
	json_end(all);
}

/* What the warnings of the text say is missing. */
static bool is_valid(const struct altwait_counters *c)
{
	bool idle = c->enrolled == c->dismissed;

	return !c->missed && !c->trouble && !c->uring &&
	       c->rings != ALTWAIT_RINGS_UNSEEN &&
	       is_balanced(c->enrolled, c->dismissed, idle) &&
	       is_balanced(c->diverted, c->returned, idle) &&
	       is_balanced(c->blocked, c->woken, idle) &&
	       is_balanced(c->tracked, c->released, idle);
}

static bool print_counters(const struct altwait_counters *c)
{
	const struct pair pairs[] = {
		{ "processes", "enrolled", "dismissed", "enrolled now",
		  c->enrolled, c->dismissed, NULL, 0 },
		{ "wait calls", "diverted", "returned", "inside now",
		  c->diverted, c->returned, NULL, 0 },
		{ "sleeps", "begun", "ended", "asleep now",
		  c->blocked, c->woken, NULL, 0 },
		{ "records", "made", "freed", "held now",
		  c->tracked, c->released,
		  "dropped as their pid was used again", c->evicted },
	};
	bool idle = c->enrolled == c->dismissed;
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		print_pair(&pairs[i]);
	printf("%-11s %llu taken by stock first\n", "reports",
	       (unsigned long long)c->stolen);
	printf("%-11s %llu waiters found asleep although Linux had an answer\n",
	       "watchdog", (unsigned long long)c->stuck);
	printf("%-11s waits by it %s\n", "io_uring", rings_in_words(c));
	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		good &= check_pair(&pairs[i], idle);
	return good;
}

static bool print_faults(const struct altwait_counters *c)
{
	if (c->missed)
		printf("Warning: %llu redirects were missed; those calls had stock's answer\n",
		       (unsigned long long)c->missed);
	if (c->trouble)
		printf("Warning: %llu processes went back to stock after trouble; "
		       "the event altwait:altwait_dismiss says why\n",
		       (unsigned long long)c->trouble);
	if (c->uring)
		printf("Warning: %llu waits were submitted to io_uring; they had stock's answer; "
		       "the event altwait:altwait_wait_uring says whose\n",
		       (unsigned long long)c->uring);
	if (c->rings == ALTWAIT_RINGS_UNSEEN)
		printf("Warning: waits by io_uring cannot be seen on this kernel; "
		       "nobody knows whether there were any\n");
	return !c->missed && !c->trouble && !c->uring && c->rings != ALTWAIT_RINGS_UNSEEN;
}

/* The waiter that the watchdog has found last, and why it sleeps. */
static void print_stuck(int fd)
{
	struct altwait_example e = {
		.size = sizeof(e), .index = ALTWAIT_EXAMPLE_STUCK,
		.scope = ALTWAIT_SCOPE_ALL,
	};
	quirk_set why;
	char *call;

	if (device_request(fd, ALTWAIT_EXAMPLE, &e))
		return;
	call = decode_call(&e.first);
	printf("%-11s %s, pid %d, was asleep in %s: ", "  the last", e.first.comm,
	       e.first.pid, call);
	free(call);
	why = quirk_set_of(e.first.quirks, e.first.quirks_more);
	if (why)
		print_quirks(stdout, why);
	else
		printf("no quirk explains it");
	printf("\n");
}

/*
 * Records are freed a grace period after the last process has left: gives them
 * two seconds before they count as held.
 */
static int read_counters(int fd, struct altwait_counters *c)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	int tries = 20, err;

	do {
		memset(c, 0, sizeof(*c));
		c->size = sizeof(*c);
		err = device_request(fd, ALTWAIT_COUNTERS, c);
		if (err || c->enrolled != c->dismissed ||
		    c->tracked == c->released)
			return err;
	} while (--tries && !nanosleep(&pause, NULL));
	return 0;
}

static int module_status(int fd, bool json)
{
	struct altwait_counters c;
	int err = read_counters(fd, &c);
	bool good;

	if (err) {
		explain(ALTWAIT_COUNTERS, err, "read the counters");
		return EXIT_TROUBLE;
	}
	if (json) {
		good = is_valid(&c);
		print_json(&c, good);
		return good ? 0 : EXIT_TROUBLE;
	}
	printf("%-11s loaded, interface version %u\n", "module", c.version);
	good = print_counters(&c);
	print_stuck(fd);
	print_unload();
	good &= print_faults(&c);
	return good ? 0 : EXIT_TROUBLE;
}

static int process_status(int fd, pid_t pid)
{
	struct altwait_query q = { .size = sizeof(q), .pid = pid };
	int err = device_request(fd, ALTWAIT_QUERY, &q);

	if (err) {
		explain(ALTWAIT_QUERY, err, "query process %d", pid);
		return EXIT_TROUBLE;
	}
	printf("%-11s %d\n", "process", pid);
	printf("%-11s ", "policy");
	print_policy(q.policy, quirk_set_of(q.quirks, q.quirks_more));
	printf("%s\n", q.policy == ALTWAIT_POLICY_STOCK ? " (not enrolled)" : "");
	if (q.flags & ALTWAIT_SHADOW)
		printf("%-11s stock answers, the policy is asked\n", "shadow");
	if (q.policy != ALTWAIT_POLICY_STOCK) {
		printf("%-11s %u known to the records\n", "children", q.children);
		printf("%-11s %u of its threads\n", "waiting", q.waiting);
		if (q.uring)
			printf("%-11s %llu waits, with those enrolled with it\n", "io_uring",
			       (unsigned long long)q.uring);
	}
	return 0;
}

int cmd_status(int argc, char **argv)
{
	struct status st = { 0 };
	int fd, ret;

	argp_parse(&argp, argc, argv, 0, NULL, &st);
	fd = device_open();
	if (fd < 0) {
		if (!st.json)
			printf("%-11s %s\n", "module",
			       module_is_loaded() ? "loaded" : "not loaded");
		fflush(stdout);
		explain(REQUEST_OPEN, fd, "open %s", device_path);
		return EXIT_TROUBLE;
	}
	ret = st.pid ? process_status(fd, st.pid) : module_status(fd, st.json);
	close(fd);
	return ret;
}
