// SPDX-License-Identifier: GPL-2.0
/*
 * A copy of what the records say of some processes at one moment.
 *
 * While they are added, the records stand still; what takes longer, the tables, is
 * made afterwards.  A copy answers what aw_decide() and its rules ask of a record: it
 * has no family, and of its threads only those that can be asked for.
 */
#include "copy.h"

/**
 * aw_copies_begin - begin a copy
 * @c: empty, or released
 * @caller: the process that waits
 */
void aw_copies_begin(struct aw_copies *c, const struct aw_process *caller)
{
	c->n = 0;
	c->n_stops = 0;
	c->caller_of = caller;
	c->caller.pid = caller->pid;
	c->caller.pgid = caller->pgid;
	c->caller.family = &c->family;
	INIT_LIST_HEAD(&c->family.children);
}

static struct aw_chain *bucket_of(const struct aw_copies *c, const struct aw_process *p)
{
	return &c->v[p->pid % c->cap].hash;
}

/*
 * The first in a process's bucket; 0: none.  Buckets are not emptied: what they say may
 * be of an earlier copy.
 */
static u32 first_of(const struct aw_copies *c, const struct aw_process *p)
{
	const struct aw_chain *bucket = bucket_of(c, p);
	u32 i = bucket->first;

	return i && i <= c->n && bucket_of(c, c->v[i - 1].of) == bucket ? i : 0;
}

static struct aw_copy *find(const struct aw_copies *c, const struct aw_process *p)
{
	u32 i;

	for (i = c->n ? first_of(c, p) : 0; i; i = c->v[i - 1].hash.next)
		if (c->v[i - 1].of == p)
			return &c->v[i - 1];
	return NULL;
}

static void add_thread(struct aw_copy *copy, unsigned int i, const struct aw_thread *of)
{
	struct aw_thread *thread = &copy->threads[i];

	thread->tid = of->tid;
	list_add_tail(&thread->node, &copy->rec.threads);
}

/* Ascending, but for the order of those asked for, which nobody minds. */
static void copy_threads(const struct aw_copies *c, struct aw_copy *copy)
{
	const struct aw_process *p = copy->of;
	const struct aw_thread *thread;
	unsigned int i;

	INIT_LIST_HEAD(&copy->rec.threads);
	if (list_empty(&p->threads))
		return;
	add_thread(copy, 0, list_first_entry(&p->threads, struct aw_thread, node));
	for (i = 0; i < AW_COPY_TIDS; i++) {
		thread = c->tids[i] ? aw_thread_find(p, c->tids[i]) : NULL;
		if (thread)
			add_thread(copy, i + 1, thread);
	}
}

static void copy_stops(struct aw_copies *c, struct aw_copy *copy)
{
	const struct aw_ptrace *of = &copy->of->ptrace;
	struct aw_ptrace *pt = &copy->rec.ptrace;
	struct aw_ptrace_stop *stop;

	*pt = *of;
	INIT_LIST_HEAD(&pt->stops);
	list_for_each_entry(stop, &of->stops, node) {
		if (c->n_stops++ >= c->stops_cap)
			continue;
		c->stops[c->n_stops - 1] = *stop;
		list_add_tail(&c->stops[c->n_stops - 1].node, &pt->stops);
	}
}

static void copy_record(struct aw_copy *copy)
{
	struct aw_process *rec = &copy->rec;
	const struct aw_process *p = copy->of;

	rec->refs = 1;
	rec->pid = p->pid;
	rec->pgid = p->pgid;
	rec->uid = p->uid;
	rec->maker = p->maker;
	rec->made_clone = p->made_clone;
	rec->exit_code = p->exit_code;
	rec->in_table = p->in_table;
	rec->in_zombies = p->in_zombies;
	rec->is_zombie = p->is_zombie;
	rec->group_exited = p->group_exited;
	rec->zombie_uid = p->zombie_uid;
	rec->zombie_tracer = p->zombie_tracer;
	rec->job = p->job;
	rec->family = (struct aw_family *)&aw_family_nobody;
	INIT_LIST_HEAD(&rec->sibling);
	INIT_LIST_HEAD(&rec->hash);
	INIT_LIST_HEAD(&rec->traced);
	INIT_LIST_HEAD(&rec->zombie);
}

/* There is no room: only how much is needed is counted. */
static void count(struct aw_copies *c, const struct aw_process *p)
{
	const struct aw_ptrace_stop *stop;

	c->n++;
	list_for_each_entry(stop, &p->ptrace.stops, node)
		c->n_stops++;
}

/**
 * aw_copies_add - copy one process, unless it was
 * @c: the copies; aw_copies_fit() says whether there was room
 * @p: the process
 */
void aw_copies_add(struct aw_copies *c, struct aw_process *p)
{
	bool of_caller = p->parent == c->caller_of;
	struct aw_copy *copy;

	if (c->n >= c->cap) {
		count(c, p);
		return;
	}
	if (find(c, p))
		return;
	copy = &c->v[c->n];
	aw_process_get(p);
	copy->of = p;
	copy->is_child = of_caller && !list_empty(&p->sibling);
	copy->rec.parent = of_caller ? &c->caller : NULL;
	copy_record(copy);
	copy_threads(c, copy);
	copy_stops(c, copy);
	copy->hash.next = first_of(c, p);
	bucket_of(c, p)->first = ++c->n;
}

/**
 * aw_copies_fit - true if there was room for all that were added
 * @c: the copies; where not, @n and @n_stops say how much is enough
 */
bool aw_copies_fit(const struct aw_copies *c)
{
	return c->n <= c->cap && c->n_stops <= c->stops_cap;
}

static int by_pid(const void *a, const void *b)
{
	const struct aw_process *x = *(struct aw_process * const *)a;
	const struct aw_process *y = *(struct aw_process * const *)b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static void link_one(struct aw_copies *c, struct aw_process *p)
{
	struct aw_copy *copy = container_of(p, struct aw_copy, rec);

	if (copy->is_child)
		list_add_tail(&p->sibling, &c->family.children);
	if (p->in_table)
		list_add_tail(&p->hash, &c->r.by_pid[p->pid & (c->r.n_buckets - 1)]);
	if (p->in_table && p->ptrace.tracer)
		list_add_tail(&p->traced, &c->r.traced);
	/* Nobody looks for the others there. */
	if (p->in_zombies && p->zombie_tracer)
		list_add_tail(&p->zombie, &c->r.zombies);
}

/**
 * aw_copies_link - make the tables: from now on the copies can be asked
 * @c: the copies; the records may have changed since
 */
void aw_copies_link(struct aw_copies *c)
{
	unsigned int i;

	aw_records_init_few(&c->r, NULL, c->n ? c->buckets : &c->none,
			    aw_copies_buckets(c->n));
	for (i = 0; i < c->n; i++)
		c->sorted[i] = &c->v[i].rec;
	sort(c->sorted, c->n, sizeof(*c->sorted), by_pid, NULL);
	for (i = 0; i < c->n; i++)
		link_one(c, c->sorted[i]);
}

/**
 * aw_copies_find - the copy of a process
 * @c: the copies
 * @p: its record
 *
 * Return: the copy, or NULL.
 */
struct aw_process *aw_copies_find(const struct aw_copies *c, const struct aw_process *p)
{
	struct aw_copy *copy = find(c, p);

	return copy ? &copy->rec : NULL;
}

/**
 * aw_copies_release - let go of the records
 * @c: empty afterwards, with the same room
 */
void aw_copies_release(struct aw_copies *c)
{
	unsigned int i;

	for (i = 0; i < c->n && i < c->cap; i++)
		aw_process_put(c->v[i].of);
	c->n = 0;
	c->n_stops = 0;
}
