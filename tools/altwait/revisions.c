// SPDX-License-Identifier: GPL-2.0
/*
 * Starry's revisions, and how a policy names one: starry@COMMIT or starry@DATE.
 *
 * This table is the only place where it is said what a revision mends and brings.
 */
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "revisions.h"

#define Q(id)	QUIRK_BIT(ALTWAIT_QUIRK_##id)

const struct revision revisions[N_REVISIONS] = {
	{
		.commit = "dd169952d14f81acee772566f727871ef76997ec",
		.date = "2026-06-08",
		.what = "0.6.1, the seed",
	}, {
		.commit = "4da664b0d069e1d683bdc5e5262af3b9210a891a",
		.date = "2026-06-12",
		.what = "heeds __WALL, __WCLONE and __WNOTHREAD",
		.mends = Q(CLONE_CHILDREN) | Q(WCLONE_IGNORED) | Q(WNOTHREAD_IGNORED),
		.brings = Q(TRACEES_BY_EXIT_SIGNAL) | Q(TRACEES_OF_MAKER) |
			  Q(CHILDREN_OF_MAKER) | Q(EXIT_SIGNAL_STAYS),
	}, {
		.commit = "3598a855794c639ebaada5f31448d19736d7c8e2",
		.date = "2026-06-17",
		.what = "registers for events of one kind; no call's answer changes",
	}, {
		.commit = "f5a0be83df2e123fce3296b710006eae5207706e",
		.date = "2026-07-07",
		.what = "sleeps by a function that others share; no call's answer changes",
	}, {
		.commit = "d41ca5f2e860b871a01fc5e5f2d8e4ea9abc3198",
		.date = "2026-07-20",
		.what = "refuses INT_MIN, and waitid reports job-control stops and continues",
		.mends = Q(PID_WRAPS) | Q(WAITID_NO_JOBS),
		.brings = Q(WAITID_JOBS_FIRST) | Q(WAITID_ZOMBIE_JOBS),
	},
};

quirk_set revision_quirks(unsigned int nr)
{
	quirk_set quirks = QUIRKS_STARRY;
	unsigned int i;

	for (i = 0; i <= nr; i++)
		quirks = (quirks & ~revisions[i].mends) | revisions[i].brings;
	return quirks;
}

static bool is_over(char c)
{
	return !c || c == '+' || c == '-';
}

/* As 2026-06-08, and a day that a month may have. */
static bool is_date(const char *text)
{
	static const char shape[] = "0000-00-00";
	struct tm day = { 0 };
	const char *end;
	size_t i;

	for (i = 0; shape[i]; i++)
		if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	end = strptime(text, "%Y-%m-%d", &day);
	return end == text + strlen(shape) && is_over(*end);
}

/* Upstream was read up to the commits of that day. */
#define LOOKED_AT	"2026-07-24"

static size_t parse_date(struct argp_state *state, const char *text, unsigned int *nr)
{
	size_t len = strlen(revisions[0].date);
	unsigned int i;

	if (strncmp(text, revisions[0].date, len) < 0)
		argp_error(state, "%.*s is before the first revision, starry@%.*s of %s;\n"
			   "`altwait policies` lists them", (int)len, text,
			   COMMIT_SHOWN, revisions[0].commit, revisions[0].date);
	if (strncmp(text, LOOKED_AT, len) > 0)
		argp_error(state, "%.*s: what has come after " LOOKED_AT " is not known here;\n"
			   "`altwait policies` lists the revisions", (int)len, text);
	for (i = 0; i < N_REVISIONS; i++)
		if (strncmp(text, revisions[i].date, len) >= 0)
			*nr = i;
	return len;
}

size_t parse_revision(struct argp_state *state, const char *text, unsigned int *nr)
{
	size_t len = strspn(text, "0123456789abcdef");
	unsigned int i;

	if (is_date(text))
		return parse_date(state, text, nr);
	if (len < COMMIT_LEAST || !is_over(text[len]))
		argp_error(state, "'%s' is neither %d digits or more of a commit nor a date\n"
			   "as %s; `altwait policies` lists the revisions",
			   text, COMMIT_LEAST, revisions[0].date);
	for (i = 0; i < N_REVISIONS; i++)
		if (strncmp(text, revisions[i].commit, len) == 0) {
			*nr = i;
			return len;
		}
	argp_error(state, "no revision '%.*s' that changed wait.rs; `altwait policies` lists\n"
		   "them, and starry@DATE is the newest of them by then", (int)len, text);
	return 0;
}
