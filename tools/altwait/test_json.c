// SPDX-License-Identifier: GPL-2.0
/*
 * JSON of made-up runs, which test.sh looks at.
 */
#include <string.h>

#include "comparison.h"
#include "history.h"
#include "sarif.h"
#include "test_compare.h"

int print_sarif(const char *path, const char *program)
{
	struct json_object *summary = json_object_from_file(path);

	if (!summary)
		return 2;
	json_end(sarif_of(summary, program));
	json_object_put(summary);
	return 0;
}

int print_events(const char *first, const char *second)
{
	char *command[] = { "</script>", "\xc3(\xe2\x82\xac\xed\xa0\x80", NULL };
	struct json_object *history = history_begin("compare", command);
	const char *runs[2] = { first, second };
	struct side sides[2] = { { .name = "stock" }, { .name = "starry" } };
	const struct taste taste = { 0 };
	int i;

	for (i = 0; i < 2; i++) {
		play(&sides[i].log, runs[i], false);
		play(&sides[i].picture, runs[i], true);
		history_add(history, &(struct chapter) {
			.policy = "starry", .mode = i ? "replace" : "shadow",
			.ending = "exited 0", .spoilers.missed = i, .log = &sides[i].picture,
		});
	}
	report_rows(history, sides, &taste);
	json_end(history);
	for (i = 0; i < 2; i++) {
		log_free(&sides[i].log);
		log_free(&sides[i].picture);
	}
	return 0;
}

int print_json(const char *first, const char *second, const char *option)
{
	struct side sides[2] = { { .name = "stock" }, { .name = "starry" } };
	struct taste taste = { 0 };
	bool differ;

	sides[1].hung = option && strcmp(option, "hung") == 0;
	taste.any_order = option && strcmp(option, "any-order") == 0;
	play(&sides[0].log, first, false);
	play(&sides[1].log, second, false);
	json_end(report_json(sides, &taste, &differ));
	log_free(&sides[0].log);
	log_free(&sides[1].log);
	return differ;
}
