// SPDX-License-Identifier: GPL-2.0
/*
 * For whom an unload of the module would wait.
 *
 * For calls that are on their way: a moment.  One that reads or writes user memory
 * may wait there for a page which another task serves, when it likes: userfaultfd,
 * FUSE.  Such a call has a page fault above the module in its stack.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "altwait.h"

/* Does a thread wait there?  Its stack is root's to read. */
static bool is_waiting(const char *pid, const char *tid)
{
	bool faults = false, inside = false;
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.12s/task/%.12s/stack", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!inside && fgets(line, sizeof(line), f)) {
		faults = faults || strstr(line, "page_fault");
		inside = faults && strstr(line, "[altwait]");
	}
	fclose(f);
	return inside;
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
	printf("%-11s would wait for %s (%s), a call of which waits for user memory\n",
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
