// SPDX-License-Identifier: GPL-2.0
/* Children with several threads: which one's exit is the child's, and when. */
#include <sys/wait.h>

#include "calls.h"

/* Nothing differs: in Linux, too, the last thread's code stands. */
FOUR_VARIANTS(threads, DIFFERING(), ON_LINUX(), ON_STARRY());

/* What the other thread does once the leader, with code 3, is gone. */
static void *outlive_leader(void *how)
{
	until_state(getpid(), 'Z');
	if (how == (void *)SYS_exit)
		syscall(SYS_exit, 5);
	if (how == (void *)SYS_exit_group)
		syscall(SYS_exit_group, 6);
	signal_send(getpid(), SIGTERM);
	child_stay();
}

static pid_t leader_exits(long how)
{
	pid_t pid = child_fork();

	if (pid)
		return pid;
	thread_start(outlive_leader, (void *)how);
	syscall(SYS_exit, 3);
	_exit(98);
}

SUBJECT_TEST(threads, last_thread)
{
	pid_t pid = leader_exits(SYS_exit);

	until_dead(pid);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(5));
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(threads, last_thread_exits_the_group)
{
	pid_t pid = leader_exits(SYS_exit_group);

	until_dead(pid);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 6);
}

SUBJECT_TEST(threads, last_thread_is_killed)
{
	pid_t pid = leader_exits(SYS_kill);

	until_dead(pid);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = SIGTERM);
}

static void *obey_in_thread(void *slot)
{
	child_obey((long)slot);
}

/* A leader that has left is no zombie yet: a thread lives. */
SUBJECT_TEST(threads, leader_only)
{
	unsigned int slot = stage_slot();
	pid_t pid = child_fork();

	if (!pid) {
		thread_start(obey_in_thread, (void *)(long)slot);
		syscall(SYS_exit, 3);
	}
	until_state(pid, 'Z');
	EXPECT_WAIT4(pid, WNOHANG, .pid = 0);
	EXPECT_WAITID(P_ALL, 0, WEXITED | WNOHANG, .pid = 0);
	stage_give(slot, ORDER_EXIT | 14);
	until_dead(pid);
	EXPECT_WAIT4(pid, WNOHANG, .pid = pid, .status = W_EXIT(14));
}

static void *exec_true(void *arg)
{
	execl("/bin/sh", "sh", "-c", "exit 15", NULL);
	die("/bin/sh");
}

/* An exec by a thread that is not the leader. */
SUBJECT_TEST(threads, thread_execs)
{
	pid_t pid = child_fork();

	if (!pid) {
		thread_start(exec_true, NULL);
		child_stay();
	}
	until_dead(pid);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(15));
	EXPECT_CONSUMED(pid);
}

KEEP_ARMED
TEST_HARNESS_MAIN
