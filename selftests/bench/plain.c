// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of a process with one thread that traces nobody.
 */
#include <sys/epoll.h>
#include <sys/prctl.h>

#include "bench.h"

void getppid_(void)
{
	tell("getppid", BEST_AMONG(20, (void)0, syscall(SYS_getppid), (void)0));
}

void echild(void)
{
	tell("echild", BEST_AMONG(20, (void)0, EXPECT(wait4_(-1, WNOHANG), -1), (void)0));
}

static void none(void)
{
	tell("wait_any_none", BEST_AMONG(6, (void)0, EXPECT(wait4_(-1, WNOHANG), 0), (void)0));
	/* All are in the caller's group. */
	tell("wait_pgid_none", BEST_AMONG(6, (void)0, EXPECT(wait4_(0, WNOHANG), 0), (void)0));
}

/*
 * A subreaper with one child, beside N processes that are not its children: among those
 * it could have been given a child.
 */
static void subreaper_none(void)
{
	unsigned int before = n_marked;
	pid_t subreaper, pid;
	int status;

	/* Else it is told twice. */
	fflush(stdout);
	subreaper = fork();
	if (!subreaper) {
		EXPECT(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
		pid = fork();
		if (!pid)
			pause();
		tell("subreaper_none",
		     BEST_AMONG(6, (void)0, EXPECT(wait4_(-1, WNOHANG), 0), (void)0));
		fflush(stdout);
		kill(pid, SIGKILL);
		_exit(n_marked - before);
	}
	EXPECT(wait4(subreaper, &status, 0, NULL), subreaper);
	told_by_child(WEXITSTATUS(status));
}

static void look_at_any(void)
{
	EXPECT(waitid_(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT), 0);
}

/* Its pidfd. */
static int end_watched(unsigned int i)
{
	int fd;

	begin(i);
	fd = syscall(SYS_pidfd_open, kids[i].pid, 0);
	end(i);
	return fd;
}

/* The youngest has ended: the last that stock asks. */
static void ready(void)
{
	unsigned int last = n - 1;
	pid_t pid;
	int fd;

	end(last);
	tell("waitid_nowait", BEST_AMONG(6, (void)0, look_at_any(), (void)0));
	wait4_(kids[last].pid, 0);
	tell("wait_any_ready", BEST_AMONG(6, (begin(last), end(last)), pid = wait4_(-1, 0),
					  EXPECT(pid, kids[last].pid)));
	tell("wait_pid_ready", BEST_AMONG(6, (begin(last), end(last)),
					  pid = wait4_(kids[last].pid, 0),
					  EXPECT(pid, kids[last].pid)));
	tell("waitid_pidfd_ready", BEST_AMONG(6, fd = end_watched(last),
					      EXPECT(waitid_(P_PIDFD, fd, WEXITED), 0),
					      close(fd)));
	begin(last);
}

static void vfork_exit(void)
{
	if (!vfork())
		_exit(0);
}

void fork_exit_wait(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	EXPECT(wait4_(pid, 0), pid);
}

static void forks(void)
{
	tell("fork_exit", BEST_AMONG(6, (void)0, vfork_exit(), wait4_(-1, 0)));
	tell("fork_exit_wait", BEST_AMONG(6, (void)0, fork_exit_wait(), (void)0));
}

/* Thousands of children take their time to make: the same for all of these. */
void beside_all(void)
{
	begin_all();
	none();
	ready();
	forks();
	subreaper_none();
	end_all();
	reap_all();
}

/* Each is reaped as soon as it has ended, among those that still live. */
static unsigned long reap_each(void)
{
	unsigned long from, cost = 0;
	unsigned int i;
	pid_t pid;

	for (i = 0; i < n; i++) {
		end(order[i]);
		from = __rdtsc();
		pid = wait4_(-1, 0);
		cost += __rdtsc() - from;
		EXPECT(pid, kids[order[i]].pid);
	}
	EXPECT(wait4_(-1, 0), -1);
	return cost;
}

void reap_all_random(void)
{
	unsigned long cost, best = ULONG_MAX;
	unsigned int i;

	for (i = 0; i < tries(); i++) {
		begin_all();
		shuffle();
		cost = reap_each();
		if (cost < best)
			best = cost;
	}
	tell("reap_all_random", best / n);
}

/* What a program would do on stock that wants no walk. */
static void watch_all(int poll)
{
	struct epoll_event e = { .events = EPOLLIN };
	unsigned int i;

	for (i = 0; i < n; i++) {
		e.data.fd = syscall(SYS_pidfd_open, kids[i].pid, 0);
		if (e.data.fd < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, e.data.fd, &e))
			err(1, "pidfd %u", i);
	}
}

static unsigned long reap_watched(int poll)
{
	unsigned long from, cost = 0;
	struct epoll_event e;
	unsigned int i;

	for (i = 0; i < n; i++) {
		end(order[i]);
		from = __rdtsc();
		epoll_wait(poll, &e, 1, -1);
		waitid_(P_PIDFD, e.data.fd, WEXITED);
		close(e.data.fd);
		cost += __rdtsc() - from;
	}
	EXPECT(wait4_(-1, 0), -1);
	return cost;
}

void pidfd_epoll_reap(void)
{
	int poll = epoll_create1(EPOLL_CLOEXEC);
	unsigned long cost, best = ULONG_MAX;
	unsigned int i;

	for (i = 0; i < tries(); i++) {
		begin_all();
		watch_all(poll);
		shuffle();
		cost = reap_watched(poll);
		if (cost < best)
			best = cost;
	}
	tell("pidfd_epoll_reap", best / n);
	close(poll);
}
