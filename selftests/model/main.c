// SPDX-License-Identifier: GPL-2.0
/*
 * altwait-model: the records and the decision in userspace.
 */
#include <stdio.h>

#include "differ.h"
#include "fuzz.h"
#include "oracle.h"
#include "tests/vectors.h"
#include "worlds.h"

static const char usage[] =
	"usage: altwait-model check [--differ QUIRK[,QUIRK...]] FILE...\n"
	"       altwait-model run FILE...\n"
	"       altwait-model fuzz SEED RUNS FILE\n"
	"       altwait-model explain [--differ QUIRK[,QUIRK...]] [--seed N --count K] FILE...\n"
	"       altwait-model facts SEED RUNS\n"
	"       altwait-model worlds SEED STEPS SIZE\n"
	"       altwait-model --help\n"
	"\n"
	"Runs the scenarios in each FILE on altwait's records.\n"
	"check: name those whose wait calls did something else than the FILE expects;\n"
	"      --differ: under starry without these quirks, or with those that it lacks,\n"
	"      by the facts, too; here and in explain\n"
	"run:   print what the wait calls do, whatever the FILE expects\n"
	"fuzz:  run RUNS scenarios mixed from those in FILE; no call may spin, and no\n"
	"       reference may be left. Best built with SANITIZE=1\n"
	"explain: name the quirks that make linux say what starry says, for each look of\n"
	"      each wait call; with --seed, for K scenarios mixed from those in a FILE\n"
	"facts: decide() without quirks against a second writing of Linux's rules, on\n"
	"      random facts\n"
	"worlds: the index beside a look at all candidates, in a world of SIZE processes\n"
	"      in which STEPS things happen by chance\n"
	"\n"
	"exit status: 0  all passed\n"
	"             1  a scenario failed, or a difference is not explained\n"
	"             2  a FILE could not be read or parsed, or bad arguments\n";

/**
 * struct tally - what has happened so far
 * @path:   the file that is being run
 * @passed: scenarios
 * @failed: scenarios
 */
struct tally {
	const char    *path;
	unsigned long passed;
	unsigned long failed;
};

static void tell_scenario(const struct aw_vectors_result *res, void *ctx)
{
	struct tally *t = ctx;

	if (res->passed) {
		t->passed++;
		return;
	}
	t->failed++;
	printf("%s:%u: scenario %lld: expected `%s', got `%s'\n", t->path,
	       res->line, res->number, res->expected, res->got);
}

static void tell_error(unsigned int line, const char *reason, void *ctx)
{
	struct tally *t = ctx;

	fprintf(stderr, "%s:%u: %s\n", t->path, line, reason);
}

static void tell_said(unsigned int line, const char *text, void *ctx)
{
	const struct tally *t = ctx;

	printf("%s:%u: %s\n", t->path, line, text);
}

static const struct aw_vectors_report check_report = {
	.scenario = tell_scenario,
	.error	  = tell_error,
};

static const struct aw_vectors_report run_report = {
	.scenario = tell_scenario,
	.error	  = tell_error,
	.said	  = tell_said,
};

/* Makes room for at least one byte more. */
static bool grow(char **text, size_t *cap)
{
	size_t wanted = *cap ? 2 * *cap : 65536;
	char *more = realloc(*text, wanted);

	if (!more)
		return false;
	*text = more;
	*cap = wanted;
	return true;
}

/* 0, or a negative errno; *text is to be freed in either case. */
static int read_all(FILE *f, char **text, size_t *len)
{
	size_t cap = 0;

	for (;;) {
		if (*len == cap && !grow(text, &cap))
			return -ENOMEM;
		errno = 0;
		*len += fread(*text + *len, 1, cap - *len, f);
		if (ferror(f))
			return errno ? -errno : -EIO;
		if (feof(f))
			return 0;
	}
}

static int read_file(const char *path, char **text, size_t *len)
{
	FILE *f = fopen(path, "r");
	int err;

	if (!f)
		return -errno;
	err = read_all(f, text, len);
	fclose(f);
	return err;
}

/* The text, or NULL; the reason has been said. */
char *need_file(const char *path, size_t *len)
{
	char *text = NULL;
	int err;

	*len = 0;
	err = read_file(path, &text, len);
	if (!err)
		return text;
	fprintf(stderr, "%s: %s\n", path, strerror(-err));
	free(text);
	return NULL;
}

/* False if the file cannot be read or parsed; the reason has been said. */
static bool check_file(struct tally *t, const struct aw_vectors_report *report)
{
	size_t len;
	char *text = need_file(t->path, &len);
	int err;

	if (!text)
		return false;
	err = aw_vectors_run(text, len, report, t);
	free(text);
	if (err == -ENOMEM)
		fprintf(stderr, "%s: out of memory\n", t->path);
	return !err;
}

static int check(int n, char **paths, const struct aw_vectors_report *report)
{
	struct tally t = { 0 };
	bool good = true;
	int i;

	for (i = 0; i < n; i++) {
		t.path = paths[i];
		good &= check_file(&t, report);
	}
	printf("%lu passed, %lu failed\n", t.passed, t.failed);
	if (fflush(stdout))
		return 2;
	if (!good)
		return 2;
	return t.failed ? 1 : 0;
}

/* A decimal number and nothing else */
bool number(const char *s, unsigned long long *value)
{
	char *end;

	errno = 0;
	*value = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && !errno;
}

static int fuzz_file(const char *seed, const char *runs, const char *path)
{
	unsigned long long first, n;
	size_t len;
	char *text;
	bool good;

	if (!number(seed, &first) || !number(runs, &n)) {
		fputs(usage, stderr);
		return 2;
	}
	text = need_file(path, &len);
	if (!text)
		return 2;
	good = fuzz(text, len, first, n, NULL, NULL);
	free(text);
	printf("%llu runs from seed %llu: %s\n", n, first,
	       good ? "passed" : "failed");
	/* Before a sanitizer ends the program. */
	fflush(stdout);
	return good ? 0 : 1;
}

static int fuzz_facts(const char *seed, const char *runs)
{
	unsigned long long first, n;
	bool good;

	if (!number(seed, &first) || !number(runs, &n)) {
		fputs(usage, stderr);
		return 2;
	}
	good = oracle_fuzz(first, n);
	printf("%llu calls from seed %llu: %s\n", n, first,
	       good ? "passed" : "failed");
	return good ? 0 : 1;
}

static int fuzz_worlds(const char *seed, const char *steps, const char *size)
{
	unsigned long long first, n, processes;
	bool good;

	if (!number(seed, &first) || !number(steps, &n) ||
	    !number(size, &processes) || processes < 8 || processes > 1000000) {
		fputs(usage, stderr);
		return 2;
	}
	good = worlds(first, n, processes);
	printf("%llu steps among %llu processes from seed %llu: %s\n", n, processes,
	       first, good ? "passed" : "failed");
	return good ? 0 : 1;
}

/* False if one of the names, which commas part, is no quirk's. */
static bool parse_quirks(const char *names, aw_quirkset *quirks)
{
	size_t len;
	int i;

	for (*quirks = 0; *names; names += len + (names[len] == ',')) {
		len = strcspn(names, ",");
		for (i = 0; i < AW_N_QUIRKS; i++)
			if (strlen(aw_quirk_name[i]) == len &&
			    !strncmp(aw_quirk_name[i], names, len))
				break;
		if (i == AW_N_QUIRKS) {
			fprintf(stderr, "no quirk '%.*s'\n", (int)len, names);
			return false;
		}
		*quirks |= AW_Q_NR(i);
	}
	return true;
}

static int check_other(const char *names, int n, char **paths)
{
	struct aw_vectors_report report = check_report;

	return parse_quirks(names, &report.differs) ? check(n, paths, &report) : 2;
}

static int explain_other(const char *names, int n, char **args)
{
	aw_quirkset quirks;

	return parse_quirks(names, &quirks) ? differ(n, args, quirks, usage) : 2;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 2 && (!strcmp(verb, "--help") || !strcmp(verb, "-h"))) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc > 4 && !strcmp(verb, "check") && !strcmp(argv[2], "--differ"))
		return check_other(argv[3], argc - 4, argv + 4);
	if (argc > 2 && !strcmp(verb, "check"))
		return check(argc - 2, argv + 2, &check_report);
	if (argc > 2 && !strcmp(verb, "run"))
		return check(argc - 2, argv + 2, &run_report);
	if (argc > 4 && !strcmp(verb, "explain") && !strcmp(argv[2], "--differ"))
		return explain_other(argv[3], argc - 4, argv + 4);
	if (argc > 2 && !strcmp(verb, "explain"))
		return differ(argc - 2, argv + 2, AW_QUIRKS_NONE, usage);
	if (argc == 4 && !strcmp(verb, "facts"))
		return fuzz_facts(argv[2], argv[3]);
	if (argc == 5 && !strcmp(verb, "worlds"))
		return fuzz_worlds(argv[2], argv[3], argv[4]);
	if (argc == 5 && !strcmp(verb, "fuzz"))
		return fuzz_file(argv[2], argv[3], argv[4]);
	fputs(usage, stderr);
	return 2;
}
