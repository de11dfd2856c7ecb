// SPDX-License-Identifier: GPL-2.0
/*
 * Few numbers for processes, so that each comes round many times: nobody is taken for
 * who had the number before, whether by pid, by pidfd or as a tracee, and the records
 * agree with the kernel afterwards.
 */
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "calls.h"

OWN_VARIANT(pids);

/* Beside the first 300, which are used once only: RESERVED_PIDS of kernel/pid.c. */
#define PID_MAX		"/proc/sys/kernel/pid_max"
enum { FEW = 350, FAMILIES = 500 };

static int children;	/* made, and each told of once */

static void put(const char *path, int number)
{
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "%d\n", number) < 0 || fclose(f))
		die(path);
}

static int get(const char *path)
{
	FILE *f = fopen(path, "r");
	int number;

	if (!f || fscanf(f, "%d", &number) != 1)
		die(path);
	fclose(f);
	return number;
}

/* While all numbers are in use, another one may have to go first. */
static pid_t fork_child(void)
{
	long end = now_ms() + PATIENCE_MS;
	pid_t pid;

	while ((pid = fork()) < 0 && errno == EAGAIN)
		still_time(end, "a pid");
	if (pid < 0)
		die("fork");
	children += pid > 0;
	return pid;
}

static pid_t ending_child(int code)
{
	pid_t pid = fork_child();

	if (!pid)
		_exit(code);
	return pid;
}

static void expect(long got, long wanted, const char *what)
{
	if (got == wanted)
		return;
	fprintf(stderr, "# child %d: %s is 0x%lx, not 0x%lx\n", children, what, got, wanted);
	errno = EPROTO;
	die(what);
}

static void reap(pid_t pid, int wanted)
{
	int status;

	expect(wait4(pid, &status, __WALL, NULL), pid, "who is reaped by pid");
	expect(status, wanted, "its status");
	expect(wait4(pid, &status, __WALL | WNOHANG, NULL), -1, "a second report");
}

static void by_pid(int code)
{
	reap(ending_child(code), W_EXIT(code));
}

static void by_pidfd(int code)
{
	pid_t pid = ending_child(code);
	int fd = pidfd_of(pid);
	siginfo_t info = {};

	expect(waitid(P_PIDFD, fd, &info, WEXITED), 0, "waitid by pidfd");
	expect(info.si_pid, pid, "who is reaped by pidfd");
	expect(info.si_status, code, "its status");
	expect(waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG), -1, "a second report");
	close(fd);
}

static void traced(int code)
{
	pid_t pid = fork_child();
	int status;

	if (!pid)
		child_stay();
	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_EXITKILL) ||
	    ptrace(PTRACE_INTERRUPT, pid, 0, 0))
		die("ptrace");
	expect(wait4(pid, &status, __WALL, NULL), pid, "who has stopped");
	expect(status, W_STOP(SIGTRAP) | PTRACE_EVENT_STOP << 16, "its stop");
	if (code % 2) {
		if (ptrace(PTRACE_DETACH, pid, 0, 0))
			die("PTRACE_DETACH");
	}
	if (kill(pid, SIGKILL))
		die("kill");
	reap(pid, SIGKILL);
}

/* Any of two, in some order. */
static void any(int code)
{
	pid_t a = ending_child(code), b = ending_child(code);
	pid_t first = wait4(-1, NULL, 0, NULL);

	if (first != a && first != b)
		expect(first, a, "one of two");
	expect(wait4(-1, NULL, 0, NULL), first == a ? b : a, "the other");
}

static int disagreements(int fd)
{
	struct altwait_audit a = { .size = sizeof(a) };
	int n = -1;

	do {
		n++;
		if (ioctl(fd, ALTWAIT_AUDIT, &a))
			die("ALTWAIT_AUDIT");
		if (a.what)
			fprintf(stderr, "# pid %d: %u, record %d, kernel %d\n", a.pid, a.what,
				a.record, a.kernel);
	} while (a.what);
	return n;
}

/* Returns how often a number has come again. */
static long play(int fd)
{
	static void (*const families[])(int code) = { by_pid, by_pidfd, traced, any };
	int i;

	for (i = 0; i < FAMILIES; i++)
		families[i % ARRAY_SIZE(families)](1 + i % 100);
	expect(wait4(-1, NULL, WNOHANG, NULL), -1, "somebody who is left");
	expect(disagreements(fd), 0, "disagreements");
	return children / (FEW - 300);
}

static void check(struct __test_metadata *_metadata, int fd, int policy)
{
	struct altwait_verdicts v;
	int was = get(PID_MAX);
	pid_t pid;

	put(PID_MAX, FEW);
	pid = child_fork();
	if (!pid) {
		if (policy == SHADOW ? device_shadow(fd, 0, STARRY, 0) :
				       device_enroll_as(fd, 0, policy, 0))
			die("ALTWAIT_ENROLL");
		stage->note[0] = play(fd);
		_exit(17);
	}
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(17));
	put(PID_MAX, was);
	EXPECT_LT(10, stage->note[0]);
	EXPECT_EQ(0, disagreements(fd));
	if (policy != SHADOW)
		return;
	EXPECT_EQ(0, device_verdicts(fd, &v));
	EXPECT_LT(FAMILIES, v.calls);
	EXPECT_EQ(0, v.control)
		device_print_example(fd, ALTWAIT_EXAMPLE_CONTROL);
}

SUBJECT_TEST(pids, under_linux)
{
	check(_metadata, self->fd, LINUX);
}

SUBJECT_TEST(pids, under_starry)
{
	check(_metadata, self->fd, STARRY);
}

SUBJECT_TEST(pids, in_shadow)
{
	check(_metadata, self->fd, SHADOW);
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
