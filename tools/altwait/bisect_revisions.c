// SPDX-License-Identifier: GPL-2.0
/*
 * altwait bisect --revisions: since which of Starry's revisions does a command fail,
 * or work?
 *
 * Each revision is run, not a half of them: there are few, and what mends one quirk
 * may bare another.  Those with the same quirks have the same runs.  Where one fails
 * now and then, those that have not failed are run until they would have as often.
 */
#include "bisect.h"
#include "revisions.h"

static void print_revision(FILE *to, const struct revision *r)
{
	fprintf(to, "starry@%.*s of %s", COMMIT_SHOWN, r->commit, r->date);
}

/* @list: of JSON, or NULL */
static void print_tried_revision(const struct bisect *b, struct json_object *list,
				 const struct revision *r, const struct tried *t)
{
	struct json_object *one;
	char policy[32];

	snprintf(policy, sizeof(policy), "starry@%.*s", COMMIT_SHOWN, r->commit);
	if (list) {
		one = json_append_object(list);
		json_add_text(one, "policy", policy);
		json_add_text(one, "date", r->date);
		json_add_tried(one, "tried", t);
		return;
	}
	printf("under %s ", policy);
	print_tried(stdout, b, t);
	printf("\n");
	fflush(stdout);
}

/* Where it goes from bad to good or back. */
static void print_changes(const bool *fails)
{
	unsigned int i;

	printf("%s under ", fails[0] ? "fails" : "works");
	print_revision(stdout, &revisions[0]);
	printf(" (%s)", revisions[0].what);
	for (i = 1; i < N_REVISIONS; i++) {
		if (fails[i] == fails[i - 1])
			continue;
		printf(", %s since ", fails[i] ? "fails" : "works");
		print_revision(stdout, &revisions[i]);
	}
	printf("\n");
}

/* So many runs does one need that fails as seldom as any that has failed. */
static unsigned int runs_needed(const struct bisect *b)
{
	unsigned int i, n = b->repeat, needs;
	const struct tried *t;

	for (i = 0; i < N_REVISIONS; i++) {
		t = known(b, revision_quirks(i));
		if (!t || !t->failed || t->failed == t->runs)
			continue;
		needs = runs_to_see(b, t);
		n = needs > n ? needs : n;
	}
	return n;
}

/* Each that has not failed so often, that many times.  False: nobody can say. */
static bool run_all(struct bisect *b, unsigned int runs)
{
	const struct tried *t;
	unsigned int i;

	for (i = 0; i < N_REVISIONS; i++) {
		t = known(b, revision_quirks(i));
		if (t && t->failed)
			continue;
		t = try_policy(b, revision_quirks(i), runs);
		if (!t)
			return false;
		fprintf(stderr, "altwait: ");
		print_revision(stderr, &revisions[i]);
		fprintf(stderr, ": ");
		print_tried(stderr, b, t);
		fprintf(stderr, "\n");
	}
	return true;
}

/* Until none is left that may have worked by chance. */
static bool run_until_sure(struct bisect *b)
{
	unsigned int runs = b->repeat, needed;

	b->base = ALTWAIT_POLICY_STARRY;
	for (;;) {
		if (!run_all(b, runs))
			return false;
		needed = runs_needed(b);
		if (needed <= runs)
			return true;
		runs = needed;
		fprintf(stderr, "altwait: the runs vary: who has not failed gets %u\n",
			runs);
	}
}

int try_revisions(struct bisect *b)
{
	struct json_object *list = b->json ? json_add_list(b->json, "revisions") : NULL;
	bool fails[N_REVISIONS] = { 0 }, any = false, sure = run_until_sure(b);
	const struct tried *t;
	unsigned int i;

	for (i = 0; i < N_REVISIONS; i++) {
		t = known(b, revision_quirks(i));
		if (!t)
			break;
		fails[i] = t->failed;
		any |= fails[i];
		print_tried_revision(b, list, &revisions[i], t);
	}
	if (!sure || (any && !works_under_linux(b, runs_needed(b))))
		return EXIT_SKIP;
	if (!list)
		print_changes(fails);
	return any ? EXIT_BAD : EXIT_GOOD;
}
