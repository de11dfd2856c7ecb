// SPDX-License-Identifier: GPL-2.0
/*
 * rmmod at any moment.  Tasks that sleep in replaced calls leave within two
 * seconds, sleep on in stock, and lose no child.  ALTWAIT_KO names the module's
 * file, which is loaded again after each test.
 */
#include <sys/klog.h>
#include <sys/wait.h>

#include "calls.h"
#include "load.h"
#include "neighbours.h"

#define SLEEPERS	100

/*
 * How long an unload may take with that many tasks asleep in it.  A kernel that
 * checks each lock and each access is another matter: it only has to end.  On a slow
 * host it may be longer: so many times what one takes there that finds nobody asleep.
 */
#define LIMIT_MS	(is_debug_kernel() ? PATIENCE_MS : 2000)
#define FACTOR		4
#define TRIES		3

FIXTURE(unload) {
	const char *file;
};

FIXTURE_VARIANT(unload) {
	int policy;
};

FIXTURE_VARIANT_ADD(unload, altwait) {
	.policy = OWN,
};

/* It would hold the module. */
static void close_device(int fd)
{
	if (close(fd))
		die("closing the device");
}

/* No descriptor of the device stays open. */
FIXTURE_SETUP(unload)
{
	int fd;

	self->file = getenv("ALTWAIT_KO");
	if (!self->file)
		SKIP(return, "ALTWAIT_KO does not name altwait.ko");
	fd = device_open();
	if (fd >= 0)
		close_device(fd);
	else
		ASSERT_EQ(0, module_load(self->file));
}

FIXTURE_TEARDOWN(unload)
{
	int fd = device_open();

	EXPECT_EQ(0, trace_with("nop"));
	remove_probes();
	if (fd >= 0)
		close_device(fd);
	else
		EXPECT_EQ(0, module_load(self->file));
}

/* Before any fork: a child would inherit it. */
static void drop_device(void)
{
	close_device(subject_device);
	subject_device = -1;
}

static int enroll(pid_t pid)
{
	int fd = device_open();
	int ret = device_enroll(fd, pid);

	if (fd >= 0)
		close_device(fd);
	return ret;
}

/* Unloads and says how long that took; the caller is dismissed by it. */
static long timed_unload(struct __test_metadata *_metadata)
{
	long begin = now_ms(), took;

	ASSERT_EQ(0, module_unload());
	took = now_ms() - begin;
	TH_LOG("unloaded in %ld ms", took);
	subject_policy = STOCK;
	return took;
}

/* The last "unloaded: name=N ..." of the kernel log, and one of its numbers. */
static long unload_count(const char *name)
{
	static char log[1 << 20];
	int n = klogctl(3, log, sizeof(log) - 1);
	char *p = log, *last = NULL, key[32];

	if (n < 0)
		die("klogctl");
	log[n] = '\0';
	while ((p = strstr(p, "altwait: unloaded: ")))
		last = p++;
	snprintf(key, sizeof(key), " %s=", name);
	p = last ? strstr(last, key) : NULL;
	if (!p) {
		errno = ENOMSG;
		die(key);
	}
	return strtol(p + strlen(key), NULL, 10);
}

static void check_balance(struct __test_metadata *_metadata)
{
	EXPECT_EQ(unload_count("diverted"), unload_count("returned"));
	EXPECT_EQ(unload_count("enrolled"), unload_count("dismissed"));
	EXPECT_EQ(unload_count("tracked"), unload_count("released"));
}

/**
 * struct sleeper - a process that sleeps in a wait for its child
 * @pid:  its own
 * @nr:   the system call
 * @slot: of the child
 */
struct sleeper {
	pid_t		pid;
	long		nr;
	unsigned int	slot;
};

static int sleep_in(long nr, pid_t child, int code)
{
	int status = 0, info[INFO_INTS] = {};

	if (nr == SYS_wait4) {
		if (syscall(SYS_wait4, child, &status, 0, NULL) != child)
			return 2;
		return status == W_EXIT(code) ? 0 : 3;
	}
	if (syscall(SYS_waitid, P_PID, child, info, WEXITED, NULL))
		return 4;
	return info[INFO_PID] == child && info[INFO_STATUS] == code ? 0 : 5;
}

static struct sleeper sleeper_start(int i)
{
	struct sleeper s = {
		.nr = i % 2 ? SYS_wait4 : SYS_waitid,
		.slot = stage_slot(),
	};
	pid_t child;

	s.pid = child_fork();
	if (s.pid)
		return s;
	child = child_fork();
	if (!child)
		child_obey(s.slot);
	_exit(sleep_in(s.nr, child, i));
}

/* Unloads while nobody sleeps in the module. */
static long idle_unload(struct __test_metadata *_metadata, const char *file)
{
	ASSERT_EQ(0, module_load(file));
	ASSERT_EQ(0, enroll(0));
	return timed_unload(_metadata);
}

/*
 * @unload: unloads while many sleep in the module, and says how long that took.  What
 * is late by the module's fault is late each time.
 */
static void check_in_time(struct __test_metadata *_metadata, const char *file,
			  long (*unload)(struct __test_metadata *_metadata))
{
	long took, idle;
	int i;

	for (i = 0; i < TRIES; i++) {
		if (i)
			ASSERT_EQ(0, module_load(file));
		took = unload(_metadata);
		if (took < LIMIT_MS)
			return;
		idle = idle_unload(_metadata, file);
		if (took < FACTOR * idle)
			return;
	}
	EXPECT_GT(FACTOR * idle, took);
}

/* 100 tasks asleep; rmmod; each of them ends as stock would end it. */
static long with_sleepers(struct __test_metadata *_metadata)
{
	struct sleeper s[SLEEPERS];
	long took;
	int i;

	ASSERT_EQ(0, enroll(0));
	for (i = 0; i < SLEEPERS; i++)
		s[i] = sleeper_start(i);
	for (i = 0; i < SLEEPERS; i++)
		until_asleep(s[i].pid, s[i].pid, s[i].nr);
	took = timed_unload(_metadata);
	for (i = 0; i < SLEEPERS; i++)
		until_asleep(s[i].pid, s[i].pid, s[i].nr);
	check_balance(_metadata);
	EXPECT_LE(SLEEPERS, unload_count("diverted"));
	for (i = SLEEPERS - 1; i >= 0; i--)
		stage_give(s[i].slot, ORDER_EXIT | i);
	for (i = 0; i < SLEEPERS; i++)
		EXPECT_WAIT4(s[i].pid, 0, .pid = s[i].pid, .status = 0);
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
	return took;
}

SUBJECT_TEST(unload, sleepers)
{
	drop_device();
	check_in_time(_metadata, self->file, with_sleepers);
}

/* Threads of one process, more of them than a PollSet holds. */
static long with_threads(struct __test_metadata *_metadata)
{
	enum { MANY = 70 };
	struct waiter *w = calloc(MANY, sizeof(*w));
	struct child c[MANY];
	long took;
	int i;

	ASSERT_NE(NULL, w);
	ASSERT_EQ(0, enroll(0));
	/* Before the threads, whose stacks each fork would copy. */
	for (i = 0; i < MANY; i++)
		c[i] = child_hold();
	for (i = 0; i < MANY; i++)
		waiter_sleep(&w[i], i % 2 ? call_wait4(c[i].pid, 0) :
			     call_waitid(P_PID, c[i].pid, WEXITED));
	took = timed_unload(_metadata);
	for (i = 0; i < MANY; i++) {
		child_tell(&c[i], i);
		EXPECT_WAITER(&w[i], .pid = c[i].pid, .code = CLD_EXITED,
			      .status = i % 2 ? W_EXIT(i) : i);
	}
	check_balance(_metadata);
	free(w);
	return took;
}

SUBJECT_TEST(unload, threads)
{
	drop_device();
	check_in_time(_metadata, self->file, with_threads);
}

static void nothing(int sig)
{
	stage->note[0] = sig;
}

/* Leaving is no interruption: no EINTR, no handler. */
SUBJECT_TEST(unload, with_handler)
{
	struct waiter w;
	struct child c;

	signal_handle(SIGUSR1, nothing, 0);
	drop_device();
	ASSERT_EQ(0, enroll(0));
	c = child_hold();
	waiter_sleep(&w, call_waitid(P_ALL, 0, WEXITED));
	timed_unload(_metadata);
	until_asleep(getpid(), w.tid, SYS_waitid);
	EXPECT_FALSE(w.done);
	child_tell(&c, 1);
	EXPECT_WAITER(&w, .pid = c.pid, .code = CLD_EXITED, .status = 1);
	EXPECT_EQ(0, stage->note[0]);
}

/* Zombies and stops that were on record are stock's, too. */
SUBJECT_TEST(unload, reports_stay)
{
	struct child c;
	pid_t pid;

	drop_device();
	ASSERT_EQ(0, enroll(0));
	subject_policy = STARRY;
	c = child_hold();
	pid = child_exited(2);
	child_stop(c.pid, SIGSTOP);
	EXPECT_WAITID(P_PID, pid, WEXITED | WNOWAIT, .pid = pid,
		      .code = CLD_EXITED, .status = 2);
	timed_unload(_metadata);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(2));
	EXPECT_WAIT4(c.pid, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	check_balance(_metadata);
}

/* Children that stock reaped by itself are gone after the unload. */
SUBJECT_TEST(unload, lost_children)
{
	struct child c;
	int i;

	signal_handle(SIGCHLD, SIG_IGN, 0);
	drop_device();
	ASSERT_EQ(0, enroll(0));
	for (i = 0; i < 10; i++) {
		c = child_hold();
		child_tell(&c, i);
		until_gone(c.pid);
	}
	timed_unload(_metadata);
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
	check_balance(_metadata);
}

/* Somebody has the device open. */
SUBJECT_TEST(unload, in_use)
{
	EXPECT_EQ(-1, module_unload());
	EXPECT_EQ(EWOULDBLOCK, errno);
	EXPECT_EQ(0, device_enroll(subject_device, 0));
}

/* In and out again, the second time as good as the first. */
SUBJECT_TEST(unload, again)
{
	struct child c;
	int i;

	drop_device();
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, enroll(0));
		subject_policy = STARRY;
		c = child_hold();
		EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
		child_finish(&c, i);
		EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = c.pid,
			      .code = CLD_EXITED, .status = i);
		timed_unload(_metadata);
		check_balance(_metadata);
		ASSERT_EQ(0, module_load(self->file));
	}
}

/* Others on the same function, who came before and after, stay, and see each call. */
SUBJECT_TEST(unload, among_others)
{
	struct child c;
	int i;

	drop_device();
	ASSERT_EQ(0, probe_leave());
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, enroll(0));
		subject_policy = STARRY;
		ASSERT_EQ(0, probe_enter());
		ASSERT_EQ(0, trace_with("function_graph"));
		c = child_hold();
		EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
		timed_unload(_metadata);
		check_balance(_metadata);
		traced();
		child_finish(&c, i);
		EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(i));
		EXPECT_LE(1, traced());
		remove_probes();
		ASSERT_EQ(0, probe_leave());
		ASSERT_EQ(0, module_load(self->file));
	}
}

/* Unloaded while processes fork, exit and wait as fast as they can, and go on. */
SUBJECT_TEST(unload, busy)
{
	enum { BUSY = 4, ROUNDS = 10 };
	long end = now_ms() + SUBJECT_SECONDS * 1000;
	pid_t pid[BUSY], child;
	int i, n;

	drop_device();
	for (i = 0; i < BUSY; i++) {
		pid[i] = child_fork();
		if (pid[i])
			continue;
		for (n = 0; !stage->note[0]; n++) {
			still_time(end, "an end to being busy");
			child = child_fork();
			if (!child)
				_exit(n & 0x7f);
			if (sleep_in(n % 2 ? SYS_wait4 : SYS_waitid, child,
				     n & 0x7f))
				_exit(1);
			stage->note[i + 1] = n;
		}
		_exit(0);
	}
	for (i = 0; i < BUSY; i++)
		ASSERT_EQ(0, enroll(pid[i]));
	for (i = 0; i < BUSY; i++) {
		long done = stage->note[i + 1];

		UNTIL(stage->note[i + 1] > done + ROUNDS, "some rounds");
	}
	timed_unload(_metadata);
	stage->note[0] = 1;
	for (i = 0; i < BUSY; i++)
		EXPECT_WAIT4(pid[i], 0, .pid = pid[i], .status = 0);
	check_balance(_metadata);
}

NEEDS_ALTWAIT
TEST_HARNESS_MAIN
