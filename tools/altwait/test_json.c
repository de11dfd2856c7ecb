// SPDX-License-Identifier: GPL-2.0
/*
 * JSON of made-up runs, which test.sh looks at.
 */
#include <string.h>

#include "comparison.h"
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

int print_json(const char *first, const char *second, const char *option)
{
	struct side sides[2] = { { .name = "stock" }, { .name = "starry" } };
	struct taste taste = { 0 };
	bool differ;

	sides[1].hung = option && strcmp(option, "hung") == 0;
	taste.any_order = option && strcmp(option, "any-order") == 0;
	play(&sides[0].log, first);
	play(&sides[1].log, second);
	json_end(report_json(sides, &taste, &differ));
	log_free(&sides[0].log);
	log_free(&sides[1].log);
	return differ;
}
