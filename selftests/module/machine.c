// SPDX-License-Identifier: GPL-2.0
/*
 * What the machine does to processes while they wait: it freezes them, and takes away
 * the CPU on which they were.
 */
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "calls.h"

#define CPU		1
#define CPU_ONLINE	"/sys/devices/system/cpu/cpu1/online"

FOUR_VARIANTS(machine, DIFFERING(), ON_LINUX(), ON_STARRY());

static void write_in(const char *dir, const char *file, const char *text)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

/* ------------------------------------------------------------------- the freezer */

/**
 * struct freezer - a control group, in a mount of its own
 * @root: where that is
 * @group: the group's directory
 */
struct freezer {
	char root[64];
	char group[80];
};

static void freezer_make(struct freezer *f)
{
	strcpy(f->root, "/tmp/altwait-machine-XXXXXX");
	if (!mkdtemp(f->root) || mount("none", f->root, "cgroup2", 0, NULL))
		die("cgroup2");
	snprintf(f->group, sizeof(f->group), "%s/altwait-%d", f->root, getpid());
	if (mkdir(f->group, 0755))
		die(f->group);
}

static void freezer_add(const struct freezer *f, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	write_in(f->group, "cgroup.procs", text);
}

/* All that are in the group have come to a halt, or may go on. */
static bool freezer_is(const struct freezer *f, bool frozen)
{
	char path[128], text[256] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.events", f->group);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		die(path);
	close(fd);
	return strstr(text, frozen ? "frozen 1" : "frozen 0");
}

static void freezer_set(const struct freezer *f, bool frozen)
{
	write_in(f->group, "cgroup.freeze", frozen ? "1" : "0");
	UNTIL(freezer_is(f, frozen), "the freezer");
}

static void freezer_remove(const struct freezer *f)
{
	UNTIL(!rmdir(f->group), "the group to be empty");
	if (umount(f->root) || rmdir(f->root))
		die(f->root);
}

enum { NOTE_CHILD, NOTE_DONE };

/* A process with a child that obeys a slot; it waits for it, and ends as that did. */
static pid_t parent_fork(unsigned int slot)
{
	pid_t pid = child_fork(), child;
	int status;

	if (pid)
		return pid;
	child = child_fork();
	if (!child)
		child_obey(slot);
	atomic_store(&stage->note[NOTE_CHILD], child);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		die("waitpid");
	atomic_store(&stage->note[NOTE_DONE], 1);
	_exit(WEXITSTATUS(status));
}

/*
 * Its child ends while the waiting process is frozen, which takes it out of its sleep:
 * it is told when it has thawed, once, and notices nothing.
 */
SUBJECT_TEST(machine, frozen)
{
	struct child c = { .slot = stage_slot() };
	struct freezer f;
	pid_t parent;

	freezer_make(&f);
	parent = parent_fork(c.slot);
	UNTIL(atomic_load(&stage->note[NOTE_CHILD]), "a grandchild");
	c.pid = atomic_load(&stage->note[NOTE_CHILD]);
	until_asleep(parent, parent, SYS_wait4);
	freezer_add(&f, parent);
	freezer_set(&f, true);
	child_finish(&c, 7);
	until_state(c.pid, 'Z');
	EXPECT_EQ(0, atomic_load(&stage->note[NOTE_DONE]));
	freezer_set(&f, false);
	EXPECT_WAIT4(parent, 0, .pid = parent, .status = W_EXIT(7));
	EXPECT_EQ(1, atomic_load(&stage->note[NOTE_DONE]));
	freezer_remove(&f);
}

/* Thawed without news it sleeps on, any number of times. */
SUBJECT_TEST(machine, frozen_again)
{
	struct child c = { .slot = stage_slot() };
	struct freezer f;
	pid_t parent;
	int i;

	freezer_make(&f);
	parent = parent_fork(c.slot);
	UNTIL(atomic_load(&stage->note[NOTE_CHILD]), "a grandchild");
	c.pid = atomic_load(&stage->note[NOTE_CHILD]);
	freezer_add(&f, parent);
	for (i = 0; i < 5; i++) {
		until_asleep(parent, parent, SYS_wait4);
		freezer_set(&f, true);
		EXPECT_EQ(0, atomic_load(&stage->note[NOTE_DONE]));
		freezer_set(&f, false);
	}
	child_finish(&c, 8);
	EXPECT_WAIT4(parent, 0, .pid = parent, .status = W_EXIT(8));
	freezer_remove(&f);
}

/* ------------------------------------------------------------------------ the CPU */

static void run_on(int cpu, bool only)
{
	cpu_set_t set;
	int i;

	CPU_ZERO(&set);
	for (i = 0; i < CPU_SETSIZE; i++)
		if (!only || i == cpu)
			CPU_SET(i, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

/*
 * A thread sleeps on a CPU that goes; its children run on it.  When it is gone, and when
 * it has come back, each end is told.
 */
SUBJECT_TEST(machine, cpu_goes)
{
	struct child a, b, c;
	struct waiter w;

	run_on(CPU, true);
	a = child_hold();
	b = child_hold();
	waiter_sleep(&w, call_wait4(a.pid, 0));
	write_in("", CPU_ONLINE, "0");
	child_tell(&a, 1);
	EXPECT_WAITER(&w, .pid = a.pid, .status = W_EXIT(1));
	waiter_sleep(&w, call_wait4(-1, 0));
	child_finish(&b, 2);
	EXPECT_WAITER(&w, .pid = b.pid, .status = W_EXIT(2));
	write_in("", CPU_ONLINE, "1");
	run_on(CPU, true);
	c = child_hold();
	waiter_sleep(&w, call_wait4(c.pid, 0));
	child_finish(&c, 3);
	EXPECT_WAITER(&w, .pid = c.pid, .status = W_EXIT(3));
	run_on(CPU, false);
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
}

KEEP_ARMED
TEST_HARNESS_MAIN
