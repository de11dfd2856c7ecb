// SPDX-License-Identifier: GPL-2.0
/*
 * Long lines, folded to the terminal.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "altwait.h"

/* Less would fold each word. */
#define NARROWEST	40

unsigned int fold_width(FILE *to)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int width = 0;

	if (columns && *columns)
		width = atoi(columns);
	else if (!ioctl(fileno(to), TIOCGWINSZ, &size))
		width = size.ws_col;
	if (width <= 0)
		return 0;
	return width < NARROWEST ? NARROWEST : width;
}

void print_folded(FILE *to, unsigned int width, unsigned int indent, const char *text)
{
	unsigned int at = indent;

	while (*text) {
		unsigned int len = strcspn(text, " ");

		if (width && at > indent && at + 1 + len > width) {
			fprintf(to, "\n%*s", indent, "");
			at = indent;
		}
		at += fprintf(to, "%s%.*s", at > indent ? " " : "", (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
	fprintf(to, "\n");
}
