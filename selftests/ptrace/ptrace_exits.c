// SPDX-License-Identifier: GPL-2.0
/* Ends of traced threads, and exec, which ends all but one. */
#include "scene.h"

/*
 * @thread_exits: a tracer is told of the exit of a thread; Starry's tables hold
 *	processes (wait.rs:222 looks at those alone)
 */
FOUR_VARIANTS(ptrace_exits,
	      DIFFERING(bool thread_exits;),
	      ON_LINUX(.thread_exits = true),
	      ON_STARRY());

/*
 * The process was reported, and never is again. Starry's may report it while
 * threads of it are still leaving, so it may be there for a moment.
 */
#define EXPECT_ONCE(id)							\
	do {								\
		long end_ = now_ms() + PATIENCE_MS;			\
		bool gone_ = false;					\
									\
		while (_metadata->passed && !gone_) {			\
			still_time(end_, "end of the process");		\
			EXPECT_WAIT4(-1, __WALL | WNOHANG,		\
				     .error = ECHILD);			\
			gone_ = is_gone(id);				\
		}							\
	} while (0)

/* A traced thread ends. Starry's never tells; Linux wants it waited for. */
SUBJECT_TEST(ptrace_exits, thread_exit)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 1, ORDER_END);
	until_thread_gone(&s, 1);
	EXPECT_WAIT4(-1, __WALL | WNOHANG,
		     .pid = variant->thread_exits ? s.tid[1] : 0,
		     .status = W_EXIT(1));
	EXPECT_WAIT4(s.tid[1], __WALL | WNOHANG, .error = ECHILD);
	EXPECT_NOTHING(-1);
	scene_kill(&s);
}

/* Whoever it was is gone: neither process nor thread has that id. */
SUBJECT_TEST(ptrace_exits, thread_exit_by_waitid)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 2, ORDER_END);
	until_thread_gone(&s, 2);
	if (variant->thread_exits)
		EXPECT_WAITID(P_PID, s.tid[2], __WALL | WEXITED | WNOHANG,
			      .pid = s.tid[2], .code = CLD_EXITED,
			      .status = 2);
	EXPECT_WAITID(P_PID, s.tid[2], __WALL | WEXITED | WNOHANG,
		      .error = ECHILD);
	scene_kill(&s);
}

/* With PTRACE_O_TRACEEXIT each thread announces its end. */
SUBJECT_TEST(ptrace_exits, thread_exit_event)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, PTRACE_O_TRACEEXIT);
	tell(&s, 2, ORDER_END);
	EXPECT_WAIT4(s.tid[2], __WALL, .pid = s.tid[2],
		     .status = W_STOP(EVENT(SIGTRAP, PTRACE_EVENT_EXIT)));
	EXPECT_EQ(W_EXIT(2), (int)event_message(s.tid[2]));
	EXPECT_NOTHING(-1);
	scene_kill(&s);
}

/* The leader first, then the others; the process ends with the last. */
SUBJECT_TEST(ptrace_exits, leader_exits_first)
{
	struct threads s;
	int i;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 0, ORDER_END);
	until_thread_gone(&s, 0);
	EXPECT_NOTHING(-1);
	for (i = 1; i < N_THREADS; i++) {
		tell(&s, i, ORDER_END);
		until_thread_gone(&s, i);
		if (variant->thread_exits)
			EXPECT_WAIT4(s.tid[i], __WALL, .pid = s.tid[i],
				     .status = W_EXIT(i));
		else if (i == 1)
			EXPECT_NOTHING(-1);
	}
	/* The last thread's code. */
	EXPECT_WAIT4(-1, __WALL, .pid = s.pid, .status = W_EXIT(2));
	EXPECT_ONCE(s.pid);
}

/* All at once: Linux tells of each thread, and of the process last. */
SUBJECT_TEST(ptrace_exits, exit_group)
{
	struct threads s;
	int i;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 1, ORDER_END_GROUP);
	for (i = 1; variant->thread_exits && i < N_THREADS; i++)
		EXPECT_WAIT4(s.tid[i], __WALL, .pid = s.tid[i],
			     .status = W_EXIT(9));
	EXPECT_WAIT4(s.pid, __WALL, .pid = s.pid, .status = W_EXIT(9));
	EXPECT_ONCE(s.pid);
}

/* Killed while several threads stand in stops. */
SUBJECT_TEST(ptrace_exits, killed_in_stops)
{
	struct threads s;
	int i;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 1, ORDER_TRAP);
	until_trapped(s.tid[1]);
	tell(&s, 2, ORDER_TRAP);
	until_trapped(s.tid[2]);
	EXPECT_WAIT4(s.tid[1], __WALL, .pid = s.tid[1],
		     .status = W_STOP(SIGUSR1));
	scene_kill(&s);
	for (i = 1; variant->thread_exits && i < N_THREADS; i++)
		EXPECT_WAIT4(s.tid[i], __WALL, .pid = s.tid[i],
			     .status = SIGKILL);
	EXPECT_WAIT4(s.pid, __WALL, .pid = s.pid, .status = SIGKILL);
	EXPECT_ONCE(s.pid);
}

/* Whatever the order in which threads leave and the tracer is told of it. */
SUBJECT_TEST(ptrace_exits, reported_once)
{
	struct threads s;
	int i, j;

	for (i = 0; i < 30 && _metadata->passed; i++) {
		scene_start(&s);
		seize_all(&s, 0);
		scene_kill(&s);
		for (j = 1; variant->thread_exits && j < N_THREADS; j++)
			EXPECT_WAIT4(s.tid[j], __WALL, .pid = s.tid[j],
				     .status = SIGKILL);
		EXPECT_WAIT4(-1, __WALL, .pid = s.pid, .status = SIGKILL);
		EXPECT_ONCE(s.pid);
	}
}

/* ------------------------------------------------------------------- exec */

/* The tracer must take the other threads' ends, or exec does not go on. */
SUBJECT_TEST(ptrace_exits, exec_by_other_thread)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, PTRACE_O_TRACEEXEC);
	tell(&s, 1, ORDER_EXEC);
	if (variant->thread_exits)
		EXPECT_WAIT4(s.tid[2], __WALL, .pid = s.tid[2],
			     .status = W_EXIT(0));
	EXPECT_WAIT4(s.pid, __WALL, .pid = s.pid,
		     .status = W_STOP(EVENT(SIGTRAP, PTRACE_EVENT_EXEC)));
	EXPECT_EQ(s.tid[1], (pid_t)event_message(s.pid));
	EXPECT_WAIT4(s.tid[1], __WALL | WNOHANG, .error = ECHILD);
	resume(PTRACE_CONT, s.pid, 0);
	EXPECT_WAIT4(-1, __WALL, .pid = s.pid);
	EXPECT_ONCE(s.pid);
}

/* The leader stands in a stop when another thread executes. */
SUBJECT_TEST(ptrace_exits, exec_over_stopped_leader)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, PTRACE_O_TRACEEXEC);
	tell(&s, 0, ORDER_TRAP);
	until_trapped(s.tid[0]);
	tell(&s, 1, ORDER_EXEC);
	until_thread_gone(&s, 0);
	if (variant->thread_exits)
		EXPECT_WAIT4(s.tid[2], __WALL, .pid = s.tid[2],
			     .status = W_EXIT(0));
	EXPECT_WAIT4(s.pid, __WALL, .pid = s.pid,
		     .status = W_STOP(EVENT(SIGTRAP, PTRACE_EVENT_EXEC)));
	resume(PTRACE_CONT, s.pid, 0);
	EXPECT_WAIT4(-1, __WALL, .pid = s.pid);
	EXPECT_ONCE(s.pid);
}

KEEP_ARMED
TEST_HARNESS_MAIN
