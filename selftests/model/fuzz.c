// SPDX-License-Identifier: GPL-2.0
/*
 * Scenarios that nobody would write: lines of known ones are left out, moved,
 * mixed and given other numbers.  A line that the world refuses is taken out
 * and the rest is run again, so that most of them go far.
 */
#include "fuzz.h"
#include "tests/vectors.h"

#define MAX_LINES	400
#define MAX_TEXT	65536

/* One line of the text that the scenarios are made from. */
struct line {
	const char *s;
	size_t	   len;
};

/**
 * struct mill - what makes and runs scenarios
 * @rnd:    the state of the random numbers
 * @source: all lines that do something, comments and expectations left out
 * @n_source: how many
 * @text:   the scenario that is being run
 * @len:    its length
 * @bad:    the line of it that was refused, 0 if none
 * @reason: why, or what went wrong
 * @wrong:  the records did what they never may
 */
struct mill {
	u64		  rnd;
	const struct line *source;
	size_t		  n_source;
	char		  text[MAX_TEXT];
	size_t		  len;
	unsigned int	  bad;
	char		  reason[128];
	bool		  wrong;
};

/* xorshift: the state is never 0 */
static u32 below(struct mill *m, u32 n)
{
	m->rnd ^= m->rnd << 13;
	m->rnd ^= m->rnd >> 7;
	m->rnd ^= m->rnd << 17;
	return (m->rnd >> 32) % n;
}

static void put(struct mill *m, const char *s, size_t len)
{
	if (len > sizeof(m->text) - m->len)
		return;
	memcpy(m->text + m->len, s, len);
	m->len += len;
}

/* A number as it stands in some line, or one that is special. */
static void put_number(struct mill *m)
{
	static const char * const special[] = {
		"0", "1", "-1", "2", "3", "8", "10", "11", "20", "21", "30",
		"2147483647", "-2147483648", "4294967295", "16777220",
	};
	const char *s = special[below(m, ARRAY_SIZE(special))];

	put(m, s, strlen(s));
}

/* The line, in one of eight cases with another number in it. */
static void put_line(struct mill *m, const struct line *l)
{
	bool other = !below(m, 8);
	size_t i, start = m->len;

	for (i = 0; i < l->len; i++) {
		if (other && l->s[i] == ' ' && !below(m, 3)) {
			put(m, " ", 1);
			put_number(m);
			while (i + 1 < l->len && l->s[i + 1] != ' ')
				i++;
		} else {
			put(m, l->s + i, 1);
		}
	}
	put(m, "\n", 1);
	if (m->len == sizeof(m->text))
		m->len = start;
}

/* A stretch of lines, some left out and some from elsewhere. */
static void make(struct mill *m)
{
	size_t n = 5 + below(m, MAX_LINES - 5);
	size_t at = below(m, m->n_source);

	m->len = 0;
	put(m, "scenario 1\n", 11);
	while (n--) {
		u32 what = below(m, 12);

		if (what == 0)
			put_line(m, &m->source[below(m, m->n_source)]);
		else if (what > 1)
			put_line(m, &m->source[at++ % m->n_source]);
		else
			at++;
	}
	put(m, "end 0\n", 6);
}

static void on_scenario(const struct aw_vectors_result *res, void *ctx)
{
	struct mill *m = ctx;

	if (res->passed)
		return;
	m->wrong = true;
	snprintf(m->reason, sizeof(m->reason), "%s", res->got);
}

static void on_error(unsigned int line, const char *reason, void *ctx)
{
	struct mill *m = ctx;

	m->bad = line;
	m->wrong = strstr(reason, "spin") || strstr(reason, "the index");
	snprintf(m->reason, sizeof(m->reason), "%s", reason);
}

static void on_said(unsigned int line, const char *text, void *ctx)
{
}

static const struct aw_vectors_report report = {
	.scenario = on_scenario,
	.error	  = on_error,
	.said	  = on_said,
};

static void remove_line(struct mill *m, unsigned int number)
{
	char *from = m->text, *end = m->text + m->len, *to;

	while (--number && from)
		from = memchr(from, '\n', end - from) + 1;
	to = memchr(from, '\n', end - from) + 1;
	memmove(from, to, end - to);
	m->len -= to - from;
}

/* Until nothing is refused. */
static bool run(struct mill *m)
{
	do {
		m->bad = 0;
		m->wrong = false;
		aw_vectors_run(m->text, m->len, &report, m);
		if (m->wrong)
			return false;
		if (m->bad)
			remove_line(m, m->bad);
	} while (m->bad);
	return true;
}

static bool begins(const struct line *l, const char *word)
{
	size_t n = strlen(word);

	return l->len >= n && !memcmp(l->s, word, n);
}

/* Neither a comment, nor an expectation, nor the frame of a scenario. */
static bool does_something(const struct line *l)
{
	return l->len && !strchr("#=~!", l->s[0]) && !begins(l, "end") &&
	       !begins(l, "scenario") && !begins(l, "race");
}

static struct line *split(const char *text, size_t len, size_t *n)
{
	struct line *lines = calloc(len + 1, sizeof(*lines));
	const char *end = text + len;

	*n = 0;
	while (lines && text < end) {
		const char *stop = memchr(text, '\n', end - text);
		struct line *l = &lines[*n];

		if (!stop)
			stop = end;
		l->s = text;
		l->len = stop - text;
		*n += does_something(l);
		text = stop + 1;
	}
	return lines;
}

bool fuzz(const char *text, size_t len, u64 seed, unsigned long runs,
	  fuzz_then_fn then, void *ctx)
{
	struct mill *m = calloc(1, sizeof(*m));
	struct line *lines = split(text, len, &m->n_source);
	bool good = m && lines && m->n_source;
	unsigned long i;

	for (i = 0; good && i < runs; i++) {
		m->source = lines;
		m->rnd = (seed + i) * 0x9e3779b97f4a7c15ULL | 1;
		make(m);
		good = run(m);
		if (!good)
			printf("seed %llu: line %u: %s\n%.*s", seed + i, m->bad,
			       m->reason, (int)m->len, m->text);
		else if (then)
			good = then(m->text, m->len, ctx);
	}
	free(lines);
	free(m);
	return good;
}
