// SPDX-License-Identifier: GPL-2.0
/*
 * The tasks and wait calls of a run, put together from its events.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

/* Return values that no program sees: the kernel makes the call again. */
#define RESTART_SYS		512
#define RESTART_NOINTR		513
#define RESTART_NOHAND		514
#define RESTART_BLOCK		516

/* Why a process went back to stock; the names are in the event's header. */
#define DISMISSED_BY_EXIT	2

static const char * const dismissals[] = {
	[0] = "a process was dismissed by request",
	[3] = "a process went back to stock: no memory",
	[4] = "a process went back to stock: a bound was reached",
	[5] = "a process went back to stock: the records were inconsistent",
	[6] = "the module was unloaded",
	[7] = "a process executed a program that gave it privileges",
};

void *need(void *memory)
{
	if (memory)
		return memory;
	fprintf(stderr, "altwait: no memory\n");
	abort();
}

static void *grow(void *array, size_t *room, size_t wanted, size_t size)
{
	size_t more = *room ? *room : 16;

	if (wanted <= *room)
		return array;
	while (more < wanted)
		more *= 2;
	array = need(realloc(array, more * size));
	memset((char *)array + *room * size, 0, (more - *room) * size);
	*room = more;
	return array;
}

static struct task *task_of(const struct run_log *log, int tid)
{
	if (tid < 0 || (size_t)tid >= log->n_tids || !log->by_tid[tid])
		return NULL;
	return &log->tasks[log->by_tid[tid] - 1];
}

/* A pid that is neither the command's nor one of its descendants'. */
#define STRANGER	"P?"

static const char *task_name(const void *context, int pid)
{
	const struct task *task = task_of(context, pid);

	return task ? task->name : STRANGER;
}

/* ------------------------------------------------------------- the tasks */

static struct task *add_task(struct run_log *log, int tid)
{
	struct task *task;

	log->tasks = grow(log->tasks, &log->room, log->n_tasks + 1, sizeof(*task));
	log->by_tid = grow(log->by_tid, &log->n_tids, (size_t)tid + 1,
			   sizeof(*log->by_tid));
	task = &log->tasks[log->n_tasks++];
	log->by_tid[tid] = log->n_tasks;
	task->leader = log->n_tasks - 1;
	task->threads = 1;
	task->open = -1;
	return task;
}

static void add_child(struct run_log *log, struct task *maker,
		      const struct log_event *event)
{
	size_t leader = maker->leader;
	unsigned int number;
	struct task *task;
	char *name;

	if (event->newtask.is_thread)
		number = ++log->tasks[leader].threads;
	else
		number = ++log->tasks[leader].children;
	if (asprintf(&name, "%s%c%u", log->tasks[leader].name,
		     event->newtask.is_thread ? '/' : '.', number) < 0)
		name = NULL;
	/* From here on the array may be somewhere else. */
	task = add_task(log, event->newtask.tid);
	task->name = need(name);
	if (event->newtask.is_thread)
		task->leader = leader;
}

/* ------------------------------------------------------------- the calls */

static bool same_args(const struct wait_args *a, const struct wait_args *b)
{
	return a->call == b->call && a->which == b->which && a->id == b->id &&
	       a->options == b->options;
}

static bool is_restart(long ret)
{
	return ret == -RESTART_SYS || ret == -RESTART_NOINTR ||
	       ret == -RESTART_NOHAND || ret == -RESTART_BLOCK;
}

/* The latest call of the task that may be made again. */
static struct call *suspended_call(struct task *task)
{
	size_t i;

	for (i = task->suspended ? task->n_calls : 0; i > 0; i--)
		if (task->calls[i - 1].state == CALL_INTERRUPTED ||
		    task->calls[i - 1].state == CALL_RESTARTS)
			return &task->calls[i - 1];
	return NULL;
}

static void settle(const struct run_log *log, struct call *call)
{
	call->state = CALL_DONE;
	call->result = decode_answer(&call->asked, &call->answer, task_name, log);
}

static void settle_interrupted(struct run_log *log, struct task *task,
			       struct call *call)
{
	task->suspended--;
	call->answer = (struct wait_answer) {
		.kind = ALTWAIT_KIND_ERROR, .ret = -EINTR
	};
	settle(log, call);
}

static bool is_poll_in_vain(const struct call *call)
{
	return call->state == CALL_DONE && call->answer.ret == 0 &&
	       call->answer.kind == ALTWAIT_KIND_NONE;
}

/* A poll that found nothing, like the one before it: they become one. */
static void merge_polls(struct task *task)
{
	struct call *last = &task->calls[task->n_calls - 1];
	struct call *before = last - 1;

	if (task->n_calls < 2 || !is_poll_in_vain(last) ||
	    !is_poll_in_vain(before) || !same_args(&last->asked, &before->asked))
		return;
	before->times += last->times;
	free(last->args);
	free(last->result);
	task->n_calls--;
}

static void begin_call(struct run_log *log, struct task *task,
		       const struct wait_args *args)
{
	struct call *call = suspended_call(task);

	if (task->open >= 0) {
		log->trouble = "a wait call began inside another one of its thread";
		return;
	}
	if (call && same_args(&call->asked, args)) {
		task->suspended--;
		call->state = CALL_OPEN;
		task->open = call - task->calls;
		return;
	}
	if (call && call->state == CALL_INTERRUPTED)
		settle_interrupted(log, task, call);

	task->calls = grow(task->calls, &task->room, task->n_calls + 1, sizeof(*call));
	call = &task->calls[task->n_calls];
	*call = (struct call) { .asked = *args, .order = log->order++, .times = 1 };
	call->args = decode_args(args, task_name, log);
	task->open = task->n_calls++;
}

static void end_call(struct run_log *log, struct task *task, long ret)
{
	struct call *call = &task->calls[task->open];

	task->open = -1;
	if (is_restart(ret)) {
		call->state = CALL_INTERRUPTED;
		task->suspended++;
		return;
	}
	call->answer.ret = ret;
	if (ret < 0)
		call->answer.kind = ALTWAIT_KIND_ERROR;
	settle(log, call);
	merge_polls(task);
}

static void handler_runs(struct run_log *log, struct task *task, bool restarts)
{
	struct call *call = suspended_call(task);

	if (!call || call->state != CALL_INTERRUPTED)
		return;
	if (restarts)
		call->state = CALL_RESTARTS;
	else
		settle_interrupted(log, task, call);
}

static void dismissed(struct run_log *log, struct task *task, int why)
{
	task->enrolled = false;
	if (why == DISMISSED_BY_EXIT || log->trouble)
		return;
	if (why >= 0 && (size_t)why < ARRAY_SIZE(dismissals) && dismissals[why])
		log->trouble = dismissals[why];
	else
		log->trouble = "a process went back to stock";
}

/* ------------------------------------------------------------ all of it */

void log_begin(struct run_log *log, int root)
{
	*log = (struct run_log) { 0 };
	add_task(log, root)->name = need(strdup("P1"));
}

void log_event(struct run_log *log, const struct log_event *event)
{
	struct task *task = task_of(log, event->tid);

	if (!task)
		return;
	switch (event->kind) {
	case LOG_NEWTASK:
		add_child(log, task, event);
		break;
	case LOG_ENTER:
		begin_call(log, task, &event->enter);
		break;
	case LOG_ANSWER:
		if (task->open >= 0)
			task->calls[task->open].answer = event->answer;
		break;
	case LOG_EXIT:
		if (task->open >= 0)
			end_call(log, task, event->ret);
		else
			log->trouble = "a wait call ended that never began";
		break;
	case LOG_SIGNAL:
		handler_runs(log, task, event->restarts);
		break;
	case LOG_ENROLL:
		task->enrolled = true;
		break;
	case LOG_DISMISS:
		dismissed(log, task, event->why);
		break;
	case LOG_POLICY:
		if (event->changes && !log->trouble)
			log->trouble = "a process was enrolled again, under another policy";
		break;
	}
}

void log_finish(struct run_log *log, bool ended)
{
	size_t i, k;

	for (i = 0; i < log->n_tasks; i++) {
		/* Somebody else's events are not recorded. */
		if (ended && log->tasks[i].enrolled && !log->trouble)
			log->trouble = "somebody else has dismissed a process";
		for (k = 0; k < log->tasks[i].n_calls; k++) {
			struct call *call = &log->tasks[i].calls[k];

			if (call->state != CALL_DONE)
				call->result = need(strdup(call->state == CALL_OPEN ?
							   "does not return" :
							   "interrupted"));
		}
	}
}

void log_free(struct run_log *log)
{
	size_t i, k;

	for (i = 0; i < log->n_tasks; i++) {
		for (k = 0; k < log->tasks[i].n_calls; k++) {
			free(log->tasks[i].calls[k].args);
			free(log->tasks[i].calls[k].result);
		}
		free(log->tasks[i].calls);
		free(log->tasks[i].name);
	}
	free(log->tasks);
	free(log->by_tid);
	*log = (struct run_log) { 0 };
}

const struct task *log_find(const struct run_log *log, const char *name)
{
	size_t i;

	for (i = 0; i < log->n_tasks; i++)
		if (strcmp(log->tasks[i].name, name) == 0)
			return &log->tasks[i];
	return NULL;
}
