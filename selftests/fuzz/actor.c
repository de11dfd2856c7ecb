// SPDX-License-Identifier: GPL-2.0
/*
 * An actor: does what the stage asks for, one operation at a time.
 *
 * Threads are made without a thread control block of their own, since those of the
 * C library cannot be made with any flags: what follows leaves errno alone.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "play.h"

int clone(int (*fn)(void *arg), void *stack, int flags, void *arg, ...);

#define STACK	32768

/* So long an actor may be left in peace; the stage is no more after that. */
#define PEACE_MS	600000

static char stacks[MAX_ACTORS][STACK] __attribute__((aligned(16)));
static struct shared *shared;

long raw(long nr, long a, long b, long c, long d, long e)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = 0;
	long ret;

	asm volatile("syscall"
		     : "=a" (ret)
		     : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8),
		       "r" (r9)
		     : "rcx", "r11", "memory");
	return ret;
}

/* Registers as a 32-bit program leaves them: nothing above bit 31. */
long raw32(long nr, long a, long b, long c, long d, long e)
{
	int ret;

	asm volatile("int $0x80"
		     : "=a" (ret)
		     : "a" (nr), "b" (a & 0xffffffff), "c" (b & 0xffffffff),
		       "d" (c & 0xffffffff), "S" (d & 0xffffffff),
		       "D" (e & 0xffffffff)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

/* Until *at is not value, or somebody wakes us, or ms have passed. */
void futex_wait(__u32 *at, __u32 value, unsigned int ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	raw(SYS_futex, (long)at, FUTEX_WAIT, value, (long)&t, 0);
}

void futex_wake(__u32 *at)
{
	raw(SYS_futex, (long)at, FUTEX_WAKE, 1, 0, 0);
}

/* What is no answer of the kernel's, but ours: the round says nothing then. */
static noreturn void give_up(const char *what)
{
	static const char end[] = ": an actor gives up\n";

	__atomic_store_n(&shared->broken, true, __ATOMIC_RELEASE);
	raw(SYS_write, STDERR_FILENO, (long)what, strlen(what), 0, 0);
	raw(SYS_write, STDERR_FILENO, (long)end, sizeof(end) - 1, 0, 0);
	for (;;)
		raw(SYS_exit_group, 97, 0, 0, 0, 0);
}

static long now_ms(void)
{
	struct timespec t;

	if (raw(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0, 0, 0))
		give_up("clock_gettime");
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* With what it says: whose member is not there has 0 in its place. */
static void on_signal(int sig, siginfo_t *info, void *context)
{
	__u32 at = __atomic_fetch_add(&shared->n_arrivals, 1, __ATOMIC_RELAXED);

	if (at >= MAX_ARRIVALS)
		return;
	shared->arrivals[at] = (struct arrival){
		.sig = sig,
		.code = info->si_code,
		.pid = info->si_pid,
		.status = info->si_status,
		.uid = info->si_uid,
		.by = raw(SYS_gettid, 0, 0, 0, 0, 0),
	};
}

static long handle(int sig, int flags)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = flags | SA_SIGINFO };

	return sigaction(sig, &sa, NULL);
}

static long set_action(int sig, void (*action)(int))
{
	struct sigaction sa = { .sa_handler = action };

	return sigaction(sig, &sa, NULL);
}

/* ------------------------------------------------------------ making tasks */

static int start_thread(void *arg)
{
	actor_run(shared, (struct actor *)arg - shared->actors);
}

/* Whoever is made tells the stage who it is, and is told by its maker before. */
static long made(struct actor *me, struct actor *child, long ret, bool thread)
{
	bool ours = child->number == me->number &&
		    child->maker == me - shared->actors + 1;

	if (ret > 0 && !me->nested && !shared->born[me->number])
		shared->born[me->number] = ret;
	/* Whoever was stopped in between may find it long there, or gone. */
	if (ret > 0 && !me->nested && ours && !child->known) {
		child->tgid = thread ? me->tgid : ret;
		__atomic_store_n(&child->tid, ret, __ATOMIC_RELEASE);
	}
	return ret;
}

static long do_fork(struct actor *me, const struct op *op)
{
	struct actor *child = &shared->actors[op->other];
	long ret;

	child->nested = me->nested || op->kind == OP_NAMESPACE;
	ret = raw(SYS_clone, script_flags(op), 0, 0, 0, 0);
	if (!ret)
		actor_run(shared, op->other);
	return made(me, child, ret, false);
}

static long do_thread(struct actor *me, const struct op *op)
{
	struct actor *child = &shared->actors[op->other];
	long ret;

	child->nested = me->nested;
	ret = clone(start_thread, stacks[op->other] + STACK,
		    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		    CLONE_THREAD | CLONE_SYSVSEM, child);
	return made(me, child, ret, true);
}

/* The stage's file comes back as the file that actor_again() maps. */
static long do_exec(struct actor *me)
{
	char number[2] = { '0' + (me - shared->actors), 0 };
	char fd[12] = "";
	char *argv[] = { "fuzz", "--actor", number, fd, NULL };
	char *envp[] = { NULL };
	int n = shared_fd(), i = 0;

	if (n >= 10)
		fd[i++] = '0' + n / 10;
	fd[i] = '0' + n % 10;
	return raw(SYS_execve, (long)"/proc/self/exe", (long)argv, (long)envp,
		   0, 0);
}

/* ----------------------------------------------------------------- the rest */

static long do_kill(const struct op *op)
{
	const struct actor *other = &shared->actors[op->other];
	int sig = script_signal(op);

	if (!other->tid)
		return -1;
	if (op->kind == OP_TGKILL)
		return raw(SYS_tgkill, other->tgid, other->tid, sig, 0, 0);
	return raw(SYS_kill, other->tgid, sig, 0, 0, 0);
}

/* The requests that begin to trace, and their options. */
static long do_trace(const struct op *op)
{
	if (op->kind == OP_TRACEME)
		return raw(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0, 0);
	if (op->kind == OP_ATTACH)
		return raw(SYS_ptrace, PTRACE_ATTACH, shared->actors[op->other].tid,
			   0, 0, 0);
	return raw(SYS_ptrace, PTRACE_SEIZE, shared->actors[op->other].tid, 0,
		   script_allowed(op, script_seize(op)), 0);
}

/* All requests for a tracee, those that need a stop among them. */
static long do_resume(const struct actor *me, const struct op *op)
{
	int request;
	long data, ret = -1;
	unsigned int i, at;

	script_request(op, &request, &data);
	if (request == PTRACE_SETOPTIONS)
		data = script_allowed(op, data);
	/* The first that is ours, and stopped where that is asked for. */
	for (i = 0; i < MAX_ACTORS && ret; i++) {
		at = (op->other + i) % MAX_ACTORS;
		ret = raw(SYS_ptrace, request, shared->actors[at].tid, 0,
			  at || data != SIGKILL ? data : 0, 0);
		if (!ret)
			shared->results[me->number].other = at;
	}
	return ret;
}

static long do_sigchld(const struct op *op)
{
	int flags, action = script_sigchld(op, &flags);

	if (action == ACTION_HANDLER)
		return handle(SIGCHLD, flags);
	return set_action(SIGCHLD, action == ACTION_IGNORE ? SIG_IGN : SIG_DFL);
}

static long do_mask(const struct op *op)
{
	__u64 set = script_mask(op);

	return raw(SYS_rt_sigprocmask, SIG_SETMASK, (long)&set, 0, sizeof(set), 0);
}

/* The calls of a burst; those that reap what is left, as long as there is something. */
static long do_waits(struct actor *me, const struct op *op)
{
	struct shot *shot;
	struct outcome *o;
	struct call c;
	unsigned int i;
	enum end end;
	long ret;
	int pid;

	for (i = op->first; i < op->end; i++) {
		script_call(op, i, &c);
		me->at = i;
		o = &shared->outcomes[__atomic_fetch_add(&shared->n_outcomes, 1,
							 __ATOMIC_RELAXED)];
		o->done = false;
		o->op = me->number;
		o->call = i;
		o->tid = me->tid;
		o->tgid = me->tgid;
		shot = shared->twin ? &shared->shots[o - shared->outcomes] : NULL;
		ret = calls_make(shared, me, &c, &pid, o, shot);
		o->ret = ret;
		o->order = __atomic_fetch_add(&shared->n_returned, 1, __ATOMIC_RELAXED);
		o->done = true;
		end = call_end(&c, ret, pid);
		__atomic_fetch_add(&shared->ends[c.nr][end], 1, __ATOMIC_RELAXED);
		if (op->kind == OP_REAP && end != END_REPORT)
			break;
	}
	return 0;
}

static long obey(struct actor *me, const struct op *op)
{
	__u64 word = op->word;
	bool root = me == shared->actors;

	switch (op->kind) {
	case OP_FORK:
	case OP_NAMESPACE:
		return do_fork(me, op);
	case OP_THREAD:
		return do_thread(me, op);
	case OP_WAIT:
	case OP_REAP:
		return do_waits(me, op);
	case OP_EXIT:
	case OP_EXIT_GROUP:
		if (root || me->tgid == shared->actors[0].tgid)
			return op->kind == OP_EXIT && !root ?
				raw(SYS_exit, 0, 0, 0, 0, 0) : -1;
		shared->ops[op->kind]++;
		return raw(op->kind == OP_EXIT ? SYS_exit : SYS_exit_group,
			   pick(&word, 256), 0, 0, 0, 0);
	case OP_KILL:
	case OP_TGKILL:
		return do_kill(op);
	case OP_SETPGID:
		if (pick(&word, 3))
			return raw(SYS_setpgid, 0, 0, 0, 0, 0);
		return raw(SYS_setpgid, 0, shared->actors[op->other].tid, 0, 0, 0);
	case OP_SETSID:
		return raw(SYS_setsid, 0, 0, 0, 0, 0);
	case OP_SUBREAPER:
		return raw(SYS_prctl, PR_SET_CHILD_SUBREAPER, pick(&word, 3) > 0, 0,
			   0, 0);
	case OP_TRACEME:
	case OP_ATTACH:
	case OP_SEIZE:
		return root && op->kind == OP_TRACEME ? -1 : do_trace(op);
	case OP_RESUME:
		return do_resume(me, op);
	case OP_EXEC:
		if (!root && me->tgid == shared->actors[0].tgid)
			return -1;
		shared->ops[op->kind]++;
		return do_exec(me);
	case OP_SIGCHLD:
		return do_sigchld(op);
	case OP_MASK:
		return do_mask(op);
	case OP_UID:
		return raw(SYS_setresuid, 1000 + pick(&word, 9), -1, -1, 0, 0);
	}
	return -1;
}

static int digits(const char **s)
{
	int n = 0;

	for (; **s >= '0' && **s <= '9'; ++*s)
		n = n * 10 + **s - '0';
	return n;
}

/* Who we are for the stage: /proc is that of the first pid namespace. */
static void introduce(struct actor *me)
{
	char link[64] = "";
	const char *s = link;

	if (raw(SYS_readlink, (long)"/proc/thread-self", (long)link,
		sizeof(link) - 1, 0, 0) <= 0)
		give_up("/proc/thread-self");
	__atomic_store_n(&me->known, true, __ATOMIC_RELEASE);
	me->tgid = digits(&s);
	s += strlen("/task/");
	/* An exec() may have given it another number, which was somebody's before. */
	if (me->maker && !shared->born[me->made_by])
		shared->born[me->made_by] = digits(&(const char *){ s });
	__atomic_store_n(&me->tid, digits(&s), __ATOMIC_RELEASE);
}

/* The next operation that the stage asks for; done: how many there were. */
static void await_op(struct actor *me, __u32 done)
{
	long end = now_ms() + PEACE_MS;

	while (__atomic_load_n(&me->asked, __ATOMIC_ACQUIRE) == done) {
		if (now_ms() > end)
			give_up("nothing asked for in ten minutes");
		futex_wait(&me->asked, done, PEACE_MS);
	}
}

/* Never returns to what made the actor. */
noreturn void actor_run(struct shared *sh, unsigned int i)
{
	struct actor *me = &sh->actors[i];
	struct op op;
	__u32 done;
	long ret;

	shared = sh;
	introduce(me);
	for (;;) {
		done = __atomic_load_n(&me->done, __ATOMIC_RELAXED);
		await_op(me, done);
		op = me->op;
		ret = obey(me, &op);
		if (ret >= 0)
			__atomic_fetch_add(&sh->ops[op.kind], 1, __ATOMIC_RELAXED);
		sh->results[me->number].ret = ret;
		sh->results[me->number].done = true;
		__atomic_store_n(&me->done, done + 1, __ATOMIC_RELEASE);
		futex_wake(&me->done);
	}
}

/* The signals that are not to kill; their handlers are gone after an exec. */
static void handle_signals(void)
{
	if (handle(SIGUSR1, 0) || handle(SIGUSR2, SA_RESTART) || handle(40, SA_RESTART))
		give_up("sigaction");
}

/* All other threads are gone, and the leader's tid is ours. */
static void take_over(struct shared *sh, const struct actor *me)
{
	struct actor *a;

	for (a = sh->actors; a < sh->actors + MAX_ACTORS; a++)
		if (a != me && a->tgid == me->tgid)
			__atomic_store_n(&a->tid, 0, __ATOMIC_RELEASE);
}

/* Once before the first actor, and again in each that has called execve(). */
noreturn void actor_again(int fd, unsigned int i)
{
	struct shared *sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
				 MAP_SHARED, fd, 0);
	struct actor *me = &sh->actors[i];

	if (sh == MAP_FAILED)
		raw(SYS_exit_group, 98, 0, 0, 0, 0);
	shared = sh;
	script_twin = sh->twin;
	script_model = sh->model;
	handle_signals();
	if (!calls_prepare())
		give_up("memory for the calls");
	/* the execve() that brought us here */
	if (me->asked != me->done) {
		take_over(sh, me);
		introduce(me);
		__atomic_store_n(&me->done, me->asked, __ATOMIC_RELEASE);
		futex_wake(&me->done);
	}
	actor_run(sh, i);
}
