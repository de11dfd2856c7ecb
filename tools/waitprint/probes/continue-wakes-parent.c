// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "tracer.h"

void probe(void)
{
	struct agent parent;
	struct sleeper s;
	sigset_t set;
	pid_t pid;

	need_proc();
	/* Blocked, SIGCONT continues it, and makes no ptrace stop. */
	sigemptyset(&set);
	sigaddset(&set, SIGCONT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	parent = make_agent();
	pid = agent_child(&parent);
	must_trace(PTRACE_ATTACH, pid, 0);
	until_trapped(pid);
	take_stop(pid);
	must_trace(PTRACE_CONT, pid, SIGSTOP);
	until_trapped(pid);
	take_stop(pid);
	fall_asleep(&s, a_wait4(pid, WCONTINUED | __WALL));
	send(pid, SIGCONT);
	must_trace(PTRACE_CONT, pid, 0);
	UNTIL(task_state(pid, pid) == 'S', "a process to go on");
	if (!is_back(&s))
		sleeps_on(STARRY_WAY);
	decide(&s.call, s.call.status == W_CONT, false);
}
