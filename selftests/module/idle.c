// SPDX-License-Identifier: GPL-2.0
/* A module that nobody uses: no event, no probe, no record, no redirect. */
#include <sys/wait.h>

#include "calls.h"
#include "tracefs.h"

FIXTURE(idle) {
	struct trace t;
	int fd;
};

FIXTURE_VARIANT(idle) {
	int policy;
};

FIXTURE_VARIANT_ADD(idle, altwait) {
	.policy = OWN,
};

static bool nobody_in(int fd)
{
	struct altwait_counters c;

	if (device_counters(fd, &c))
		die("ALTWAIT_COUNTERS");
	return c.enrolled == c.dismissed;
}

FIXTURE_SETUP(idle)
{
	self->fd = device_open();
	ASSERT_LE(0, self->fd);
	UNTIL(nobody_in(self->fd), "everybody else's dismissal");
	ASSERT_EQ(0, trace_start(&self->t))
		TH_LOG("no instance in " TRACING);
}

FIXTURE_TEARDOWN(idle)
{
	trace_stop(&self->t);
}

/* How many kprobes sit on functions with this in their name. */
static int probes_on(const char *name)
{
	static const char list[] = "/sys/kernel/debug/kprobes/list";
	FILE *f = fopen(list, "r");
	char line[256];
	int n = 0;

	if (!f)
		die(list);
	while (fgets(line, sizeof(line), f))
		n += !!strstr(line, name);
	if (ferror(f))
		die(list);
	fclose(f);
	return n;
}

static void work(struct __test_metadata *_metadata)
{
	struct child c = child_hold();
	pid_t pid;

	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_stop(c.pid, SIGSTOP);
	EXPECT_WAIT4(c.pid, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	child_cont(c.pid);
	child_finish(&c, 1);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(1));
	pid = child_exits_when_asleep(SYS_waitid, 2);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = pid, .code = CLD_EXITED,
		      .status = 2);
}

SUBJECT_TEST(idle, silent)
{
	trace_clear(&self->t);
	work(_metadata);
	trace_read(&self->t, 0);
	EXPECT_EQ(0, self->t.n)
		TH_LOG("first: %s", self->t.line[0]);
}

SUBJECT_TEST(idle, counts_nothing)
{
	struct altwait_counters before, after;

	EXPECT_EQ(0, device_counters(self->fd, &before));
	work(_metadata);
	EXPECT_EQ(0, device_counters(self->fd, &after));
	EXPECT_EQ(before.diverted, after.diverted);
	EXPECT_EQ(before.tracked, after.tracked);
	EXPECT_EQ(before.enrolled, after.enrolled);
	EXPECT_EQ(after.diverted, after.returned);
}

/* Others are enrolled, and a stock process emits nothing all the same. */
SUBJECT_TEST(idle, silent_beside_others)
{
	struct child other = child_hold();

	EXPECT_EQ(0, device_enroll(self->fd, other.pid));
	/* This one is heard, so that silence means something. */
	trace_read(&self->t, 0);
	EXPECT_EQ(1, self->t.n);
	trace_clear(&self->t);
	work(_metadata);
	trace_read(&self->t, 0);
	EXPECT_EQ(0, self->t.n)
		TH_LOG("first: %s", self->t.line[0]);
	child_finish(&other, 3);
	EXPECT_WAIT4(-1, 0, .pid = other.pid, .status = W_EXIT(3));
}

/* The probes come with the first process and go with the last one. */
SUBJECT_TEST(idle, probes)
{
	UNTIL(!probes_on("_sys_wait"), "probes gone");
	EXPECT_EQ(0, device_enroll(self->fd, 0));
	EXPECT_LE(2, probes_on("_sys_wait"));
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	UNTIL(!probes_on("_sys_wait"), "probes gone");
}

/* debugfs and the device tell the same. */
SUBJECT_TEST(idle, counters_in_debugfs)
{
	struct altwait_counters c;
	unsigned long long value;
	char name[32];
	int n = 0;
	FILE *f;

	work(_metadata);
	f = fopen("/sys/kernel/debug/altwait/counters", "r");
	ASSERT_NE(NULL, f);
	EXPECT_EQ(0, device_counters(self->fd, &c));
	while (fscanf(f, "%31s %llu", name, &value) == 2) {
		n++;
		if (!strcmp(name, "diverted"))
			EXPECT_EQ(c.diverted, value);
		if (!strcmp(name, "enrolled"))
			EXPECT_EQ(c.enrolled, value);
		if (!strcmp(name, "dismissed"))
			EXPECT_EQ(c.dismissed, value);
		if (!strcmp(name, "tracked"))
			EXPECT_EQ(c.tracked, value);
	}
	fclose(f);
	EXPECT_LE(12, n);
}

TRACE_INSTANCE
NEEDS_ALTWAIT
TEST_HARNESS_MAIN
