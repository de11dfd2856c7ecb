// SPDX-License-Identifier: GPL-2.0
/*
 * altwait run: choose who answers our wait calls, then become the command.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compare.h"

struct run {
	struct policy policy;
	bool shadow;
	bool allow_uring;
	struct fail_on fail_on;
	struct shadow_files files;
	unsigned int buffer_kb;
};

enum {
	KEY_BUFFER = 'b', KEY_ALLOW_URING = 0x100, KEY_FAIL_ON, KEY_EVENTS, KEY_JSON,
	KEY_SARIF, KEY_SUMMARY
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case 'p':
		run->policy = parse_policy(state, arg);
		run->files.policy = arg;
		return 0;
	case 's':
		run->shadow = true;
		return 0;
	case KEY_ALLOW_URING:
		run->allow_uring = true;
		return 0;
	case KEY_FAIL_ON:
		parse_fail_on(state, arg, &run->fail_on);
		return 0;
	case KEY_SUMMARY:
		run->files.summary = arg;
		return 0;
	case KEY_JSON:
		argp_error(state, "standard output is COMMAND's: --summary FILE writes JSON");
		return 0;
	case KEY_SARIF:
		run->files.sarif = arg;
		return 0;
	case KEY_EVENTS:
		run->files.events = arg;
		return 0;
	case KEY_BUFFER:
		run->buffer_kb = parse_number(state, arg, "KiB");
		return 0;
	case ARGP_KEY_END:
		if (run->shadow && run->policy.base == ALTWAIT_POLICY_STOCK)
			argp_error(state, "--shadow compares stock with another policy");
		if (!run->shadow && run->fail_on.any)
			argp_error(state, "--fail-on needs --shadow");
		if (!run->shadow && run->allow_uring)
			argp_error(state, "--allow-uring needs --shadow");
		if (!run->shadow && run->files.summary)
			argp_error(state, "--summary needs --shadow");
		if (!run->shadow && run->files.sarif)
			argp_error(state, "--sarif needs --shadow");
		if (!run->shadow && run->files.events)
			argp_error(state, "--events needs --shadow");
		check_fail_on(state, &run->fail_on, &run->policy, run->files.policy);
		return 0;
	case ARGP_KEY_ARG:
		/* From here on all belongs to the command, options included. */
		run->files.command = &state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a command to run is missing");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "policy", 'p', "POLICY", 0,
	  "Who answers, by default starry: stock, linux, " QUIRK_POLICIES, 0 },
	{ "shadow", 's', NULL, 0,
	  "Stock answers; POLICY and linux are asked, and a summary is printed", 0 },
	{ "fail-on", KEY_FAIL_ON, "WHAT", 0,
	  "With --shadow: exit with 124 on control, unexplained, or a quirk; repeatable", 0 },
	{ "allow-uring", KEY_ALLOW_URING, NULL, 0,
	  "With --shadow: waits by io_uring, which stock answers, spoil nothing", 0 },
	{ "summary", KEY_SUMMARY, "FILE", 0,
	  "With --shadow: write the summary to FILE, too, as JSON, by schema/shadow.json", 0 },
	/* As all other commands have it */
	{ "json", KEY_JSON, NULL, OPTION_HIDDEN, NULL, 0 },
	{ "sarif", KEY_SARIF, "FILE", 0,
	  "With --shadow: write what differs to FILE, as SARIF, for a CI to show", 0 },
	{ "events", KEY_EVENTS, "FILE", 0,
	  "With --shadow: write the whole run to FILE, for `altwait report`", 0 },
	{ "buffer", KEY_BUFFER, "KIB", 0,
	  "Room for its trace, for each processor (default 8192)", 0 },
	{ 0 }
};

static const struct argp argp = {
	options, parse, "-- COMMAND [ARG...]",
	"Run COMMAND, and all that it starts, under a policy." AFTER_OPTIONS
	"The exit status is COMMAND's; 125 if altwait itself fails, 126 if COMMAND\n"
	"cannot be executed, 127 if it is not found.  Policy stock undoes what was\n"
	"inherited from the caller, and needs no module.\n"
	"\n"
	"With --shadow, altwait stays until COMMAND ends and then tells on standard\n"
	"error how often policy and stock differed, and why, with the first example\n"
	"of each difference.  A call that raced, as something happened between the\n"
	"questions, is no verdict.  What goes on in the background after that is not\n"
	"counted.  The exit status is COMMAND's (128 and the signal's number if one\n"
	"killed it), or 124 if a verdict of --fail-on was seen.  With --fail-on it is\n"
	"125 where no call was compared, or where the comparison is not valid, as the\n"
	"kernel missed redirects, a process went back to stock after trouble, or one\n"
	"of COMMAND's waited by io_uring, which no policy answers.\n",
	NULL, NULL, NULL
};

int enroll_through(int fd, const struct policy *policy, bool shadow)
{
	struct altwait_enroll req = {
		.size = sizeof(req), .policy = policy->base,
		.flags = shadow ? ALTWAIT_SHADOW : 0,
	};
	int err;

	quirk_set_tell(policy->quirks, &req.quirks, req.quirks_more);
	err = device_request(fd, ALTWAIT_ENROLL, &req);
	if (err)
		explain(ALTWAIT_ENROLL, err, "enrol this process");
	return err;
}

int enroll_self(const struct policy *policy, bool shadow)
{
	int fd = device_open();
	int err;

	if (fd < 0) {
		explain(REQUEST_OPEN, fd, "open %s", device_path);
		return fd;
	}
	err = enroll_through(fd, policy, shadow);
	close(fd);
	return err;
}

/* Without the module everybody has stock already. */
static bool is_absent(int err)
{
	return err == -ENOENT || err == -ENXIO || err == -ENODEV;
}

int dismiss_self(void)
{
	struct altwait_dismiss req = { .size = sizeof(req) };
	int fd = device_open();
	int err;

	if (is_absent(fd) && !module_is_loaded())
		return 0;
	if (fd < 0) {
		explain(REQUEST_OPEN, fd, "open %s", device_path);
		return fd;
	}
	err = device_request(fd, ALTWAIT_DISMISS, &req);
	close(fd);
	if (err == 0 || err == -ENOENT)
		return 0;
	explain(ALTWAIT_DISMISS, err, "dismiss this process");
	return err;
}

int become(char **command)
{
	int err;

	execvp(command[0], command);
	err = errno;
	fprintf(stderr, "altwait: cannot run '%s': %s\n", command[0], strerror(err));
	if (err != ENOENT)
		return EXIT_CANNOT_RUN;
	fprintf(stderr, "Hint: give its path, or see that its directory is in PATH.\n");
	return EXIT_NOT_FOUND;
}

/* The command's status, as wait4 has it. */
static int await(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return W_EXITCODE(EXIT_RUN_FAILED, 0);
	return status;
}

/* As a shell tells it. */
static int shell_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * The child's part of run_shadow().  What is written to @failed keeps that pipe,
 * which exec(2) closes, from ending empty.
 */
static void shadow_child(const struct run *run, struct events *events, int fd, int failed)
{
	int status = EXIT_RUN_FAILED;

	if ((!events || !events_begin(events, getpid())) &&
	    !enroll_through(fd, &run->policy, true))
		status = become(run->files.command);
	if (write(failed, "", 1) != 1)
		status = EXIT_RUN_FAILED;
	_exit(status);
}

/* Return: the command's process; -1: it did not run; @status is how that ended. */
static pid_t shadow_command(const struct run *run, struct events *events, int fd, int *status)
{
	char byte;
	int ends[2];
	bool ran;
	pid_t pid = -1;

	if (!pipe2(ends, O_CLOEXEC))
		pid = fork();
	if (pid < 0) {
		fprintf(stderr, "altwait: cannot fork: %s\n", strerror(errno));
		*status = W_EXITCODE(EXIT_RUN_FAILED, 0);
		return -1;
	}
	if (!pid)
		shadow_child(run, events, fd, ends[1]);
	/* The terminal's signals are for the command. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	close(ends[1]);
	ran = read(ends[0], &byte, 1) == 0;
	close(ends[0]);
	*status = await(pid);
	return ran ? pid : -1;
}

/*
 * A child becomes the command; the verdicts are counted by the device file that
 * it was enrolled through, which stays open here.
 */
static int shadow_through(const struct run *run, struct events *events, int fd)
{
	struct altwait_counters before = { .size = sizeof(before) };
	struct shadow_files files = run->files;
	struct run_log log;
	int status, err;
	pid_t pid;

	err = device_request(fd, ALTWAIT_COUNTERS, &before);
	if (err) {
		explain(ALTWAIT_COUNTERS, err, "read the counters");
		return EXIT_RUN_FAILED;
	}
	pid = shadow_command(run, events, fd, &files.status);
	status = shell_status(files.status);
	if (pid < 0)
		return status;
	fflush(stdout);
	log_begin(&log, pid);
	log.apart = true;
	if (events) {
		events_stop(events);
		if (!events_read(events, &log, NULL))
			files.log = &log;
		log_finish(&log, false);
	}
	status = print_verdicts(fd, &before, &run->fail_on, run->allow_uring, &files) ?: status;
	log_free(&log);
	return status;
}

static int run_shadow(const struct run *run)
{
	struct events *events = NULL;
	int fd = device_open();
	int status;

	if (fd < 0) {
		explain(REQUEST_OPEN, fd, "open %s", device_path);
		return EXIT_RUN_FAILED;
	}
	if (run->files.events) {
		events = events_open(run->buffer_kb, true);
		if (!events)
			return EXIT_RUN_FAILED;
	}
	status = shadow_through(run, events, fd);
	events_close(events);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run run = {
		.policy = { .base = ALTWAIT_POLICY_STARRY }, .files.policy = "starry",
		.buffer_kb = 8192,
	};
	int err;

	argp_err_exit_status = EXIT_RUN_FAILED;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &run);

	if (run.shadow)
		return run_shadow(&run);
	if (run.policy.base == ALTWAIT_POLICY_STOCK)
		err = dismiss_self();
	else
		err = enroll_self(&run.policy, false);
	return err ? EXIT_RUN_FAILED : become(run.files.command);
}
