// SPDX-License-Identifier: GPL-2.0
/*
 * The tasks and wait calls of a run, put together from its events.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

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
	[8] = "a process went back to stock: a call had too many children to look at",
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

const char *log_name(const void *context, int pid)
{
	const struct task *task = task_of(context, pid);

	return task ? task->name : STRANGER;
}

/* ------------------------------------------------------------- the tasks */

/* The number of the event that is being looked at. */
static long now(const struct run_log *log)
{
	return (long)log->n_events - 1;
}

static struct task *add_task(struct run_log *log, int tid)
{
	struct task *task;

	log->tasks = grow(log->tasks, &log->room, log->n_tasks + 1, sizeof(*task));
	log->by_tid = grow(log->by_tid, &log->n_tids, (size_t)tid + 1,
			   sizeof(*log->by_tid));
	task = &log->tasks[log->n_tasks++];
	log->by_tid[tid] = log->n_tasks;
	task->leader = log->n_tasks - 1;
	task->maker = task->leader;
	task->threads = 1;
	task->open = -1;
	task->tid = tid;
	task->began = now(log) < 0 ? 0 : now(log);
	task->ended = -1;
	memset(task->last, -1, sizeof(task->last));
	return task;
}

static void rename_task(struct task *task, const char *comm)
{
	if (*comm)
		snprintf(task->comm, sizeof(task->comm), "%s", comm);
}

static void add_child(struct run_log *log, struct task *maker,
		      const struct log_event *event)
{
	size_t leader = maker->leader, by = maker - log->tasks;
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
	task->maker = by;
	rename_task(task, event->comm);
	if (event->newtask.is_thread)
		task->leader = leader;
}

/* ------------------------------------------------------------- the calls */

static bool same_args(const struct wait_args *a, const struct wait_args *b)
{
	return a->call == b->call && a->which == b->which && a->id == b->id &&
	       a->options == b->options;
}

bool log_is_restart(long ret)
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

/* The last thing of a kind that happened to a task, or to another thread of a leader's. */
static long last_of(const struct run_log *log, long task, enum log_kind kind)
{
	return log->tasks[task].last[LAST_KIND(kind)];
}

static long later(long a, long b)
{
	return a > b ? a : b;
}

static bool is_continued(const struct wait_args *asked, const struct wait_answer *answer)
{
	return asked->call == CALL_WAIT4 ? WIFCONTINUED(answer->status) :
	       answer->code == CLD_CONTINUED;
}

static long cause_of(const struct run_log *log, const struct wait_args *asked,
		     const struct wait_answer *answer, long about)
{
	long stop = later(last_of(log, about, LOG_STOP), last_of(log, about, LOG_TRAP));
	long on = last_of(log, about, LOG_CONTINUE), end = last_of(log, about, LOG_LEAVE);

	switch (answer->kind) {
	case ALTWAIT_KIND_ZOMBIE:
		return end;
	case ALTWAIT_KIND_PTRACE_STOP:
		return stop;
	case ALTWAIT_KIND_JOB_STATUS:
		return is_continued(asked, answer) ? on : stop;
	case ALTWAIT_KIND_UNSEEN:
		return end >= 0 ? end : later(stop, on);
	default:
		return -1;
	}
}

static struct told told_by(const struct run_log *log, const struct wait_args *asked,
			   const struct wait_answer *answer)
{
	int pid = answer->pid;
	const struct task *task;
	struct told told = { .about = -1, .cause = -1 };

	if (!pid && asked->call == CALL_WAIT4)
		pid = answer->ret;
	task = pid > 0 ? task_of(log, pid) : NULL;
	if (!task)
		return told;
	told.about = task - log->tasks;
	told.cause = cause_of(log, asked, answer, told.about);
	return told;
}

static void settle(const struct run_log *log, struct call *call)
{
	call->state = CALL_DONE;
	call->result = decode_answer(&call->asked, &call->answer, log_name, log);
	call->told = told_by(log, &call->asked, &call->answer);
}

static struct said would_say(const struct run_log *log, const struct call *call,
			     const struct wait_answer *answer)
{
	struct said said = { .told = { -1, -1 } };

	said.text = decode_answer(&call->asked, answer, log_name, log);
	if (answer->kind != ALTWAIT_KIND_ASLEEP)
		said.told = told_by(log, &call->asked, answer);
	return said;
}

/* The names that a verdict is decoded with are those of its time. */
static void judge(const struct run_log *log, struct call *call,
		  const struct wait_verdict *verdict)
{
	free(call->control.text);
	free(call->policy.text);
	call->verdict = *verdict;
	call->control = would_say(log, call, &verdict->control);
	call->policy = would_say(log, call, &verdict->policy);
}

static void free_call(struct call *call)
{
	free(call->args);
	free(call->result);
	free(call->control.text);
	free(call->policy.text);
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
static void merge_polls(const struct run_log *log, struct task *task)
{
	struct call *last = &task->calls[task->n_calls - 1];
	struct call *before = last - 1;

	if (log->apart || task->n_calls < 2 || !is_poll_in_vain(last) ||
	    !is_poll_in_vain(before) || !same_args(&last->asked, &before->asked))
		return;
	before->times += last->times;
	free_call(last);
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
	*call = (struct call) {
		.asked = *args, .order = log->order++, .times = 1,
		.told = { -1, -1 }, .began = now(log), .ended = -1,
	};
	call->args = decode_args(args, log_name, log);
	task->open = task->n_calls++;
}

static void end_call(struct run_log *log, struct task *task, long ret)
{
	struct call *call = &task->calls[task->open];

	task->open = -1;
	call->ended = now(log);
	if (log_is_restart(ret)) {
		call->state = CALL_INTERRUPTED;
		task->suspended++;
		return;
	}
	call->answer.ret = ret;
	if (ret < 0)
		call->answer.kind = ALTWAIT_KIND_ERROR;
	settle(log, call);
	merge_polls(log, task);
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

/* ------------------------------------------------------------- the rest */

static void count_event(struct run_log *log, const struct log_event *event)
{
	log->times = grow(log->times, &log->times_room, log->n_events + 1,
			  sizeof(*log->times));
	log->times[log->n_events++] = event->time;
}

static void happens(struct run_log *log, struct task *task, const struct task *by,
		    const struct log_event *event)
{
	struct happening *one;

	log->happenings = grow(log->happenings, &log->happenings_room,
			       log->n_happenings + 1, sizeof(*one));
	one = &log->happenings[log->n_happenings++];
	one->kind = event->kind;
	one->task = task - log->tasks;
	one->by = by - log->tasks;
	one->at = now(log);
	if (event->kind == LOG_SIGNAL || event->kind == LOG_STOP)
		one->sig = event->sig;
	rename_task(task, event->comm);
	memcpy(one->comm, task->comm, sizeof(one->comm));
	if (event->kind < LOG_STOP)
		return;
	task->last[LAST_KIND(event->kind)] = log->n_happenings - 1;
	log->tasks[task->leader].last[LAST_KIND(event->kind)] = log->n_happenings - 1;
}

/* From another thread, it is for a task that may be none of ours. */
static void continues(struct run_log *log, struct task *task, const struct log_event *event)
{
	struct task *target = event->target ? task_of(log, event->target) : task;

	if (target)
		happens(log, target, task, event);
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
	count_event(log, event);
	switch (event->kind) {
	case LOG_NEWTASK:
		add_child(log, task, event);
		task = &log->tasks[log->n_tasks - 1];
		happens(log, task, &log->tasks[task->maker], event);
		break;
	case LOG_ENTER:
		begin_call(log, task, &event->enter);
		break;
	case LOG_ANSWER:
		if (task->open < 0)
			break;
		task->calls[task->open].answer = event->answer;
		if (event->verdict.given)
			judge(log, &task->calls[task->open], &event->verdict);
		break;
	case LOG_EXIT:
		if (task->open >= 0)
			end_call(log, task, event->ret);
		else
			log->trouble = "a wait call ended that never began";
		break;
	case LOG_SIGNAL:
		handler_runs(log, task, event->restarts);
		happens(log, task, task, event);
		break;
	case LOG_LEAVE:
		task->ended = now(log);
		happens(log, task, task, event);
		break;
	case LOG_EXEC:
	case LOG_STOP:
	case LOG_TRAP:
		happens(log, task, task, event);
		break;
	case LOG_CONTINUE:
		continues(log, task, event);
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
		for (k = 0; k < log->tasks[i].n_calls; k++)
			free_call(&log->tasks[i].calls[k]);
		free(log->tasks[i].calls);
		free(log->tasks[i].name);
	}
	free(log->tasks);
	free(log->by_tid);
	free(log->happenings);
	free(log->times);
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
