/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait bisect: what is known of a policy, and JSON of it.
 */
#ifndef TOOLS_BISECT_H
#define TOOLS_BISECT_H

#include "json.h"
#include "trial.h"

/* struct tried - the runs under one policy: those that went unlike stock's failed */
struct tried {
	quirk_set in_force;
	unsigned int runs;
	unsigned int failed;
	struct ending failure;
};

/* Add how a run ended; what was tried of a policy; what was found. */
void json_add_ending(struct json_object *to, const char *name, const struct ending *ending);
void json_add_tried(struct json_object *to, const char *name, const struct tried *tried);

/**
 * json_add_found - add a set of quirks that was found
 * @to: gets it
 * @name: of the member
 * @base: linux, and it fails with these; or starry, and it works without
 * @tried: the policy that was tried
 * @minimal: none of them can be left out
 */
void json_add_found(struct json_object *to, const char *name, unsigned int base,
		    const struct tried *tried, bool minimal);

#endif /* TOOLS_BISECT_H */
