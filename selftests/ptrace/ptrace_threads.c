// SPDX-License-Identifier: GPL-2.0
/* Ptrace stops of several threads of a process. */
#include "scene.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/*
 * @event_named: of several stops, that with an event is reported first, under
 *	the lowest tid that has a stop (wait.rs:82); Linux takes thread by thread
 * @others: a call for the process's pid reports another thread's stop, too, and
 *	under that pid (wait.rs:81 and :209); to Linux it names one thread
 * @untraced: error of a call for a thread without a tracer, whose process has
 *	one; to Starry's it is a tracee (wait.rs:75)
 * @detached: error of a call for a traced thread when another one of its process
 *	was let go: the process has no tracer then (wait.rs:157)
 */
FOUR_VARIANTS(ptrace_threads,
	      DIFFERING(bool event_named;
			bool others;
			int untraced;
			int detached;),
	      ON_LINUX(.untraced = ECHILD),
	      ON_STARRY(.event_named = true,
			.others = true,
			.detached = ECHILD));

/* ------------------------------------------------------- whose stop it is */

/* One other thread stops; the call names that thread. */
SUBJECT_TEST(ptrace_threads, by_tid)
{
	struct threads s;
	unsigned int i;

	scene_start(&s);
	seize_all(&s, 0);
	for (i = 0; i < N_THREADS; i++) {
		tell(&s, i, ORDER_TRAP);
		EXPECT_WAITID(P_PID, s.tid[i], __WALL | WSTOPPED | WNOWAIT,
			      .pid = s.tid[i], .code = CLD_TRAPPED,
			      .status = SIGUSR1);
		EXPECT_WAIT4(s.tid[i], __WALL, .pid = s.tid[i],
			     .status = W_STOP(SIGUSR1));
		EXPECT_NOTHING(s.tid[i]);
		resume(PTRACE_CONT, s.tid[i], 0);
	}
	scene_kill(&s);
}

/* PIDFD_THREAD of Linux 6.9; -1 before. */
static int pidfd_of_thread(pid_t tid)
{
	return syscall(SYS_pidfd_open, tid, O_EXCL);
}

/*
 * A pidfd of a thread names it as its number does.  Where the kernel has none, that is
 * seen, and the number has to do.
 */
SUBJECT_TEST(ptrace_threads, by_pidfd)
{
	bool has = pidfd_of_thread(getpid()) >= 0;
	int by = has ? P_PIDFD : P_PID;
	struct threads s;
	int id[N_THREADS];
	unsigned int i;

	scene_start(&s);
	for (i = 0; i < N_THREADS; i++) {
		id[i] = pidfd_of_thread(s.tid[i]);
		EXPECT_EQ(has, id[i] >= 0);
		if (!has)
			id[i] = s.tid[i];
	}
	EXPECT_WAITID(by, id[1], __WALL | WEXITED | WNOHANG, .error = ECHILD);
	seize_all(&s, 0);
	for (i = 0; i < N_THREADS; i++) {
		EXPECT_WAITID(by, id[i], __WALL | WSTOPPED | WNOHANG, .pid = 0);
		tell(&s, i, ORDER_TRAP);
		until_trapped(s.tid[i]);
		EXPECT_WAITID(by, id[i == 1 ? 2 : 1], __WALL | WSTOPPED | WNOHANG, .pid = 0);
		EXPECT_WAITID(by, id[i], __WALL | WSTOPPED, .pid = s.tid[i],
			      .code = CLD_TRAPPED, .status = SIGUSR1);
		EXPECT_NOTHING(s.tid[i]);
		resume(PTRACE_CONT, s.tid[i], 0);
	}
	scene_kill(&s);
}

/* A call for any reports it under the thread's own id. */
SUBJECT_TEST(ptrace_threads, by_any)
{
	struct threads s;
	unsigned int i;

	scene_start(&s);
	seize_all(&s, 0);
	for (i = 0; i < N_THREADS; i++) {
		tell(&s, i, ORDER_TRAP);
		EXPECT_WAITID(P_ALL, 0, __WALL | WSTOPPED | WNOWAIT,
			      .pid = s.tid[i], .code = CLD_TRAPPED,
			      .status = SIGUSR1);
		EXPECT_WAIT4(-1, __WALL, .pid = s.tid[i],
			     .status = W_STOP(SIGUSR1));
		EXPECT_NOTHING(-1);
	}
	scene_kill(&s);
}

/* The leader runs, another thread is stopped, and the call names the leader. */
SUBJECT_TEST(ptrace_threads, other_by_pid)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 1, ORDER_TRAP);
	until_trapped(s.tid[1]);
	EXPECT_WAIT4(s.pid, __WALL | WNOHANG,
		     .pid = variant->others ? s.pid : 0,
		     .status = W_STOP(SIGUSR1));
	EXPECT_WAIT4(s.tid[1], __WALL | WNOHANG,
		     .pid = variant->others ? 0 : s.tid[1],
		     .status = W_STOP(SIGUSR1));
	EXPECT_NOTHING(s.tid[2]);
	EXPECT_NOTHING(-1);
	scene_kill(&s);
}

/* The leader's own stop is preferred to another thread's. */
SUBJECT_TEST(ptrace_threads, leader_preferred)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 1, ORDER_TRAP);
	until_trapped(s.tid[1]);
	ASSERT_EQ(0, pt(PTRACE_INTERRUPT, s.tid[2], 0, 0));
	until_trapped(s.tid[2]);
	tell(&s, 0, ORDER_TRAP);
	until_trapped(s.tid[0]);
	EXPECT_WAIT4(s.pid, __WALL | WNOHANG, .pid = s.pid,
		     .status = W_STOP(SIGUSR1));
	resume(PTRACE_CONT, s.tid[0], 0);
	EXPECT_WAIT4(s.tid[1], __WALL | WNOHANG, .pid = s.tid[1],
		     .status = W_STOP(SIGUSR1));
	EXPECT_WAIT4(s.tid[2], __WALL | WNOHANG, .pid = s.tid[2],
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
	EXPECT_NOTHING(-1);
	scene_kill(&s);
}

/*
 * Two stops, that of the higher tid with an event. Starry's reports the event
 * under the lower tid, then the signal under the lower tid, too.
 */
SUBJECT_TEST(ptrace_threads, event_under_lowest_tid)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 1, ORDER_TRAP);
	until_trapped(s.tid[1]);
	ASSERT_EQ(0, pt(PTRACE_INTERRUPT, s.tid[2], 0, 0));
	until_trapped(s.tid[2]);
	if (variant->event_named) {
		EXPECT_WAIT4(-1, __WALL, .pid = s.tid[1],
			     .status = W_STOP(EVENT_STOP(SIGTRAP)));
		EXPECT_WAIT4(-1, __WALL, .pid = s.tid[1],
			     .status = W_STOP(SIGUSR1));
	} else {
		/* Linux has the latest tracee first. */
		EXPECT_WAIT4(-1, __WALL, .pid = s.tid[2],
			     .status = W_STOP(EVENT_STOP(SIGTRAP)));
		EXPECT_WAIT4(-1, __WALL, .pid = s.tid[1],
			     .status = W_STOP(SIGUSR1));
	}
	EXPECT_NOTHING(-1);
	scene_kill(&s);
}

/* Only one thread has a tracer; its process has, to Starry's. */
SUBJECT_TEST(ptrace_threads, untraced_thread_by_tid)
{
	struct threads s;

	scene_start(&s);
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[1], 0, 0));
	EXPECT_NOTHING(s.tid[1]);
	EXPECT_WAIT4(s.tid[2], __WALL | WNOHANG, .error = variant->untraced);
	scene_kill(&s);
}

/* ---------------------------------------------- attaching thread by thread */

SUBJECT_TEST(ptrace_threads, attach_each)
{
	struct threads s;
	unsigned int i;

	scene_start(&s);
	for (i = 0; i < N_THREADS; i++) {
		ASSERT_EQ(0, pt(PTRACE_ATTACH, s.tid[i], 0, 0));
		EXPECT_WAIT4(s.tid[i], __WALL, .pid = s.tid[i],
			     .status = W_STOP(SIGSTOP));
		resume(PTRACE_CONT, s.tid[i], 0);
	}
	EXPECT_NOTHING(-1);
	scene_kill(&s);
}

/* To attach to a second thread leaves the options as they were. */
SUBJECT_TEST(ptrace_threads, attach_keeps_options)
{
	struct threads s;

	scene_start(&s);
	ASSERT_EQ(0, pt(PTRACE_ATTACH, s.tid[1], 0, 0));
	take_stop(s.tid[1]);
	ASSERT_EQ(0, pt(PTRACE_SETOPTIONS, s.tid[1], 0,
			PTRACE_O_TRACESYSGOOD));
	ASSERT_EQ(0, pt(PTRACE_ATTACH, s.tid[2], 0, 0));
	take_stop(s.tid[2]);
	resume(PTRACE_SYSCALL, s.tid[1], 0);
	EXPECT_WAIT4(s.tid[1], __WALL, .pid = s.tid[1],
		     .status = W_STOP(SYSGOOD));
	scene_kill(&s);
}

/* Threads of a tracee with PTRACE_O_TRACECLONE are traced from birth. */
static void one_thread(void)
{
	signal_raise(SIGSTOP);
	thread_start(thread_main, (void *)1UL);
	child_stay();
}

SUBJECT_TEST(ptrace_threads, clone_attaches)
{
	struct threads s;
	pid_t tid;

	scene_make(&s);
	s.pid = tracee_fork(one_thread);
	take_stop(s.pid);
	ASSERT_EQ(0, pt(PTRACE_SETOPTIONS, s.pid, 0, PTRACE_O_TRACECLONE));
	resume(PTRACE_CONT, s.pid, 0);
	/* The new thread may be the first to stop. */
	until_trapped(s.pid);
	EXPECT_WAIT4(s.pid, __WALL, .pid = s.pid,
		     .status = W_STOP(EVENT(SIGTRAP, PTRACE_EVENT_CLONE)));
	tid = event_message(s.pid);
	resume(PTRACE_CONT, s.pid, 0);
	EXPECT_WAIT4(tid, __WALL, .pid = tid, .status = W_STOP(SIGSTOP));
	resume(PTRACE_CONT, tid, 0);
	tell(&s, 1, ORDER_TRAP);
	EXPECT_WAIT4(tid, __WALL, .pid = tid, .status = W_STOP(SIGUSR1));
	EXPECT_NOTHING(-1);
	scene_kill(&s);
}

/* One thread is let go: the other one still has its tracer. */
SUBJECT_TEST(ptrace_threads, one_detached)
{
	struct threads s;

	scene_start(&s);
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[0], 0, 0));
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[1], 0, 0));
	tell(&s, 0, ORDER_TRAP);
	EXPECT_WAIT4(-1, __WALL, .pid = s.tid[0], .status = W_STOP(SIGUSR1));
	resume(PTRACE_DETACH, s.tid[0], 0);
	EXPECT_WAIT4(s.tid[1], __WALL | WNOHANG, .pid = 0,
		     .error = variant->detached);
	tell(&s, 1, ORDER_TRAP);
	until_trapped(s.tid[1]);
	EXPECT_WAIT4(s.tid[1], __WALL, .pid = s.tid[1],
		     .status = W_STOP(SIGUSR1));
	scene_kill(&s);
}

KEEP_ARMED
TEST_HARNESS_MAIN
