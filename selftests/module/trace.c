// SPDX-License-Identifier: GPL-2.0
/* The events of altwait: which, in which order, with which fields. */
#include <sys/wait.h>

#include "calls.h"
#include "tracefs.h"

FIXTURE(trace) {
	struct trace t;
	int fd;
};

FIXTURE_VARIANT(trace) {
	int policy;
};

FIXTURE_VARIANT_ADD(trace, altwait) {
	.policy = STARRY,
};

FIXTURE_SETUP(trace)
{
	self->fd = device_open();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, trace_start(&self->t))
		TH_LOG("no instance in " TRACING);
}

FIXTURE_TEARDOWN(trace)
{
	trace_stop(&self->t);
}

SUBJECT_TEST(trace, zombie)
{
	pid_t pid = child_exited(7);

	trace_clear(&self->t);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(7));
	trace_read(&self->t, getpid());
	EXPECT_EQ(5, self->t.n);
	EXPECT_EVENT(&self->t, 0,
		     "wait_enter: call=wait4 which=-1 id=0 options=0x0");
	EXPECT_EVENT(&self->t, 1, "wait_candidates: n=1");
	EXPECT_EVENT(&self->t, 2,
		     "wait_report: kind=zombie pid=%d status=0x700 cld_code=%d cld_status=7",
		     pid, CLD_EXITED);
	EXPECT_EVENT(&self->t, 3, "wait_commit: kind=zombie pid=%d stock=%d",
		     pid, pid);
	EXPECT_EVENT(&self->t, 4, "wait_exit: ret=%d status=0x700", pid);
}

SUBJECT_TEST(trace, waitid_zombie)
{
	pid_t pid = child_exited(9);

	trace_clear(&self->t);
	EXPECT_WAITID(P_PID, pid, WEXITED | WNOWAIT, .pid = pid,
		      .code = CLD_EXITED, .status = 9);
	trace_read(&self->t, getpid());
	EXPECT_EQ(4, self->t.n);
	EXPECT_EVENT(&self->t, 0,
		     "wait_enter: call=waitid which=1 id=%d options=0x%x",
		     pid, WEXITED | WNOWAIT);
	EXPECT_EVENT(&self->t, 1, "wait_candidates: n=1");
	EXPECT_EVENT(&self->t, 2,
		     "wait_report: kind=zombie pid=%d status=0x900 cld_code=%d cld_status=9",
		     pid, CLD_EXITED);
	EXPECT_EVENT(&self->t, 3, "wait_exit: ret=0 status=0x9");
}

SUBJECT_TEST(trace, nothing)
{
	child_hold();
	trace_clear(&self->t);
	EXPECT_WAIT4(0, WNOHANG, .pid = 0);
	trace_read(&self->t, getpid());
	EXPECT_EQ(4, self->t.n);
	EXPECT_EVENT(&self->t, 0,
		     "wait_enter: call=wait4 which=0 id=0 options=0x1");
	EXPECT_EVENT(&self->t, 1, "wait_candidates: n=1");
	EXPECT_EVENT(&self->t, 2,
		     "wait_report: kind=none pid=0 status=0x0 cld_code=0 cld_status=0");
	EXPECT_EVENT(&self->t, 3, "wait_exit: ret=0 status=0x0");
}

SUBJECT_TEST(trace, errors)
{
	trace_clear(&self->t);
	EXPECT_WAIT4(-1, WEXITED, .error = EINVAL);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .error = ECHILD);
	trace_read(&self->t, getpid());
	EXPECT_EQ(5, self->t.n);
	EXPECT_EVENT(&self->t, 0,
		     "wait_enter: call=wait4 which=-1 id=0 options=0x4");
	EXPECT_EVENT(&self->t, 1, "wait_exit: ret=%d status=0x0", -EINVAL);
	EXPECT_EVENT(&self->t, 2,
		     "wait_enter: call=waitid which=0 id=0 options=0x4");
	EXPECT_EVENT(&self->t, 3, "wait_candidates: n=0");
	EXPECT_EVENT(&self->t, 4, "wait_exit: ret=%d status=0x0", -ECHILD);
}

SUBJECT_TEST(trace, asleep)
{
	pid_t pid = child_exits_when_asleep(SYS_wait4, 3);

	trace_clear(&self->t);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(3));
	trace_read(&self->t, getpid());
	EXPECT_EQ(7, self->t.n);
	EXPECT_EVENT(&self->t, 0,
		     "wait_enter: call=wait4 which=%d id=0 options=0x0", pid);
	EXPECT_EVENT(&self->t, 1, "wait_candidates: n=1");
	EXPECT_EVENT(&self->t, 2, "wait_block: n=1");
	EXPECT_EVENT(&self->t, 3, "wait_wake: why=news");
	EXPECT_EVENT(&self->t, 4,
		     "wait_report: kind=zombie pid=%d status=0x300 cld_code=%d cld_status=3",
		     pid, CLD_EXITED);
	EXPECT_EVENT(&self->t, 5, "wait_commit: kind=zombie pid=%d stock=%d",
		     pid, pid);
	EXPECT_EVENT(&self->t, 6, "wait_exit: ret=%d status=0x300", pid);
}

static void nothing(int sig)
{
	stage->note[0] = sig;
}

SUBJECT_TEST(trace, interrupted)
{
	struct waiter w;

	signal_handle(SIGUSR1, nothing, 0);
	child_hold();
	trace_clear(&self->t);
	waiter_sleep(&w, call_wait4(-1, WUNTRACED));
	signal_thread(getpid(), w.tid, SIGUSR1);
	EXPECT_WAITER(&w, .error = EINTR);
	trace_read(&self->t, w.tid);
	EXPECT_EQ(5, self->t.n);
	EXPECT_EVENT(&self->t, 0,
		     "wait_enter: call=wait4 which=-1 id=0 options=0x2");
	EXPECT_EVENT(&self->t, 2, "wait_block: n=1");
	EXPECT_EVENT(&self->t, 3, "wait_wake: why=signal");
	EXPECT_EVENT(&self->t, 4, "wait_exit: ret=-512 status=0x0");
}

SUBJECT_TEST(trace, job_status)
{
	struct child c = child_hold();

	child_stop(c.pid, SIGSTOP);
	trace_clear(&self->t);
	EXPECT_WAIT4(c.pid, WUNTRACED, .pid = c.pid, .status = W_STOP(SIGSTOP));
	trace_read(&self->t, getpid());
	EXPECT_EQ(5, self->t.n);
	EXPECT_EVENT(&self->t, 2,
		     "wait_report: kind=job-status pid=%d status=0x137f cld_code=5 cld_status=19",
		     c.pid);
	EXPECT_EVENT(&self->t, 3, "wait_commit: kind=job-status pid=%d stock=0",
		     c.pid);
	EXPECT_EVENT(&self->t, 4, "wait_exit: ret=%d status=0x137f", c.pid);
}

/* Who comes and goes, and why. */
SUBJECT_TEST(trace, in_and_out)
{
	struct altwait_query q;
	struct child c;

	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	trace_clear(&self->t);
	c = child_hold();
	trace_read(&self->t, getpid());
	EXPECT_EQ(1, self->t.n);
	EXPECT_EVENT(&self->t, 0,
		     "enroll: pid=%d comm=trace policy=starry quirks=%#llx mode=replace why=fork quirks_more=0x0",
		     c.pid, q.quirks);
	trace_clear(&self->t);
	child_finish(&c, 0);
	trace_read(&self->t, 0);
	EXPECT_EQ(1, self->t.n);
	EXPECT_EVENT(&self->t, 0, "dismiss: pid=%d comm=trace why=exit", c.pid);
	trace_clear(&self->t);
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, STARRY,
				      subject_differences()));
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, STARRY,
				      subject_differences()));
	trace_read(&self->t, 0);
	EXPECT_EQ(3, self->t.n);
	EXPECT_EVENT(&self->t, 0, "dismiss: pid=%d comm=trace why=request",
		     getpid());
	EXPECT_EVENT(&self->t, 1,
		     "enroll: pid=%d comm=trace policy=starry quirks=%#llx mode=replace why=request quirks_more=0x0",
		     getpid(), q.quirks);
	EXPECT_TRUE(trace_begins(&self->t, 2, "altwait_policy: "));
}

/* On which terms an enrolled process is enrolled again, and was before. */
struct terms {
	const char *policy;
	const char *mode;
	unsigned long long quirks;
};

static void check_policy(struct __test_metadata *_metadata, struct trace *t,
			 const struct terms *now, const struct terms *was)
{
	trace_read(t, 0);
	EXPECT_EQ(1, t->n);
	EXPECT_EVENT(t, 0,
		     "policy: pid=%d comm=trace policy=%s quirks=%#llx quirks_more=0x0 mode=%s old_policy=%s old_quirks=%#llx old_quirks_more=0x0 old_mode=%s",
		     getpid(), now->policy, now->quirks, now->mode,
		     was->policy, was->quirks, was->mode);
	trace_clear(t);
}

SUBJECT_TEST(trace, policy)
{
	struct terms one = { "linux", "replace", Q(PID_ORDER) };
	struct terms shadow = { "linux", "shadow", Q(PID_ORDER) | Q(STOPS_FIRST) };
	struct terms starry = { "starry", "replace", QUIRKS_STARRY };
	struct terms first = starry;
	struct altwait_query q;

	EXPECT_EQ(0, device_query(self->fd, 0, &q));
	first.quirks = q.quirks;
	trace_clear(&self->t);
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, LINUX, one.quirks));
	check_policy(_metadata, &self->t, &one, &first);
	EXPECT_EQ(0, device_shadow(self->fd, 0, LINUX, shadow.quirks));
	check_policy(_metadata, &self->t, &shadow, &one);
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, STARRY, 0));
	check_policy(_metadata, &self->t, &starry, &shadow);
	/* Also if nothing changes: one for each request. */
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, STARRY, 0));
	check_policy(_metadata, &self->t, &starry, &starry);
}

/* Nobody is enrolled again: not by a request that fails, nor by being born. */
SUBJECT_TEST(trace, policy_silent)
{
	struct child c;

	trace_clear(&self->t);
	EXPECT_ERROR(EINVAL, device_enroll_as(self->fd, 0, LINUX, QUIRK_BIT(127)));
	EXPECT_ERROR(EINVAL, device_enroll_as(self->fd, 0, LINUX + 1, 0));
	EXPECT_ERROR(ESRCH, device_enroll_as(self->fd, -1, LINUX, 0));
	EXPECT_EQ(STARRY, device_policy(self->fd, 0));
	trace_read(&self->t, 0);
	EXPECT_EQ(0, self->t.n);
	c = child_hold();
	child_finish(&c, 0);
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, LINUX, Q(PID_ORDER)));
	trace_read(&self->t, 0);
	EXPECT_EQ(4, self->t.n);
	EXPECT_TRUE(trace_begins(&self->t, 0, "altwait_enroll: "));
	EXPECT_TRUE(trace_begins(&self->t, 1, "altwait_dismiss: "));
	EXPECT_TRUE(trace_begins(&self->t, 2, "altwait_dismiss: "));
	EXPECT_TRUE(trace_begins(&self->t, 3, "altwait_enroll: "));
}

/* A sleeper leaves and comes again, under the other policy. */
SUBJECT_TEST(trace, policy_asleep)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_wait4(-1, 0));
	trace_clear(&self->t);
	EXPECT_EQ(0, device_enroll_as(self->fd, 0, LINUX, Q(RUSAGE_IGNORED)));
	subject_policy = LINUX;
	subject_quirks = Q(RUSAGE_IGNORED);
	UNTIL(({
		trace_read(&self->t, 0);
		self->t.n >= 6;
	}), "second sleep");
	EXPECT_EQ(6, self->t.n);
	EXPECT_TRUE(trace_begins(&self->t, 0, "altwait_policy: "));
	EXPECT_EVENT(&self->t, 1, "wait_wake: why=leave");
	EXPECT_EVENT(&self->t, 2, "wait_exit: ret=-513 status=0x0");
	EXPECT_EVENT(&self->t, 3,
		     "wait_enter: call=wait4 which=-1 id=0 options=0x0");
	EXPECT_EVENT(&self->t, 4, "wait_candidates: n=1");
	EXPECT_EVENT(&self->t, 5, "wait_block: n=1");
	child_tell(&c, 2);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(2));
}

/* A sleeper that is dismissed leaves, and stock emits nothing. */
SUBJECT_TEST(trace, leave)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_wait4(-1, 0));
	trace_clear(&self->t);
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	subject_policy = STOCK;
	until_asleep(getpid(), w.tid, SYS_wait4);
	child_tell(&c, 1);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(1));
	trace_read(&self->t, w.tid);
	EXPECT_EQ(2, self->t.n);
	EXPECT_EVENT(&self->t, 0, "wait_wake: why=leave");
	EXPECT_EVENT(&self->t, 1, "wait_exit: ret=-513 status=0x0");
}

TRACE_INSTANCE
NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
