// SPDX-License-Identifier: GPL-2.0
/*
 * altwait run: choose who answers our wait calls, then become the command.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "altwait.h"

struct run {
	struct policy policy;
	char **command;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case 'p':
		run->policy = parse_policy(state, arg);
		return 0;
	case ARGP_KEY_ARG:
		/* From here on all belongs to the command, options included. */
		run->command = &state->argv[state->next - 1];
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
	  "Who answers: starry (default), starry-QUIRK, linux, linux+QUIRK or stock", 0 },
	{ 0 }
};

static const struct argp argp = {
	options, parse, "-- COMMAND [ARG...]",
	"Run COMMAND, and all that it starts, under a policy." AFTER_OPTIONS
	"The exit status is COMMAND's; 125 if altwait itself fails, 126 if COMMAND\n"
	"cannot be executed, 127 if it is not found.  Policy stock undoes what was\n"
	"inherited from the caller, and needs no module.\n",
	NULL, NULL, NULL
};

static int enroll_self(const struct policy *policy)
{
	struct altwait_enroll req = {
		.size = sizeof(req), .policy = policy->base,
		.quirks = policy->quirks,
	};
	int fd = device_open();
	int err;

	if (fd < 0) {
		explain(REQUEST_OPEN, fd, "open %s", device_path);
		return fd;
	}
	err = device_request(fd, ALTWAIT_ENROLL, &req);
	if (err)
		explain(ALTWAIT_ENROLL, err, "enrol this process");
	close(fd);
	return err;
}

/* Without the module everybody has stock already. */
static bool is_absent(int err)
{
	return err == -ENOENT || err == -ENXIO || err == -ENODEV;
}

static int dismiss_self(void)
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

static int become(char **command)
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

int cmd_run(int argc, char **argv)
{
	struct run run = { .policy = { .base = ALTWAIT_POLICY_STARRY } };
	int err;

	argp_err_exit_status = EXIT_RUN_FAILED;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &run);

	if (run.policy.base == ALTWAIT_POLICY_STOCK)
		err = dismiss_self();
	else
		err = enroll_self(&run.policy);
	return err ? EXIT_RUN_FAILED : become(run.command);
}
