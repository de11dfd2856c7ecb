// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON of altwait compare, of made-up runs: test.sh looks at it.
 */
#include <string.h>

#include "comparison.h"
#include "test_compare.h"

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
