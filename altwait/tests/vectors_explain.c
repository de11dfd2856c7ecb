// SPDX-License-Identifier: GPL-2.0
/*
 * The wait calls of a scenario under two policies: the world goes on under
 * starry, or one that differs from it in some quirks, and linux is asked about the same moment.
 */
#include "model/copy.h"
#include "vectors_world.h"

int vec_room(struct aw_facts *facts, struct aw_snapshot *room, unsigned int n)
{
	facts->cap = n;
	room->cap = n;
	facts->v = aw_alloc(n * sizeof(*facts->v));
	room->v = aw_alloc(n * sizeof(*room->v));
	return facts->v && room->v ? 0 : -ENOMEM;
}

static bool gives(const struct aw_question *q, enum aw_call call, aw_quirkset quirks,
		  const struct aw_decision *wanted)
{
	struct aw_decision d;

	return aw_explain_answer(q, quirks, &d) && aw_explain_agree(call, &d, wanted);
}

/* True if the quirks give the answer, and each of them is needed. */
static bool is_exact(const struct aw_question *q, enum aw_call call, aw_quirkset quirks,
		     const struct aw_decision *wanted)
{
	unsigned int i;

	if (!quirks)
		return true;
	for (i = 0; i < AW_N_QUIRKS; i++)
		if (quirks & AW_Q_NR(i) && gives(q, call, quirks & ~AW_Q_NR(i), wanted))
			return false;
	return gives(q, call, quirks, wanted);
}

static int ask(struct vec_world *w, const struct vec_call *c,
	       const struct aw_question *q)
{
	struct aw_request req = { .caller = q->caller };
	struct aw_explained e = { .facts = q->facts, .exact = true };
	struct aw_question few = *q;
	enum aw_call call = c->args.call;
	struct aw_decision d;

	if (!aw_explain_answer(q, w->quirks, &e.starry) ||
	    !aw_explain_answer(q, AW_QUIRKS_NONE, &e.linux_says) ||
	    !aw_explain_answer(q, w->quirks & ~AW_Q(POLLSET_64), &d))
		return vec_fail(w, "too little room for the candidates");
	e.agree = aw_explain_agree(call, &e.starry, &e.linux_says);
	few.few = true;
	if (!e.agree) {
		e.quirks = aw_explain(q, call, &e.starry);
		e.exact = is_exact(q, call, e.quirks, &e.starry) &&
			  is_exact(q, call, aw_explain(&few, call, &e.starry), &e.starry);
	}
	e.composed = aw_explain_agree(call, &e.starry, &d);
	if (!q->parse(&req, q->ctx))
		e.req = &req;
	w->explain(w->line, &e, w->explain_ctx);
	return 0;
}

/* Room for so many processes, each with some stops; which is to be freed. */
static int get_copies(struct aw_copies *c, unsigned int n)
{
	c->cap = n;
	c->stops_cap = 8 * n;
	c->v = aw_alloc(n * sizeof(*c->v));
	c->sorted = aw_alloc(n * sizeof(*c->sorted));
	c->buckets = aw_alloc(aw_copies_buckets(n) * sizeof(*c->buckets));
	c->stops = aw_alloc(c->stops_cap * sizeof(*c->stops));
	return c->v && c->sorted && c->buckets && c->stops ? 0 : -ENOMEM;
}

static void copy_world(struct vec_world *w, const struct aw_question *q,
		       struct aw_copies *c)
{
	struct aw_process *p;
	unsigned int i;

	aw_copies_begin(c, q->caller);
	for (p = aw_process_first(&w->rec); p; p = aw_process_next(&w->rec, p))
		aw_copies_add(c, p);
	list_for_each_entry(p, &w->rec.zombies, zombie)
		aw_copies_add(c, p);
	for (i = 0; i < q->facts->n; i++)
		aw_copies_add(c, q->facts->v[i].proc);
	for (i = 0; q->fixed && i < q->fixed->n; i++)
		aw_copies_add(c, q->fixed->v[i].proc);
}

/* Each of the processes becomes its copy. */
static int map_fixed(const struct aw_question *q, const struct aw_copies *c,
		     struct aw_snapshot *fixed)
{
	if (!q->fixed)
		return 0;
	*fixed = *q->fixed;
	fixed->v = aw_alloc(fixed->n * sizeof(*fixed->v));
	if (!fixed->v)
		return -ENOMEM;
	for (fixed->n = 0; fixed->n < q->fixed->n; fixed->n++) {
		fixed->v[fixed->n] = q->fixed->v[fixed->n];
		fixed->v[fixed->n].proc = aw_copies_find(c, fixed->v[fixed->n].proc);
	}
	return 0;
}

/* What an index of those that may have something to report leaves out. */
static bool is_quiet(const struct aw_fact *f)
{
	const struct aw_process *p = f->proc;
	const struct aw_ptrace_stop *stop;

	if (f->role != AW_ROLE_CHILD || f->life == AW_EXIT_TRACE ||
	    (f->life == AW_EXIT_ZOMBIE && !f->delayed) || f->stop_code ||
	    f->group_stop || f->continued || p->is_zombie || p->job.kind != AW_JOB_NONE)
		return false;
	list_for_each_entry(stop, &p->ptrace.stops, node)
		if (!stop->reported)
			return false;
	return true;
}

/*
 * The question without those that have nothing: they are counted, if they are for the
 * call.  Return: false where the caller traces, so that all are asked.
 */
static bool leave_out(const struct aw_question *q, aw_quirkset quirks,
		      struct aw_facts *few)
{
	struct aw_request req = { .quirks = quirks, .caller = q->caller };
	const struct aw_fact *f;

	if (q->parse(&req, q->ctx))
		return false;
	few->n = 0;
	few->quiet = 0;
	for (f = q->facts->v; f < q->facts->v + q->facts->n; f++) {
		if (f->role == AW_ROLE_TRACEE)
			return false;
		if (req.target.kind == AW_TARGET_PID ? f->tid == req.target.id : !is_quiet(f))
			few->v[few->n++] = *f;
		else if (req.target.kind != AW_TARGET_PID)
			few->quiet += aw_candidates_child(&req, f);
	}
	return true;
}

/* An index answers as a look at everybody does, with the quirks that it serves. */
static int check_index(struct vec_world *w, const struct vec_call *c,
		       const struct aw_question *q, aw_quirkset quirks,
		       struct aw_facts *few)
{
	struct aw_question by_index = *q;
	struct aw_decision all, said;

	if (quirks & AW_QUIRKS_LATER || quirks == AW_QUIRKS_STARRY ||
	    (q->fixed && quirks & AW_QUIRKS_SETTLED) || !leave_out(q, quirks, few))
		return 0;
	by_index.facts = few;
	if (!aw_explain_answer(q, quirks, &all) ||
	    !aw_explain_answer(&by_index, quirks, &said))
		return vec_fail(w, "too little room for the candidates");
	if (all.kind == said.kind && all.proc == said.proc && all.error == said.error &&
	    all.status == said.status && all.cld_code == said.cld_code &&
	    all.pid == said.pid && all.uid == said.uid && all.consume == said.consume)
		return 0;
	return vec_fail(w, "an index says %d of %u, all candidates %d of %u",
			said.kind, said.pid, all.kind, all.pid);
}

/* Each quirk alone, each policy that lacks one, and some that chance has made. */
static int check_indices(struct vec_world *w, const struct vec_call *c,
			 const struct aw_question *q)
{
	struct aw_facts few = { .v = aw_alloc((q->facts->n + 1) * sizeof(*few.v)) };
	u64 rnd = 0x9e3779b97f4a7c15ULL + w->line;
	unsigned int i;
	int ret = few.v ? 0 : -ENOMEM;

	for (i = 0; !ret && i < AW_N_QUIRKS; i++) {
		rnd ^= rnd << 13;
		rnd ^= rnd >> 7;
		rnd ^= rnd << 17;
		ret = check_index(w, c, q, AW_Q_NR(i), &few) ?:
		      check_index(w, c, q, AW_QUIRKS_STARRY & ~AW_Q_NR(i), &few) ?:
		      check_index(w, c, q, AW_QUIRKS_STARRY & rnd, &few);
	}
	ret = ret ?: check_index(w, c, q, AW_QUIRKS_NONE, &few);
	aw_free(few.v);
	return ret;
}

static const aw_quirkset asked[] = {
	AW_QUIRKS_NONE, AW_QUIRKS_STARRY, AW_QUIRKS_STARRY & ~AW_Q(POLLSET_64),
	AW_Q(TRACE_BY_PROCESS), AW_Q(NO_AUTOREAP), AW_Q(PID_ORDER),
	AW_QUIRKS_STARRY & ~AW_Q(CANDIDATES_FIXED), AW_QUIRKS_LATER,
};

/* A copy of the world answers the same question as the world did. */
static int check_copy(struct vec_world *w, const struct vec_call *c,
		      const struct aw_question *q, const struct aw_decision *said)
{
	struct aw_decision d;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(asked); i++) {
		aw_explain_answer(q, asked[i], &d);
		if (d.proc)
			d.proc = aw_copy_of(d.proc);
		if (!aw_explain_agree(c->args.call, &said[i], &d))
			return vec_fail(w, "a copy answers otherwise");
	}
	return 0;
}

/* Asks the world, and then a copy.  @q->facts are the copy's afterwards. */
static int ask_copy(struct vec_world *w, const struct vec_call *c,
		    const struct aw_question *q, struct aw_copies *copies)
{
	struct aw_decision said[ARRAY_SIZE(asked)];
	struct aw_request req = { .caller = q->caller };
	struct aw_snapshot fixed = { .n = 0 };
	struct aw_question there = *q;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(asked); i++)
		aw_explain_answer(q, asked[i], &said[i]);
	if (!q->parse(&req, q->ctx) && req.target.kind == AW_TARGET_PID)
		copies->tids[0] = req.target.id;
	copy_world(w, q, copies);
	if (!aw_copies_fit(copies))
		return vec_fail(w, "too little room for the copy");
	ret = map_fixed(q, copies, &fixed);
	for (i = 0; i < q->facts->n; i++)
		q->facts->v[i].proc = aw_copies_find(copies, q->facts->v[i].proc);
	aw_copies_link(copies);
	there.r = &copies->r;
	there.caller = &copies->caller;
	there.fixed = q->fixed ? &fixed : NULL;
	if (!ret)
		ret = check_copy(w, c, &there, said);
	aw_copies_release(copies);
	aw_free(fixed.v);
	return ret;
}

int vec_explain(struct vec_world *w, struct vec_call *c)
{
	struct aw_facts facts = { .n = 0 };
	struct aw_snapshot room = { .n = 0 };
	struct aw_copies copies = { .n = 0 };
	struct aw_question q = {
		.r = &w->rec, .caller = c->req.caller, .parse = vec_parse,
		.ctx = c, .facts = &facts, .room = &room,
		.fixed = c->settled ? &c->twin : NULL,
		.begun = c->settled,
		.signal = c->task->signal ? AW_SIGNAL_ENDS : AW_SIGNAL_NONE,
		.policy = w->quirks,
	};
	int ret;

	if (!w->explain)
		return 0;
	ret = vec_room(&facts, &room, vec_linux_count(w) + c->twin.n) ?:
	      get_copies(&copies, vec_linux_count(w) + c->twin.n + w->rec.n_processes);
	if (!ret) {
		vec_linux_facts(w, c->task, &facts);
		ret = ask(w, c, &q) ?: check_indices(w, c, &q) ?:
		      ask_copy(w, c, &q, &copies);
	}
	aw_free(copies.v);
	aw_free(copies.sorted);
	aw_free(copies.buckets);
	aw_free(copies.stops);
	aw_free(facts.v);
	aw_free(room.v);
	return ret;
}
