// SPDX-License-Identifier: GPL-2.0
/*
 * altwait: run processes under another implementation of wait4 and waitid.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "altwait.h"

#define TO_STRING(x)	#x
#define STRING(x)	TO_STRING(x)

/* The commands that this program was built without, as " without compare" */
#ifndef LACKS
#define LACKS	""
#endif

const char *argp_program_version =
	"altwait " VERSION LACKS " (interface version " STRING(ALTWAIT_VERSION) ")";

static const struct command {
	const char *name;
	char *full_name;
	int (*main)(int argc, char **argv);
} commands[] = {
	{ "run",	"altwait run",		cmd_run },
	{ "compare",	"altwait compare",	cmd_compare },
	{ "bisect",	"altwait bisect",	cmd_bisect },
	{ "report",	"altwait report",	cmd_report },
	{ "enroll",	"altwait enroll",	cmd_enroll },
	{ "dismiss",	"altwait dismiss",	cmd_dismiss },
	{ "status",	"altwait status",	cmd_status },
	{ "quirks",	"altwait quirks",	cmd_quirks },
	{ "policies",	"altwait policies",	cmd_policies },
	{ "audit",	"altwait audit",	cmd_audit },
	{ "doctor",	"altwait doctor",	cmd_doctor },
};

pid_t parse_pid(struct argp_state *state, const char *arg)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(arg, &end, 10);
	if (errno || end == arg || *end || pid <= 0 || pid != (pid_t)pid)
		argp_error(state, "'%s' is not a process id; ps(1) shows them", arg);
	return pid;
}

unsigned int parse_number(struct argp_state *state, const char *arg,
			  const char *what)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(arg, &end, 10);
	if (errno || end == arg || *end || number <= 0 || number > 1000000)
		argp_error(state, "'%s' is not a number of %s", arg, what);
	return number;
}

/* What is left of the command line once the command is known. */
struct selection {
	const struct command *command;
	int argc;
	char **argv;
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct selection *sel = state->input;

	switch (key) {
	case 'd':
		device_path = arg;
		return 0;
	case ARGP_KEY_ARG:
		sel->command = find_command(arg);
		if (!sel->command)
			argp_error(state, "unknown command '%s'", arg);
		sel->argv = &state->argv[state->next - 1];
		sel->argc = state->argc - state->next + 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a command is missing");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "device", 'd', "FILE", 0, "Talk to FILE instead of " ALTWAIT_DEVICE, 0 },
	{ 0 }
};

static const char doc[] =
	"Let another implementation of wait4(2) and waitid(2) answer the wait calls\n"
	"of a process and of all that it starts." AFTER_OPTIONS
	"Commands:\n"
	"  run       run a command under a policy; its exit status is the command's\n"
	"  compare   run a command under stock and under a policy, and show where\n"
	"            their wait calls differ\n"
	"  bisect    find the differences by which a command fails under a policy\n"
	"  report    make a page for a browser of what run or compare has recorded\n"
	"  enroll    give a running process's wait calls to a policy\n"
	"  dismiss   give a process's wait calls back to stock Linux\n"
	"  status    show the module's state, or a process's\n"
	"  quirks    list the differences between the policies, or explain one\n"
	"  policies  list the policies, and the revisions of Starry that one can name\n"
	"  audit     compare the module's records with the kernel's processes\n"
	"  doctor    see whether everything is there that the tool needs\n"
	"\n"
	"Policies:\n"
	"  starry   Starry's wait, bug for bug; starry-QUIRK: but for that difference;\n"
	"           starry+QUIRK: with one more, which a later Starry brought\n"
	"  starry@REVISION\n"
	"           that of a later Starry, of that commit or date\n"
	"  linux    the same code without its differences from Linux; linux+QUIRK:\n"
	"           with that one\n"
	"  stock    Linux's own wait\n"
	"\n"
	"`altwait COMMAND --help` tells more about a command.  All need the module\n"
	"and root, except `quirks`, `policies`, `doctor`, `report`, and `run --policy\n"
	"stock` where there is no module.  Use this in test machines only.\n";

static const struct argp argp = {
	options, parse, "COMMAND [ARG...]", doc, NULL, NULL, NULL
};

int main(int argc, char **argv)
{
	struct selection sel = { 0 };

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &sel);
	sel.argv[0] = sel.command->full_name;
	return sel.command->main(sel.argc, sel.argv);
}
