// SPDX-License-Identifier: GPL-2.0
/* Arguments of waitid(2): idtype, options, order of checks, and pidfds. */
#include <sys/wait.h>

#include "calls.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* Linux 6.14 has these for pidfd_send_signal() and the like. */
#ifndef PIDFD_SELF_THREAD
#define PIDFD_SELF_THREAD	-10000
#define PIDFD_SELF_THREAD_GROUP	-10001
#endif

/*
 * @bad_fd_bad_option: Linux looks at the options first, Starry at the target
 *	(wait.rs:325 before :329)
 * @bad_info: error where an error meets a bad infop: Linux writes the siginfo
 *	of a call that failed, too; Starry returns before (wait.rs:326, :340)
 * @filtered: as in wait4_args.c
 * @nonblock: error of a wait for a live child by a pidfd that has O_NONBLOCK;
 *	Starry does not look at the flag (wait.rs:101) and sleeps
 */
FOUR_VARIANTS(waitid_args,
	      DIFFERING(int bad_fd_bad_option;
			bool bad_info;
			int filtered;
			int nonblock;),
	      ON_LINUX(.bad_fd_bad_option = EINVAL,
		       .bad_info = true,
		       .filtered = ECHILD,
		       .nonblock = EAGAIN),
	      ON_STARRY(.bad_fd_bad_option = EBADF));

#define VALID (WNOHANG | WSTOPPED | WEXITED | WCONTINUED | WNOWAIT | \
	       __WNOTHREAD | __WALL | __WCLONE)

SUBJECT_TEST(waitid_args, idtype)
{
	struct child c = child_hold();
	const long bad[] = { 4, 5, 99, -1, INT_MAX, INT_MIN };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_WAITID(bad[i], c.pid, WEXITED, .error = EINVAL);
		EXPECT_WAITID(bad[i], c.pid, WEXITED | WNOHANG,
			      .error = EINVAL);
	}
	child_finish(&c, 1);
	EXPECT_WAITID(bad[0], c.pid, WEXITED, .error = EINVAL);
	EXPECT_WAITID(P_PID, c.pid, WEXITED, .pid = c.pid, .code = CLD_EXITED,
		      .status = 1);
}

SUBJECT_TEST(waitid_args, id)
{
	const long bad[] = { 0, -1, INT_MIN };
	struct child c = child_hold();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_WAITID(P_PID, bad[i], WEXITED, .error = EINVAL);
		if (bad[i])
			EXPECT_WAITID(P_PGID, bad[i], WEXITED, .error = EINVAL);
		EXPECT_WAITID(P_ALL, bad[i], WEXITED | WNOHANG, .pid = 0);
	}
	EXPECT_WAITID(P_PID, INT_MAX, WEXITED, .error = ECHILD);
	EXPECT_WAITID(P_PGID, INT_MAX, WEXITED, .error = ECHILD);
	EXPECT_WAITID(P_PID, getpid(), WEXITED, .error = ECHILD);
	EXPECT_WAITID(P_PGID, c.pid, WEXITED, .error = ECHILD);
	child_finish(&c, 2);
	EXPECT_WAITID(P_ALL, INT_MIN, WEXITED, .pid = c.pid,
		      .code = CLD_EXITED, .status = 2);
}

/* Each bit on its own: what to wait for has to be there, and nothing else. */
SUBJECT_TEST(waitid_args, each_option)
{
	const long what = WEXITED | WSTOPPED | WCONTINUED;
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		long option = 1UL << bit;
		int error = option & VALID ? ECHILD : EINVAL;

		EXPECT_WAITID(P_ALL, 0, option | WEXITED, .error = error);
		if (!(option & what))
			error = EINVAL;
		EXPECT_WAITID(P_ALL, 0, option, .error = error);
	}
	EXPECT_WAITID(P_ALL, 0, 0, .error = EINVAL);
	EXPECT_WAITID(P_ALL, 0, VALID & ~what, .error = EINVAL);
	EXPECT_WAITID(P_ALL, 0, VALID, .error = ECHILD);
	EXPECT_WAITID(P_ALL, 0, -1, .error = EINVAL);
}

/* Nothing to wait for is an error, and takes nothing. */
SUBJECT_TEST(waitid_args, options_before_children)
{
	pid_t pid = child_exited(3);

	EXPECT_WAITID(P_ALL, 0, WNOHANG, .error = EINVAL);
	EXPECT_WAITID(P_ALL, 0, WNOHANG | WNOWAIT, .error = EINVAL);
	EXPECT_WAITID(P_PID, pid, WEXITED | 0x10, .error = EINVAL);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 3);
	EXPECT_CONSUMED(pid);
}

/* An error and a bad infop at once. */
SUBJECT_TEST(waitid_args, errors_write_siginfo)
{
	void *bad = self->bad;

	EXPECT_EQ(-1, syscall(SYS_waitid, P_ALL, 0, bad, 0, NULL));
	EXPECT_EQ(variant->bad_info ? EFAULT : EINVAL, errno);
	EXPECT_EQ(-1, syscall(SYS_waitid, 99, 0, bad, WEXITED, NULL));
	EXPECT_EQ(variant->bad_info ? EFAULT : EINVAL, errno);
	EXPECT_EQ(-1, syscall(SYS_waitid, P_PIDFD, -1, bad, WEXITED, NULL));
	EXPECT_EQ(variant->bad_info ? EFAULT : EINVAL, errno);
	EXPECT_EQ(-1, syscall(SYS_waitid, P_ALL, 0, bad, WEXITED, NULL));
	EXPECT_EQ(variant->bad_info ? EFAULT : ECHILD, errno);
}

/* "Nothing" is written, too. */
SUBJECT_TEST(waitid_args, nothing_to_bad_infop)
{
	struct call c = call_waitid(P_ALL, 0, WEXITED | WNOHANG);
	void *bad = self->bad;
	pid_t pid = child_hold().pid;

	EXPECT_EQ(-1, syscall(SYS_waitid, P_PID, pid, bad, WEXITED | WNOHANG,
			      NULL));
	EXPECT_EQ(EFAULT, errno);
	c.null = true;
	call_run(&c);
	EXPECT_CALL(&c, .pid = 0);
}

SUBJECT_TEST(waitid_args, groups)
{
	struct child a = child_hold(), b = child_hold();

	ASSERT_EQ(0, setpgid(b.pid, b.pid));
	EXPECT_WAITID(P_PGID, 0, WEXITED | WNOHANG, .pid = 0);
	EXPECT_WAITID(P_PGID, b.pid, WEXITED | WNOHANG, .pid = 0);
	child_finish(&b, 4);
	EXPECT_WAITID(P_PGID, 0, WEXITED | WNOHANG, .pid = 0);
	EXPECT_WAITID(P_PGID, getpgrp(), WEXITED | WNOHANG, .pid = 0);
	EXPECT_WAITID(P_PGID, b.pid, WEXITED, .pid = b.pid,
		      .code = CLD_EXITED, .status = 4);
	child_finish(&a, 5);
	EXPECT_WAITID(P_PGID, 0, WEXITED, .pid = a.pid, .code = CLD_EXITED,
		      .status = 5);
	EXPECT_WAITID(P_PGID, 0, WEXITED, .error = ECHILD);
}

/* Of the target and the options, who is looked at first? */
SUBJECT_TEST(waitid_args, bad_fd_or_bad_option)
{
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	EXPECT_WAITID(P_PIDFD, pipes[0], WEXITED | 0x10,
		      .error = variant->bad_fd_bad_option);
	EXPECT_WAITID(P_PIDFD, pipes[0], 0,
		      .error = variant->bad_fd_bad_option);
	EXPECT_WAITID(P_PIDFD, -1, WEXITED | 0x10, .error = EINVAL);
}

/*
 * Where Linux has PIDFD_SELF, and where it has not, waitid has no use for it: it is a
 * negative descriptor.
 */
SUBJECT_TEST(waitid_args, pidfd_self)
{
	const long fds[] = { PIDFD_SELF_THREAD, PIDFD_SELF_THREAD_GROUP };
	struct child c = child_hold();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		if (syscall(SYS_pidfd_send_signal, fds[i], 0, NULL, 0)) {
			EXPECT_EQ(EBADF, errno);
			TH_LOG("no PIDFD_SELF here, Linux before 6.14");
		}
		EXPECT_WAITID(P_PIDFD, fds[i], WEXITED, .error = EINVAL);
		EXPECT_WAITID(P_PIDFD, fds[i], WEXITED | WNOHANG, .error = EINVAL);
	}
	child_finish(&c, 1);
	EXPECT_WAITID(P_PIDFD, fds[0], WEXITED, .error = EINVAL);
	EXPECT_WAITID(P_PID, c.pid, WEXITED, .pid = c.pid, .code = CLD_EXITED, .status = 1);
}

SUBJECT_TEST(waitid_args, bad_pidfds)
{
	struct child c = child_hold();
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	EXPECT_WAITID(P_PIDFD, -1, WEXITED, .error = EINVAL);
	EXPECT_WAITID(P_PIDFD, INT_MIN, WEXITED, .error = EINVAL);
	EXPECT_WAITID(P_PIDFD, pipes[0], WEXITED, .error = EBADF);
	ASSERT_EQ(0, close(pipes[0]));
	EXPECT_WAITID(P_PIDFD, pipes[0], WEXITED, .error = EBADF);
	EXPECT_WAITID(P_PIDFD, INT_MAX, WEXITED, .error = EBADF);
	child_finish(&c, 0);
	EXPECT_WAIT4(-1, 0, .pid = c.pid);
}

SUBJECT_TEST(waitid_args, pidfd)
{
	struct child a = child_hold(), b = child_hold();
	int fd = pidfd_of(b.pid);

	ASSERT_LE(0, fd);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED | WNOHANG, .pid = 0);
	child_finish(&a, 6);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED | WNOHANG, .pid = 0);
	child_finish(&b, 7);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED | WNOWAIT, .pid = b.pid,
		      .code = CLD_EXITED, .status = 7);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED, .pid = b.pid,
		      .code = CLD_EXITED, .status = 7);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED, .error = ECHILD);
	EXPECT_WAIT4(-1, 0, .pid = a.pid, .status = W_EXIT(6));
}

/* A pidfd of somebody who is no child. */
SUBJECT_TEST(waitid_args, pidfd_no_child)
{
	struct child c = child_hold();
	int own = pidfd_of(getpid()), parent = pidfd_of(getppid());

	ASSERT_LE(0, own);
	ASSERT_LE(0, parent);
	EXPECT_WAITID(P_PIDFD, own, WEXITED, .error = ECHILD);
	EXPECT_WAITID(P_PIDFD, parent, WEXITED | WNOHANG, .error = ECHILD);
	child_finish(&c, 0);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = c.pid, .code = CLD_EXITED);
}

/* PIDFD_NONBLOCK; the child exits once somebody sleeps, or when told to. */
SUBJECT_TEST(waitid_args, pidfd_nonblock)
{
	struct child c = child_hold();
	int fd = syscall(SYS_pidfd_open, c.pid, O_NONBLOCK);
	struct waiter w;

	ASSERT_LE(0, fd);
	if (variant->nonblock) {
		EXPECT_WAITID(P_PIDFD, fd, WEXITED, .error = variant->nonblock);
		child_finish(&c, 8);
		EXPECT_WAITID(P_PIDFD, fd, WEXITED, .pid = c.pid,
			      .code = CLD_EXITED, .status = 8);
		return;
	}
	waiter_sleep(&w, call_waitid(P_PIDFD, fd, WEXITED));
	child_tell(&c, 8);
	EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_EXITED, .status = 8);
}

/* WNOHANG and O_NONBLOCK together are WNOHANG. */
SUBJECT_TEST(waitid_args, pidfd_nonblock_nohang)
{
	struct child c = child_hold();
	int fd = syscall(SYS_pidfd_open, c.pid, O_NONBLOCK);

	ASSERT_LE(0, fd);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED | WNOHANG, .pid = 0);
	child_finish(&c, 9);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED | WNOHANG, .pid = c.pid,
		      .code = CLD_EXITED, .status = 9);
}

SUBJECT_TEST(waitid_args, wclone)
{
	struct child c = child_hold();

	EXPECT_WAITID(P_ALL, 0, WEXITED | WNOHANG | __WCLONE,
		      .error = variant->filtered);
	EXPECT_WAITID(P_ALL, 0, WEXITED | WNOHANG | __WCLONE | __WALL,
		      .pid = 0);
	child_finish(&c, 10);
	EXPECT_WAITID(P_PID, c.pid, WEXITED | __WALL, .pid = c.pid,
		      .code = CLD_EXITED, .status = 10);
}

/* The arguments are ints, whatever stands above them in the registers. */
SUBJECT_TEST(waitid_args, high_bits)
{
	const long high = 0x5a5a5a5aL << 32;
	pid_t pid = child_exited(11);

	EXPECT_WAITID(high | P_ALL, high, high | WNOHANG, .error = EINVAL);
	EXPECT_WAITID(high | P_PID, high | pid, high | WEXITED, .pid = pid,
		      .code = CLD_EXITED, .status = 11);
}

KEEP_ARMED
TEST_HARNESS_MAIN
