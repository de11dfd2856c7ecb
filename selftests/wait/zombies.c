// SPDX-License-Identifier: GPL-2.0
/* Zombies: what they say, which one is first, and that they go once. */
#include <sys/wait.h>

#include "calls.h"

/*
 * @by_pid: of several zombies the lowest pid is first (wait.rs:222 over a map
 *	    in ascending order); Linux takes them in the order of its list, at
 *	    whose end an adopted child is put
 * @kept:   a fault in the status or siginfo leaves the zombie (wait.rs:231,
 *	    :387 before :398); Linux has reaped it by then
 * @rusage: the argument is used at all
 * @whole_info: all 128 bytes of the siginfo have to be writable (wait.rs:387)
 */
FOUR_VARIANTS(zombies,
	      DIFFERING(bool by_pid;
			bool kept;
			bool rusage;
			bool whole_info;),
	      ON_LINUX(.rusage = true),
	      ON_STARRY(.by_pid = true,
			.kept = true,
			.whole_info = true));

SUBJECT_TEST(zombies, exit_codes)
{
	const int code[] = { 0, 1, 7, 127, 128, 255, 256, 256 + 3, -1 };
	unsigned int i;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(code); i++) {
		pid = child_exited(code[i] & 0xff);
		EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(code[i]));
		EXPECT_CONSUMED(pid);
		pid = child_exited(code[i] & 0xff);
		EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
			      .status = code[i] & 0xff);
		EXPECT_CONSUMED(pid);
	}
}

/* exit(2) takes the low byte itself. */
SUBJECT_TEST(zombies, exit_code_wraps)
{
	pid_t pid = child_fork();

	if (!pid)
		syscall(SYS_exit_group, 0x12345);
	until_dead(pid);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(0x45));
}

SUBJECT_TEST(zombies, killed)
{
	const int sig[] = { SIGHUP, SIGKILL, SIGTERM, SIGPIPE, 34, 64 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sig); i++) {
		pid_t a = child_hold().pid, b = child_hold().pid;

		child_kill(a, sig[i]);
		EXPECT_WAIT4(-1, WUNTRACED, .pid = a, .status = sig[i]);
		child_kill(b, sig[i]);
		EXPECT_WAITID(P_PID, b, WEXITED, .pid = b, .code = CLD_KILLED,
			      .status = sig[i]);
		EXPECT_CONSUMED(b);
	}
}

static pid_t abort_with_core(void)
{
	const struct rlimit max = { RLIM_INFINITY, RLIM_INFINITY };
	pid_t pid = child_fork();

	if (pid)
		return pid;
	if ((chdir("/tmp") || setrlimit(RLIMIT_CORE, &max)) &&
	    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 }))
		die("RLIMIT_CORE");
	signal_handle(SIGABRT, SIG_DFL, 0);
	signal_send(getpid(), SIGABRT);
	_exit(1);
}

/* Does a core dump succeed here?  Stock is asked first, with the same child. */
static int core_status(struct __test_metadata *_metadata)
{
	int status;
	pid_t pid = abort_with_core();

	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(SIGABRT, status & 0x7f);
	return status;
}

TEST_F_TIMEOUT(zombies, dumped, TEST_SECONDS)
{
	int code, status;
	pid_t pid;

	if (_metadata->skip)
		return;
	status = core_status(_metadata);
	code = status & 0x80 ? CLD_DUMPED : CLD_KILLED;
	if (subject_fork(_metadata))
		return;
	subject_begin(variant->policy);
	pid = abort_with_core();
	until_dead(pid);
	EXPECT_WAITID(P_ALL, 0, WEXITED | WNOWAIT, .pid = pid, .code = code,
		      .status = SIGABRT);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = status);
	subject_end(_metadata);
}

/*
 * A list that is not in the order of pids:
 *
 *   subject, a subreaper
 *    |- a (pid n)          dies first; then b comes to the end of the list
 *    |   '- b (pid n + 1)
 *    '- c (pid n + 2)
 */
static void make_disorder(struct __test_metadata *_metadata, pid_t pid[3])
{
	unsigned int slot = stage_slot();
	struct child c;

	become_subreaper();
	pid[0] = child_fork();
	if (!pid[0]) {
		stage->note[0] = child_exited(11);
		child_obey(slot);
	}
	UNTIL(stage->note[0], "grandchild");
	pid[1] = stage->note[0];
	c = child_hold();
	pid[2] = c.pid;
	EXPECT_LT(pid[0], pid[1])
		TH_LOG("the pids have wrapped around");
	EXPECT_LT(pid[1], pid[2]);
	child_finish(&c, 12);
	stage_give(slot, ORDER_EXIT | 10);
	until_dead(pid[0]);
	until_state(pid[1], 'Z');
}

SUBJECT_TEST(zombies, order_of_wait4)
{
	pid_t pid[3];
	int i, second = variant->by_pid ? 1 : 2;
	int third = variant->by_pid ? 2 : 1;

	make_disorder(_metadata, pid);
	EXPECT_WAIT4(-1, 0, .pid = pid[0], .status = W_EXIT(10));
	EXPECT_WAIT4(-1, 0, .pid = pid[second], .status = W_EXIT(10 + second));
	EXPECT_WAIT4(-1, 0, .pid = pid[third], .status = W_EXIT(10 + third));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
	for (i = 0; i < 3; i++)
		EXPECT_CONSUMED(pid[i]);
}

SUBJECT_TEST(zombies, order_of_waitid)
{
	pid_t pid[3];
	int second = variant->by_pid ? 1 : 2;

	make_disorder(_metadata, pid);
	EXPECT_WAIT4(pid[0], 0, .pid = pid[0], .status = W_EXIT(10));
	EXPECT_WAITID(P_ALL, 0, WEXITED | WNOWAIT, .pid = pid[second],
		      .code = CLD_EXITED, .status = 10 + second);
	EXPECT_WAITID(P_PGID, 0, WEXITED, .pid = pid[second],
		      .code = CLD_EXITED, .status = 10 + second);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid[3 - second],
		      .code = CLD_EXITED, .status = 13 - second);
}

/* The one that is asked for comes, whatever its place. */
SUBJECT_TEST(zombies, by_pid)
{
	pid_t pid[3];
	int i;

	for (i = 0; i < 3; i++)
		pid[i] = child_exited(i);
	EXPECT_WAIT4(pid[1], 0, .pid = pid[1], .status = W_EXIT(1));
	EXPECT_WAITID(P_PID, pid[2], WEXITED, .pid = pid[2],
		      .code = CLD_EXITED, .status = 2);
	EXPECT_WAIT4(pid[2], 0, .error = ECHILD);
	EXPECT_WAIT4(pid[0], 0, .pid = pid[0], .status = W_EXIT(0));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

SUBJECT_TEST(zombies, nowait)
{
	pid_t pid = child_exited(3);
	int i;

	for (i = 0; i < 3; i++)
		EXPECT_WAITID(P_ALL, 0, WEXITED | WNOWAIT, .pid = pid,
			      .code = CLD_EXITED, .status = 3);
	EXPECT_WAIT4(pid, WNOHANG, .pid = pid, .status = W_EXIT(3));
	EXPECT_WAITID(P_ALL, 0, WEXITED | WNOWAIT, .error = ECHILD);
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(zombies, null_buffers)
{
	struct call c = call_wait4(-1, 0);
	pid_t pid = child_exited(4);

	c.null = true;
	call_run(&c);
	EXPECT_CALL(&c, .pid = pid);
	EXPECT_CONSUMED(pid);
	pid = child_exited(5);
	c = call_waitid(P_PID, pid, WEXITED);
	c.null = true;
	call_run(&c);
	EXPECT_CALL(&c, .pid = pid);
	EXPECT_CONSUMED(pid);
}

/* A status that cannot be written: is the zombie still there? */
SUBJECT_TEST(zombies, bad_status)
{
	pid_t pid = child_exited(6);

	EXPECT_EQ(-1, syscall(SYS_wait4, pid, self->bad, 0, NULL));
	EXPECT_EQ(EFAULT, errno);
	if (variant->kept) {
		EXPECT_EQ(-1, syscall(SYS_wait4, -1, self->bad, WNOHANG, NULL));
		EXPECT_EQ(EFAULT, errno);
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(6));
	}
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(zombies, bad_siginfo)
{
	pid_t pid = child_exited(7);

	EXPECT_EQ(-1, syscall(SYS_waitid, P_ALL, 0, self->bad, WEXITED, NULL));
	EXPECT_EQ(EFAULT, errno);
	if (variant->kept)
		EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid,
			      .code = CLD_EXITED, .status = 7);
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(zombies, read_only_status)
{
	int *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	pid_t pid = child_exited(8);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(-1, syscall(SYS_wait4, pid, page, 0, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(0, *page);
	if (variant->kept)
		EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(8));
	EXPECT_CONSUMED(pid);
}

/* Kernel addresses are as bad as any. */
SUBJECT_TEST(zombies, kernel_address)
{
	pid_t pid = child_exited(9);

	EXPECT_EQ(-1, syscall(SYS_wait4, pid, -4096L, 0, NULL));
	EXPECT_EQ(EFAULT, errno);
	if (!variant->kept)
		pid = child_exited(9);
	EXPECT_EQ(-1, syscall(SYS_waitid, P_ALL, 0, -4096L, WEXITED, NULL));
	EXPECT_EQ(EFAULT, errno);
	if (variant->kept)
		EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(9));
	EXPECT_CONSUMED(pid);
}

/* A siginfo whose fields can be written, but not the rest of it. */
SUBJECT_TEST(zombies, half_siginfo)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int *info = (int *)(page + 4096 - 32);
	pid_t pid = child_exited(10);

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, mprotect(page + 4096, 4096, PROT_NONE));
	errno = 0;
	EXPECT_EQ(variant->whole_info ? -1 : 0,
		  syscall(SYS_waitid, P_ALL, 0, info, WEXITED, NULL));
	EXPECT_EQ(variant->whole_info ? EFAULT : 0, errno);
	if (variant->whole_info) {
		EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid,
			      .code = CLD_EXITED, .status = 10);
	} else {
		EXPECT_EQ(pid, info[INFO_PID]);
		EXPECT_EQ(10, info[INFO_STATUS]);
	}
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(zombies, bad_rusage)
{
	pid_t pid = child_exited(11);
	int status = POISON_INT, info[INFO_INTS] = {};
	long ret;

	errno = 0;
	ret = syscall(SYS_wait4, pid, &status, 0, self->bad);
	EXPECT_EQ(variant->rusage ? -1 : pid, ret);
	EXPECT_EQ(variant->rusage ? EFAULT : 0, errno);
	EXPECT_EQ(W_EXIT(11), status);
	EXPECT_CONSUMED(pid);

	pid = child_exited(12);
	errno = 0;
	ret = syscall(SYS_waitid, P_ALL, 0, info, WEXITED, self->bad);
	EXPECT_EQ(variant->rusage ? -1 : 0, ret);
	EXPECT_EQ(variant->rusage ? EFAULT : 0, errno);
	EXPECT_EQ(variant->rusage ? 0 : pid, info[INFO_PID]);
	EXPECT_CONSUMED(pid);
}

/* The reap is the kernel's own: the child's times become the parent's. */
/* Of both kinds, in microseconds. */
static long children_time(void)
{
	struct rusage ru;

	if (getrusage(RUSAGE_CHILDREN, &ru))
		die("getrusage");
	return (ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1000000 +
	       ru.ru_utime.tv_usec + ru.ru_stime.tv_usec;
}

SUBJECT_TEST(zombies, times)
{
	struct timespec ts;
	pid_t pid = child_fork();

	if (!pid) {
		do {
			if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts))
				die("clock_gettime");
		} while (!ts.tv_sec && ts.tv_nsec < 50000000);
		_exit(0);
	}
	until_dead(pid);
	EXPECT_EQ(0, children_time());
	EXPECT_WAIT4(pid, 0, .pid = pid);
	EXPECT_LE(40000, children_time());
}

/* The child's real uid, not the effective nor the saved one. */
SUBJECT_TEST(zombies, uid)
{
	pid_t pid;

	if (getuid())
		SKIP(return, "changing uids is for root");
	pid = child_fork();
	if (!pid)
		_exit(setresuid(1001, 1002, 1003) ? 99 : 13);
	until_dead(pid);
	EXPECT_WAITID(P_ALL, 0, WEXITED | WNOWAIT, .pid = pid,
		      .code = CLD_EXITED, .status = 13, .uid = 1001);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid,
		      .code = CLD_EXITED, .status = 13, .uid = 1001);
	EXPECT_CONSUMED(pid);
}

/* More than any bound of 64, all dead before the first wait. */
SUBJECT_TEST(zombies, many)
{
	enum { N = 80 };
	struct child c[N];
	int i;

	for (i = 0; i < N; i++)
		c[i] = child_hold();
	for (i = N - 1; i >= 0; i--)
		child_finish(&c[i], i);
	for (i = 0; i < N; i++)
		EXPECT_WAIT4(-1, 0, .pid = c[i].pid, .status = W_EXIT(i));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

KEEP_ARMED
TEST_HARNESS_MAIN
