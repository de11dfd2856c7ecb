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
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/device.h"
#include "play.h"

static int fd_of_shared = -1;
static int fd_of_program = -1;

static noreturn void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

int shared_fd(void)
{
	return fd_of_shared;
}

/*
 * The actors' program is a copy of ours, in memory.  It is there at once when one calls
 * execve(), and no other job's actors have it mapped: fork() and exit() wait for whoever
 * does the same to a mapping of the same file on another CPU, and others go on meanwhile.
 */
static void copy_program(void)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;
	off_t at = 0;

	fd_of_program = memfd_create("fuzz-actor", MFD_CLOEXEC);
	if (from < 0 || fd_of_program < 0 || fstat(from, &st))
		die("the actors' program");
	while (at < st.st_size)
		if (sendfile(fd_of_program, from, &at, st.st_size - at) <= 0)
			die("the actors' program");
	close(from);
}

static noreturn void be_root(void)
{
	char fd[12];
	char *argv[] = { "fuzz", "--actor", "0", fd, NULL };
	char *envp[] = { NULL };

	snprintf(fd, sizeof(fd), "%d", fd_of_shared);
	fexecve(fd_of_program, argv, envp);
	die("the first actor's program");
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
	copy_program();
	return sh;
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
		return progress_is_dead(progress_state(a));
	if (!maker)
		return true;
	if (sh->results[a->number].done)
		return sh->results[a->number].ret < 0;
	return progress_is_dead(progress_state(maker));
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
	static const int handled[] = { SIGUSR1, SIGUSR2, 40 };
	__u64 word = op->word ^ 0x706f6b65;
	int sig = state == 'T' ? SIGCONT : SIGUSR1;

	if (!pick(&word, 3))
		return 0;
	if (script_twin && !script_model && state != 'T')
		sig = handled[pick(&word, 3)];
	if (state == 't')
		sig = root || pick(&word, 4) ? SIGCONT : SIGKILL;
	syscall(SYS_tgkill, a->tgid, a->tid, sig);
	return sig;
}

/* A new actor has begun, or its first stop or its death keeps it from that. */
static bool await_new(const struct shared *sh, unsigned int i)
{
	const struct actor *a = &sh->actors[i];
	__u64 start = progress_now_ms();

	while (!__atomic_load_n(&a->tid, __ATOMIC_ACQUIRE)) {
		if (progress_now_ms() - start > DEADLINE_MS)
			return false;
		sched_yield();
	}
	return progress_settle(a);
}

/* Returns false if somebody is stuck. */
static bool play(struct shared *sh, const struct op *op, unsigned int number)
{
	struct actor *a = &sh->actors[op->actor];
	int room = op->other;
	char state;

	if (!a->tid || (script_model && !scenario_has(sh, op)))
		return true;
	state = progress_has_done(a) && !script_model ? 'S' : progress_state(a);
	/* One that is stopped does what it is asked for later; no scenario has that. */
	if (!progress_has_done(a) || (script_model && state == 'T')) {
		if (!progress_is_dead(state))
			sh->results[number].poked = poke(a, op, state, !op->actor);
		return progress_is_dead(state) || progress_settle(a);
	}
	if (makes_task(op)) {
		room = find_room(sh, op);
		if (room < 0 || (a->nested && op->kind == OP_NAMESPACE))
			return true;
		sh->actors[room] = (struct actor){
			.maker = op->actor + 1,
			.made_by = number,
			.number = number,
		};
	}
	sh->results[number].other = room;
	a->op = *op;
	a->op.other = room;
	a->number = number;
	a->at = op->first;
	sh->results[number].asked = true;
	__atomic_store_n(&a->asked, a->asked + 1, __ATOMIC_RELEASE);
	futex_wake(&a->asked);
	if (op->loose)
		return true;
	if (!progress_await(a))
		return false;
	if (makes_task(op) && progress_has_done(a) && !a->nested &&
	    op->kind != OP_NAMESPACE && sh->actors[room].tid)
		return await_new(sh, room);
	return !acts_on_other(op) || progress_settle(&sh->actors[op->other]);
}

/*
 * A call that is dismissed while it sleeps looks again in stock, and may find what wakes
 * nobody: that a child was sent SIGCONT whose tracer does not let it go on.  So all look
 * again before that, those of stock, too.  Returns false if somebody is stuck.
 */
static bool let_all_look(const struct shared *sh)
{
	const struct actor *a;

	for (a = sh->actors; a < sh->actors + MAX_ACTORS; a++) {
		if (!a->tid || progress_has_done(a) || progress_state(a) != 'S')
			continue;
		syscall(SYS_tgkill, a->tgid, a->tid, SIGUSR2);
		if (!progress_settle(a))
			return false;
	}
	return true;
}

/* From here on stock answers all. */
static void dismiss_all(const struct shared *sh, int device)
{
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++)
		if (sh->actors[i].tid && device_dismiss(device, sh->actors[i].tgid) &&
		    errno != ESRCH && errno != ENOENT)
			die("ALTWAIT_DISMISS");
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
static bool sweep(struct shared *sh)
{
	__u64 start = progress_now_ms();
	struct reaped r;
	bool any;

	sh->n_reaped = 0;
	for (;;) {
		kill_children();
		for (any = false; (r.pid = waitpid(-1, &r.status, __WALL | WNOHANG)) > 0;
		     any = true)
			if (sh->n_reaped < MAX_REAPED)
				sh->reaped[sh->n_reaped++] = r;
		if (errno == ECHILD)
			return true;
		if (progress_now_ms() - start > DEADLINE_MS)
			return false;
		if (!any)
			poll(NULL, 0, 1);
	}
}

/*
 * All on one CPU, and each runs until it sleeps, the stage when nobody else does: so
 * what comes of a script depends on nothing but the script.
 */
void stage_take_turns(unsigned int cpu)
{
	struct sched_param last = { .sched_priority = 1 };
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one) ||
	    sched_setscheduler(0, SCHED_FIFO, &last))
		die("taking turns");
}

/* The root, which waits for its first operation until it is enrolled. */
static void begin(struct shared *sh, int device, unsigned int policy, unsigned int flags)
{
	struct sched_param first = { .sched_priority = 10 };
	pid_t pid;

	progress_begin();
	memset(sh->actors, 0, sizeof(sh->actors));
	memset(sh->results, 0, sizeof(sh->results));
	sh->n_outcomes = 0;
	sh->n_returned = 0;
	memset(sh->born, 0, sizeof(sh->born));
	sh->n_arrivals = 0;
	memset(sh->looks, 0, sizeof(sh->looks));
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		die("PR_SET_CHILD_SUBREAPER");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		if (device >= 0)
			close(device);
		if (setpgid(0, 0))
			die("setpgid");
		be_root();
	}
	if (!await_new(sh, 0))
		die("the first actor");
	if (sh->twin && sched_setscheduler(pid, SCHED_FIFO, &first))
		die("the first actor's turn");
	if (policy != ALTWAIT_POLICY_STOCK &&
	    device_enroll_with(device, pid, policy, 0, flags))
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
		printf("#   our child %d: state %c\n", child.tid, progress_state(&child));
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
		       i, a->tgid, a->tid, progress_state(a),
		       progress_has_done(a) ? "after" : "in", a->number,
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

/* Plays s, and leaves everybody there.  Returns false if somebody was stuck. */
bool stage_play(struct shared *sh, const struct script *s, int device,
		unsigned int policy, unsigned int flags)
{
	bool stuck = false, reaping = false;
	unsigned int i;

	begin(sh, device, policy, flags);
	for (i = 0; i < s->n && !stuck; i++) {
		if (s->ops[i].kind == OP_REAP && !reaping) {
			reaping = true;
			stuck = sh->twin && !let_all_look(sh);
			if (device >= 0)
				dismiss_all(sh, device);
		}
		if (!s->ops[i].gone && !stuck)
			stuck = !play(sh, &s->ops[i], i) ||
				(sh->twin && !look_at_all(sh, i));
	}
	if (stuck)
		say_stuck(sh, "in the script");
	look_end();
	return !stuck;
}

/* Plays s under starry, and writes to f what has come of it. */
bool stage_scenario(struct shared *sh, const struct script *s, __u64 round, FILE *f,
		    struct totals *t)
{
	int device = device_open();
	bool stuck = false;
	unsigned int i;

	if (device < 0)
		die(ALTWAIT_DEVICE);
	begin(sh, device, ALTWAIT_POLICY_STARRY, 0);
	scenario_begin(f, sh, round);
	for (i = 0; i < s->n && !stuck; i++) {
		stuck = !play(sh, &s->ops[i], i) || !look_at_all(sh, i);
		scenario_step(sh, s, i);
	}
	scenario_end(sh);
	if (stuck)
		say_stuck(sh, "in the script");
	look_end();
	stuck |= !stage_end(sh);
	close(device);
	t->rounds++;
	t->made += sh->n_outcomes;
	t->stuck += stuck;
	return !stuck;
}

/* Ends what is left of a play.  Returns false if somebody was stuck. */
bool stage_end(struct shared *sh)
{
	bool stuck = false;
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++) {
		if (sh->actors[i].tid)
			syscall(SYS_tgkill, sh->actors[i].tgid,
				sh->actors[i].tid, SIGKILL);
	}
	if (!sweep(sh)) {
		say_stuck(sh, "though killed");
		stuck = true;
	}
	if (sh->broken) {
		errno = EIO;
		die("an actor");
	}
	return !stuck;
}

/*
 * Plays s and adds what it came to.  Returns whether nothing was wrong; else *found
 * is the first difference, and its first.verdict is 0 where somebody was stuck.
 */
bool stage_round(struct shared *sh, const struct script *s, struct totals *t,
		 struct altwait_example *found)
{
	struct altwait_verdicts v;
	int device = device_open();
	bool stuck;

	if (device < 0)
		die(ALTWAIT_DEVICE);
	stuck = !stage_play(sh, s, device, ALTWAIT_POLICY_STARRY, ALTWAIT_SHADOW);
	stuck |= !stage_end(sh);
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
