// SPDX-License-Identifier: GPL-2.0
/*
 * altwait-model explain: where starry and linux differ, and by which quirks.
 */
#include <stdio.h>

#include "differ.h"
#include "model/explain.h"
#include "fuzz.h"
#include "oracle.h"
#include "tests/vectors.h"

/**
 * struct sums - what the looks of the wait calls came to
 * @path:   the file that is being run
 * @text:   the scenario, where it is none of the file's own; else NULL
 * @len:    its length
 * @looks:  of all wait calls
 * @differ: those at which the policies differ
 * @many:   explained by more than two quirks
 * @unexplained: by no set of quirks but that of all
 * @wrong:  where decide() and the oracle differ, or two ways to the same policy, or
 *	    where quirks are blamed that alone do not do it, or not all of them
 * @by:     explained with that quirk, maybe among others
 */
struct sums {
	const char    *path;
	const char    *text;
	size_t	      len;
	unsigned long looks;
	unsigned long differ;
	unsigned long many;
	unsigned long unexplained;
	unsigned long wrong;
	unsigned long by[AW_N_QUIRKS];
};

static const char *kind_name(enum aw_kind kind)
{
	static const char * const names[] = {
		[AW_SLEEP] = "sleep", [AW_NOTHING] = "nothing",
		[AW_PTRACE_STOP] = "stop", [AW_ZOMBIE] = "zombie",
		[AW_JOB_STATUS] = "job", [AW_ERROR] = "error",
	};

	return names[kind];
}

static void print_answer(const char *who, const struct aw_decision *d)
{
	printf(" %s: %s pid %u tid %u status %#x code %d %#x uid %u error %d;",
	       who, kind_name(d->kind), d->pid, d->tid, d->status, d->cld_code,
	       d->cld_status, d->uid, d->error);
}

static void complain(const struct sums *s, unsigned int line, const char *what,
		     const struct aw_explained *e)
{
	printf("%s:%u: %s:", s->path, line, what);
	print_answer("starry", &e->starry);
	print_answer("linux", &e->linux_says);
	putchar('\n');
	if (s->text)
		printf("%.*s", (int)s->len, s->text);
}

/* A pending signal is none of the oracle's matters. */
static bool oracle_agrees(const struct aw_explained *e)
{
	struct aw_decision d;

	if (!e->req || e->linux_says.error == -EINTR)
		return true;
	oracle(e->req, e->facts, &d);
	return aw_explain_agree(e->req->call, &d, &e->linux_says);
}

static void judge(struct sums *s, unsigned int line,
		  const struct aw_explained *e)
{
	if (!oracle_agrees(e)) {
		s->wrong++;
		complain(s, line, "not what Linux says", e);
	}
	if (!e->exact) {
		s->wrong++;
		complain(s, line, "blamed for nothing, or not enough", e);
	}
	if (!e->composed) {
		s->wrong++;
		complain(s, line, "not composed to starry", e);
	}
}

static void on_explain(unsigned int line, const struct aw_explained *e,
		       void *ctx)
{
	struct sums *s = ctx;
	unsigned int i, n = 0;

	s->looks++;
	judge(s, line, e);
	if (e->agree)
		return;
	s->differ++;
	for (i = 0; i < AW_N_QUIRKS; i++) {
		if (!(e->quirks >> i & 1))
			continue;
		s->by[i]++;
		n++;
	}
	s->many += n > 2;
	s->unexplained += !n;
	if (!n)
		complain(s, line, "unexplained", e);
}

static void on_scenario(const struct aw_vectors_result *res, void *ctx)
{
}

static void on_error(unsigned int line, const char *reason, void *ctx)
{
	const struct sums *s = ctx;

	fprintf(stderr, "%s:%u: %s\n", s->path, line, reason);
}

static void on_said(unsigned int line, const char *text, void *ctx)
{
}

static struct aw_vectors_report report = {
	.scenario = on_scenario,
	.error	  = on_error,
	.said	  = on_said,
	.explain  = on_explain,
};

static bool one_scenario(const char *text, size_t len, void *ctx)
{
	struct sums *s = ctx;

	s->text = text;
	s->len = len;
	return !aw_vectors_run(text, len, &report, s);
}

/* The scenarios of a file, or those mixed from them. */
static bool one_file(struct sums *s, bool mixed, u64 seed, u64 count)
{
	size_t len;
	char *text = need_file(s->path, &len);
	bool good;

	if (!text)
		return false;
	s->text = NULL;
	good = mixed ? fuzz(text, len, seed, count, one_scenario, s) :
		       !aw_vectors_run(text, len, &report, s);
	free(text);
	return good;
}

static void print_sums(const struct sums *s)
{
	unsigned int i;

	for (i = 0; i < AW_N_QUIRKS; i++)
		if (s->by[i])
			printf("%8lu %s\n", s->by[i], aw_quirk_name[i]);
	printf("%lu looks, %lu differ, %lu by more than two quirks, %lu unexplained, %lu wrong\n",
	       s->looks, s->differ, s->many, s->unexplained, s->wrong);
}

int differ(int n, char **args, aw_quirkset quirks, const char *usage)
{
	unsigned long long seed = 0, count = 0;
	struct sums s = { .path = NULL };
	bool good = true, mixed = false;
	int i = 0;

	report.differs = quirks;
	if (n > 4 && !strcmp(args[0], "--seed") && number(args[1], &seed) &&
	    !strcmp(args[2], "--count") && number(args[3], &count)) {
		mixed = true;
		i = 4;
	}
	if (args[i][0] == '-') {
		fputs(usage, stderr);
		return 2;
	}
	for (; i < n; i++) {
		s.path = args[i];
		good &= one_file(&s, mixed, seed, count);
	}
	print_sums(&s);
	if (fflush(stdout) || !good)
		return 2;
	return s.unexplained || s.wrong ? 1 : 0;
}
