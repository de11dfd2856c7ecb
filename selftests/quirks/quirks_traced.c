// SPDX-License-Identifier: GPL-2.0
/*
 * The quirks that a tracer meets, one test each.
 */
#include "quirk.h"

static void trap_at(struct agent *a, pid_t pid, int sig)
{
	signal_send(pid, sig);
	agent_until_trapped(a, pid);
}

/* ------------------------------------------------------------ candidates */

QUIRK_TEST(TRACE_BY_PROCESS)
{
	struct agent *a = agent_make();
	struct threads s;

	scene_start(&s);
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, s.tid[1], 0));
	EXPECT_AGENT_WAIT4(a, s.pid, WNOHANG | __WALL,
			   .error = has ? 0 : ECHILD);
	EXPECT_AGENT_WAIT4(a, s.tid[1], WNOHANG | __WALL, .pid = 0);
	scene_kill(&s);
}

QUIRK_TEST(REAP_TRACED)
{
	struct child c;
	struct agent *a = agent_traces(&c);

	child_tell(&c, 1);
	until_pidfd(pidfd_of(c.pid));
	EXPECT_AGENT_WAITID(a, P_PID, c.pid, WEXITED | WNOWAIT, .pid = c.pid,
			    .code = CLD_EXITED, .status = 1);
	/* A look leaves it there, for both of them. */
	EXPECT_WAITID(P_PID, c.pid, WEXITED | WNOWAIT | WNOHANG,
		      .pid = has ? c.pid : 0, .code = CLD_EXITED, .status = 1);
	EXPECT_AGENT_WAIT4(a, c.pid, 0, .pid = c.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(1));

	a = agent_traces(&c);
	child_tell(&c, 1);
	until_pidfd(pidfd_of(c.pid));
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_EXIT(1));
}

QUIRK_TEST(TRACER_REAPS_ALL)
{
	struct child c;
	struct agent *a = agent_traces(&c);

	child_tell(&c, 2);
	EXPECT_AGENT_WAIT4(a, c.pid, 0, .pid = c.pid, .status = W_EXIT(2));
	if (!has)
		EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(2));
	EXPECT_WAIT4(c.pid, WNOHANG, .error = ECHILD);
}

QUIRK_TEST(THREAD_ENDS_UNTOLD)
{
	struct threads s;

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 1, ORDER_END);
	until_thread_gone(&s, 1);
	EXPECT_WAIT4(s.tid[1], __WALL | WNOHANG, .pid = has ? 0 : s.tid[1],
		     .error = has ? ECHILD : 0, .status = W_EXIT(1));
	scene_kill(&s);
}

/* ----------------------------------------------------------------- order */

QUIRK_TEST(STOPS_FIRST)
{
	pid_t pid = child_exited(3);
	struct child c = tracee_seize(0);

	signal_send(c.pid, SIGUSR1);
	until_trapped(c.pid);
	if (has)
		EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_STOP(SIGUSR1));
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(3));
	if (!has)
		EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_STOP(SIGUSR1));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
}

static void interrupt(pid_t tid)
{
	resume(PTRACE_INTERRUPT, tid, 0);
	until_trapped(tid);
}

/* All threads stop: the leader by a signal, the others by an event. */
QUIRK_TEST(EVENTS_FIRST)
{
	struct threads s;
	pid_t event = EVENT_STOP(SIGTRAP);

	scene_start(&s);
	seize_all(&s, 0);
	tell(&s, 0, ORDER_TRAP);
	until_trapped(s.tid[0]);
	interrupt(s.tid[2]);
	interrupt(s.tid[1]);
	/* Linux: a child, then the tracees, the latest first. */
	if (!has)
		EXPECT_WAIT4(-1, __WALL, .pid = s.tid[0],
			     .status = W_STOP(SIGUSR1));
	EXPECT_WAIT4(-1, __WALL, .pid = has ? s.tid[1] : s.tid[2],
		     .status = W_STOP(event));
	EXPECT_WAIT4(-1, __WALL, .pid = has ? s.tid[2] : s.tid[1],
		     .status = W_STOP(event));
	if (has)
		EXPECT_WAIT4(-1, __WALL, .pid = s.tid[0],
			     .status = W_STOP(SIGUSR1));
	EXPECT_NOTHING(-1);
	scene_kill(&s);
}

/* The agent's children, the younger one seized last. */
QUIRK_TEST(TRACEES_BY_PID)
{
	struct agent *a = agent_make();
	struct child older = agent_child(a), younger = agent_child(a);
	pid_t first = has ? older.pid : younger.pid;
	pid_t second = has ? younger.pid : older.pid;

	ASSERT_EQ(0, pt(PTRACE_SEIZE, older.pid, 0, 0));
	ASSERT_EQ(0, pt(PTRACE_SEIZE, younger.pid, 0, 0));
	interrupt(older.pid);
	interrupt(younger.pid);
	EXPECT_WAIT4(-1, 0, .pid = first,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
	EXPECT_WAIT4(-1, 0, .pid = second,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
}

static void *exited_in_thread(void *arg)
{
	unsigned int *slot = arg;

	atomic_store(&stage->note[0], child_exited(4));
	stage_take(*slot);
	return NULL;
}

/* The child is another thread's, the tracee the caller's. */
QUIRK_TEST(CHILDREN_BEFORE_TRACEES)
{
	unsigned int slot = stage_slot();
	struct agent *a = agent_make();
	struct child tracee = agent_child(a);
	pthread_t thread = thread_start(exited_in_thread, &slot);
	pid_t pid;

	UNTIL(atomic_load(&stage->note[0]), "child of a thread");
	pid = atomic_load(&stage->note[0]);
	ASSERT_EQ(0, pt(PTRACE_SEIZE, tracee.pid, 0, 0));
	interrupt(tracee.pid);
	if (has)
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(4));
	EXPECT_WAIT4(-1, 0, .pid = tracee.pid,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
	if (!has)
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(4));
	stage_give(slot, 1);
	thread_join(thread, "end of a thread");
}

/* --------------------------------------------------------------- reports */

static void kill_held(struct threads *s)
{
	scene_kill(s);
	until_thread_gone(s, 0);
	until_thread_gone(s, 1);
	until_thread_gone(s, 2);
}

/* A traced thread holds the end of the group: its tracer has not been told. */
QUIRK_TEST(STOP_SURVIVES_KILL)
{
	struct agent *a = agent_make();
	struct threads s;

	scene_start(&s);
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, s.tid[1], 0));
	child_stop(s.pid, SIGSTOP);
	kill_held(&s);
	EXPECT_WAIT4(s.pid, WUNTRACED | WNOHANG, .pid = has ? s.pid : 0,
		     .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(s.pid, WUNTRACED | WNOHANG, .pid = 0);
	EXPECT_AGENT_WAIT4(a, s.tid[1], __WALL, .pid = s.tid[1],
			   .status = SIGKILL);
	EXPECT_WAIT4(s.pid, 0, .pid = s.pid, .status = SIGKILL);
	EXPECT_CONSUMED(s.pid);
}

/* The agent stops the subject's child, and goes on to the group stop. */
QUIRK_TEST(TRACER_SEES_JOBS)
{
	struct child c;
	struct agent *a = agent_traces(&c);

	trap_at(a, c.pid, SIGSTOP);
	EXPECT_AGENT_WAIT4(a, c.pid, 0, .pid = c.pid,
			   .status = W_STOP(SIGSTOP));
	sigchld_drain();
	sigchld_drain();
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_CONT, c.pid, SIGSTOP));
	until_sigchld(c.pid, CLD_STOPPED);
	agent_until_trapped(a, c.pid);
	EXPECT_AGENT_WAIT4(a, c.pid, WUNTRACED, .pid = c.pid,
			   .status = W_STOP(EVENT_STOP(SIGSTOP)));
	EXPECT_AGENT_WAIT4(a, c.pid, WUNTRACED | WNOHANG,
			   .pid = has ? c.pid : 0, .status = W_STOP(SIGSTOP));
	EXPECT_AGENT_WAIT4(a, c.pid, WUNTRACED | WNOHANG, .pid = 0);
	EXPECT_WAIT4(c.pid, WUNTRACED | WNOHANG, .pid = has ? 0 : c.pid,
		     .status = W_STOP(SIGSTOP));
}

QUIRK_TEST(WAITID_STOPS_ASKED)
{
	struct child c = tracee_seize(0);

	signal_send(c.pid, SIGUSR1);
	until_trapped(c.pid);
	EXPECT_WAITID(P_PID, c.pid, WEXITED | WNOHANG, .pid = has ? 0 : c.pid,
		      .code = CLD_TRAPPED, .status = SIGUSR1);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_STOP(SIGUSR1));
}

QUIRK_TEST(PARENT_SEES_STOPS)
{
	struct child c;
	struct agent *a = agent_traces(&c);

	trap_at(a, c.pid, SIGUSR1);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_STOP(SIGUSR1));
	/* A group stop is the parent's besides, whatever it takes first. */
	sigchld_drain();
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_CONT, c.pid, SIGSTOP));
	until_sigchld(c.pid, CLD_STOPPED);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_STOP(EVENT_STOP(SIGSTOP)));
	EXPECT_WAIT4(c.pid, WNOHANG | WUNTRACED, .pid = c.pid,
		     .status = W_STOP(SIGSTOP));
}

/* A group stop of a seized tracee. */
static pid_t group_stop(struct child *c)
{
	*c = tracee_seize(0);
	signal_send(c->pid, SIGSTOP);
	until_trapped(c->pid);
	take_stop(c->pid);
	resume(PTRACE_CONT, c->pid, SIGSTOP);
	until_trapped(c->pid);
	return c->pid;
}

QUIRK_TEST(EVENT_IS_TRAP)
{
	struct child c;
	pid_t pid = group_stop(&c);
	int sig = has ? SIGTRAP : SIGSTOP;

	EXPECT_WAITID(P_PID, pid, WSTOPPED | WNOWAIT, .pid = pid,
		      .code = CLD_TRAPPED, .status = EVENT_STOP(sig));
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_STOP(EVENT_STOP(sig)));
}

QUIRK_TEST(EVENT_CUT)
{
	struct child c;
	pid_t pid = group_stop(&c);

	EXPECT_WAITID(P_PID, pid, WSTOPPED | WNOWAIT, .pid = pid,
		      .code = CLD_TRAPPED,
		      .status = has ? SIGSTOP : EVENT_STOP(SIGSTOP));
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_STOP(EVENT_STOP(SIGSTOP)));
}

QUIRK_TEST(LISTEN_REPORTS)
{
	struct child c;
	pid_t pid = group_stop(&c);

	EXPECT_WAITID(P_PID, pid, WSTOPPED | WNOWAIT, .pid = pid,
		      .code = CLD_TRAPPED, .status = EVENT_STOP(SIGSTOP));
	ASSERT_EQ(0, pt(PTRACE_LISTEN, pid, 0, 0));
	EXPECT_WAIT4(pid, WNOHANG, .pid = has ? pid : 0,
		     .status = W_STOP(EVENT_STOP(SIGSTOP)));
}

static void call_getppid(void)
{
	signal_raise(SIGSTOP);
	syscall(SYS_getppid);
}

QUIRK_TEST(SYSGOOD_LATE)
{
	pid_t pid = tracee_fork(call_getppid);

	take_stop(pid);
	resume(PTRACE_SYSCALL, pid, 0);
	until_trapped(pid);
	ASSERT_EQ(0, pt(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
	EXPECT_WAIT4(pid, 0, .pid = pid,
		     .status = W_STOP(has ? SYSGOOD : SIGTRAP));
	resume(PTRACE_SYSCALL, pid, 0);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_STOP(SYSGOOD));
}

/* Two threads stop, the one that was traced last has the higher tid. */
QUIRK_TEST(FIRST_TID)
{
	struct threads s;

	scene_start(&s);
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[1], 0, 0));
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[2], 0, 0));
	tell(&s, 1, ORDER_TRAP);
	until_trapped(s.tid[1]);
	tell(&s, 2, ORDER_TRAP);
	until_trapped(s.tid[2]);
	/* The latest tracee comes first, under its own tid or the other's. */
	EXPECT_WAIT4(-1, __WALL, .pid = has ? s.tid[1] : s.tid[2],
		     .status = W_STOP(SIGUSR1));
	scene_kill(&s);
}

/* A process of one thread has one uid, stopped or continued. */
static pid_t stopped_as_other(void)
{
	pid_t pid;

	sigchld_drain();
	pid = child_fork();
	if (!pid) {
		if (setresuid(OTHER_UID, OTHER_UID, OTHER_UID))
			die("setresuid");
		signal_raise(SIGSTOP);
		child_obey(stage_slot());
	}
	until_sigchld(pid, CLD_STOPPED);
	return pid;
}

/* A thread has another uid than the first one, by the raw system call. */
QUIRK_TEST(PROCESS_UID)
{
	uid_t uid = has ? 0 : OTHER_UID;
	pid_t pid = stopped_as_other();
	struct threads s;

	EXPECT_WAITID(P_PID, pid, WSTOPPED, .pid = pid, .code = CLD_STOPPED,
		      .status = SIGSTOP, .uid = OTHER_UID);
	child_cont(pid);
	EXPECT_WAITID(P_PID, pid, WCONTINUED, .pid = pid,
		      .code = CLD_CONTINUED, .status = SIGCONT,
		      .uid = OTHER_UID);
	child_kill(pid, SIGKILL);
	EXPECT_WAITID(P_PID, pid, WEXITED, .pid = pid, .code = CLD_KILLED,
		      .status = SIGKILL, .uid = OTHER_UID);
	scene_start(&s);
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[1], 0, 0));
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[0], 0, 0));
	tell(&s, 1, ORDER_UID);
	tell(&s, 1, ORDER_TRAP);
	until_trapped(s.tid[1]);
	EXPECT_WAITID(P_PID, s.tid[1], WSTOPPED | __WALL, .pid = s.tid[1],
		      .code = CLD_TRAPPED, .status = SIGUSR1, .uid = uid);
	/* Then the first one has it, too. */
	tell(&s, 0, ORDER_UID);
	tell(&s, 0, ORDER_TRAP);
	until_trapped(s.tid[0]);
	EXPECT_WAITID(P_PID, s.tid[0], WSTOPPED | __WALL, .pid = s.tid[0],
		      .code = CLD_TRAPPED, .status = SIGUSR1, .uid = OTHER_UID);
	scene_kill(&s);
}

/* ---------------------------------------------------------------- memory */

QUIRK_TEST(FAULT_KEEPS_STOP)
{
	struct child c = tracee_seize(0);

	signal_send(c.pid, SIGUSR1);
	until_trapped(c.pid);
	EXPECT_ERROR(EFAULT, syscall(SYS_wait4, c.pid, 8L, 0, NULL));
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_STOP(SIGUSR1));
}

KEEP_ARMED
TEST_HARNESS_MAIN
