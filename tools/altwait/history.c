// SPDX-License-Identifier: GPL-2.0
/*
 * The history of runs as JSON: tasks, what happened to them, and their wait calls.
 * Tasks, happenings and calls refer to each other by their place in their list, and
 * to events by number.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "history.h"

static const char * const kind_name[] = {
	[LOG_NEWTASK] = "begin", [LOG_SIGNAL] = "handler", [LOG_EXEC] = "exec",
	[LOG_STOP] = "stop", [LOG_TRAP] = "trap", [LOG_CONTINUE] = "continue",
	[LOG_LEAVE] = "exit",
};

/* What is negative is not there: null. */
static void add_place(struct json_object *to, const char *name, long place)
{
	if (place < 0)
		json_add_text(to, name, NULL);
	else
		json_add_number(to, name, place);
}

static void add_task(struct json_object *list, const struct task *task, long number)
{
	struct json_object *one = json_append_object(list);

	json_add_text(one, "name", task->name);
	json_add_integer(one, "pid", task->tid);
	json_add_text(one, "comm", task->comm);
	json_add_number(one, "process", task->leader);
	add_place(one, "maker", (long)task->maker == number ? -1 : (long)task->maker);
	json_add_number(one, "began", task->began);
	add_place(one, "ended", task->ended);
}

static void add_happening(struct json_object *list, const struct happening *happening)
{
	struct json_object *one = json_append_object(list);

	json_add_text(one, "what", kind_name[happening->kind]);
	json_add_number(one, "task", happening->task);
	json_add_number(one, "by", happening->by);
	json_add_number(one, "at", happening->at);
	json_add_text(one, "comm", happening->comm);
	json_add_text(one, "signal", happening->sig ? sigabbrev_np(happening->sig) : NULL);
}

static void add_told(struct json_object *to, const struct told *told)
{
	add_place(to, "about", told->about);
	add_place(to, "cause", told->cause);
}

static void add_said(struct json_object *to, const char *name, const struct said *said,
		     const struct wait_answer *answer)
{
	struct json_object *one = json_add_object(to, name);

	json_add_text(one, "text", said->text);
	json_add_bool(one, "asleep", answer->kind == ALTWAIT_KIND_ASLEEP);
	add_told(one, &said->told);
}

static void add_verdict(struct json_object *to, const struct call *call)
{
	const struct wait_verdict *v = &call->verdict;
	const char *name = v->given ? decode_verdict(v->verdict) : NULL;
	struct json_object *list;
	int i;

	json_add_text(to, "verdict", name);
	/* There are as many as calls, and most say nothing new. */
	if (!name || v->verdict == ALTWAIT_VERDICT_SAME)
		return;
	add_said(to, "linux", &call->control, &v->control);
	add_said(to, "policy", &call->policy, &v->policy);
	list = json_add_list(to, "quirks");
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (v->quirks & QUIRK_BIT(i))
			json_append_text(list, quirk_name[i]);
}

static void add_call(struct json_object *list, const struct call *call, size_t task)
{
	struct json_object *one = json_append_object(list);

	json_add_number(one, "task", task);
	json_add_number(one, "began", call->began);
	add_place(one, "ended", call->state == CALL_DONE ? call->ended : -1);
	json_add_text(one, "call", call->args);
	json_add_text(one, "result", call->result);
	add_told(one, &call->told);
	add_verdict(one, call);
}

/* A call of a task, where its number in the run says. */
struct place {
	const struct call *call;
	size_t task;
};

static void add_calls(struct json_object *list, const struct run_log *log)
{
	struct place *places = need(calloc(log->order + 1, sizeof(*places)));
	size_t i, k;

	for (i = 0; i < log->n_tasks; i++)
		for (k = 0; k < log->tasks[i].n_calls; k++)
			places[log->tasks[i].calls[k].order] = (struct place) {
				.call = &log->tasks[i].calls[k], .task = i,
			};
	for (i = 0; i < log->order; i++)
		add_call(list, places[i].call, places[i].task);
	free(places);
}

/* One event without a date makes them worthless: then it is the order that is known. */
static void add_times(struct json_object *to, const struct run_log *log)
{
	struct json_object *list;
	size_t i;

	for (i = 0; i < log->n_events && log->times[i]; )
		i++;
	if (i < log->n_events || !log->n_events) {
		json_add_text(to, "times_ns", NULL);
		return;
	}
	list = json_add_list(to, "times_ns");
	for (i = 0; i < log->n_events; i++)
		json_append_integer(list, (long long)(log->times[i] - log->times[0]));
}

void history_add(struct json_object *history, const struct chapter *chapter)
{
	const struct spoilers *spoilers = &chapter->spoilers;
	const struct run_log *log = chapter->log;
	struct json_object *runs, *one, *list;
	size_t i;

	json_object_object_get_ex(history, "runs", &runs);
	one = json_append_object(runs);
	json_add_text(one, "policy", chapter->policy);
	json_add_text(one, "mode", chapter->mode);
	json_add_text(one, "ending", chapter->ending);
	json_add_number(one, "missed", spoilers->missed);
	json_add_number(one, "trouble", spoilers->trouble);
	json_add_number(one, "uring", spoilers->uring);
	json_add_bool(one, "valid", !spoilers->missed && !spoilers->trouble && !spoilers->uring);
	json_add_number(one, "events", log->n_events);
	add_times(one, log);
	list = json_add_list(one, "tasks");
	for (i = 0; i < log->n_tasks; i++)
		add_task(list, &log->tasks[i], i);
	list = json_add_list(one, "happenings");
	for (i = 0; i < log->n_happenings; i++)
		add_happening(list, &log->happenings[i]);
	add_calls(json_add_list(one, "calls"), log);
}

struct json_object *history_begin(const char *maker, char **command)
{
	struct json_object *history = json_begin("altwait-events/1"), *list;
	struct utsname here;

	json_add_text(history, "made_by", maker);
	list = json_add_list(history, "command");
	for (; *command; command++)
		json_append_text(list, *command);
	json_add_number(history, "time", time(NULL));
	if (!uname(&here)) {
		json_add_text(history, "kernel", here.release);
		json_add_text(history, "build", here.version);
		json_add_text(history, "machine", here.machine);
	}
	json_add_integer(history, "cpus", sysconf(_SC_NPROCESSORS_ONLN));
	json_add_list(history, "runs");
	return history;
}
