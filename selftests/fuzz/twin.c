// SPDX-License-Identifier: GPL-2.0
/*
 * Twins: a script is played by stock and by a policy, and all that its actors can see
 * is the same.
 *
 * All tasks of a play are on one CPU and take turns (stage_take_turns()), so that a
 * play is a function of its script: stock beside stock shows that.  What is not is made
 * alike below: numbers of tasks become the operations that have made them, and of the
 * resource usage it counts which members were written, since the kernel's clock ticks
 * when it likes.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/device.h"
#include "play.h"

/* What came of a play. */
struct take {
	bool		stuck;
	struct result	results[MAX_OPS];
	__u32		n_outcomes;
	struct outcome	outcomes[MAX_OPS * MAX_TWIN_BURST];
	struct shot	shots[MAX_OPS * MAX_TWIN_BURST];
	struct look	looks[MAX_OPS][MAX_ACTORS];
	__u32	n_arrivals;
	struct arrival	arrivals[MAX_ARRIVALS];
	__u32	n_reaped;
	struct reaped	reaped[MAX_REAPED];
};

static struct take takes[2];

/* ------------------------------------------------------------- the plays */

/* The signals that came, and whom the stage has reaped, which is over only now. */
static void take_rest(const struct shared *sh, struct take *t)
{
	unsigned int i;

	memcpy(t->looks, sh->looks, sizeof(t->looks));
	t->n_arrivals = sh->n_arrivals < MAX_ARRIVALS ? sh->n_arrivals : MAX_ARRIVALS;
	memcpy(t->arrivals, sh->arrivals, t->n_arrivals * sizeof(*t->arrivals));
	for (i = 0; i < t->n_arrivals; i++) {
		t->arrivals[i].pid = alike_name(sh, t->arrivals[i].pid);
		t->arrivals[i].by = alike_name(sh, t->arrivals[i].by);
	}
	t->n_reaped = sh->n_reaped;
	memcpy(t->reaped, sh->reaped, t->n_reaped * sizeof(*t->reaped));
	for (i = 0; i < t->n_reaped; i++)
		t->reaped[i].pid = alike_name(sh, t->reaped[i].pid);
}

static void take(struct shared *sh, const struct script *s, unsigned int policy,
		 struct take *t)
{
	bool stock = policy == ALTWAIT_POLICY_STOCK;
	int device = stock ? -1 : device_open();
	unsigned int i;

	if (device < 0 && !stock) {
		perror(ALTWAIT_DEVICE);
		exit(2);
	}
	t->stuck = !stage_play(sh, s, device, policy, 0);
	memcpy(t->results, sh->results, sizeof(t->results));
	/* What has made a task returns its number. */
	for (i = 0; i < s->n; i++)
		t->results[i].ret = t->results[i].ret > 0 ? ALIKE_NAMED : t->results[i].ret;
	alike_begin();
	t->n_outcomes = sh->n_outcomes;
	memcpy(t->outcomes, sh->outcomes, t->n_outcomes * sizeof(*t->outcomes));
	memcpy(t->shots, sh->shots, t->n_outcomes * sizeof(*t->shots));
	for (i = 0; i < t->n_outcomes; i++) {
		if (t->outcomes[i].done)
			alike_make(sh, s, &t->outcomes[i], &t->shots[i]);
		else
			memset(&t->shots[i], 0, sizeof(*t->shots));
	}
	t->stuck |= !stage_end(sh);
	take_rest(sh, t);
	if (!stock)
		close(device);
}

/* --------------------------------------------------------- beside each other */

static void say_bytes(FILE *say, const char *what, const __u8 *a, const __u8 *b,
		      size_t size)
{
	int left = 8;
	size_t i;

	for (i = 0; i < size; i++)
		if (a[i] != b[i] && left-- > 0)
			fprintf(say, "#   %s, byte %zd: stock %#x, policy %#x\n", what, i,
				a[i], b[i]);
}

static bool call_differs(const struct script *s, unsigned int i, FILE *say)
{
	struct call c;
	const struct outcome *a = &takes[0].outcomes[i], *b = &takes[1].outcomes[i];
	const struct shot *x = &takes[0].shots[i], *y = &takes[1].shots[i];

	if (a->op == b->op && a->call == b->call && a->done == b->done &&
	    (!a->done || a->ret == b->ret) && !memcmp(x, y, sizeof(*x)))
		return false;
	if (!say)
		return true;
	script_call(&s->ops[a->op], a->call, &c);
	script_print_call(say, &c, NULL);
	fprintf(say, "# actor %u, operation %u, call %u: stock returns %#x%s, ",
		s->ops[a->op].actor, a->op, a->call, a->ret,
		a->done ? "" : " (not yet)");
	if (a->op == b->op && a->call == b->call)
		fprintf(say, "the policy %#x%s\n", b->ret, b->done ? "" : " (not yet)");
	else
		fprintf(say, "and the policy is in operation %u, call %u\n", b->op, b->call);
	say_bytes(say, "status", x->low, y->low, TWIN_RUSAGE - TWIN_STATUS);
	say_bytes(say, "rusage", x->low + TWIN_RUSAGE - TWIN_STATUS,
		  y->low + TWIN_RUSAGE - TWIN_STATUS,
		  sizeof(x->low) - TWIN_RUSAGE + TWIN_STATUS);
	say_bytes(say, "page's end", x->edge, y->edge, sizeof(x->edge));
	say_bytes(say, "page that comes later", x->late, y->late, sizeof(x->late));
	say_bytes(say, "end of user space", x->top, y->top, sizeof(x->top));
	if (x->rest != y->rest)
		fprintf(say, "#   beside all buffers: stock %d, policy %d\n", x->rest, y->rest);
	if (x->handled != y->handled)
		fprintf(say, "#   signals handled by then: stock %u, policy %u\n",
			x->handled, y->handled);
	return true;
}

static void say_result(FILE *say, const struct result *r)
{
	fprintf(say, "%#x%s, actor %u, signal %u", r->ret, r->done ? "" : " (not done)",
		r->other, r->poked);
}

static bool operation_differs(const struct script *s, unsigned int i, FILE *say)
{
	const struct result *a = &takes[0].results[i], *b = &takes[1].results[i];

	if (a->done == b->done && a->poked == b->poked && a->other == b->other &&
	    (!a->done || a->ret == b->ret))
		return false;
	if (!say)
		return true;
	fprintf(say, "# operation %u, %s: stock ", i, op_names[s->ops[i].kind]);
	say_result(say, a);
	fprintf(say, ", policy ");
	say_result(say, b);
	fputc('\n', say);
	return true;
}

static bool look_differs(const struct script *s, unsigned int i, FILE *say)
{
	const struct look *a = takes[0].looks[i], *b = takes[1].looks[i];
	unsigned int j;

	for (j = 0; j < MAX_ACTORS; j++) {
		if (a[j].state == b[j].state && a[j].pidfd == b[j].pidfd)
			continue;
		if (say)
			fprintf(say, "# after %u, %s, actor %u: stock %c %c, policy %c %c\n",
				i, op_names[s->ops[i].kind], j, a[j].state, a[j].pidfd,
				b[j].state, b[j].pidfd);
		return true;
	}
	return false;
}

static void say_arrival(FILE *say, const struct arrival *a)
{
	fprintf(say, "%d to %#x, code %d, from %#x, status %d, uid %u", a->sig, a->by,
		a->code, a->pid, a->status, a->uid);
}

static bool arrivals_differ(FILE *say)
{
	const struct arrival *a = takes[0].arrivals, *b = takes[1].arrivals;
	unsigned int i, n = takes[0].n_arrivals;

	for (i = 0; i < n && i < takes[1].n_arrivals; i++) {
		if (!memcmp(&a[i], &b[i], sizeof(*a)))
			continue;
		if (say) {
			fprintf(say, "# signal %u that was handled: stock ", i);
			say_arrival(say, &a[i]);
			fputs(", policy ", say);
			say_arrival(say, &b[i]);
			fputc('\n', say);
		}
		return true;
	}
	if (n == takes[1].n_arrivals)
		return false;
	if (say)
		fprintf(say, "# %u signals are handled by stock, %u by the policy\n", n,
			takes[1].n_arrivals);
	return true;
}

static bool reaped_differ(FILE *say)
{
	const struct reaped *a = takes[0].reaped, *b = takes[1].reaped;
	unsigned int i, n = takes[0].n_reaped;

	for (i = 0; i < n && i < takes[1].n_reaped; i++) {
		if (a[i].pid == b[i].pid && a[i].status == b[i].status)
			continue;
		if (say)
			fprintf(say, "# reaped in the end: stock %#x, %#x, policy %#x, %#x\n",
				a[i].pid, a[i].status, b[i].pid, b[i].status);
		return true;
	}
	if (n == takes[1].n_reaped)
		return false;
	if (say)
		fprintf(say, "# %u are reaped in the end by stock, %u by the policy\n", n,
			takes[1].n_reaped);
	return true;
}

/* The first difference is told, if @say. */
static bool differ(const struct script *s, FILE *say)
{
	unsigned int i;

	for (i = 0; i < takes[0].n_outcomes && i < takes[1].n_outcomes; i++)
		if (call_differs(s, i, say))
			return true;
	for (i = 0; i < s->n; i++)
		if (operation_differs(s, i, say))
			return true;
	if (takes[0].n_outcomes != takes[1].n_outcomes) {
		if (say)
			fprintf(say, "# %u calls by stock, %u by the policy\n",
				takes[0].n_outcomes, takes[1].n_outcomes);
		return true;
	}
	for (i = 0; i < s->n; i++)
		if (look_differs(s, i, say))
			return true;
	return arrivals_differ(say) || reaped_differ(say) ||
	       takes[0].stuck != takes[1].stuck;
}

/* The calls of a play that the policy has answered, if there is one. */
static unsigned int count_calls(const struct script *s, const struct take *t)
{
	unsigned int i, n = 0;

	for (i = 0; i < t->n_outcomes; i++)
		n += s->ops[t->outcomes[i].op].kind == OP_WAIT;
	return n;
}

static __u32 sum_of(const void *at, size_t n)
{
	const __u8 *from = at;
	__u32 sum = 2166136261u;

	while (n--)
		sum = (sum ^ *from++) * 16777619u;
	return sum;
}

/*
 * Plays s by stock, and writes down all that the plays of twins are compared by: for a
 * play on another kernel.
 */
void twin_write(struct shared *sh, const struct script *s, __u64 round, FILE *f,
		struct totals *t)
{
	const struct take *one = &takes[0];
	const struct outcome *o;
	unsigned int i, j;
	struct call c;

	take(sh, s, ALTWAIT_POLICY_STOCK, &takes[0]);
	t->rounds++;
	t->made += count_calls(s, one);
	t->stuck += one->stuck;
	for (i = 0; i < one->n_outcomes; i++) {
		o = &one->outcomes[i];
		script_call(&s->ops[o->op], o->call, &c);
		fprintf(f, "%llu.%u.%u ", round, o->op, o->call);
		script_print_arguments(f, &c);
		if (o->done)
			fprintf(f, " = %#x, memory %08x\n", o->ret,
				sum_of(&one->shots[i], sizeof(*one->shots)));
		else
			fputs(" does not return\n", f);
	}
	for (i = 0; i < s->n; i++) {
		fprintf(f, "%llu.%u %s = %d,", round, i, op_names[s->ops[i].kind],
			one->results[i].done ? one->results[i].ret : 1);
		for (j = 0; j < MAX_ACTORS; j++)
			fprintf(f, " %c%c", one->looks[i][j].state, one->looks[i][j].pidfd);
		fputc('\n', f);
	}
	for (i = 0; i < one->n_arrivals; i++) {
		fprintf(f, "%llu signal ", round);
		say_arrival(f, &one->arrivals[i]);
		fputc('\n', f);
	}
	for (i = 0; i < one->n_reaped; i++)
		fprintf(f, "%llu reaped %#x, %#x\n", round, one->reaped[i].pid,
			one->reaped[i].status);
}

/* Returns whether the plays are alike; what is not is told, if @say. */
bool twin_round(struct shared *sh, const struct script *s, unsigned int policy,
		struct totals *t, FILE *say)
{
	bool unlike;

	take(sh, s, ALTWAIT_POLICY_STOCK, &takes[0]);
	take(sh, s, policy, &takes[1]);
	unlike = differ(s, say);
	t->rounds++;
	t->made += count_calls(s, &takes[1]);
	t->stuck += takes[0].stuck || takes[1].stuck;
	t->unlike += unlike;
	return !unlike;
}

/* ------------------------------------------------------------ and shrunk */

static struct shared *twin_stage;
static unsigned int twin_policy;

static bool still_unlike(const struct script *s)
{
	struct totals ignored = {};

	return !twin_round(twin_stage, s, twin_policy, &ignored, NULL);
}

void twin_shrink(struct shared *sh, struct script *s, unsigned int policy,
		 unsigned int seconds)
{
	twin_stage = sh;
	twin_policy = policy;
	script_shrink(s, still_unlike, seconds);
}
