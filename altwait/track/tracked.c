// SPDX-License-Identifier: GPL-2.0
/*
 * The records and Linux's processes: finding, making and forgetting them.
 */
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "track.h"

static unsigned int max_records = 65536;
module_param(max_records, uint, 0644);
MODULE_PARM_DESC(max_records,
		 "processes that may be tracked at once; past it, a process goes back to stock");
static unsigned int max_tree_records = 16384;
module_param(max_tree_records, uint, 0644);
MODULE_PARM_DESC(max_tree_records,
		 "how many of them for what one request has enrolled and its descendants");

struct aw_records aw_records;
struct aw_stats aw_stats;
LIST_HEAD(aw_ptraced);

/* Records by signal_struct, until they are freed: aw_lock to write, RCU to read. */
static DEFINE_HASHTABLE(aw_known, 12);

/* ------------------------------------------------------- record memory */

/* The cache of records: more of them fit into a page than by size. */
static struct kmem_cache *aw_tracked_cache;

/**
 * aw_tracked_init - make room for records
 *
 * Context: process, at load.
 * Return: 0 or -ENOMEM.
 */
int aw_tracked_init(void)
{
	aw_tracked_cache = kmem_cache_create("altwait_record", sizeof(struct aw_tracked),
					     0, SLAB_ACCOUNT, NULL);
	return aw_tracked_cache ? 0 : -ENOMEM;
}

/* Context: process, no record being left; waits for those that are being freed. */
void aw_tracked_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(aw_tracked_cache);
}

static void aw_tracked_free_rcu(struct rcu_head *rcu)
{
	struct aw_tracked *t = container_of(rcu, struct aw_tracked, rcu);

	aw_tally_put(t->tally);
	put_pid(t->pid);
	aw_places_free(t);
	kmem_cache_free(aw_tracked_cache, t);
	aw_count(released);
}

/* The last reference to a record has gone.  Context: any, aw_lock held. */
void aw_tracked_free(struct aw_process *p)
{
	list_del(&aw_tracked_of(p)->ptraced);
	hash_del_rcu(&aw_tracked_of(p)->known);
	aw_tracked_charge(aw_tracked_of(p), NULL);
	call_rcu(&aw_tracked_of(p)->rcu, aw_tracked_free_rcu);
}

/* The family of those that have none, all of which share it.  Nobody writes to it. */
const struct aw_tracked_family aw_tracked_nobody = {
	.rec = AW_FAMILY_NOBODY(aw_tracked_nobody.rec),
	.owed = AW_EMPTY(aw_tracked_nobody.owed),
	.calls = AW_EMPTY(aw_tracked_nobody.calls),
	.claims = AW_EMPTY(aw_tracked_nobody.claims),
	.dying = AW_EMPTY(aw_tracked_nobody.dying),
};

/*
 * The first child of a process comes, or its first call.  Context: any.
 * Return: what the records do not know of its family is filled in; NULL without memory.
 */
struct aw_family *aw_tracked_new_family(void)
{
	struct aw_tracked_family *f = aw_alloc(sizeof(*f));

	if (!f)
		return NULL;
	f->ready = RB_ROOT_CACHED;
	INIT_LIST_HEAD(&f->owed);
	INIT_LIST_HEAD(&f->calls);
	INIT_LIST_HEAD(&f->claims);
	INIT_LIST_HEAD(&f->dying);
	return &f->rec;
}

/* The last reference to the process has gone.  Context: any, aw_lock held. */
void aw_tracked_free_family(struct aw_family *family)
{
	struct aw_tracked_family *f = container_of(family, struct aw_tracked_family, rec);

	list_del(&f->dying);
	kfree_rcu(f, rcu);
}

/* The last reference to a thread's waker has gone.  Context: any. */
void aw_tracked_free_waker(struct aw_waker *w)
{
	kfree_rcu(aw_thread_waker_of(w), rcu);
}

/* A PollSet wakes a thread, if it sleeps.  Context: any, aw_lock held. */
void aw_tracked_wake(struct aw_waker *w)
{
	struct task_struct *task = aw_thread_waker_of(w)->task;

	if (task)
		wake_up_process(task);
}

/* ----------------------------------------------------------- look-ups */

/**
 * aw_tracked_knows - false if a task's process has no record: it is no concern of ours
 * @task: the task
 *
 * For whoever is told of tasks that are not enrolled: they pay no lock.  If this is
 * true, aw_tracked_find() is asked under aw_lock; it may find nothing.
 *
 * Who makes a record reads afterwards what the process is like; who calls this has
 * changed that before.  With the barriers here and in aw_tracked_add(), either the
 * record is seen here, or the change there.
 *
 * Context: any, under RCU or with preemption off.
 */
bool aw_tracked_knows(const struct task_struct *task)
{
	const struct signal_struct *signal = task->signal;
	const struct aw_tracked *t;

	smp_mb();	/* pairs with the one in aw_tracked_add() */
	hash_for_each_possible_rcu(aw_known, t, known, (unsigned long)signal,
				   rcu_read_lock_any_held())
		if (t->signal == signal)
			return true;
	return false;
}

/**
 * aw_enrolled_find - the redirect's one predicate: whose calls are redirected
 * @task: a task
 *
 * Of those that have had the signal_struct, one alone is enrolled: it keeps it.
 *
 * Context: under RCU or with preemption off, as long as the record is used.
 * Return: the record of the task's process, if its calls are redirected; or NULL.
 */
const struct aw_tracked *aw_enrolled_find(const struct task_struct *task)
{
	const struct signal_struct *signal = task->signal;
	const struct aw_tracked *t;

	hash_for_each_possible_rcu(aw_known, t, known, (unsigned long)signal,
				   rcu_read_lock_any_held())
		/* Pairs with the one in aw_enrolled_publish(). */
		if (t->signal == signal && smp_load_acquire(&t->redirected))
			return t;
	return NULL;
}

/*
 * The record of a task's process, or NULL.  A record may outlive its process,
 * and another have the number by then: Linux's struct pid tells them apart.
 */
struct aw_tracked *aw_tracked_find(const struct task_struct *task)
{
	struct aw_process *p = aw_process_find(&aw_records, task->tgid);
	struct pid *tgid;

	lockdep_assert_held(&aw_lock);
	if (!p)
		return NULL;
	rcu_read_lock();
	tgid = READ_ONCE(task->signal->pids[PIDTYPE_TGID]);
	rcu_read_unlock();
	return !tgid || aw_tracked_of(p)->pid == tgid ? aw_tracked_of(p) : NULL;
}

/* How many threads of the process sleep.  Context: any, aw_lock held. */
unsigned int aw_tracked_sleepers(const struct aw_tracked *t)
{
	unsigned int n = 0;
	struct aw_caller *c;

	list_for_each_entry(c, &aw_family_of(t)->calls, node)
		if (c->tw->task)
			n++;
	return n;
}

static void wake_caller(const struct aw_caller *c)
{
	if (c->tw->task)
		wake_up_process(c->tw->task);
}

/*
 * Wakes the threads that sleep in a call, the one that has slept longest first.  Stock
 * serves first whoever has come last: those that go on there stand in the order in which
 * they would if they had been there all along.
 *
 * Context: any, aw_lock held.
 */
void aw_tracked_wake_sleepers(struct aw_tracked *t)
{
	struct aw_caller *c;

	/* As try_enter() has added them. */
	if (!t->shadow && t->quirks & AW_Q(OLDEST_FIRST))
		list_for_each_entry(c, &aw_family_of(t)->calls, node)
			wake_caller(c);
	else
		list_for_each_entry_reverse(c, &aw_family_of(t)->calls, node)
			wake_caller(c);
}

/* The leader, referenced, of a thread's process; 0 is the caller's.  Or NULL. */
struct task_struct *aw_tracked_get_leader(pid_t vpid)
{
	struct task_struct *task;

	rcu_read_lock();
	task = vpid ? pid_task(find_vpid(vpid), PIDTYPE_PID) : current;
	if (task)
		task = get_task_struct(task->group_leader);
	rcu_read_unlock();
	return task;
}

/* ------------------------------------------------- making and forgetting */

/**
 * aw_tracked_new_tree - an account for a request to enrol
 *
 * Context: process.
 * Return: the tree, referenced; NULL without memory.
 */
struct aw_tree *aw_tracked_new_tree(void)
{
	struct aw_tree *tree = kzalloc(sizeof(*tree), GFP_KERNEL_ACCOUNT);

	if (tree)
		refcount_set(&tree->refs, 1);
	return tree;
}

/* Drops a reference, unless it is NULL.  Context: any. */
void aw_tracked_put_tree(struct aw_tree *tree)
{
	if (tree && refcount_dec_and_test(&tree->refs))
		kfree(tree);
}

/**
 * aw_tracked_charge - a record is kept on another account from here on
 * @t: the record
 * @tree: whose; NULL: nobody's
 *
 * Context: any, aw_lock held.
 */
void aw_tracked_charge(struct aw_tracked *t, struct aw_tree *tree)
{
	struct aw_tree *old = t->tree;

	lockdep_assert_held(&aw_lock);
	if (tree) {
		refcount_inc(&tree->refs);
		tree->n_records++;
	}
	t->tree = tree;
	if (old)
		old->n_records--;
	aw_tracked_put_tree(old);
}

/**
 * aw_tracked_spare - memory for a record; better had before aw_lock is taken
 *
 * Context: any.
 * Return: for aw_tracked_add() or aw_tracked_drop_spare(); NULL without memory.
 */
struct aw_tracked *aw_tracked_spare(void)
{
	return kmem_cache_zalloc(aw_tracked_cache, GFP_ATOMIC);
}

/* @spare: not used, or NULL.  Context: any, no lock held. */
void aw_tracked_drop_spare(struct aw_tracked *spare)
{
	if (spare)
		kmem_cache_free(aw_tracked_cache, spare);
}

/* What is left of how it was made, where nobody saw that. */
static void note_making(struct aw_tracked *t, struct task_struct *leader)
{
	rcu_read_lock();
	t->rec.maker = rcu_dereference(leader->real_parent)->pid;
	rcu_read_unlock();
	t->rec.made_clone = leader->exit_signal >= 0 && leader->exit_signal != SIGCHLD;
}

/**
 * aw_tracked_add - make a record for a process
 * @leader: its thread-group leader
 * @parent: the parent's record, or NULL
 * @tree: on whose account; NULL: nobody's
 * @spare: memory for it, which becomes NULL if it is used; NULL: it is allocated here,
 *	where few are made at a time
 *
 * The record has no threads yet.  A record of an earlier process that still has the
 * number is forgotten.
 *
 * Context: aw_lock held, under RCU.
 * Return: the record; ERR_PTR: -ENOMEM, or -ENOSPC at the bound max_records, or that of
 * the tree, max_tree_records.
 */
struct aw_tracked *aw_tracked_add(struct task_struct *leader, struct aw_process *parent,
				  struct aw_tree *tree, struct aw_tracked **spare)
{
	struct aw_process *stale = aw_process_find(&aw_records, leader->tgid);
	struct aw_tracked *t;

	lockdep_assert_held(&aw_lock);
	if (stale) {
		aw_tracked_forget(aw_tracked_of(stale));
		aw_count(evicted);
	}
	if (aw_records.n_processes >= READ_ONCE(max_records) ||
	    (tree && tree->n_records >= READ_ONCE(max_tree_records)))
		return ERR_PTR(-ENOSPC);
	if (parent && aw_family_make(parent))
		return ERR_PTR(-ENOMEM);
	t = spare ? *spare : aw_tracked_spare();
	if (!t)
		return ERR_PTR(-ENOMEM);
	if (spare)
		*spare = NULL;
	t->pid = get_pid(task_tgid(leader));
	t->signal = leader->signal;
	/* The oldest comes first: who has thousands of children finds itself at once. */
	hlist_add_tail_rcu(&t->known, &aw_known[hash_min((unsigned long)t->signal,
							 HASH_BITS(aw_known))]);
	smp_mb();	/* pairs with the one in aw_tracked_knows() */
	aw_places_born(t, leader);
	INIT_LIST_HEAD(&t->parting);
	INIT_LIST_HEAD(&t->leave);
	INIT_LIST_HEAD(&t->ptraced);
	RB_CLEAR_NODE(&t->ready_node);
	/* Either the tracepoint of its end finds the record, or that is so already. */
	t->ending = !atomic_read(&leader->signal->live);
	note_making(t, leader);
	aw_process_add(&aw_records, &t->rec, parent, leader->tgid,
		       task_pgrp_nr(leader), __kuid_val(task_uid(leader)));
	aw_tracked_charge(t, tree);
	aw_count(tracked);
	return t;
}

/*
 * Takes the record out of everything; it is freed with its last reference.  Its
 * orphans get no parent, and nobody asks for them: a scan of their reaper finds them.
 */
void aw_tracked_forget(struct aw_tracked *t)
{
	list_del_init(&t->ptraced);
	aw_process_forget(&aw_records, &t->rec);
}

static bool is_enrolled(const struct aw_process *p)
{
	return p && aw_is_enrolled(aw_tracked_of(p));
}

/* True if Linux has yet to be asked who the reaper of one of its children is. */
static bool has_orphans(const struct aw_tracked *t)
{
	return t->orphaned && !list_empty(&t->rec.family->children);
}

/* True if an enrolled process traces a thread of this one. */
static bool is_traced_by_enrolled(const struct aw_tracked *t)
{
	struct task_struct *leader, *thread;
	struct aw_tracked *by;
	bool needs = false;

	if (list_empty(&t->ptraced))
		return false;
	rcu_read_lock();
	leader = pid_task(t->pid, PIDTYPE_TGID);
	if (leader) {
		for_each_thread(leader, thread) {
			if (!READ_ONCE(thread->ptrace))
				continue;
			by = aw_tracked_find(rcu_dereference(thread->parent));
			needs |= by && aw_is_enrolled(by);
		}
	}
	rcu_read_unlock();
	return needs;
}

/* True if nobody waits with a record and nobody waits for it. */
static bool is_spare(const struct aw_tracked *t)
{
	u32 tracer = t->rec.is_zombie ? t->rec.zombie_tracer :
					t->rec.ptrace.tracer;

	if (t->standing != AW_TRACKED || has_orphans(t))
		return false;
	return !is_enrolled(t->rec.parent) &&
	       !(tracer && is_enrolled(aw_process_find(&aw_records, tracer))) &&
	       !is_traced_by_enrolled(t);
}

/*
 * Forgets a record that nobody waits with and nobody waits for; then, where it was
 * an orphan, that of the parent that was kept for its sake, and so on upwards.
 * Context: any, aw_lock held.
 */
void aw_tracked_prune(struct aw_tracked *t)
{
	struct aw_process *held = NULL, *parent;

	while (t && is_spare(t)) {
		parent = aw_is_orphan(t) ? t->rec.parent : NULL;
		if (parent)
			aw_process_get(parent);
		aw_tracked_forget(t);
		if (held)
			aw_process_put(held);
		held = parent;
		t = parent ? aw_tracked_of(parent) : NULL;
	}
	if (held)
		aw_process_put(held);
}
