// SPDX-License-Identifier: GPL-2.0
/*
 * Reports that stock gives to somebody else while altwait has them on record:
 * a thread that fell asleep in stock before its process was enrolled is still
 * there.  An exit must be reported, and by one of the two only.
 */
#include <sys/wait.h>

#include "calls.h"

OWN_VARIANT(steal);

/* From here on the calling process is Starry's; sleepers in stock stay there. */
static void enroll(struct __test_metadata *_metadata, int fd)
{
	ASSERT_EQ(0, device_enroll(fd, 0));
	subject_policy = STARRY;
}

/* A call's result is checked by the rules of who answered it. */
static void expect_stock(struct __test_metadata *_metadata, struct waiter *w,
			 pid_t pid, int status)
{
	subject_policy = STOCK;
	EXPECT_WAITER(w, .pid = pid, .status = status);
	subject_policy = STARRY;
}

/* The only sleeper is stock's: afterwards altwait must not report the child. */
SUBJECT_TEST(steal, reaped_by_stock)
{
	struct child a = child_hold(), b = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_wait4(a.pid, 0));
	enroll(_metadata, self->fd);
	child_tell(&a, 1);
	expect_stock(_metadata, &w, a.pid, W_EXIT(1));
	EXPECT_WAIT4(a.pid, WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&b, 2);
	EXPECT_WAIT4(-1, 0, .pid = b.pid, .status = W_EXIT(2));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/*
 * A stop that stock's sleeper took.  Linux forgets a stop for other reasons,
 * too, so the slot decides alone, and reports it once more.
 */
SUBJECT_TEST(steal, stop_taken_by_stock)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_wait4(-1, WUNTRACED));
	enroll(_metadata, self->fd);
	signal_send(c.pid, SIGSTOP);
	expect_stock(_metadata, &w, c.pid, W_STOP(SIGSTOP));
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = c.pid,
		     .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
	child_cont(c.pid);
	EXPECT_WAIT4(-1, WCONTINUED, .pid = c.pid, .status = W_CONT);
}

/*
 * Both sleep for any child, and two children exit, one after the other: each is
 * reported once, whoever is faster.
 */
SUBJECT_TEST(steal, race)
{
	struct child a, b;
	struct waiter w[2];
	pid_t got[2];
	int i, j;

	for (i = 0; i < 10; i++) {
		a = child_hold();
		b = child_hold();
		subject_policy = STOCK;
		waiter_sleep(&w[0], call_wait4(-1, 0));
		ASSERT_EQ(0, device_enroll(self->fd, 0));
		waiter_sleep(&w[1], call_wait4(-1, 0));
		child_tell(&a, 3);
		UNTIL(w[0].done || w[1].done, "first report");
		child_tell(&b, 4);
		for (j = 0; j < 2; j++) {
			waiter_join(&w[j]);
			got[j] = w[j].call.ret;
		}
		EXPECT_TRUE((got[0] == a.pid && got[1] == b.pid) ||
			    (got[0] == b.pid && got[1] == a.pid))
			TH_LOG("children %d and %d, reported %d and %d",
			       a.pid, b.pid, got[0], got[1]);
		subject_policy = STARRY;
		EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
		ASSERT_EQ(0, device_dismiss(self->fd, 0));
	}
}

/* Dismissed between the exit and the wait: stock still has the zombie. */
SUBJECT_TEST(steal, dismissed_before_wait)
{
	pid_t pid;

	enroll(_metadata, self->fd);
	pid = child_exited(5);
	ASSERT_EQ(0, device_dismiss(self->fd, 0));
	subject_policy = STOCK;
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(5));
	EXPECT_CONSUMED(pid);
}

/* In shadow mode the records follow stock, whoever has asked it. */
SUBJECT_TEST(steal, stop_taken_beside_shadow)
{
	struct child c = child_hold();
	struct waiter w;

	waiter_sleep(&w, call_wait4(-1, WUNTRACED));
	ASSERT_EQ(0, device_shadow(self->fd, 0, STARRY, 0));
	subject_policy = SHADOW;
	subject_device = self->fd;
	signal_send(c.pid, SIGSTOP);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
	signal_send(c.pid, SIGCONT);
	EXPECT_WAIT4(-1, WNOHANG | WUNTRACED, .pid = 0);
	EXPECT_WAIT4(-1, WCONTINUED, .pid = c.pid, .status = W_CONT);
	EXPECT_EQ(0, shadow_differs(_metadata));
}

/* What stock reaped while the process was dismissed is no candidate later. */
SUBJECT_TEST(steal, reaped_while_dismissed)
{
	struct child a, b;

	enroll(_metadata, self->fd);
	a = child_hold();
	b = child_hold();
	ASSERT_EQ(0, device_dismiss(self->fd, 0));
	subject_policy = STOCK;
	child_finish(&a, 6);
	EXPECT_WAIT4(-1, 0, .pid = a.pid, .status = W_EXIT(6));
	enroll(_metadata, self->fd);
	EXPECT_WAIT4(a.pid, WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&b, 7);
	EXPECT_WAIT4(-1, 0, .pid = b.pid, .status = W_EXIT(7));
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
