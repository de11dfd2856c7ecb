// SPDX-License-Identifier: GPL-2.0
/* Orphans that Linux gives to a subreaper in silence, of whom there is no record. */
#include <sys/wait.h>

#include "calls.h"

/* All tests need the module.  The subject starts on stock and does the enrolling. */
OWN_VARIANT(strays);

static void enroll_self(struct __test_metadata *_metadata, int fd)
{
	ASSERT_EQ(0, device_enroll(fd, 0));
	subject_policy = STARRY;
}

/* A child, and its child: both from before, so that there is no record of the latter. */
static void make_stray(struct child *parent, struct child *stray)
{
	parent->slot = stage_slot();
	stray->slot = stage_slot();
	parent->pid = child_fork();
	if (!parent->pid) {
		pid_t pid = child_fork();

		if (!pid)
			child_obey(stray->slot);
		stage->note[0] = pid;
		child_obey(parent->slot);
	}
	UNTIL(stage->note[0], "grandchild");
	stray->pid = stage->note[0];
}

SUBJECT_TEST(strays, live)
{
	struct child parent, stray;

	become_subreaper();
	make_stray(&parent, &stray);
	enroll_self(_metadata, self->fd);
	EXPECT_WAIT4(stray.pid, WNOHANG, .error = ECHILD);
	child_finish(&parent, 1);
	EXPECT_WAIT4(-1, WNOHANG, .pid = parent.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	EXPECT_WAIT4(stray.pid, WNOHANG, .pid = 0);
	child_finish(&stray, 2);
	EXPECT_WAIT4(-1, 0, .pid = stray.pid, .status = W_EXIT(2));
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
}

/* It stays a child of who is no subreaper by the time of the call. */
SUBJECT_TEST(strays, of_former_subreaper)
{
	struct child parent, stray;

	become_subreaper();
	make_stray(&parent, &stray);
	enroll_self(_metadata, self->fd);
	child_finish(&parent, 1);
	EXPECT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0));
	EXPECT_WAIT4(parent.pid, WNOHANG, .pid = parent.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&stray, 2);
	EXPECT_WAIT4(stray.pid, 0, .pid = stray.pid, .status = W_EXIT(2));
}

/* What an enrolled process that is dismissed leaves behind has no record either. */
SUBJECT_TEST(strays, of_the_dismissed)
{
	struct child parent, stray;

	become_subreaper();
	enroll_self(_metadata, self->fd);
	make_stray(&parent, &stray);
	EXPECT_EQ(0, device_dismiss(self->fd, stray.pid));
	EXPECT_EQ(0, device_dismiss(self->fd, parent.pid));
	child_finish(&parent, 1);
	EXPECT_WAIT4(parent.pid, 0, .pid = parent.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&stray, 2);
	EXPECT_WAIT4(-1, 0, .pid = stray.pid, .status = W_EXIT(2));
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
