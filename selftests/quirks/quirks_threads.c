// SPDX-License-Identifier: GPL-2.0
/*
 * The quirks of a process of which only some threads are traced, or that was
 * traced for a time only; and Linux's answers where starry lacks a quirk.
 */
#include "quirk.h"

#define W_CONTINUED	0xffff

/* The agent traces a thread of the subject's child that is not its leader. */
static struct agent *agent_traces_thread(struct threads *s)
{
	struct agent *a = agent_make();

	scene_start(s);
	if (agent_ptrace(a, PTRACE_SEIZE, s->tid[1], 0))
		die("PTRACE_SEIZE");
	return a;
}

static void end_all(struct threads *s)
{
	tell(s, 2, ORDER_END_GROUP);
	until_thread_gone(s, 0);
	until_thread_gone(s, 1);
	until_thread_gone(s, 2);
}

/* ------------------------------------------------------------ candidates */

QUIRK_TEST(DELAYED_END_TOLD)
{
	struct threads s;
	struct agent *a = agent_traces_thread(&s);

	end_all(&s);
	EXPECT_WAIT4(s.pid, WNOHANG, .pid = has ? s.pid : 0,
		     .status = W_EXIT(9));
	if (has) {
		EXPECT_WAIT4(s.pid, WNOHANG, .error = ECHILD);
		return;
	}
	EXPECT_AGENT_WAIT4(a, s.tid[1], __WALL, .pid = s.tid[1],
			   .status = W_EXIT(9));
	EXPECT_WAIT4(s.pid, 0, .pid = s.pid, .status = W_EXIT(9));
	EXPECT_CONSUMED(s.pid);
}

QUIRK_TEST(TRACER_OUTLIVES_THREAD)
{
	struct threads s;
	struct agent *a = agent_traces_thread(&s);
	int error = has ? 0 : ECHILD;

	EXPECT_AGENT_WAIT4(a, s.pid, __WALL | WNOHANG, .error = ECHILD);
	tell(&s, 1, ORDER_END);
	until_thread_gone(&s, 1);
	EXPECT_AGENT_WAIT4(a, s.tid[1], __WALL, .pid = s.tid[1],
			   .status = W_EXIT(1));
	EXPECT_AGENT_WAIT4(a, s.pid, __WALL | WNOHANG, .error = error);
	tell(&s, 2, ORDER_END_GROUP);
	until_dead(s.pid);
	EXPECT_AGENT_WAIT4(a, s.pid, __WALL | WNOHANG, .error = error,
			   .pid = has ? s.pid : 0, .status = W_EXIT(9));
	EXPECT_WAIT4(s.pid, 0, .pid = s.pid, .status = W_EXIT(9));
	EXPECT_CONSUMED(s.pid);
}

/* --------------------------------------------------------------- reports */

/* The subject traces another thread of its child than the leader. */
QUIRK_TEST(TRACED_STOP_NO_JOB)
{
	struct threads s;

	scene_start(&s);
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[1], 0, 0));
	signal_send(s.pid, SIGSTOP);
	until_trapped(s.tid[1]);
	UNTIL(task_state(s.pid, s.tid[0]) == 'T' &&
	      task_state(s.pid, s.tid[2]) == 'T', "group stop");
	EXPECT_WAIT4(s.pid, WUNTRACED | WNOHANG, .pid = has ? 0 : s.pid,
		     .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(s.tid[1], __WALL | WNOHANG, .pid = s.tid[1],
		     .status = W_STOP(EVENT_STOP(SIGSTOP)));
	EXPECT_WAIT4(-1, __WALL | WUNTRACED | WNOHANG, .pid = 0);
	scene_kill(&s);
}

/* The agent traces the child when it exits, and keeps it there. */
QUIRK_TEST(CONTINUE_SURVIVES_EXIT)
{
	struct child c = child_hold();
	struct agent *a = agent_make();

	child_stop(c.pid, SIGSTOP);
	EXPECT_WAIT4(c.pid, WUNTRACED, .pid = c.pid,
		     .status = W_STOP(SIGSTOP));
	child_cont(c.pid);
	ASSERT_EQ(0, agent_ptrace(a, PTRACE_SEIZE, c.pid,
				  PTRACE_O_TRACEEXIT));
	child_tell(&c, 3);
	agent_until_trapped(a, c.pid);
	EXPECT_WAIT4(c.pid, WCONTINUED | WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_CONTINUED);
	EXPECT_WAIT4(c.pid, WCONTINUED | WNOHANG, .pid = 0);
}

/* The thread's continue, and then its end, which is that of its process. */
QUIRK_TEST(PROCESS_TOLD)
{
	struct threads s;
	struct agent *a = agent_traces_thread(&s);
	pid_t pid = has ? s.pid : s.tid[1];

	child_stop(s.pid, SIGSTOP);
	EXPECT_AGENT_WAIT4(a, s.tid[1], __WALL, .pid = s.tid[1],
			   .status = W_STOP(EVENT_STOP(SIGSTOP)));
	child_cont(s.pid);
	EXPECT_AGENT_WAIT4(a, s.tid[1], WCONTINUED | __WALL | WNOHANG,
			   .pid = pid, .status = W_CONTINUED);
	EXPECT_AGENT_WAIT4(a, s.tid[1], WCONTINUED | __WALL | WNOHANG,
			   .pid = 0);
	end_all(&s);
	EXPECT_AGENT_WAIT4(a, s.tid[1], __WALL, .pid = pid,
			   .status = W_EXIT(9));
	EXPECT_WAIT4(s.pid, 0, .pid = s.pid, .status = W_EXIT(9));
	EXPECT_CONSUMED(s.pid);
}

QUIRK_TEST(STOP_TOLD_TWICE)
{
	struct child c = child_hold();

	child_stop(c.pid, SIGSTOP);
	ASSERT_EQ(0, pt(PTRACE_SEIZE, c.pid, 0, 0));
	until_trapped(c.pid);
	EXPECT_WAIT4(c.pid, WUNTRACED | WNOHANG, .pid = c.pid,
		     .status = W_STOP(EVENT_STOP(SIGSTOP)));
	EXPECT_WAIT4(c.pid, WUNTRACED | WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(c.pid, WUNTRACED | WNOHANG, .pid = 0);
}

static void to_syscall_stop(pid_t tid)
{
	resume(PTRACE_INTERRUPT, tid, 0);
	take_stop(tid);
	resume(PTRACE_SYSCALL, tid, 0);
	until_trapped(tid);
}

/* Another thread's options are the later ones. */
QUIRK_TEST(OPTIONS_BY_PROCESS)
{
	struct threads s;

	scene_start(&s);
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[0], 0, 0));
	ASSERT_EQ(0, pt(PTRACE_SEIZE, s.tid[1], 0, PTRACE_O_TRACESYSGOOD));
	to_syscall_stop(s.tid[0]);
	EXPECT_WAIT4(s.pid, 0, .pid = s.pid,
		     .status = W_STOP(has ? SYSGOOD : SIGTRAP));
	to_syscall_stop(s.tid[1]);
	EXPECT_WAIT4(s.tid[1], __WALL, .pid = s.tid[1],
		     .status = W_STOP(SYSGOOD));
	scene_kill(&s);
}

/* -------------------------------------------- starry, but for one quirk */

FIXTURE(lacks) {
};

FIXTURE_VARIANT(lacks) {
	int policy;
};

FIXTURE_VARIANT_ADD(lacks, stock) {
	.policy = STOCK,
};

FIXTURE_VARIANT_ADD(lacks, starry) {
	.policy = STARRY,
};

FIXTURE_SETUP(lacks)
{
	setup_policy(_metadata, variant->policy);
}

FIXTURE_TEARDOWN(lacks)
{
}

/* @without: the quirks that starry does without, Q(ID) */
#define LACKS_TEST(ID, without)						\
	static void lacks_##ID##_body(struct __test_metadata *_metadata); \
	TEST_F_TIMEOUT(lacks, ID, TEST_SECONDS)				\
	{								\
		if (_metadata->skip || subject_fork(_metadata))		\
			return;						\
		if (variant->policy == STARRY)				\
			subject_quirks = without;			\
		subject_begin(variant->policy);				\
		lacks_##ID##_body(_metadata);				\
		subject_end(_metadata);					\
	}								\
	static void lacks_##ID##_body(struct __test_metadata *_metadata)

/* Each end is told, the latest tracee's first, and then that of the process. */
LACKS_TEST(THREAD_ENDS_UNTOLD,
	   Q(THREAD_ENDS_UNTOLD) | Q(DELAYED_END_TOLD))
{
	struct threads s;
	unsigned int i;

	scene_start(&s);
	seize_all(&s, 0);
	for (i = 0; i < N_THREADS; i++) {
		tell(&s, i, ORDER_END);
		until_thread_gone(&s, i);
	}
	EXPECT_WAIT4(-1, __WALL, .pid = s.tid[2], .status = W_EXIT(2));
	EXPECT_WAIT4(-1, __WALL, .pid = s.tid[1], .status = W_EXIT(2));
	EXPECT_WAIT4(-1, __WALL, .pid = s.pid, .status = W_EXIT(2));
	EXPECT_CONSUMED(s.pid);
}

static pid_t trap_child(struct child *c)
{
	if (pt(PTRACE_SEIZE, c->pid, 0, 0) ||
	    pt(PTRACE_INTERRUPT, c->pid, 0, 0))
		die("PTRACE_SEIZE");
	until_trapped(c->pid);
	return c->pid;
}

/* As a child it is none that the call is about, as a tracee it is. */
LACKS_TEST(CLONE_CHILDREN, Q(CLONE_CHILDREN))
{
	struct child c = { .slot = stage_slot() };

	c.pid = syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	ASSERT_LE(0, c.pid);
	if (!c.pid)
		child_obey(c.slot);
	trap_child(&c);
	EXPECT_WAIT4(-1, WNOHANG, .pid = c.pid,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
}

LACKS_TEST(WCLONE_IGNORED, Q(WCLONE_IGNORED))
{
	struct child c = child_hold();

	trap_child(&c);
	EXPECT_WAIT4(-1, __WCLONE | WNOHANG, .pid = c.pid,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
	EXPECT_WAIT4(-1, __WCLONE | WNOHANG, .pid = 0);
}

static void *trace_and_hold(void *arg)
{
	trap_child(arg);
	atomic_store(&stage->note[0], 1);
	child_stay();
}

LACKS_TEST(WNOTHREAD_IGNORED, Q(WNOTHREAD_IGNORED))
{
	struct agent *a = agent_make();
	struct child c = agent_child(a);

	thread_start(trace_and_hold, &c);
	UNTIL(atomic_load(&stage->note[0]), "tracing by a thread");
	EXPECT_WAIT4(c.pid, __WALL | __WNOTHREAD | WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(c.pid, __WALL | WNOHANG, .pid = c.pid,
		     .status = W_STOP(EVENT_STOP(SIGTRAP)));
}

KEEP_ARMED
TEST_HARNESS_MAIN
