// SPDX-License-Identifier: GPL-2.0
/* PTRACE_EVENT_* stops, system calls' stops, and who is traced from birth. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>

#include "ptrace.h"

/*
 * @event_in_status: si_status has the event in its upper bits; Starry's is the
 *	signal alone (wait.rs:367 has stopped_wait_signo(), which has no event)
 * @changed_sysgood: a system call's stop, after PTRACE_O_TRACESYSGOOD was taken
 *	back; Starry's looks at the options when it reports (wait.rs:121)
 */
FOUR_VARIANTS(ptrace_events,
	      DIFFERING(bool event_in_status;
			int changed_sysgood;),
	      ON_LINUX(.event_in_status = true,
		       .changed_sysgood = SYSGOOD),
	      ON_STARRY(.changed_sysgood = SIGTRAP));

#define INFO_EVENT(event)						\
	(variant->event_in_status ? EVENT(SIGTRAP, event) : SIGTRAP)

/* tid stands in the stop of an event: asked by waitid, taken by wait4. */
#define EXPECT_EVENT(tid, event)					\
	do {								\
		EXPECT_WAITID(P_PID, tid, __WALL | WSTOPPED | WNOWAIT,	\
			      .pid = tid, .code = CLD_TRAPPED,		\
			      .status = INFO_EVENT(event));		\
		EXPECT_WAIT4(tid, __WALL, .pid = tid,			\
			     .status = W_STOP(EVENT(SIGTRAP, event)));	\
		EXPECT_WAIT4(tid, __WALL | WNOHANG, .pid = 0);		\
	} while (0)

#define EXPECT_SIGNAL(tid, sig)						\
	EXPECT_WAIT4(tid, __WALL, .pid = tid, .status = W_STOP(sig))

/* The tracee's first stop, at which it is given its options. */
static pid_t tracee_start(void (*body)(void), long options)
{
	pid_t pid = tracee_fork(body);

	take_stop(pid);
	if (pt(PTRACE_SETOPTIONS, pid, 0, options))
		die("PTRACE_SETOPTIONS");
	return pid;
}

static void begin(void)
{
	signal_raise(SIGSTOP);
}

/* ------------------------------------------------------------------ births */

static void do_fork(void)
{
	pid_t pid;

	begin();
	pid = child_fork();
	if (!pid)
		_exit(3);
	/* The grandchild is the subject's to wait for first. */
	stage_take(0);
	_exit(waitpid(pid, NULL, __WALL | WNOHANG) < 0 ? 4 : 5);
}

/* A clone that is no fork: it exits with no signal. */
static void do_clone(void)
{
	long pid;

	begin();
	pid = syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (!pid)
		_exit(3);
	if (pid < 0)
		die("clone");
	stage_take(0);
	_exit(4);
}

static void do_vfork(void)
{
	pid_t pid;

	begin();
	pid = vfork();
	if (!pid)
		_exit(3);
	if (pid < 0)
		die("vfork");
	stage_take(0);
	_exit(4);
}

/* Slot 0 holds back what the tracee does after the birth. */
static pid_t birth(void (*body)(void), long options)
{
	stage_slot();
	return tracee_start(body, options);
}

static void kill_both(pid_t pid, pid_t child)
{
	signal_end(pid);
	signal_end(child);
}

SUBJECT_TEST(ptrace_events, fork)
{
	pid_t pid = birth(do_fork, PTRACE_O_TRACEFORK), child;

	resume(PTRACE_CONT, pid, 0);
	EXPECT_EVENT(pid, PTRACE_EVENT_FORK);
	child = event_message(pid);
	EXPECT_SIGNAL(child, SIGSTOP);
	resume(PTRACE_CONT, child, 0);
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(child, __WALL, .pid = child, .status = W_EXIT(3));
	kill_both(pid, child);
}

/* The grandchild's options are its father's: it reports its own exit, too. */
SUBJECT_TEST(ptrace_events, fork_inherits_options)
{
	pid_t pid = birth(do_fork, PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXIT |
			  PTRACE_O_TRACESYSGOOD);
	pid_t child;

	resume(PTRACE_CONT, pid, 0);
	EXPECT_EVENT(pid, PTRACE_EVENT_FORK);
	child = event_message(pid);
	EXPECT_SIGNAL(child, SIGSTOP);
	resume(PTRACE_SYSCALL, child, 0);
	EXPECT_SIGNAL(child, SYSGOOD);
	resume(PTRACE_CONT, child, 0);
	EXPECT_EVENT(child, PTRACE_EVENT_EXIT);
	EXPECT_EQ(W_EXIT(3), (int)event_message(child));
	kill_both(pid, child);
}

SUBJECT_TEST(ptrace_events, clone)
{
	pid_t pid = birth(do_clone, PTRACE_O_TRACECLONE), child;

	resume(PTRACE_CONT, pid, 0);
	EXPECT_EVENT(pid, PTRACE_EVENT_CLONE);
	child = event_message(pid);
	EXPECT_SIGNAL(child, SIGSTOP);
	resume(PTRACE_CONT, child, 0);
	EXPECT_WAIT4(child, __WALL, .pid = child, .status = W_EXIT(3));
	kill_both(pid, child);
}

SUBJECT_TEST(ptrace_events, vfork)
{
	pid_t pid = birth(do_vfork, PTRACE_O_TRACEVFORK |
			  PTRACE_O_TRACEVFORKDONE);
	pid_t child;

	resume(PTRACE_CONT, pid, 0);
	EXPECT_EVENT(pid, PTRACE_EVENT_VFORK);
	child = event_message(pid);
	EXPECT_SIGNAL(child, SIGSTOP);
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(pid, __WALL | WNOHANG, .pid = 0);
	resume(PTRACE_CONT, child, 0);
	EXPECT_WAIT4(child, __WALL, .pid = child, .status = W_EXIT(3));
	EXPECT_EVENT(pid, PTRACE_EVENT_VFORK_DONE);
	EXPECT_EQ(child, (pid_t)event_message(pid));
	kill_both(pid, child);
}

/* Born of a seized process, it begins with PTRACE_EVENT_STOP. */
static void seized_fork(void)
{
	pid_t pid;

	stage_take(0);
	pid = child_fork();
	if (!pid)
		_exit(3);
	stage_take(1);
}

SUBJECT_TEST(ptrace_events, fork_seized)
{
	pid_t pid, child;

	stage_slot();
	stage_slot();
	pid = child_fork();
	if (!pid) {
		seized_fork();
		_exit(0);
	}
	ASSERT_EQ(0, pt(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEFORK));
	stage_give(0, 1);
	EXPECT_EVENT(pid, PTRACE_EVENT_FORK);
	child = event_message(pid);
	EXPECT_EVENT(child, PTRACE_EVENT_STOP);
	resume(PTRACE_CONT, child, 0);
	EXPECT_WAIT4(child, __WALL, .pid = child, .status = W_EXIT(3));
	kill_both(pid, child);
}

/* -------------------------------------------------------------------- exec */

static void do_exec(void)
{
	char *argv[] = { "/bin/true", NULL };

	begin();
	execv(argv[0], argv);
	die(argv[0]);
}

SUBJECT_TEST(ptrace_events, exec)
{
	pid_t pid = tracee_start(do_exec, PTRACE_O_TRACEEXEC);

	resume(PTRACE_CONT, pid, 0);
	EXPECT_EVENT(pid, PTRACE_EVENT_EXEC);
	EXPECT_EQ(pid, (pid_t)event_message(pid));
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(pid, __WALL, .pid = pid);
	EXPECT_CONSUMED(pid);
}

/* Without the option, exec sends a SIGTRAP. */
SUBJECT_TEST(ptrace_events, exec_without_option)
{
	pid_t pid = tracee_start(do_exec, 0);

	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED | WNOWAIT, .pid = pid,
		      .code = CLD_TRAPPED, .status = SIGTRAP);
	EXPECT_SIGNAL(pid, SIGTRAP);
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(pid, __WALL, .pid = pid);
}

/* -------------------------------------------------------------------- exit */

static void do_exit(void)
{
	begin();
	_exit(6);
}

SUBJECT_TEST(ptrace_events, exit)
{
	pid_t pid = tracee_start(do_exit, PTRACE_O_TRACEEXIT);

	resume(PTRACE_CONT, pid, 0);
	EXPECT_EVENT(pid, PTRACE_EVENT_EXIT);
	EXPECT_EQ(W_EXIT(6), (int)event_message(pid));
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = W_EXIT(6));
	EXPECT_CONSUMED(pid);
}

/* Nobody asked for the stop: the exit takes its place. */
SUBJECT_TEST(ptrace_events, exit_unreported)
{
	pid_t pid = tracee_start(do_exit, PTRACE_O_TRACEEXIT);

	resume(PTRACE_CONT, pid, 0);
	until_trapped(pid);
	resume(PTRACE_CONT, pid, 0);
	until_dead(pid);
	EXPECT_WAITID(P_ALL, 0, __WALL | WSTOPPED | WEXITED, .pid = pid,
		      .code = CLD_EXITED, .status = 6);
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(ptrace_events, exit_by_signal)
{
	pid_t pid = tracee_start(do_exit, PTRACE_O_TRACEEXIT);

	resume(PTRACE_CONT, pid, SIGTERM);
	EXPECT_EVENT(pid, PTRACE_EVENT_EXIT);
	EXPECT_EQ(SIGTERM, (int)event_message(pid));
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAITID(P_PID, pid, __WALL | WEXITED, .pid = pid,
		      .code = CLD_KILLED, .status = SIGTERM);
}

/* ----------------------------------------------------------------- seccomp */

/* getppid() is to be traced, all else allowed. */
static void do_seccomp(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | 77),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(filter), filter };

	begin();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		die("seccomp");
	syscall(SYS_getppid);
	_exit(7);
}

SUBJECT_TEST(ptrace_events, seccomp)
{
	pid_t pid = tracee_start(do_seccomp, PTRACE_O_TRACESECCOMP);

	resume(PTRACE_CONT, pid, 0);
	EXPECT_EVENT(pid, PTRACE_EVENT_SECCOMP);
	EXPECT_EQ(77, event_message(pid));
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = W_EXIT(7));
}

/* ------------------------------------------------------------ system calls */

static void do_calls(void)
{
	begin();
	syscall(SYS_getppid);
	syscall(SYS_tgkill, getpid(), gettid(), SIGTRAP);
	_exit(8);
}

static long stopped_in(pid_t pid)
{
	struct user_regs_struct regs;

	if (pt(PTRACE_GETREGS, pid, 0, (long)&regs))
		die("PTRACE_GETREGS");
	return regs.orig_rax;
}

#define EXPECT_CALL_STOP(pid, sig)					\
	do {								\
		resume(PTRACE_SYSCALL, pid, 0);				\
		EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED | WNOWAIT,	\
			      .pid = pid, .code = CLD_TRAPPED,		\
			      .status = sig);				\
		EXPECT_SIGNAL(pid, sig);				\
		EXPECT_WAIT4(pid, __WALL | WNOHANG, .pid = 0);		\
	} while (0)

/* Runs through raise()'s end up to the entry of getppid(). */
static void to_getppid(pid_t pid)
{
	do {
		resume(PTRACE_SYSCALL, pid, 0);
		take_stop(pid);
	} while (stopped_in(pid) != SYS_getppid);
}

SUBJECT_TEST(ptrace_events, syscall)
{
	pid_t pid = tracee_start(do_calls, 0);

	to_getppid(pid);
	EXPECT_CALL_STOP(pid, SIGTRAP);
	EXPECT_EQ(SYS_getppid, stopped_in(pid));
	kill_both(pid, pid);
	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = SIGKILL);
}

/* SIGTRAP | 0x80 tells a system call's stop from a SIGTRAP. */
SUBJECT_TEST(ptrace_events, syscall_sysgood)
{
	pid_t pid = tracee_start(do_calls, PTRACE_O_TRACESYSGOOD);

	to_getppid(pid);
	EXPECT_CALL_STOP(pid, SYSGOOD);
	do {
		resume(PTRACE_SYSCALL, pid, 0);
		take_stop(pid);
	} while (stopped_in(pid) != SYS_tgkill);
	EXPECT_CALL_STOP(pid, SYSGOOD);
	EXPECT_CALL_STOP(pid, SIGTRAP);
	resume(PTRACE_CONT, pid, 0);
	EXPECT_WAIT4(pid, __WALL, .pid = pid, .status = W_EXIT(8));
}

SUBJECT_TEST(ptrace_events, sysgood_on_and_off)
{
	pid_t pid = tracee_start(do_calls, PTRACE_O_TRACESYSGOOD);

	to_getppid(pid);
	ASSERT_EQ(0, pt(PTRACE_SETOPTIONS, pid, 0, 0));
	EXPECT_CALL_STOP(pid, SIGTRAP);
	EXPECT_EQ(-1, pt(PTRACE_SETOPTIONS, pid, 0, 1 << 30));
	ASSERT_EQ(0, pt(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
	EXPECT_CALL_STOP(pid, SYSGOOD);
	kill_both(pid, pid);
}

/* The options change between the stop and its report. */
SUBJECT_TEST(ptrace_events, sysgood_changed_in_stop)
{
	pid_t pid = tracee_start(do_calls, PTRACE_O_TRACESYSGOOD);

	to_getppid(pid);
	resume(PTRACE_SYSCALL, pid, 0);
	until_trapped(pid);
	ASSERT_EQ(0, pt(PTRACE_SETOPTIONS, pid, 0, 0));
	EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED | WNOWAIT, .pid = pid,
		      .code = CLD_TRAPPED, .status = variant->changed_sysgood);
	EXPECT_SIGNAL(pid, variant->changed_sysgood);
	kill_both(pid, pid);
}

SUBJECT_TEST(ptrace_events, single_step)
{
	pid_t pid = tracee_start(do_calls, PTRACE_O_TRACESYSGOOD);
	int i;

	for (i = 0; i < 3; i++) {
		resume(PTRACE_SINGLESTEP, pid, 0);
		EXPECT_WAITID(P_PID, pid, __WALL | WSTOPPED | WNOWAIT,
			      .pid = pid, .code = CLD_TRAPPED,
			      .status = SIGTRAP);
		EXPECT_SIGNAL(pid, SIGTRAP);
	}
	kill_both(pid, pid);
}

KEEP_ARMED
TEST_HARNESS_MAIN
