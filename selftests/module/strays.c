// SPDX-License-Identifier: GPL-2.0
/* Orphans that Linux gives to a subreaper in silence, of whom there is no record. */
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "calls.h"
#include "late.h"

/* All tests need the module.  The subject starts on stock and does the enrolling. */
OWN_VARIANT(strays);

static void enroll_self(struct __test_metadata *_metadata, int fd)
{
	ASSERT_EQ(0, device_enroll(fd, 0));
	subject_policy = STARRY;
}

static void obey(struct child *c)
{
	child_obey(c->slot);
}

static void *obey_thread(void *c)
{
	obey(c);
	return NULL;
}

/* Its first thread ends, and another one lives on. */
static void obey_headless(struct child *c)
{
	thread_start(obey_thread, c);
	syscall(SYS_exit, 0);
}

/*
 * A child, and its child: both from before, so that there is no record of the latter.
 * @be: what that one does.
 */
static void make_stray(struct child *parent, struct child *stray,
		       void (*be)(struct child *stray))
{
	parent->slot = stage_slot();
	stray->slot = stage_slot();
	parent->pid = child_fork();
	if (!parent->pid) {
		pid_t pid = child_fork();

		if (!pid)
			be(stray);
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
	make_stray(&parent, &stray, obey);
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
	make_stray(&parent, &stray, obey);
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
	make_stray(&parent, &stray, obey);
	EXPECT_EQ(0, device_dismiss(self->fd, stray.pid));
	EXPECT_EQ(0, device_dismiss(self->fd, parent.pid));
	child_finish(&parent, 1);
	EXPECT_WAIT4(parent.pid, 0, .pid = parent.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&stray, 2);
	EXPECT_WAIT4(-1, 0, .pid = stray.pid, .status = W_EXIT(2));
}

/* A child of this very thread: for one of another thread a call takes the long way. */
static void *reap_own(void *status)
{
	pid_t pid = child_fork();

	if (!pid)
		_exit(3);
	until_state(pid, 'Z');
	return (void *)(intptr_t)(wait4(-1, status, 0, NULL) == pid);
}

/* Another thread is about to be told of an end when the stray comes. */
SUBJECT_TEST(strays, while_another_thread_reaps)
{
	struct child parent, stray;
	pthread_t reaper;
	int *status = late_map();

	late_open();
	late_make(status);
	become_subreaper();
	make_stray(&parent, &stray, obey_headless);
	until_state(stray.pid, 'Z');
	ASSERT_EQ(0, device_enroll_as(self->fd, 0, LINUX, 0));
	subject_policy = LINUX;
	reaper = thread_start(reap_own, status);
	late_await();
	child_finish(&parent, 1);
	until_state(parent.pid, 'Z');
	EXPECT_WAIT4(stray.pid, WNOHANG, .pid = 0);
	late_give(status);
	EXPECT_TRUE(thread_join(reaper, "end of a call"));
	EXPECT_EQ(W_EXIT(3), *status);
	EXPECT_WAIT4(-1, WNOHANG, .pid = parent.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&stray, 2);
	EXPECT_WAIT4(-1, 0, .pid = stray.pid, .status = W_EXIT(2));
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
}

enum { MANY_FILES = 20000 };

/* True if its memory has gone, which is so before sched_process_exit, and it has not. */
static bool is_exiting(pid_t pid, pid_t tid)
{
	char path[64], line[128];
	bool has_memory = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	f = fopen(path, "r");
	if (!f)
		return true;
	while (fgets(line, sizeof(line), f))
		has_memory |= !strncmp(line, "VmSize:", 7);
	fclose(f);
	return !has_memory;
}

/* The caller's exit will take long: it has many files to close. */
static void open_many(void)
{
	struct rlimit many = { MANY_FILES, MANY_FILES };

	if (setrlimit(RLIMIT_NOFILE, &many) || unshare(CLONE_FILES))
		die("files of its own");
	while (dup(0) >= 0)
		;
	if (errno != EMFILE)
		die("dup");
}

/* A thread that has a child, and whose exit takes long. */
static void *exit_slowly(void *stray)
{
	pid_t pid = child_fork();

	if (!pid)
		child_obey(((struct child *)stray)->slot);
	open_many();
	atomic_store(&stage->note[1], gettid());
	stage->note[0] = pid;
	return NULL;
}

/*
 * A process is dismissed while a thread of it exits, which has announced that before;
 * then the other thread exits, which has no child yet, nor gets any more.
 */
SUBJECT_TEST(strays, of_one_dismissed_while_it_exits)
{
	struct child parent, stray;

	become_subreaper();
	enroll_self(_metadata, self->fd);
	parent.slot = stage_slot();
	stray.slot = stage_slot();
	parent.pid = child_fork();
	if (!parent.pid) {
		thread_start(exit_slowly, &stray);
		child_obey(parent.slot);
	}
	UNTIL(stage->note[0], "grandchild");
	stray.pid = stage->note[0];
	SPIN_UNTIL(is_exiting(parent.pid, atomic_load(&stage->note[1])), "exit of a thread");
	EXPECT_EQ(0, device_dismiss(self->fd, parent.pid));
	child_tell(&parent, 1);
	EXPECT_WAIT4(parent.pid, 0, .pid = parent.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&stray, 2);
	EXPECT_WAIT4(-1, 0, .pid = stray.pid, .status = W_EXIT(2));
}

/* Once its parent is on its way out, it makes that one another child. */
static void beget_sibling(pid_t parent, struct child *sibling)
{
	pid_t pid;

	SPIN_UNTIL(is_exiting(parent, parent), "exit of the parent");
	pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid < 0)
		die("clone");
	if (!pid)
		child_obey(sibling->slot);
	atomic_store(&stage->note[1], pid);
}

/* A process that exits gets another child, CLONE_PARENT, and passes it on with the rest. */
SUBJECT_TEST(strays, born_to_one_that_exits)
{
	struct child parent = { .slot = stage_slot() };
	struct child child = { .slot = stage_slot() };
	struct child sibling = { .slot = stage_slot() };

	become_subreaper();
	ASSERT_EQ(0, device_enroll_as(self->fd, 0, LINUX, 0));
	subject_policy = LINUX;
	parent.pid = child_fork();
	if (!parent.pid) {
		pid_t pid = child_fork();

		if (!pid) {
			beget_sibling(getppid(), &sibling);
			child_obey(child.slot);
		}
		open_many();
		atomic_store(&stage->note[0], pid);
		child_obey(parent.slot);
	}
	UNTIL(atomic_load(&stage->note[0]), "grandchild");
	child.pid = atomic_load(&stage->note[0]);
	child_finish(&parent, 1);
	UNTIL(atomic_load(&stage->note[1]), "its sibling");
	sibling.pid = atomic_load(&stage->note[1]);
	EXPECT_WAIT4(parent.pid, 0, .pid = parent.pid, .status = W_EXIT(1));
	EXPECT_WAIT4(sibling.pid, WNOHANG, .pid = 0);
	child_finish(&child, 2);
	EXPECT_WAIT4(-1, 0, .pid = child.pid, .status = W_EXIT(2));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&sibling, 3);
	EXPECT_WAIT4(-1, 0, .pid = sibling.pid, .status = W_EXIT(3));
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
