// SPDX-License-Identifier: GPL-2.0
/*
 * A moment: what the records and Linux say of those that a call may be told of, copied
 * under aw_lock, to be asked without it.
 *
 * Where the index serves (track/ready.c), those are the children that may have
 * something to report, and the others are counted; else all children and tracees.
 */
#include <linux/pid_namespace.h>
#include <linux/slab.h>

#include "internal.h"

/* So many are let go of in one section of aw_lock. */
#define AW_PIECE	32

/*
 * True if the index answers for the call, whatever the policy; but it counts by the
 * exit signals of now.
 */
static bool serves(const struct aw_wait *w)
{
	const struct aw_args *args = &w->args;

	if (w->policy & AW_Q(EXIT_SIGNAL_STAYS))
		return false;
	if (w->me->traces || READ_ONCE(aw_index) == AW_INDEX_SCAN ||
	    args->options & __WNOTHREAD)
		return false;
	if (args->call == AW_WAIT4)
		return args->which == -1 || args->which > 0;
	return args->which != P_PGID;
}

static bool is_for_any(const struct aw_wait *w)
{
	return w->args.which == (w->args.call == AW_WAIT4 ? -1 : P_ALL);
}

/**
 * aw_moment_parse - aw_target_parse() without aw_lock
 * @req: its quirks are set; filled in
 * @wait: struct aw_wait
 *
 * Context: process, no lock held.
 * Return: what that returns.
 */
int aw_moment_parse(struct aw_request *req, void *wait)
{
	const struct aw_wait *w = wait;
	int err;

	if (w->ns == &init_pid_ns)
		return aw_target_parse(req, wait);
	aw_lock_irq();
	err = aw_target_parse(req, wait);
	aw_unlock_irq();
	return err;
}

/* The processes and threads that the call names, under any policy. */
static void name_targets(struct aw_moment *m, struct aw_wait *w)
{
	static const aw_quirkset policies[AW_COPY_TIDS] = { AW_QUIRKS_NONE, AW_QUIRKS_STARRY };
	struct aw_request req;
	unsigned int i;

	for (i = 0; i < AW_COPY_TIDS; i++) {
		req.quirks = policies[i];
		m->copies.tids[i] = 0;
		if (!aw_target_parse(&req, w) && req.target.kind == AW_TARGET_PID &&
		    !(i && req.target.id == m->copies.tids[0]))
			m->copies.tids[i] = req.target.id;
	}
}

/* One that the index has, or that is named.  @m NULL: its facts alone. */
static void read_one(struct aw_moment *m, const struct aw_wait *w, struct aw_facts *facts,
		     struct aw_tracked *t)
{
	aw_facts_add(w, facts, t);
	if (m)
		aw_copies_add(&m->copies, &t->rec);
}

/* By the index.  Context: aw_lock held, under RCU. */
static void read_few(struct aw_moment *m, const struct aw_wait *w, const u32 *tids,
		     struct aw_facts *facts)
{
	struct aw_tracked *t = NULL;
	struct aw_process *p;
	unsigned int i;

	aw_facts_begin(facts);
	if (w->me->shuffled)
		aw_places_moved(w->me);
	if (is_for_any(w)) {
		aw_ready_recount(w->me);
		while ((t = aw_ready_next(w->me, t)))
			read_one(m, w, facts, t);
		return;
	}
	for (i = 0; i < AW_COPY_TIDS; i++) {
		p = tids[i] ? aw_process_find(&aw_records, tids[i]) : NULL;
		if (p && p->parent == &w->me->rec && !list_empty(&p->sibling))
			read_one(m, w, facts, aw_tracked_of(p));
	}
}

/* All children, tracees, and those that the policy keeps.  Context: aw_lock held. */
static void copy_all(struct aw_moment *m, struct aw_wait *w, const struct aw_facts *facts,
		     const struct aw_snapshot *fixed)
{
	struct aw_process *me = &w->me->rec, *p;
	unsigned int i;

	list_for_each_entry(p, &me->family->children, sibling)
		aw_copies_add(&m->copies, p);
	list_for_each_entry(p, &aw_records.traced, traced)
		if (p->ptrace.tracer == me->pid)
			aw_copies_add(&m->copies, p);
	/* Those that were traced come first. */
	list_for_each_entry(p, &aw_records.zombies, zombie) {
		if (!p->zombie_tracer)
			break;
		if (p->zombie_tracer == me->pid)
			aw_copies_add(&m->copies, p);
	}
	for (i = 0; i < min(facts->n, facts->cap); i++)
		aw_copies_add(&m->copies, facts->v[i].proc);
	for (i = 0; fixed && i < fixed->n; i++)
		aw_copies_add(&m->copies, fixed->v[i].proc);
}

/**
 * aw_moment_takes_long - true if to read it would take too long
 * @w: the call
 * @fixed: as for aw_moment_read()
 * @all: as for aw_moment_read()
 *
 * Context: aw_lock held.
 */
bool aw_moment_takes_long(const struct aw_wait *w, const struct aw_snapshot *fixed, bool all)
{
	return (all || fixed || !serves(w)) && aw_target_takes_long(w);
}

/**
 * aw_moment_read - read what Linux knows now of those whom the call may be told of
 * @m: the moment; it has copies of them afterwards
 * @w: the call
 * @facts: filled in; they are about the records, until aw_moment_point()
 * @fixed: the candidates that the policy keeps, or NULL
 * @all: of everybody, whether the index serves or not
 *
 * Context: aw_lock held; the caller's thread cannot leave the call.
 * Return: false where there is not enough room: aw_moment_grow().
 */
bool aw_moment_read(struct aw_moment *m, struct aw_wait *w, struct aw_facts *facts,
		    const struct aw_snapshot *fixed, bool all)
{
	const struct aw_tracked_family *family = aw_family_of(w->me);
	unsigned int i;
	bool fits;

	m->few = !all && !fixed && serves(w);
	m->n_fixed = fixed ? fixed->n : 0;
	m->quiet[false] = 0;
	m->quiet[true] = 0;
	aw_copies_begin(&m->copies, &w->me->rec);
	name_targets(m, w);
	if (m->few) {
		rcu_read_lock();
		read_few(m, w, m->copies.tids, facts);
		for (i = 0; i < 2 && is_for_any(w); i++)
			m->quiet[i] = family->n_children[i] - family->n_ready[i];
		rcu_read_unlock();
		fits = aw_facts_end(facts);
	} else {
		fits = aw_facts_read(w, facts);
		/* Behind the facts: of a group that changes in between they tell, read again. */
		aw_scan_groups(w->me);
		copy_all(m, w, facts, fixed);
	}
	/* Each may be a candidate as a child and as a tracee. */
	m->need_facts = facts->n;
	m->need_room = facts->n + m->copies.n + m->n_fixed;
	m->need_copies = m->copies.n;
	m->need_stops = m->copies.n_stops;
	if (fits && aw_copies_fit(&m->copies) && m->need_room <= m->room.cap &&
	    m->n_fixed <= m->fixed.cap)
		return true;
	aw_copies_release(&m->copies);
	return false;
}

/**
 * aw_moment_reread - read what Linux knows of them by now
 * @m: the moment, which stays as it is
 * @w: the call
 * @facts: filled in
 *
 * Context: aw_lock held; the caller's thread cannot leave the call.
 * Return: false where there is not enough room: then there are more than there were.
 */
bool aw_moment_reread(const struct aw_moment *m, const struct aw_wait *w,
		      struct aw_facts *facts)
{
	if (!m->few)
		return aw_facts_read(w, facts);
	rcu_read_lock();
	read_few(NULL, w, m->copies.tids, facts);
	rcu_read_unlock();
	return aw_facts_end(facts);
}

/**
 * aw_moment_point - facts and kept candidates are those of the copies from now on
 * @m: the moment
 * @facts: as they were read
 * @fixed: the candidates that the policy keeps, or NULL
 *
 * Context: any; @fixed does not change meanwhile.
 */
void aw_moment_point(struct aw_moment *m, struct aw_facts *facts,
		     const struct aw_snapshot *fixed)
{
	unsigned int i;

	for (i = 0; i < facts->n; i++)
		facts->v[i].proc = aw_copies_find(&m->copies, facts->v[i].proc);
	for (i = 0; i < m->n_fixed; i++) {
		m->fixed.v[i] = fixed->v[i];
		m->fixed.v[i].proc = aw_copies_find(&m->copies, fixed->v[i].proc);
	}
	m->fixed.n = m->n_fixed;
	aw_copies_link(&m->copies);
}

/**
 * aw_moment_ask - direct a question at a moment
 * @m: the moment
 * @q: the question; its facts are those of the moment
 *
 * Context: any.
 */
void aw_moment_ask(struct aw_moment *m, struct aw_question *q)
{
	q->r = &m->copies.r;
	q->caller = &m->copies.caller;
	q->room = &m->room;
	q->fixed = q->fixed ? &m->fixed : NULL;
	q->quiet[false] = m->quiet[false];
	q->quiet[true] = m->quiet[true];
}

/* The first room is in the moment itself. */
static void drop_room(const struct aw_moment *m, void *room)
{
	if (room < (void *)&m->first || room >= (void *)(&m->first + 1))
		kvfree(room);
}

static void *more(const struct aw_moment *m, void *old, unsigned int n, size_t size)
{
	drop_room(m, old);
	return kvcalloc(n, size, GFP_KERNEL_ACCOUNT);
}

/* So that a call whose children are forked meanwhile needs no more soon. */
static unsigned int with_reserve(unsigned int n)
{
	return n + n / 4 + 4;
}

static bool grow_copies(struct aw_moment *m, unsigned int n)
{
	struct aw_copies *c = &m->copies;

	if (n <= c->cap)
		return true;
	n = with_reserve(n);
	c->v = more(m, c->v, n, sizeof(*c->v));
	c->sorted = more(m, c->sorted, n, sizeof(*c->sorted));
	c->buckets = more(m, c->buckets, aw_copies_buckets(n), sizeof(*c->buckets));
	c->cap = c->v && c->sorted && c->buckets ? n : 0;
	return c->cap;
}

static bool grow_stops(struct aw_moment *m, unsigned int n)
{
	struct aw_copies *c = &m->copies;

	if (n <= c->stops_cap)
		return true;
	n = with_reserve(n);
	c->stops = more(m, c->stops, n, sizeof(*c->stops));
	c->stops_cap = c->stops ? n : 0;
	return c->stops;
}

static bool grow_room(struct aw_moment *m, struct aw_snapshot *room, unsigned int n)
{
	if (n <= room->cap)
		return true;
	n = with_reserve(n);
	room->v = more(m, room->v, n, sizeof(*room->v));
	room->cap = room->v ? n : 0;
	return room->v;
}

static bool grow_facts(struct aw_facts *facts, unsigned int n)
{
	if (n <= facts->cap)
		return true;
	/* Room for one is in the call itself. */
	if (facts->cap > 1)
		kvfree(facts->v);
	n = with_reserve(n);
	facts->v = kvmalloc_array(n, sizeof(*facts->v), GFP_KERNEL_ACCOUNT);
	facts->cap = facts->v ? n : 0;
	return facts->v;
}

/**
 * aw_moment_init - give a moment its first room
 * @m: the moment, all 0
 *
 * Context: any.
 */
void aw_moment_init(struct aw_moment *m)
{
	m->copies.v = m->first.copies;
	m->copies.sorted = m->first.sorted;
	m->copies.buckets = m->first.buckets;
	m->copies.cap = AW_MOMENT_FIRST;
	m->room.v = m->first.room;
	m->room.cap = ARRAY_SIZE(m->first.room);
}

/**
 * aw_moment_grow - get as much room as the last reading wanted
 * @m: the moment, empty
 * @facts: of the reading
 *
 * Context: process, no lock held.
 * Return: false without memory.
 */
bool aw_moment_grow(struct aw_moment *m, struct aw_facts *facts)
{
	return grow_copies(m, m->need_copies) && grow_stops(m, m->need_stops) &&
	       grow_facts(facts, m->need_facts) &&
	       grow_room(m, &m->room, m->need_room) &&
	       grow_room(m, &m->fixed, m->n_fixed);
}

/**
 * aw_moment_drop - a moment is over
 * @m: empty afterwards, with the same room
 *
 * Context: process, no lock held.
 */
void aw_moment_drop(struct aw_moment *m)
{
	struct aw_copies *c = &m->copies;
	unsigned int left;

	while (c->n) {
		aw_lock_irq();
		for (left = AW_PIECE; c->n && left; left--)
			aw_process_put(c->v[--c->n].of);
		aw_unlock_irq();
	}
}

/**
 * aw_moment_forget - let go of candidates that a policy has kept
 * @snap: empty afterwards
 *
 * Context: process, no lock held.
 */
void aw_moment_forget(struct aw_snapshot *snap)
{
	unsigned int left;

	while (snap->n) {
		aw_lock_irq();
		for (left = AW_PIECE; snap->n && left; left--)
			aw_process_put(snap->v[--snap->n].proc);
		aw_unlock_irq();
	}
}

/**
 * aw_moment_keep - keep the candidates that a policy has in a moment
 * @m: the moment
 * @w: the call
 * @snap: empty; filled in: their records, referenced
 *
 * Context: process, no lock held.
 * Return: false without memory.
 */
bool aw_moment_keep(struct aw_moment *m, struct aw_wait *w, struct aw_snapshot *snap)
{
	struct aw_request req = { .quirks = w->policy };
	unsigned int i, n, left;

	if (aw_moment_parse(&req, w))
		return true;
	req.caller = &m->copies.caller;
	n = aw_candidates_take(&m->copies.r, &req, &w->facts, &m->room);
	if (n > snap->cap && !aw_target_room(snap, n)) {
		aw_candidates_release(&m->room);
		return false;
	}
	for (i = 0; i < n; ) {
		aw_lock_irq();
		for (left = AW_PIECE; i < n && left; i++, left--) {
			snap->v[i] = m->room.v[i];
			snap->v[i].proc = aw_copy_of(m->room.v[i].proc);
			aw_process_get(snap->v[i].proc);
		}
		aw_unlock_irq();
	}
	snap->n = n;
	aw_candidates_release(&m->room);
	return true;
}

/**
 * aw_moment_free - free the room
 * @m: empty
 *
 * Context: process.
 */
void aw_moment_free(struct aw_moment *m)
{
	drop_room(m, m->copies.v);
	drop_room(m, m->copies.sorted);
	drop_room(m, m->copies.buckets);
	drop_room(m, m->copies.stops);
	drop_room(m, m->room.v);
	drop_room(m, m->fixed.v);
}
