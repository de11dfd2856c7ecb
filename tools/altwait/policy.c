// SPDX-License-Identifier: GPL-2.0
/*
 * Policies and sets of quirks, as the command line writes them:
 *
 *	stock | starry[-NAME|+LATER...] | linux[+NAME...] | starry@REVISION[+NAME|-NAME...]
 *
 * LATER is what only later revisions of Starry brought.
 */
#include <stdio.h>
#include <string.h>

#include "altwait.h"
#include "revisions.h"

static const char * const names[] = {
	[ALTWAIT_POLICY_STOCK]	= "stock",
	[ALTWAIT_POLICY_STARRY]	= "starry",
	[ALTWAIT_POLICY_LINUX]	= "linux",
};

/* What may stand before a quirk */
static const char * const signs[] = {
	[ALTWAIT_POLICY_STARRY]	= "+-",
	[ALTWAIT_POLICY_LINUX]	= "+",
};

int find_quirk(const char *name, size_t len)
{
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (strlen(quirk_name[i]) == len &&
		    memcmp(quirk_name[i], name, len) == 0)
			return i;
	return -1;
}

/* The longest name that text begins with, up to one of the signs or the end; or 0. */
static size_t name_length(const char *text, const char *ends)
{
	size_t best = 0;
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		size_t len = strlen(quirk_name[i]);

		if (strncmp(text, quirk_name[i], len) == 0 && len > best &&
		    (text[len] == '\0' || strchr(ends, text[len])))
			best = len;
	}
	return best;
}

/* There is none behind the sign that text begins with. */
static void bad_quirk(struct argp_state *state, const char *text, unsigned int base)
{
	const char *name = text + 1, *ends = signs[base];
	bool takes_minus = strchr(ends, '-');

	if (!*name || strchr(ends, *name))
		argp_error(state, "a quirk is missing after %c", *text);
	else if (!takes_minus && name_length(name, "-"))
		argp_error(state, "unknown quirk '%s'; after %s, quirks are joined by %s",
			   name, names[base], ends);
	else
		unknown_quirk(state, name, takes_minus && !strchr(name, '+') ? '-' : '+');
}

/* The quirk behind the sign that text begins with, and where the next sign is. */
static quirk_set parse_quirk(struct argp_state *state, const char **text, unsigned int base)
{
	const char *name = *text + 1;
	size_t len = name_length(name, signs[base]);

	if (!strchr(signs[base], **text))
		argp_error(state, "'%s': after %s, quirks are joined by %s", *text,
			   names[base], signs[base]);
	if (!len)
		bad_quirk(state, *text, base);
	*text = name + len;
	return QUIRK_BIT(find_quirk(name, len));
}

/* Taken from the seed is what it has, and added what it has not. */
static void check_seed(struct argp_state *state, const char *text, const char *end,
		       quirk_set quirk)
{
	int len = end - text - 1;

	if (*text == '-' && quirk & QUIRKS_LATER)
		argp_error(state, "starry has no %.*s, which later revisions brought;\n"
			   "starry+%.*s adds it", len, text + 1, len, text + 1);
	if (*text == '+' && !(quirk & QUIRKS_LATER))
		argp_error(state, "starry has %.*s already; starry-%.*s takes it away",
			   len, text + 1, len, text + 1);
}

static quirk_set parse_quirks(struct argp_state *state, const char *text,
			      unsigned int base)
{
	quirk_set quirks = 0, quirk;
	const char *next = text;

	for (; *text; text = next) {
		quirk = parse_quirk(state, &next, base);
		if (base == ALTWAIT_POLICY_STARRY)
			check_seed(state, text, next, quirk);
		quirks |= quirk;
	}
	return quirks;
}

/* What follows starry@; the quirks in which it differs from starry. */
static quirk_set parse_revised(struct argp_state *state, const char *text)
{
	quirk_set in_force, quirk;
	unsigned int nr = 0;
	char sign;

	text += parse_revision(state, text, &nr);
	in_force = revision_quirks(nr);
	while (*text) {
		sign = *text;
		quirk = parse_quirk(state, &text, ALTWAIT_POLICY_STARRY);
		in_force = sign == '+' ? in_force | quirk : in_force & ~quirk;
	}
	return QUIRKS_STARRY ^ in_force;
}

quirk_set quirks_in_force(const struct policy *policy)
{
	switch (policy->base) {
	case ALTWAIT_POLICY_STARRY:
		return QUIRKS_STARRY ^ policy->quirks;
	case ALTWAIT_POLICY_LINUX:
		return policy->quirks;
	default:
		return 0;
	}
}

struct policy parse_policy(struct argp_state *state, const char *arg)
{
	struct policy policy = { 0 };
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		len = strlen(names[i]);
		if (strncmp(arg, names[i], len) != 0)
			continue;
		if (arg[len] && i == ALTWAIT_POLICY_STOCK)
			break;
		if (arg[len] == '@' && i == ALTWAIT_POLICY_STARRY) {
			policy.base = i;
			policy.quirks = parse_revised(state, arg + len + 1);
			return policy;
		}
		if (arg[len] && !strchr("+-", arg[len]))
			break;
		policy.base = i;
		policy.quirks = arg[len] ? parse_quirks(state, arg + len, i) : 0;
		return policy;
	}
	argp_error(state, "unknown policy '%s'; there are stock, linux,\n" QUIRK_POLICIES, arg);
	return policy;
}

void print_policy_to(FILE *to, unsigned int base, quirk_set in_force)
{
	quirk_set differs;
	int i;

	if (base >= ARRAY_SIZE(names)) {
		fprintf(to, "unknown");
		return;
	}
	fprintf(to, "%s", names[base]);
	if (base == ALTWAIT_POLICY_STOCK)
		return;
	differs = base == ALTWAIT_POLICY_STARRY ? QUIRKS_STARRY ^ in_force : in_force;
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (differs & QUIRK_BIT(i))
			fprintf(to, "%c%s", in_force & QUIRK_BIT(i) ? '+' : '-', quirk_name[i]);
}

void print_policy(unsigned int base, quirk_set in_force)
{
	print_policy_to(stdout, base, in_force);
}
