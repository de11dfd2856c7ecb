// SPDX-License-Identifier: GPL-2.0
/*
 * Scripts: made from a seed, and printed.
 *
 * No choice depends on what came before it in the script, so that leaving
 * operations out does not change what the others mean.
 */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "play.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* Scripts are for twins: with more calls, and what can be repeated alone. */
bool script_twin;

/* And the model has a line for all that is in them. */
bool script_model;

/* How often each kind is made, in so many. */
static const unsigned int all_weights[OP_KINDS] = {
	[OP_FORK] = 16, [OP_NAMESPACE] = 1, [OP_THREAD] = 5, [OP_WAIT] = 80,
	[OP_EXIT] = 8, [OP_EXIT_GROUP] = 4, [OP_KILL] = 14, [OP_TGKILL] = 3,
	[OP_SETPGID] = 5, [OP_SETSID] = 2, [OP_SUBREAPER] = 3, [OP_TRACEME] = 2,
	[OP_ATTACH] = 4, [OP_SEIZE] = 6, [OP_RESUME] = 14, [OP_EXEC] = 1,
	[OP_SIGCHLD] = 4, [OP_MASK] = 3, [OP_UID] = 2,
};

/* The finaliser of splitmix64: every bit depends on every bit. */
__u64 mix(__u64 x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* A number below n, and *word is another one. */
unsigned int pick(__u64 *word, unsigned int n)
{
	*word = mix(*word);
	return (*word >> 33) % n;
}

static const unsigned int model_weights[OP_KINDS] = {
	[OP_FORK] = 16, [OP_THREAD] = 8, [OP_WAIT] = 70, [OP_EXIT] = 8, [OP_EXIT_GROUP] = 3,
	[OP_KILL] = 20, [OP_TGKILL] = 6, [OP_SETPGID] = 5, [OP_SUBREAPER] = 3, [OP_UID] = 2,
	[OP_SEIZE] = 12, [OP_RESUME] = 12,
};

static enum op_kind pick_kind(__u64 *word)
{
	const unsigned int *weights = script_model ? model_weights : all_weights;
	unsigned int sum = 0, i, at;

	for (i = 0; i < OP_KINDS; i++)
		sum += weights[i];
	at = pick(word, sum);
	for (i = 0; at >= weights[i]; i++)
		at -= weights[i];
	return i;
}

/* The numbers of all actors but the first, in some order. */
static void shuffle(__u8 *numbers, __u64 *word)
{
	unsigned int i, j;

	for (i = 0; i < MAX_ACTORS - 1; i++) {
		j = pick(word, i + 1);
		numbers[i] = numbers[j];
		numbers[j] = i + 1;
	}
}

/* What some scripts begin with; the root's number is -1. */
enum { FATHER, SON, DAUGHTER, FIRST, SECOND, TRACER };

struct part {
	enum op_kind	kind;
	int		actor, other;
};

/*
 * Three threads of a process sleep, again and again, while its two children stop, go on
 * and end: who is served, and when is a call made again?
 */
static const struct part crowd[] = {
	{ OP_FORK, -1, FATHER },
	{ OP_FORK, FATHER, SON }, { OP_FORK, FATHER, DAUGHTER },
	{ OP_THREAD, FATHER, FIRST }, { OP_THREAD, FATHER, SECOND },
	{ OP_SIGCHLD, FATHER, SON },
	{ OP_WAIT, FIRST, SON }, { OP_WAIT, FATHER, SON }, { OP_WAIT, SECOND, SON },
	{ OP_KILL, -1, SON }, { OP_KILL, -1, FATHER }, { OP_KILL, -1, DAUGHTER },
	{ OP_WAIT, SECOND, SON }, { OP_WAIT, FATHER, SON }, { OP_WAIT, FIRST, SON },
	{ OP_KILL, -1, DAUGHTER }, { OP_KILL, -1, SON }, { OP_EXIT, SON, SON },
	{ OP_WAIT, FATHER, SON }, { OP_WAIT, SECOND, SON }, { OP_WAIT, FIRST, SON },
	{ OP_KILL, -1, SON }, { OP_EXIT, DAUGHTER, SON }, { OP_KILL, -1, DAUGHTER },
};

/* A son is traced by somebody, and a daughter by her father, who waits for both. */
static const struct part traced[] = {
	{ OP_FORK, -1, FATHER }, { OP_FORK, -1, TRACER },
	{ OP_FORK, FATHER, SON }, { OP_FORK, FATHER, DAUGHTER },
	{ OP_SEIZE, TRACER, SON }, { OP_SEIZE, FATHER, DAUGHTER },
	{ OP_WAIT, TRACER, SON }, { OP_WAIT, FATHER, SON },
	{ OP_TGKILL, -1, SON }, { OP_TGKILL, -1, DAUGHTER },
	{ OP_WAIT, TRACER, SON }, { OP_WAIT, FATHER, SON },
	{ OP_RESUME, TRACER, SON }, { OP_RESUME, FATHER, DAUGHTER },
	{ OP_WAIT, FATHER, SON }, { OP_WAIT, TRACER, SON },
	{ OP_KILL, -1, DAUGHTER }, { OP_KILL, -1, SON },
	{ OP_WAIT, TRACER, SON }, { OP_WAIT, FATHER, SON },
	{ OP_RESUME, FATHER, DAUGHTER }, { OP_RESUME, TRACER, SON },
	{ OP_EXIT, SON, SON }, { OP_WAIT, FATHER, SON }, { OP_WAIT, TRACER, SON },
	{ OP_EXIT, DAUGHTER, SON }, { OP_WAIT, TRACER, SON }, { OP_WAIT, FATHER, SON },
};

static void make_begin(struct script *s, __u64 word, const struct part *all, unsigned int n)
{
	__u8 who[MAX_ACTORS - 1];
	struct op *op = s->ops;
	unsigned int i;

	shuffle(who, &word);
	for (i = 0; i < n && i < s->n; i++, op++) {
		op->kind = script_model && all[i].kind == OP_SIGCHLD ? OP_WAIT : all[i].kind;
		op->actor = all[i].actor < 0 ? 0 : who[all[i].actor];
		op->other = who[all[i].other];
		op->patient = op->kind == OP_WAIT;
		op->end = op->patient ? 1 : op->end;
	}
}

/* In the end stock answers, and each has to reap what is left for it. */
static void add_reaping(struct script *s)
{
	unsigned int i;

	for (i = MAX_ACTORS; i-- > 0; s->n++)
		s->ops[s->n] = (struct op){
			.kind = OP_REAP,
			.actor = i,
			.end = MAX_TWIN_BURST,
			.word = mix(i),
		};
}

void script_make(struct script *s, __u64 seed)
{
	__u64 word = mix(seed);
	bool loose = !pick(&word, 4);
	unsigned int i, family = 2 + pick(&word, 4);
	struct op *op;

	memset(s, 0, sizeof(*s));
	s->n = 20 + pick(&word, MAX_OPS - 20 - (script_twin ? MAX_ACTORS : 0));
	for (i = 0; i < s->n; i++) {
		op = &s->ops[i];
		op->kind = i < family ? OP_FORK : pick_kind(&word);
		op->actor = i < family || !pick(&word, 3) ? 0 :
			    pick(&word, MAX_ACTORS);
		op->other = pick(&word, MAX_ACTORS);
		op->end = 1 + pick(&word, MAX_BURST);
		op->loose = loose && !pick(&word, 2);
		op->word = mix(word);
		if (!script_twin)
			continue;
		if (op->kind == OP_WAIT && pick(&word, 2))
			op->kind = pick_kind(&word);
		/* A call costs less than to play the rest of the script. */
		op->end = 16 + pick(&word, MAX_TWIN_BURST - 15);
		op->patient = op->kind == OP_WAIT && !pick(&word, 3);
		if (op->patient)
			op->end = 1 + (script_model ? 0 : pick(&word, 3));
		op->loose = false;
		/* Its numbers have no names, and the end of it takes its time. */
		if (op->kind == OP_NAMESPACE)
			op->kind = OP_FORK;
	}
	if (!script_twin)
		return;
	if (pick(&word, 2))
		make_begin(s, word, crowd, sizeof(crowd) / sizeof(*crowd));
	else if (script_model && pick(&word, 3))
		make_begin(s, word, traced, sizeof(traced) / sizeof(*traced));
	if (!script_model)
		add_reaping(s);
}

static unsigned int pick_options(__u64 *word, enum call_nr nr)
{
	bool waitid = nr == CALL_WAITID || nr == CALL_WAITID_32;
	unsigned int options = pick(word, script_twin ? 200 : 12) ? WNOHANG : 0;

	if (!pick(word, 16))
		return (mix(*word) & (pick(word, 2) ? 0xef00001f : ~0u)) |
		       (script_twin ? options : 0);
	if (waitid && pick(word, 6))
		options |= WEXITED;
	if (!pick(word, 3))
		options |= WUNTRACED;
	if (!pick(word, 3))
		options |= WCONTINUED;
	if (waitid && !pick(word, 3))
		options |= WNOWAIT;
	if (!pick(word, 3))
		options |= __WALL;
	if (!pick(word, 8))
		options |= __WCLONE;
	if (!pick(word, 8))
		options |= __WNOTHREAD;
	return options;
}

static enum place pick_place(__u64 *word)
{
	unsigned int i = pick(word, 40);

	if (script_twin)
		return i < 20 ? PLACE_GOOD : i < 24 ? PLACE_NULL :
		       PLACE_NONE + pick(word, TWIN_PLACES - PLACE_NONE);
	return i < 28 ? PLACE_GOOD : i < 36 ? PLACE_NULL :
	       PLACE_NONE + pick(word, PLACES - PLACE_NONE);
}

static int pick_junk(__u64 *word)
{
	static const int junk[] = { 1, 2, -2, 3, 4, INT_MAX, INT_MIN, INT_MIN + 1,
				    999999, -999999 };

	return junk[pick(word, sizeof(junk) / sizeof(*junk))];
}

static void pick_id(struct call *c, __u64 *word)
{
	static const enum id_kind kinds[] = {
		ID_ANY, ID_ANY, ID_ANY, ID_ZERO, ID_ACTOR, ID_ACTOR, ID_ACTOR,
		ID_GROUP, ID_JUNK,
	};
	unsigned int i = pick(word, sizeof(kinds) / sizeof(*kinds));

	c->id_kind = kinds[i];
	c->id = c->id_kind == ID_JUNK ? pick_junk(word) :
		(int)pick(word, MAX_ACTORS);
	c->which = P_ALL;
	if (c->nr != CALL_WAITID && c->nr != CALL_WAITID_32)
		return;
	switch (c->id_kind) {
	case ID_ACTOR:
		c->which = pick(word, 3) ? P_PID : P_PIDFD;
		if (c->which == P_PIDFD)
			c->id_kind = pick(word, 3) ? ID_PIDFD : ID_NONBLOCK;
		break;
	case ID_GROUP:
		c->which = P_PGID;
		break;
	case ID_ZERO:
	case ID_JUNK:
		c->which = pick(word, 20) ? (int)pick(word, 4) :
			   pick(word, 2) ? 4 : -1;
		break;
	default:
		break;
	}
}

/* As the model knows calls: without resource usage and the i386 entry. */
static void make_known(struct call *c, bool patient)
{
	c->nr = c->nr == CALL_WAITID || c->nr == CALL_WAITID_32 ? CALL_WAITID : CALL_WAIT4;
	c->rusage = PLACE_NULL;
	if (c->status != PLACE_GOOD && c->status != PLACE_NULL)
		c->status = PLACE_NONE;
	/* What other files a number may be of it does not know. */
	if (c->which == P_PIDFD && c->id_kind != ID_PIDFD && c->id_kind != ID_NONBLOCK)
		c->which = P_PID;
	if (!patient)
		c->options |= WNOHANG;
}

bool script_has_calls(const struct op *op)
{
	return op->kind == OP_WAIT || op->kind == OP_REAP;
}

/* Not every number, nor every option, has something to wait for. */
static void make_patient(struct call *c, __u64 *word)
{
	bool waitid = c->nr == CALL_WAITID || c->nr == CALL_WAITID_32;

	c->options = (waitid ? WEXITED : 0) | (pick(word, 3) ? WUNTRACED : 0) |
		     (pick(word, 2) ? WCONTINUED : 0) | (pick(word, 4) ? __WALL : 0) |
		     (waitid && !pick(word, 6) ? WNOWAIT : 0);
	if (c->id_kind == ID_ACTOR || c->id_kind == ID_PIDFD || c->id_kind == ID_NONBLOCK)
		return;
	c->id_kind = ID_ANY;
	c->which = P_ALL;
}

/* The call of that number in the burst. */
void script_call(const struct op *op, unsigned int i, struct call *c)
{
	__u64 word = op->word + i * 0x9e3779b9ull;
	unsigned int nr = pick(&word, 16);

	if (op->kind == OP_REAP) {
		*c = (struct call){
			.nr = CALL_WAITID,
			.which = P_ALL,
			.options = WNOHANG | WEXITED | WSTOPPED | WCONTINUED | __WALL,
		};
		return;
	}
	c->nr = nr < 6 ? CALL_WAIT4 : nr < 12 ? CALL_WAITID :
		CALL_WAIT4_32 + pick(&word, CALLS - CALL_WAIT4_32);
	c->options = pick_options(&word, c->nr);
	pick_id(c, &word);
	c->status = pick_place(&word);
	c->rusage = pick_place(&word);
	if (c->status == PLACE_SAME)
		c->status = PLACE_GOOD;
	/* It does not sleep anyway, and few of a twin's calls may. */
	if (script_twin && c->id_kind == ID_NONBLOCK && pick(&word, 2))
		c->options &= ~WNOHANG;
	if (op->patient)
		make_patient(c, &word);
	if (script_model)
		make_known(c, op->patient);
}

/* What became of a call that has returned ret, and reported pid. */
enum end call_end(const struct call *c, long ret, int pid)
{
	switch (ret) {
	case -ECHILD:
		return END_ECHILD;
	case -EINVAL:
		return END_EINVAL;
	case -EFAULT:
		return END_EFAULT;
	case -EINTR:
		return END_EINTR;
	case -ESRCH:
		return END_ESRCH;
	case -EBADF:
		return END_EBADF;
	case -EAGAIN:
		return END_EAGAIN;
	}
	if (ret < 0)
		return END_OTHER;
	if (c->nr == CALL_WAITID || c->nr == CALL_WAITID_32)
		return pid ? END_REPORT : END_NOTHING;
	return ret ? END_REPORT : END_NOTHING;
}

/* ------------------------------------------- what the other operations do */

/* clone(2)'s flags */
unsigned long script_flags(const struct op *op)
{
	static const int signals[] = { SIGCHLD, SIGCHLD, SIGCHLD, 0, SIGUSR2, 40 };
	__u64 word = op->word;
	unsigned long flags = signals[pick(&word, 6)];

	if (script_model)
		return SIGCHLD;
	if (op->kind == OP_NAMESPACE)
		return SIGCHLD | CLONE_NEWPID;
	if (!pick(&word, 6))
		flags |= CLONE_PARENT;
	if (!pick(&word, 8))
		flags |= CLONE_PTRACE;
	if (!pick(&word, 12))
		flags |= CLONE_UNTRACED;
	return flags;
}

/* The tree's root stays. */
int script_signal(const struct op *op)
{
	static const int signals[] = {
		SIGKILL, SIGKILL, SIGTERM, SIGSTOP, SIGSTOP, SIGSTOP, SIGCONT,
		SIGCONT, SIGCONT, SIGTSTP, SIGUSR1, SIGUSR1, SIGUSR2, SIGWINCH,
		SIGCHLD, SIGSEGV,
	};
	__u64 word = op->word;
	static const int known[] = { SIGKILL, SIGSTOP, SIGSTOP, SIGCONT, SIGCONT, SIGSTOP };
	int sig = signals[pick(&word, sizeof(signals) / sizeof(*signals))];

	if (script_model)
		return op->kind == OP_TGKILL ? SIGUSR1 : known[pick(&word, 6)];
	return op->other || sig == SIGCHLD || sig == SIGWINCH ? sig : SIGUSR1;
}

#define PTRACE_OPTIONS	0x1000ff

/* PTRACE_SEIZE's options */
unsigned long script_seize(const struct op *op)
{
	__u64 word = op->word;

	return script_model || pick(&word, 2) ? 0 : mix(op->word) & PTRACE_OPTIONS;
}

/*
 * Two that trace each other, both up to the end, never end: each waits for the other
 * to let it exit.  So only the root may ask for that.
 */
unsigned long script_allowed(const struct op *op, unsigned long options)
{
	return op->actor ? options & ~PTRACE_O_TRACEEXIT : options;
}

/* An enum action, and SA_ flags. */
int script_sigchld(const struct op *op, int *flags)
{
	static const int handled[] = { SA_NOCLDWAIT, SA_NOCLDSTOP | SA_RESTART, SA_RESTART, 0 };
	__u64 word = op->word;
	unsigned int i = pick(&word, 6);

	*flags = 0;
	if (!i)
		return ACTION_IGNORE;
	if (i == 5)
		return ACTION_DEFAULT;
	*flags = handled[i - 1];
	return ACTION_HANDLER;
}

__u64 script_mask(const struct op *op)
{
	__u64 word = op->word, set = 0;

	if (pick(&word, 2))
		set = 1ull << (SIGUSR1 - 1) | 1ull << (SIGCHLD - 1);
	if (!pick(&word, 4))
		set |= 1ull << (SIGTSTP - 1) | 1ull << (SIGTERM - 1);
	return set;
}

/* A request for a tracee; some need a stop. */
void script_request(const struct op *op, int *request, long *data)
{
	static const int requests[] = {
		PTRACE_CONT, PTRACE_CONT, PTRACE_CONT, PTRACE_CONT, PTRACE_SYSCALL,
		PTRACE_SINGLESTEP, PTRACE_DETACH, PTRACE_INTERRUPT, PTRACE_LISTEN,
		PTRACE_SETOPTIONS, PTRACE_KILL,
	};
	static const int signals[] = { 0, 0, 0, SIGSTOP, SIGUSR1, SIGKILL, SIGTSTP };
	__u64 word = op->word;

	*request = requests[pick(&word, sizeof(requests) / sizeof(*requests))];
	*data = signals[pick(&word, sizeof(signals) / sizeof(*signals))];
	if (*request == PTRACE_SETOPTIONS)
		*data = mix(op->word) & PTRACE_OPTIONS;
	if (!script_model)
		return;
	*request = pick(&word, 4) ? PTRACE_CONT : PTRACE_DETACH;
	*data = 0;
}
