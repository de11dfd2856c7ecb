// SPDX-License-Identifier: GPL-2.0
/*
 * Families: what only a process needs that has children, or waits for some.
 */
#include "records.h"

/*
 * The family of all that have none, where the host has no other.  Nobody writes to it:
 * who changes a family has made it before.
 */
const struct aw_family aw_family_nobody = AW_FAMILY_NOBODY(aw_family_nobody);

static void init_family(struct aw_family *f, struct aw_process *of)
{
	f->of = of;
	INIT_LIST_HEAD(&f->children);
	INIT_LIST_HEAD(&f->snapshots);
	INIT_LIST_HEAD(&f->kept);
	f->telling = RB_ROOT_CACHED;
	aw_pollset_init(&f->child_exit_event);
}

/**
 * aw_family_make - see that a process has a family of its own
 * @p: the process: a child of it or a wait call is about to come
 *
 * It has it until aw_family_drop(), with the last reference to the process.
 *
 * Return: 0 or -ENOMEM.
 */
int aw_family_make(struct aw_process *p)
{
	struct aw_family *f;

	if (aw_family_is_made(p))
		return 0;
	f = p->host->family_new ? p->host->family_new() : aw_alloc(sizeof(*f));
	if (!f)
		return -ENOMEM;
	init_family(f, p);
	/* In the module, some read it without a lock: call/quick.c. */
	smp_store_release(&p->family, f);
	return 0;
}

/**
 * aw_family_drop - free a process's family
 * @p: the process, which has no children; none of its calls is left
 */
void aw_family_drop(struct aw_process *p)
{
	struct aw_family *f = p->family;

	if (!aw_family_is_made(p))
		return;
	p->family = (struct aw_family *)(p->host->nobody ?: &aw_family_nobody);
	aw_pollset_destroy(&f->child_exit_event);
	if (p->host->family_free)
		p->host->family_free(f);
	else
		aw_free(f);
}
