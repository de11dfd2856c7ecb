// SPDX-License-Identifier: GPL-2.0
/*
 * A shell's wait, with an older child that has stopped and a younger one that
 * has ended: which is reported first?
 */
#include "common.h"

int main(void)
{
	pid_t older, younger, pid;
	int status;

	older = spawn();
	if (older == 0)
		_exit(raise(SIGSTOP) != 0);
	younger = spawn();
	if (younger == 0)
		_exit(0);
	until_state(older, older, 'T');
	until_state(younger, younger, 'Z');

	pid = waitpid(-1, &status, WUNTRACED);
	printf("first: the %s\n", pid == older && WIFSTOPPED(status) ? "older one, stopped" :
	       pid == younger && WIFEXITED(status) ? "younger one, ended" : "wrong one");
	if (kill(older, SIGKILL))
		die("kill");
	while (waitpid(-1, &status, 0) > 0)
		;
	return 0;
}
