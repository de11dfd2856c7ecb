// SPDX-License-Identifier: GPL-2.0
/*
 * Run a command in a session of its own, for a limited time, and leave nothing
 * of it behind: whatever it makes has this process for a father once its own is
 * gone.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compare.h"

/* How long what a command leaves behind has to end, in seconds. */
#define GRACE		1

/* How long SIGKILL may take. */
#define KILL_TIME	10

static sigset_t waiting, before;
static struct sigaction child_before;

void launch_prepare(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM };
	struct sigaction action;
	size_t i;

	sigemptyset(&waiting);
	sigaddset(&waiting, SIGCHLD);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (!sigaction(signals[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(&waiting, signals[i]);
	sigprocmask(SIG_BLOCK, &waiting, &before);
	/* An ignored SIGCHLD would take the statuses away. */
	sigaction(SIGCHLD, &(struct sigaction) { .sa_handler = SIG_DFL }, &child_before);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void launch_restore(void)
{
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* --------------------------------------------------------- the processes */

/* proc(5): from behind the name, the 4th and the 22nd field of stat */
#define STAT_FORMAT	") %*c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s" \
			" %*s %*s %*s %*s %*s %*s %llu"

/* Is @pid a child of ours that is not older than the command? */
static bool is_left(const struct launch *launch, const char *pid)
{
	unsigned long long started = 0;
	char path[288], text[1024], *at;
	int parent = 0;
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	/* The name, in parentheses, may hold anything. */
	at = strrchr(text, ')');
	if (!at || sscanf(at, STAT_FORMAT, &parent, &started) != 2)
		return false;
	return parent == getpid() && started >= launch->started;
}

/* Send a signal, 0 for none, to our children; how many are there? */
static unsigned int signal_children(const struct launch *launch, int sig)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	unsigned int n = 0;

	if (!proc)
		return 0;
	while ((entry = readdir(proc))) {
		if (!isdigit(entry->d_name[0]) || !is_left(launch, entry->d_name))
			continue;
		n++;
		if (sig)
			kill(atoi(entry->d_name), sig);
	}
	closedir(proc);
	return n;
}

/* Has the command ended?  Then its status is known. */
static bool reap(struct launch *launch, bool ended)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != launch->pid)
			continue;
		launch->status = status;
		ended = true;
	}
	return ended;
}

/* ------------------------------------------------------------- the start */

static unsigned long long ticks_since_boot(void)
{
	struct timespec now;
	long per_second = sysconf(_SC_CLK_TCK);

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * per_second + now.tv_nsec / (1000000000 / per_second);
}

static int enrol(const struct launch_plan *plan)
{
	if (plan->device >= 0)
		return enroll_through(plan->device, plan->policy, plan->shadow);
	return plan->policy->base == ALTWAIT_POLICY_STOCK ? dismiss_self() :
	       enroll_self(plan->policy, plan->shadow);
}

/* In the child: everything but the wait calls is as for anybody's command. */
static void become_command(int go, int failed, const struct launch_plan *plan)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int status = EXIT_RUN_FAILED;
	char byte = 0;

	setsid();
	dup2(null, STDIN_FILENO);
	dup2(plan->output, STDOUT_FILENO);
	/* Nothing to read: the father is gone, or has given up. */
	if (read(go, &byte, 1) != 1)
		_exit(EXIT_RUN_FAILED);
	if (!enrol(plan)) {
		dup2(plan->output, STDERR_FILENO);
		sigaction(SIGCHLD, &child_before, NULL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		status = become(plan->command);
	}
	if (write(failed, &byte, 1) < 0)
		status = EXIT_RUN_FAILED;
	_exit(status);
}

int launch_start(struct launch *launch, const struct launch_plan *plan)
{
	int go[2] = { -1, -1 }, failed[2] = { -1, -1 };

	*launch = (struct launch) { .pid = -1, .started = ticks_since_boot() };
	if (!pipe2(go, O_CLOEXEC) && !pipe2(failed, O_CLOEXEC))
		launch->pid = fork();
	if (launch->pid == 0) {
		close(go[1]);
		become_command(go[0], failed[1], plan);
	}
	launch->go = go[1];
	launch->failed = failed[0];
	if (launch->pid < 0)
		fprintf(stderr, "altwait: cannot make a process: %s\n", strerror(errno));
	close(go[0]);
	close(failed[1]);
	return launch->pid < 0 ? -1 : 0;
}

/* ---------------------------------------------------------- until the end */

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/*
 * Until a child changes, a signal asks us to end, or a tenth of a second is
 * over: who has moved to us does not announce it.
 */
static bool asked_to_end(void)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	int sig = sigtimedwait(&waiting, NULL, &pause);

	if (sig < 0 || sig == SIGCHLD)
		return false;
	/* For launch_restore(): then it ends us. */
	raise(sig);
	return true;
}

enum launch_end launch_wait(struct launch *launch, unsigned int seconds)
{
	double end = seconds_now() + seconds;
	bool ended = false, was_ended;
	char byte = 0;

	if (write(launch->go, &byte, 1) != 1 || read(launch->failed, &byte, 1) != 0)
		return LAUNCH_FAILED;
	for (;;) {
		was_ended = ended;
		ended = reap(launch, ended);
		if (ended && !was_ended)
			end = seconds_now() + GRACE;
		if (ended && !signal_children(launch, 0))
			return LAUNCH_ENDED;
		if (seconds_now() >= end)
			return ended ? LAUNCH_LEFT : LAUNCH_HUNG;
		if (asked_to_end())
			return LAUNCH_SIGNAL;
	}
}

bool launch_kill(struct launch *launch)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	double end = seconds_now() + KILL_TIME;

	if (launch->pid > 0)
		kill(-launch->pid, SIGKILL);
	for (;;) {
		if (!signal_children(launch, SIGKILL))
			break;
		reap(launch, true);
		if (seconds_now() >= end)
			break;
		nanosleep(&pause, NULL);
	}
	close(launch->go);
	close(launch->failed);
	return seconds_now() < end;
}
