// SPDX-License-Identifier: GPL-2.0
/* Runs until somebody sets a variable of it, or nobody has in ten minutes. */
#include <poll.h>
#include <stdio.h>

static volatile int released;

int main(void)
{
	int looks;

	puts("running");
	fflush(stdout);
	for (looks = 0; !released && looks < 2000; looks++)
		poll(NULL, 0, 300);
	puts(released ? "released" : "nobody has set the variable");
	return 5;
}
