// SPDX-License-Identifier: GPL-2.0
/*
 * What one tree may take: a bound on its records besides the one for all, and
 * memory, which is charged to who causes it.  The module is loaded anew after each
 * test, since its counters never forget whom it had to send back to stock.
 */
#include <linux/membarrier.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "agent.h"
#include "load.h"

#define PARAMETERS	"/sys/module/altwait/parameters/"
#define TREE_BOUND	PARAMETERS "max_tree_records"
#define BOUND		PARAMETERS "max_records"
#define WALK_BOUND	PARAMETERS "max_walk"

static void leave(const struct altwait_counters *c)
{
}

RELOADING_VARIANT(bounds, leave);

static void read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (n < 0)
		die(path);
	text[n] = '\0';
	close(fd);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

static unsigned long long n_records(int fd)
{
	struct altwait_counters c;

	if (device_counters(fd, &c))
		die("ALTWAIT_COUNTERS");
	return c.tracked - c.released;
}

/**
 * struct hog - a process that ignores its children's ends, whose records stay
 * @pid: its
 * @go: written to: it forks that many more; the other end is its
 * @done: read from: it has
 */
struct hog {
	pid_t pid;
	int go;
	int done;
};

static void hog_main(int go, int done)
{
	unsigned int n;
	pid_t pid;

	signal_handle(SIGCHLD, SIG_IGN, 0);
	while (read(go, &n, sizeof(n)) == sizeof(n)) {
		while (n--) {
			pid = fork();
			if (pid < 0)
				die("fork");
			if (!pid)
				_exit(0);
			/* Linux reaps it, and then there is no such process. */
			UNTIL(kill(pid, 0), "the end of a child");
		}
		if (write(done, &n, 1) != 1)
			die("write");
	}
	_exit(0);
}

static struct hog hog_make(void)
{
	int go[2], done[2];
	struct hog h;

	if (pipe2(go, O_CLOEXEC) || pipe2(done, O_CLOEXEC))
		die("pipe2");
	h.pid = child_fork();
	if (!h.pid) {
		close(go[1]);
		hog_main(go[0], done[1]);
	}
	h.go = go[1];
	h.done = done[0];
	return h;
}

static void hog_fork(struct hog *h, unsigned int n)
{
	char done;

	if (write(h->go, &n, sizeof(n)) != sizeof(n) || read(h->done, &done, 1) != 1)
		die("the hog");
}

/*
 * One tree takes all that it can, to the last place if it may; another one forks
 * after that.  Who is out of bounds goes, and nobody else.
 */
SUBJECT_TEST(bounds, tree_of_others)
{
	struct agent *a = agent_make();
	struct hog h = hog_make();
	struct child c;

	write_file(BOUND, "64");
	write_file(TREE_BOUND, "32");
	ASSERT_EQ(0, device_enroll(self->fd, h.pid));
	ASSERT_EQ(0, device_enroll(self->fd, a->pid));
	hog_fork(&h, 20);
	EXPECT_EQ(STARRY, device_policy(self->fd, h.pid));
	EXPECT_LE(22, n_records(self->fd));
	/* Without a bound of its own it would stay in, and fill the last place. */
	hog_fork(&h, 64 - n_records(self->fd));
	c = agent_child(a);
	EXPECT_EQ(STARRY, device_policy(self->fd, a->pid));
	EXPECT_EQ(STARRY, device_policy(self->fd, c.pid));
	EXPECT_EQ(STOCK, device_policy(self->fd, h.pid));
	/* What it took is free again. */
	UNTIL(n_records(self->fd) < 8, "the records of who has left");
}

/* The bound is a request's: what else it enrols has one more. */
SUBJECT_TEST(bounds, tree_is_a_requests)
{
	struct hog h = hog_make(), other = hog_make();

	write_file(TREE_BOUND, "16");
	ASSERT_EQ(0, device_enroll(self->fd, h.pid));
	ASSERT_EQ(0, device_enroll(self->fd, other.pid));
	hog_fork(&h, 15);
	hog_fork(&other, 15);
	EXPECT_EQ(STARRY, device_policy(self->fd, h.pid));
	EXPECT_EQ(STARRY, device_policy(self->fd, other.pid));
	hog_fork(&h, 1);
	EXPECT_EQ(STOCK, device_policy(self->fd, h.pid));
	EXPECT_EQ(STARRY, device_policy(self->fd, other.pid));
	ASSERT_EQ(0, device_enroll(self->fd, h.pid));
	hog_fork(&h, 15);
	EXPECT_EQ(STARRY, device_policy(self->fd, h.pid));
}

/* ------------------------------------------------- what one call looks at */

enum { WALK = 16 };

/* The module counts children; the call finds all of them, alive. */
static int count_trouble(int fd)
{
	struct altwait_counters c;

	if (device_counters(fd, &c))
		die("ALTWAIT_COUNTERS");
	return c.trouble;
}

static pid_t fork_some(int n)
{
	pid_t pid = 0;

	while (n--) {
		pid = child_fork();
		if (!pid)
			child_stay();
	}
	return pid;
}

/* A call for the group, which finds nobody; not a wait4, for which shadow mode asks few. */
static void look_at_group(struct __test_metadata *_metadata)
{
	siginfo_t info = { 0 };

	EXPECT_EQ(0, waitid(P_PGID, getpgrp(), &info, WEXITED | WNOHANG));
	EXPECT_EQ(0, info.si_pid);
}

/* Whom it forks last, it kills, and is told of. */
static void end_youngest(struct __test_metadata *_metadata, pid_t pid)
{
	child_kill(pid, SIGKILL);
	EXPECT_EQ(pid, waitpid(0, NULL, 0));
	EXPECT_EQ(0, waitpid(-1, NULL, WNOHANG));
}

/* What names each child, or copies it, may not be done for too many. */
SUBJECT_TEST(bounds, walk)
{
	static const struct {
		unsigned int policy, flags;
		quirk_set quirks;
	} all[] = {
		{ STARRY, 0, 0 },
		{ STARRY, ALTWAIT_SHADOW, 0 },
		{ LINUX, ALTWAIT_SHADOW, 0 },
		{ LINUX, 0, QUIRK_BIT(ALTWAIT_QUIRK_PID_ORDER) },
	};
	unsigned int i;
	pid_t youngest, other;

	write_file(WALK_BOUND, "16");
	fork_some(WALK - 1);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		ASSERT_EQ(0, device_enroll_with(self->fd, 0, all[i].policy, all[i].quirks,
						all[i].flags));
		look_at_group(_metadata);
		youngest = fork_some(1);
		look_at_group(_metadata);
		EXPECT_EQ((int)i, count_trouble(self->fd));
		end_youngest(_metadata, youngest);
		other = fork_some(1);
		youngest = fork_some(1);
		EXPECT_EQ(0, waitpid(-1, NULL, WNOHANG));
		EXPECT_EQ((int)all[i].policy, device_policy(self->fd, 0));
		look_at_group(_metadata);
		EXPECT_EQ(STOCK, device_policy(self->fd, 0));
		EXPECT_EQ((int)all[i].policy, device_policy(self->fd, youngest));
		EXPECT_EQ((int)i + 1, count_trouble(self->fd));
		end_youngest(_metadata, youngest);
		end_youngest(_metadata, other);
	}
	/* Policy linux has an index for what is any child's, and looks briefly at others. */
	ASSERT_EQ(0, device_enroll_as(self->fd, 0, LINUX, 0));
	fork_some(4);
	look_at_group(_metadata);
	EXPECT_EQ(LINUX, device_policy(self->fd, 0));
}

/* ------------------------------------------------------------- who pays */

/* Kernel memory of a control group, in bytes. */
static long group_kernel_memory(const char *group)
{
	char path[256], text[8192], *at;

	snprintf(path, sizeof(path), "%s/memory.stat", group);
	read_file(path, text, sizeof(text));
	at = strstr(text, "\nslab_unreclaimable ");
	return at ? atol(at + strlen("\nslab_unreclaimable ")) : 0;
}

/* True if some grace periods of RCU, which frees what has ended, change nothing. */
static bool is_settled(const char *group, long *memory)
{
	enum { GRACE_PERIODS = 5 };
	int i;

	*memory = group_kernel_memory(group);
	for (i = 0; i < GRACE_PERIODS; i++) {
		if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
			die("membarrier");
		if (group_kernel_memory(group) != *memory)
			return false;
	}
	return true;
}

/* What has yet to be freed would be far more than what is looked for. */
static long settled_kernel_memory(const char *group)
{
	long memory;

	UNTIL(is_settled(group, &memory), "the memory of all that has ended to be freed");
	return memory;
}

static bool has_memory_groups(const char *root)
{
	char path[256], text[512];

	snprintf(path, sizeof(path), "%s/cgroup.controllers", root);
	read_file(path, text, sizeof(text));
	return strstr(text, "memory");
}

/* The records of the dead stay, on the account of who made them. */
SUBJECT_TEST(bounds, memory_is_charged)
{
	char root[] = "/tmp/altwait-bounds-XXXXXX", group[64], path[128], pid[16];
	struct hog h;
	long before, charged;

	if (!mkdtemp(root) || mount("none", root, "cgroup2", 0, NULL))
		die("cgroup2");
	if (!has_memory_groups(root)) {
		TH_LOG("this kernel does not account memory");
		umount(root);
		rmdir(root);
		return;
	}
	snprintf(path, sizeof(path), "%s/cgroup.subtree_control", root);
	write_file(path, "+memory");
	snprintf(group, sizeof(group), "%s/hog", root);
	ASSERT_EQ(0, mkdir(group, 0755));
	h = hog_make();
	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	snprintf(pid, sizeof(pid), "%d", h.pid);
	write_file(path, pid);
	hog_fork(&h, 500);
	before = settled_kernel_memory(group);
	ASSERT_EQ(0, device_enroll(self->fd, h.pid));
	hog_fork(&h, 500);
	/* Each is some hundred bytes. */
	charged = settled_kernel_memory(group) - before;
	EXPECT_LT(500 * 400, charged);
	EXPECT_EQ(0, device_dismiss(self->fd, h.pid));
	UNTIL(group_kernel_memory(group) - before < 500 * 200, "the memory to be given back");
	child_kill(h.pid, SIGKILL);
	UNTIL(!rmdir(group), "the group to be empty");
	EXPECT_EQ(0, umount(root));
	EXPECT_EQ(0, rmdir(root));
}

NEEDS_ALTWAIT
TEST_HARNESS_MAIN
