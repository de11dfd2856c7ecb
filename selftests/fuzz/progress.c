// SPDX-License-Identifier: GPL-2.0
/* How far an actor is with what it was asked for. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "play.h"

/* A twin's sleep that takes longer waits for other threads, wherever that is. */
#define THREADS_MS	5000

static noreturn void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

__u64 progress_now_ms(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t))
		die("clock_gettime");
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

/*
 * Of the tasks of a play, their files in /proc, which stay open: to find one again takes
 * longer than to read it, and that is done all the time.  A task that is no more cannot be
 * read, whoever has its number then.
 */
static struct file {
	__s32	tgid;
	__s32	tid;
	int	fd;
} files[64];

static void forget(struct file *f)
{
	if (f->tid)
		close(f->fd);
	f->tid = 0;
}

/* Before a play: no file is of a task of another one. */
void progress_begin(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		forget(&files[i]);
}

/* Returns -1 if there is no such task. */
static int file_of(__s32 tgid, __s32 tid)
{
	struct file *f = &files[tid % (sizeof(files) / sizeof(*files))];
	char path[64];
	int fd;

	if (f->tid == tid && f->tgid == tgid)
		return f->fd;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tgid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ESRCH))
		return -1;
	if (fd < 0)
		die(path);
	forget(f);
	*f = (struct file){ tgid, tid, fd };
	return fd;
}

/* As in /proc/PID/stat, or X for one that is not there any more. */
static char state_of(__s32 tgid, __s32 tid)
{
	int fd = file_of(tgid, tid);
	char stat[256], *end;
	ssize_t n;

	if (fd < 0)
		return 'X';
	n = pread(fd, stat, sizeof(stat) - 1, 0);
	if (n < 0 && errno != ESRCH)
		die("/proc");
	if (n <= 0)
		return 'X';
	stat[n] = 0;
	end = strrchr(stat, ')');
	return end && end[1] ? end[2] : 'X';
}

/*
 * A thread that executes goes on as its leader: its own number is nobody's from then on,
 * until the program says who it is, and then that it is done.
 */
char progress_state(const struct actor *a)
{
	char state;

	if (!a->tid)
		return 'X';
	state = state_of(a->tgid, a->tid);
	if (progress_is_dead(state) && a->op.kind == OP_EXEC && !progress_has_done(a))
		return state_of(a->tgid, a->tgid);
	return state;
}

bool progress_is_dead(char state)
{
	return state == 'Z' || state == 'X';
}

bool progress_has_done(const struct actor *a)
{
	return __atomic_load_n(&a->done, __ATOMIC_ACQUIRE) ==
	       __atomic_load_n(&a->asked, __ATOMIC_RELAXED);
}

/*
 * An execve() for other threads to go, a death by a signal that dumps core for them to
 * stop, and they for the dump; each function may be a part of who calls it.
 */
static bool waits_for_threads(const struct actor *a)
{
	static const char *const where[] = {
		"de_thread", "begin_new_exec", "coredump_wait", "do_coredump",
		"coredump_task_exit", "do_exit",
	};
	char path[64], text[64] = "";
	unsigned int i;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/wchan", a->tgid, a->tid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(text, sizeof(text), f))
		text[0] = 0;
	fclose(f);
	for (i = 0; i < sizeof(where) / sizeof(*where); i++)
		if (!strcmp(text, where[i]))
			return true;
	return false;
}

/*
 * May a sleep of this actor be what it was asked for?  execve() is over when all
 * other threads are, and those that are traced end when their tracer has waited.
 * For the same reason the end of a pid namespace's init may take long: it waits for
 * all others in it, and their tracers may be outside.  And an attach waits for an
 * execve() of its target.
 */
static bool may_sleep(const struct actor *a, char state, __u64 since)
{
	struct call c;

	if (state == 'D' && script_twin)
		return waits_for_threads(a) || progress_now_ms() - since > THREADS_MS;
	if (state == 'D' && a->op.kind == OP_EXEC)
		return true;
	if (state == 'S' && a->nested &&
	    (a->op.kind == OP_EXIT || a->op.kind == OP_EXIT_GROUP))
		return true;
	if (state == 'S' && (a->op.kind == OP_ATTACH || a->op.kind == OP_SEIZE))
		return true;
	if (state != 'S' || !script_has_calls(&a->op))
		return false;
	/* Of twins, whoever sleeps when we look does so until somebody wakes it. */
	if (script_twin)
		return true;
	script_call(&a->op, a->at, &c);
	return !(c.options & WNOHANG) && c.id_kind != ID_NONBLOCK;
}

/*
 * Until a has done what it was asked for, is dead, stopped, or asleep where it may
 * be.  Returns false if it takes too long.
 */
bool progress_await(const struct actor *a)
{
	__u64 start = progress_now_ms();
	unsigned int tries = 0;
	__u32 done;
	char state;

	for (;;) {
		done = __atomic_load_n(&a->done, __ATOMIC_ACQUIRE);
		if (progress_has_done(a))
			return true;
		/* Of twins, whoever can go on has done so before we can. */
		if (!script_twin || tries++)
			futex_wait((__u32 *)&a->done, done, 2);
		if (progress_has_done(a))
			return true;
		state = progress_state(a);
		if (progress_is_dead(state) || state == 'T' || state == 't' ||
		    may_sleep(a, state, start))
			return true;
		if (progress_now_ms() - start > DEADLINE_MS)
			return false;
	}
}

/*
 * Until whatever has been done to a has happened: it sleeps, or is no more.  Returns its
 * state then, or 0 if it takes too long.
 */
char progress_settle(const struct actor *a)
{
	__u64 start = 0;
	char state;

	if (!a->tid)
		return 'X';
	for (;;) {
		state = progress_state(a);
		if (state != 'R' && state != 'D')
			return state;
		if (!start)
			start = progress_now_ms();
		if (state == 'D' && may_sleep(a, state, start))
			return state;
		if (progress_now_ms() - start > DEADLINE_MS)
			return 0;
		sched_yield();
	}
}
