// SPDX-License-Identifier: GPL-2.0
/*
 * The stage: plays a script.
 *
 * It is the parent of the tree's root, not enrolled, and the subreaper that gets
 * whoever is left.  It judges nothing: it asks the module for the verdicts.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/device.h"
#include "play.h"

/* An operation that takes longer is stuck: emulated machines are slow. */
#define DEADLINE_MS	60000

static int fd_of_shared = -1;

static noreturn void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

int shared_fd(void)
{
	return fd_of_shared;
}

/* Its file outlives an actor's exec. */
struct shared *shared_make(void)
{
	struct shared *sh;

	fd_of_shared = memfd_create("fuzz", 0);
	if (fd_of_shared < 0 || ftruncate(fd_of_shared, sizeof(*sh)))
		die("memfd");
	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED,
		  fd_of_shared, 0);
	if (sh == MAP_FAILED)
		die("mmap");
	return sh;
}

static __u64 now_ms(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t))
		die("clock_gettime");
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

/* ----------------------------------------------------------- who is how far */

/* As in /proc/PID/stat, or X for one that is not there any more. */
static char state_of(const struct actor *a)
{
	char path[64], stat[256], *end;
	ssize_t n;
	int fd;

	if (!a->tid)
		return 'X';
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", a->tgid, a->tid);
	fd = open(path, O_RDONLY);
	if (fd < 0 && (errno == ENOENT || errno == ESRCH))
		return 'X';
	if (fd < 0)
		die(path);
	n = read(fd, stat, sizeof(stat) - 1);
	if (n < 0 && errno != ESRCH)
		die(path);
	close(fd);
	if (n <= 0)
		return 'X';
	stat[n] = 0;
	end = strrchr(stat, ')');
	return end && end[1] ? end[2] : 'X';
}

static bool is_dead(char state)
{
	return state == 'Z' || state == 'X';
}

static bool has_done(const struct actor *a)
{
	return __atomic_load_n(&a->done, __ATOMIC_ACQUIRE) ==
	       __atomic_load_n(&a->asked, __ATOMIC_RELAXED);
}

/*
 * May a sleep of this actor be what it was asked for?  execve() is over when all
 * other threads are, and those that are traced end when their tracer has waited.
 * For the same reason the end of a pid namespace's init may take long: it waits for
 * all others in it, and their tracers may be outside.  And an attach waits for an
 * execve() of its target.
 */
static bool may_sleep(const struct actor *a, char state)
{
	struct call c;

	if (state == 'D' && a->op.kind == OP_EXEC)
		return true;
	if (state == 'S' && a->nested &&
	    (a->op.kind == OP_EXIT || a->op.kind == OP_EXIT_GROUP))
		return true;
	if (state == 'S' && (a->op.kind == OP_ATTACH || a->op.kind == OP_SEIZE))
		return true;
	if (state != 'S' || a->op.kind != OP_WAIT)
		return false;
	script_call(&a->op, a->at, &c);
	return !(c.options & WNOHANG) && c.id_kind != ID_NONBLOCK;
}

/*
 * Until a has done what it was asked for, is dead, stopped, or asleep where it may
 * be.  Returns false if it takes too long.
 */
static bool await(const struct actor *a)
{
	__u64 start = now_ms();
	__u32 done;
	char state;

	for (;;) {
		done = __atomic_load_n(&a->done, __ATOMIC_ACQUIRE);
		if (has_done(a))
			return true;
		futex_wait((__u32 *)&a->done, done, 2);
		if (has_done(a))
			return true;
		state = state_of(a);
		if (is_dead(state) || state == 'T' || state == 't' ||
		    may_sleep(a, state))
			return true;
		if (now_ms() - start > DEADLINE_MS)
			return false;
	}
}

/* Until whatever has been done to a has happened: it sleeps, or is no more. */
static bool settle(const struct actor *a)
{
	__u64 start = now_ms();
	char state;

	if (!a->tid)
		return true;
	for (;;) {
		state = state_of(a);
		if (state != 'R' && (state != 'D' || may_sleep(a, state)))
			return true;
		if (now_ms() - start > DEADLINE_MS)
			return false;
		sched_yield();
	}
}

/* ------------------------------------------------------------ the operations */

static bool makes_task(const struct op *op)
{
	return op->kind == OP_FORK || op->kind == OP_NAMESPACE ||
	       op->kind == OP_THREAD;
}

static bool acts_on_other(const struct op *op)
{
	return op->kind == OP_KILL || op->kind == OP_TGKILL ||
	       op->kind == OP_ATTACH || op->kind == OP_SEIZE ||
	       op->kind == OP_RESUME;
}

/* Is nobody there, nor may anybody come? */
static bool is_free(const struct shared *sh, const struct actor *a)
{
	const struct actor *maker = a->maker ? &sh->actors[a->maker - 1] : NULL;

	if (a->tid)
		return is_dead(state_of(a));
	if (!maker)
		return true;
	if (sh->results[a->number].done)
		return sh->results[a->number].ret < 0;
	return is_dead(state_of(maker));
}

/* Room for a new actor: at op->other, or the next one that is free. */
static int find_room(const struct shared *sh, const struct op *op)
{
	unsigned int i, at;

	for (i = 0; i < MAX_ACTORS; i++) {
		at = (op->other + i) % MAX_ACTORS;
		if (at && is_free(sh, &sh->actors[at]))
			return at;
	}
	return -1;
}

/* One that does not listen is helped, or killed. */
static int poke(const struct actor *a, const struct op *op, char state, bool root)
{
	__u64 word = op->word ^ 0x706f6b65;
	int sig = state == 'T' ? SIGCONT : SIGUSR1;

	if (!pick(&word, 3))
		return 0;
	if (state == 't')
		sig = root || pick(&word, 4) ? SIGCONT : SIGKILL;
	syscall(SYS_tgkill, a->tgid, a->tid, sig);
	return sig;
}

/* A new actor has begun, or its first stop or its death keeps it from that. */
static bool await_new(const struct shared *sh, unsigned int i)
{
	const struct actor *a = &sh->actors[i];
	__u64 start = now_ms();

	while (!__atomic_load_n(&a->tid, __ATOMIC_ACQUIRE)) {
		if (now_ms() - start > DEADLINE_MS)
			return false;
		sched_yield();
	}
	return settle(a);
}

/* Returns false if somebody is stuck. */
static bool play(struct shared *sh, const struct op *op, unsigned int number)
{
	struct actor *a = &sh->actors[op->actor];
	int room = op->other;
	char state;

	if (!a->tid)
		return true;
	if (!has_done(a)) {
		state = state_of(a);
		if (!is_dead(state))
			sh->results[number].poked = poke(a, op, state, !op->actor);
		return is_dead(state) || settle(a);
	}
	if (makes_task(op)) {
		room = find_room(sh, op);
		if (room < 0 || (a->nested && op->kind == OP_NAMESPACE))
			return true;
		sh->actors[room] = (struct actor){
			.maker = op->actor + 1,
			.number = number,
		};
	}
	sh->results[number].other = room;
	a->op = *op;
	a->op.other = room;
	a->number = number;
	a->at = op->first;
	__atomic_store_n(&a->asked, a->asked + 1, __ATOMIC_RELEASE);
	futex_wake(&a->asked);
	if (op->loose)
		return true;
	if (!await(a))
		return false;
	if (makes_task(op) && has_done(a) && !a->nested &&
	    op->kind != OP_NAMESPACE && sh->actors[room].tid)
		return await_new(sh, room);
	return !acts_on_other(op) || settle(&sh->actors[op->other]);
}

/* ---------------------------------------------------------------- the round */

static void kill_children(void)
{
	char path[64];
	FILE *f;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", gettid());
	f = fopen(path, "r");
	if (!f)
		die(path);
	while (fscanf(f, "%d", &pid) == 1)
		if (kill(pid, SIGKILL) && errno != ESRCH)
			die("kill");
	fclose(f);
}

/* Whoever dies hands its children on to us.  Returns false if one does not die. */
static bool sweep(void)
{
	__u64 start = now_ms();

	for (;;) {
		kill_children();
		while (waitpid(-1, NULL, __WALL | WNOHANG) > 0)
			continue;
		if (errno == ECHILD)
			return true;
		if (now_ms() - start > DEADLINE_MS)
			return false;
		poll(NULL, 0, 1);
	}
}

/* The root, which waits for its first operation until it is enrolled. */
static void begin(struct shared *sh, int device)
{
	pid_t pid;

	memset(sh->actors, 0, sizeof(sh->actors));
	memset(sh->results, 0, sizeof(sh->results));
	sh->n_outcomes = 0;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		die("PR_SET_CHILD_SUBREAPER");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		close(device);
		if (setpgid(0, 0))
			die("setpgid");
		actor_again(fd_of_shared, 0);
	}
	if (!await_new(sh, 0))
		die("the first actor");
	if (device_shadow(device, pid, ALTWAIT_POLICY_STARRY, 0))
		die("ALTWAIT_ENROLL");
}

/* Where the kernel keeps a task, a line for each frame. */
static void print_stack(const struct actor *a)
{
	char path[64], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stack", a->tgid, a->tid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		printf("#     %s", line);
	if (f)
		fclose(f);
}

/* Who is left of the tree, an actor or not. */
static void print_children(void)
{
	struct actor child = {};
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", gettid());
	f = fopen(path, "r");
	while (f && fscanf(f, "%d", &child.tid) == 1) {
		child.tgid = child.tid;
		printf("#   our child %d: state %c\n", child.tid, state_of(&child));
		print_stack(&child);
	}
	if (f)
		fclose(f);
}

static void say_stuck(const struct shared *sh, const char *when)
{
	const struct actor *a;
	unsigned int i;

	printf("# stuck %s\n", when);
	for (i = 0; i < MAX_ACTORS; i++) {
		a = &sh->actors[i];
		if (!a->tid)
			continue;
		printf("#   actor %u: pid %d tid %d state %c, %s operation %u: %s, call %u\n",
		       i, a->tgid, a->tid, state_of(a),
		       has_done(a) ? "after" : "in", a->number,
		       op_names[a->op.kind], a->at);
		print_stack(a);
	}
	print_children();
}

/* Adds one tally to another. */
void totals_add(struct totals *t, const struct altwait_verdicts *v)
{
	unsigned int i;

	t->v.calls += v->calls;
	t->v.same += v->same;
	t->v.differs += v->differs;
	t->v.control += v->control;
	t->v.raced += v->raced;
	t->v.asleep += v->asleep;
	t->v.unexplained += v->unexplained;
	t->v.left += v->left;
	t->v.restarted += v->restarted;
	for (i = 0; i < ALTWAIT_QUIRKS_MAX; i++)
		t->v.quirk[i] += v->quirk[i];
}

/*
 * Plays s and adds what it came to.  Returns whether nothing was wrong; else *found
 * is the first difference, and its first.verdict is 0 where somebody was stuck.
 */
bool stage_round(struct shared *sh, const struct script *s, struct totals *t,
		 struct altwait_example *found)
{
	struct altwait_verdicts v;
	unsigned int i;
	bool stuck = false;
	int device = device_open();

	if (device < 0)
		die(ALTWAIT_DEVICE);
	begin(sh, device);
	for (i = 0; i < s->n && !stuck; i++) {
		if (!s->ops[i].gone && !play(sh, &s->ops[i], i)) {
			say_stuck(sh, "in the script");
			stuck = true;
		}
	}
	for (i = 0; i < MAX_ACTORS; i++) {
		if (sh->actors[i].tid)
			syscall(SYS_tgkill, sh->actors[i].tgid,
				sh->actors[i].tid, SIGKILL);
	}
	if (!sweep()) {
		say_stuck(sh, "though killed");
		stuck = true;
	}
	if (sh->broken) {
		errno = EIO;
		die("an actor");
	}
	if (device_verdicts(device, &v))
		die("ALTWAIT_VERDICTS");
	totals_add(t, &v);
	t->rounds++;
	t->made += sh->n_outcomes;
	t->stuck += stuck;
	memset(found, 0, sizeof(*found));
	if ((v.control || v.unexplained) &&
	    device_example(device, v.control ? ALTWAIT_EXAMPLE_CONTROL :
			   ALTWAIT_EXAMPLE_UNEXPLAINED, found))
		die("ALTWAIT_EXAMPLE");
	close(device);
	return !stuck && !v.control && !v.unexplained;
}
