// SPDX-License-Identifier: GPL-2.0
/*
 * A tracer that is not the parent.
 *
 *   subject				subject		traces c
 *    |- agent	    traces c   or	 '- agent
 *    '- c				     '- c
 */
#include "agent.h"

/*
 * @stolen: the parent takes the tracer's stops (wait.rs:203 looks at each
 *	candidate, and asks nobody who its tracer is); to Linux they are the
 *	tracer's
 * @shared: parent and tracer share one zombie, which the first takes from the
 *	other (wait.rs:238); Linux gives it to the tracer, then to the parent
 * @group_stop: see ptrace_stops.c
 */
FOUR_VARIANTS(ptrace_others,
	      DIFFERING(bool stolen;
			bool shared;
			int group_stop;),
	      ON_LINUX(.group_stop = EVENT_STOP(SIGSTOP)),
	      ON_STARRY(.stolen = true,
			.shared = true,
			.group_stop = EVENT_STOP(SIGTRAP)));

/* An agent that traces a child of the subject's. */
static struct agent *agent_traces(struct child *c, long options)
{
	struct agent *a = agent_make();

	*c = child_hold();
	if (agent_ptrace(a, PTRACE_SEIZE, c->pid, options))
		die("the agent's PTRACE_SEIZE");
	return a;
}

/* An agent with a child that the subject traces. */
static struct agent *subject_traces(struct child *c)
{
	struct agent *a = agent_make();

	*c = agent_child(a);
	if (pt(PTRACE_SEIZE, c->pid, 0, 0))
		die("PTRACE_SEIZE");
	return a;
}

static void agent_resume(struct agent *a, pid_t tid, int sig)
{
	if (agent_ptrace(a, PTRACE_CONT, tid, sig)) {
		errno = -a->ret;
		die("the agent's PTRACE_CONT");
	}
}

static void trap(struct agent *a, pid_t pid, int sig)
{
	signal_send(pid, sig);
	agent_until_trapped(a, pid);
}

/* ----------------------------------------------------- the agent traces */

SUBJECT_TEST(ptrace_others, parent_asks_first)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	trap(a, c.pid, SIGUSR1);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = variant->stolen ? c.pid : 0,
		     .status = W_STOP(SIGUSR1));
	EXPECT_AGENT_WAIT4(a, c.pid, WNOHANG,
			   .pid = variant->stolen ? 0 : c.pid,
			   .status = W_STOP(SIGUSR1));
	agent_resume(a, c.pid, 0);
	trap(a, c.pid, SIGUSR2);
	EXPECT_WAITID(P_ALL, 0, WSTOPPED | WNOHANG,
		      .pid = variant->stolen ? c.pid : 0, .code = CLD_TRAPPED,
		      .status = SIGUSR2);
	EXPECT_AGENT_WAITID(a, P_ALL, 0, WSTOPPED | WNOHANG,
			    .pid = variant->stolen ? 0 : c.pid,
			    .code = CLD_TRAPPED, .status = SIGUSR2);
}

SUBJECT_TEST(ptrace_others, tracer_asks_first)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	trap(a, c.pid, SIGUSR1);
	EXPECT_AGENT_WAITID(a, P_PID, c.pid, WSTOPPED | WNOWAIT,
			    .pid = c.pid, .code = CLD_TRAPPED,
			    .status = SIGUSR1);
	EXPECT_AGENT_WAIT4(a, -1, 0, .pid = c.pid, .status = W_STOP(SIGUSR1));
	EXPECT_AGENT_WAIT4(a, -1, WNOHANG, .pid = 0);
	EXPECT_WAIT4(c.pid, WNOHANG | WUNTRACED, .pid = 0);
	agent_resume(a, c.pid, 0);
	child_finish(&c, 1);
}

/* Both asleep: the tracer alone is woken by a stop. */
SUBJECT_TEST(ptrace_others, tracer_is_woken)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);
	struct waiter w;

	waiter_sleep(&w, call_wait4(c.pid, 0));
	agent_sleep(a, call_wait4(-1, 0));
	signal_send(c.pid, SIGUSR1);
	EXPECT_AGENT_END(a, .pid = c.pid, .status = W_STOP(SIGUSR1));
	until_asleep(getpid(), w.tid, SYS_wait4);
	agent_resume(a, c.pid, 0);
	agent_sleep(a, call_wait4(-1, 0));
	signal_send(c.pid, SIGKILL);
	/* Both had it among their candidates. */
	EXPECT_AGENT_END(a, .pid = c.pid, .status = SIGKILL);
	EXPECT_WAITER(&w, .pid = c.pid, .status = SIGKILL);
	EXPECT_AGENT_WAIT4(a, -1, WNOHANG, .error = ECHILD);
	EXPECT_CONSUMED(c.pid);
}

SUBJECT_TEST(ptrace_others, tracer_reaps_first)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	agent_sleep(a, call_waitid(P_PID, c.pid, WEXITED));
	child_tell(&c, 2);
	EXPECT_AGENT_END(a, .pid = c.pid, .code = CLD_EXITED, .status = 2);
	if (!variant->shared)
		EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(2));
	EXPECT_CONSUMED(c.pid);
	EXPECT_AGENT_WAIT4(a, -1, WNOHANG, .error = ECHILD);
}

SUBJECT_TEST(ptrace_others, parent_reaps_first)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	child_finish(&c, 3);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = variant->shared ? c.pid : 0,
		     .status = W_EXIT(3));
	if (variant->shared)
		EXPECT_AGENT_WAIT4(a, -1, WNOHANG, .error = ECHILD);
	else
		EXPECT_AGENT_WAIT4(a, -1, WNOHANG, .pid = c.pid,
				   .status = W_EXIT(3));
	if (!variant->shared)
		EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(3));
	EXPECT_CONSUMED(c.pid);
}

/* The whole group stops: that is the parent's report, besides the tracer's. */
SUBJECT_TEST(ptrace_others, job_stop)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	trap(a, c.pid, SIGSTOP);
	EXPECT_AGENT_WAIT4(a, -1, 0, .pid = c.pid, .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
	sigchld_drain();
	agent_resume(a, c.pid, SIGSTOP);
	until_sigchld(c.pid, CLD_STOPPED);
	EXPECT_AGENT_WAIT4(a, -1, 0, .pid = c.pid,
			   .status = W_STOP(variant->group_stop));
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = c.pid,
		     .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
	EXPECT_EQ(0, agent_ptrace(a, PTRACE_LISTEN, c.pid, 0));
	signal_send(c.pid, SIGCONT);
	EXPECT_AGENT_WAIT4(a, -1, 0, .pid = c.pid,
			   .status = W_STOP(EVENT_STOP(SIGTRAP)));
	EXPECT_WAIT4(-1, WNOHANG | WCONTINUED, .pid = c.pid, .status = W_CONT);
	EXPECT_AGENT_WAIT4(a, -1, WNOHANG, .pid = 0);
}

/* Stopped, traced, stopped still. */
SUBJECT_TEST(ptrace_others, seize_stopped)
{
	struct agent *a = agent_make();
	struct child c = child_hold();

	child_stop(c.pid, SIGSTOP);
	EXPECT_WAIT4(c.pid, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, c.pid, 0));
	EXPECT_AGENT_WAIT4(a, c.pid, 0, .pid = c.pid,
			   .status = W_STOP(variant->group_stop));
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
}

SUBJECT_TEST(ptrace_others, detach)
{
	struct child c;
	struct agent *a = agent_traces(&c, PTRACE_O_TRACEEXIT);

	trap(a, c.pid, SIGUSR1);
	EXPECT_EQ(0, agent_ptrace(a, PTRACE_DETACH, c.pid, 0));
	EXPECT_AGENT_WAIT4(a, c.pid, WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(c.pid, WNOHANG | WUNTRACED, .pid = 0);
	child_finish(&c, 4);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(4));
	EXPECT_CONSUMED(c.pid);
}

SUBJECT_TEST(ptrace_others, killed_in_stop)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	trap(a, c.pid, SIGUSR1);
	child_kill(c.pid, SIGKILL);
	EXPECT_AGENT_WAIT4(a, c.pid, 0, .pid = c.pid, .status = SIGKILL);
	if (!variant->shared)
		EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = SIGKILL);
	EXPECT_CONSUMED(c.pid);
}

/* A tracer that dies detaches first: the stop is nobody's. */
SUBJECT_TEST(ptrace_others, tracer_dies)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	trap(a, c.pid, SIGCONT);
	signal_send(a->pid, SIGKILL);
	EXPECT_WAIT4(a->pid, 0, .pid = a->pid, .status = SIGKILL);
	EXPECT_WAIT4(c.pid, WNOHANG | WUNTRACED, .pid = 0);
	child_finish(&c, 5);
	EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(5));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

SUBJECT_TEST(ptrace_others, tracer_dies_and_kills)
{
	struct child c;
	struct agent *a = agent_traces(&c, PTRACE_O_EXITKILL);

	trap(a, c.pid, SIGUSR1);
	signal_send(a->pid, SIGKILL);
	EXPECT_WAIT4(a->pid, 0, .pid = a->pid, .status = SIGKILL);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = SIGKILL);
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/*
 * Two traced threads, the leader ends first, and the tracer does not ask. To
 * Linux the last thread is the tracer's zombie; Starry's has only processes.
 */
static void *end_on_order(void *arg)
{
	atomic_store(&stage->note[0], gettid());
	stage_take((unsigned long)arg);
	syscall(SYS_exit, 6);
	return NULL;
}

static struct child two_threads(void)
{
	struct child c = { .slot = stage_slot() };

	c.pid = child_fork();
	if (c.pid)
		return c;
	thread_start(end_on_order, (void *)(unsigned long)c.slot);
	UNTIL(atomic_load(&stage->note[0]), "start of a thread");
	atomic_store(&stage->note[1], 1);
	syscall(SYS_exit, 5);
	_exit(1);
}

SUBJECT_TEST(ptrace_others, last_thread_is_no_leader)
{
	struct agent *a = agent_make();
	struct child c = two_threads();
	pid_t tid;

	UNTIL(atomic_load(&stage->note[1]), "two threads");
	tid = atomic_load(&stage->note[0]);
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, tid, 0));
	UNTIL(task_state(c.pid, c.pid) == 'Z', "end of the leader");
	child_tell(&c, 0);
	UNTIL(task_state(c.pid, tid) == 'Z', "end of the thread");
	until_notified();
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = variant->shared ? c.pid : 0,
		     .status = W_EXIT(6));
	if (!variant->shared) {
		EXPECT_AGENT_WAIT4(a, -1, __WALL, .pid = tid,
				   .status = W_EXIT(6));
		EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(6));
	} else {
		/* Another call of the tracer's, and it is gone. */
		EXPECT_AGENT_WAIT4(a, -1, __WALL | WNOHANG, .error = ECHILD);
	}
	EXPECT_CONSUMED(c.pid);
}

/* What stock tells the agent, which was dismissed. */
#define EXPECT_AGENT_STOCK(a, id, what)					\
	do {								\
		agent_wait_begin(a, call_wait4(id, 0));			\
		agent_end(a);						\
		EXPECT_EQ(id, (a)->call.ret);				\
		EXPECT_EQ(what, (a)->call.status);			\
	} while (0)

static void dismiss(struct agent *a)
{
	if (subject_policy != STOCK &&
	    device_dismiss(subject_device, a->pid))
		die("ALTWAIT_DISMISS");
}

/* A tracer on stock keeps its stops and its zombie, whatever the parent took. */
SUBJECT_TEST(ptrace_others, tracer_on_stock)
{
	struct agent *a = agent_make();
	struct child c = child_hold();

	dismiss(a);
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, c.pid, 0));
	trap(a, c.pid, SIGUSR1);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = variant->stolen ? c.pid : 0,
		     .status = W_STOP(SIGUSR1));
	EXPECT_AGENT_STOCK(a, c.pid, W_STOP(SIGUSR1));
	child_kill(c.pid, SIGKILL);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = variant->shared ? c.pid : 0,
		     .status = SIGKILL);
	EXPECT_AGENT_STOCK(a, c.pid, SIGKILL);
	if (!variant->shared)
		EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = SIGKILL);
	EXPECT_CONSUMED(c.pid);
}

/* The same, and the tracer went to stock after it had begun to trace. */
SUBJECT_TEST(ptrace_others, tracer_dismissed)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	dismiss(a);
	trap(a, c.pid, SIGUSR1);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = variant->stolen ? c.pid : 0,
		     .status = W_STOP(SIGUSR1));
	EXPECT_AGENT_STOCK(a, c.pid, W_STOP(SIGUSR1));
	child_kill(c.pid, SIGKILL);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = variant->shared ? c.pid : 0,
		     .status = SIGKILL);
	EXPECT_AGENT_STOCK(a, c.pid, SIGKILL);
	if (!variant->shared)
		EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = SIGKILL);
	EXPECT_CONSUMED(c.pid);
}

/* --------------------------------------------------- the subject traces */

SUBJECT_TEST(ptrace_others, grandchild)
{
	struct child c;
	struct agent *a = subject_traces(&c);

	signal_send(c.pid, SIGUSR1);
	EXPECT_WAITID(P_PID, c.pid, WSTOPPED | WNOWAIT, .pid = c.pid,
		      .code = CLD_TRAPPED, .status = SIGUSR1);
	EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_STOP(SIGUSR1));
	resume(PTRACE_CONT, c.pid, 0);
	child_tell(&c, 6);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = c.pid, .code = CLD_EXITED,
		      .status = 6);
	if (variant->shared)
		EXPECT_AGENT_WAIT4(a, -1, 0, .error = ECHILD);
	else
		EXPECT_AGENT_WAIT4(a, -1, 0, .pid = c.pid,
				   .status = W_EXIT(6));
	EXPECT_AGENT_WAIT4(a, -1, WNOHANG, .error = ECHILD);
	until_gone(c.pid);
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
}

/* The parent dies; a tracer keeps its tracee. */
SUBJECT_TEST(ptrace_others, grandchild_orphaned)
{
	struct child c;
	struct agent *a = subject_traces(&c);

	child_kill(a->pid, SIGKILL);
	EXPECT_WAIT4(a->pid, 0, .pid = a->pid, .status = SIGKILL);
	signal_send(c.pid, SIGUSR1);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_STOP(SIGUSR1));
	resume(PTRACE_CONT, c.pid, 0);
	child_tell(&c, 7);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(7));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/* The tracee of a parent on stock: it is in nobody's records until traced. */
SUBJECT_TEST(ptrace_others, stranger)
{
	struct agent *a = agent_make();
	struct child c;

	dismiss(a);
	c = agent_child(a);
	EXPECT_WAIT4(c.pid, WNOHANG, .error = ECHILD);
	ASSERT_EQ(0, pt(PTRACE_ATTACH, c.pid, 0, 0));
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_STOP(SIGSTOP));
	resume(PTRACE_CONT, c.pid, 0);
	child_tell(&c, 8);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = c.pid, .code = CLD_EXITED,
		      .status = 8);
	EXPECT_AGENT_STOCK(a, c.pid, W_EXIT(8));
	EXPECT_CONSUMED(c.pid);
}

/* The group is that of the moment, whoever moves the tracee into it. */
SUBJECT_TEST(ptrace_others, group_changes)
{
	struct child c;
	struct agent *a = agent_traces(&c, 0);

	EXPECT_AGENT_WAIT4(a, -c.pid, WNOHANG | __WALL, .error = ECHILD);
	ASSERT_EQ(0, setpgid(c.pid, c.pid));
	EXPECT_AGENT_WAIT4(a, -c.pid, WNOHANG | __WALL, .pid = 0);
	EXPECT_AGENT_WAIT4(a, 0, WNOHANG | __WALL, .error = ECHILD);
}

/* Attached to and left in peace. */
SUBJECT_TEST(ptrace_others, attach_and_detach)
{
	struct child c;
	struct agent *a = subject_traces(&c);

	ASSERT_EQ(0, pt(PTRACE_INTERRUPT, c.pid, 0, 0));
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
	ASSERT_EQ(0, pt(PTRACE_DETACH, c.pid, 0, 0));
	EXPECT_WAIT4(c.pid, WNOHANG, .error = ECHILD);
	child_tell(&c, 9);
	EXPECT_AGENT_WAIT4(a, -1, 0, .pid = c.pid, .status = W_EXIT(9));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
}

/*
 * A call of the tracer's sleeps, the tracer lets c go, and c exits.  Starry's call has
 * c among its candidates yet, and finds it when it is woken for something else
 * (wait.rs:338); to Linux c is the parent's.  Either way somebody is told.
 */
SUBJECT_TEST(ptrace_others, let_go_while_a_call_sleeps)
{
	struct child other = child_hold(), c;
	struct agent *a = subject_traces(&c);
	struct waiter w;

	signal_send(c.pid, SIGUSR1);
	until_trapped(c.pid);
	take_stop(c.pid);
	waiter_sleep(&w, call_wait4(-1, __WALL));
	ASSERT_EQ(0, pt(PTRACE_DETACH, c.pid, 0, 0));
	child_finish(&c, 30);
	until_asleep(getpid(), w.tid, SYS_wait4);
	child_stop(other.pid, SIGSTOP);
	if (variant->shared) {
		EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(30));
		EXPECT_AGENT_WAIT4(a, c.pid, WNOHANG, .error = ECHILD);
	} else {
		EXPECT_AGENT_WAIT4(a, c.pid, WNOHANG, .pid = c.pid, .status = W_EXIT(30));
		signal_send(other.pid, SIGKILL);
		EXPECT_WAITER(&w, .pid = other.pid, .status = SIGKILL);
	}
	UNTIL(is_gone(c.pid), "end of a zombie that was reported");
}

KEEP_ARMED
TEST_HARNESS_MAIN
