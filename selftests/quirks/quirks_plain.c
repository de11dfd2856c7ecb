// SPDX-License-Identifier: GPL-2.0
/*
 * The quirks that need no tracer, one test each.
 *
 * pollset-64 and child-time cannot be seen on Linux.  pid-order and
 * pidfd-by-number need a pid of one's choice, adoption-silent four generations:
 * they are in quirks_family.c.  What later revisions brought is in quirks_later.c.
 */
#include <linux/sched.h>

#include "quirk.h"

/* ------------------------------------------------------------- arguments */

QUIRK_TEST(PID_WRAPS)
{
	struct child c = child_hold();

	EXPECT_WAIT4(INT_MIN, WNOHANG, .error = has ? ECHILD : ESRCH);
	EXPECT_WAIT4(INT_MIN + 1, WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(c.pid, WNOHANG, .pid = 0);
}

QUIRK_TEST(PIDFD_FIRST)
{
	int fd = open("/dev/null", O_RDONLY);

	ASSERT_LE(0, fd);
	EXPECT_WAITID(P_PIDFD, fd, 0, .error = has ? EBADF : EINVAL);
	EXPECT_WAITID(P_PIDFD, fd, 0x10, .error = has ? EBADF : EINVAL);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED, .error = EBADF);
}

QUIRK_TEST(PIDFD_BLOCKS)
{
	struct child c = child_hold();
	int fd = syscall(SYS_pidfd_open, c.pid, O_NONBLOCK);
	struct waiter w;

	ASSERT_LE(0, fd);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED | WNOHANG, .pid = 0);
	if (has) {
		waiter_sleep(&w, call_waitid(P_PIDFD, fd, WEXITED));
		child_finish(&c, 1);
		EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_EXITED,
			      .status = 1);
		return;
	}
	EXPECT_WAITID(P_PIDFD, fd, WEXITED, .error = EAGAIN);
	child_finish(&c, 1);
	EXPECT_WAITID(P_PIDFD, fd, WEXITED, .pid = c.pid, .code = CLD_EXITED,
		      .status = 1);
}

/* ------------------------------------------------------------ candidates */

/* Has exited, and announced that by signal sig. */
static pid_t clone_exited(int sig, int code)
{
	pid_t pid = syscall(SYS_clone, sig, NULL, NULL, NULL, 0);
	int pidfd;

	if (!pid)
		_exit(code);
	if (pid < 0)
		die("clone");
	pidfd = pidfd_of(pid);
	until_pidfd(pidfd);
	close(pidfd);
	until_notified();
	return pid;
}

QUIRK_TEST(CLONE_CHILDREN)
{
	pid_t pid = clone_exited(0, 2);

	if (has) {
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(2));
	} else {
		EXPECT_WAIT4(-1, 0, .error = ECHILD);
		EXPECT_WAIT4(-1, __WCLONE, .pid = pid, .status = W_EXIT(2));
	}
	EXPECT_CONSUMED(pid);
}

QUIRK_TEST(WCLONE_IGNORED)
{
	pid_t pid = child_exited(3);

	if (has) {
		EXPECT_WAIT4(-1, __WCLONE, .pid = pid, .status = W_EXIT(3));
	} else {
		EXPECT_WAIT4(-1, __WCLONE, .error = ECHILD);
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(3));
	}
	EXPECT_CONSUMED(pid);
}

static void *fork_in_thread(void *arg)
{
	*(pid_t *)arg = child_exited(4);
	stage->note[0] = 1;
	stage_take(0);
	return NULL;
}

QUIRK_TEST(WNOTHREAD_IGNORED)
{
	pthread_t thread;
	pid_t pid;

	stage->next = 1;
	thread = thread_start(fork_in_thread, &pid);
	UNTIL(stage->note[0], "child of a thread");
	if (has) {
		EXPECT_WAIT4(-1, __WNOTHREAD, .pid = pid, .status = W_EXIT(4));
	} else {
		EXPECT_WAIT4(-1, __WNOTHREAD, .error = ECHILD);
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(4));
	}
	EXPECT_CONSUMED(pid);
	stage_give(0, 1);
	thread_join(thread, "end of a thread");
}

static void until_sleeps_on(struct waiter *w)
{
	until_asleep(getpid(), w->tid, w->call.nr);
}

/* Another child comes while the call sleeps. */
QUIRK_TEST(CANDIDATES_FIXED)
{
	struct child c = child_hold(), later;
	struct waiter w;

	waiter_sleep(&w, call_wait4(-1, 0));
	later = child_hold();
	child_tell(&later, 4);
	if (!has) {
		EXPECT_WAITER(&w, .pid = later.pid, .status = W_EXIT(4));
		return;
	}
	until_dead(later.pid);
	until_sleeps_on(&w);
	EXPECT_WAIT4(-1, 0, .pid = later.pid, .status = W_EXIT(4));
	child_tell(&c, 5);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(5));
}

/* Both are in a group of their own. */
static void make_group(struct child *c, struct child *other)
{
	*c = child_hold();
	*other = child_hold();
	if (setpgid(c->pid, c->pid) || setpgid(other->pid, c->pid))
		die("setpgid");
}

/* One leaves in silence, and is reaped; the other's stop is news for the call. */
QUIRK_TEST(REAPED_STAYS)
{
	struct child c, other;
	struct waiter w;

	make_group(&c, &other);
	waiter_sleep(&w, call_wait4(-c.pid, 0));
	ASSERT_EQ(0, setpgid(c.pid, getpgid(0)));
	child_finish(&c, 5);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(5));
	child_stop(other.pid, SIGSTOP);
	if (has) {
		EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(5));
		return;
	}
	until_sleeps_on(&w);
	signal_send(other.pid, SIGKILL);
	EXPECT_WAITER(&w, .pid = other.pid, .status = SIGKILL);
}

/* To a call without WEXITED a zombie is nobody. */
QUIRK_TEST(ECHILD_ONCE)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_waitid(P_PID, c.pid, WSTOPPED));
	child_finish(&c, 6);
	if (has)
		until_sleeps_on(&w);
	else
		EXPECT_WAITER(&w, .error = ECHILD);
	EXPECT_WAITID(P_PID, c.pid, WSTOPPED, .error = ECHILD);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(6));
}

/* A child exits that was in the group when the call began. */
QUIRK_TEST(MEMBERS_STAY)
{
	struct child c, other;
	struct waiter w;

	make_group(&c, &other);
	waiter_sleep(&w, call_wait4(-c.pid, 0));
	ASSERT_EQ(0, setpgid(c.pid, getpgid(0)));
	child_tell(&c, 5);
	if (has) {
		EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(5));
		EXPECT_CONSUMED(c.pid);
		return;
	}
	/* Linux is not even woken for what has left the group. */
	until_dead(c.pid);
	until_sleeps_on(&w);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(5));
	child_tell(&other, 6);
	EXPECT_WAITER(&w, .pid = other.pid, .status = W_EXIT(6));
}

QUIRK_TEST(NO_AUTOREAP)
{
	struct child c = child_hold();

	signal_handle(SIGCHLD, SIG_IGN, 0);
	child_tell(&c, 6);
	until_gone(c.pid);
	if (has)
		EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(6));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

QUIRK_TEST(ZOMBIES_COUNT)
{
	pid_t pid = child_exited(7);
	struct waiter w;

	EXPECT_WAITID(P_ALL, 0, WSTOPPED | WNOHANG, .error = has ? 0 : ECHILD);
	EXPECT_WAITID(P_PID, pid, WCONTINUED | WNOHANG,
		      .error = has ? 0 : ECHILD);
	if (has)
		waiter_sleep(&w, call_waitid(P_ALL, 0, WCONTINUED));
	else
		EXPECT_WAITID(P_ALL, 0, WCONTINUED, .error = ECHILD);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 7);
}

/* ----------------------------------------------------------------- order */

QUIRK_TEST(ZOMBIES_FIRST)
{
	struct child c = child_hold();
	pid_t pid = child_exited(7);

	child_stop(c.pid, SIGSTOP);
	if (has)
		EXPECT_WAIT4(-1, WUNTRACED, .pid = pid, .status = W_EXIT(7));
	EXPECT_WAIT4(-1, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	if (!has)
		EXPECT_WAIT4(-1, WUNTRACED, .pid = pid, .status = W_EXIT(7));
	EXPECT_WAIT4(-1, WUNTRACED | WNOHANG, .pid = 0);
}

/* --------------------------------------------------------------- reports */

QUIRK_TEST(WAITID_NO_JOBS)
{
	struct child c = child_hold();

	child_stop(c.pid, SIGSTOP);
	EXPECT_WAITID(P_ALL, 0, WSTOPPED | WNOHANG, .pid = has ? 0 : c.pid,
		      .code = CLD_STOPPED, .status = SIGSTOP);
	EXPECT_WAIT4(-1, WUNTRACED | WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_STOP(SIGSTOP));
	child_cont(c.pid);
	EXPECT_WAITID(P_ALL, 0, WCONTINUED | WNOHANG, .pid = has ? 0 : c.pid,
		      .code = CLD_CONTINUED, .status = SIGCONT);
	EXPECT_WAIT4(-1, WCONTINUED | WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_CONT);
}

/* ---------------------------------------------------------------- memory */

QUIRK_TEST(SIGINFO_WHOLE)
{
	pid_t pid = child_exited(8);

	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 8);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .error = ECHILD);
}

QUIRK_TEST(ERRORS_SILENT)
{
	EXPECT_WAITID(P_ALL, 0, WEXITED, .error = ECHILD);
	EXPECT_WAITID(P_ALL, 0, 0, .error = EINVAL);
	/* A bad pointer hides the error. */
	EXPECT_ERROR(has ? ECHILD : EFAULT,
		     syscall(SYS_waitid, P_ALL, 0, 8L, WEXITED, NULL));
}

QUIRK_TEST(RUSAGE_IGNORED)
{
	pid_t pid = child_exited(9);

	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(9));
	pid = child_exited(9);
	/* A bad pointer for it is an error, or nothing at all. */
	EXPECT_EQ(has ? pid : -1, syscall(SYS_wait4, pid, NULL, 0, 8L));
	EXPECT_CONSUMED(pid);
}

QUIRK_TEST(FAULT_KEEPS_ZOMBIE)
{
	pid_t pid = child_exited(10);

	EXPECT_ERROR(EFAULT, syscall(SYS_wait4, pid, 8L, 0, NULL));
	if (has)
		EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(10));
	EXPECT_CONSUMED(pid);
	pid = child_exited(10);
	EXPECT_ERROR(EFAULT, syscall(SYS_waitid, P_PID, pid, 8L, WEXITED, NULL));
	if (has)
		EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(10));
	EXPECT_CONSUMED(pid);
}

QUIRK_TEST(FAULT_KEEPS_JOB)
{
	struct child c = child_hold();

	child_stop(c.pid, SIGTSTP);
	EXPECT_ERROR(EFAULT, syscall(SYS_wait4, c.pid, 8L, WUNTRACED, NULL));
	EXPECT_WAIT4(c.pid, WUNTRACED | WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_STOP(SIGTSTP));
	child_cont(c.pid);
	EXPECT_ERROR(EFAULT, syscall(SYS_wait4, c.pid, 8L, WCONTINUED, NULL));
	EXPECT_WAIT4(c.pid, WCONTINUED | WNOHANG, .pid = has ? c.pid : 0,
		     .status = W_CONT);
}

/* ---------------------------------------------------------- interruption */

static void nothing(int sig)
{
}

static pid_t sleeping_subject;

/* Both at once: the child's end and a signal, for which a handler runs. */
QUIRK_TEST(SIGNAL_FIRST)
{
	struct altwait_verdicts v;
	pid_t pid;

	signal_handle(SIGCHLD, nothing, 0);
	pid = child_exits_when_asleep(SYS_wait4, 11);
	signal_mask(SIG_UNBLOCK, SIGCHLD);
	if (has)
		EXPECT_WAIT4(-1, 0, .error = EINTR);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(11));
	EXPECT_CONSUMED(pid);

	/* The only child, which Linux reaps by itself: nobody is left. */
	signal_handle(SIGCHLD, nothing, SA_NOCLDWAIT);
	child_exits_when_asleep(SYS_wait4, 12);
	EXPECT_WAIT4(-1, 0, .error = has ? EINTR : ECHILD);
	child_exits_when_asleep(SYS_waitid, 13);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .error = has ? EINTR : ECHILD);
	shadow_expect(_metadata, 4, 0, Q(SIGNAL_FIRST));
	if (subject_policy == SHADOW) {
		ASSERT_EQ(0, device_verdicts(subject_device, &v));
		EXPECT_EQ(3, v.quirk[ALTWAIT_QUIRK_SIGNAL_FIRST]);
	}

	/* With SA_RESTART nobody is told. */
	signal_handle(SIGCHLD, nothing, SA_RESTART);
	pid = child_exits_when_asleep(SYS_wait4, 14);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(14));
	if (subject_policy == SHADOW) {
		ASSERT_EQ(0, device_verdicts(subject_device, &v));
		EXPECT_EQ(3, v.quirk[ALTWAIT_QUIRK_SIGNAL_FIRST]);
	}
}

/* Stopped and continued while asleep: no handler runs. */
QUIRK_TEST(EINTR_ALWAYS)
{
	pid_t pid;

	sleeping_subject = getpid();
	pid = child_fork();
	if (!pid) {
		until_asleep(sleeping_subject, sleeping_subject, SYS_wait4);
		signal_send(sleeping_subject, SIGSTOP);
		until_state(sleeping_subject, 'T');
		signal_send(sleeping_subject, SIGCONT);
		until_asleep(sleeping_subject, sleeping_subject, SYS_wait4);
		_exit(12);
	}
	if (has)
		EXPECT_WAIT4(-1, 0, .error = EINTR);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(12));
	EXPECT_CONSUMED(pid);
}

KEEP_ARMED
TEST_HARNESS_MAIN
