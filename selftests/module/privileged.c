// SPDX-License-Identifier: GPL-2.0
/* A program that has more privileges than who executes it: Documentation/security.md */
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "calls.h"

OWN_VARIANT(privileged);

#define KEEP_PRIVILEGED	"/sys/module/altwait/parameters/keep_privileged"

static void keep_privileged(const char *value)
{
	int fd = open(KEEP_PRIVILEGED, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, 1) != 1)
		die(KEEP_PRIVILEGED);
	close(fd);
}

/* A copy of cat that belongs to root, which @path names from then on. */
static void copy_cat(char *path, mode_t mode)
{
	int from = open("/bin/cat", O_RDONLY | O_CLOEXEC), to = mkstemp(path);
	char buffer[65536];
	ssize_t n;

	if (from < 0 || to < 0)
		die(path);
	while ((n = read(from, buffer, sizeof(buffer))) > 0)
		if (write(to, buffer, n) != n)
			die(path);
	if (n || fchmod(to, mode))
		die(path);
	close(from);
	close(to);
}

/* It may raise what the file says: CAP_NET_RAW, when it is executed. */
static void give_capability(const char *path)
{
	const struct vfs_cap_data caps = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data[0].permitted = 1U << CAP_NET_RAW,
	};

	if (setxattr(path, "security.capability", &caps, sizeof(caps), 0))
		die("security.capability");
}

/* What answers the calls of an ordinary user's process that has executed @path. */
static int policy_of_user(struct __test_metadata *_metadata, int fd, const char *path)
{
	int pipes[2], echo[2], policy;
	char byte = 0;
	pid_t pid;

	if (pipe(pipes) || pipe(echo))
		die("pipe");
	pid = child_fork();
	if (!pid) {
		/* It ends when the other end of its standard input is closed. */
		if (dup2(pipes[0], STDIN_FILENO) < 0 || close(pipes[1]) ||
		    dup2(echo[1], STDOUT_FILENO) < 0)
			die("dup2");
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			die("setresuid");
		execl(path, "cat", NULL);
		_exit(99);
	}
	/* What it says shows that the exec is over. */
	if (write(pipes[1], &byte, 1) != 1 || read(echo[0], &byte, 1) != 1)
		die("cat");
	policy = device_policy(fd, pid);
	close(pipes[0]);
	close(pipes[1]);
	EXPECT_WAIT4(pid, 0, .pid = pid);
	close(echo[0]);
	close(echo[1]);
	return policy;
}

/*
 * A program that gets privileges by its file is not the caller's to enrol, unless
 * the module was told so; another one is.  Documentation/security.md
 */
SUBJECT_TEST(privileged, ended_by_exec)
{
	char plain[] = "/tmp/cat-XXXXXX", setuid[] = "/tmp/cat-XXXXXX";
	char setgid[] = "/tmp/cat-XXXXXX", capable[] = "/tmp/cat-XXXXXX";

	copy_cat(plain, 0755);
	copy_cat(setuid, 04755);
	copy_cat(setgid, 02755);
	copy_cat(capable, 0755);
	give_capability(capable);
	ASSERT_EQ(0, device_enroll(self->fd, 0));
	subject_policy = STARRY;
	EXPECT_EQ(STARRY, policy_of_user(_metadata, self->fd, plain));
	EXPECT_EQ(STOCK, policy_of_user(_metadata, self->fd, setuid));
	EXPECT_EQ(STOCK, policy_of_user(_metadata, self->fd, setgid));
	EXPECT_EQ(STOCK, policy_of_user(_metadata, self->fd, capable));
	keep_privileged("1");
	EXPECT_EQ(STARRY, policy_of_user(_metadata, self->fd, setuid));
	EXPECT_EQ(STARRY, policy_of_user(_metadata, self->fd, capable));
	keep_privileged("0");
	EXPECT_EQ(STARRY, device_policy(self->fd, 0));
	unlink(plain);
	unlink(setuid);
	unlink(setgid);
	unlink(capable);
}

NEEDS_ALTWAIT
TEST_HARNESS_MAIN
