/* SPDX-License-Identifier: GPL-2.0 */
/* The process in which a test runs, once for each variant. */
#ifndef _SELFTESTS_SUBJECT_H
#define _SELFTESTS_SUBJECT_H

#include <dirent.h>

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
	subject_policy = policy == OWN ? STOCK : policy;
	signal_mask(SIG_BLOCK, SIGCHLD);
	subject_device = device_open();
	if (subject_policy == STOCK)
		return;
	if (policy == SHADOW ?
	    device_shadow(subject_device, 0, subject_quirks ? LINUX : STARRY,
			  subject_quirks) :
	    device_enroll_as(subject_device, 0, policy, subject_differences()))
		die("ALTWAIT_ENROLL");
}

/* In shadow mode calls were judged, and linux would have answered each as stock did. */
static inline void subject_check_verdicts(struct __test_metadata *_metadata)
{
	struct altwait_verdicts v;

	if (subject_policy != SHADOW)
		return;
	ASSERT_EQ(0, device_verdicts(subject_device, &v));
	EXPECT_LT(0, v.calls)
		TH_LOG("no call was judged");
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

	if (subject_policy != SHADOW)
		return 0;
	if (device_verdicts(subject_device, &v))
		die("ALTWAIT_VERDICTS");
	return v.differs - v.quirk[ALTWAIT_QUIRK_RUSAGE_IGNORED];
}

/*
 * In shadow mode: so many calls were judged, each once, and but for what calls.h asks of
 * each call, no other quirks than these were blamed.
 */
static inline void shadow_expect(struct __test_metadata *_metadata, unsigned int calls,
				 unsigned int restarted, quirk_set blamed)
{
	quirk_set any = blamed | Q(RUSAGE_IGNORED) | Q(SIGINFO_WHOLE) | Q(ERRORS_SILENT);
	struct altwait_verdicts v;
	int i;

	if (subject_policy != SHADOW)
		return;
	ASSERT_EQ(0, device_verdicts(subject_device, &v));
	EXPECT_EQ(calls, v.calls);
	EXPECT_EQ(restarted, v.restarted);
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		if (any >> i & 1 && !(blamed >> i & 1))
			continue;
		EXPECT_EQ((int)(blamed >> i & 1), !!v.quirk[i])
			TH_LOG("quirk %d is blamed, or is not", i);
		if (v.quirk[i] && !(blamed >> i & 1))
			device_print_example(subject_device, ALTWAIT_EXAMPLE_QUIRK(i));
	}
}

/* Kills the caller's children, a zombie among them being no trouble. */
static inline void kill_children(void)
{
	char path[64];
	FILE *f;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", gettid());
	f = fopen(path, "r");
	if (!f)
		die(path);
	while (fscanf(f, "%d", &pid) == 1)
		signal_end(pid);
	if (ferror(f))
		die(path);
	fclose(f);
}

/* Ends whatever the subject left; the harness has become its parent. */
static inline void subject_sweep(void)
{
	long end = now_ms() + PATIENCE_MS;

	while (waitpid(-1, NULL, WNOHANG) >= 0) {
		if (now_ms() > end) {
			errno = ETIMEDOUT;
			die("end of what the subject left");
		}
		kill_children();
		poll(NULL, 0, 1);
	}
	if (errno != ECHILD)
		die("waitpid for what the subject left");
}

/* Where each thread of a subject is that has not ended in time. */
static inline void subject_print(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;
	pid_t tid;

	fprintf(stderr, "# pid %d: the subject has not ended in %d s\n", pid,
		SUBJECT_SECONDS);
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		tid = atoi(entry->d_name);
		if (tid)
			fprintf(stderr, "#   thread %d: state %c, system call %ld\n",
				tid, task_state(pid, tid) ?: '-',
				task_syscall(pid, tid));
	}
	if (dir)
		closedir(dir);
}

/* How the subject has ended, if need be by force. */
static inline int subject_await(pid_t pid)
{
	struct pollfd p = { .fd = pidfd_of(pid), .events = POLLIN };
	int n = poll(&p, 1, SUBJECT_SECONDS * 1000), status;

	if (n < 0)
		die("poll for the subject");
	close(p.fd);
	if (!n) {
		subject_print(pid);
		signal_send(pid, SIGKILL);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid for the subject");
	return status;
}

#define ENOUGH_PIDS	300

/*
 * starry goes through its records by pid, and the tests take an older child for the
 * one with the smaller pid: none of them shall live to see pids begin anew.  May the
 * caller's children have a smaller pid than it has?
 */
static inline bool pids_run_out(void)
{
	FILE *f = fopen("/proc/sys/kernel/pid_max", "r");
	int most = 0;

	if (!f || fscanf(f, "%d", &most) != 1)
		die("pid_max");
	fclose(f);
	return getpid() > most - ENOUGH_PIDS;
}

/* Returns 0 in the subject, its pid in the harness after its end. */
static inline pid_t subject_fork(struct __test_metadata *_metadata)
{
	enum { SKIPPED = 255, NEXT_PID = 254 };
	int status, left = 2 * ENOUGH_PIDS;
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
		status = subject_await(pid);
	} while (status == W_EXITCODE(NEXT_PID, 0) && left--);
	subject_sweep();
	EXPECT_EQ(0, atomic_load(deaths))
		TH_LOG("processes of this test have given up, see above");
	if (status == W_EXITCODE(SKIPPED, 0)) {
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
 * nothing lives as long as the program, whose end kills it.
 */
static inline void keep_armed(void)
{
	pid_t parent = getpid(), pid;
	int fd;

	if (device_missing())
		return;
	fd = device_open();
	if (fd < 0)
		die(ALTWAIT_DEVICE);
	pid = child_fork();
	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
			die("PR_SET_PDEATHSIG");
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		while (getppid() == parent)
			pause();
		_exit(0);
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
