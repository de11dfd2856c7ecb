// SPDX-License-Identifier: GPL-2.0
/* Wait calls that sleep: what wakes them, and what they still see then. */
#include <sys/wait.h>

#include "calls.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/*
 * @snapshot: a call knows the children that it had when it began, no later one
 *	(wait.rs:196), and asks no more whether they are still in the group
 * @again: each call that slept reports the zombie that it knows, though another
 *	one was faster (wait.rs:222: is_zombie stays set after a reap)
 */
FOUR_VARIANTS(blocking,
	      DIFFERING(bool snapshot;
			bool again;),
	      ON_LINUX(),
	      ON_STARRY(.snapshot = true,
			.again = true));

/* The only thread sleeps; the child sees to it that it does, and exits. */
SUBJECT_TEST(blocking, any)
{
	pid_t pid = child_exits_when_asleep(SYS_wait4, 1);

	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(1));
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(blocking, wait4_targets)
{
	pid_t pid = child_exits_when_asleep(SYS_wait4, 2);

	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(2));
	pid = child_exits_when_asleep(SYS_wait4, 3);
	EXPECT_WAIT4(0, 0, .pid = pid, .status = W_EXIT(3));
	pid = child_exits_when_asleep(SYS_wait4, 4);
	EXPECT_WAIT4(-getpgrp(), WUNTRACED | WCONTINUED, .pid = pid,
		     .status = W_EXIT(4));
	EXPECT_CONSUMED(pid);
}

SUBJECT_TEST(blocking, waitid_targets)
{
	pid_t pid = child_exits_when_asleep(SYS_waitid, 5);

	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 5);
	pid = child_exits_when_asleep(SYS_waitid, 6);
	EXPECT_WAITID(P_PID, pid, WEXITED | WNOWAIT, .pid = pid,
		      .code = CLD_EXITED, .status = 6);
	EXPECT_WAITID(P_PGID, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 6);
	pid = child_exits_when_asleep(SYS_waitid, 7);
	EXPECT_WAITID(P_PIDFD, pidfd_of(pid), WEXITED, .pid = pid,
		      .code = CLD_EXITED, .status = 7);
	EXPECT_CONSUMED(pid);
}

/* Killed, not exited. */
SUBJECT_TEST(blocking, killed)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_waitid(P_ALL, 0, WEXITED));
	signal_send(c.pid, SIGKILL);
	EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_KILLED, .status = SIGKILL);
	EXPECT_CONSUMED(c.pid);
}

/* News of a child that was not asked for ends no sleep. */
SUBJECT_TEST(blocking, other_child)
{
	struct child a = child_hold(), b = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_wait4(b.pid, 0));
	child_finish(&a, 8);
	until_asleep(getpid(), w.tid, SYS_wait4);
	EXPECT_WAIT4(-1, WNOHANG, .pid = a.pid, .status = W_EXIT(8));
	child_tell(&b, 9);
	EXPECT_WAITER(&w, .pid = b.pid, .status = W_EXIT(9));
}

/* A caller that knows no child does not sleep, whatever comes later. */
SUBJECT_TEST(blocking, no_child)
{
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .error = ECHILD);
}

/* A child made, and dead, while another thread sleeps for any. */
SUBJECT_TEST(blocking, child_of_later)
{
	struct child a = child_hold(), b;
	struct waiter w;

	waiter_sleep(&w, call_wait4(-1, 0));
	b = child_hold();
	child_finish(&b, 11);
	if (!variant->snapshot) {
		EXPECT_WAITER(&w, .pid = b.pid, .status = W_EXIT(11));
		child_finish(&a, 10);
		EXPECT_WAIT4(-1, 0, .pid = a.pid, .status = W_EXIT(10));
		return;
	}
	until_asleep(getpid(), w.tid, SYS_wait4);
	EXPECT_FALSE(w.done);
	child_tell(&a, 10);
	EXPECT_WAITER(&w, .pid = a.pid, .status = W_EXIT(10));
	EXPECT_WAIT4(-1, 0, .pid = b.pid, .status = W_EXIT(11));
}

/*
 *   group of a:  a, b       somebody waits for the group
 *   then:        b | a      a has gone to a group of its own, and exits
 */
SUBJECT_TEST(blocking, leaves_group)
{
	struct child a = child_hold(), b = child_hold();
	struct waiter w;

	ASSERT_EQ(0, setpgid(a.pid, a.pid));
	ASSERT_EQ(0, setpgid(b.pid, a.pid));
	waiter_sleep(&w, call_wait4(-a.pid, 0));
	ASSERT_EQ(0, setpgid(a.pid, getpgrp()));
	child_tell(&a, 12);
	if (variant->snapshot) {
		EXPECT_WAITER(&w, .pid = a.pid, .status = W_EXIT(12));
		EXPECT_CONSUMED(a.pid);
		return;
	}
	until_dead(a.pid);
	until_asleep(getpid(), w.tid, SYS_wait4);
	child_tell(&b, 13);
	EXPECT_WAITER(&w, .pid = b.pid, .status = W_EXIT(13));
	EXPECT_WAIT4(a.pid, 0, .pid = a.pid, .status = W_EXIT(12));
}

#define THREADS 4

/* Each thread has a child of its own to wait for. */
SUBJECT_TEST(blocking, threads_for_own_child)
{
	struct waiter w[THREADS];
	struct child c[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		c[i] = child_hold();
	for (i = 0; i < THREADS; i++)
		waiter_sleep(&w[i], i % 2 ?
			     call_wait4(c[i].pid, 0) :
			     call_waitid(P_PID, c[i].pid, WEXITED));
	until_waiting(getpid(), THREADS);
	for (i = THREADS - 1; i >= 0; i--)
		child_tell(&c[i], i);
	for (i = 0; i < THREADS; i++)
		EXPECT_WAITER(&w[i], .pid = c[i].pid, .code = CLD_EXITED,
			      .status = i % 2 ? W_EXIT(i) : i);
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

static int count_done(struct waiter *w, int n)
{
	int i, done = 0;

	for (i = 0; i < n; i++)
		done += w[i].done;
	return done;
}

/* Several threads sleep for any child, and one child exits. */
SUBJECT_TEST(blocking, threads_for_any_child)
{
	struct child a = child_hold(), b = child_hold();
	int i, first = variant->again ? THREADS : 1;
	struct waiter w[THREADS];

	for (i = 0; i < THREADS; i++)
		waiter_sleep(&w[i], call_wait4(-1, 0));
	until_waiting(getpid(), THREADS);
	child_tell(&a, 14);
	UNTIL(count_done(w, THREADS) >= first, "end of the calls");
	child_tell(&b, 15);
	for (i = 0; i < THREADS; i++) {
		waiter_join(&w[i]);
		if (w[i].call.ret == a.pid) {
			first--;
			EXPECT_CALL(&w[i].call, .pid = a.pid,
				    .status = W_EXIT(14));
		} else if (w[i].call.ret == b.pid) {
			EXPECT_CALL(&w[i].call, .pid = b.pid,
				    .status = W_EXIT(15));
		} else {
			EXPECT_CALL(&w[i].call, .error = ECHILD);
		}
	}
	EXPECT_EQ(0, first);
	if (variant->again)
		EXPECT_WAIT4(-1, 0, .pid = b.pid, .status = W_EXIT(15));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/*
 * Two threads sleep for a child of another user.  Starry keeps the uid with the
 * zombie: who reports it a second time finds none, and says 0 (wait.rs:134).
 */
SUBJECT_TEST(blocking, uid_of_second_report)
{
	unsigned int slot = stage_slot();
	struct waiter w[2];
	int i, reports = 0;
	pid_t pid;

	if (getuid())
		SKIP(return, "changing uids is for root");
	pid = child_fork();
	if (!pid) {
		stage_take(slot);
		_exit(setresuid(1001, 1001, 1001) ? 99 : 16);
	}
	for (i = 0; i < 2; i++)
		waiter_sleep(&w[i], call_waitid(P_PID, pid, WEXITED));
	until_waiting(getpid(), 2);
	stage_give(slot, 1);
	for (i = 0; i < 2; i++) {
		waiter_join(&w[i]);
		if (w[i].call.info[INFO_UID] == 1001) {
			reports++;
			EXPECT_CALL(&w[i].call, .pid = pid, .uid = 1001,
				    .code = CLD_EXITED, .status = 16);
		} else if (variant->again) {
			EXPECT_CALL(&w[i].call, .pid = pid, .uid = 0,
				    .code = CLD_EXITED, .status = 16);
		} else {
			EXPECT_CALL(&w[i].call, .error = ECHILD);
		}
	}
	EXPECT_EQ(1, reports);
}

/* More threads than a PollSet has places, each of them asleep, none spinning. */
SUBJECT_TEST(blocking, more_threads_than_places)
{
	enum { PLACES = 64, MANY = PLACES + 6 };
	struct waiter *w = calloc(MANY, sizeof(*w));
	struct child c[MANY];
	int i;

	ASSERT_NE(NULL, w);
	/* Before the threads, whose stacks each fork would copy. */
	for (i = 0; i < MANY; i++)
		c[i] = child_hold();
	for (i = 0; i < MANY; i++)
		waiter_sleep(&w[i], call_wait4(c[i].pid, 0));
	until_waiting(getpid(), MANY);
	for (i = 0; i < MANY; i++)
		until_asleep(getpid(), w[i].tid, SYS_wait4);
	/* As many as there are too many: nobody else could wake them. */
	for (i = 0; i < MANY - PLACES; i++) {
		child_tell(&c[i], i);
		EXPECT_WAITER(&w[i], .pid = c[i].pid, .status = W_EXIT(i));
	}
	for (i = MANY - PLACES; i < MANY; i++)
		child_tell(&c[i], i);
	for (i = MANY - PLACES; i < MANY; i++)
		EXPECT_WAITER(&w[i], .pid = c[i].pid, .status = W_EXIT(i));
	until_waiting(getpid(), 0);
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
	free(w);
}

/* The thread that sleeps is not the one that forks; the leader has left. */
static void *wait_without_leader(void *arg)
{
	pid_t child;

	until_state(getpid(), 'Z');
	child = child_exits_when_asleep(SYS_wait4, 16);
	stage->note[0] = child;
	stage->note[1] = syscall(SYS_wait4, -1, arg, 0, NULL);
	syscall(SYS_exit_group, 17);
	return NULL;
}

SUBJECT_TEST(blocking, leader_has_left)
{
	pid_t pid = child_fork();
	int status;

	if (!pid) {
		thread_start(wait_without_leader, &status);
		syscall(SYS_exit, 0);
	}
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(17));
	EXPECT_EQ(stage->note[0], stage->note[1]);
	EXPECT_NE(0, stage->note[0]);
}

/* Its own group is the one that the caller was in when the call began. */
SUBJECT_TEST(blocking, own_group_left)
{
	struct child a = child_hold(), b = child_hold();
	pid_t group = getpgrp();
	struct waiter w;

	waiter_sleep(&w, call_wait4(0, 0));
	ASSERT_EQ(0, setpgid(0, 0));
	child_finish(&a, 21);
	EXPECT_WAITER(&w, .pid = a.pid, .status = W_EXIT(21));
	ASSERT_EQ(0, setpgid(0, group));
	waiter_sleep(&w, call_waitid(P_PGID, 0, WEXITED));
	ASSERT_EQ(0, setpgid(0, 0));
	child_finish(&b, 22);
	EXPECT_WAITER(&w, .pid = b.pid, .code = CLD_EXITED, .status = 22);
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/* And a pidfd stands for its process, also when it is closed meanwhile. */
SUBJECT_TEST(blocking, pidfd_closed)
{
	struct child c = child_hold();
	int fd = pidfd_of(c.pid);
	struct waiter w;

	waiter_sleep(&w, call_waitid(P_PIDFD, fd, WEXITED));
	ASSERT_EQ(0, close(fd));
	child_finish(&c, 23);
	EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_EXITED, .status = 23);
	EXPECT_CONSUMED(c.pid);
}

/* Waits that follow each other quickly lose nothing. */
SUBJECT_TEST(blocking, race)
{
	int i;

	for_many(i, 200) {
		pid_t pid = child_fork();

		if (!pid)
			_exit(i & 0x7f);
		EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(i & 0x7f));
	}
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

static void read_proc(pid_t tid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", tid, name);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, text, size - 1);
	if (n < 0)
		die(path);
	text[n] = 0;
	close(fd);
}

/*
 * What /proc shows of a sleeper is what it shows in stock, but for where in the kernel it
 * sleeps: there a module's functions do not count as the scheduler's.
 */
SUBJECT_TEST(blocking, seen_in_proc)
{
	const char *in = variant->policy == STOCK ? "do_wait" : "aw_sleep";
	struct child c = child_hold();
	char text[256], call[64];
	struct waiter w;

	waiter_sleep(&w, call_wait4(c.pid, 0));
	read_proc(w.tid, "wchan", text, sizeof(text));
	EXPECT_STREQ(in, text);
	snprintf(call, sizeof(call), "%d %#lx ", SYS_wait4, (unsigned long)c.pid);
	read_proc(w.tid, "syscall", text, sizeof(text));
	EXPECT_EQ(0, strncmp(call, text, strlen(call)))
		TH_LOG("%s", text);
	child_tell(&c, 40);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(40));
}

KEEP_ARMED
TEST_HARNESS_MAIN
