// SPDX-License-Identifier: GPL-2.0
/*
 * One run of the command that altwait bisect is about.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trial.h"

/* FNV-1a of what is in a file; one that cannot be read is one that is empty. */
static __u64 digest_of(int fd)
{
	__u64 digest = 0xcbf29ce484222325;
	unsigned char buffer[4096];
	ssize_t n, i;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		for (i = 0; i < n; i++)
			digest = (digest ^ buffer[i]) * 0x100000001b3;
	return digest;
}

/* Run a command to its end, and kill what is left of it. */
static enum trial_end run(const struct launch_plan *plan, unsigned int seconds,
			  struct ending *ending)
{
	enum launch_end end = LAUNCH_FAILED;
	struct launch launch;

	if (launch_start(&launch, plan))
		return TRIAL_TROUBLE;
	end = launch_wait(&launch, seconds);
	if (!launch_kill(&launch)) {
		fprintf(stderr, "altwait: a process of the command survives SIGKILL\n");
		return TRIAL_TROUBLE;
	}
	if (end == LAUNCH_FAILED)
		return TRIAL_TROUBLE;
	ending->hung = end == LAUNCH_HUNG;
	ending->status = ending->hung ? 0 : launch.status;
	return end == LAUNCH_SIGNAL ? TRIAL_STOPPED : TRIAL_DONE;
}

/* What a shell would have as $?, 124 for a hang, as timeout(1) has it. */
static int shell_status(const struct ending *ending)
{
	if (ending->hung)
		return EXIT_VERDICT;
	return WIFEXITED(ending->status) ? WEXITSTATUS(ending->status) :
	       128 + WTERMSIG(ending->status);
}

/* The script's word counts in place of the run's own. */
static enum trial_end ask_script(const struct subject *subject, int output,
				 struct ending *ending)
{
	char *command[4] = { "/bin/sh", "-c", (char *)subject->script, NULL };
	const struct policy stock = { .base = ALTWAIT_POLICY_STOCK };
	const struct launch_plan plan = {
		.policy = &stock, .device = -1, .output = STDERR_FILENO,
		.command = command,
	};
	char status[16], path[64];

	snprintf(status, sizeof(status), "%d", shell_status(ending));
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), output);
	setenv("ALTWAIT_STATUS", status, 1);
	setenv("ALTWAIT_OUTPUT", path, 1);
	ending->digest = 0;
	return run(&plan, subject->seconds, ending);
}

/* Stock answers waits by io_uring, whatever the policy: a run with any tells nothing of it. */
static enum trial_end look_at_rings(const struct subject *subject, int device,
				    struct ending *ending)
{
	struct altwait_counters c = { .size = sizeof(c) };

	if (count_uring(device, &ending->uring))
		return TRIAL_TROUBLE;
	if (subject->allow_uring)
		return TRIAL_DONE;
	print_uring(ending->uring, false);
	if (ending->uring || device_request(device, ALTWAIT_COUNTERS, &c) || !sees_uring(&c))
		return TRIAL_TROUBLE;
	return TRIAL_DONE;
}

/* A run under a policy, enrolled through a file of its own where none is given. */
static enum trial_end run_enrolled(const struct subject *subject, struct launch_plan *plan,
				   struct ending *ending)
{
	int device = plan->device;
	enum trial_end end;

	if (device < 0)
		plan->device = device_open();
	if (plan->device < 0) {
		explain(REQUEST_OPEN, plan->device, "open %s", device_path);
		return TRIAL_TROUBLE;
	}
	end = run(plan, subject->seconds, ending);
	if (end == TRIAL_DONE)
		end = look_at_rings(subject, plan->device, ending);
	if (device < 0)
		close(plan->device);
	return end;
}

enum trial_end trial_run(const struct subject *subject, const struct policy *policy,
			 int shadow, struct ending *ending)
{
	struct launch_plan plan = {
		.policy = policy, .shadow = shadow >= 0, .device = shadow,
		.output = memfd_create("output", MFD_CLOEXEC),
		.command = subject->command,
	};
	enum trial_end end;

	*ending = (struct ending) { 0 };
	if (plan.output < 0) {
		fprintf(stderr, "altwait: no file for the output: %s\n", strerror(errno));
		return TRIAL_TROUBLE;
	}
	if (policy->base == ALTWAIT_POLICY_STOCK)
		end = run(&plan, subject->seconds, ending);
	else
		end = run_enrolled(subject, &plan, ending);
	ending->digest = digest_of(plan.output);
	if (end == TRIAL_DONE && subject->script)
		end = ask_script(subject, plan.output, ending);
	close(plan.output);
	return end;
}

void print_ending(FILE *to, const struct ending *ending)
{
	if (ending->hung)
		fprintf(to, "does not end");
	else
		print_status(to, ending->status);
}
