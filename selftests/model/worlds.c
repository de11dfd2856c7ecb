// SPDX-License-Identifier: GPL-2.0
/*
 * The index beside its slow twin, in worlds of thousands of processes.
 */
#include "model/model.h"
#include "worlds.h"

#define WAITERS	4	/* pids 1 to 4: they never end, and their children are many */
#define CALLS	16

static const struct aw_facts no_facts;

/**
 * struct call - a wait call that goes on
 * @req:  as it was made; @caller is NULL where there is none
 * @snap: its candidates, by the index
 * @twin: the same, by name
 */
struct call {
	struct aw_request  req;
	struct aw_snapshot snap;
	struct aw_snapshot twin;
};

/**
 * struct world - all there is
 * @rnd:    the state of the random numbers
 * @size:   the highest pid
 * @alive:  records that are not freed
 * @r:	    the records,
 * @buckets: and their hash
 * @by_pid: the process that has a pid now, referenced, or NULL
 * @call:   calls that go on
 */
struct world {
	u64		  rnd;
	unsigned int	  size;
	unsigned int	  alive;
	struct aw_records r;
	struct aw_buckets buckets;
	struct aw_process **by_pid;
	struct call	  call[CALLS];
};

static struct world *the_world;

static void free_process(struct aw_process *p)
{
	the_world->alive--;
	free(p);
}

static const struct aw_host_ops host = { .process_free = free_process };

/* xorshift: the state is never 0 */
static u32 below(struct world *w, u32 n)
{
	w->rnd ^= w->rnd << 13;
	w->rnd ^= w->rnd >> 7;
	w->rnd ^= w->rnd << 17;
	return (w->rnd >> 32) % n;
}

/* ---------------------------------------------------------------- processes */

static struct aw_process *waiter(struct world *w)
{
	return w->by_pid[1 + below(w, WAITERS)];
}

static void begin(struct world *w, u32 pid)
{
	struct aw_process *parent = pid <= WAITERS ? NULL : waiter(w);
	struct aw_process *p = calloc(1, sizeof(*p));

	assert(p);
	w->alive++;
	w->by_pid[pid] = p;
	aw_process_add(&w->r, p, parent, pid, 1 + below(w, 8), pid);
	aw_process_get(p);
	assert(!aw_thread_add(p, pid));
}

/* The world knows it no more; calls may. */
static void drop(struct world *w, u32 pid)
{
	aw_process_put(w->by_pid[pid]);
	w->by_pid[pid] = NULL;
}

static void forget(struct world *w, u32 pid)
{
	aw_process_forget(&w->r, w->by_pid[pid]);
	drop(w, pid);
}

static void happen_alive(struct world *w, struct aw_process *p)
{
	switch (below(w, 12)) {
	case 0:
		aw_process_stop(&w->r, p, SIGSTOP);
		break;
	case 1:
		aw_process_continue(&w->r, p);
		break;
	case 2:
		aw_process_trace(&w->r, p, 1 + below(w, WAITERS));
		break;
	case 3:
		aw_process_detach(&w->r, p);
		break;
	case 4:
		assert(!aw_process_ptrace_stop(&w->r, p, p->pid, SIGUSR1,
					       below(w, 3), 0, below(w, 2)));
		break;
	case 5:
		aw_process_ptrace_resume(p, p->pid);
		break;
	case 6:
		/* Another thread of the parent, which lives, is the real parent now. */
		aw_process_reparent(p, p->parent);
		break;
	case 7:
		p->pgid = 1 + below(w, 8);
		break;
	case 8:
		forget(w, p->pid);
		break;
	default:
		aw_thread_exit(p, p->pid, below(w, 256) << 8);
		aw_process_exit(&w->r, p);
		break;
	}
}

static void happen(struct world *w)
{
	u32 pid = WAITERS + 1 + below(w, w->size - WAITERS);
	struct aw_process *p = w->by_pid[pid];

	if (!p)
		begin(w, pid);
	else if (!p->is_zombie)
		happen_alive(w, p);
	else if (!below(w, 8))
		forget(w, pid);
}

/* --------------------------------------------------------------------- calls */

static void throw_call(struct world *w, struct call *c)
{
	static const u32 options[] = { WEXITED, WSTOPPED, WCONTINUED, WNOHANG, WNOWAIT };
	unsigned int i;

	memset(&c->req, 0, sizeof(c->req));
	c->req.caller = waiter(w);
	c->req.quirks = AW_QUIRKS_STARRY;
	c->req.call = below(w, 2) ? AW_WAIT4 : AW_WAITID;
	for (i = 0; i < ARRAY_SIZE(options); i++)
		if (below(w, 2))
			c->req.options |= options[i];
	switch (below(w, 6)) {
	case 0:
		c->req.target.kind = AW_TARGET_PID;
		c->req.target.id = 1 + below(w, w->size);
		break;
	case 1:
		c->req.target.kind = AW_TARGET_PGID;
		c->req.target.id = 1 + below(w, 8);
		break;
	default:
		break;
	}
}

static void take(struct world *w, const struct aw_request *req,
		 struct aw_snapshot *snap)
{
	unsigned int n = aw_candidates_take(&w->r, req, &no_facts, snap);

	if (n <= snap->cap)
		return;
	free(snap->v);
	snap->v = calloc(n, sizeof(*snap->v));
	snap->cap = n;
	assert(snap->v);
	assert(aw_candidates_take(&w->r, req, &no_facts, snap) == n);
}

static void end_call(struct call *c)
{
	aw_candidates_release(&c->snap);
	aw_candidates_release(&c->twin);
	c->req.caller = NULL;
}

static bool begin_call(struct world *w, struct call *c)
{
	throw_call(w, c);
	take(w, &c->req, &c->twin);
	c->req.by_index = true;
	take(w, &c->req, &c->snap);
	if (aw_candidates_count(&c->snap) == c->twin.n)
		return true;
	printf("the index has %u candidates, there are %u\n",
	       aw_candidates_count(&c->snap), c->twin.n);
	return false;
}

/* A report is used up, as by the module: nobody is reaped twice. */
static void apply(struct world *w, struct call *c, const struct aw_decision *d)
{
	struct aw_decision now = *d;
	u32 pid = d->proc->pid;
	bool was_zombie = d->proc->in_zombies;

	if (d->kind == AW_ZOMBIE)
		now.consume &= was_zombie;
	aw_apply(&w->r, &c->req, &now, NULL, NULL);
	if (d->kind == AW_ZOMBIE && was_zombie && !d->proc->in_zombies)
		drop(w, pid);
}

static bool poll(struct world *w, struct call *c)
{
	struct aw_decision d, twin;

	aw_decide(&w->r, &c->req, &c->snap, &no_facts, &d);
	aw_decide(&w->r, &c->req, &c->twin, &no_facts, &twin);
	if (memcmp(&d, &twin, sizeof(d))) {
		printf("call %d target %d %u options %#x of %u: ", c->req.call,
		       c->req.target.kind, c->req.target.id, c->req.options,
		       c->req.caller->pid);
		printf("the index says %d of %u, all candidates %d of %u\n",
		       d.kind, d.pid, twin.kind, twin.pid);
		return false;
	}
	if (d.proc)
		apply(w, c, &d);
	/* Some go on although they have an answer: a fault, say. */
	if (d.kind != AW_SLEEP && below(w, 4))
		end_call(c);
	return true;
}

static bool step(struct world *w)
{
	struct call *c = &w->call[below(w, CALLS)];

	switch (below(w, 8)) {
	case 0:
		return c->req.caller || begin_call(w, c);
	case 1:
		if (c->req.caller && !below(w, 4))
			end_call(c);
		return true;
	case 2:
		return !c->req.caller || poll(w, c);
	default:
		happen(w);
		return true;
	}
}

static bool end(struct world *w)
{
	unsigned int i;
	u32 pid;

	for (i = 0; i < CALLS; i++) {
		end_call(&w->call[i]);
		free(w->call[i].snap.v);
		free(w->call[i].twin.v);
	}
	for (pid = w->size; pid; pid--)
		if (w->by_pid[pid])
			forget(w, pid);
	if (w->alive)
		printf("%u records are left\n", w->alive);
	return !w->alive;
}

bool worlds(u64 seed, unsigned long steps, unsigned int size)
{
	struct world *w = calloc(1, sizeof(*w));
	bool good;
	u32 pid;

	if (!w || size <= WAITERS)
		return false;
	the_world = w;
	w->rnd = (seed + 1) * 0x9e3779b97f4a7c15ULL | 1;
	w->size = size;
	w->by_pid = calloc(size + 1, sizeof(*w->by_pid));
	good = w->by_pid;
	aw_records_init(&w->r, &host, &w->buckets);
	for (pid = 1; good && pid <= size; pid++)
		begin(w, pid);
	while (good && steps--)
		good = step(w);
	good = good && end(w);
	free(w->by_pid);
	free(w);
	return good;
}
