// SPDX-License-Identifier: GPL-2.0
/*
 * ALTWAIT_AUDIT: do the records say what the kernel's own processes say?
 *
 * First each record is held against its process, then each child of an enrolled process
 * against the records.  Both go on while processes fork and exit: the kernel's state
 * changes before the records are told of it.  So what does not agree is looked at again
 * for a while, and counts if that does not end.  In pieces, each of which is short with
 * interrupts off.
 */
#include <linux/idr.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

#include "audit.h"
#include "feed/feed.h"

/* How often a disagreement is looked at, the i-th time i jiffies after the one before. */
#define AW_AUDIT_LOOKS	20

/* Processes of the kernel's looked at in one section of RCU. */
#define AW_AUDIT_PIECE	64

/* The two halves, as the upper half of struct altwait_audit.from; the lower is a pid. */
enum { OF_RECORDS, OF_PROCESSES, IS_OVER };

/* ------------------------------------------------------- one record's state */

/* Context: aw_lock held, under RCU. */
static void see(const struct aw_tracked *t, struct aw_audit_seen *seen)
{
	struct task_struct *task = pid_task(t->pid, PIDTYPE_TGID), *real_parent;
	const struct aw_tracked *tracer;

	memset(seen, 0, sizeof(*seen));
	if (!task)
		return;
	real_parent = rcu_dereference(task->real_parent);
	seen->is_there = true;
	seen->lives = atomic_read(&task->signal->live);
	seen->is_zombie = READ_ONCE(task->exit_state) == EXIT_ZOMBIE &&
			  aw_task_is_zombie(task) && !READ_ONCE(task->ptrace);
	seen->is_single = thread_group_empty(task) && !READ_ONCE(task->exit_state);
	seen->parent = real_parent->tgid;
	seen->by = aw_tracked_find(real_parent);
	seen->by_is_reaper = aw_task_is_reaper(real_parent);
	if (!READ_ONCE(task->ptrace))
		return;
	tracer = aw_tracked_find(rcu_dereference(task->parent));
	seen->tracer = rcu_dereference(task->parent)->tgid;
	seen->tracer_is_in = tracer && aw_is_enrolled(tracer);
}

static bool is_in(const struct aw_tracked *t)
{
	return t && aw_is_enrolled(t);
}

/* The parent that the record has, or NULL. */
static const struct aw_tracked *parent_of(const struct aw_tracked *t)
{
	return t->rec.parent && !list_empty(&t->rec.sibling) ? aw_tracked_of(t->rec.parent) :
							       NULL;
}

/* Whoever is not enrolled is told of no child; a reaper is not told of each. */
static bool has_other_parent(const struct aw_tracked *t, const struct aw_audit_seen *seen)
{
	const struct aw_tracked *parent = parent_of(t);

	if (parent == seen->by)
		return false;
	if (aw_is_orphan(t))
		return seen->parent != t->rec.parent->pid;
	return is_in(parent) || (is_in(seen->by) && !seen->by_is_reaper);
}

static bool has_other_tracer(const struct aw_tracked *t, const struct aw_audit_seen *seen)
{
	u32 tracer = t->rec.ptrace.tracer;

	/* The records have one for all threads. */
	if (!seen->is_single || tracer == seen->tracer)
		return false;
	return tracer || seen->tracer_is_in;
}

static enum altwait_disagreement tell(struct altwait_audit *a, enum altwait_disagreement what,
				      u32 record, u32 kernel)
{
	a->what = what;
	a->record = record;
	a->kernel = kernel;
	return what;
}

/**
 * aw_audit_compare - hold a record against what the kernel says
 * @t: the record
 * @seen: what the kernel says
 * @a: @what, @record and @kernel are filled in
 *
 * Context: aw_lock held.
 * Return: in what they do not agree.
 */
enum altwait_disagreement aw_audit_compare(const struct aw_tracked *t,
					   const struct aw_audit_seen *seen,
					   struct altwait_audit *a)
{
	const struct aw_tracked *parent = parent_of(t);

	/* What Linux has reaped by itself, a policy may keep as a zombie. */
	if (!seen->is_there)
		return tell(a, t->autoreaped ? ALTWAIT_AGREE : ALTWAIT_GONE, 0, 0);
	if (t->rec.is_zombie && seen->lives)
		return tell(a, ALTWAIT_LIVES, 0, 0);
	if (!t->rec.is_zombie && seen->is_zombie && is_in(parent))
		return tell(a, ALTWAIT_ENDED, 0, 0);
	if (has_other_parent(t, seen))
		return tell(a, ALTWAIT_PARENT, parent ? parent->rec.pid : 0, seen->parent);
	if (has_other_tracer(t, seen))
		return tell(a, ALTWAIT_TRACER, t->rec.ptrace.tracer, seen->tracer);
	return tell(a, ALTWAIT_AGREE, 0, 0);
}

/* ------------------------------------------------------------- of the records */

/* The one with the lowest pid from @from on, or NULL.  Context: aw_lock held. */
static struct aw_tracked *first_in_bucket(unsigned int bucket, u32 from)
{
	struct aw_process *p, *next = NULL;

	list_for_each_entry(p, &aw_records.by_pid[bucket], hash)
		if (p->pid >= from && (!next || p->pid < next->pid))
			next = p;
	return next ? aw_tracked_of(next) : NULL;
}

/* Context: aw_lock held; drops and retakes it where there are many orphans. */
static enum altwait_disagreement look(const struct aw_tracked *t, struct altwait_audit *a)
{
	struct aw_audit_seen seen;

	aw_adoption_finish();
	if (!t->rec.in_table)
		return tell(a, ALTWAIT_AGREE, 0, 0);
	rcu_read_lock();
	see(t, &seen);
	rcu_read_unlock();
	return aw_audit_compare(t, &seen, a);
}

/* Looks until they agree, or it is enough.  Context: process, no lock held. */
static int look_again(struct aw_tracked *t, struct altwait_audit *a)
{
	enum altwait_disagreement what = a->what;
	int i;

	for (i = 1; i < AW_AUDIT_LOOKS && what; i++) {
		if (schedule_timeout_killable(i) && fatal_signal_pending(current))
			return -EINTR;
		aw_lock_irq();
		what = look(t, a);
		aw_unlock_irq();
	}
	return 0;
}

/*
 * The next record in the order of the buckets.  Return: 1, it does not agree; 0, it
 * does, or there is none: then @a->from says so; -EINTR.
 */
static int audit_record(struct altwait_audit *a)
{
	const unsigned int n = aw_records.n_buckets;
	u32 from = a->from;
	unsigned int bucket = from & (n - 1);
	struct aw_tracked *t;
	int err = 0;

	aw_lock_irq();
	while (!(t = first_in_bucket(bucket, from)) && ++bucket % AW_AUDIT_PIECE)
		from = bucket;
	if (!t) {
		a->from = bucket < n ? bucket : (u64)OF_PROCESSES << 32;
		aw_unlock_irq();
		return 0;
	}
	a->from = t->rec.pid + n;
	a->pid = t->rec.pid;
	a->compared++;
	aw_process_get(&t->rec);
	if (look(t, a)) {
		aw_unlock_irq();
		err = look_again(t, a);
		aw_lock_irq();
	}
	aw_process_put(&t->rec);
	aw_unlock_irq();
	return err ?: !!a->what;
}

/* --------------------------------------------------------- of the processes */

/* True for a child of which its parent should be told.  Context: under RCU. */
static bool lacks_record(struct task_struct *task)
{
	struct task_struct *real_parent = rcu_dereference(task->real_parent);
	struct aw_tracked *by;
	bool lacks;

	if (READ_ONCE(task->exit_state) == EXIT_DEAD || !aw_enrolled_find(real_parent) ||
	    aw_task_is_reaper(real_parent))
		return false;
	aw_lock_irq();
	by = aw_tracked_find(real_parent);
	lacks = is_in(by) && !aw_tracked_find(task) && !aw_owed_has(by, task_tgid(task)) &&
		!aw_is_reaping(by, task_tgid(task));
	aw_unlock_irq();
	return lacks;
}

/* Context: process, no lock held. */
static bool lacks_record_still(u32 pid, struct altwait_audit *a)
{
	struct task_struct *task;
	bool lacks;

	rcu_read_lock();
	task = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_TGID);
	lacks = task && lacks_record(task);
	if (lacks)
		tell(a, ALTWAIT_NO_RECORD, 0, rcu_dereference(task->real_parent)->tgid);
	rcu_read_unlock();
	return lacks;
}

/* The next child without a record among a few processes, or 0; @from goes on. */
static u32 next_without_record(struct altwait_audit *a)
{
	unsigned int left = AW_AUDIT_PIECE;
	int nr = (u32)a->from + 1;
	struct task_struct *task;
	struct pid *pid = NULL;

	rcu_read_lock();
	for (; left && (pid = idr_get_next(&init_pid_ns.idr, &nr)); nr++, left--) {
		a->from = (u64)OF_PROCESSES << 32 | nr;
		task = pid_task(pid, PIDTYPE_TGID);
		if (!task || task->flags & PF_KTHREAD)
			continue;
		a->compared++;
		if (lacks_record(task))
			break;
	}
	rcu_read_unlock();
	if (!pid)
		a->from = (u64)IS_OVER << 32;
	return pid && left ? nr : 0;
}

/* As audit_record(). */
static int audit_process(struct altwait_audit *a)
{
	u32 pid = next_without_record(a);
	int i;

	for (i = 1; pid && i < AW_AUDIT_LOOKS; i++) {
		if (schedule_timeout_killable(i) && fatal_signal_pending(current))
			return -EINTR;
		if (!lacks_record_still(pid, a))
			pid = 0;
	}
	if (!pid)
		return 0;
	a->pid = pid;
	return 1;
}

/**
 * aw_audit - ALTWAIT_AUDIT
 * @a: @from is filled in; all but @size is afterwards
 *
 * Context: process.
 * Return: 0, or the errnos of the ABI header.
 */
long aw_audit(struct altwait_audit *a)
{
	u64 half = a->from >> 32;
	int ret = 0;

	/* idr_get_next() warns of more. */
	if (half >= IS_OVER || a->pad ||
	    (half == OF_PROCESSES && (u32)a->from > PID_MAX_LIMIT))
		return -EINVAL;
	a->compared = 0;
	while (!ret && half < IS_OVER) {
		tell(a, ALTWAIT_AGREE, 0, 0);
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = half == OF_RECORDS ? audit_record(a) : audit_process(a);
		half = a->from >> 32;
		cond_resched();
	}
	if (ret < 0)
		return ret;
	if (ret)
		return 0;
	a->from = 0;
	a->pid = 0;
	return 0;
}
