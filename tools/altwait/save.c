// SPDX-License-Identifier: GPL-2.0
/*
 * Both runs' traces in files: a second instance beside that of events.c, which is read
 * up there and has no time. trace-cmd itself writes them: libtracecmd, in its public
 * header, reads only.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "instance.h"
#include "save.h"

/* One for both runs, so that trace-cmd report can merge them; CLOCK_MONOTONIC. */
#define CLOCK	"mono"

#define RUNS	2

static const struct {
	const char *system;
	const char *name;
} sources[] = {
	{ "altwait", NULL },
	{ "signal", NULL },
	{ "syscalls", "sys_enter_wait4" },
	{ "syscalls", "sys_exit_wait4" },
	{ "syscalls", "sys_enter_waitid" },
	{ "syscalls", "sys_exit_waitid" },
	{ "sched", "sched_switch" },
	{ "sched", "sched_waking" },
	{ "sched", "sched_process_fork" },
	{ "sched", "sched_process_exec" },
	{ "sched", "sched_process_exit" },
	{ "sched", "sched_process_wait" },
	{ "task", "task_newtask" },
};

/**
 * struct save - what is kept of two runs
 * @dir: where
 * @made: the directory was not there before
 * @finished: all is written
 * @buffer_kb: room for each processor
 * @kept: how many are written
 * @runs: their files
 * @json: both, for Perfetto
 * @instance: that records the present run, or NULL
 */
struct save {
	const char *dir;
	bool made;
	bool finished;
	unsigned int buffer_kb;
	unsigned int kept;
	struct saved_run runs[RUNS];
	char *json;
	struct tracefs_instance *instance;
};

/* ------------------------------------------------------------ the directory */

static bool is_self(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Nothing is there that could be overwritten, and what is there later is ours. */
static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	bool empty = true;

	if (!d)
		return false;
	while (empty && (entry = readdir(d)))
		empty = is_self(entry->d_name);
	closedir(d);
	if (!empty)
		errno = ENOTEMPTY;
	return empty;
}

static bool claim(struct save *save)
{
	save->made = !mkdir(save->dir, 0777);
	if (save->made || (errno == EEXIST && is_empty(save->dir)))
		return true;
	fprintf(stderr, "altwait: cannot save in %s: %s\n", save->dir, strerror(errno));
	fprintf(stderr, "Hint: name a directory that is not there yet, or empty.\n");
	return false;
}

/* What trace-cmd has left of a file that it did not finish is there, too. */
static void disclaim(const struct save *save)
{
	DIR *d = opendir(save->dir);
	struct dirent *entry;
	bool left = !d;

	while (d && (entry = readdir(d)))
		if (!is_self(entry->d_name))
			left |= unlinkat(dirfd(d), entry->d_name, 0) != 0;
	if (d)
		closedir(d);
	if (save->made)
		left |= rmdir(save->dir) != 0;
	if (left)
		trace_fail("remove all that was saved", NULL);
	fprintf(stderr, "altwait: nothing is saved in %s\n", save->dir);
}

/* Is there such a program?  It is asked before the command runs. */
static bool have_program(const char *name)
{
	char *path = need(strdup(getenv("PATH") ?: "/usr/sbin:/usr/bin")), *rest = path;
	const char *dir;
	bool have = false;
	char *file;

	while (!have && (dir = strsep(&rest, ":"))) {
		if (asprintf(&file, "%s/%s", *dir ? dir : ".", name) < 0)
			file = NULL;
		have = !access(need(file), X_OK);
		free(file);
	}
	free(path);
	return have;
}

static char *path_of(const struct save *save, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", save->dir, name) < 0)
		path = NULL;
	return need(path);
}

struct save *save_open(const char *dir, unsigned int buffer_kb)
{
	struct save *save;

	if (!have_program("trace-cmd")) {
		fprintf(stderr, "altwait: cannot save: there is no trace-cmd\n"
			"Hint: install the package trace-cmd; it writes the files.\n");
		return NULL;
	}
	save = need(calloc(1, sizeof(*save)));
	save->dir = dir;
	save->buffer_kb = buffer_kb;
	if (!claim(save)) {
		free(save);
		return NULL;
	}
	save->runs[0].dat = path_of(save, "stock.dat");
	save->runs[1].dat = path_of(save, "policy.dat");
	save->json = path_of(save, "perfetto.json");
	return save;
}

/* --------------------------------------------------------------- the traces */

int save_prepare(struct save *save)
{
	static const char * const kind[RUNS] = { "stock", "policy" };
	size_t i;

	if (!save)
		return 0;
	save->instance = instance_open(kind[save->kept], CLOCK, save->buffer_kb);
	for (i = 0; save->instance && i < ARRAY_SIZE(sources); i++)
		if (instance_add(save->instance, sources[i].system, sources[i].name))
			return -1;
	return save->instance ? 0 : -1;
}

int save_begin(struct save *save, pid_t pid)
{
	return save ? instance_begin(save->instance, pid) : 0;
}

void save_stop(struct save *save)
{
	struct timespec now;

	if (!save)
		return;
	tracefs_trace_off(save->instance);
	clock_gettime(CLOCK_MONOTONIC, &now);
	save->runs[save->kept].ended = now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Run a program, its standard output away, its standard error in @said. */
static int run_program(char *const *argv, FILE *said)
{
	posix_spawn_file_actions_t files;
	int status = -1, err;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, fileno(said), STDERR_FILENO);
	err = posix_spawnp(&pid, argv[0], &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	if (err)
		fprintf(said, "%s\n", strerror(err));
	else if (waitpid(pid, &status, 0) < 0)
		status = -1;
	return status;
}

static void copy_lines(FILE *from)
{
	char line[512];

	rewind(from);
	while (fgets(line, sizeof(line), from))
		fprintf(stderr, "  %s", line);
}

/* An instance in a file has a name, by which trace-cmd report and KernelShark show it. */
static int extract(struct save *save, const char *file)
{
	char name[64];
	char *argv[] = { "trace-cmd", "extract", "-B", name, "-o", (char *)file, NULL };
	FILE *said = need(tmpfile());
	int status;

	snprintf(name, sizeof(name), "%s", tracefs_instance_get_name(save->instance));
	status = run_program(argv, said);
	if (status) {
		fprintf(stderr, "altwait: trace-cmd cannot write %s; it says:\n", file);
		copy_lines(said);
	}
	fclose(said);
	return status ? -1 : 0;
}

int save_keep(struct save *save)
{
	unsigned long long lost;
	struct saved_run *run;
	int err;

	if (!save)
		return 0;
	run = &save->runs[save->kept++];
	lost = instance_lost(save->instance);
	if (lost) {
		fprintf(stderr, "altwait: the trace to save lost %llu events\n"
			"Hint: give a larger --buffer; it was %u KiB for each processor.\n",
			lost, save->buffer_kb);
		return -1;
	}
	run->n = instance_sum(save->instance, "entries");
	err = extract(save, run->dat);
	instance_close(save->instance);
	save->instance = NULL;
	return err;
}

/* ------------------------------------------------------------------ the end */

int save_finish(struct save *save, const struct side sides[2])
{
	if (!save)
		return 0;
	if (perfetto_write(save->json, save->runs, sides))
		return -1;
	save->finished = true;
	fprintf(stderr, "altwait: both traces are in %s: stock.dat, policy.dat, perfetto.json\n",
		save->dir);
	return 0;
}

void save_close(struct save *save)
{
	size_t i;

	if (!save)
		return;
	instance_close(save->instance);
	if (!save->finished)
		disclaim(save);
	for (i = 0; i < RUNS; i++)
		free(save->runs[i].dat);
	free(save->json);
	free(save);
}
