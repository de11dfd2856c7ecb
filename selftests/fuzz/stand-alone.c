// SPDX-License-Identifier: GPL-2.0
/*
 * What altwait's fuzzer has come across, as a program of its own.  As root:
 *
 *	cc -O2 -fno-stack-protector -static found.c -o found
 *	./found > stock
 *	altwait run --policy linux -- ./found > linux
 *	diff stock linux
 *
 * Ten actors, processes and threads, do what the script says, one step at a time.  All
 * are on one CPU and run until they sleep, and the stage, which hands out the steps, goes
 * on when nobody else can: what is printed depends on the script alone.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ------------------------------------------------------------ the script's words */

enum what { FORK, THREAD, WAIT, EXIT, EXIT_GROUP, KILL, TGKILL, SETPGID, SETSID, SUBREAPER,
	    TRACEME, ATTACH, SEIZE, RESUME, EXEC, SIGCHLD_IS, MASK, UID, REAP };

enum nr { WAIT4, WAITID, WAIT4_32, WAITID_32, WAITPID_32 };

/* Where a pointer points. */
enum place { GOOD, NOWHERE, UNMAPPED, READONLY, EDGE, KERNEL, UNALIGNED, TOP, LATE, SAME };

/* What an id is: a number, or the actor's whose number it is. */
enum id { NUMBER, ACTOR, GROUP, PIDFD, NONBLOCK };

struct call {
	enum nr		nr;
	int		which;
	enum id		kind;
	int		id;
	unsigned int	options;
	enum place	status, usage;
};

/* @poke: the actor does not listen, and gets this signal from the stage. */
struct step {
	enum what		what;
	int			actor, other;
	unsigned long		a, b;
	int			poke;
	const struct call	*calls;
	int			n;
};

/* --------------------------------------------------------------------- the script */

static const struct call calls_2[] = {
	{ WAIT4, 0, NUMBER, -1, 0, GOOD, GOOD },
};

static const struct step script[] = {
	{ FORK, 0, 1, .a = SIGCHLD },
	{ EXIT_GROUP, 1, 0, .a = 3 },
	{ WAIT, 0, 0, .calls = calls_2, .n = 1 },
};

static const unsigned int n_steps = sizeof(script) / sizeof(*script);

/* ------------------------------------------------------------------- what is shared */

#define ACTORS	10
#define CALLS	32
#define PAGE	4096ul
#define POISON	0x5a

struct actor {
	int		tid, tgid;
	unsigned int	asked, done;
	unsigned int	step;
};

/* What came of a call: the ints of its two buffers, and how many signals were handled. */
struct result {
	bool	begun, done;
	long	ret;
	int	status[32], usage[36];
	int	handled;
};

static struct shared {
	struct actor	actor[ACTORS];
	int		handled;
	int		born[128];		/* by step */
	long		ret[128];
	bool		done[128];
	struct result	result[128][CALLS];
} *sh;

static char stacks[ACTORS][32768] __attribute__((aligned(16)));
static char *low;
static int fd;

static void actor(int i) __attribute__((noreturn));

static void die(const char *what)
{
	perror(what);
	_exit(2);
}

/* Threads have no control block of their own: nothing here may touch errno. */
static long raw(long nr, long a, long b, long c, long d, long e)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = 0;
	long ret;

	asm volatile("syscall" : "=a" (ret)
		     : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8), "r" (r9)
		     : "rcx", "r11", "memory");
	return ret;
}

static long raw32(long nr, long a, long b, long c, long d, long e)
{
	int ret;

	asm volatile("int $0x80" : "=a" (ret)
		     : "a" (nr), "b" (a & 0xffffffff), "c" (b & 0xffffffff),
		       "d" (c & 0xffffffff), "S" (d & 0xffffffff), "D" (e & 0xffffffff)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

/* -------------------------------------------------------------------- a wait call */

#define TOP_PAGE	((char *)0x7fffffffe000)

static void prepare(void)
{
	int i;

	low = mmap(NULL, (3 * ACTORS + 1) * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED ||
	    mmap(TOP_PAGE, PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != TOP_PAGE)
		die("mmap");
	for (i = 0; i < ACTORS; i++)
		if (mprotect(low + (2 * i + 1) * PAGE, PAGE, PROT_NONE))
			die("mprotect");
	if (mprotect(low + 2 * ACTORS * PAGE, PAGE, PROT_READ))
		die("mprotect");
}

static char *place(int i, enum place where, unsigned int offset)
{
	char *page = low + 2 * i * PAGE;

	switch (where) {
	case GOOD:
		return page + offset;
	case UNMAPPED:
		return page + PAGE;
	case READONLY:
		return low + 2 * ACTORS * PAGE + offset;
	case EDGE:
		return page + PAGE - 12;
	case KERNEL:
		return (char *)0xffffffffff600000;
	case UNALIGNED:
		return page + offset + 1;
	case TOP:
		return TOP_PAGE + PAGE - 64;
	case LATE:
		return low + (2 * ACTORS + 1 + i) * PAGE + offset;
	default:
		return NULL;
	}
}

/* What a pointer that can be read shows; all 0 otherwise. */
static void look(enum place where, const char *at, int *to, size_t n)
{
	memset(to, 0, n);
	if (where == EDGE)
		n = 12;
	if (where == TOP)
		n = 64;
	if (where == GOOD || where == UNALIGNED || where == LATE || where == EDGE ||
	    where == TOP)
		memcpy(to, at, n);
}

static void make_call(int i, const struct call *c, struct result *r)
{
	char *out = place(i, c->status, 64);
	char *usage = c->usage == SAME ? out : place(i, c->usage, 320);
	int pidfd = -1, tid = c->kind == NUMBER ? 0 : sh->actor[c->id].tid;
	bool waitid = c->nr == WAITID || c->nr == WAITID_32;
	long id = c->kind == NUMBER ? c->id : c->kind == GROUP && !waitid ? -tid : tid;

	memset(low + 2 * i * PAGE, POISON, PAGE);
	memset(TOP_PAGE + PAGE - 64, POISON, 64);
	raw(SYS_madvise, (long)(low + (2 * ACTORS + 1 + i) * PAGE), PAGE, MADV_DONTNEED, 0, 0);
	if (c->kind == PIDFD || c->kind == NONBLOCK)
		pidfd = raw(SYS_pidfd_open, tid, c->kind == NONBLOCK ? O_NONBLOCK : 0, 0, 0, 0);
	if (c->kind == PIDFD || c->kind == NONBLOCK)
		id = pidfd;
	r->begun = true;
	if (c->nr == WAIT4)
		r->ret = raw(SYS_wait4, id, (long)out, c->options, (long)usage, 0);
	else if (c->nr == WAITID)
		r->ret = raw(SYS_waitid, c->which, id, (long)out, c->options, (long)usage);
	else if (c->nr == WAIT4_32)
		r->ret = raw32(114, id, (long)out, c->options, (long)usage, 0);
	else if (c->nr == WAITID_32)
		r->ret = raw32(284, c->which, id, (long)out, c->options, (long)usage);
	else
		r->ret = raw32(7, id, (long)out, c->options, 0, 0);
	look(c->status, out, r->status, sizeof(r->status));
	look(c->usage, usage, r->usage, sizeof(r->usage));
	r->handled = sh->handled;
	r->done = true;
	if (pidfd >= 0)
		raw(SYS_close, pidfd, 0, 0, 0, 0);
}

/* ------------------------------------------------------------------------ an actor */

static void on_signal(int sig)
{
	sh->handled += sig > 0;
}

static long handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };

	return sigaction(sig, &sa, NULL);
}

static int start(void *i)
{
	actor((long)i);
}

static void born(const struct actor *me, int other, long ret, int tgid)
{
	struct actor *child = &sh->actor[other];

	if (ret <= 0)
		return;
	if (!sh->born[me->step])
		sh->born[me->step] = ret;
	if (child->tid)
		return;
	child->tgid = tgid;
	__atomic_store_n(&child->tid, ret, __ATOMIC_RELEASE);
}

static long execute(int i)
{
	char number[2] = { '0' + i, 0 }, of[2] = { '0' + fd, 0 };
	char *argv[] = { "found", number, of, NULL }, *envp[] = { NULL };

	return raw(SYS_execve, (long)"/proc/self/exe", (long)argv, (long)envp, 0, 0);
}

/* The first of our tracees, from an actor on, that can be resumed like that. */
static long resume(const struct step *s)
{
	long ret = -1;
	int i, at;

	for (i = 0; i < ACTORS && ret; i++) {
		at = (s->other + i) % ACTORS;
		ret = raw(SYS_ptrace, s->a, sh->actor[at].tid, 0,
			  at || s->b != SIGKILL ? s->b : 0, 0);
	}
	return ret;
}

static long obey(int i, const struct step *s)
{
	struct actor *me = &sh->actor[i], *other = &sh->actor[s->other];
	struct result *r = sh->result[me->step];
	int n = me->step, k;
	long ret;

	switch (s->what) {
	case FORK:
		ret = raw(SYS_clone, s->a, 0, 0, 0, 0);
		if (!ret)
			actor(s->other);
		born(me, s->other, ret, ret);
		return ret;
	case THREAD:
		ret = clone(start, stacks[s->other] + sizeof(*stacks),
			    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			    CLONE_SYSVSEM, (void *)(long)s->other);
		born(me, s->other, ret, me->tgid);
		return ret;
	case WAIT:
	case REAP:
		for (k = 0; k < s->n; k++) {
			make_call(i, &s->calls[k], &r[k]);
			if (s->what == REAP && (r[k].ret || !r[k].status[4]))
				break;
		}
		return 0;
	case EXIT:
		return raw(SYS_exit, s->a, 0, 0, 0, 0);
	case EXIT_GROUP:
		return raw(SYS_exit_group, s->a, 0, 0, 0, 0);
	case KILL:
		return other->tid ? raw(SYS_kill, other->tgid, s->a, 0, 0, 0) : -1;
	case TGKILL:
		return other->tid ? raw(SYS_tgkill, other->tgid, other->tid, s->a, 0, 0) : -1;
	case SETPGID:
		return raw(SYS_setpgid, 0, s->a ? other->tid : 0, 0, 0, 0);
	case SETSID:
		return raw(SYS_setsid, 0, 0, 0, 0, 0);
	case SUBREAPER:
		return raw(SYS_prctl, PR_SET_CHILD_SUBREAPER, s->a, 0, 0, 0);
	case TRACEME:
		return raw(SYS_ptrace, 0, 0, 0, 0, 0);
	case ATTACH:
		return raw(SYS_ptrace, 16, other->tid, 0, 0, 0);
	case SEIZE:
		return raw(SYS_ptrace, 0x4206, other->tid, 0, s->a, 0);
	case RESUME:
		return resume(s);
	case EXEC:
		return execute(i);
	case SIGCHLD_IS:
		return handle(SIGCHLD, s->a == 1 ? SIG_IGN : s->a == 2 ? on_signal : SIG_DFL,
			      s->b);
	case MASK:
		return raw(SYS_rt_sigprocmask, SIG_SETMASK, (long)&s->a, 0, 8, 0);
	case UID:
		return raw(SYS_setresuid, s->a, -1, -1, 0, 0);
	}
	return n;
}

/* Who we are, as /proc has it: it is told by the maker, too, whoever comes first. */
static void introduce(struct actor *me)
{
	me->tgid = raw(SYS_getpid, 0, 0, 0, 0, 0);
	__atomic_store_n(&me->tid, raw(SYS_gettid, 0, 0, 0, 0, 0), __ATOMIC_RELEASE);
}

static void actor(int i)
{
	struct actor *me = &sh->actor[i];
	unsigned int done;
	long ret;

	introduce(me);
	for (;;) {
		done = me->done;
		while (__atomic_load_n(&me->asked, __ATOMIC_ACQUIRE) == done)
			raw(SYS_futex, (long)&me->asked, FUTEX_WAIT, done, 0, 0);
		ret = obey(i, &script[me->step]);
		sh->ret[me->step] = ret;
		sh->done[me->step] = true;
		__atomic_store_n(&me->done, done + 1, __ATOMIC_RELEASE);
	}
}

/* The first actor, and each that has called execve(). */
static void again(int i)
{
	struct actor *me = &sh->actor[i], *a;

	handle(SIGUSR1, on_signal, 0);
	handle(SIGUSR2, on_signal, SA_RESTART);
	handle(40, on_signal, SA_RESTART);
	prepare();
	if (me->asked != me->done) {
		for (a = sh->actor; a < sh->actor + ACTORS; a++)
			if (a != me && a->tgid == getpid())
				a->tid = 0;
		introduce(me);
		me->done = me->asked;
	}
	actor(i);
}

/* ----------------------------------------------------------------------- the stage */

static char state_of(int tgid, int tid)
{
	char path[64], stat[256] = "", *end;
	int f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tgid, tid);
	f = open(path, O_RDONLY);
	if (f < 0 || read(f, stat, sizeof(stat) - 1) <= 0)
		stat[0] = 0;
	if (f >= 0)
		close(f);
	end = strrchr(stat, ')');
	return end ? end[2] : 'X';
}

static char state(const struct actor *a)
{
	char c;

	if (!a->tid)
		return '-';
	c = state_of(a->tgid, a->tid);
	if (c == 'X' && a->asked != a->done && script[a->step].what == EXEC)
		c = state_of(a->tgid, a->tgid);
	return c;
}

/* Whoever can go on has done so before we can. */
static void settle(void)
{
	int i, tries;

	for (i = 0; i < ACTORS; i++)
		for (tries = 0; strchr("RD", state(&sh->actor[i])) && tries < 100000; tries++)
			sched_yield();
}

static void ask(unsigned int n)
{
	struct actor *a = &sh->actor[script[n].actor];

	if (script[n].poke) {
		if (script[n].poke > 0)
			syscall(SYS_tgkill, a->tgid, a->tid, script[n].poke);
		return;
	}
	if (!a->tid)
		return;
	if (script[n].what == FORK || script[n].what == THREAD)
		memset(&sh->actor[script[n].other], 0, sizeof(struct actor));
	a->step = n;
	__atomic_store_n(&a->asked, a->asked + 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &a->asked, FUTEX_WAKE, 1, 0, 0, 0);
}

/* A task by the step that has made it. */
static void print_pid(const char *what, int pid)
{
	unsigned int i;

	for (i = 0; i < n_steps && (sh->born[i] != pid || pid <= 0); i++)
		;
	if (i < n_steps)
		printf(" %s task-of-step-%u", what, i);
	else
		printf(" %s %d", what, pid);
}

static void print_ints(const char *what, const int *v, int n, int pid_at)
{
	int i;

	for (i = 0; i < n; i++) {
		if (v[i] == 0x5a5a5a5a)
			continue;
		if (i == pid_at)
			print_pid(what, v[i]);
		else
			printf(" %s[%d]=%#x", what, i, v[i]);
	}
}

/* Of a usage, which members were written. */
static void print_usage(const int *v)
{
	int i;

	printf(" usage:");
	for (i = 0; i < 36; i++)
		putchar(v[i] == 0x5a5a5a5a ? '.' : 'w');
}

static void print_call(const struct call *c, const struct result *r)
{
	bool waitid = c->nr == WAITID || c->nr == WAITID_32;

	if (!r->begun)
		return;
	printf("    options %#x:", c->options);
	if (!r->done) {
		printf(" does not return\n");
		return;
	}
	print_pid("returns", r->ret);
	printf(", handled %d,", r->handled);
	if (c->usage == SAME)
		print_ints("both", r->status, 1, -1);
	else
		print_ints("status", r->status, 32, !waitid ? -1 : c->nr == WAITID ? 4 : 3);
	print_usage(r->usage);
	putchar('\n');
}

static void print_all(void)
{
	unsigned int i;
	int k;

	for (i = 0; i < n_steps; i++) {
		printf("step %u, actor %d:%s", i, script[i].actor,
		       sh->done[i] ? "" : " not done");
		if (sh->done[i] && sh->ret[i] <= 0)
			printf(" returns %ld", sh->ret[i]);
		putchar('\n');
		for (k = 0; k < script[i].n; k++)
			print_call(&script[i].calls[k], &sh->result[i][k]);
	}
}

static void turns(int pid, int priority)
{
	struct sched_param p = { .sched_priority = priority };

	if (sched_setscheduler(pid, SCHED_FIFO, &p))
		die("sched_setscheduler");
}

int main(int argc, char **argv)
{
	unsigned int i;
	cpu_set_t one;
	pid_t pid;
	int k;

	fd = argc == 3 ? atoi(argv[2]) : (int)syscall(SYS_memfd_create, "found", 0);
	if (fd < 0 || ftruncate(fd, sizeof(*sh)))
		die("memfd_create");
	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (sh == MAP_FAILED)
		die("mmap");
	if (argc == 3)
		again(atoi(argv[1]));

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one) || prctl(PR_SET_CHILD_SUBREAPER, 1))
		die("one CPU");
	turns(0, 1);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		again(0);
	}
	while (!sh->actor[0].tid)
		sched_yield();
	turns(pid, 10);
	settle();
	for (i = 0; i < n_steps; i++) {
		ask(i);
		settle();
		printf("after step %u:", i);
		for (k = 0; k < ACTORS; k++)
			printf(" %c", state(&sh->actor[k]));
		putchar('\n');
	}
	print_all();
	fflush(stdout);
	for (k = 0; k < ACTORS; k++)
		if (sh->actor[k].tid)
			syscall(SYS_tgkill, sh->actor[k].tgid, sh->actor[k].tid, SIGKILL);
	return 0;
}
