// SPDX-License-Identifier: GPL-2.0
/*
 * A supervisor that watches its child stop, continue and end with waitid(2).
 */
#include "common.h"

static void report(pid_t child, int options)
{
	siginfo_t si = { 0 };

	if (waitid(P_PID, child, &si, options) < 0)
		die("waitid");
	printf("%s %d\n", si.si_code == CLD_STOPPED ? "stopped by" :
	       si.si_code == CLD_CONTINUED ? "continued by" :
	       si.si_code == CLD_EXITED ? "exited with" : "?", si.si_status);
	fflush(stdout);
}

static void stop(void)
{
	until_parent_waits();
	if (raise(SIGSTOP))
		die("raise");
}

int main(void)
{
	int release;
	pid_t child = spawn_held(&release, stop);

	report(child, WSTOPPED);
	if (kill(child, SIGCONT))
		die("kill");
	report(child, WCONTINUED);
	close(release);
	report(child, WEXITED);
	return 0;
}
