// SPDX-License-Identifier: GPL-2.0
/*
 * A hundred threads, asleep in all kinds of wait calls, while the module comes
 * and goes below them.
 *
 *	waiters N
 *
 * Makes N processes, N a multiple of 3.  Two of three wait for two children,
 * one after the other; the third has three threads, each of which waits for a
 * child of its own: 5 N / 3 calls.  The children block until they are told to
 * go and leave with a status of their own.  Prints "asleep" when all calls
 * sleep, and waits for a line on standard input before it lets the children go.
 * Every child has to be reported exactly once, with its own status, by whoever
 * answers.
 *
 * Prints "all answered" and exits with 0, or says what went wrong and exits
 * with 1.
 */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

#define MAX_CHILDREN 3

/* How long all calls may take until they sleep, and then until they have ended. */
#define PATIENCE_SECONDS 100

/**
 * struct child - what a waiter knows of a child
 * @pid:   its pid
 * @code:  what it exits with
 * @times: how often a wait call named it
 */
struct child {
	pid_t pid;
	int   code;
	int   times;
};

static struct child children[MAX_CHILDREN];
static int n_children;
static int number;		/* of this waiter */

/* Every third waiter has threads. */
static bool has_threads(int n)
{
	return n % 3 == 2;
}

static int complain(const char *what, long a, long b)
{
	fprintf(stderr, "waiter %d: %s (%ld, %ld): %s\n", number, what, a, b,
		strerror(errno));
	return 1;
}

static const char *awaited;

static void on_alarm(int sig)
{
	static const char late[] = ": not in time\n";

	(void)sig;
	if (write(STDERR_FILENO, awaited, strlen(awaited)) < 0 ||
	    write(STDERR_FILENO, late, strlen(late)) < 0)
		_exit(2);
	_exit(1);
}

/* The main process ends if it waits too long; others do not inherit the alarm. */
static void await(const char *what)
{
	awaited = what;
	alarm(PATIENCE_SECONDS);
}

static int wait_for_release(int release)
{
	ssize_t n;
	char c;

	/* The end of file is the signal, or that of the main process: nobody writes. */
	do {
		n = read(release, &c, 1);
	} while (n < 0 && errno == EINTR);
	return n ? complain("read", n, 0) : 0;
}

/* Notes that a call named pid and said that it left with code. */
static int note(pid_t pid, bool exited, int code)
{
	int i;

	for (i = 0; i < n_children; i++) {
		if (children[i].pid != pid)
			continue;
		if (!exited || code != children[i].code)
			return complain("wrong status", pid, code);
		if (children[i].times++)
			return complain("reported twice", pid, code);
		return 0;
	}
	return complain("not my child", pid, code);
}

static int by_wait4(pid_t which, int options)
{
	int status = 0;
	pid_t pid;

	do {
		pid = waitpid(which, &status, options);
	} while (pid < 0 && errno == EINTR);
	if (pid < 0)
		return complain("wait4", which, options);
	return note(pid, WIFEXITED(status), WEXITSTATUS(status));
}

static int by_waitid(idtype_t type, id_t id, int options)
{
	siginfo_t info;
	int ret;

	memset(&info, 0, sizeof(info));
	do {
		ret = waitid(type, id, &info, WEXITED | options);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0)
		return complain("waitid", type, id);
	if (options & WNOWAIT)
		return info.si_pid ? 0 : complain("WNOWAIT", type, id);
	return note(info.si_pid, info.si_code == CLD_EXITED,
			info.si_status);
}

static int by_pidfd(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0), ret;

	if (fd < 0)
		return complain("pidfd_open", pid, 0);
	ret = by_waitid(P_PIDFD, fd, 0);
	close(fd);
	return ret;
}

/* For one given child: the first three ways, which threads can share. */
static int wait_for(int way, pid_t pid)
{
	switch (way % 3) {
	case 0:
		return by_wait4(pid, 0);
	case 1:
		return by_waitid(P_PID, pid, 0);
	default:
		return by_pidfd(pid);
	}
}

static int wait_for_any(int way)
{
	switch (way % 4) {
	case 0:
		return by_wait4(-1, 0);
	case 1:
		return by_wait4(0, WUNTRACED | WCONTINUED);
	case 2:
		return by_waitid(P_ALL, 0, 0);
	default:
		return by_waitid(P_ALL, 0, WNOWAIT) || by_waitid(P_ALL, 0, 0);
	}
}

static void *wait_in_thread(void *arg)
{
	struct child *child = arg;

	return (void *)(long)wait_for(number + child->code, child->pid);
}

static int wait_in_threads(void)
{
	pthread_t thread[MAX_CHILDREN];
	int ret, i;

	for (i = 1; i < n_children; i++)
		if (pthread_create(&thread[i], NULL, wait_in_thread,
				   &children[i]))
			return complain("pthread_create", i, 0);
	ret = !!wait_in_thread(&children[0]);
	for (i = 1; i < n_children; i++) {
		void *failed;

		if (pthread_join(thread[i], &failed))
			return complain("pthread_join", i, 0);
		ret |= !!failed;
	}
	return ret;
}

static int wait_for_all(void)
{
	int way = number / 3, i, ret = 0;

	if (has_threads(number))
		return wait_in_threads();
	for (i = 0; i < n_children && !ret; i++)
		ret = number % 3 ? wait_for(way, children[i].pid) :
				   wait_for_any(way);
	return ret;
}

static int check_all_answered(void)
{
	int i;

	for (i = 0; i < n_children; i++)
		if (children[i].times != 1)
			return complain("never reported", children[i].pid, i);
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		return complain("more than there were", 0, 0);
	return 0;
}

/* Never returns. */
static void be_waiter(int release)
{
	int i;

	if (setpgid(0, 0))
		_exit(complain("setpgid", 0, 0));
	n_children = has_threads(number) ? 3 : 2;
	for (i = 0; i < n_children; i++) {
		children[i].code = 1 + (number * MAX_CHILDREN + i) % 200;
		children[i].pid = fork();
		if (children[i].pid < 0)
			_exit(complain("fork", i, 0));
		if (children[i].pid == 0)
			_exit(wait_for_release(release) ? 255 :
			      children[i].code);
	}
	_exit(wait_for_all() || check_all_answered());
}

static pid_t start_waiter(const int *release)
{
	pid_t pid = fork();

	if (pid == 0) {
		close(release[1]);
		be_waiter(release[0]);
	}
	return pid;
}

/* How many threads of a process are in wait4 or waitid. */
static int count_waiting(pid_t pid)
{
	struct dirent *entry;
	char path[320];
	int n = 0, nr;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		FILE *file;

		/* ".." would lead to a file of the same name. */
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/syscall", pid,
			 entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fscanf(file, "%d", &nr) == 1 &&
		    (nr == SYS_wait4 || nr == SYS_waitid))
			n++;
		fclose(file);
	}
	closedir(dir);
	return n;
}

/* /proc tells of a thread's system call only when it sleeps in it. */
static int wait_until_asleep(const pid_t *pid, int n)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	int i, waiting;

	for (i = 0; i < n; i++) {
		int want = has_threads(i) ? 3 : 1;

		while ((waiting = count_waiting(pid[i])) != want) {
			if (waiting < 0)
				return complain("a waiter is gone", i, pid[i]);
			nanosleep(&pause, NULL);
		}
	}
	return 0;
}

/* Each waiter once, and all of them content. */
static int collect(int n)
{
	int status, failed = 0, i;

	for (i = 0; i < n; i++) {
		if (wait(&status) < 0)
			return complain("waiter lost", i, 0);
		failed += status != 0;
	}
	if (failed)
		return complain("waiters failed", failed, n);
	if (wait(&status) != -1 || errno != ECHILD)
		return complain("a waiter too many", 0, 0);
	return 0;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 60;
	pid_t pid[n > 0 ? n : 1];
	int release[2];
	char line[16];

	if (signal(SIGALRM, on_alarm) == SIG_ERR)
		return complain("signal", 0, 0);
	if (pipe(release))
		return complain("pipe", 0, 0);
	for (number = 0; number < n; number++) {
		pid[number] = start_waiter(release);
		if (pid[number] < 0)
			return complain("fork", number, 0);
	}
	number = -1;
	close(release[0]);
	await("sleep of all calls");
	if (wait_until_asleep(pid, n))
		return 1;
	alarm(0);
	printf("asleep\n");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return complain("nobody to tell when", 0, 0);
	close(release[1]);
	await("end of all waiters");
	if (collect(n))
		return 1;
	printf("all answered\n");
	return 0;
}
