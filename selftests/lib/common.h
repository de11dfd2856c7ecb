/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all selftests share: one text, four variants.
 *
 * A test body written with SUBJECT_TEST() runs in a process of its own, the
 * subject, once under variant stock, once under variant altwait, and once under
 * variant linux, which is altwait without its quirks and expects what stock
 * does, and once under variant shadow, where stock answers and starry is asked.
 * In the last three the subject enrols itself; the harness that started it
 * stays on stock, waits for it there, and takes its verdict from its exit
 * status.  Where stock and altwait differ, the expectation is a member of the
 * variant, with the reason: "wait.rs:235" is a line of the wait system calls of
 * starry-kernel 0.6.1.
 *
 * Nothing here sleeps to synchronise.  A child acts when it is told to, through
 * a futex; that it has exited is known from a pidfd, that it stopped or
 * continued from its SIGCHLD, which a subject keeps blocked and takes with
 * sigtimedwait(2); that a task sleeps in a wait call is read from /proc and asked
 * of /dev/altwait.
 */
#ifndef _SELFTESTS_COMMON_H
#define _SELFTESTS_COMMON_H

#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#include <kselftest_harness.h>

#include "device.h"

/* How long anything may take that has to happen; under emulation, be patient. */
#define PATIENCE_MS	30000
/* The harness ends a test by force after this many seconds. */
#define TEST_SECONDS	120

#define STOCK	ALTWAIT_POLICY_STOCK
#define STARRY	ALTWAIT_POLICY_STARRY
#define LINUX	ALTWAIT_POLICY_LINUX
/* Stock answers, starry and linux are asked: shadow mode. */
#define SHADOW	0x100
/* Stock, until the test itself enrols somebody. */
#define OWN	0x101

/* Who answers the wait calls of this process. */
static int subject_policy = STOCK;
/*
 * With LINUX: the differences from Linux that it has all the same.  With SHADOW:
 * those that are compared with Linux; 0: all.
 */
static quirk_set subject_quirks;
/* /dev/altwait, where it can be opened; else -1. */
static int subject_device = -1;

/* Does the policy have this quirk, Q(ID)? */
static inline bool subject_has(quirk_set quirk)
{
	return subject_policy == STARRY ||
	       (subject_policy == LINUX && subject_quirks & quirk);
}

static inline void die(const char *what)
{
	fprintf(stderr, "# pid %d: %s: %s\n", getpid(), what, strerror(errno));
	_exit(1);
}

static inline long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/*
 * For what nobody announces: look, give way to others, look again, until the
 * deadline.  Use as: UNTIL(condition, "what is awaited").
 */
#define UNTIL(condition, what)						\
	do {								\
		long __end = now_ms() + PATIENCE_MS;			\
									\
		while (!(condition)) {					\
			if (now_ms() > __end) {				\
				errno = ETIMEDOUT;			\
				die(what);				\
			}						\
			poll(NULL, 0, 1);				\
		}							\
	} while (0)

/*
 * For what needs many tries to be hit: n of them, in i, or as many as there is
 * time for, which in a debug kernel under emulation are a few dozen.
 */
#define MANY_MS		(getenv("ALTWAIT_THOROUGH") ? 15000 : 1500)
#define MANY_AT_LEAST	10
#define for_many(i, n)							\
	for (long __end = ((i) = 0, now_ms() + MANY_MS);		\
	     (i) < (n) && ((i) < MANY_AT_LEAST || now_ms() < __end);	\
	     (i)++)

/* -------------------------------------------------------------- the stage */

#define STAGE_SLOTS	1024
#define STAGE_NOTES	64
#define ORDER_EXIT	0x100

/*
 * Memory that the harness, the subject and all its descendants share.
 * @next:  the first free slot
 * @order: what the child of a slot is to do, a futex; 0: wait
 * @note:  numbers that descendants leave for the subject
 */
struct stage {
	atomic_uint	next;
	atomic_uint	order[STAGE_SLOTS];
	atomic_long	note[STAGE_NOTES];
};

static struct stage *stage;

static inline void stage_make(void)
{
	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		die("mmap");
}

static inline unsigned int stage_slot(void)
{
	unsigned int slot = atomic_fetch_add(&stage->next, 1);

	if (slot >= STAGE_SLOTS) {
		errno = ENOSPC;
		die("stage");
	}
	return slot;
}

static inline void stage_give(unsigned int slot, unsigned int order)
{
	atomic_store(&stage->order[slot], order);
	syscall(SYS_futex, &stage->order[slot], FUTEX_WAKE, INT_MAX, NULL);
}

static inline unsigned int stage_take(unsigned int slot)
{
	unsigned int order;

	while (!(order = atomic_load(&stage->order[slot])))
		syscall(SYS_futex, &stage->order[slot], FUTEX_WAIT, 0, NULL);
	return order;
}

/* --------------------------------------------------------- looking at tasks */

/* The state letter of /proc/PID/task/TID/stat, 0 if there is no such task. */
static inline char task_state(pid_t pid, pid_t tid)
{
	char path[64], line[512], *paren;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	line[n] = '\0';
	paren = strrchr(line, ')');
	return paren && paren[1] ? paren[2] : 0;
}

/* The system call in which a task sleeps, -1 if it is not asleep in one. */
static inline long task_syscall(pid_t pid, pid_t tid)
{
	char path[64], line[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0 || line[0] < '0' || line[0] > '9')
		return -1;
	line[n] = '\0';
	return strtol(line, NULL, 10);
}

/* Sleeps tid in system call nr?  An enrolled one must say so itself, too. */
static inline bool task_asleep(pid_t pid, pid_t tid, long nr)
{
	struct altwait_query q;

	if (task_syscall(pid, tid) != nr || task_state(pid, tid) != 'S')
		return false;
	if (subject_device < 0 || device_query(subject_device, pid, &q))
		return true;
	return q.policy == STOCK || q.waiting > 0;
}

static inline void until_asleep(pid_t pid, pid_t tid, long nr)
{
	UNTIL(task_asleep(pid, tid, nr), "sleep in a wait call");
}

static inline void until_waiting(pid_t pid, unsigned int n)
{
	struct altwait_query q;

	if (subject_policy == STOCK)
		return;
	UNTIL(!device_query(subject_device, pid, &q) && q.waiting == n,
	      "number of sleeping waiters");
}

static inline void until_gone(pid_t pid)
{
	UNTIL(kill(pid, 0) && errno == ESRCH, "pid gone");
}

static inline void until_state(pid_t pid, char state)
{
	UNTIL(task_state(pid, pid) == state, "state of a process");
}

/* Of a process that cannot have been reaped yet. */
static inline int pidfd_of(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		die("pidfd_open");
	return fd;
}

/* Whoever ignores SIGCHLD learns of an exit from the pidfd. */
static inline void until_pidfd(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	if (poll(&p, 1, PATIENCE_MS) != 1)
		die("pidfd");
}

/*
 * setpgid(2) takes the lock under which the kernel makes an exit known to the
 * parent, from the pidfd to the wait queue.  So what has begun is done here.
 */
static inline void until_notified(void)
{
	setpgid(0, getpgrp());
}

/* The pidfd is closed then. */
static inline void until_pidfd_dead(int pidfd)
{
	until_pidfd(pidfd);
	close(pidfd);
	until_notified();
}

/* The process has exited as a whole, and its parent's wait calls find it. */
static inline void until_dead(pid_t pid)
{
	until_pidfd_dead(pidfd_of(pid));
}

static inline void sigchld_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
}

/*
 * Takes the SIGCHLD that says that pid stopped or continued.  The kernel sends
 * it and wakes the wait queue under one lock, so a wait call finds it, too.
 */
static inline void until_sigchld(pid_t pid, int code)
{
	struct timespec left = { .tv_sec = PATIENCE_MS / 1000 };
	siginfo_t info;
	sigset_t set;

	sigchld_set(&set);
	do {
		if (sigtimedwait(&set, &info, &left) != SIGCHLD)
			die("SIGCHLD");
	} while (info.si_pid != pid || info.si_code != code);
}

/* Room for the next one: of several pending SIGCHLD, Linux keeps the first. */
static inline void sigchld_drain(void)
{
	const struct timespec now = {};
	sigset_t set;

	sigchld_set(&set);
	while (sigtimedwait(&set, NULL, &now) == SIGCHLD)
		;
}

/* ---------------------------------------------------------------- children */

struct child {
	pid_t		pid;
	unsigned int	slot;
};

/* Does not return. */
static inline void child_obey(unsigned int slot)
{
	_exit(stage_take(slot) & 0xff);
}

/* Forks; the child comes back with 0, and with no other thread. */
static inline pid_t child_fork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	return pid;
}

/* A child that waits for its order. */
static inline struct child child_hold(void)
{
	struct child c = { .slot = stage_slot() };

	c.pid = child_fork();
	if (!c.pid)
		child_obey(c.slot);
	return c;
}

static inline void child_tell(struct child *c, int code)
{
	stage_give(c->slot, ORDER_EXIT | code);
}

/* Makes a child that holds exit, and sees it dead; somebody may reap it at once. */
static inline void child_finish(struct child *c, int code)
{
	int pidfd = pidfd_of(c->pid);

	child_tell(c, code);
	until_pidfd_dead(pidfd);
}

/* A child that is a zombie with that exit code. */
static inline pid_t child_exited(int code)
{
	struct child c = child_hold();

	child_finish(&c, code);
	return c.pid;
}

static inline void child_kill(pid_t pid, int sig)
{
	int pidfd = pidfd_of(pid);

	if (kill(pid, sig))
		die("kill");
	until_pidfd_dead(pidfd);
}

static inline void child_stop(pid_t pid, int sig)
{
	sigchld_drain();
	if (kill(pid, sig))
		die("kill");
	until_sigchld(pid, CLD_STOPPED);
}

static inline void child_cont(pid_t pid)
{
	sigchld_drain();
	if (kill(pid, SIGCONT))
		die("kill");
	until_sigchld(pid, CLD_CONTINUED);
}

/* A child that exits as soon as the calling thread sleeps in system call nr. */
static inline pid_t child_exits_when_asleep(long nr, int code)
{
	pid_t pid = getpid(), tid = gettid(), child = child_fork();

	if (child)
		return child;
	until_asleep(pid, tid, nr);
	_exit(code);
}

static inline void become_subreaper(void)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		die("PR_SET_CHILD_SUBREAPER");
}

/* ------------------------------------------------------------- the subject */

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

#endif /* _SELFTESTS_COMMON_H */
