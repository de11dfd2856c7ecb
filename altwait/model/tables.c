// SPDX-License-Identifier: GPL-2.0
/*
 * The tables: who is found by its pid, who is a zombie, who is whose child.
 *
 * Process, process table and zombie table are keyed by pid in the reference.
 * Here they are one object on several lists, and a hash for the lookup by pid.
 * Lists that are walked in ascending pid order are kept so.
 */
#include "tables.h"

static struct list_head *bucket_of(const struct aw_records *r, u32 pid)
{
	return &r->by_pid[pid & (r->n_buckets - 1)];
}

/**
 * aw_records_init_few - empty tables
 * @r: the records
 * @host: what the surroundings supply
 * @by_pid: room for a hash, as long as the records are there
 * @n_buckets: how much: a power of two
 */
void aw_records_init_few(struct aw_records *r, const struct aw_host_ops *host,
			 struct list_head *by_pid, unsigned int n_buckets)
{
	unsigned int i;

	r->host = host;
	r->by_pid = by_pid;
	r->n_buckets = n_buckets;
	for (i = 0; i < n_buckets; i++)
		INIT_LIST_HEAD(&by_pid[i]);
	INIT_LIST_HEAD(&r->traced);
	INIT_LIST_HEAD(&r->zombies);
	r->n_processes = 0;
}

/**
 * aw_process_find - get_process_data() of the reference
 * @r: the records
 * @pid: thread-group id
 *
 * Return: the process that has this pid in the table, not referenced, or NULL.
 */
struct aw_process *aw_process_find(const struct aw_records *r, u32 pid)
{
	struct aw_process *p;

	list_for_each_entry(p, bucket_of(r, pid), hash) {
		if (p->pid == pid)
			return p;
	}
	return NULL;
}

/* The first in a bucket, or in one after it. */
static struct aw_process *first_from(const struct aw_records *r, unsigned int i)
{
	for (; i < r->n_buckets; i++)
		if (!list_empty(&r->by_pid[i]))
			return list_first_entry(&r->by_pid[i], struct aw_process, hash);
	return NULL;
}

/**
 * aw_process_first - begin to walk over the process table, in no order
 * @r: the records
 *
 * Return: some process; NULL where there is none.
 */
struct aw_process *aw_process_first(const struct aw_records *r)
{
	return first_from(r, 0);
}

/**
 * aw_process_next - go on with it
 * @r: the records
 * @p: a process in the table
 *
 * Return: the next; NULL where that was the last.
 */
struct aw_process *aw_process_next(const struct aw_records *r, const struct aw_process *p)
{
	struct list_head *bucket = bucket_of(r, p->pid);

	if (p->hash.next != bucket)
		return list_entry(p->hash.next, struct aw_process, hash);
	return first_from(r, bucket - r->by_pid + 1);
}

/* ----------------------------------------------------------- references */

/**
 * aw_process_get - take a reference
 * @p: the process
 */
void aw_process_get(struct aw_process *p)
{
	p->refs++;
}

/**
 * aw_process_put - drop a reference; the host frees the process with the last
 * @p: the process
 *
 * That may be the last reference to the parent, too, and so on upwards.
 */
void aw_process_put(struct aw_process *p)
{
	struct aw_process *parent;

	for (; p && --p->refs == 0; p = parent) {
		parent = p->parent;
		aw_thread_drop_all(p);
		aw_ptrace_drop_all(&p->ptrace);
		aw_family_drop(p);
		p->host->process_free(p);
	}
}

/* ------------------------------------------------------------ membership */

/**
 * aw_table_insert - a process can be found by its pid from now on
 * @r: the records
 * @p: the process
 */
void aw_table_insert(struct aw_records *r, struct aw_process *p)
{
	aw_process_get(p);
	list_add(&p->hash, bucket_of(r, p->pid));
	p->in_table = true;
	r->n_processes++;
}

/**
 * aw_table_remove - remove_process(): its ProcessData is not found any more
 * @r: the records
 * @p: the process; nothing happens where it is not in the table
 */
void aw_table_remove(struct aw_records *r, struct aw_process *p)
{
	if (!p->in_table)
		return;
	list_del_init(&p->hash);
	list_del_init(&p->traced);
	p->in_table = false;
	r->n_processes--;
	aw_process_put(p);
}

/* In front of those without a tracer, who are in no order. */
static void insert_traced_zombie(struct aw_records *r, struct aw_process *p)
{
	struct aw_process *pos;

	list_for_each_entry(pos, &r->zombies, zombie) {
		if (!pos->zombie_tracer || pos->pid > p->pid)
			break;
	}
	list_add_tail(&p->zombie, &pos->zombie);
}

/**
 * aw_zombies_insert - an entry in the zombie table, as the process is now
 * @r: the records
 * @p: the process
 */
void aw_zombies_insert(struct aw_records *r, struct aw_process *p)
{
	aw_process_get(p);
	p->zombie_uid = p->uid;
	p->zombie_tracer = p->ptrace.tracer;
	if (p->zombie_tracer)
		insert_traced_zombie(r, p);
	else
		list_add_tail(&p->zombie, &r->zombies);
	p->in_zombies = true;
}

/**
 * aw_zombies_remove - unregister_zombie()
 * @p: the process; nothing happens where it has no entry
 */
void aw_zombies_remove(struct aw_process *p)
{
	if (!p->in_zombies)
		return;
	list_del_init(&p->zombie);
	p->in_zombies = false;
	aw_process_put(p);
}

/**
 * aw_children_insert - a process is among the children of another
 * @parent: the other, which is its @parent already
 * @p: the process
 */
void aw_children_insert(struct aw_process *parent, struct aw_process *p)
{
	aw_process_get(p);
	insert_by_pid(p, &parent->family->children, sibling);
	aw_index_joined(p);
	if (p->host->joined)
		p->host->joined(p);
}

/**
 * aw_children_remove - and is not any more
 * @p: the process; its @parent stays set
 */
void aw_children_remove(struct aw_process *p)
{
	if (list_empty(&p->sibling))
		return;
	if (p->host->parted)
		p->host->parted(p);
	aw_index_parted(p);
	list_del_init(&p->sibling);
	aw_process_put(p);
}

/**
 * aw_parent_set - change the parent, and nothing else
 * @p: the process
 * @parent: referenced by it from now on; or NULL
 */
void aw_parent_set(struct aw_process *p, struct aw_process *parent)
{
	struct aw_process *old = p->parent;

	if (parent)
		aw_process_get(parent);
	p->parent = parent;
	if (old)
		aw_process_put(old);
}

/**
 * aw_children_find - a child by its pid
 * @parent: the parent
 * @pid: thread-group id
 *
 * Return: the child, not referenced, or NULL.
 */
struct aw_process *aw_children_find(const struct aw_process *parent, u32 pid)
{
	struct aw_process *p;

	list_for_each_entry(p, &parent->family->children, sibling) {
		if (p->pid >= pid)
			return p->pid == pid ? p : NULL;
	}
	return NULL;
}
