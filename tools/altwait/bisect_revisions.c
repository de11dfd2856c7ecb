// SPDX-License-Identifier: GPL-2.0
/*
 * altwait bisect --revisions: since which of Starry's revisions does a command fail,
 * or work?
 *
 * Each revision is run, not a half of them: there are few, and what mends one quirk
 * may bare another.  Those with the same quirks have the same runs.
 */
#include "bisect.h"
#include "revisions.h"

static void print_revision(const struct revision *r)
{
	printf("starry@%.*s of %s", COMMIT_SHOWN, r->commit, r->date);
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
	print_revision(&revisions[0]);
	printf(" (%s)", revisions[0].what);
	for (i = 1; i < N_REVISIONS; i++) {
		if (fails[i] == fails[i - 1])
			continue;
		printf(", %s since ", fails[i] ? "fails" : "works");
		print_revision(&revisions[i]);
	}
	printf("\n");
}

int try_revisions(struct bisect *b)
{
	struct json_object *list = b->json ? json_add_list(b->json, "revisions") : NULL;
	bool fails[N_REVISIONS], any = false;
	const struct tried *t;
	unsigned int i;

	b->base = ALTWAIT_POLICY_STARRY;
	for (i = 0; i < N_REVISIONS; i++) {
		t = try_policy(b, revision_quirks(i), b->repeat);
		if (!t)
			return EXIT_SKIP;
		fails[i] = t->failed;
		any |= fails[i];
		print_tried_revision(b, list, &revisions[i], t);
	}
	if (any && !works_under_linux(b, b->repeat))
		return EXIT_SKIP;
	if (!list)
		print_changes(fails);
	return any ? EXIT_BAD : EXIT_GOOD;
}
