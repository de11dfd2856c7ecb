// SPDX-License-Identifier: GPL-2.0
/*
 * Other people's probes on the very functions that altwait redirects, and the
 * switches that take the redirect away without an error.
 */
#include <sys/wait.h>

#include "calls.h"
#include "load.h"
#include "neighbours.h"

#define SWITCH_KPROBES	"/sys/kernel/debug/kprobes/enabled"
#define SWITCH_FTRACE	"/proc/sys/kernel/ftrace_enabled"

FIXTURE(probes) {
	int fd;
};

FIXTURE_VARIANT(probes) {
	int policy;
};

FIXTURE_VARIANT_ADD(probes, altwait) {
	.policy = OWN,
};

FIXTURE_SETUP(probes)
{
	self->fd = device_open();
	ASSERT_LE(0, self->fd);
}

/* Whatever happened, the next test finds the machine as it was. */
FIXTURE_TEARDOWN(probes)
{
	ASSERT_EQ(0, trace_with("nop"));
	remove_probes();
	ASSERT_EQ(0, put(SWITCH_KPROBES, 0, "1"));
	ASSERT_EQ(0, put(SWITCH_FTRACE, 0, "1"));
	ASSERT_EQ(0, close(self->fd));
}

/* Some calls, and how many were redirected. */
static void work(struct __test_metadata *_metadata, int fd, int redirects)
{
	struct altwait_counters before, after;
	struct child c = child_hold();
	pid_t pid;

	EXPECT_EQ(0, device_counters(fd, &before));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&c, 1);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(1));
	pid = child_exits_when_asleep(SYS_wait4, 2);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(2));
	EXPECT_EQ(0, device_counters(fd, &after));
	EXPECT_EQ(before.diverted + redirects, after.diverted);
	EXPECT_EQ(before.returned + redirects, after.returned);
}

/* A probe that was there before ours, and one that comes and goes after. */
SUBJECT_TEST(probes, user_probe_first)
{
	ASSERT_EQ(0, probe_enter());
	work(_metadata, self->fd, 0);
	enter(_metadata, self->fd);
	work(_metadata, self->fd, 3);
	remove_probes();
	work(_metadata, self->fd, 3);
	leave(_metadata, self->fd);
	work(_metadata, self->fd, 0);
}

SUBJECT_TEST(probes, user_probe_last)
{
	enter(_metadata, self->fd);
	ASSERT_EQ(0, probe_enter());
	work(_metadata, self->fd, 3);
	leave(_metadata, self->fd);
	work(_metadata, self->fd, 0);
	enter(_metadata, self->fd);
	work(_metadata, self->fd, 3);
	remove_probes();
	work(_metadata, self->fd, 3);
}

/*
 * A return probe replaces the return address.  Our own call into stock must
 * not look like a new one for that.
 */
SUBJECT_TEST(probes, return_probe)
{
	ASSERT_EQ(0, probe_leave());
	enter(_metadata, self->fd);
	work(_metadata, self->fd, 3);
	ASSERT_EQ(0, probe_enter());
	work(_metadata, self->fd, 3);
	remove_probes();
	work(_metadata, self->fd, 3);
	leave(_metadata, self->fd);
	work(_metadata, self->fd, 0);
}

SUBJECT_TEST(probes, return_probe_last)
{
	enter(_metadata, self->fd);
	ASSERT_EQ(0, probe_leave());
	work(_metadata, self->fd, 3);
	leave(_metadata, self->fd);
	work(_metadata, self->fd, 0);
	remove_probes();
	work(_metadata, self->fd, 0);
}

/* As perf and bpftrace put theirs, without a name in tracefs. */
SUBJECT_TEST(probes, perf)
{
	int enter_fd, leave_fd;

	enter(_metadata, self->fd);
	enter_fd = perf_probe(false);
	ASSERT_LE(0, enter_fd);
	work(_metadata, self->fd, 3);
	EXPECT_LE(3, perf_hits(enter_fd));
	leave_fd = perf_probe(true);
	ASSERT_LE(0, leave_fd);
	work(_metadata, self->fd, 3);
	EXPECT_LE(6, perf_hits(enter_fd));
	EXPECT_LE(3, perf_hits(leave_fd));
	close(enter_fd);
	work(_metadata, self->fd, 3);
	leave(_metadata, self->fd);
	work(_metadata, self->fd, 0);
	EXPECT_LE(9, perf_hits(leave_fd));
	close(leave_fd);
}

/*
 * The kernel asks the newest of a function's probes first, and no other one once the
 * instruction pointer has been moved: one that is older than the redirect sees the calls
 * that are not redirected, and those alone.
 */
SUBJECT_TEST(probes, perf_first)
{
	int fd = perf_probe(false);

	ASSERT_LE(0, fd);
	work(_metadata, self->fd, 0);
	EXPECT_EQ(3, perf_hits(fd));
	enter(_metadata, self->fd);
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
	EXPECT_EQ(3, perf_hits(fd));
	leave(_metadata, self->fd);
	work(_metadata, self->fd, 0);
	EXPECT_EQ(6, perf_hits(fd));
	close(fd);
}

/* It sees each call, before it is redirected, and changes nothing. */
static void check_tracer(struct __test_metadata *_metadata, int fd, const char *tracer)
{
	ASSERT_EQ(0, trace_with(tracer))
		TH_LOG("%s", tracer);
	traced();
	work(_metadata, fd, 0);
	EXPECT_LE(3, traced());
	enter(_metadata, fd);
	work(_metadata, fd, 3);
	EXPECT_LE(3, traced());
	ASSERT_EQ(0, trace_with("nop"));
	work(_metadata, fd, 3);
	ASSERT_EQ(0, trace_with(tracer));
	traced();
	work(_metadata, fd, 3);
	EXPECT_LE(3, traced());
	leave(_metadata, fd);
	work(_metadata, fd, 0);
	EXPECT_LE(3, traced());
	ASSERT_EQ(0, trace_with("nop"));
}

SUBJECT_TEST(probes, function_tracer)
{
	check_tracer(_metadata, self->fd, "function");
}

SUBJECT_TEST(probes, function_graph_tracer)
{
	check_tracer(_metadata, self->fd, "function_graph");
}

/* Switched off, no probe fires, and nobody would notice. */
SUBJECT_TEST(probes, kprobes_off)
{
	ASSERT_EQ(0, put(SWITCH_KPROBES, 0, "0"));
	EXPECT_EQ(-1, device_enroll(self->fd, 0));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(STOCK, device_policy(self->fd, 0));
	EXPECT_EQ(0, put(SWITCH_KPROBES, 0, "1"));
	enter(_metadata, self->fd);
	work(_metadata, self->fd, 3);
}

/* Newer kernels keep this switch, and refuse to be switched off: nothing is lost there. */
SUBJECT_TEST(probes, ftrace_off)
{
	if (put(SWITCH_FTRACE, 0, "0")) {
		ASSERT_EQ(EOPNOTSUPP, errno);
	} else {
		EXPECT_EQ(-1, device_enroll(self->fd, 0));
		EXPECT_EQ(EIO, errno);
		EXPECT_EQ(STOCK, device_policy(self->fd, 0));
		EXPECT_EQ(0, put(SWITCH_FTRACE, 0, "1"));
	}
	enter(_metadata, self->fd);
	work(_metadata, self->fd, 3);
}

/* A probe sits on that function. */
static bool is_probed(const char *function)
{
	static const char list[] = "/sys/kernel/debug/kprobes/list";
	size_t n = strlen(function);
	FILE *f = fopen(list, "r");
	bool found = false;
	char line[256], *at;

	if (!f)
		die(list);
	while (fgets(line, sizeof(line), f)) {
		at = strstr(line, function);
		found |= at && at[-1] == ' ' && at[n] == '+';
	}
	if (ferror(f))
		die(list);
	fclose(f);
	return found;
}

/* A stub of a system call that altwait stands on; syscall_wrapper.h makes the names. */
static bool is_entry(const char *function)
{
	static const char * const abi[] = {
		"__x64_sys_", "__x64_compat_sys_", "__ia32_sys_", "__ia32_compat_sys_",
	};
	static const char * const call[] = { "wait4", "waitid", "waitpid", "ptrace" };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(abi); i++)
		for (j = 0; j < ARRAY_SIZE(call); j++)
			if (!strncmp(function, abi[i], strlen(abi[i])) &&
			    !strcmp(function + strlen(abi[i]), call[j]))
				return true;
	return false;
}

/* A stub that is made for all ABIs, and stands in the table of none that has it. */
static bool is_in_no_table(const char *function)
{
	static const char * const unused[] = {
		/* i386 has the compat ones in their place, and 64 bits have no waitpid. */
		"__ia32_sys_wait4", "__ia32_sys_waitid", "__ia32_sys_ptrace",
		"__x64_sys_waitpid",
		/* x32 has the 64-bit wait4. */
		"__x64_compat_sys_wait4",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unused); i++)
		if (!strcmp(function, unused[i]))
			return true;
	return false;
}

/* Whatever ABI a program has, it gets past none of its entries. */
SUBJECT_TEST(probes, every_entry)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[512], function[256];
	int n = 0;

	ASSERT_NE(NULL, f);
	enter(_metadata, self->fd);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*s %*s %255s", function) != 1 || !is_entry(function) ||
		    is_in_no_table(function))
			continue;
		n++;
		EXPECT_TRUE(is_probed(function))
			TH_LOG("%s", function);
	}
	fclose(f);
	EXPECT_LE(3, n);
	leave(_metadata, self->fd);
}

/* --------------------------------------------------------------- off meanwhile */

static void switch_on(const struct altwait_counters *c)
{
	if (put(SWITCH_KPROBES, 0, "1"))
		die(SWITCH_KPROBES);
}

RELOADING_VARIANT(probes_off, switch_on);

/*
 * Switched off while somebody is enrolled, no probe fires either, and each look at the
 * counters says so, the second one, too: what was compared in between is not valid.
 */
SUBJECT_TEST(probes_off, while_enrolled)
{
	struct altwait_counters on, off, still;

	enter(_metadata, self->fd);
	EXPECT_EQ(0, device_counters(self->fd, &on));
	ASSERT_EQ(0, put(SWITCH_KPROBES, 0, "0"));
	EXPECT_EQ(0, device_counters(self->fd, &off));
	EXPECT_LT(on.missed, off.missed);
	EXPECT_EQ(0, device_counters(self->fd, &still));
	EXPECT_LT(off.missed, still.missed);
	ASSERT_EQ(0, put(SWITCH_KPROBES, 0, "1"));
	EXPECT_EQ(0, device_counters(self->fd, &on));
	work(_metadata, self->fd, 3);
	EXPECT_EQ(0, device_counters(self->fd, &still));
	EXPECT_EQ(on.missed, still.missed);
	leave(_metadata, self->fd);
}

NEEDS_ALTWAIT
TEST_HARNESS_MAIN
