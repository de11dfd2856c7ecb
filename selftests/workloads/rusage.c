// SPDX-License-Identifier: GPL-2.0
/*
 * time(1) in short: what did the child use?
 */
#include <sys/resource.h>

#include "common.h"

int main(void)
{
	struct rusage ru = { 0 };
	pid_t child = spawn();
	int status;

	if (child == 0) {
		until_parent_waits();
		_exit(0);
	}
	if (wait4(child, &status, 0, &ru) != child)
		die("wait4");
	printf("ended with %d\n", status);
	printf("peak memory %s\n", ru.ru_maxrss > 0 ? "known" : "unknown");
	return 0;
}
