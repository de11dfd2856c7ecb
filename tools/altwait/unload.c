// SPDX-License-Identifier: GPL-2.0
/*
 * For whom an unload of the module would wait.
 *
 * It ends with synchronize_rcu_tasks(), which on 6.1 waits for all that exit.  The
 * init of a pid namespace, enrolled or not, does so for as long as a process of its
 * namespace is held: by a tracer in PTRACE_EVENT_EXIT, say.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "altwait.h"

#define WAITS_IN	"zap_pid_ns_processes"

/* Does a thread wait there?  Its stack is root's to read. */
static bool is_waiting(const char *pid, const char *tid)
{
	char path[64], line[256];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.12s/task/%.12s/stack", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f))
		found = strstr(line, WAITS_IN);
	fclose(f);
	return found;
}

static void print_one(const char *pid)
{
	char path[64], comm[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.12s/comm", pid);
	f = fopen(path, "re");
	if (f) {
		if (fgets(comm, sizeof(comm), f))
			comm[strcspn(comm, "\n")] = '\0';
		fclose(f);
	}
	printf("%-11s would wait for %s (%s), a pid namespace's init that waits for others\n",
	       "unload", pid, comm);
}

static bool has_waiting_thread(const char *pid)
{
	const struct dirent *thread;
	bool found = false;
	char path[64];
	DIR *threads;

	snprintf(path, sizeof(path), "/proc/%.12s/task", pid);
	threads = opendir(path);
	if (!threads)
		return false;
	while (!found && (thread = readdir(threads)))
		found = isdigit((unsigned char)thread->d_name[0]) &&
			is_waiting(pid, thread->d_name);
	closedir(threads);
	return found;
}

/* Names the processes for which rmmod would wait, a line each. */
void print_unload(void)
{
	const struct dirent *process;
	DIR *proc = opendir("/proc");

	if (!proc)
		return;
	while ((process = readdir(proc)))
		if (isdigit((unsigned char)process->d_name[0]) &&
		    has_waiting_thread(process->d_name))
			print_one(process->d_name);
	closedir(proc);
}
