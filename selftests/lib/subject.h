/* SPDX-License-Identifier: GPL-2.0 */
/* The process in which a test runs, once for each variant. */
#ifndef _SELFTESTS_SUBJECT_H
#define _SELFTESTS_SUBJECT_H

#include "child.h"

/*
 * Shall starry lack one quirk, which plays no role?  Then it is composed: it
 * goes by what Linux knows and its quirks one by one, and not by the reference.
 */
static inline bool subject_composed(void)
{
	return getenv("ALTWAIT_COMPOSED");
}

/* What ALTWAIT_ENROLL has to be told, for @subject_policy. */
static inline quirk_set subject_differences(void)
{
	if (subject_policy == STARRY && subject_composed())
		return subject_quirks | Q(POLLSET_64);
	return subject_quirks;
}

static inline void subject_begin(int policy)
{
	sigset_t set;

	subject_policy = policy == OWN ? STOCK : policy;
	sigchld_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	subject_device = device_open();
	if (subject_policy == STOCK)
		return;
	if (policy == SHADOW ?
	    device_shadow(subject_device, 0, subject_quirks ? LINUX : STARRY,
			  subject_quirks) :
	    device_enroll_as(subject_device, 0, policy, subject_differences()))
		die("ALTWAIT_ENROLL");
}

/* In shadow mode, no call was answered otherwise than linux would have. */
static inline void subject_check_verdicts(struct __test_metadata *_metadata)
{
	struct altwait_verdicts v;

	if (subject_policy != SHADOW)
		return;
	ASSERT_EQ(0, device_verdicts(subject_device, &v));
	EXPECT_EQ(0, v.control)
		device_print_example(subject_device, ALTWAIT_EXAMPLE_CONTROL);
	EXPECT_EQ(0, v.unexplained)
		device_print_example(subject_device,
				     ALTWAIT_EXAMPLE_UNEXPLAINED);
	EXPECT_EQ(v.calls, v.same + v.differs + v.control + v.raced);
}

/*
 * How many calls starry would have answered otherwise, but for the resource usage,
 * which calls.h asks for each time.
 */
static inline unsigned long long
shadow_differs(struct __test_metadata *_metadata)
{
	struct altwait_verdicts v;

	if (subject_policy != SHADOW || device_verdicts(subject_device, &v))
		return 0;
	return v.differs - v.quirk[ALTWAIT_QUIRK_RUSAGE_IGNORED];
}

/* Kills whatever the subject left; the harness has become its parent. */
static inline void subject_sweep(void)
{
	char path[64];
	FILE *f;
	int pid;

	while (waitpid(-1, NULL, WNOHANG) >= 0) {
		snprintf(path, sizeof(path), "/proc/self/task/%d/children",
			 gettid());
		f = fopen(path, "r");
		while (f && fscanf(f, "%d", &pid) == 1)
			kill(pid, SIGKILL);
		if (f)
			fclose(f);
		poll(NULL, 0, 1);
	}
}

/*
 * starry goes through its records by pid, and the tests take an older child for the
 * one with the smaller pid: none of them shall live to see pids begin anew.  May the
 * caller's children have a smaller pid than it has?
 */
static inline bool pids_run_out(void)
{
	enum { ENOUGH = 300 };
	FILE *f = fopen("/proc/sys/kernel/pid_max", "r");
	int most = 0;

	if (!f || fscanf(f, "%d", &most) != 1)
		die("pid_max");
	fclose(f);
	return getpid() > most - ENOUGH;
}

/* Returns 0 in the subject, its pid in the harness after its end. */
static inline pid_t subject_fork(struct __test_metadata *_metadata)
{
	enum { NEXT_PID = 254 };
	int status;
	pid_t pid;

	stage_make();
	become_subreaper();
	do {
		pid = child_fork();
		if (!pid && pids_run_out())
			_exit(NEXT_PID);
		if (!pid) {
			_metadata->no_print = true;
			return 0;
		}
		if (waitpid(pid, &status, 0) != pid)
			die("waitpid for the subject");
	} while (WIFEXITED(status) && WEXITSTATUS(status) == NEXT_PID);
	subject_sweep();
	if (WIFEXITED(status) && WEXITSTATUS(status) == 255) {
		_metadata->skip = 1;
		return pid;
	}
	EXPECT_EQ(0, status)
		TH_LOG("the subject failed");
	return pid;
}

/* Does not return. */
static inline void subject_end(struct __test_metadata *_metadata)
{
	if (_metadata->skip)
		_exit(255);
	subject_check_verdicts(_metadata);
	_exit(_metadata->passed ? 0 : 1);
}

/* Those who go without starry are none the wiser by its composition. */
static inline bool subject_left_out(int policy)
{
	return (policy != STARRY && subject_composed()) ||
	       (policy == STOCK && getenv("ALTWAIT_NO_STOCK"));
}

/* In FIXTURE_SETUP: variants of altwait need the module. */
static inline void setup_policy(struct __test_metadata *_metadata, int policy)
{
	const char *why = policy == STOCK ? NULL : device_missing();

	if (!why && subject_left_out(policy))
		why = "left out, as was asked for";
	if (why)
		SKIP(return, "%s", why);
}

#define SUBJECT_TEST(fixture_name, test_name)				\
	static void							\
	fixture_name##_##test_name##_subject(				\
		struct __test_metadata *_metadata,			\
		struct _test_data_##fixture_name *self,			\
		const struct _fixture_variant_##fixture_name *variant);	\
	TEST_F_TIMEOUT(fixture_name, test_name, TEST_SECONDS)		\
	{								\
		if (_metadata->skip || subject_fork(_metadata))		\
			return;						\
		subject_begin(variant->policy);				\
		fixture_name##_##test_name##_subject(_metadata, self,	\
						     variant);		\
		subject_end(_metadata);					\
	}								\
	static void							\
	fixture_name##_##test_name##_subject(				\
		struct __test_metadata *_metadata,			\
		struct _test_data_##fixture_name *self,			\
		const struct _fixture_variant_##fixture_name *variant)

/* For programs that test nothing without the module: exit 4, with the reason. */
#define NEEDS_ALTWAIT							\
	static void __attribute__((constructor)) needs_altwait(void)	\
	{								\
		const char *why = device_missing();			\
									\
		if (why) {						\
			ksft_print_header();				\
			ksft_exit_skip("%s\n", why);			\
		}							\
	}

/*
 * The module's probes are on while somebody is enrolled; switching them takes
 * about half a second under emulation.  So one enrolled process that does
 * nothing lives as long as the program.
 */
static inline void keep_armed(void)
{
	int fd = device_open();
	pid_t pid;

	if (fd < 0)
		return;
	pid = child_fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		for (;;)
			pause();
	}
	if (device_enroll(fd, pid))
		die("ALTWAIT_ENROLL");
	close(fd);
}

#define KEEP_ARMED							\
	static void __attribute__((constructor)) keep_armed_always(void) \
	{								\
		keep_armed();						\
	}

#endif /* _SELFTESTS_SUBJECT_H */
