// SPDX-License-Identifier: GPL-2.0
/* Runs until somebody sets a variable of it. */
#include <poll.h>
#include <stdio.h>

static volatile int released;

int main(void)
{
	puts("running");
	fflush(stdout);
	while (!released)
		poll(NULL, 0, 300);
	puts("released");
	return 5;
}
