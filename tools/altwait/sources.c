// SPDX-License-Identifier: GPL-2.0
/*
 * The trace events that a run is made of: which fields of which ones, and what
 * becomes of them.
 */
#include <sched.h>
#include <signal.h>
#include <string.h>

#include "sources.h"

/* clone(2): a thread of the caller's process */
#define IS_THREAD(flags)	(!!((flags) & CLONE_THREAD))

/* sigaction(2) as the kernel has it; glibc's SA_RESTART is the same bit. */
#define HAS_RESTART(flags)	(!!((flags) & 0x10000000))

static bool fill_newtask(struct log_event *event, const struct values *of)
{
	event->newtask.tid = of->v[0];
	event->newtask.is_thread = IS_THREAD(of->v[1]);
	return true;
}

static bool fill_enter(struct log_event *event, const struct values *of)
{
	event->enter = (struct wait_args) {
		.call = of->v[0], .which = of->v[1], .id = of->v[2], .options = of->v[3]
	};
	return true;
}

static bool fill_report(struct log_event *event, const struct values *of)
{
	event->answer = (struct wait_answer) {
		.kind = of->v[0], .pid = of->v[1], .status = of->v[2], .code = of->v[3],
		.cld_status = of->v[4]
	};
	return true;
}

/* One status, whose meaning depends on the call; ours has room for both. */
static struct wait_answer judged(const unsigned long long *v)
{
	return (struct wait_answer) {
		.kind = v[0], .pid = v[1], .status = v[2], .code = v[3],
		.cld_status = v[2], .ret = v[4],
	};
}

static bool fill_verdict(struct log_event *event, const struct values *of)
{
	const __u64 more = of->v[17];

	event->answer = judged(&of->v[0]);
	event->verdict = (struct wait_verdict) {
		.given = true, .verdict = of->v[15],
		.control = judged(&of->v[5]), .policy = judged(&of->v[10]),
		.quirks = quirk_set_of(of->v[16], &more),
	};
	return true;
}

static bool fill_exit(struct log_event *event, const struct values *of)
{
	event->ret = of->v[0];
	return true;
}

static bool stops(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

/* Neither SIG_DFL nor SIG_IGN: a handler runs.  Else it may be the default that stops. */
static bool fill_signal(struct log_event *event, const struct values *of)
{
	event->sig = of->v[2];
	event->restarts = HAS_RESTART(of->v[1]);
	if (of->v[0] > 1)
		return true;
	event->kind = LOG_STOP;
	return stops(event->sig);
}

/*
 * SIGCONT, whoever sends it, and what a thread itself says of its state to whom it
 * concerns: a shell that wants to hear of no stops is not told of any.
 */
static bool fill_sent(struct log_event *event, const struct values *of)
{
	if (of->v[0] == SIGCONT) {
		event->target = of->v[2];
		return true;
	}
	if ((int)of->v[1] == CLD_TRAPPED) {
		event->kind = LOG_TRAP;
		return true;
	}
	return (int)of->v[1] == CLD_CONTINUED;
}

static bool fill_nothing(struct log_event *event, const struct values *of)
{
	(void)event;
	(void)of;
	return true;
}

/* The process need not be the one that says so: its father, at a fork. */
static bool fill_enroll(struct log_event *event, const struct values *of)
{
	event->tid = of->v[0];
	return true;
}

static bool fill_dismiss(struct log_event *event, const struct values *of)
{
	event->tid = of->v[0];
	event->why = of->v[1];
	return true;
}

/* What it is now, and what it was, in the same order. */
static bool fill_policy(struct log_event *event, const struct values *of)
{
	event->tid = of->v[0];
	event->changes = memcmp(&of->v[1], &of->v[5], 4 * sizeof(of->v[0])) != 0;
	return true;
}

#define ANSWER_FIELDS(who)						\
	who "_kind", who "_pid", who "_status", who "_code", who "_ret"

/* What is recorded, the fields that are read, and what becomes of them. */
const struct source sources[N_SOURCES] = {
	{ "task", "task_newtask", LOG_NEWTASK, fill_newtask, .fields = { "pid", "clone_flags" },
	  .comm = "comm" },
	{ "signal", "signal_deliver", LOG_SIGNAL, fill_signal,
	  .fields = { "sa_handler", "sa_flags", "sig" } },
	{ "altwait", "altwait_wait_enter", LOG_ENTER, fill_enter,
	  .fields = { "call", "which", "id", "options" } },
	{ "altwait", "altwait_wait_report", LOG_ANSWER, fill_report,
	  .fields = { "kind", "pid", "status", "cld_code", "cld_status" } },
	{ "altwait", "altwait_wait_verdict", LOG_ANSWER, fill_verdict,
	  .fields = { ANSWER_FIELDS("stock"), ANSWER_FIELDS("control"), ANSWER_FIELDS("policy"),
	    "verdict", "quirks", "quirks_more" } },
	{ "altwait", "altwait_wait_exit", LOG_EXIT, fill_exit, .fields = { "ret" } },
	{ "altwait", "altwait_enroll", LOG_ENROLL, fill_enroll, .fields = { "pid" } },
	{ "altwait", "altwait_dismiss", LOG_DISMISS, fill_dismiss, .fields = { "pid", "why" } },
	{ "altwait", "altwait_policy", LOG_POLICY, fill_policy,
	  .fields = { "pid", "policy", "quirks", "quirks_more", "shadow",
	    "old_policy", "old_quirks", "old_quirks_more", "old_shadow" } },
	{ "sched", "sched_process_exec", LOG_EXEC, fill_nothing, .fields = { "pid" },
	  .comm = "filename", .picture = true },
	{ "sched", "sched_process_exit", LOG_LEAVE, fill_nothing, .fields = { "pid" },
	  .comm = "comm", .picture = true },
	{ "signal", "signal_generate", LOG_CONTINUE, fill_sent,
	  .fields = { "sig", "code", "pid" }, .filter = "sig == 17 || sig == 18", .picture = true },
};

const struct source *find_source(const char *system, const char *name)
{
	size_t i;

	for (i = 0; i < N_SOURCES; i++)
		if (!strcmp(sources[i].system, system) && !strcmp(sources[i].name, name))
			return &sources[i];
	return NULL;
}
