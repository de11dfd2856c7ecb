// SPDX-License-Identifier: GPL-2.0
/*
 * Print two runs in two columns, task by task.
 */
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

bool is_difference(const struct comparison *c, const struct row *row)
{
	if (row->mark == MARK_ORDER)
		return !c->taste->any_order;
	return row->mark != MARK_SAME && row->mark != MARK_TIMING;
}

static bool is_shown(const struct comparison *c, const struct row *row)
{
	if (row->mark == MARK_ORDER && !c->taste->moved)
		return c->taste->all;
	return c->taste->all || is_difference(c, row);
}

/* "" for no call; the caller frees it. */
static char *call_text(const struct task *task, long number)
{
	const struct call *call;
	char times[32] = "";
	char *text = NULL;

	if (number < 0)
		return need(strdup(""));
	call = &task->calls[number];
	if (call->times > 1)
		snprintf(times, sizeof(times), " (%u times)", call->times);
	if (asprintf(&text, "%s%s%s%s", call->args, call->state == CALL_OPEN ? " " : " = ",
		     call->result, times) < 0)
		text = NULL;
	return need(text);
}

/* --------------------------------------------------------------- compare */

/* When it happened: the second run's clock, for want of it the first's. */
static unsigned int row_order(const struct section *s, const struct row *row)
{
	return row->right >= 0 ? s->tasks[1]->calls[row->right].order :
				 s->tasks[0]->calls[row->left].order;
}

static void add_section(struct comparison *c, const struct task *one,
			const struct task *two)
{
	struct section *s = &c->sections[c->n];

	s->name = one ? one->name : two->name;
	s->tasks[0] = one;
	s->tasks[1] = two;
	s->n = align(one, two, &s->rows);
	if (s->n)
		c->n++;
	else
		free(s->rows);
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct section *)a)->name,
			  ((const struct section *)b)->name);
}

static void add_sections(struct comparison *c)
{
	const struct run_log *one = &c->sides[0].log, *two = &c->sides[1].log;
	size_t i;

	c->sections = need(calloc(one->n_tasks + two->n_tasks, sizeof(*c->sections)));
	for (i = 0; i < one->n_tasks; i++)
		add_section(c, &one->tasks[i], log_find(two, one->tasks[i].name));
	for (i = 0; i < two->n_tasks; i++)
		if (!log_find(one, two->tasks[i].name))
			add_section(c, NULL, &two->tasks[i]);
	qsort(c->sections, c->n, sizeof(*c->sections), by_name);
}

static void add_row(struct comparison *c, const struct section *s,
		    const struct row *row, unsigned int *earliest)
{
	char *text = call_text(s->tasks[0], row->left);

	c->count[row->mark]++;
	if (is_shown(c, row) && (int)strlen(text) > c->width)
		c->width = strlen(text);
	free(text);
	if (!is_difference(c, row) || !is_shown(c, row) ||
	    (c->first && row_order(s, row) >= *earliest))
		return;
	c->first = row;
	*earliest = row_order(s, row);
}

void comparison_begin(struct comparison *c, const struct side sides[2],
		      const struct taste *taste)
{
	unsigned int earliest = 0;
	size_t i, k;

	*c = (struct comparison) { .sides = sides, .taste = taste, .width = 24 };
	add_sections(c);
	for (i = 0; i < c->n; i++)
		for (k = 0; k < c->sections[i].n; k++)
			add_row(c, &c->sections[i], &c->sections[i].rows[k], &earliest);
}

void comparison_end(struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		free(c->sections[i].rows);
	free(c->sections);
}

/* ----------------------------------------------------------------- print */

static void print_line(FILE *to, int width, const char *left, int mark,
		       const char *right, const char *note)
{
	/* No blanks at the end of a line. */
	if (!*right && mark == MARK_SAME)
		fprintf(to, "  %s\n", left);
	else
		fprintf(to, "  %-*s %c%s%s%s\n", width, left, mark, *right ? " " : "",
			right, note);
}

static void print_row(FILE *to, const struct comparison *c,
		      const struct section *s, const struct row *row)
{
	char *left = call_text(s->tasks[0], row->left);
	char *right = call_text(s->tasks[1], row->right);

	print_line(to, c->width, left, row->mark, right,
		   row == c->first ? "   <- first difference" : "");
	free(left);
	free(right);
}

/* Rows that are not shown, as numbers; they are 0 then. */
static void print_hidden(FILE *to, unsigned int *hidden)
{
	static const struct {
		enum mark mark;
		const char *name;
	} kinds[] = {
		{ MARK_SAME, "the same" },
		{ MARK_TIMING, "of timing" },
		{ MARK_ORDER, "in another order" },
	};
	const char *separator = "  ... ";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!hidden[kinds[i].mark])
			continue;
		fprintf(to, "%s%u %s", separator, hidden[kinds[i].mark], kinds[i].name);
		hidden[kinds[i].mark] = 0;
		separator = ", ";
	}
	if (*separator == ',')
		fprintf(to, "\n");
}

static void print_section(FILE *to, const struct comparison *c,
			  const struct section *s)
{
	unsigned int hidden[MARKS] = { 0 };
	size_t k;

	fprintf(to, "%s\n", s->name);
	for (k = 0; k < s->n; k++) {
		const struct row *row = &s->rows[k];

		if (!is_shown(c, row)) {
			hidden[row->mark]++;
			continue;
		}
		print_hidden(to, hidden);
		print_row(to, c, s, row);
	}
	print_hidden(to, hidden);
}

static bool section_is_shown(const struct comparison *c, const struct section *s)
{
	size_t k;

	for (k = 0; k < s->n; k++)
		if (is_shown(c, &s->rows[k]))
			return true;
	return false;
}

char *ending_text(const struct side *side)
{
	return side->hung ? need(strdup("does not end")) : decode_status(side->status);
}

static bool print_endings(FILE *to, const struct comparison *c)
{
	char *one = ending_text(&c->sides[0]), *two = ending_text(&c->sides[1]);
	bool differ = strcmp(one, two) != 0;

	fprintf(to, "the command\n");
	print_line(to, c->width, one, differ ? MARK_DIFFERS : MARK_SAME, two, "");
	free(one);
	free(two);
	return differ;
}

unsigned int n_differences(const struct comparison *c)
{
	return c->count[MARK_DIFFERS] + c->count[MARK_LEFT] + c->count[MARK_RIGHT] +
	       (c->taste->any_order ? 0 : c->count[MARK_ORDER]);
}

static void print_sum(FILE *to, const struct comparison *c)
{
	unsigned int differ = n_differences(c), order = c->count[MARK_ORDER];

	fprintf(to, "\nwait calls: %u the same, %u differ%s", c->count[MARK_SAME],
		differ, differ == 1 ? "s" : "");
	if (order && !c->taste->any_order)
		fprintf(to, " (%u in order alone%s)", order,
			c->taste->all || c->taste->moved ? "" : ": --moved shows them");
	else if (order)
		fprintf(to, ", %u in another order", order);
	fprintf(to, ", %u of timing\n", c->count[MARK_TIMING]);
}

bool report(FILE *to, const struct side sides[2], const struct taste *taste)
{
	struct comparison c;
	bool differ;
	size_t i;

	comparison_begin(&c, sides, taste);
	print_line(to, c.width, sides[0].name, MARK_SAME, sides[1].name, "");
	for (i = 0; i < c.n; i++)
		if (section_is_shown(&c, &c.sections[i]))
			print_section(to, &c, &c.sections[i]);
	differ = print_endings(to, &c);
	differ |= n_differences(&c) != 0;
	print_sum(to, &c);
	comparison_end(&c);
	return differ;
}
