/* SPDX-License-Identifier: GPL-2.0 */
/* How far a task is: whether it sleeps, where, has stopped or has exited. */
#ifndef _SELFTESTS_TASK_H
#define _SELFTESTS_TASK_H

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

#include "policy.h"
#include "until.h"

/* The state letter of /proc/PID/task/TID/stat, 0 if there is no such task. */
static inline char task_state(pid_t pid, pid_t tid)
{
	char path[64], line[512], *paren;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ESRCH))
		return 0;
	if (fd < 0)
		die(path);
	n = read(fd, line, sizeof(line) - 1);
	/* It went after it was opened. */
	if (n < 0 && errno != ESRCH)
		die(path);
	close(fd);
	if (n < 0)
		return 0;
	line[n] = '\0';
	paren = strrchr(line, ')');
	if (!paren || n < paren - line + 3) {
		errno = EBADMSG;
		die(path);
	}
	return paren[2];
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

/* Sleeps tid in system call nr, as /proc has it? */
static inline bool task_sleeps_in(pid_t pid, pid_t tid, long nr)
{
	return task_syscall(pid, tid) == nr && task_state(pid, tid) == 'S';
}

/* Whoever is enrolled must be known to altwait as asleep, too. */
static inline bool device_agrees(pid_t pid)
{
	struct altwait_query q;

	if (subject_device < 0)
		return true;
	q = device_ask(subject_device, pid);
	return q.policy == STOCK || q.waiting > 0;
}

/* Both by the caller's numbers, so /proc has to be of its own pid namespace. */
static inline bool task_asleep(pid_t pid, pid_t tid, long nr)
{
	return task_sleeps_in(pid, tid, nr) && device_agrees(pid);
}

static inline void until_asleep(pid_t pid, pid_t tid, long nr)
{
	UNTIL(task_asleep(pid, tid, nr), "sleep in a wait call");
}

static inline void until_waiting(pid_t pid, unsigned int n)
{
	if (subject_policy == STOCK)
		return;
	UNTIL(device_ask(subject_device, pid).waiting == n,
	      "number of sleeping waiters");
}

/* Neither a process nor a zombie nor a thread has that number. */
static inline bool is_gone(pid_t pid)
{
	if (!kill(pid, 0))
		return false;
	if (errno != ESRCH)
		die("kill");
	return true;
}

static inline void until_gone(pid_t pid)
{
	UNTIL(is_gone(pid), "pid gone");
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
	int n = poll(&p, 1, PATIENCE_MS);

	if (!n)
		errno = ETIMEDOUT;
	if (n != 1)
		die("exit of a process, by its pidfd");
}

/*
 * setpgid(2) takes the lock under which the kernel makes an exit known to the
 * parent, from the pidfd to the wait queue.  So what has begun is done here.  The
 * leader of a session is refused, but under the lock.
 */
static inline void until_notified(void)
{
	if (setpgid(0, getpgrp()) && errno != EPERM)
		die("setpgid");
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

/* ----------------------------------------------------------------- signals */

static inline void signal_handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };

	if (sigaction(sig, &sa, NULL))
		die("sigaction");
}

static inline void signal_mask(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	errno = pthread_sigmask(how, &set, NULL);
	if (errno)
		die("pthread_sigmask");
}

/* To a process that is there, be it a zombie. */
static inline void signal_send(pid_t pid, int sig)
{
	if (kill(pid, sig))
		die("kill");
}

static inline void signal_thread(pid_t pid, pid_t tid, int sig)
{
	if (syscall(SYS_tgkill, pid, tid, sig))
		die("tgkill");
}

/* To the calling thread. */
static inline void signal_raise(int sig)
{
	if (raise(sig))
		die("raise");
}

/* Ends what may be gone already. */
static inline void signal_end(pid_t pid)
{
	if (kill(pid, SIGKILL) && errno != ESRCH)
		die("kill");
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
	const struct timespec slice = { .tv_sec = 1 };
	long end = now_ms() + PATIENCE_MS;
	siginfo_t info;
	sigset_t set;
	int sig;

	sigchld_set(&set);
	do {
		still_time(end, "SIGCHLD of a stop or a continue");
		sig = sigtimedwait(&set, &info, &slice);
		if (sig < 0 && errno != EAGAIN)
			die("sigtimedwait");
	} while (sig < 0 || info.si_pid != pid || info.si_code != code);
}

/* Room for the next one: of several pending SIGCHLD, Linux keeps the first. */
static inline void sigchld_drain(void)
{
	const struct timespec now = {};
	sigset_t set;

	sigchld_set(&set);
	while (sigtimedwait(&set, NULL, &now) == SIGCHLD)
		;
	if (errno != EAGAIN)
		die("sigtimedwait");
}

/* ----------------------------------------------------------------- threads */

static inline pthread_t thread_start(void *(*body)(void *arg), void *arg)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, body, arg);
	if (errno)
		die("pthread_create");
	return thread;
}

/* What it returned. */
static inline void *thread_join(pthread_t thread, const char *what)
{
	struct timespec end;
	void *ret;

	if (clock_gettime(CLOCK_MONOTONIC, &end))
		die("clock_gettime");
	end.tv_sec += PATIENCE_MS / 1000;
	errno = pthread_clockjoin_np(thread, &ret, CLOCK_MONOTONIC, &end);
	if (errno)
		die(what);
	return ret;
}

#endif /* _SELFTESTS_TASK_H */
