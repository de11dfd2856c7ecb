// SPDX-License-Identifier: GPL-2.0
/*
 * The children of a process that have something to tell, by the records.
 *
 * The reference copies the list of all children when a call begins, and asks each
 * of them at each poll.  The answer is the same where only those are asked that are
 * zombies, stand in a ptrace stop or have a job status: they are kept here, by
 * ascending pid, as the reference asks.
 *
 * And a copy can be a number: each child that comes to a process, or leaves it, has
 * its moment on the process's clock.  A call notes the moment when it began, and
 * its candidates are those who had come by then and had not left.  Who leaves
 * while such a call goes on is kept until the last of them ends, since the
 * reference's copy has it, too.
 *
 * The slow twin is a snapshot that names each candidate: candidates.c.
 */
#include "waitcall.h"

#define ALL_KINDS	(AW_TELLS_ZOMBIE | AW_TELLS_STOP | AW_TELLS_JOB)

static bool is_before(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct aw_process, tells_node)->pid <
	       rb_entry(b, struct aw_process, tells_node)->pid;
}

static void count(struct aw_process *to, unsigned int kinds, int by)
{
	unsigned int i;

	for (i = 0; i < AW_N_TELLS; i++)
		if (kinds & 1U << i)
			to->family->n_telling[i] += by;
}

/* @kinds is what @p has to tell to @to, which it tells something already or not. */
static void set_telling(struct aw_process *to, struct aw_process *p,
			unsigned int kinds)
{
	if (p->tells == kinds)
		return;
	count(to, p->tells, -1);
	count(to, kinds, 1);
	if (!p->tells)
		rb_add_cached(&p->tells_node, &to->family->telling, is_before);
	else if (!kinds)
		rb_erase_cached(&p->tells_node, &to->family->telling);
	p->tells = kinds;
}

/**
 * aw_index_note - something has happened to a process
 * @p: the process
 */
void aw_index_note(struct aw_process *p)
{
	unsigned int kinds = 0;

	if (list_empty(&p->sibling))
		return;
	if (p->is_zombie)
		kinds |= AW_TELLS_ZOMBIE;
	if (!list_empty(&p->ptrace.stops))
		kinds |= AW_TELLS_STOP;
	if (p->job.kind != AW_JOB_NONE)
		kinds |= AW_TELLS_JOB;
	set_telling(p->parent, p, kinds);
}

/* Nobody may report it any more. */
static void let_go(struct aw_process *p)
{
	set_telling(p->kept_by, p, 0);
	list_del_init(&p->kept_node);
	p->kept_by = NULL;
	aw_process_put(p);
}

/**
 * aw_index_joined - a process is among its parent's children from now on
 * @p: the process
 */
void aw_index_joined(struct aw_process *p)
{
	/* Calls of the parent that it has left cannot have both. */
	if (p->kept_by)
		let_go(p);
	p->joined = ++p->parent->family->clock;
	p->parent->family->n_children++;
	aw_index_note(p);
}

/* How many of the process's calls have the child among their candidates. */
static unsigned int count_holders(const struct aw_process *of,
				  const struct aw_process *child)
{
	const struct aw_snapshot *snap;
	unsigned int n = 0;

	list_for_each_entry(snap, &of->family->snapshots, node)
		if (child->joined <= snap->as_of)
			n++;
	return n;
}

/**
 * aw_index_parted - and is not any more
 * @p: the process, whose @parent is still set; the caller has a reference
 */
void aw_index_parted(struct aw_process *p)
{
	struct aw_process *of = p->parent;

	of->family->n_children--;
	p->n_keepers = count_holders(of, p);
	if (!p->n_keepers) {
		set_telling(of, p, 0);
		return;
	}
	p->parted = ++of->family->clock;
	p->kept_by = of;
	aw_process_get(p);
	list_add_tail(&p->kept_node, &of->family->kept);
	/* Its number may be another process's by the time that it is asked. */
	set_telling(of, p, ALL_KINDS);
}

/**
 * aw_index_hold - let a snapshot have all children of this moment
 * @snap: the snapshot, which has no such children yet
 * @of: their parent
 */
void aw_index_hold(struct aw_snapshot *snap, struct aw_process *of)
{
	aw_process_get(of);
	snap->of = of;
	snap->as_of = of->family->clock;
	snap->n_children = of->family->n_children;
	/* Who has no family has no children at this moment. */
	if (aw_family_is_made(of))
		list_add_tail(&snap->node, &of->family->snapshots);
	else
		INIT_LIST_HEAD(&snap->node);
}

/**
 * aw_index_release - a snapshot does not need its children any more
 * @snap: the snapshot; nothing happens where it has none of this kind
 */
void aw_index_release(struct aw_snapshot *snap)
{
	struct aw_process *p, *next, *of = snap->of;

	if (!of)
		return;
	list_for_each_entry_safe(p, next, &of->family->kept, kept_node)
		if (aw_index_has(snap, p) && !--p->n_keepers)
			let_go(p);
	list_del(&snap->node);
	snap->of = NULL;
	aw_process_put(of);
}

/**
 * aw_index_has - true if a process is among the children that a snapshot has
 * @snap: the snapshot
 * @p: the process
 *
 * Return: true if it was a child of the process when the snapshot was taken.
 */
bool aw_index_has(const struct aw_snapshot *snap, const struct aw_process *p)
{
	if (!snap->of || p->joined > snap->as_of)
		return false;
	if (p->kept_by)
		return p->kept_by == snap->of && p->parted > snap->as_of;
	return p->parent == snap->of && !list_empty(&p->sibling);
}

/**
 * aw_index_next - the next of a snapshot's children that may have something to tell
 * @snap: the snapshot
 * @p: the one before it; NULL for the first
 * @kinds: of these kinds: AW_TELLS_*
 *
 * Return: the next by ascending pid, or NULL where there is none.
 */
struct aw_process *aw_index_next(const struct aw_snapshot *snap,
				 struct aw_process *p, unsigned int kinds)
{
	unsigned int i, n = 0;
	struct rb_node *node;

	for (i = 0; i < AW_N_TELLS; i++)
		if (kinds & 1U << i)
			n += snap->of->family->n_telling[i];
	if (!n)
		return NULL;
	node = p ? rb_next(&p->tells_node) : rb_first_cached(&snap->of->family->telling);
	for (; node; node = rb_next(node)) {
		p = rb_entry(node, struct aw_process, tells_node);
		if (p->tells & kinds && aw_index_has(snap, p))
			return p;
	}
	return NULL;
}
