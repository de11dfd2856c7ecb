// SPDX-License-Identifier: GPL-2.0
/*
 * A run, drawn as trace-event JSON: a thread is a track, and on it stand, inside each
 * other, its life, its wait calls, and their sleeps and reports.  An exit and a stop last
 * until the thread is off its processor; an arrow goes from there to the report of it.
 */
#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "picture.h"

/* struct slice - what has begun and not ended yet; no name: nothing has */
struct slice {
	unsigned long long ns;
	char *name;
};

/**
 * struct lane - a thread
 * @tid: its number
 * @born: when
 * @comm: its last name
 * @call: the wait call that it is in
 * @args: of that call
 * @answer: what it is told
 * @told: since when, or 0
 * @details: "args" of the call's slice, while it is in one
 * @sleep: in that call
 * @end: its exit, a stop or a continue, until it is off or on its processor again
 * @exits: @end is its exit
 * @gone: when it was on its processor last
 * @stopped: it stands still
 * @news: when what it last told its parent or tracer began; 0: nothing yet
 */
struct lane {
	int tid;
	unsigned long long born;
	char comm[16];
	struct slice call;
	struct wait_args args;
	struct wait_answer answer;
	unsigned long long told;
	struct json_object *details;
	struct slice sleep;
	struct slice end;
	bool exits;
	unsigned long long gone;
	bool stopped;
	unsigned long long news;
};

/**
 * struct picture - a run that is being drawn
 * @canvas: what it is drawn on
 * @side: the run
 * @last: its latest event
 * @lanes: the threads
 * @n: how many
 * @by_tid: their numbers in @lanes + 1
 */
struct picture {
	struct canvas canvas;
	const struct side *side;
	unsigned long long last;
	struct lane *lanes;
	size_t n;
	size_t *by_tid;
};

/* ------------------------------------------------------------------- slices */

static void slice_begin(struct slice *slice, unsigned long long ns, char *name)
{
	free(slice->name);
	*slice = (struct slice) { .ns = ns, .name = need(name) };
}

/* Return: its trace event, or NULL if nothing had begun. */
static struct json_object *slice_end(const struct picture *p, const struct lane *lane,
				     struct slice *slice, const char *category,
				     unsigned long long ns)
{
	struct json_object *event = NULL;

	if (slice->name)
		event = canvas_slice(&p->canvas, lane->tid, slice->name, category, slice->ns, ns);
	free(slice->name);
	slice->name = NULL;
	return event;
}

/* -------------------------------------------------------------------- lanes */

static struct lane *find_lane(const struct picture *p, unsigned long long tid)
{
	return tid < p->side->log.n_tids && p->by_tid[tid] ? &p->lanes[p->by_tid[tid] - 1] :
	       NULL;
}

/* What JSON can have of bytes that need not be text. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static void set_comm(struct lane *lane, const char *comm)
{
	snprintf(lane->comm, sizeof(lane->comm), "%s", comm);
	make_plain(lane->comm);
}

/* NULL: none of the run's, but one that was on a processor before or after it */
static struct lane *need_lane(struct picture *p, unsigned long long tid,
			      unsigned long long ns)
{
	struct lane *lane = find_lane(p, tid);

	if (lane || tid >= p->side->log.n_tids || !p->side->log.by_tid[tid])
		return lane;
	lane = &p->lanes[p->n++];
	*lane = (struct lane) { .tid = tid, .born = ns };
	p->by_tid[tid] = p->n;
	return lane;
}

static struct lane *lane_of(struct picture *p, const struct happened *event)
{
	return need_lane(p, event->tid, event->ns);
}

static void draw_newtask(struct picture *p, const struct happened *event)
{
	struct lane *lane = need_lane(p, event->said.newtask.tid, event->ns);

	if (lane && event->text)
		set_comm(lane, event->text);
}

static void draw_exec(struct picture *p, const struct happened *event)
{
	struct lane *lane = lane_of(p, event);
	char *name;

	if (!lane || asprintf(&name, "exec %s", event->text) < 0)
		return;
	make_plain(name);
	canvas_instant(&p->canvas, lane->tid, name, "exec", event->ns);
	free(name);
}

/* What has no end of its own ends where the thread leaves its processor, or comes back. */
static void draw_switch(struct picture *p, const struct happened *event)
{
	struct lane *off = need_lane(p, event->of.v[0], event->ns);
	struct lane *on = need_lane(p, event->of.v[1], event->ns);

	if (off) {
		set_comm(off, event->text);
		slice_end(p, off, &off->end, off->exits ? "exit" : "stop", event->ns);
		off->gone = event->ns;
	}
	if (on && !on->stopped)
		slice_end(p, on, &on->end, "continue", event->ns);
}

static void draw_exit(struct picture *p, const struct happened *event)
{
	struct lane *lane = lane_of(p, event);

	if (!lane)
		return;
	set_comm(lane, event->text);
	slice_end(p, lane, &lane->end, "stop", event->ns);
	slice_begin(&lane->end, event->ns, strdup("exits"));
	lane->exits = true;
	lane->stopped = false;
	lane->news = event->ns;
}

/* A signal that nobody handles: the thread stops. */
static void draw_deliver(struct picture *p, const struct happened *event)
{
	struct lane *lane = lane_of(p, event);
	char *name;

	if (!lane || event->said.kind != LOG_STOP)
		return;
	if (asprintf(&name, "stopped by SIG%s", sigabbrev_np(event->said.sig)) < 0)
		name = NULL;
	slice_end(p, lane, &lane->end, "stop", event->ns);
	slice_begin(&lane->end, event->ns, name);
	lane->stopped = true;
	lane->news = event->ns;
}

/* A stop ends when the signal is sent, not when it is delivered, which it need not be. */
static void draw_generate(struct picture *p, const struct happened *event)
{
	struct lane *lane = find_lane(p, event->said.target);

	if (!lane || event->said.kind != LOG_CONTINUE || !lane->stopped)
		return;
	slice_end(p, lane, &lane->end, "stop", event->ns);
	slice_begin(&lane->end, event->ns, strdup("continued"));
	lane->stopped = false;
	lane->news = event->ns;
}

/* -------------------------------------------------------------- wait calls */

static void draw_enter(struct picture *p, const struct happened *event)
{
	struct lane *lane = lane_of(p, event);

	if (!lane)
		return;
	lane->args = event->said.enter;
	lane->answer = (struct wait_answer) { 0 };
	lane->told = 0;
	if (lane->details)
		json_object_put(lane->details);
	lane->details = need(json_object_new_object());
	slice_begin(&lane->call, event->ns,
		    decode_args(&lane->args, log_name, &p->side->log));
}

static void draw_block(struct picture *p, const struct happened *event)
{
	struct lane *lane = lane_of(p, event);

	if (lane && lane->call.name)
		slice_begin(&lane->sleep, event->ns, strdup("sleeps"));
}

static void draw_wake(struct picture *p, const struct happened *event)
{
	static const char * const why[] = { "news", "full", "signal", "leave" };
	struct lane *lane = lane_of(p, event);
	struct json_object *json;

	json = lane ? slice_end(p, lane, &lane->sleep, "sleep", event->ns) : NULL;
	if (json && event->of.v[0] < ARRAY_SIZE(why))
		json_add_text(json_add_object(json, "args"), "woken_by", why[event->of.v[0]]);
}

static void draw_report(struct picture *p, const struct happened *event)
{
	struct lane *lane = lane_of(p, event);

	if (!lane)
		return;
	lane->told = event->ns;
	lane->answer = event->said.answer;
}

static void add_answer(const struct picture *p, const struct lane *lane, const char *name,
		       const struct wait_answer *answer)
{
	char *text = decode_answer(&lane->args, answer, log_name, &p->side->log);

	json_add_text(lane->details, name, text);
	free(text);
}

static void draw_verdict(struct picture *p, const struct happened *event)
{
	const struct wait_verdict *verdict = &event->said.verdict;
	struct lane *lane = lane_of(p, event);

	if (!lane || !lane->details)
		return;
	lane->told = event->ns;
	lane->answer = event->said.answer;
	json_add_text(lane->details, "verdict", decode_verdict(verdict->verdict) ?: "?");
	add_answer(p, lane, "linux", &verdict->control);
	add_answer(p, lane, "policy", &verdict->policy);
	json_add_text(lane->details, "quirks", event->text);
}

/* The report stands in the call, from where it is made to the end. */
static void draw_told(const struct picture *p, const struct lane *lane, const char *result,
		      unsigned long long ns)
{
	const struct lane *who = lane->answer.pid > 0 ? find_lane(p, lane->answer.pid) : NULL;

	if (!who || !lane->told || lane->answer.kind == ALTWAIT_KIND_ERROR)
		return;
	canvas_slice(&p->canvas, lane->tid, result, "report", lane->told, ns);
	if (who->news && who->news <= lane->told)
		canvas_arrow(&p->canvas, who->tid, who->news, lane->tid, lane->told);
}

static void draw_leave(struct picture *p, const struct happened *event)
{
	struct lane *lane = lane_of(p, event);
	long ret = event->said.ret;
	struct json_object *json;
	char *result;

	if (!lane || !lane->call.name)
		return;
	slice_end(p, lane, &lane->sleep, "sleep", event->ns);
	lane->answer.ret = ret;
	if (ret < 0)
		lane->answer.kind = ALTWAIT_KIND_ERROR;
	result = log_is_restart(ret) ? need(strdup("interrupted")) :
		 decode_answer(&lane->args, &lane->answer, log_name, &p->side->log);
	draw_told(p, lane, result, event->ns);
	json = slice_end(p, lane, &lane->call, "wait", event->ns);
	json_add_text(lane->details, "result", result);
	json_object_object_add(json, "args", lane->details);
	lane->details = NULL;
	free(result);
}

const struct drawn picture_events[] = {
	{ "task", "task_newtask", .draw = draw_newtask, .text = "comm" },
	{ "sched", "sched_process_exec", .draw = draw_exec, .text = "filename" },
	{ "sched", "sched_switch", .draw = draw_switch, .text = "prev_comm",
	  .fields = { "prev_pid", "next_pid" } },
	{ "sched", "sched_process_exit", .draw = draw_exit, .text = "comm" },
	{ "signal", "signal_deliver", .draw = draw_deliver },
	{ "signal", "signal_generate", .draw = draw_generate },
	{ "altwait", "altwait_wait_enter", .draw = draw_enter },
	{ "altwait", "altwait_wait_block", .draw = draw_block },
	{ "altwait", "altwait_wait_wake", .draw = draw_wake, .fields = { "why" } },
	{ "altwait", "altwait_wait_report", .draw = draw_report },
	{ "altwait", "altwait_wait_verdict", .draw = draw_verdict, .text = "names" },
	{ "altwait", "altwait_wait_exit", .draw = draw_leave },
	{ 0 }
};

const char * const *picture_fields(const struct drawn *drawn, size_t *n)
{
	const struct source *source = find_source(drawn->system, drawn->name);
	const char * const *fields = source ? source->fields : drawn->fields;
	size_t most = source ? ARRAY_SIZE(source->fields) : ARRAY_SIZE(drawn->fields);

	for (*n = 0; *n < most && fields[*n]; )
		++*n;
	return fields;
}

/* ---------------------------------------------------------------- all of it */

struct picture *picture_begin(struct json_object *list, int nr, const struct side *side)
{
	struct picture *p = need(calloc(1, sizeof(*p)));
	char *name;

	*p = (struct picture) { .canvas = { .list = list, .group = nr }, .side = side };
	p->by_tid = need(calloc(side->log.n_tids, sizeof(*p->by_tid)));
	p->lanes = need(calloc(side->log.n_tasks, sizeof(*p->lanes)));
	if (asprintf(&name, "run %d: %s", nr, side->name) < 0)
		name = NULL;
	canvas_name(&p->canvas, 0, "process_name", need(name));
	canvas_place(&p->canvas, 0, "process_sort_index", nr);
	free(name);
	return p;
}

void picture_event(struct picture *p, const struct drawn *drawn, struct happened *event)
{
	const struct source *source = find_source(drawn->system, drawn->name);

	p->canvas.first = p->canvas.first ?: event->ns;
	p->last = event->ns;
	event->said.kind = source ? source->kind : LOG_NEWTASK;
	if (!source || source->fill(&event->said, &event->of))
		drawn->draw(p, event);
}

/* A thread that has ended, or that lives on: then all that it is in ends with the run. */
static void end_lane(const struct picture *p, struct lane *lane, size_t place)
{
	const char *who = log_name(&p->side->log, lane->tid);
	struct json_object *json;
	char *name;

	slice_end(p, lane, &lane->end, lane->exits ? "exit" : "stop", p->last);
	slice_end(p, lane, &lane->sleep, "sleep", p->last);
	json = slice_end(p, lane, &lane->call, "wait", p->last);
	if (json) {
		json_add_text(lane->details, "result", "does not return");
		json_object_object_add(json, "args", lane->details);
	}
	/* It has been on no processor since it was made. */
	if (!*lane->comm)
		set_comm(lane, "?");
	json = canvas_slice(&p->canvas, lane->tid, lane->comm, "life", lane->born,
			    lane->exits && lane->gone ? lane->gone : p->last);
	json_add_text(json_add_object(json, "args"), "name", who);
	if (asprintf(&name, "%s %s", who, lane->comm) < 0)
		name = NULL;
	canvas_name(&p->canvas, lane->tid, "thread_name", need(name));
	canvas_place(&p->canvas, lane->tid, "thread_sort_index", place);
	free(name);
}

void picture_end(struct picture *p, unsigned long long ended)
{
	size_t i;

	/* Where a run hangs, nothing happens at its end. */
	if (p->canvas.first && ended > p->last)
		p->last = ended;
	for (i = 0; i < p->n; i++)
		end_lane(p, &p->lanes[i], i);
	free(p->lanes);
	free(p->by_tid);
	free(p);
}
