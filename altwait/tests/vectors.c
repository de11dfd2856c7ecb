// SPDX-License-Identifier: GPL-2.0
/*
 * Files of vectors: reads the lines, has the world apply them, and compares what
 * the wait calls do with what the file expects.
 *
 * A line is a word and decimal integers; '#' begins a comment.  A scenario is
 * "scenario N" ... "end N K...", with the calls that are still asleep.  Lines
 * that begin with = ~ or ! say what the line above them made the calls do.
 */
#include "vectors.h"
#include "vectors_world.h"

#define MAX_LINE 1024

/*
 * struct vec_run - a file that is being run
 * @line:   number of the line in @text
 * @text:   the line: words with one blank between them
 * @inside: within a scenario, whose number is @number
 * @failed: the scenario has differed, at @failed_at; the rest of it is skipped
 * @scenarios: how many there were
 */
struct vec_run {
	const struct aw_vectors_report *report;
	void		 *ctx;
	unsigned int	 line;
	bool		 inside;
	bool		 failed;
	s64		 number;
	unsigned int	 started_at;
	unsigned int	 failed_at;
	unsigned int	 scenarios;
	char		 text[MAX_LINE];
	char		 expected[MAX_LINE];
	char		 got[MAX_LINE];
	char		 asleep[MAX_LINE];
	struct vec_world world;
};

/* Says what is wrong with a line. */
static int bad_line(struct vec_run *run, unsigned int line, const char *reason)
{
	run->report->error(line, reason, run->ctx);
	return -EINVAL;
}

static int bad(struct vec_run *run, const char *reason)
{
	return bad_line(run, run->line, reason);
}

/* ------------------------------------------------------------------- words */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Takes a line out of the text, with one blank between two words. */
static size_t squeeze(struct vec_run *run, const char *from, size_t len,
		      bool *fits)
{
	size_t i, n = 0;

	for (i = 0; i < len && from[i] != '\n'; i++) {
		bool blank = is_blank(from[i]);

		if (n >= sizeof(run->text) - 2)
			continue;
		if (blank && n && run->text[n - 1] != ' ')
			run->text[n++] = ' ';
		if (!blank)
			run->text[n++] = from[i] ? from[i] : '?';
	}
	*fits = n < sizeof(run->text) - 2;
	if (n && run->text[n - 1] == ' ')
		n--;
	run->text[n] = '\0';
	return i < len ? i + 1 : i;
}

static size_t word_length(const char *s)
{
	size_t n = 0;

	while (s[n] && s[n] != ' ')
		n++;
	return n;
}

static bool first_word_is(const char *s, const char *word)
{
	size_t n = word_length(s);

	return n == strlen(word) && !strncmp(s, word, n);
}

static const char *next_word(const char *s)
{
	s += word_length(s);
	return *s ? s + 1 : s;
}

/* A decimal integer up to the end of its word. */
static bool read_number(const char *s, s64 *value)
{
	bool negative = *s == '-';
	u64 v = 0;

	if (negative)
		s++;
	if (!*s || *s == ' ')
		return false;
	for (; *s && *s != ' '; s++) {
		if (*s < '0' || *s > '9' || v > S64_MAX / 10)
			return false;
		v = v * 10 + (*s - '0');
	}
	if (v > S64_MAX)
		return false;
	*value = negative ? -(s64)v : (s64)v;
	return true;
}

/* ------------------------------------------------------------- comparisons */

static void differs(struct vec_run *run, const char *expected, const char *got)
{
	run->failed = true;
	run->failed_at = run->line;
	snprintf(run->expected, sizeof(run->expected), "%s", expected);
	snprintf(run->got, sizeof(run->got), "%s", got);
}

/* What the records said next; NULL: nothing. */
static struct vec_out *peek_out(struct vec_run *run)
{
	if (list_empty(&run->world.out))
		return NULL;
	return list_first_entry(&run->world.out, struct vec_out, node);
}

static void drop_out(struct vec_out *o)
{
	list_del(&o->node);
	aw_free(o);
}

/* Tells what is not to be compared. */
static void tell_all(struct vec_run *run)
{
	struct vec_out *o;

	while ((o = peek_out(run))) {
		run->report->said(run->line, o->text, run->ctx);
		drop_out(o);
	}
}

static void expect(struct vec_run *run)
{
	struct vec_out *o = peek_out(run);

	if (run->report->said)
		return;
	if (!o)
		differs(run, run->text, "nothing");
	else if (strcmp(o->text, run->text))
		differs(run, run->text, o->text);
	if (o)
		drop_out(o);
}

/* No expectation follows: the records must have said no more. */
static void expect_silence(struct vec_run *run)
{
	struct vec_out *o = peek_out(run);

	if (o && !run->report->said)
		differs(run, "nothing", o->text);
}

/* "end N K...", with the calls that are asleep in ascending order. */
static void write_end(struct vec_run *run, char *text, size_t size)
{
	struct vec_call *c;
	unsigned int n = 0;
	size_t at;

	list_for_each_entry(c, &run->world.calls, node)
		n += !c->done;
	at = snprintf(text, size, "end %u", n);
	list_for_each_entry(c, &run->world.calls, node)
		if (!c->done && at < size)
			at += snprintf(text + at, size - at, " %lld", c->id);
}

static void expect_end(struct vec_run *run)
{
	char *asleep = run->asleep;

	write_end(run, asleep, sizeof(run->asleep));
	if (run->report->said)
		run->report->said(run->line, asleep, run->ctx);
	else if (strcmp(asleep, run->text))
		differs(run, run->text, asleep);
}

/* ---------------------------------------------------------------- scenarios */

static int begin_scenario(struct vec_run *run)
{
	const char *number = next_word(run->text);
	int ret;

	if (run->inside)
		return bad(run, "scenario inside a scenario");
	if (!read_number(number, &run->number) || *next_word(number))
		return bad(run, "scenario wants a number");
	run->inside = true;
	run->failed = false;
	run->started_at = run->line;
	run->scenarios++;
	ret = vec_world_init(&run->world);
	run->world.quirks = AW_QUIRKS_STARRY ^ run->report->differs;
	run->world.explain = run->report->explain;
	run->world.explain_ctx = run->ctx;
	return ret;
}

static void tell(struct vec_run *run)
{
	struct aw_vectors_result res = {
		.number	  = run->number,
		.line	  = run->failed ? run->failed_at : run->started_at,
		.passed	  = !run->failed,
		.expected = run->failed ? run->expected : "",
		.got	  = run->failed ? run->got : "",
	};

	run->report->scenario(&res, run->ctx);
}

/* A scenario that leaves references behind has failed, too. */
static void leave_world(struct vec_run *run)
{
	run->inside = false;
	if (!vec_world_destroy(&run->world) && !run->failed)
		differs(run, "nothing", "references that nobody holds");
}

static int end_scenario(struct vec_run *run)
{
	if (!run->inside)
		return bad(run, "end outside a scenario");
	if (run->world.racing && !run->failed)
		return bad(run, "race wants a wait call");
	if (!run->failed)
		expect_silence(run);
	if (!run->failed)
		expect_end(run);
	leave_world(run);
	tell(run);
	return 0;
}

/* -------------------------------------------------------------------- lines */

static const struct vec_opcode *find_opcode(const char *s)
{
	unsigned int i;

	for (i = 0; i < vec_n_opcodes; i++)
		if (first_word_is(s, vec_opcodes[i].name))
			return &vec_opcodes[i];
	return NULL;
}

/* Says that the word at @s is none of what it should be. */
static int bad_word(struct vec_run *run, const char *what, const char *s)
{
	char reason[VEC_TEXT];

	snprintf(reason, sizeof(reason), "bad %s %.*s", what,
		 (int)word_length(s), s);
	return bad(run, reason);
}

static int bad_count(struct vec_run *run, const struct vec_opcode *opcode)
{
	char reason[VEC_TEXT];

	snprintf(reason, sizeof(reason), "%s wants %u operands", opcode->name,
		 opcode->n);
	return bad(run, reason);
}

static int parse_op(struct vec_run *run, struct vec_op *op)
{
	const char *s = run->text;
	unsigned int i;

	memset(op, 0, sizeof(*op));
	op->line = run->line;
	op->opcode = find_opcode(s);
	if (!op->opcode)
		return bad_word(run, "opcode", s);
	for (i = 0; i < op->opcode->n; i++) {
		s = next_word(s);
		if (!*s)
			return bad_count(run, op->opcode);
		if (!read_number(s, &op->arg[i]))
			return bad_word(run, "number", s);
	}
	return *next_word(s) ? bad_count(run, op->opcode) : 0;
}

static int event_or_call(struct vec_run *run)
{
	struct vec_op op;
	int ret = parse_op(run, &op);

	if (ret)
		return ret;
	if (!run->inside)
		return bad(run, "outside a scenario");
	if (!run->failed)
		expect_silence(run);
	/* What comes after a difference would be judged by a wrong world. */
	if (run->failed)
		return 0;
	ret = vec_apply(&run->world, &op);
	if (run->report->said)
		tell_all(run);
	if (ret == -EINVAL)
		return bad_line(run, run->world.line, run->world.reason);
	return ret;
}

static int expectation(struct vec_run *run)
{
	if (!run->inside)
		return bad(run, "outside a scenario");
	if (!run->failed)
		expect(run);
	return 0;
}

static int one_line(struct vec_run *run)
{
	const char *s = run->text;

	if (!*s || *s == '#')
		return 0;
	if (first_word_is(s, "scenario"))
		return begin_scenario(run);
	if (first_word_is(s, "end"))
		return end_scenario(run);
	if (first_word_is(s, "=") || first_word_is(s, "~") ||
	    first_word_is(s, "!"))
		return expectation(run);
	return event_or_call(run);
}

static int all_lines(struct vec_run *run, const char *text, size_t len)
{
	size_t at = 0;
	bool fits;
	int ret = 0;

	while (!ret && at < len) {
		run->line++;
		at += squeeze(run, text + at, len - at, &fits);
		ret = fits ? one_line(run) : bad(run, "line too long");
	}
	if (!ret && run->inside)
		return bad(run, "no end");
	if (!ret && !run->scenarios)
		return bad(run, "no scenario");
	return ret;
}

/**
 * aw_vectors_run - run the scenarios of a file
 * @text: the file
 * @len: its length
 * @report: told of each scenario, and of what is wrong with the file
 * @ctx: passed to @report
 *
 * No lock is needed: no records but its own are touched.
 *
 * Return: 0, whatever the scenarios' results; -EINVAL: @report->error was told
 * of a line that cannot be understood or applied, and the rest was not run;
 * -ENOMEM.
 */
int aw_vectors_run(const char *text, size_t len,
		   const struct aw_vectors_report *report, void *ctx)
{
	struct vec_run *run = aw_alloc(sizeof(*run));
	int ret;

	if (!run)
		return -ENOMEM;
	run->report = report;
	run->ctx = ctx;
	ret = all_lines(run, text, len);
	if (run->inside)
		leave_world(run);
	aw_free(run);
	return ret;
}
