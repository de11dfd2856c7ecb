// SPDX-License-Identifier: GPL-2.0
/*
 * Two runs for programs that read JSON: all calls, task by task.
 */
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

static const char *mark_name(enum mark mark)
{
	switch (mark) {
	case MARK_SAME:
		return "same";
	case MARK_TIMING:
		return "timing";
	case MARK_DIFFERS:
		return "differs";
	case MARK_LEFT:
		return "first only";
	case MARK_RIGHT:
		return "second only";
	case MARK_ORDER:
		return "order";
	}
	return "unknown";
}

/* What one run has in a row; null, if it has nothing there. */
static void add_call(struct json_object *to, const char *name, const struct task *task,
		     long number)
{
	const struct call *call;
	struct json_object *one;

	if (number < 0) {
		json_add_text(to, name, NULL);
		return;
	}
	call = &task->calls[number];
	one = json_add_object(to, name);
	json_add_text(one, "call", call->args);
	json_add_text(one, "result", call->result);
	json_add_bool(one, "returns", call->state == CALL_DONE);
	json_add_number(one, "order", call->order);
	json_add_number(one, "times", call->times);
}

static void add_section(struct json_object *list, const struct comparison *c,
			const struct section *s)
{
	struct json_object *task = json_append_object(list), *rows, *one;
	size_t k;

	json_add_text(task, "name", s->name);
	rows = json_add_list(task, "rows");
	for (k = 0; k < s->n; k++) {
		one = json_append_object(rows);
		json_add_text(one, "mark", mark_name(s->rows[k].mark));
		json_add_bool(one, "first_difference", &s->rows[k] == c->first);
		add_call(one, "first", s->tasks[0], s->rows[k].left);
		add_call(one, "second", s->tasks[1], s->rows[k].right);
	}
}

static void add_side(struct json_object *to, const char *name, const struct side *side)
{
	struct json_object *one = json_add_object(to, name);
	char *text = ending_text(side);

	json_add_text(one, "policy", side->name);
	json_add_text(one, "ending", text);
	json_add_bool(one, "hung", side->hung);
	json_add_number(one, "uring", side->uring);
	free(text);
}

static void add_counts(struct json_object *to, const struct comparison *c)
{
	struct json_object *counts = json_add_object(to, "calls");

	json_add_number(counts, "same", c->count[MARK_SAME]);
	json_add_number(counts, "differ", n_differences(c));
	json_add_number(counts, "order", c->count[MARK_ORDER]);
	json_add_number(counts, "timing", c->count[MARK_TIMING]);
}

/* How many calls a quirk is part of the verdict of. */
static unsigned int n_judged(const struct run_log *log, int quirk)
{
	unsigned int n = 0;
	size_t i, k;

	for (i = 0; i < log->n_tasks; i++)
		for (k = 0; k < log->tasks[i].n_calls; k++)
			n += !!(log->tasks[i].calls[k].verdict.quirks & QUIRK_BIT(quirk));
	return n;
}

/* Only the first run is in shadow mode, where the policy is asked in each call. */
static void add_quirks(struct json_object *to, const struct run_log *log)
{
	struct json_object *list = json_add_list(to, "quirks"), *one;
	unsigned int n;
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		n = n_judged(log, i);
		if (!n)
			continue;
		one = json_append_object(list);
		json_add_text(one, "name", quirk_name[i]);
		json_add_number(one, "calls", n);
	}
}

static bool endings_differ(const struct side sides[2])
{
	char *one = ending_text(&sides[0]), *two = ending_text(&sides[1]);
	bool differ = strcmp(one, two) != 0;

	free(one);
	free(two);
	return differ;
}

struct json_object *report_json(const struct side sides[2], const struct taste *taste,
				bool *differ)
{
	/* All is shown: the first difference is the first of all. */
	const struct taste all = { .all = true, .moved = true, .any_order = taste->any_order };
	struct json_object *json = json_begin("altwait-compare/1"), *list;
	struct comparison c;
	size_t i;

	comparison_begin(&c, sides, &all);
	*differ = endings_differ(sides) || n_differences(&c);
	json_add_bool(json, "differ", *differ);
	json_add_bool(json, "any_order", all.any_order);
	add_side(json, "first", &sides[0]);
	add_side(json, "second", &sides[1]);
	add_counts(json, &c);
	add_quirks(json, &sides[0].log);
	list = json_add_list(json, "tasks");
	for (i = 0; i < c.n; i++)
		add_section(list, &c, &c.sections[i]);
	comparison_end(&c);
	return json;
}

static void add_order(struct json_object *to, const char *name, const struct task *task,
		      long number)
{
	if (number < 0)
		json_add_text(to, name, NULL);
	else
		json_add_number(to, name, task->calls[number].order);
}

void report_rows(struct json_object *to, const struct side sides[2],
		 const struct taste *taste)
{
	const struct taste all = { .all = true, .moved = true, .any_order = taste->any_order };
	struct json_object *list = json_add_list(to, "rows"), *one;
	struct comparison c;
	size_t i, k;

	comparison_begin(&c, sides, &all);
	for (i = 0; i < c.n; i++) {
		for (k = 0; k < c.sections[i].n; k++) {
			const struct row *row = &c.sections[i].rows[k];

			one = json_append_object(list);
			json_add_text(one, "mark", mark_name(row->mark));
			json_add_bool(one, "first_difference", row == c.first);
			add_order(one, "first", c.sections[i].tasks[0], row->left);
			add_order(one, "second", c.sections[i].tasks[1], row->right);
		}
	}
	comparison_end(&c);
}
