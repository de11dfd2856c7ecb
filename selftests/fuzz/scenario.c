// SPDX-License-Identifier: GPL-2.0
/*
 * What has happened in a play, as a scenario for altwait-model: the events, the wait calls,
 * and what the module has made of them, which the model has to say, too.
 *
 * The format is that of selftests/model/README.md.  The stage stands for init, since all
 * who lose their parent come to it.
 */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>

#include "play.h"

#define INIT	1

/* A call's pidfd, if it has one: no two have the same number. */
#define PIDFD_OF(call)	(1000 + (call))

/* The model's pointers */
enum { PTR_NULL, PTR_GOOD, PTR_FAULTING };

static FILE *to;
static bool asleep[MAX_OPS * MAX_TWIN_BURST];	/* calls */
static __u32 n_seen;		/* calls that have begun, */
static __u32 n_returned;	/* and that have returned */
static bool threaded;		/* there is a process with two threads, or was */
static struct look before[MAX_ACTORS];
static __s32 tracers[MAX_ACTORS];	/* of the actor's process, */
static bool trapped[MAX_ACTORS];	/* and whether that is in a ptrace stop */

static __s32 root_of(const struct shared *sh)
{
	return sh->actors[0].tgid;
}

/* Any actor that is a thread of the process. */
static const struct look *look_of(const struct shared *sh, __s32 tgid)
{
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++)
		if (sh->actors[i].tid && sh->actors[i].tgid == tgid &&
		    !progress_is_dead(before[i].state))
			return &before[i];
	return NULL;
}

static bool is_stopped(const struct shared *sh, __s32 tgid)
{
	const struct look *l = look_of(sh, tgid);

	return l && l->state == 'T';
}

static bool has_sleeper(const struct shared *sh, __s32 tgid)
{
	__u32 i;

	for (i = 0; i < n_seen; i++)
		if (asleep[i] && sh->outcomes[i].tgid == tgid)
			return true;
	return false;
}

/* Its only thread, and no other ever had the process's number. */
static bool is_alone(const struct shared *sh, const struct actor *a)
{
	const struct actor *other;

	for (other = sh->actors; other < sh->actors + MAX_ACTORS; other++)
		if (other != a && other->tid && other->tgid == a->tgid)
			return false;
	return a->tid == a->tgid;
}

static __s32 tracer_of(const struct shared *sh, __s32 tgid)
{
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++)
		if (tracers[i] && sh->actors[i].tgid == tgid)
			return tracers[i];
	return 0;
}

static bool is_tracer(__s32 tgid)
{
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++)
		if (tracers[i] == tgid && !progress_is_dead(before[i].state))
			return true;
	return false;
}

/*
 * Of ptrace, what makes no stops but those of signals: a process that has one thread traces
 * another such, of which nothing stops or is asleep.
 */
static bool may_seize(const struct shared *sh, const struct actor *a,
		      const struct actor *other)
{
	const struct look *l = other->tid ? look_of(sh, other->tgid) : NULL;

	return l && l->state == 'S' && !has_sleeper(sh, other->tgid) &&
	       a->tgid != other->tgid && is_alone(sh, a) && is_alone(sh, other) &&
	       other->tgid != root_of(sh) && !tracer_of(sh, other->tgid);
}

/*
 * May it be played?  Not what the model has no line for: a stop of a process that is in a
 * wait call, a signal for the root that ends or stops it, the end of a tracer.
 */
bool scenario_has(const struct shared *sh, const struct op *op)
{
	const struct actor *a = &sh->actors[op->actor], *other = &sh->actors[op->other];
	bool kills = op->kind == OP_KILL && script_signal(op) == SIGKILL;

	/* No tracee sleeps in a call: a signal would stop it there. */
	if (tracer_of(sh, a->tgid) && (before[op->actor].state != 'S' || op->patient))
		return false;
	if (op->kind == OP_UID)
		return a->tid == a->tgid && !threaded;
	if (op->kind == OP_THREAD)
		return !tracer_of(sh, a->tgid) && !is_tracer(a->tgid);
	if (op->kind == OP_EXIT || op->kind == OP_EXIT_GROUP)
		return !is_tracer(a->tgid);
	if (op->kind == OP_SEIZE)
		return may_seize(sh, a, other);
	if (op->kind != OP_KILL && op->kind != OP_TGKILL)
		return true;
	if (!other->tid || !look_of(sh, other->tgid))
		return false;
	if (is_tracer(other->tgid) && (kills || script_signal(op) == SIGSTOP))
		return false;
	/* SIGCONT makes a stop with an event first. */
	if (tracer_of(sh, other->tgid) && !kills)
		return script_signal(op) != SIGCONT && !has_sleeper(sh, other->tgid) &&
		       look_of(sh, other->tgid)->state == 'S';
	if (op->kind == OP_TGKILL)
		return !is_stopped(sh, other->tgid);
	if (other->tgid == root_of(sh))
		return false;
	return script_signal(op) != SIGSTOP || !has_sleeper(sh, other->tgid);
}

static __s32 pointer_of(enum place place)
{
	return place == PLACE_GOOD ? PTR_GOOD : place == PLACE_NULL ? PTR_NULL : PTR_FAULTING;
}

static void say_call(const struct shared *sh, const struct script *s, __u32 i)
{
	const struct outcome *o = &sh->outcomes[i];
	struct call c;

	script_call(&s->ops[o->op], o->call, &c);
	if (o->opened)
		fprintf(to, "pidfd %u %d\n", PIDFD_OF(i), o->opened);
	if (c.nr == CALL_WAIT4)
		fprintf(to, "wait4 %u %d %d %u %d\n", i + 1, o->tid, o->id, c.options,
			pointer_of(c.status));
	else
		fprintf(to, "waitid %u %d %u %d %u %d\n", i + 1, o->tid, c.which,
			o->opened ? (int)PIDFD_OF(i) : o->id, c.options,
			pointer_of(c.status));
}

static bool is_all(const void *at, int byte, size_t n)
{
	const __u8 *from = at;

	while (n && *from++ == byte)
		n--;
	return !n;
}

static void say_return(const struct shared *sh, const struct script *s, __u32 i)
{
	const struct outcome *o = &sh->outcomes[i];
	const __u8 *at = sh->shots[i].low + TWIN_STATUS;
	struct call c;
	int v[32];

	memcpy(v, at, sizeof(v));
	script_call(&s->ops[o->op], o->call, &c);
	fprintf(to, "= %u %d ", i + 1, o->ret);
	if (c.nr == CALL_WAIT4 && !is_all(v, 0x5a, sizeof(*v)))
		fprintf(to, "%d\n", v[0]);
	else if (c.nr == CALL_WAITID && !is_all(v, 0x5a, sizeof(v)))
		fprintf(to, "%d %d %d %d %d\n", v[2], v[4], v[5], v[6],
			is_all(v, 0, sizeof(v)));
	else
		fputs("-\n", to);
}

static bool is_gone(const struct outcome *o)
{
	const struct actor caller = { .tid = o->tid, .tgid = o->tgid };

	return progress_is_dead(progress_state(&caller));
}

/* The calls that a death has ended. */
static void say_buried(const struct shared *sh)
{
	__u32 i;

	for (i = 0; i < n_seen; i++) {
		if (!asleep[i] || !is_gone(&sh->outcomes[i]))
			continue;
		fprintf(to, "! %u\n", i + 1);
		asleep[i] = false;
	}
}

/* Those that have slept, in the order in which they have returned. */
static void say_woken(const struct shared *sh, const struct script *s)
{
	__u32 i;

	for (; n_returned < sh->n_returned; n_returned++) {
		for (i = 0; i < n_seen; i++) {
			if (sh->outcomes[i].done && sh->outcomes[i].order == n_returned &&
			    asleep[i]) {
				say_return(sh, s, i);
				asleep[i] = false;
			}
		}
	}
}

static void say_calls(const struct shared *sh, const struct script *s)
{
	for (; n_seen < sh->n_outcomes; n_seen++) {
		say_call(sh, s, n_seen);
		asleep[n_seen] = !sh->outcomes[n_seen].done;
		if (asleep[n_seen])
			fprintf(to, "~ %u\n", n_seen + 1);
		else
			say_return(sh, s, n_seen);
	}
}

static void say_trap(const struct shared *sh, unsigned int at, int sig)
{
	fprintf(to, "pstop %d %d %d 0 0\n", sh->actors[at].tgid, sh->actors[at].tid, sig);
	trapped[at] = true;
}

/* A tracee stops for the SIGCHLD of its children, too, whatever it does about that. */
static void say_traps(const struct shared *sh, const struct look *looks)
{
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++)
		if (tracers[i] && looks[i].state == 't' && !trapped[i])
			say_trap(sh, i, SIGCHLD);
}

static void say_signal(const struct shared *sh, const struct actor *o, int sig)
{
	bool stopped = is_stopped(sh, o->tgid);
	__u32 i;

	if (sig != SIGKILL && tracer_of(sh, o->tgid)) {
		say_trap(sh, o - sh->actors, sig);
		return;
	}
	switch (sig) {
	case SIGSTOP:
		if (!stopped)
			fprintf(to, "jstop %d %d\n", o->tgid, sig);
		break;
	case SIGCONT:
		if (stopped)
			fprintf(to, "jcont %d\n", o->tgid);
		break;
	case SIGKILL:
		if (stopped)
			fprintf(to, "kill %d\n", o->tgid);
		fprintf(to, "gexit %d %d %d\n", o->tgid, o->tid, sig);
		break;
	default:
		for (i = 0; i < n_seen; i++)
			if (asleep[i] && sh->outcomes[i].tid == o->tid)
				fprintf(to, "signal %d\n", o->tid);
	}
}

/* The thread of the process that a signal ends first. */
static const struct actor *victim_of(const struct shared *sh, const struct actor *o)
{
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++)
		if (sh->actors[i].tid && sh->actors[i].tgid == o->tgid &&
		    !progress_is_dead(before[i].state))
			return &sh->actors[i];
	return o;
}

static void say_resume(const struct shared *sh, const struct op *op, unsigned int at)
{
	const struct actor *a = &sh->actors[at];
	int request;
	long data;

	script_request(op, &request, &data);
	trapped[at] = false;
	if (request == PTRACE_DETACH) {
		fprintf(to, "detach %d\n", a->tgid);
		tracers[at] = 0;
	} else {
		fprintf(to, "resume %d %d\n", a->tgid, a->tid);
	}
}

/* Somebody else gets the number. */
static void forget(unsigned int at)
{
	tracers[at] = 0;
	trapped[at] = false;
}

static void say_operation(const struct shared *sh, const struct op *op,
			  const struct result *r, const struct actor *a)
{
	const struct actor *other = &sh->actors[op->other];
	__u64 word = op->word;

	switch (op->kind) {
	case OP_FORK:
		forget(r->other);
		fprintf(to, "fork %d %d\n", a->tgid, r->ret);
		break;
	case OP_THREAD:
		threaded = true;
		forget(r->other);
		fprintf(to, "thread %d %d\n", a->tgid, r->ret);
		break;
	case OP_EXIT:
		fprintf(to, "texit %d %d %d\n", a->tgid, a->tid, pick(&word, 256) << 8);
		break;
	case OP_EXIT_GROUP:
		fprintf(to, "gexit %d %d %d\n", a->tgid, a->tid, pick(&word, 256) << 8);
		break;
	case OP_SETPGID:
		fprintf(to, "setpgid %d %d\n", a->tgid,
			pick(&word, 3) || !other->tid ? a->tgid : other->tid);
		break;
	case OP_SUBREAPER:
		fprintf(to, "subreaper %d %d\n", a->tgid, pick(&word, 3) > 0);
		break;
	case OP_UID:
		fprintf(to, "uid %d %d\n", a->tgid, 1000 + pick(&word, 9));
		break;
	case OP_SEIZE:
		fprintf(to, "trace %d %d\n", a->tgid, other->tgid);
		tracers[op->other] = a->tgid;
		break;
	case OP_RESUME:
		say_resume(sh, op, r->other);
		break;
	case OP_KILL:
		say_signal(sh, victim_of(sh, other), script_signal(op));
		break;
	case OP_TGKILL:
		say_signal(sh, other, SIGUSR1);
		break;
	}
}

/* Has it happened?  Who exits says nothing, and neither does who ends itself. */
static bool is_done(const struct shared *sh, const struct op *op, const struct result *r)
{
	const struct actor *a = &sh->actors[op->actor];

	if (!r->asked || progress_is_dead(before[op->actor].state))
		return false;
	if (r->done)
		return r->ret >= 0 && op->kind != OP_EXIT && op->kind != OP_EXIT_GROUP;
	if (op->kind == OP_EXIT || op->kind == OP_EXIT_GROUP)
		return true;
	return op->kind == OP_KILL && sh->actors[op->other].tgid == a->tgid;
}

void scenario_begin(FILE *f, const struct shared *sh, __u64 round)
{
	to = f;
	n_seen = 0;
	n_returned = 0;
	threaded = false;
	memset(before, 0, sizeof(before));
	memset(tracers, 0, sizeof(tracers));
	memset(trapped, 0, sizeof(trapped));
	before[0].state = 'S';
	fprintf(to, "scenario %llu\nfork %d %d\nsetpgid %d %d\n", round, INIT, root_of(sh),
		root_of(sh), root_of(sh));
}

/* After an operation, when all are where they stay. */
void scenario_step(const struct shared *sh, const struct script *s, unsigned int number)
{
	const struct result *r = &sh->results[number];
	const struct op *op = &s->ops[number];

	if (r->poked)
		say_signal(sh, &sh->actors[op->actor], r->poked);
	else if (is_done(sh, op, r))
		say_operation(sh, op, r, &sh->actors[op->actor]);
	say_traps(sh, sh->looks[number]);
	say_buried(sh);
	say_calls(sh, s);
	say_woken(sh, s);
	memcpy(before, sh->looks[number], sizeof(before));
}

void scenario_end(const struct shared *sh)
{
	unsigned int n = 0;
	__u32 i;

	for (i = 0; i < n_seen; i++)
		n += asleep[i];
	fprintf(to, "end %u", n);
	for (i = 0; i < n_seen; i++)
		if (asleep[i])
			fprintf(to, " %u", i + 1);
	fputs("\n\n", to);
}
