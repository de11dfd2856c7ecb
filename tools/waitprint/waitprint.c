// SPDX-License-Identifier: GPL-2.0
/*
 * waitprint: which of the quirks has the wait of the kernel that this runs on?
 *
 * It needs no module, and runs wherever something claims to be Linux.
 */
#include <getopt.h>

#include <linux/altwait_quirks.h>

#include "probe.h"

#define N_QUIRKS	ALTWAIT_N_QUIRKS
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct result *result;
int result_fd;

/* Each stands in a file of probes/ that bears its quirk's name; probes[] has them. */
#include "probes.inc"

static const char * const quirk_name[] = {
#define NAME(id, nr, name) name,
	ALTWAIT_EACH_QUIRK(NAME)
};

/*
 * Where the second is there, a kernel without the first and one with it answer the
 * same.  What the probes see for themselves does not stand here.
 */
static const struct {
	enum altwait_quirk hidden, by;
} hiding[] = {
	{ ALTWAIT_QUIRK_WAKES_EVERYBODY, ALTWAIT_QUIRK_ECHILD_ONCE },
	{ ALTWAIT_QUIRK_WAKES_EVERYBODY, ALTWAIT_QUIRK_MEMBERS_STAY },
};

static struct result results[N_QUIRKS];
static unsigned int n_wanted, count[UNKNOWN + 1];
static bool wanted[N_QUIRKS];
static int seconds = 10;
static bool json;

static bool has(int nr)
{
	return results[nr].verdict == STARRY_WAY;
}

static void forget_hidden(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hiding); i++) {
		struct result *r = &results[hiding[i].hidden];

		if (r->verdict != LINUX_WAY || !has(hiding[i].by))
			continue;
		r->verdict = UNKNOWN;
		snprintf(r->why, sizeof(r->why), "%s hides it", quirk_name[hiding[i].by]);
	}
}

static void find_out(int nr)
{
	memset(&results[nr], 0, sizeof(results[nr]));
	if (!probes[nr]) {
		results[nr].verdict = UNKNOWN;
		snprintf(results[nr].why, sizeof(results[nr].why),
			 "no program sees a difference");
		return;
	}
	run_probe(probes[nr], seconds);
	memcpy(&results[nr], result, sizeof(results[nr]));
}

/* ------------------------------------------------------------------ output */

static void print_ktap(void)
{
	static const char * const ways[] = {
		[STARRY_WAY] = "Starry's way", [OTHER_WAY] = "neither way",
	};
	unsigned int n = 0;
	int i;

	printf("KTAP version 1\n1..%u\n", n_wanted);
	for (i = 0; i < N_QUIRKS; i++) {
		const struct result *r = &results[i];

		if (!wanted[i])
			continue;
		n++;
		if (r->verdict == UNKNOWN)
			printf("ok %u %s # SKIP %s\n", n, quirk_name[i], r->why);
		else if (r->verdict == LINUX_WAY)
			printf("ok %u %s\n", n, quirk_name[i]);
		else
			printf("# %s: %s\nnot ok %u %s\n", ways[r->verdict], r->why, n,
			       quirk_name[i]);
	}
	printf("# Totals: pass:%u fail:%u xfail:0 xpass:0 skip:%u error:0\n",
	       count[LINUX_WAY], count[STARRY_WAY] + count[OTHER_WAY], count[UNKNOWN]);
}

/* What one types to have the same wait on Linux, as far as it is Starry's. */
static void print_policy(void)
{
	int i;

	printf("%s", json ? "  \"policy\": \"linux" : "# altwait run --policy linux");
	for (i = 0; i < N_QUIRKS; i++)
		if (has(i))
			printf("+%s", quirk_name[i]);
	printf("%s\n", json ? "\"" : "");
}

static void print_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		if ((unsigned char)*text >= ' ')
			putchar(*text);
	}
	putchar('"');
}

static void print_json(void)
{
	static const char * const words[] = {
		[LINUX_WAY] = "linux", [STARRY_WAY] = "starry", [OTHER_WAY] = "neither",
		[UNKNOWN] = "unknown",
	};
	unsigned int n = 0;
	int i;

	printf("{\n  \"quirks\": {\n");
	for (i = 0; i < N_QUIRKS; i++) {
		if (!wanted[i])
			continue;
		printf("    \"%s\": { \"way\": \"%s\", \"seen\": ", quirk_name[i],
		       words[results[i].verdict]);
		print_string(results[i].why);
		printf(" }%s\n", ++n < n_wanted ? "," : "");
	}
	printf("  },\n");
	print_policy();
	printf("}\n");
}

/* ------------------------------------------------------------------- input */

static int print_help(void)
{
	printf("usage: waitprint [--json] [--timeout SECONDS] [QUIRK...]\n\n"
	       "Say which quirks the wait4 and waitid of this kernel have: in KTAP, where ok\n"
	       "is Linux's way, or as JSON.  `altwait quirks` explains each.  It needs no\n"
	       "module; without root, what needs it is skipped.\n\n"
	       "  --timeout  what takes longer hangs, which is a result (default 10)\n\n"
	       "Exit status: 0 if nothing differs from Linux's way, 1 if something does,\n"
	       "2 if it cannot run.  What cannot be found out is skipped, with the reason.\n");
	return 0;
}

static bool want(const char *name)
{
	int i;

	for (i = 0; i < N_QUIRKS; i++) {
		if (strcmp(quirk_name[i], name) == 0) {
			n_wanted += !wanted[i];
			wanted[i] = true;
			return true;
		}
	}
	fprintf(stderr, "waitprint: no quirk %s\n", name);
	return false;
}

static bool parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "timeout", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	int c, i;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			exit(print_help());
		if (c == 't')
			seconds = atoi(optarg);
		json |= c == 'j';
		if (c == '?')
			return false;
	}
	if (seconds < 1 || seconds > 1000000) {
		fprintf(stderr, "waitprint: no such time\n");
		return false;
	}
	for (i = optind; i < argc; i++)
		if (!want(argv[i]))
			return false;
	for (i = 0; !argv[optind] && i < N_QUIRKS; i++)
		want(quirk_name[i]);
	return true;
}

int main(int argc, char **argv)
{
	int i;

	if (!parse(argc, argv))
		return 2;
	prepare();
	for (i = 0; i < N_QUIRKS; i++)
		if (wanted[i])
			find_out(i);
	forget_hidden();
	for (i = 0; i < N_QUIRKS; i++)
		if (wanted[i])
			count[results[i].verdict]++;
	if (json) {
		print_json();
	} else {
		print_ktap();
		print_policy();
	}
	return count[STARRY_WAY] + count[OTHER_WAY] ? 1 : 0;
}
