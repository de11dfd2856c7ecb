// SPDX-License-Identifier: GPL-2.0
/*
 * altwait enroll and altwait dismiss: change who answers another's wait calls.
 */
#include <unistd.h>

#include "altwait.h"

struct control {
	struct policy policy;
	pid_t pid;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct control *ctl = state->input;

	switch (key) {
	case 'p':
		ctl->policy = parse_policy(state, arg);
		if (ctl->policy.base == ALTWAIT_POLICY_STOCK)
			argp_error(state, "use `altwait dismiss` to go back to stock");
		return 0;
	case ARGP_KEY_ARG:
		if (ctl->pid)
			argp_error(state, "one PID at a time");
		ctl->pid = parse_pid(state, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a PID is missing");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option enroll_options[] = {
	{ "policy", 'p', "POLICY", 0,
	  "Who answers the wait calls, by default starry: linux, " QUIRK_POLICIES, 0 },
	{ 0 }
};

static const struct argp enroll_argp = {
	enroll_options, parse, "PID",
	"Give the wait calls of process PID, and of all that it starts from now on,\n"
	"to a policy." AFTER_OPTIONS
	"A wait call in which a thread sleeps already is finished by stock.  The exit\n"
	"status is 0, 1 if it failed, 2 for a wrong command line.\n",
	NULL, NULL, NULL
};

static const struct argp dismiss_argp = {
	NULL, parse, "PID",
	"Give the wait calls of process PID back to stock Linux." AFTER_OPTIONS
	"What it started stays enrolled.  Calls that sleep under the policy go on in\n"
	"stock.  The exit status is 0, 1 if it failed, 2 for a wrong command line.\n",
	NULL, NULL, NULL
};

static int request(unsigned long number, void *req, const char *verb, pid_t pid)
{
	int fd = device_open();
	int err;

	if (fd < 0) {
		explain(REQUEST_OPEN, fd, "open %s", device_path);
		return EXIT_TROUBLE;
	}
	err = device_request(fd, number, req);
	close(fd);
	if (!err)
		return 0;
	explain(number, err, "%s process %d", verb, pid);
	return EXIT_TROUBLE;
}

int cmd_enroll(int argc, char **argv)
{
	struct control ctl = { .policy = { .base = ALTWAIT_POLICY_STARRY } };
	struct altwait_enroll req = { .size = sizeof(req) };

	argp_parse(&enroll_argp, argc, argv, 0, NULL, &ctl);
	req.policy = ctl.policy.base;
	quirk_set_tell(ctl.policy.quirks, &req.quirks, req.quirks_more);
	req.pid = ctl.pid;
	return request(ALTWAIT_ENROLL, &req, "enrol", ctl.pid);
}

int cmd_dismiss(int argc, char **argv)
{
	struct control ctl = { 0 };
	struct altwait_dismiss req = { .size = sizeof(req) };

	argp_parse(&dismiss_argp, argc, argv, 0, NULL, &ctl);
	req.pid = ctl.pid;
	return request(ALTWAIT_DISMISS, &req, "dismiss", ctl.pid);
}
