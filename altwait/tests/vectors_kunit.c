// SPDX-License-Identifier: GPL-2.0
/*
 * The vectors: each scenario is a case that its file and its number name.
 */
#include <kunit/test.h>

#include "compat.h"
#include "vectors.h"

#define VECTORS(name)							\
	extern const char aw_vectors_##name[], aw_vectors_##name##_end[]

VECTORS(branches);
VECTORS(random_1);
VECTORS(random_2);
VECTORS(random_3);
VECTORS(random_4);

/**
 * struct vectors - a file of them
 * @name: its name
 * @text: begins here
 * @end:  ends before
 */
struct vectors {
	const char *name;
	const char *text;
	const char *end;
};

#define FILE(name, symbol)						\
	{ name, aw_vectors_##symbol, aw_vectors_##symbol##_end }

static const struct vectors files[] = {
	FILE("branches.vec", branches),
	FILE("random-1.vec", random_1),
	FILE("random-2.vec", random_2),
	FILE("random-3.vec", random_3),
	FILE("random-4.vec", random_4),
};

/**
 * struct scenario - a part of a file that can be run alone
 * @file: where it is from
 * @text: its first line
 * @len:  up to the end of its last line
 * @line: number of its first line in @file
 */
struct scenario {
	const struct vectors *file;
	const char	     *text;
	size_t		     len;
	unsigned int	     line;
};

/* The suite's cases run one after the other: one scenario at a time. */
static struct scenario current_scenario;

static const char *next_line(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', end - p);

	return nl ? nl + 1 : end;
}

static bool begins(const char *p, const char *end, const char *word)
{
	size_t len = strlen(word);

	return end - p > len && !memcmp(p, word, len) && p[len] == ' ';
}

/* From p, which is in that line of the file, to the end of a scenario. */
static bool find_scenario(struct scenario *s, const char *p, unsigned int line)
{
	const char *end = s->file->end;

	for (; p < end && !begins(p, end, "scenario"); line++)
		p = next_line(p, end);
	s->text = p;
	s->line = line;
	while (p < end && !begins(p, end, "end"))
		p = next_line(p, end);
	if (p >= end)
		return false;
	s->len = next_line(p, end) - s->text;
	return true;
}

static unsigned int count_lines(const char *p, size_t len)
{
	unsigned int n = 0;

	while (len--)
		n += *p++ == '\n';
	return n;
}

static bool find_next(struct scenario *s)
{
	if (find_scenario(s, s->text + s->len,
			  s->line + count_lines(s->text, s->len)))
		return true;
	while (++s->file < files + ARRAY_SIZE(files)) {
		if (find_scenario(s, s->file->text, 1))
			return true;
	}
	return false;
}

static void describe(const struct scenario *s, char *desc)
{
	size_t len = next_line(s->text, s->text + s->len) - s->text - 1;

	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %.*s", s->file->name,
		 (int)len, s->text);
}

static const void *AW_KUNIT_GENERATOR(scenario_gen_params, prev, desc)
{
	struct scenario *s = &current_scenario;

	if (!prev) {
		s->file = files;
		s->text = files[0].text;
		s->len = 0;
		s->line = 1;
	}
	if (!find_next(s))
		return NULL;
	describe(s, desc);
	return s;
}

/**
 * struct outcome - what a run told
 * @test: whom to tell about a difference
 * @s:    the scenario
 * @runs: how often it was run: once
 */
struct outcome {
	struct kunit	      *test;
	const struct scenario *s;
	unsigned int	      runs;
};

static void on_scenario(const struct aw_vectors_result *res, void *ctx)
{
	struct outcome *o = ctx;

	o->runs++;
	KUNIT_EXPECT_TRUE_MSG(o->test, res->passed,
			      "%s:%u: scenario %lld: expected \"%s\", got \"%s\"",
			      o->s->file->name, o->s->line + res->line - 1,
			      res->number, res->expected, res->got);
}

static void on_error(unsigned int line, const char *reason, void *ctx)
{
	struct outcome *o = ctx;

	KUNIT_FAIL(o->test, "%s:%u: %s", o->s->file->name,
		   o->s->line + line - 1, reason);
}

static const struct aw_vectors_report report = {
	.scenario = on_scenario,
	.error	  = on_error,
};

static void agrees_with_the_reference(struct kunit *test)
{
	struct outcome o = { .test = test, .s = test->param_value };
	int ret;

	ret = aw_vectors_run(o.s->text, o.s->len, &report, &o);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, o.runs, 1);
}

static struct kunit_case vectors_cases[] = {
	KUNIT_CASE_PARAM(agrees_with_the_reference, scenario_gen_params),
	{}
};

static struct kunit_suite vectors_suite = {
	.name		= "altwait_vectors",
	.test_cases	= vectors_cases,
};

kunit_test_suite(vectors_suite);
