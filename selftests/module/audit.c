// SPDX-License-Identifier: GPL-2.0
/* ALTWAIT_AUDIT: the records agree with the kernel, and where not, it says so. */
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "calls.h"

OWN_VARIANT(audit);

/* The next disagreement; what is ALTWAIT_AGREE where there is none. */
static struct altwait_audit next_of(int fd, struct altwait_audit *a)
{
	a->size = sizeof(*a);
	if (ioctl(fd, ALTWAIT_AUDIT, a))
		die("ALTWAIT_AUDIT");
	return *a;
}

static int disagreements(int fd)
{
	struct altwait_audit a = {};
	int n = 0;

	while (next_of(fd, &a).what) {
		fprintf(stderr, "# pid %d: %u, record %d, kernel %d\n", a.pid, a.what,
			a.record, a.kernel);
		n++;
	}
	return n;
}

SUBJECT_TEST(audit, arguments)
{
	struct altwait_audit a = { .size = sizeof(a), .pad = 1 };

	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_AUDIT, &a));
	a = (struct altwait_audit){ .size = sizeof(a), .from = ~0ULL };
	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_AUDIT, &a));
	a = (struct altwait_audit){ .size = sizeof(a), .from = 1ULL << 32 | 0x7fffffff };
	EXPECT_ERROR(EINVAL, ioctl(self->fd, ALTWAIT_AUDIT, &a));
	memset(&a, 0xff, sizeof(a));
	a.size = sizeof(a);
	a.pad = 0;
	a.from = 0;
	EXPECT_EQ(0, ioctl(self->fd, ALTWAIT_AUDIT, &a));
	EXPECT_EQ(ALTWAIT_AGREE, a.what);
	EXPECT_EQ(0, a.from);
	EXPECT_EQ(0, a.pid);
	EXPECT_EQ(0, a.record);
	EXPECT_EQ(0, a.kernel);
	/* Nobody is enrolled, but there are processes. */
	EXPECT_LT(1, a.compared);
}

static unsigned long long n_compared(int fd)
{
	struct altwait_audit a = {};

	next_of(fd, &a);
	return a.compared;
}

static void end(pid_t pid)
{
	child_kill(pid, SIGKILL);
	if (waitpid(pid, NULL, __WALL) != pid)
		die("waitpid");
}

/* A child that lives, one that is stopped, one that is traced, one that has ended. */
SUBJECT_TEST(audit, agrees)
{
	const int policies[] = { LINUX, STARRY };
	struct child lives, stops, traced;
	unsigned long long before, with, then;
	unsigned int i;
	pid_t dead;

	before = n_compared(self->fd);
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		lives = child_hold();
		ASSERT_EQ(0, device_enroll_as(self->fd, 0, policies[i], 0));
		stops = child_hold();
		traced = child_hold();
		dead = child_exited(5);
		child_stop(stops.pid, SIGSTOP);
		ASSERT_EQ(0, ptrace(PTRACE_SEIZE, traced.pid, 0, 0));
		EXPECT_EQ(0, disagreements(self->fd));
		with = n_compared(self->fd);
		EXPECT_EQ(dead, waitpid(dead, NULL, 0));
		end(lives.pid);
		end(stops.pid);
		end(traced.pid);
		EXPECT_EQ(0, disagreements(self->fd));
		ASSERT_EQ(0, device_dismiss(self->fd, 0));
		then = n_compared(self->fd);
		/*
		 * The subject's record and four more, and the children once again; somebody
		 * else of the machine may have ended meanwhile.
		 */
		EXPECT_LE((then < before ? then : before) + 5 + 4, with);
	}
	EXPECT_EQ(0, disagreements(self->fd));
}

/*
 * Stock finishes a call that was asleep when its process was enrolled, and nobody tells
 * the records that it has reaped.
 */
SUBJECT_TEST(audit, says_what_does_not_agree)
{
	struct child c = child_hold();
	struct altwait_audit a = {};
	struct waiter w;

	waiter_sleep(&w, call_wait4(c.pid, 0));
	ASSERT_EQ(0, device_enroll_as(self->fd, 0, LINUX, 0));
	EXPECT_EQ(0, disagreements(self->fd));
	child_tell(&c, 7);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(7));
	EXPECT_EQ(ALTWAIT_GONE, next_of(self->fd, &a).what);
	EXPECT_EQ(c.pid, a.pid);
	EXPECT_NE(0, a.from);
	EXPECT_EQ(ALTWAIT_AGREE, next_of(self->fd, &a).what);
	EXPECT_EQ(0, a.from);
}

/*
 * A call that was asleep in stock before the enrolment has reaped one.  The next call
 * forgets it, also under linux, which finds nobody to report.
 */
SUBJECT_TEST(audit, stolen)
{
	const int policies[] = { LINUX, STARRY };
	struct child a, b = child_hold();
	struct waiter w;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		a = child_hold();
		subject_policy = STOCK;
		waiter_sleep(&w, call_wait4(a.pid, 0));
		ASSERT_EQ(0, device_enroll_as(self->fd, 0, policies[i], 0));
		child_tell(&a, 1);
		EXPECT_WAITER(&w, .pid = a.pid, .status = W_EXIT(1));
		subject_policy = policies[i];
		EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
		EXPECT_EQ(0, disagreements(self->fd));
		ASSERT_EQ(0, device_dismiss(self->fd, 0));
	}
	subject_policy = STOCK;
	child_finish(&b, 2);
	EXPECT_WAIT4(-1, 0, .pid = b.pid, .status = W_EXIT(2));
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
