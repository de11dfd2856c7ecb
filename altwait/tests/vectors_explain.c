// SPDX-License-Identifier: GPL-2.0
/*
 * The wait calls of a scenario under two policies: the world goes on under
 * starry, and linux is asked about the same moment.
 */
#include "vectors_world.h"

/* Gets room for n facts and candidates, which is to be freed.  0 or -ENOMEM. */
static int get_room(struct aw_facts *facts, struct aw_snapshot *room,
		    unsigned int n)
{
	facts->cap = n;
	room->cap = n;
	facts->v = aw_alloc(n * sizeof(*facts->v));
	room->v = aw_alloc(n * sizeof(*room->v));
	return facts->v && room->v ? 0 : -ENOMEM;
}

static int ask(struct vec_world *w, const struct vec_call *c,
	       const struct aw_question *q)
{
	struct aw_request req = { .caller = q->caller };
	struct aw_explained e = { .facts = q->facts };
	enum aw_call call = c->args.call;
	struct aw_decision d;

	if (!aw_explain_answer(q, AW_QUIRKS_ALL, &e.starry) ||
	    !aw_explain_answer(q, AW_QUIRKS_NONE, &e.linux_says) ||
	    !aw_explain_answer(q, AW_QUIRKS_ALL & ~AW_Q(POLLSET_64), &d))
		return vec_fail(w, "too little room for the candidates");
	e.agree = aw_explain_agree(call, &e.starry, &e.linux_says);
	if (!e.agree)
		e.quirks = aw_explain(q, call, &e.starry);
	e.composed = aw_explain_agree(call, &e.starry, &d);
	if (!q->parse(&req, q->ctx))
		e.req = &req;
	w->explain(w->line, &e, w->explain_ctx);
	return 0;
}

int vec_explain(struct vec_world *w, struct vec_call *c)
{
	struct aw_facts facts = { .n = 0 };
	struct aw_snapshot room = { .n = 0 };
	struct aw_question q = {
		.r = &w->rec, .caller = c->req.caller, .parse = vec_parse,
		.ctx = c, .facts = &facts, .room = &room,
		.fixed = c->settled ? &c->twin : NULL,
		.signal = c->task->signal,
		.policy = AW_QUIRKS_ALL,
	};
	int ret;

	if (!w->explain)
		return 0;
	ret = get_room(&facts, &room, vec_linux_count(w) + c->twin.n);
	if (!ret) {
		vec_linux_facts(w, c->task, &facts);
		ret = ask(w, c, &q);
	}
	aw_free(facts.v);
	aw_free(room.v);
	return ret;
}
