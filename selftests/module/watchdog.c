// SPDX-License-Identifier: GPL-2.0
/*
 * The watchdog: a waiter that sleeps although Linux has an answer is named once,
 * and nobody else is.  Debug kernels check the locks that are taken for that.
 */
#include <sys/time.h>

#include "calls.h"

#define PERIOD	"/sys/module/altwait/parameters/watchdog_ms"

FIXTURE(watchdog) {
	struct altwait_counters before;
	char period[16];
};

static void set_period(const char *ms)
{
	FILE *f = fopen(PERIOD, "w");

	if (!f || fputs(ms, f) < 0 || fclose(f))
		die(PERIOD);
}

FIXTURE_VARIANT(watchdog) {
	int policy;
	bool rings;
};

FIXTURE_VARIANT_ADD(watchdog, altwait) {
	.policy = STARRY,
	.rings = true,
};

FIXTURE_VARIANT_ADD(watchdog, linux) {
	.policy = LINUX,
};

FIXTURE_SETUP(watchdog)
{
	int fd;

	setup_policy(_metadata, variant->policy);
	if (_metadata->skip)
		return;
	fd = device_open();
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, device_counters(fd, &self->before));
	close(fd);
	fd = open(PERIOD, O_RDONLY | O_CLOEXEC);
	ASSERT_LT(0, read(fd, self->period, sizeof(self->period) - 1));
	close(fd);
}

FIXTURE_TEARDOWN(watchdog)
{
	set_period(self->period);
}

static unsigned long long n_stuck(void)
{
	struct altwait_counters c;

	if (device_counters(subject_device, &c))
		die("ALTWAIT_COUNTERS");
	return c.stuck;
}

/*
 * A signal from an interrupt: so lockdep knows that the siglock is taken there, and
 * that under it, aw_lock too, no lock may be taken that interrupts do not respect.
 */
static void take_timer_signal(void)
{
	const struct itimerval soon = { .it_value.tv_usec = 1000 };
	const struct timespec patience = { .tv_sec = PATIENCE_MS / 1000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (setitimer(ITIMER_REAL, &soon, NULL))
		die("setitimer");
	if (sigtimedwait(&set, NULL, &patience) != SIGALRM)
		die("SIGALRM");
}

/* It is off when the call falls asleep, and looks at it all the same. */
SUBJECT_TEST(watchdog, is_switched_on)
{
	struct child c = child_hold();
	struct waiter stuck;

	if (!variant->rings)
		return;
	set_period("0");
	waiter_sleep(&stuck, call_waitid(P_PID, c.pid, WSTOPPED));
	child_finish(&c, 1);
	set_period("100");
	UNTIL(n_stuck() > self->before.stuck, "the watchdog");
}

/*
 * Linux answers with ECHILD; Starry asks for that only when a call begins.  A
 * second sleeper has nothing to miss.
 */
SUBJECT_TEST(watchdog, tells_of_a_sleeper)
{
	unsigned long long before = self->before.stuck;
	struct child c = child_hold(), other = child_hold();
	struct waiter stuck, idle;
	struct altwait_example e;

	take_timer_signal();
	waiter_sleep(&idle, call_wait4(other.pid, 0));
	waiter_sleep(&stuck, call_waitid(P_PID, c.pid, WSTOPPED));
	ASSERT_EQ(0, pthread_setname_np(stuck.thread, "sleeper"));
	child_finish(&c, 1);
	if (!variant->rings) {
		EXPECT_WAITER(&stuck, .error = ECHILD);
		child_tell(&other, 2);
		EXPECT_WAITER(&idle, .pid = other.pid, .status = W_EXIT(2));
		EXPECT_EQ(before, n_stuck());
		return;
	}
	UNTIL(n_stuck() > before, "the watchdog");
	EXPECT_EQ(before + 1, n_stuck());
	ASSERT_EQ(0, device_example(subject_device, ALTWAIT_EXAMPLE_STUCK, &e));
	EXPECT_EQ(getpid(), e.first.pid);
	EXPECT_EQ(stuck.tid, e.first.tid);
	EXPECT_STREQ("sleeper", e.first.comm);
	EXPECT_EQ(ALTWAIT_KIND_ERROR, e.first.control.kind);
	EXPECT_EQ(-ECHILD, e.first.control.ret);
	EXPECT_NE(0, e.first.quirks);
	child_tell(&other, 2);
	EXPECT_WAITER(&idle, .pid = other.pid, .status = W_EXIT(2));
	EXPECT_EQ(before + 1, n_stuck());
}

NEEDS_ALTWAIT
TEST_HARNESS_MAIN
