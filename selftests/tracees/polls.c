// SPDX-License-Identifier: GPL-2.0
/*
 * A parent that asks for its child again and again, which Linux answers with
 * "nothing yet" as long as the child's stops are a tracer's.
 */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tracee.h"

#define POLLS 500

int main(void)
{
	volatile int *end = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i, status = 0;
	pid_t pid, parent = getpid();

	if (end == MAP_FAILED)
		give_up("mmap");
	pid = fork();
	if (pid < 0)
		give_up("fork");
	if (!pid) {
		while (!*end && syscall(SYS_getppid) == parent)
			;
		_exit(*end ? 7 : 99);
	}
	for (i = 0; i < POLLS && !waitpid(pid, &status, WNOHANG); i++)
		;
	if (i < POLLS)
		printf("took a stop of signal %d\n", WSTOPSIG(status));
	fflush(stdout);
	*end = 1;
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		;
	printf("child %d\n", WEXITSTATUS(status));
	return 6;
}
