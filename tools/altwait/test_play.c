// SPDX-License-Identifier: GPL-2.0
/*
 * Made-up runs, from text.
 */
#include <string.h>
#include <sys/wait.h>

#include "test_compare.h"

#define ZOMBIE	ALTWAIT_KIND_ZOMBIE
#define NONE	ALTWAIT_KIND_NONE

/*
 * Events, as text; the command is thread 10:
 *
 *	fork BY CHILD, thread BY NEW, wait BY PID OPTIONS, told BY KIND PID STATUS,
 *	ret BY VALUE, handler BY RESTARTS, enroll OF, dismiss OF WHY,
 *	again OF CHANGES, judge BY VERDICT KIND PID (the policy's answer; stock's is
 *	that PID is a zombie), exec BY, stop BY SIGNAL, trap BY, goes BY WHOM, leave BY
 *
 * and calls that end at once:
 *
 *	reaps BY PID CHILD STATUS, polls BY PID, fails BY PID ERRNO
 */
static void say(struct run_log *log, struct log_event event)
{
	event.time = 1000 + 10 * log->n_events;
	log_event(log, &event);
}

static void play_wait(struct run_log *log, int tid, int which, int options)
{
	say(log, (struct log_event) {
		.kind = LOG_ENTER, .tid = tid,
		.enter = { .call = CALL_WAIT4, .which = which, .options = options } });
}

static void play_told(struct run_log *log, int tid, int kind, int pid, int status)
{
	say(log, (struct log_event) {
		.kind = LOG_ANSWER, .tid = tid,
		.answer = { .kind = kind, .pid = pid, .status = status } });
}

static void play_ret(struct run_log *log, int tid, int ret)
{
	say(log, (struct log_event) { .kind = LOG_EXIT, .tid = tid, .ret = ret });
}

static void play_judge(struct run_log *log, const int *v)
{
	const struct wait_answer stock = { .kind = ZOMBIE, .pid = v[3], .ret = v[3] };

	say(log, (struct log_event) {
		.kind = LOG_ANSWER, .tid = v[0], .answer = stock,
		.verdict = {
			.given = true, .verdict = v[1], .control = stock,
			.policy = { .kind = v[2], .pid = v[3], .ret = v[3] },
			.quirks = v[1] ? QUIRK_BIT(0) : 0,
		} });
}

/* What is only looked at by who draws a picture */
static bool find_verb(const char *verb, enum log_kind *kind)
{
	static const char * const verbs[] = {
		[LOG_EXEC] = "exec", [LOG_STOP] = "stop", [LOG_TRAP] = "trap",
		[LOG_CONTINUE] = "goes", [LOG_LEAVE] = "leave",
	};
	size_t i;

	for (i = LOG_EXEC; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verb, verbs[i]))
			continue;
		*kind = i;
		return true;
	}
	return false;
}

static void play_event(struct run_log *log, const char *verb, const int *v)
{
	struct log_event event = { .tid = v[0] };

	if (strcmp(verb, "wait") == 0) {
		play_wait(log, v[0], v[1], v[2]);
		return;
	} else if (strcmp(verb, "told") == 0) {
		play_told(log, v[0], v[1], v[2], v[3]);
		return;
	} else if (strcmp(verb, "ret") == 0) {
		play_ret(log, v[0], v[1]);
		return;
	} else if (strcmp(verb, "handler") == 0) {
		event.kind = LOG_SIGNAL;
		event.restarts = v[1];
	} else if (strcmp(verb, "enroll") == 0) {
		event.kind = LOG_ENROLL;
	} else if (strcmp(verb, "dismiss") == 0) {
		event.kind = LOG_DISMISS;
		event.why = v[1];
	} else if (strcmp(verb, "again") == 0) {
		event.kind = LOG_POLICY;
		event.changes = v[1];
	} else if (strcmp(verb, "judge") == 0) {
		play_judge(log, v);
		return;
	} else if (find_verb(verb, &event.kind)) {
		if (event.kind == LOG_STOP)
			event.sig = v[1];
		if (event.kind == LOG_CONTINUE)
			event.target = v[1];
		snprintf(event.comm, sizeof(event.comm), "</script>\xff");
	} else {
		event.kind = LOG_NEWTASK;
		event.newtask.tid = v[1];
		event.newtask.is_thread = strcmp(verb, "thread") == 0;
	}
	say(log, event);
}

static void play_call(struct run_log *log, const char *verb, const int *v)
{
	bool polls = strcmp(verb, "polls") == 0;

	play_wait(log, v[0], v[1], polls ? WNOHANG : 0);
	if (strcmp(verb, "fails") == 0) {
		play_ret(log, v[0], -v[2]);
		return;
	}
	play_told(log, v[0], polls ? NONE : ZOMBIE, v[2], v[3]);
	play_ret(log, v[0], v[2]);
}

void play(struct run_log *log, const char *events, bool apart)
{
	char verb[16];
	int length;

	log_begin(log, 10);
	log->apart = apart;
	while (sscanf(events, " %15[a-z]%n", verb, &length) == 1) {
		int v[4] = { 0 }, i;

		events += length;
		for (i = 0; i < 4 && sscanf(events, " %i%n", &v[i], &length) == 1; i++)
			events += length;
		if (strchr("rpf", verb[0]) && strcmp(verb, "ret") && strcmp(verb, "fork"))
			play_call(log, verb, v);
		else
			play_event(log, verb, v);
		events += strspn(events, ", ");
	}
	log_finish(log, true);
}
