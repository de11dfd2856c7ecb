// SPDX-License-Identifier: GPL-2.0
/*
 * The wait calls of a scenario, which go the way of the reference's: parse, take
 * the snapshot, then look for a signal, decide, register, decide again, sleep.
 * call/wait.c needs no second decision.
 */
#include "vectors_world.h"

/*
 * A wake in vain sleeps again, so that the polls after one line are bounded by
 * the wakes that it makes.  Many more than that is a spin.
 */
#define MAX_POLLS 10000

__printf(2, 3) static int say(struct vec_world *w, const char *fmt, ...)
{
	struct vec_out *o = aw_alloc(sizeof(*o));
	va_list ap;

	if (!o)
		return -ENOMEM;
	va_start(ap, fmt);
	vsnprintf(o->text, sizeof(o->text), fmt, ap);
	va_end(ap);
	list_add_tail(&o->node, &w->out);
	return 0;
}

/* ------------------------------------------------------------ one call's end */

static int say_wait4(struct vec_world *w, const struct vec_call *c, s64 ret)
{
	if (!c->written)
		return say(w, "= %lld %lld -", c->id, ret);
	return say(w, "= %lld %lld %d", c->id, ret, c->wrote.status);
}

static int say_waitid(struct vec_world *w, const struct vec_call *c, s64 ret)
{
	const struct aw_decision *d = &c->wrote;

	if (!c->written)
		return say(w, "= %lld %lld -", c->id, ret);
	return say(w, "= %lld %lld %d %u %u %d %d", c->id, ret, d->cld_code,
		   d->pid, d->uid, d->cld_status, d->kind == AW_NOTHING);
}

static void release(struct vec_call *c)
{
	c->done = true;
	aw_candidates_release(&c->snap);
	aw_candidates_release(&c->twin);
	aw_free(c->snap.v);
	aw_free(c->twin.v);
	c->snap.v = NULL;
	c->twin.v = NULL;
}

/* Back to user mode, where a pending signal is delivered. */
static int returns(struct vec_world *w, struct vec_call *c, s64 ret)
{
	release(c);
	c->task->call = NULL;
	c->task->signal = false;
	if (c->req.call == AW_WAIT4)
		return say_wait4(w, c, ret);
	return say_waitid(w, c, ret);
}

/* The scenarios are the reference's, which asks the records alone. */
static const struct aw_facts no_facts;

/* ----------------------------------------------------------------- one poll */

/* wait4 touches user memory only to report something. */
static int write_user(const struct aw_decision *d, void *ctx)
{
	struct vec_call *c = ctx;

	if (c->req.call == AW_WAIT4 && d->kind == AW_NOTHING)
		return 0;
	if (c->ptr == VEC_FAULTING)
		return -EFAULT;
	if (c->ptr == VEC_GOOD) {
		c->written = true;
		c->wrote = *d;
	}
	return 0;
}

/*
 * What a policy that lacks some quirks says: by the records and the facts, as
 * call/ puts them together.
 */
static int decide_composed(struct vec_world *w, struct vec_call *c,
			   struct aw_decision *d)
{
	struct aw_facts facts = { .n = 0 };
	struct aw_snapshot room = { .n = 0 };
	const struct aw_question q = {
		.r = &w->rec, .caller = c->req.caller, .parse = vec_parse, .ctx = c,
		.facts = &facts, .room = &room, .fixed = &c->twin, .begun = true,
		.policy = w->quirks,
	};
	int ret = vec_room(&facts, &room, vec_linux_count(w) + c->twin.n);

	if (!ret) {
		vec_linux_facts(w, c->task, &facts);
		if (!aw_explain_answer(&q, w->quirks, d))
			ret = vec_fail(w, "too little room for the candidates");
	}
	aw_free(facts.v);
	aw_free(room.v);
	return ret;
}

/* The index and its twin have to say the same, to the last bit. */
static int decide(struct vec_world *w, struct vec_call *c, struct aw_decision *d)
{
	struct aw_decision twin;

	if (w->quirks != AW_QUIRKS_STARRY)
		return decide_composed(w, c, d);
	aw_decide(&w->rec, &c->req, &c->snap, &no_facts, d);
	aw_decide(&w->rec, &c->req, &c->twin, &no_facts, &twin);
	if (!memcmp(d, &twin, sizeof(twin)))
		return 0;
	return vec_fail(w, "the index says %d of %u, all candidates %d of %u",
			d->kind, d->pid, twin.kind, twin.pid);
}

/* 1, the call has something to return, *ret; 0; or a negative errno. */
static int check(struct vec_world *w, struct vec_call *c, s64 *ret)
{
	struct aw_decision d;
	int err;

	err = decide(w, c, &d);
	if (err)
		return err;
	if (d.kind == AW_SLEEP)
		return 0;
	err = aw_apply(&w->rec, &c->req, &d, write_user, c);
	*ret = err;
	if (!err && d.proc)
		vec_linux_consumed(w, c->req.caller, &d);
	if (!err && c->req.call == AW_WAIT4)
		*ret = d.pid;
	return 1;
}

/* What a race line put between the check and the registration. */
static int run_race(struct vec_world *w)
{
	struct vec_op *op;
	int ret = 0;

	while (!ret && !list_empty(&w->race)) {
		op = list_first_entry(&w->race, struct vec_op, node);
		w->line = op->line;
		ret = op->opcode->event(w, op->arg);
		list_del(&op->node);
		aw_free(op);
	}
	w->racing = false;
	return ret;
}

/* One poll; the call returns or sleeps on. */
static int poll(struct vec_world *w, struct vec_call *c)
{
	struct aw_process *rec = &c->task->proc->rec;
	s64 ret;
	int err;

	c->task->waker.woken = false;
	if (c->task->signal)
		return returns(w, c, -EINTR);
	err = check(w, c, &ret);
	if (!err) {
		err = run_race(w);
		if (err)
			return err;
		err = aw_family_make(rec);
		if (!err)
			err = aw_pollset_register(&rec->family->child_exit_event,
						  &c->task->waker);
		if (!err)
			err = check(w, c, &ret);
	}
	return err > 0 ? returns(w, c, ret) : err;
}

/* --------------------------------------------------------- one call's begin */

static s64 pidfd_id(s32 fd, void *ctx)
{
	struct vec_world *w = ctx;
	struct vec_pidfd *f;

	list_for_each_entry(f, &w->pidfds, node)
		if (f->fd == fd)
			return f->id;
	return -EBADF;
}

static int take(struct vec_world *w, const struct aw_request *req,
		const struct aw_facts *facts, struct aw_snapshot *snap)
{
	unsigned int n;

	while ((n = aw_candidates_take(&w->rec, req, facts, snap)) > snap->cap) {
		aw_free(snap->v);
		snap->v = aw_alloc(n * sizeof(*snap->v));
		if (!snap->v)
			return -ENOMEM;
		snap->cap = n;
	}
	return 0;
}

/* Returns 0, -ENOMEM, or -ECHILD where nobody is a candidate. */
static int take_snapshot(struct vec_world *w, struct vec_call *c)
{
	struct aw_request by_name = c->req;
	int err;

	c->req.by_index = true;
	err = take(w, &c->req, &no_facts, &c->snap);
	if (!err)
		err = take(w, &by_name, &no_facts, &c->twin);
	if (err)
		return err;
	if (aw_candidates_count(&c->snap) != aw_candidates_count(&c->twin))
		return vec_fail(w, "the index has %u candidates, there are %u",
				aw_candidates_count(&c->snap), c->twin.n);
	return c->twin.n ? 0 : -ECHILD;
}

/* Likewise, where the facts play a role: no index then. */
static int take_composed(struct vec_world *w, struct vec_call *c)
{
	struct aw_facts facts = { .n = 0 };
	int ret = vec_room(&facts, &c->twin, vec_linux_count(w));

	if (!ret) {
		vec_linux_facts(w, c->task, &facts);
		ret = take(w, &c->req, &facts, &c->twin);
	}
	if (!ret && aw_decide_nobody(&w->rec, &c->req, &c->twin, &facts))
		ret = -ECHILD;
	aw_free(facts.v);
	return ret;
}

int vec_parse(struct aw_request *req, void *ctx)
{
	const struct vec_call *c = ctx;

	req->tid = c->task->waker.tid;
	return aw_args_parse(req, &c->args, req->caller->pgid, pidfd_id,
			     c->task->world);
}

static int enter(struct vec_world *w, struct vec_call *c)
{
	int err;

	c->task->call = c;
	c->task->waker.evicted = false;
	c->req.caller = &c->task->proc->rec;
	c->req.quirks = w->quirks;
	err = vec_explain(w, c);
	if (err)
		return err;
	err = vec_parse(&c->req, c);
	if (!err) {
		err = w->quirks == AW_QUIRKS_STARRY ? take_snapshot(w, c) : take_composed(w, c);
		if (err && err != -ECHILD)
			return err;
		c->settled = !err;
	}
	if (err)
		return returns(w, c, err);
	err = poll(w, c);
	if (!err && !c->done)
		err = say(w, "~ %lld", c->id);
	return err;
}

/* The operands behind the caller: pid options, or idtype id options. */
static int read_args(struct vec_world *w, const struct vec_op *op,
		     struct aw_args *args)
{
	bool wait4 = op->opcode->kind == VEC_WAIT4;
	const s64 *arg = op->arg + 2;
	s64 id = wait4 ? 0 : arg[1];
	s64 options = wait4 ? arg[1] : arg[2];
	int ret;

	ret = wait4 ? vec_check_range(w, arg[0], S32_MIN, S32_MAX)
		    : vec_check_range(w, arg[0], 0, U32_MAX);
	if (!ret)
		ret = vec_check_range(w, id, S32_MIN, S32_MAX);
	if (!ret)
		ret = vec_check_range(w, options, 0, U32_MAX);
	args->call = wait4 ? AW_WAIT4 : AW_WAITID;
	args->which = (u32)arg[0];
	args->id = id;
	args->options = options;
	return ret;
}

/* Where a call belongs by its id; -EINVAL if the id has been used. */
static int find_place(struct vec_world *w, s64 id, struct list_head **at)
{
	struct vec_call *c;

	*at = &w->calls;
	list_for_each_entry_reverse(c, &w->calls, node) {
		if (c->id == id)
			return vec_fail(w, "call %lld exists", id);
		if (c->id < id) {
			*at = &c->node;
			break;
		}
	}
	return 0;
}

static int new_call(struct vec_world *w, const struct vec_op *op,
		    const struct aw_args *args, struct vec_call **c)
{
	struct vec_task *t = vec_find_task(w, op->arg[1]);
	s64 ptr = op->arg[op->opcode->n - 1];
	struct list_head *at;
	int ret = find_place(w, op->arg[0], &at);

	if (ret)
		return ret;
	if (!t || !vec_runnable(t))
		return vec_fail(w, "thread %lld cannot make a call", op->arg[1]);
	if (ptr < VEC_NULL || ptr > VEC_FAULTING)
		return vec_fail(w, "bad pointer kind %lld", ptr);
	*c = aw_alloc(sizeof(**c));
	if (!*c)
		return -ENOMEM;
	(*c)->id = op->arg[0];
	(*c)->task = t;
	(*c)->ptr = ptr;
	(*c)->args = *args;
	list_add(&(*c)->node, at);
	return 0;
}

static int start(struct vec_world *w, const struct vec_op *op)
{
	struct vec_call *c = NULL;
	struct aw_args args;
	int ret = read_args(w, op, &args);

	if (!ret)
		ret = new_call(w, op, &args, &c);
	if (!ret)
		ret = enter(w, c);
	if (!ret && w->racing)
		ret = vec_fail(w, "the call of a race did not register");
	return ret;
}

/* ------------------------------------------------------------ after a line */

/* The calls of threads that have exited never return. */
static int bury(struct vec_world *w)
{
	struct vec_call *c;
	int ret = 0;

	list_for_each_entry(c, &w->calls, node) {
		if (ret || c->done || c->task->live)
			continue;
		release(c);
		c->task->call = NULL;
		ret = say(w, "! %lld", c->id);
	}
	return ret;
}

/* Polls whoever was woken, in the order of the wakes. */
static int settle(struct vec_world *w)
{
	unsigned int polls = 0;
	struct vec_task *t;
	int ret = 0;

	while (!ret && !list_empty(&w->woken)) {
		t = list_first_entry(&w->woken, struct vec_task, woken);
		list_del_init(&t->woken);
		if (!t->call)
			continue;
		if (polls++ == MAX_POLLS)
			return vec_fail(w, "the wait calls spin");
		ret = vec_explain(w, t->call);
		if (!ret)
			ret = poll(w, t->call);
	}
	return ret;
}

/* A line that is to happen later. */
static int collect(struct vec_world *w, const struct vec_op *op)
{
	struct vec_op *copy;

	if (op->opcode->kind != VEC_EVENT)
		return vec_fail(w, "only events can race");
	copy = aw_alloc(sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = *op;
	list_add_tail(&copy->node, &w->race);
	w->race_left--;
	return 0;
}

static int begin_race(struct vec_world *w, s64 n)
{
	w->racing = true;
	w->race_left = n;
	return vec_check_range(w, n, 0, S64_MAX);
}

static int apply_now(struct vec_world *w, const struct vec_op *op)
{
	switch (op->opcode->kind) {
	case VEC_EVENT:
		return op->opcode->event(w, op->arg);
	case VEC_RACE:
		return begin_race(w, op->arg[0]);
	default:
		return start(w, op);
	}
}

int vec_apply(struct vec_world *w, const struct vec_op *op)
{
	enum vec_kind kind = op->opcode->kind;
	int ret;

	w->line = op->line;
	if (w->race_left)
		return collect(w, op);
	if (w->racing && kind != VEC_WAIT4 && kind != VEC_WAITID)
		return vec_fail(w, "race wants a wait call");
	ret = apply_now(w, op);
	if (!ret)
		ret = bury(w);
	return ret ? ret : settle(w);
}

void vec_drop_calls(struct vec_world *w)
{
	struct vec_call *c, *next;

	list_for_each_entry_safe(c, next, &w->calls, node) {
		if (!c->done)
			release(c);
		aw_free(c);
	}
	INIT_LIST_HEAD(&w->calls);
}
