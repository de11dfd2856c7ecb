// SPDX-License-Identifier: GPL-2.0
/* fuzz - random process trees make random wait calls in shadow mode. */
#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/device.h"
#include "play.h"

#define MAX_JOBS	16

/* With fewer calls it is no wonder if something is not met. */
#define ENOUGH_CALLS	50000

/*
 * No round takes that long, even if somebody is stuck in it; what was found in it
 * may be played some ten times more, besides the time to shrink it.
 */
#define HANGS_SECONDS	1800

enum { KEY_ROUND = 256, KEY_SHRINK, KEY_TWIN, KEY_MODEL, KEY_WRITE };

static struct {
	__u64	seed;
	__u64	calls;
	__s64		round;		/* only this one; -1: all */
	unsigned int	tries;
	unsigned int	jobs;
	unsigned int	shrink;		/* seconds */
	int		twin;		/* the policy beside stock; -1: shadow mode */
	const char	*model;		/* where scenarios go to; NULL: no twin of the model */
	const char	*write;		/* where plays by stock are written down */
} options = { .calls = 100000, .round = -1, .tries = 1, .jobs = 1, .shrink = 120,
	      .twin = -1 };

/* One for each job; what it found ends all of them. */
static struct job *jobs;

static const struct argp_option argp_options[] = {
	{ "seed", 's', "N", 0, "What all scripts are made from (default: the time)", 0 },
	{ "calls", 'c', "N", 0, "Stop after so many wait calls (default: 100000)", 0 },
	{ "jobs", 'j', "N", 0, "So many trees at a time (default: 1)", 0 },
	{ "round", KEY_ROUND, "N", 0, "Play only round N of the seed", 0 },
	{ "tries", 't', "N", 0, "Play it N times", 0 },
	{ "twin", KEY_TWIN, "POLICY", 0,
	  "Play each script by stock and by POLICY, linux or stock, and compare", 0 },
	{ "model", KEY_MODEL, "PREFIX", 0,
	  "Play each script by starry, and write scenarios for altwait-model to PREFIX-JOB.vec",
	  0 },
	{ "write", KEY_WRITE, "PREFIX", 0,
	  "Play each script by stock, and write what came of it to PREFIX-JOB", 0 },
	{ "shrink", KEY_SHRINK, "S", 0,
	  "Look for a shorter script for S seconds (default: 120; 0: print it as it is)",
	  0 },
	{}
};

static __u64 parse_number(const char *arg, struct argp_state *state)
{
	char *end;
	__u64 n;

	errno = 0;
	n = strtoull(arg, &end, 0);
	if (errno || end == arg || *end || *arg == '-')
		argp_error(state, "'%s' is not a number", arg);
	return n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 's':
		options.seed = parse_number(arg, state);
		break;
	case 'c':
		options.calls = parse_number(arg, state);
		break;
	case 'j':
		options.jobs = parse_number(arg, state);
		if (!options.jobs || options.jobs > MAX_JOBS)
			argp_error(state, "between 1 and %d jobs", MAX_JOBS);
		break;
	case 't':
		options.tries = parse_number(arg, state);
		break;
	case KEY_ROUND:
		options.round = parse_number(arg, state);
		break;
	case KEY_TWIN:
		if (strcmp(arg, "linux") && strcmp(arg, "stock"))
			argp_error(state, "'%s' is neither linux nor stock", arg);
		options.twin = strcmp(arg, "stock") ? ALTWAIT_POLICY_LINUX :
			       ALTWAIT_POLICY_STOCK;
		break;
	case KEY_MODEL:
		options.model = arg;
		break;
	case KEY_WRITE:
		options.write = arg;
		options.twin = ALTWAIT_POLICY_STOCK;
		break;
	case KEY_SHRINK:
		options.shrink = parse_number(arg, state);
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is one argument too many", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Lines of their own, since checkpatch would have a sentence in one. */
#define DOC \
	"Grows random process trees and makes random wait calls in shadow mode.\n" \
	"Finds: policy linux that differs from stock, a difference of policy\n" \
	"starry that no quirk explains, a task that is stuck.\v" \
	"Needs root and a loaded module. Exit status: 0, nothing was found;\n" \
	"1, something was; 2, it could not be run."

static const struct argp argp = { argp_options, parse, NULL, DOC, NULL, NULL, NULL };

/* -------------------------------------------------------------------- a job */

static void print_answer(const char *who, const struct altwait_answer *a)
{
	printf("#   %-6s kind %u ret %d pid %u status 0x%x code %d uid %u\n", who,
	       a->kind, a->ret, a->pid, a->status, a->code, a->uid);
}

static void print_found(const struct altwait_example *e)
{
	const struct altwait_verdict *v = &e->first;
	unsigned int i;

	if (!v->verdict)
		return;
	printf("# pid %d tid %d: %s(which %d, id %d, options 0x%x), verdict %u, quirks",
	       v->pid, v->tid, v->call ? "waitid" : "wait4", v->which, v->id,
	       v->options, v->verdict);
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (altwait_quirks_has(v->quirks, v->quirks_more, i))
			printf(" %s", totals_quirks[i]);
	printf("\n");
	print_answer("stock", &v->stock);
	print_answer("linux", &v->control);
	print_answer("starry", &v->policy);
}

static void report(struct shared *sh, struct script *s, __u64 round,
		   struct totals *t, const struct altwait_example *found)
{
	struct altwait_example again;
	struct totals ignored = {};
	struct script less = *s;
	unsigned int i;

	printf("# found in: fuzz --seed %llu --round %llu\n",
	       options.seed, round);
	print_found(found);
	if (!options.shrink) {
		script_print(stdout, s, sh);
		return;
	}
	shrink_verdict(sh, &less, &found->first, t, options.shrink);
	for (i = 0; i < 5; i++) {
		if (stage_round(sh, &less, &ignored, &again))
			continue;
		printf("# it takes no more than:\n");
		script_print(stdout, &less, sh);
		print_found(&again);
		return;
	}
	printf("# it does not come again; what was played:\n");
	script_print(stdout, s, sh);
	/* Of a log, the end is kept. */
	printf("# what was found:\n");
	print_found(found);
}

/* What differs comes again, or else the kernel leaves it to chance. */
static void report_twins(struct shared *sh, struct script *s, __u64 round, __u64 calls)
{
	struct totals ignored = {};
	struct script less = *s;

	printf("# found in: fuzz --twin %s --seed %llu --round %llu, in the first %llu calls\n",
	       options.twin == ALTWAIT_POLICY_LINUX ? "linux" : "stock", options.seed, round,
	       calls);
	if (twin_round(sh, s, ALTWAIT_POLICY_STOCK, &ignored, stdout))
		printf("# stock beside stock is alike\n");
	else
		printf("# stock beside stock differs, too\n");
	if (options.shrink)
		twin_shrink(sh, &less, options.twin, options.shrink);
	twin_round(sh, &less, options.twin, &ignored, stdout);
	printf("# it takes no more than:\n");
	script_print(stdout, &less, sh);
	printf("# the same as a program:\n");
	program_print(stdout, &less, sh);
	printf("# end of the program\n");
}

static bool is_over(void)
{
	__u64 made = 0;
	unsigned int i;

	for (i = 0; i < options.jobs; i++) {
		made += __atomic_load_n(&jobs[i].totals.made, __ATOMIC_RELAXED);
		if (__atomic_load_n(&jobs[i].failed, __ATOMIC_RELAXED))
			return true;
	}
	return made >= options.calls;
}

/* What differs once, and not in three more plays, depends on more than the script. */
static void play_twins(struct shared *sh, struct job *job, struct script *s, __u64 round)
{
	struct totals again = {};
	unsigned int i;

	if (twin_round(sh, s, options.twin, &job->totals, stdout))
		return;
	for (i = 0; i < 3 && !again.unlike; i++)
		twin_round(sh, s, options.twin, &again, stdout);
	if (!again.unlike) {
		printf("# round %llu is like that once, and not in three more plays\n", round);
		job->totals.unlike--;
		job->totals.chance++;
		return;
	}
	__atomic_store_n(&job->failed, true, __ATOMIC_RELAXED);
	report_twins(sh, s, round, job->totals.made);
}

static FILE *job_file;

/* What a job writes: scenarios, or plays by stock. */
static void open_file(unsigned int number)
{
	char path[256];

	snprintf(path, sizeof(path), "%s-%u%s", options.model ?: options.write, number,
		 options.model ? ".vec" : "");
	job_file = fopen(path, "w");
	if (!job_file) {
		perror(path);
		exit(2);
	}
}

static void play_round(struct shared *sh, struct job *job, __u64 round)
{
	struct altwait_example found;
	struct script s;

	script_make(&s, mix(options.seed) + round);
	if (options.model) {
		stage_scenario(sh, &s, round, job_file, &job->totals);
		return;
	}
	if (options.write) {
		twin_write(sh, &s, round, job_file, &job->totals);
		return;
	}
	if (options.twin >= 0) {
		play_twins(sh, job, &s, round);
		return;
	}
	if (stage_round(sh, &s, &job->totals, &found))
		return;
	__atomic_store_n(&job->failed, true, __ATOMIC_RELAXED);
	report(sh, &s, round, &job->totals, &found);
}

static void run_job(unsigned int number)
{
	struct shared *sh = shared_make();
	struct job *job = &jobs[number];
	__u64 i;

	sh->model = options.model;
	script_model = sh->model;
	sh->twin = options.twin >= 0 || sh->model;
	script_twin = sh->twin;
	if (options.model || options.write)
		open_file(number);
	if (sh->twin)
		stage_take_turns(number % sysconf(_SC_NPROCESSORS_ONLN));

	if (options.round >= 0) {
		for (i = 0; i < options.tries && !job->failed; i++)
			play_round(sh, job, options.round);
	} else {
		for (i = number; !is_over(); i += options.jobs)
			play_round(sh, job, i);
	}
	memcpy(job->ops, sh->ops, sizeof(job->ops));
	memcpy(job->ends, sh->ends, sizeof(job->ends));
	fflush(stdout);
	if (job_file && fclose(job_file)) {
		perror("fuzz: what was written");
		exit(2);
	}
}

/* ------------------------------------------------------------- what it makes */

static void add_up(struct job *all)
{
	unsigned int i, j, k;

	for (i = 0; i < options.jobs; i++) {
		all->totals.rounds += jobs[i].totals.rounds;
		all->totals.made += jobs[i].totals.made;
		all->totals.stuck += jobs[i].totals.stuck;
		all->totals.unlike += jobs[i].totals.unlike;
		all->totals.chance += jobs[i].totals.chance;
		totals_add(&all->totals, &jobs[i].totals.v);
		for (j = 0; j < OP_KINDS; j++)
			all->ops[j] += jobs[i].ops[j];
		for (j = 0; j < CALLS; j++)
			for (k = 0; k < ENDS; k++)
				all->ends[j][k] += jobs[i].ends[j][k];
	}
}

/* Until all jobs have ended.  Returns false if one did not as it should. */
static bool await_jobs(const pid_t *pids)
{
	time_t since = time(NULL);
	__u64 rounds, before = 0;
	bool lost = false;
	unsigned int i;
	int status;
	pid_t pid;

	for (;;) {
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			lost |= status != 0;
		if (pid < 0)
			return errno == ECHILD && !lost;
		for (rounds = 0, i = 0; i < options.jobs; i++)
			rounds += __atomic_load_n(&jobs[i].totals.rounds,
						  __ATOMIC_RELAXED);
		if (rounds != before)
			since = time(NULL);
		before = rounds;
		if (time(NULL) - since > HANGS_SECONDS + options.shrink)
			break;
		poll(NULL, 0, 500);
	}
	fprintf(stderr, "fuzz: no round has ended in %d s\n", HANGS_SECONDS);
	for (i = 0; i < options.jobs; i++)
		kill(pids[i], SIGKILL);
	return false;
}

static unsigned int checks, failures;

static void check(bool good, const char *what)
{
	checks++;
	failures += !good;
	printf("%sok %u fuzz: %s\n", good ? "" : "not ", checks, what);
}

static int conclude(void)
{
	struct job all = {};
	const struct altwait_verdicts *v = &all.totals.v;

	add_up(&all);
	totals_print(&all, options.seed);
	if (options.model || options.write) {
		check(!all.totals.stuck, "nobody is stuck");
		check(options.round >= 0 || all.totals.made >= options.calls,
		      "as many calls as were asked for");
		return failures != 0;
	}
	if (options.twin >= 0) {
		check(!all.totals.unlike, "the plays of each script are alike");
		check(!all.totals.stuck, "nobody is stuck");
		printf("# %llu times they were not, and in three more plays they were\n",
		       all.totals.chance);
		check(!all.totals.chance, "that is what a play of a script comes to");
		if (options.round >= 0 || options.calls < ENOUGH_CALLS || failures)
			return failures != 0;
		check(all.totals.made >= options.calls, "as many calls as were asked for");
		check(totals_have_all(&all), "all sorts of operations and answers were met");
		return failures != 0;
	}
	check(!v->control, "policy linux answers as stock does");
	check(!v->unexplained, "quirks explain all differences of policy starry");
	check(!all.totals.stuck, "nobody is stuck");
	if (options.round >= 0 || options.calls < ENOUGH_CALLS || failures)
		return failures != 0;
	check(all.totals.made >= options.calls, "as many calls as were asked for");
	/* what an answer cannot be had for, because the world moved meanwhile */
	check(v->raced < v->calls / 20, "few calls raced");
	check(v->calls + v->left + v->calls / 50 >= all.totals.made,
	      "the module has judged the calls that were made");
	check(totals_have_all(&all), "all sorts of operations and answers were met");
	return failures != 0;
}

int main(int argc, char **argv)
{
	pid_t pids[MAX_JOBS];
	unsigned int i;

	if (argc == 4 && !strcmp(argv[1], "--actor"))
		actor_again(atoi(argv[3]), atoi(argv[2]));
	options.seed = time(NULL);
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (options.twin != ALTWAIT_POLICY_STOCK && device_missing()) {
		fprintf(stderr, "fuzz: %s\n", device_missing());
		return 2;
	}
	script_twin = options.twin >= 0 || options.model;
	script_model = options.model;
	jobs = mmap(NULL, MAX_JOBS * sizeof(*jobs), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (jobs == MAP_FAILED) {
		perror("fuzz: mmap");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n");
	for (i = 0; i < options.jobs; i++) {
		pids[i] = fork();
		if (pids[i] < 0) {
			perror("fuzz: fork");
			options.jobs = i;
			for (i = 0; i < options.jobs; i++)
				kill(pids[i], SIGKILL);
			return 2;
		}
		if (!pids[i]) {
			run_job(i);
			_exit(0);
		}
	}
	if (!await_jobs(pids)) {
		fprintf(stderr, "fuzz: a job was lost\n");
		return 2;
	}
	return conclude();
}
