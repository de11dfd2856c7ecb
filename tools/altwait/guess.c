// SPDX-License-Identifier: GPL-2.0
/*
 * "Did you mean": the quirk whose name is nearest to what was typed.
 */
#include <ctype.h>
#include <string.h>

#include "altwait.h"

/* Longer ones are no slips of the finger. */
#define LONGEST		40

static int typed(char c)
{
	return c == '_' || c == ' ' ? '-' : tolower((unsigned char)c);
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * One more row of the table of distances: above[k] is what it takes to get from
 * the text so far, but for c, to the first k characters of name.
 */
static void next_row(const unsigned int *over, const unsigned int *above,
		     unsigned int *row, char before, char c, const char *name)
{
	size_t k;

	row[0] = above[0] + 1;
	for (k = 1; name[k - 1]; k++) {
		row[k] = above[k - 1] + (typed(c) != name[k - 1]);
		row[k] = least(row[k], least(above[k], row[k - 1]) + 1);
		if (over && k > 1 && typed(c) == name[k - 2] &&
		    typed(before) == name[k - 1])
			row[k] = least(row[k], over[k - 2] + 1);
	}
}

/*
 * How many characters to put in, take out, change or swap with the next, to get
 * from text to name: the optimal string alignment distance.  Text may go on after
 * a sign; the best of its ends counts.
 */
static unsigned int distance(const char *text, char sign, const char *name)
{
	unsigned int rows[3][LONGEST + 1], best = LONGEST;
	size_t len = strlen(name), i;

	if (len > LONGEST)
		return LONGEST;
	for (i = 0; i <= len; i++)
		rows[0][i] = i;
	for (i = 1; text[i - 1] && i <= LONGEST; i++) {
		next_row(i > 1 ? rows[(i - 2) % 3] : NULL, rows[(i - 1) % 3],
			 rows[i % 3], i > 1 ? text[i - 2] : '\0', text[i - 1], name);
		if (!text[i] || (sign && text[i] == sign))
			best = least(best, rows[i % 3][len]);
	}
	return best;
}

const char *guess_quirk(const char *text, char sign)
{
	const char *guess = NULL;
	unsigned int best = LONGEST;
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		unsigned int d = distance(text, sign, quirk_name[i]);

		/* A slip in four characters: more, and it is another word. */
		if (d >= best || d > 1 + strlen(quirk_name[i]) / 4)
			continue;
		best = d;
		guess = quirk_name[i];
	}
	return guess;
}

void unknown_quirk(struct argp_state *state, const char *text, char sign)
{
	const char *guess = guess_quirk(text, sign);

	if (guess)
		argp_error(state, "unknown quirk '%s'; did you mean %s?", text, guess);
	else
		argp_error(state, "unknown quirk '%s'; `altwait quirks` lists them",
			   text);
}
