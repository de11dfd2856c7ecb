// SPDX-License-Identifier: GPL-2.0
/*
 * The x32 entries: waitid(2) and ptrace(2), whose numbers are that ABI's own.  A
 * 64-bit program may call them.
 */
#include "agent.h"
#include "x32.h"

#ifdef __x86_64__

#define NRX32_PTRACE	(X32 | 521)
#define NRX32_WAITID	(X32 | 529)

/* Places in an x32 siginfo, counted in ints. */
enum { SI_SIGNO, SI_ERRNO, SI_CODE, SI_PID, SI_UID, SI_STATUS };

/* Below 4 GiB. */
static int *info;

static const char *no_x32(void)
{
	const char *why = why_no_x32();

	if (why)
		return why;
	info = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (info == MAP_FAILED)
		die("mmap");
	return NULL;
}

TESTS_NEED(no_x32);

FOUR_VARIANTS(compatx32, DIFFERING(), ON_LINUX(), ON_STARRY());

static long ptx32(long request, pid_t tid, unsigned int data)
{
	return syscall(NRX32_PTRACE, request, tid, 0, data);
}

static void expect_waitid(struct __test_metadata *_metadata, pid_t pid, int options,
			  const struct want *w)
{
	memset(info, POISON, 128);
	EXPECT_EQ(0, syscall(NRX32_WAITID, P_PID, pid, info, options, NULL));
	EXPECT_EQ(w->pid ? SIGCHLD : 0, info[SI_SIGNO]);
	EXPECT_EQ(0, info[SI_ERRNO]);
	EXPECT_EQ(w->code, info[SI_CODE]);
	EXPECT_EQ(w->pid, info[SI_PID]);
	EXPECT_EQ(w->pid ? (int)getuid() : 0, info[SI_UID]);
	EXPECT_EQ(w->status, info[SI_STATUS]);
}

#define EXPECT_WAITIDX32(pid, options, ...)				\
	expect_waitid(_metadata, pid, options, &(struct want){ __VA_ARGS__ })

SUBJECT_TEST(compatx32, waitid)
{
	struct child c = child_hold();

	EXPECT_WAITIDX32(c.pid, WEXITED | WNOHANG, .pid = 0);
	child_finish(&c, 3);
	EXPECT_WAITIDX32(c.pid, WEXITED, .pid = c.pid, .code = CLD_EXITED, .status = 3);
	EXPECT_WAIT4(c.pid, 0, .error = ECHILD);
}

/* A process that is nobody's child here is waited for, as long as it is traced. */
SUBJECT_TEST(compatx32, ptrace)
{
	struct agent *a = agent_make();
	struct child c = agent_child(a);

	EXPECT_WAIT4(c.pid, WNOHANG | __WALL, .error = ECHILD);
	ASSERT_EQ(0, ptx32(PTRACE_SEIZE, c.pid, PTRACE_O_TRACESYSGOOD));
	EXPECT_WAIT4(c.pid, WNOHANG | __WALL, .pid = 0);
	ASSERT_EQ(0, ptx32(PTRACE_INTERRUPT, c.pid, 0));
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = W_STOP(EVENT_STOP(SIGTRAP)));
	ASSERT_EQ(0, ptx32(PTRACE_SYSCALL, c.pid, 0));
	child_tell(&c, 0);
	EXPECT_WAIT4(c.pid, __WALL, .pid = c.pid, .status = W_STOP(SYSGOOD));
	ASSERT_EQ(0, ptx32(PTRACE_DETACH, c.pid, 0));
	EXPECT_WAIT4(c.pid, WNOHANG | __WALL, .error = ECHILD);
}

/* PTRACE_TRACEME has no other sign than what the tracer is told of later. */
SUBJECT_TEST(compatx32, traceme)
{
	pid_t pid = child_fork();

	if (!pid) {
		if (ptx32(PTRACE_TRACEME, 0, 0))
			die("PTRACE_TRACEME");
		raise(SIGUSR1);
		_exit(4);
	}
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_STOP(SIGUSR1));
	ASSERT_EQ(0, ptx32(PTRACE_CONT, pid, 0));
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(4));
}

#endif

KEEP_ARMED
TEST_HARNESS_MAIN
