// SPDX-License-Identifier: GPL-2.0
/*
 * deadline SECONDS COMMAND...: become COMMAND, which SIGALRM then kills after
 * that time.  Other than timeout(1) it adds no process and no wait call to what
 * it watches, because those would be part of what is compared.
 */
#include "common.h"

int main(int argc, char **argv)
{
	if (argc < 3 || atoi(argv[1]) <= 0) {
		fputs("usage: deadline SECONDS COMMAND...\n", stderr);
		return 125;
	}
	alarm(atoi(argv[1]));
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return errno == ENOENT ? 127 : 126;
}
