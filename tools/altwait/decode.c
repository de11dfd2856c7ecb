// SPDX-License-Identifier: GPL-2.0
/*
 * Wait calls and their answers in words, as strace(1) has them; pids as names.
 */
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "compare.h"

struct word {
	unsigned int value;
	const char *name;
};

static const struct word options[] = {
	{ WNOHANG,	"WNOHANG" },
	{ WUNTRACED,	"WUNTRACED" },	/* WSTOPPED for waitid */
	{ WEXITED,	"WEXITED" },
	{ WCONTINUED,	"WCONTINUED" },
	{ WNOWAIT,	"WNOWAIT" },
	{ 0x20000000,	"__WNOTHREAD" },
	{ 0x40000000,	"__WALL" },
	{ 0x80000000,	"__WCLONE" },
};

static const struct word ptrace_events[] = {
	{ PTRACE_EVENT_FORK,		"PTRACE_EVENT_FORK" },
	{ PTRACE_EVENT_VFORK,		"PTRACE_EVENT_VFORK" },
	{ PTRACE_EVENT_CLONE,		"PTRACE_EVENT_CLONE" },
	{ PTRACE_EVENT_EXEC,		"PTRACE_EVENT_EXEC" },
	{ PTRACE_EVENT_VFORK_DONE,	"PTRACE_EVENT_VFORK_DONE" },
	{ PTRACE_EVENT_EXIT,		"PTRACE_EVENT_EXIT" },
	{ PTRACE_EVENT_SECCOMP,		"PTRACE_EVENT_SECCOMP" },
	{ PTRACE_EVENT_STOP,		"PTRACE_EVENT_STOP" },
};

static void print_error(FILE *to, int err)
{
	const char *name = strerrorname_np(err);

	if (name)
		fprintf(to, "-1 %s", name);
	else
		fprintf(to, "-1 (errno %d)", err);
}

static void print_options(FILE *to, int call, unsigned int set)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		const char *name = options[i].name;

		if (!(set & options[i].value))
			continue;
		if (call == CALL_WAITID && options[i].value == WSTOPPED)
			name = "WSTOPPED";
		fprintf(to, "%s%s", separator, name);
		separator = "|";
		set &= ~options[i].value;
	}
	if (set || !*separator)
		fprintf(to, set ? "%s%#x" : "%s0", separator, set);
}

static void print_signal(FILE *to, int sig)
{
	const char *name = sigabbrev_np(sig);

	if (name)
		fprintf(to, "SIG%s", name);
	else
		fprintf(to, "signal %d", sig);
}

/* A stop by signal or trap, with ptrace's event in the bits above. */
static void print_stop(FILE *to, const char *verb, int sig, unsigned int event)
{
	size_t i;

	fprintf(to, "%s by ", verb);
	print_signal(to, sig & 0x7f);
	if (sig & 0x80)
		fprintf(to, "|0x80");
	if (!event)
		return;
	for (i = 0; i < ARRAY_SIZE(ptrace_events); i++)
		if (ptrace_events[i].value == event)
			break;
	if (i < ARRAY_SIZE(ptrace_events))
		fprintf(to, ", %s", ptrace_events[i].name);
	else
		fprintf(to, ", event %u", event);
}

static void print_killed(FILE *to, int sig, bool dumped)
{
	fprintf(to, "killed by ");
	print_signal(to, sig);
	if (dumped)
		fprintf(to, " (core dumped)");
}

void print_status(FILE *to, int status)
{
	if (status == 0xffff)
		fprintf(to, "continued");
	else if ((status & 0xff) == 0x7f)
		print_stop(to, "stopped", status >> 8 & 0xff, (unsigned int)status >> 16);
	else if (WIFSIGNALED(status))
		print_killed(to, WTERMSIG(status), WCOREDUMP(status));
	else
		fprintf(to, "exited %d", WEXITSTATUS(status));
}

char *decode_status(int status)
{
	char *text = NULL;
	size_t len;
	FILE *to = need(open_memstream(&text, &len));

	print_status(to, status);
	fclose(to);
	return need(text);
}

static void print_siginfo(FILE *to, int code, int status)
{
	switch (code) {
	case CLD_EXITED:
		fprintf(to, "exited %d", status);
		break;
	case CLD_KILLED:
	case CLD_DUMPED:
		print_killed(to, status, code == CLD_DUMPED);
		break;
	case CLD_TRAPPED:
	case CLD_STOPPED:
		print_stop(to, code == CLD_TRAPPED ? "trapped" : "stopped",
			   status & 0xff, (unsigned int)status >> 8);
		break;
	case CLD_CONTINUED:
		fprintf(to, "continued");
		break;
	default:
		fprintf(to, "si_code %d, si_status %d", code, status);
	}
}

static void print_pid(FILE *to, int pid, name_of name, const void *context)
{
	if (pid > 0)
		fprintf(to, "%s", name(context, pid));
	else if (pid < -1 && pid != INT_MIN)
		fprintf(to, "-%s", name(context, -pid));
	else
		fprintf(to, "%d", pid);
}

static void print_waitid_target(FILE *to, const struct wait_args *args,
				name_of name, const void *context)
{
	switch (args->which) {
	case P_ALL:
		fprintf(to, "P_ALL");
		break;
	case P_PID:
	case P_PGID:
		fprintf(to, args->which == P_PID ? "P_PID, " : "P_PGID, ");
		if (args->id > 0)
			fprintf(to, "%s", name(context, args->id));
		else
			fprintf(to, "%d", args->id);
		break;
	case P_PIDFD:
		fprintf(to, "P_PIDFD, %d", args->id);
		break;
	default:
		fprintf(to, "%d, %d", args->which, args->id);
	}
}

char *decode_args(const struct wait_args *args, name_of name, const void *context)
{
	char *text = NULL;
	size_t len;
	FILE *to = need(open_memstream(&text, &len));

	if (args->call == CALL_WAIT4) {
		fprintf(to, "wait4(");
		print_pid(to, args->which, name, context);
	} else {
		fprintf(to, "waitid(");
		print_waitid_target(to, args, name, context);
	}
	fprintf(to, ", ");
	print_options(to, args->call, args->options);
	fprintf(to, ")");
	fclose(to);
	return need(text);
}

static void print_wait4_answer(FILE *to, const struct wait_answer *answer,
			       name_of name, const void *context)
{
	print_pid(to, answer->ret, name, context);
	if (answer->ret <= 0 || answer->kind == ALTWAIT_KIND_UNSEEN)
		return;
	fprintf(to, ": ");
	print_status(to, answer->status);
}

static void print_waitid_answer(FILE *to, const struct wait_answer *answer,
				name_of name, const void *context)
{
	fprintf(to, "%d", answer->ret);
	if (answer->kind == ALTWAIT_KIND_UNSEEN)
		return;
	fprintf(to, ": ");
	if (!answer->pid) {
		fprintf(to, "nothing");
		return;
	}
	print_pid(to, answer->pid, name, context);
	fprintf(to, " ");
	print_siginfo(to, answer->code, answer->cld_status);
}

char *decode_answer(const struct wait_args *args, const struct wait_answer *answer,
		    name_of name, const void *context)
{
	char *text = NULL;
	size_t len;
	FILE *to = need(open_memstream(&text, &len));

	if (answer->kind == ALTWAIT_KIND_ASLEEP)
		fprintf(to, "still asleep");
	else if (answer->ret < 0)
		print_error(to, -answer->ret);
	else if (args->call == CALL_WAIT4)
		print_wait4_answer(to, answer, name, context);
	else
		print_waitid_answer(to, answer, name, context);
	fclose(to);
	return need(text);
}

const char *decode_verdict(unsigned int verdict)
{
	static const char * const names[] = {
		[ALTWAIT_VERDICT_SAME] = "same", [ALTWAIT_VERDICT_DIFFERS] = "differs",
		[ALTWAIT_VERDICT_CONTROL] = "control", [ALTWAIT_VERDICT_RACED] = "raced",
	};

	return verdict < ARRAY_SIZE(names) ? names[verdict] : NULL;
}
