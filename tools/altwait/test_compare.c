// SPDX-License-Identifier: GPL-2.0
/*
 * altwait compare without a kernel: what its pure parts make of events.  Prints
 * as test-lib.sh does.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "test_compare.h"

static unsigned int passed, failed;

void verdict(bool good, const char *name, const char *is, const char *expected)
{
	if (good) {
		passed++;
		printf("ok: compare: %s\n", name);
		return;
	}
	failed++;
	printf("FAILED: compare: %s: expected\n%s\nbut it is\n%s\n", name, expected, is);
}

static void expect_text(const char *name, const char *is, const char *expected)
{
	verdict(strcmp(is, expected) == 0, name, is, expected);
}

/* ------------------------------------------------------------- in words */

static const char *test_name(const void *context, int pid)
{
	(void)context;
	return pid == 12 ? "P1.2" : "P?";
}

static void test_args(void)
{
	static const struct {
		struct wait_args args;
		const char *text;
	} cases[] = {
		{ { CALL_WAIT4, -1, 0, 0 }, "wait4(-1, 0)" },
		{ { CALL_WAIT4, 12, 0, WNOHANG | WUNTRACED }, "wait4(P1.2, WNOHANG|WUNTRACED)" },
		{ { CALL_WAIT4, -12, 0, __WALL }, "wait4(-P1.2, __WALL)" },
		{ { CALL_WAIT4, 0, 0, 0x10 }, "wait4(0, 0x10)" },
		{ { CALL_WAIT4, 13, 0, WNOHANG | 0x10 }, "wait4(P?, WNOHANG|0x10)" },
		{ { CALL_WAIT4, INT_MIN, 0, 0 }, "wait4(-2147483648, 0)" },
		{ { CALL_WAITID, P_ALL, 0, WEXITED | WSTOPPED },
		  "waitid(P_ALL, WSTOPPED|WEXITED)" },
		{ { CALL_WAITID, P_PID, 12, WEXITED | WNOWAIT },
		  "waitid(P_PID, P1.2, WEXITED|WNOWAIT)" },
		{ { CALL_WAITID, P_PGID, 0, WEXITED }, "waitid(P_PGID, 0, WEXITED)" },
		{ { CALL_WAITID, P_PIDFD, 12, WEXITED }, "waitid(P_PIDFD, 12, WEXITED)" },
		{ { CALL_WAITID, 9, -1, 0 }, "waitid(9, -1, 0)" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = decode_args(&cases[i].args, test_name, NULL);

		expect_text(cases[i].text, text, cases[i].text);
		free(text);
	}
}

#define ZOMBIE	ALTWAIT_KIND_ZOMBIE
#define UNSEEN	ALTWAIT_KIND_UNSEEN
#define NONE	ALTWAIT_KIND_NONE

static void test_answers(void)
{
	static const struct {
		int call;
		struct wait_answer answer;
		const char *text;
	} cases[] = {
		{ CALL_WAIT4, { ZOMBIE, 12, 12, 0x300, 0, 0 }, "P1.2: exited 3" },
		{ CALL_WAIT4, { ZOMBIE, 12, 12, 9, 0, 0 }, "P1.2: killed by SIGKILL" },
		{ CALL_WAIT4, { ZOMBIE, 12, 12, 0x8b, 0, 0 },
		  "P1.2: killed by SIGSEGV (core dumped)" },
		{ CALL_WAIT4, { 4, 12, 12, 0x137f, 0, 0 }, "P1.2: stopped by SIGSTOP" },
		{ CALL_WAIT4, { 4, 12, 12, 0xffff, 0, 0 }, "P1.2: continued" },
		{ CALL_WAIT4, { 2, 12, 12, 0x3057f, 0, 0 },
		  "P1.2: stopped by SIGTRAP, PTRACE_EVENT_CLONE" },
		{ CALL_WAIT4, { 2, 12, 12, 0x857f, 0, 0 }, "P1.2: stopped by SIGTRAP|0x80" },
		{ CALL_WAIT4, { ZOMBIE, 13, 13, 0, 0, 0 }, "P?: exited 0" },
		{ CALL_WAIT4, { UNSEEN, 12, 0, 0, 0, 0 }, "P1.2" },
		{ CALL_WAIT4, { NONE, 0, 0, 0, 0, 0 }, "0" },
		{ CALL_WAIT4, { 5, -ECHILD, 0, 0, 0, 0 }, "-1 ECHILD" },
		{ CALL_WAIT4, { 5, -600, 0, 0, 0, 0 }, "-1 (errno 600)" },
		{ CALL_WAITID, { ZOMBIE, 0, 12, 0, CLD_EXITED, 3 }, "0: P1.2 exited 3" },
		{ CALL_WAITID, { ZOMBIE, 0, 12, 0, CLD_DUMPED, 11 },
		  "0: P1.2 killed by SIGSEGV (core dumped)" },
		{ CALL_WAITID, { 4, 0, 12, 0, CLD_STOPPED, 19 }, "0: P1.2 stopped by SIGSTOP" },
		{ CALL_WAITID, { 2, 0, 12, 0, CLD_TRAPPED, 0x405 },
		  "0: P1.2 trapped by SIGTRAP, PTRACE_EVENT_EXEC" },
		{ CALL_WAITID, { 4, 0, 12, 0, CLD_CONTINUED, 18 }, "0: P1.2 continued" },
		{ CALL_WAITID, { ZOMBIE, 0, 12, 0, 77, 1 }, "0: P1.2 si_code 77, si_status 1" },
		{ CALL_WAITID, { NONE, 0, 0, 0, 0, 0 }, "0: nothing" },
		{ CALL_WAITID, { UNSEEN, 0, 0, 0, 0, 0 }, "0" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct wait_args args = { .call = cases[i].call };
		char *text = decode_answer(&args, &cases[i].answer, test_name, NULL);

		expect_text(cases[i].text, text, cases[i].text);
		free(text);
	}
}

/* Two runs, and the report on them. */
static const struct comparison_case {
	const char *name;
	const char *runs[2];
	bool hung, any_order, all, moved;
	const char *text;
} reports[] = {
	{
		"names, and a difference",
		{ "fork 10 11, thread 10 12, fork 12 13, reaps 12 -1 13 0x100, fails 99 -1 5",
		  "fork 10 21, thread 10 22, fork 22 23, fails 22 -1 10" },
		false, false, false, false,
		"  stock                           starry\n"
		"P1/2\n"
		"  wait4(-1, 0) = P1.2: exited 1 | wait4(-1, 0) = -1 ECHILD   <- first difference\n"
		"the command\n"
		"  exited 0                        exited 0\n"
		"\nwait calls: 0 the same, 1 differs, 0 of timing\n",
	}, {
		"all calls",
		{ "fork 10 11, fork 11 12, reaps 11 12 12 0x900, reaps 10 -1 11 0",
		  "fork 10 21, fork 21 12, reaps 21 12 12 0x900, reaps 10 -1 21 0" },
		false, false, true, false,
		"  stock                                 starry\n"
		"P1\n"
		"  wait4(-1, 0) = P1.1: exited 0         wait4(-1, 0) = P1.1: exited 0\n"
		"P1.1\n"
		"  wait4(P1.1.1, 0) = P1.1.1: exited 9   wait4(P1.1.1, 0) = P1.1.1: exited 9\n"
		"the command\n"
		"  exited 0                              exited 0\n"
		"\nwait calls: 2 the same, 0 differ, 0 of timing\n",
	}, {
		"a call that does not return, and those that are missing then",
		{ "fork 10 11, reaps 10 11 11 0, fails 10 -1 10", "fork 10 12, wait 10 12 0" },
		true, false, false, false,
		"  stock                             starry\n"
		"P1\n"
		"  wait4(P1.1, 0) = P1.1: exited 0 | wait4(P1.1, 0) does not return   <- first difference\n"
		"  wait4(-1, 0) = -1 ECHILD        <\n"
		"the command\n"
		"  exited 0                        | does not end\n"
		"\nwait calls: 0 the same, 2 differ, 0 of timing\n",
	}, {
		"how often a poll is in vain is timing",
		{ "fork 10 11, polls 10 11, polls 10 11, reaps 10 11 11 0",
		  "fork 10 12, reaps 10 12 12 0, polls 10 -1" },
		false, false, true, false,
		"  stock                                starry\n"
		"P1\n"
		"  wait4(P1.1, WNOHANG) = 0 (2 times) ~\n"
		"  wait4(P1.1, 0) = P1.1: exited 0      wait4(P1.1, 0) = P1.1: exited 0\n"
		"                                     ~ wait4(-1, WNOHANG) = 0\n"
		"the command\n"
		"  exited 0                             exited 0\n"
		"\nwait calls: 1 the same, 0 differ, 2 of timing\n",
	}, {
		"a poll that is in vain for ever hides nothing",
		{ "fork 10 11, wait 10 -1 1, told 10 3 11 0, ret 10 11", "polls 10 -1" },
		false, false, false, false,
		"  stock                                 starry\n"
		"P1\n"
		"  wait4(-1, WNOHANG) = P1.1: exited 0 | wait4(-1, WNOHANG) = 0   <- first difference\n"
		"the command\n"
		"  exited 0                              exited 0\n"
		"\nwait calls: 0 the same, 1 differs, 0 of timing\n",
	}, {
		"who gave no pointer was told less",
		{ "fork 10 11, wait 10 11 0, told 10 6 0 0, ret 10 11",
		  "fork 10 12, reaps 10 12 12 0x500" },
		false, false, false, false,
		"  stock                      starry\n"
		"the command\n"
		"  exited 0                   exited 0\n"
		"\nwait calls: 1 the same, 0 differ, 0 of timing\n",
	}, {
		"another order",
		{ "fork 10 11, fork 10 12, reaps 10 -1 11 0, reaps 10 -1 12 0",
		  "fork 10 21, fork 10 22, reaps 10 -1 22 0, reaps 10 -1 21 0" },
		false, false, false, true,
		"  stock                           starry\n"
		"P1\n"
		"  wait4(-1, 0) = P1.1: exited 0 %   <- first difference\n"
		"  ... 1 the same\n"
		"                                % wait4(-1, 0) = P1.1: exited 0\n"
		"the command\n"
		"  exited 0                        exited 0\n"
		"\nwait calls: 1 the same, 2 differ (2 in order alone), 0 of timing\n",
	}, {
		"another order is folded, though a difference",
		{ "fork 10 11, fork 10 12, reaps 10 -1 11 0, reaps 10 -1 12 0, fails 10 99 10",
		  "fork 10 21, fork 10 22, reaps 10 -1 22 0, reaps 10 -1 21 0, fails 10 99 5" },
		false, false, false, false,
		"  stock                      starry\n"
		"P1\n"
		"  ... 1 the same, 2 in another order\n"
		"  wait4(P?, 0) = -1 ECHILD | wait4(P?, 0) = -1 EIO   <- first difference\n"
		"the command\n"
		"  exited 0                   exited 0\n"
		"\nwait calls: 1 the same, 3 differ (2 in order alone: --moved shows them), 0 of timing\n",
	}, {
		"nothing but another order is a difference that is counted alone",
		{ "fork 10 11, fork 10 12, reaps 10 -1 11 0, reaps 10 -1 12 0",
		  "fork 10 21, fork 10 22, reaps 10 -1 22 0, reaps 10 -1 21 0" },
		false, false, false, false,
		"  stock                      starry\n"
		"the command\n"
		"  exited 0                   exited 0\n"
		"\nwait calls: 1 the same, 2 differ (2 in order alone: --moved shows them), 0 of timing\n",
	}, {
		"a handler that polls gets the child instead",
		{ "fork 10 11, reaps 10 -1 11 0",
		  "fork 10 12, wait 10 -1 1, told 10 3 12 0, ret 10 12" },
		false, true, true, false,
		"  stock                           starry\n"
		"P1\n"
		"  wait4(-1, 0) = P1.1: exited 0 %\n"
		"                                % wait4(-1, WNOHANG) = P1.1: exited 0\n"
		"the command\n"
		"  exited 0                        exited 0\n"
		"\nwait calls: 0 the same, 0 differ, 2 in another order, 0 of timing\n",
	}, {
		"another order, beside a poll in vain",
		{ "fork 10 11, wait 10 -1 1, told 10 3 11 0, ret 10 11, fails 10 -1 10",
		  "fork 10 11, polls 10 -1, fails 10 -1 10, reaps 10 -1 11 0" },
		false, true, false, false,
		"  stock                      starry\n"
		"the command\n"
		"  exited 0                   exited 0\n"
		"\nwait calls: 1 the same, 0 differ, 2 in another order, 0 of timing\n",
	}, {
		"but not another child, and not another way to fail",
		{ "fork 10 11, fork 10 12, reaps 10 -1 11 0, fails 10 -1 10",
		  "fork 10 11, fork 10 12, wait 10 -1 1, told 10 3 12 0, ret 10 12" },
		false, true, false, false,
		"  stock                           starry\n"
		"P1\n"
		"  wait4(-1, 0) = P1.1: exited 0 <   <- first difference\n"
		"  wait4(-1, 0) = -1 ECHILD      <\n"
		"                                > wait4(-1, WNOHANG) = P1.2: exited 0\n"
		"the command\n"
		"  exited 0                        exited 0\n"
		"\nwait calls: 0 the same, 3 differ, 0 of timing\n",
	}, {
		"another order is no difference if one says so",
		{ "fork 10 11, fork 10 12, reaps 10 -1 11 0, reaps 10 -1 12 0",
		  "fork 10 21, fork 10 22, reaps 10 -1 22 0, reaps 10 -1 21 0" },
		false, true, false, false,
		"  stock                      starry\n"
		"the command\n"
		"  exited 0                   exited 0\n"
		"\nwait calls: 1 the same, 0 differ, 2 in another order, 0 of timing\n",
	},
};

static void test_report(const struct comparison_case *c)
{
	struct side sides[2] = { { .name = "stock" }, { .name = "starry", .hung = c->hung } };
	struct taste taste = { .all = c->all, .moved = c->moved, .any_order = c->any_order };
	char *text = NULL;
	bool differ;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	play(&sides[0].log, c->runs[0], false);
	play(&sides[1].log, c->runs[1], false);
	differ = report(to, sides, &taste);
	fclose(to);
	expect_text(c->name, text, c->text);
	verdict(differ == (strstr(text, "first difference") || strstr(text, "--moved")),
		"the verdict on it",
		differ ? "a difference" : "none", "the opposite");
	free(text);
	log_free(&sides[0].log);
	log_free(&sides[1].log);
}

/* The calls of P1, with "; " between them. */
static const struct {
	const char *name;
	const char *run;
	const char *text;
} runs[] = {
	{ "a restart is one call",
	  "fork 10 11, wait 10 -1 0, ret 10 -512, wait 10 -1 0, ret 10 -513, reaps 10 -1 11 0",
	  "wait4(-1, 0) P1.1: exited 0; " },
	{ "a handler with SA_RESTART, and its own call",
	  "fork 10 11, wait 10 -1 0, ret 10 -512, handler 10 1, polls 10 -1, reaps 10 -1 11 0",
	  "wait4(-1, 0) P1.1: exited 0; wait4(-1, WNOHANG) 0; " },
	{ "a handler without: EINTR, even if the program calls again",
	  "fork 10 11, wait 10 -1 0, ret 10 -512, handler 10 0, reaps 10 -1 11 0",
	  "wait4(-1, 0) -1 EINTR; wait4(-1, 0) P1.1: exited 0; " },
	{ "no handler seen, and another call: it was interrupted",
	  "wait 10 -1 0, ret 10 -512, fails 10 5 10",
	  "wait4(-1, 0) -1 EINTR; wait4(P?, 0) -1 ECHILD; " },
	{ "the last answer counts",
	  "fork 10 11, fork 10 12, wait 10 -1 0, told 10 3 11 0, told 10 3 12 0x100, ret 10 12",
	  "wait4(-1, 0) P1.2: exited 1; " },
	{ "an answer that could not be written",
	  "fork 10 11, wait 10 -1 0, told 10 3 11 0, ret 10 -14",
	  "wait4(-1, 0) -1 EFAULT; " },
	{ "a signal ends it", "wait 10 -1 0, ret 10 -512", "wait4(-1, 0) interrupted; " },
	{ "a number that is used again",
	  "fork 10 11, reaps 10 11 11 0, fork 10 11, reaps 10 11 11 0",
	  "wait4(P1.1, 0) P1.1: exited 0; wait4(P1.2, 0) P1.2: exited 0; " },
};

static void test_run(const char *name, const char *events, const char *expected)
{
	struct run_log log;
	char text[512] = "";
	size_t i;

	play(&log, events, false);
	for (i = 0; i < log.tasks[0].n_calls; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %s; ",
			 log.tasks[0].calls[i].args, log.tasks[0].calls[i].result);
	expect_text(name, text, expected);
	log_free(&log);
}

static const struct {
	const char *trouble;
	const char *run;
} troubles[] = {
	{ "none", "dismiss 10 2, dismiss 99 3" },
	{ "a process went back to stock: no memory", "dismiss 10 3, dismiss 10 2" },
	{ "a process was dismissed by request", "fork 10 11, dismiss 11 0" },
	{ "a process went back to stock", "dismiss 10 77" },
	{ "none", "enroll 10, dismiss 10 2" },
	{ "none", "enroll 10, again 10 0, dismiss 10 2" },
	{ "a process was enrolled again, under another policy",
	  "enroll 10, again 10 1, dismiss 10 0" },
	{ "somebody else has dismissed a process",
	  "enroll 10, fork 10 11, enroll 11, dismiss 10 2" },
	{ "a wait call ended that never began", "ret 10 0" },
	{ "a wait call began inside another one of its thread", "wait 10 -1 0, wait 10 -1 0" },
};

static void test_trouble(const char *expected, const char *events)
{
	struct run_log log;

	play(&log, events, false);
	expect_text(expected, log.trouble ? log.trouble : "none", expected);
	log_free(&log);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc > 3 && strcmp(argv[1], "events") == 0)
		return print_events(argv[2], argv[3]);
	if (argc > 3 && strcmp(argv[1], "picture") == 0)
		return print_picture(argv[2], strtoull(argv[3], NULL, 10));
	if (argc > 3 && strcmp(argv[1], "sarif") == 0)
		return print_sarif(argv[2], argv[3]);
	if (argc > 2)
		return print_json(argv[1], argv[2], argv[3]);
	test_args();
	test_answers();
	for (i = 0; i < ARRAY_SIZE(reports); i++)
		test_report(&reports[i]);
	for (i = 0; i < ARRAY_SIZE(runs); i++)
		test_run(runs[i].name, runs[i].run, runs[i].text);
	for (i = 0; i < ARRAY_SIZE(troubles); i++)
		test_trouble(troubles[i].trouble, troubles[i].run);
	test_align();
	test_ddmin();
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
