// SPDX-License-Identifier: GPL-2.0
/* The i386 entries, by int $0x80: wait4, waitid and waitpid with 32-bit buffers. */
#include <sys/wait.h>

#include "calls.h"

#ifdef __x86_64__

#define NR32_GETPID	20
#define NR32_WAITPID	7
#define NR32_WAIT4	114
#define NR32_WAITID	284

/* Places in a 32-bit siginfo, counted in ints: nothing is aligned to 8. */
enum { SI_SIGNO, SI_ERRNO, SI_CODE, SI_PID, SI_UID, SI_STATUS, SI_FIELDS };

/* A struct compat_rusage is 18 ints. */
#define RU_INTS	18

/* What the calls write, below 4 GiB. */
struct low {
	int	before;
	int	status;
	int	after;
	int	info[INFO_INTS];
	int	guard[4];
	int	ru[RU_INTS];
	int	end;
};

static struct low *low;

static int int80(int nr, long a, long b, long c, long d, long e)
{
	long ret = nr;

	asm volatile("int $0x80"
		     : "+a" (ret)
		     : "b" (a), "c" (b), "d" (c), "S" (d), "D" (e)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

/* Kernels without, or with it switched off, kill the caller. */
static bool has_int80(void)
{
	int status;
	pid_t pid = child_fork();

	if (!pid) {
		signal_handle(SIGSEGV, SIG_DFL, 0);
		if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
			die("PR_SET_DUMPABLE");
		_exit(int80(NR32_GETPID, 0, 0, 0, 0, 0) != getpid());
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	return !status;
}

static const char *no_int80(void)
{
	if (!has_int80())
		return "this kernel has no 32-bit system calls";
	low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		die("mmap");
	return NULL;
}

TESTS_NEED(no_int80);

/* @kept: as in zombies.c */
FOUR_VARIANTS(compat32,
	      DIFFERING(bool kept;),
	      ON_LINUX(),
	      ON_STARRY(.kept = true));

/* Registers as a 32-bit program leaves them: nothing above bit 31. */
struct call32 {
	int		nr;
	unsigned int	id[2];
	unsigned int	options;
};

static int run32(const struct call32 *c)
{
	unsigned long ru = (unsigned long)low->ru;

	memset(low, POISON, sizeof(*low));
	if (c->nr == NR32_WAITID)
		return int80(c->nr, c->id[0], c->id[1],
			     (unsigned long)low->info, c->options, ru);
	return int80(c->nr, c->id[0], (unsigned long)&low->status, c->options,
		     ru, 0);
}

static void check_info32(struct __test_metadata *_metadata,
			 const struct want *w)
{
	bool stock = subject_policy != STARRY;
	int i, fill = stock || w->error ? POISON_INT : 0;
	int field = w->error && !stock ? POISON_INT : 0;
	const int want[SI_FIELDS] = {
		w->pid ? SIGCHLD : field, field, w->pid ? w->code : field,
		w->pid ? w->pid : field, w->pid ? (int)getuid() : field,
		w->pid ? w->status : field,
	};

	for (i = 0; i < INFO_INTS; i++)
		EXPECT_EQ(i < SI_FIELDS ? want[i] : fill, low->info[i])
			TH_LOG("siginfo, int %d", i);
	EXPECT_EQ(POISON_INT, low->status);
}

static void check_rusage32(struct __test_metadata *_metadata, int nr,
			   const struct want *w)
{
	bool written = subject_policy != STARRY && w->pid && nr != NR32_WAITPID;
	int i;

	for (i = 0; i < RU_INTS; i++)
		EXPECT_EQ(written, low->ru[i] != POISON_INT)
			TH_LOG("rusage, int %d", i);
	EXPECT_EQ(POISON_INT, low->end);
}

static void check32(struct __test_metadata *_metadata, int line,
		    struct call32 c, struct want w)
{
	int passed = _metadata->passed, nr = c.nr, i;
	int ret = run32(&c);

	_metadata->passed = 1;
	EXPECT_EQ(w.error ? -w.error : nr == NR32_WAITID ? 0 : w.pid, ret);
	if (nr == NR32_WAITID)
		check_info32(_metadata, &w);
	else
		EXPECT_EQ(w.pid ? w.status : POISON_INT, low->status);
	check_rusage32(_metadata, nr, &w);
	EXPECT_EQ(POISON_INT, low->before);
	EXPECT_EQ(POISON_INT, low->after);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(POISON_INT, low->guard[i]);
	if (!_metadata->passed)
		TH_LOG("i386 call %d in line %d", nr, line);
	_metadata->passed &= passed;
}

#define EXPECT32(nr, a, b, options, ...)				\
	check32(_metadata, __LINE__,					\
		(struct call32){ nr, { a, b }, options },		\
		(struct want){ __VA_ARGS__ })

SUBJECT_TEST(compat32, zombies)
{
	pid_t pid = child_exited(1);

	EXPECT32(NR32_WAITPID, -1, 0, 0, .pid = pid, .status = W_EXIT(1));
	EXPECT_CONSUMED(pid);
	pid = child_exited(2);
	EXPECT32(NR32_WAIT4, pid, 0, 0, .pid = pid, .status = W_EXIT(2));
	EXPECT_CONSUMED(pid);
	pid = child_exited(3);
	EXPECT32(NR32_WAITID, P_ALL, 0, WEXITED | WNOWAIT, .pid = pid,
		 .code = CLD_EXITED, .status = 3);
	EXPECT32(NR32_WAITID, P_PID, pid, WEXITED, .pid = pid,
		 .code = CLD_EXITED, .status = 3);
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(compat32, nothing)
{
	struct child c = child_hold();

	EXPECT32(NR32_WAITPID, -1, 0, WNOHANG, .pid = 0);
	EXPECT32(NR32_WAIT4, 0, 0, WNOHANG, .pid = 0);
	EXPECT32(NR32_WAITID, P_ALL, 0, WEXITED | WNOHANG, .pid = 0);
	child_finish(&c, 4);
	EXPECT32(NR32_WAIT4, -getpgrp(), 0, 0, .pid = c.pid,
		 .status = W_EXIT(4));
}

SUBJECT_TEST(compat32, errors)
{
	EXPECT32(NR32_WAITPID, -1, 0, 0, .error = ECHILD);
	EXPECT32(NR32_WAITPID, -1, 0, WEXITED, .error = EINVAL);
	EXPECT32(NR32_WAIT4, 1, 0, 0, .error = ECHILD);
	EXPECT32(NR32_WAIT4, -1, 0, WNOWAIT, .error = EINVAL);
	EXPECT32(NR32_WAITID, P_ALL, 0, WEXITED, .error = ECHILD);
	EXPECT32(NR32_WAITID, P_ALL, 0, 0, .error = EINVAL);
	EXPECT32(NR32_WAITID, P_PID, 0, WEXITED, .error = EINVAL);
	EXPECT32(NR32_WAITID, P_PID, -1, WEXITED, .error = EINVAL);
	EXPECT32(NR32_WAITID, 77, 0, WEXITED, .error = EINVAL);
}

SUBJECT_TEST(compat32, stops)
{
	struct child c = child_hold();

	child_stop(c.pid, SIGTSTP);
	EXPECT32(NR32_WAITPID, -1, 0, WUNTRACED, .pid = c.pid,
		 .status = W_STOP(SIGTSTP));
	child_cont(c.pid);
	EXPECT32(NR32_WAIT4, c.pid, 0, WCONTINUED, .pid = c.pid,
		 .status = W_CONT);
}

SUBJECT_TEST(compat32, faults)
{
	unsigned int bad = 16;
	pid_t pid = child_exited(5);

	EXPECT_EQ(-EFAULT, int80(NR32_WAITPID, pid, bad, 0, 0, 0));
	if (variant->kept)
		EXPECT32(NR32_WAITPID, pid, 0, 0, .pid = pid,
			 .status = W_EXIT(5));
	EXPECT_CONSUMED(pid);
	pid = child_exited(6);
	EXPECT_EQ(-EFAULT, int80(NR32_WAIT4, -1U, bad, 0, 0, 0));
	if (variant->kept)
		EXPECT32(NR32_WAIT4, -1, 0, 0, .pid = pid,
			 .status = W_EXIT(6));
	EXPECT_CONSUMED(pid);
	pid = child_exited(7);
	EXPECT_EQ(-EFAULT, int80(NR32_WAITID, P_ALL, 0, bad, WEXITED, 0));
	if (variant->kept)
		EXPECT32(NR32_WAITID, P_ALL, 0, WEXITED, .pid = pid,
			 .code = CLD_EXITED, .status = 7);
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(compat32, null_buffers)
{
	pid_t pid = child_exited(8);

	EXPECT_EQ(pid, int80(NR32_WAITPID, -1U, 0, 0, 0, 0));
	pid = child_exited(9);
	EXPECT_EQ(pid, int80(NR32_WAIT4, -1U, 0, 0, 0, 0));
	pid = child_exited(10);
	EXPECT_EQ(0, int80(NR32_WAITID, P_ALL, 0, 0, WEXITED, 0));
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(compat32, asleep)
{
	pid_t pid = child_exits_when_asleep(NR32_WAITPID, 11);

	EXPECT32(NR32_WAITPID, pid, 0, 0, .pid = pid, .status = W_EXIT(11));
	pid = child_exits_when_asleep(NR32_WAIT4, 12);
	EXPECT32(NR32_WAIT4, -1, 0, 0, .pid = pid, .status = W_EXIT(12));
	pid = child_exits_when_asleep(NR32_WAITID, 13);
	EXPECT32(NR32_WAITID, P_PGID, 0, WEXITED, .pid = pid,
		 .code = CLD_EXITED, .status = 13);
}

static atomic_int handled;

static void count(int sig)
{
	atomic_fetch_add(&handled, sig ? 1 : 0);
}

/* A child that interrupts its parent's sleep, and exits from the second one. */
static pid_t disturb_then_exit(int nr, int code)
{
	pid_t own = getpid(), pid = child_fork();

	if (pid)
		return pid;
	until_asleep(own, own, nr);
	signal_send(own, SIGUSR1);
	UNTIL(stage->note[0], "handler");
	until_asleep(own, own, nr);
	_exit(code);
}

static void note(int sig)
{
	count(sig);
	stage->note[0] = 1;
}

SUBJECT_TEST(compat32, restart)
{
	pid_t pid;

	signal_handle(SIGUSR1, note, SA_RESTART);
	pid = disturb_then_exit(NR32_WAIT4, 14);
	EXPECT32(NR32_WAIT4, pid, 0, 0, .pid = pid, .status = W_EXIT(14));
	stage->note[0] = 0;
	pid = disturb_then_exit(NR32_WAITID, 15);
	EXPECT32(NR32_WAITID, P_ALL, 0, WEXITED, .pid = pid,
		 .code = CLD_EXITED, .status = 15);
	EXPECT_EQ(2, handled);
}

SUBJECT_TEST(compat32, interrupted)
{
	pid_t pid;

	signal_handle(SIGUSR1, note, 0);
	pid = disturb_then_exit(NR32_WAITPID, 16);
	EXPECT32(NR32_WAITPID, -1, 0, 0, .error = EINTR);
	EXPECT32(NR32_WAITPID, -1, 0, 0, .pid = pid, .status = W_EXIT(16));
	EXPECT_EQ(1, handled);
}

KEEP_ARMED
TEST_HARNESS_MAIN

#else

int main(void)
{
	ksft_print_header();
	ksft_exit_skip("i386 system calls are x86's\n");
}

#endif
