// SPDX-License-Identifier: GPL-2.0
/*
 * The quirks that need pids of one's choice, or several generations.
 */
#include <linux/sched.h>

#include "quirk.h"

/* A child with that pid, which exits at once, and has; 0: it is taken. */
static pid_t exited_as(pid_t pid, int code)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (unsigned long)&pid,
		.set_tid_size = 1,
	};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (!child)
		_exit(code);
	if (child < 0 && errno == EEXIST)
		return 0;
	if (child < 0)
		die("clone3");
	until_dead(child);
	return child;
}

QUIRK_TEST(PID_ORDER)
{
	pid_t younger, older = child_exited(1), pid = older - 1;

	/* The next lower one that is free. */
	while (!(younger = exited_as(pid, 2)))
		ASSERT_LT(1, --pid);
	if (!has)
		EXPECT_WAIT4(-1, 0, .pid = older, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, 0, .pid = younger, .status = W_EXIT(2));
	if (has)
		EXPECT_WAIT4(-1, 0, .pid = older, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

QUIRK_TEST(PIDFD_BY_NUMBER)
{
	pid_t pid = child_exited(3);
	int fd = pidfd_of(pid);

	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(3));
	EXPECT_WAITID(P_PIDFD, fd, WEXITED, .error = ECHILD);
	ASSERT_EQ(pid, exited_as(pid, 4));
	if (has) {
		EXPECT_WAITID(P_PIDFD, fd, WEXITED, .pid = pid,
			      .code = CLD_EXITED, .status = 4);
	} else {
		EXPECT_WAITID(P_PIDFD, fd, WEXITED, .error = ECHILD);
		EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(4));
	}
	EXPECT_CONSUMED(pid);
}

/*
 * subject (subreaper) -> agent -> middle -> zombie: when the middle one exits,
 * the zombie becomes the subject's child, and nothing else happens to it.
 */
QUIRK_TEST(ADOPTION_SILENT)
{
	unsigned int end = stage_slot();
	struct waiter w;
	pid_t agent, zombie;

	become_subreaper();
	agent = child_fork();
	if (!agent) {
		pid_t middle = child_fork();

		if (!middle) {
			atomic_store(&stage->note[0], child_exited(5));
			stage_take(end);
			_exit(6);
		}
		until_dead(middle);
		atomic_store(&stage->note[1], 1);
		child_obey(stage_slot());
	}
	UNTIL(atomic_load(&stage->note[0]), "a zombie grandchild");
	zombie = atomic_load(&stage->note[0]);
	waiter_sleep(&w, call_wait4(-1, 0));
	stage_give(end, 1);
	UNTIL(atomic_load(&stage->note[1]), "end of its parent");
	if (has) {
		until_asleep(getpid(), w.tid, SYS_wait4);
		/* The next event wakes it, and it finds the zombie. */
		signal_send(agent, SIGKILL);
	}
	waiter_join(&w);
	if (!has || w.call.ret == zombie)
		EXPECT_CALL(&w.call, .pid = zombie, .status = W_EXIT(5));
	else
		EXPECT_CALL(&w.call, .pid = agent, .status = SIGKILL);
	signal_end(agent);
}

KEEP_ARMED
TEST_HARNESS_MAIN
