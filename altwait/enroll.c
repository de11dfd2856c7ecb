// SPDX-License-Identifier: GPL-2.0
/*
 * Who is in: track, enrol, inherit, listen.
 */
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <trace/events/altwait.h>

#include "altwait.h"
#include "enroll.h"

static unsigned int max_records = 65536;
module_param(max_records, uint, 0644);
MODULE_PARM_DESC(max_records,
		 "processes that may be tracked at once; past it, a process goes back to stock");

DEFINE_SPINLOCK(aw_lock);
struct aw_records aw_records;

/* Enrolled processes by signal_struct: aw_lock to write, RCU to read. */
static DEFINE_HASHTABLE(aw_quick, 10);

/* ------------------------------------------------------- record memory */

static void aw_tracked_free_rcu(struct rcu_head *rcu)
{
	struct aw_tracked *t = container_of(rcu, struct aw_tracked, rcu);

	aw_tally_put(t->tally);
	put_pid(t->pid);
	aw_facts_free(t);
	kfree(t);
	aw_count(released);
}

static void aw_host_process_free(struct aw_process *p)
{
	list_del(&aw_tracked_of(p)->ptraced);
	call_rcu(&aw_tracked_of(p)->rcu, aw_tracked_free_rcu);
}

static void aw_host_waker_free(struct aw_waker *w)
{
	kfree_rcu(aw_thread_waker_of(w), rcu);
}

static void aw_host_wake(struct aw_waker *w)
{
	struct task_struct *task = aw_thread_waker_of(w)->task;

	if (task)
		wake_up_process(task);
}

const struct aw_host_ops aw_host_ops = {
	.process_free	= aw_host_process_free,
	.waker_free	= aw_host_waker_free,
	.wake		= aw_host_wake,
	.told		= aw_wait_told,
	.hears		= aw_wait_hears,
};

/* ----------------------------------------------------------- look-ups */

/*
 * Is the task's process enrolled, and in *shadow mode?  Any context; the
 * redirect's one predicate.
 */
bool aw_enrolled(struct task_struct *task, bool *shadow)
{
	struct signal_struct *signal = task->signal;
	struct aw_tracked *t;
	bool found = false;

	rcu_read_lock();
	hash_for_each_possible_rcu(aw_quick, t, quick, (unsigned long)signal) {
		if (READ_ONCE(t->signal) == signal) {
			found = true;
			if (shadow)
				*shadow = READ_ONCE(t->shadow);
			break;
		}
	}
	rcu_read_unlock();
	return found;
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

/* ------------------------------------------------- tracking and forgetting */

/* Takes the record off all lists; who holds a reference keeps it. */
void aw_forget(struct aw_tracked *t)
{
	list_del_init(&t->orphan);
	list_del_init(&t->ptraced);
	aw_process_forget(&aw_records, &t->rec);
}

static bool aw_is_enrolled(const struct aw_process *p)
{
	return p && aw_tracked_of(p)->enrolled;
}

/* Forgets a record that nobody waits with and nobody waits for. */
void aw_forget_unless_needed(struct aw_tracked *t)
{
	u32 tracer = t->rec.is_zombie ? t->rec.zombie_tracer :
					t->rec.ptrace.tracer;

	if (t->feeding || t->leaving || aw_has_orphans(t))
		return;
	if (aw_is_enrolled(t->rec.parent) ||
	    (tracer && aw_is_enrolled(aw_process_find(&aw_records, tracer))) ||
	    aw_tracer_needs(t))
		return;
	aw_forget(t);
}

/**
 * aw_track - make a record for a process
 * @leader: its thread-group leader
 * @parent: the parent's record, or NULL
 *
 * The record has no threads yet.  A record that still has the number of an
 * earlier process is evicted.
 *
 * Context: aw_lock held, under RCU.
 * Return: the record; ERR_PTR: -ENOMEM, or -ENOSPC at the bound max_records.
 */
struct aw_tracked *aw_track(struct task_struct *leader,
			    struct aw_process *parent)
{
	struct aw_process *stale = aw_process_find(&aw_records, leader->tgid);
	struct aw_tracked *t;

	lockdep_assert_held(&aw_lock);
	if (stale) {
		aw_forget(aw_tracked_of(stale));
		aw_count(evicted);
	}
	if (aw_records.n_processes >= max_records)
		return ERR_PTR(-ENOSPC);
	t = aw_alloc(sizeof(*t));
	if (!t)
		return ERR_PTR(-ENOMEM);
	t->pid = get_pid(task_tgid(leader));
	aw_facts_born(t, leader);
	INIT_LIST_HEAD(&t->gone);
	INIT_LIST_HEAD(&t->owed);
	INIT_LIST_HEAD(&t->calls);
	INIT_LIST_HEAD(&t->orphan);
	INIT_LIST_HEAD(&t->leave);
	INIT_LIST_HEAD(&t->ptraced);
	aw_process_add(&aw_records, &t->rec, parent, leader->tgid,
		       task_pgrp_nr(leader), __kuid_val(task_uid(leader)));
	aw_count(tracked);
	return t;
}

/* ------------------------------------------------------------ enrolment */

/* The feed of the process is the caller's to attach; false: somebody else's. */
static bool aw_claim(struct aw_tracked *t)
{
	lockdep_assert_held(&aw_lock);
	if (t->feeding)
		return false;
	t->feeding = true;
	aw_process_get(&t->rec);
	return true;
}

/* Context: atomic, no lock held; the process is claimed. */
static void aw_attach(struct aw_tracked *t, struct task_struct *leader)
{
	t->task = get_task_struct(leader);
	init_waitqueue_func_entry(&t->feed, aw_feed_child);
	add_wait_queue(&leader->signal->wait_chldexit, &t->feed);
}

/* Context: aw_lock held. */
static void aw_set_terms(struct aw_tracked *t, const struct aw_terms *terms)
{
	struct aw_tally *old = t->tally;

	t->policy = terms->policy;
	t->quirks = terms->quirks;
	WRITE_ONCE(t->shadow, terms->shadow);
	t->tally = aw_tally_get(terms->tally);
	aw_tally_put(old);
}

/*
 * Enrols a process whose feed is attached: that comes first, so that nothing
 * that an enrolled process can wait for goes unseen.
 */
static void aw_enter(struct aw_tracked *t, struct task_struct *leader,
		     const struct aw_terms *terms, enum aw_why why)
{
	unsigned long flags;

	spin_lock_irqsave(&aw_lock, flags);
	/* A listener may have begun to leave since it was claimed. */
	if (t->leaving) {
		aw_n_in--;
		spin_unlock_irqrestore(&aw_lock, flags);
		return;
	}
	aw_set_terms(t, terms);
	t->listening = false;
	t->enrolled = true;
	aw_count(enrolled);
	trace_altwait_enroll(t->rec.pid, leader->comm, t->policy, t->quirks,
			     t->shadow, why);
	/* The exit tracepoint has either passed already or sees us enrolled. */
	if (!atomic_read(&leader->signal->live))
		aw_leave(t, AW_WHY_EXIT);
	spin_unlock_irqrestore(&aw_lock, flags);
}

/*
 * From here on its calls are redirected: all that it can wait for is in the records.
 * One that is made before goes to stock.
 *
 * Return: 0; it has left meanwhile: -ENOMEM, the records have no room for it;
 * -EAGAIN, for another reason.
 */
static int aw_publish(struct aw_tracked *t, struct task_struct *leader)
{
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&aw_lock, flags);
	if (!t->enrolled) {
		ret = t->why == AW_WHY_MEMORY || t->why == AW_WHY_BOUND ?
		      -ENOMEM : -EAGAIN;
	} else if (hlist_unhashed(&t->quick)) {
		WRITE_ONCE(t->signal, leader->signal);
		hash_add_rcu(aw_quick, &t->quick,
			     (unsigned long)leader->signal);
	}
	spin_unlock_irqrestore(&aw_lock, flags);
	return ret;
}

/**
 * aw_inherit - enrol a process that an enrolled one has just made
 * @t: its record
 * @leader: its only thread, which has not run yet
 * @from: the process that made it, whose policy it gets
 *
 * Context: atomic, aw_lock held; drops and retakes it.
 * Return: 0
 */
int aw_inherit(struct aw_tracked *t, struct task_struct *leader,
	       const struct aw_tracked *from)
	__must_hold(&aw_lock)
{
	struct aw_terms terms = {
		.policy = from->policy, .quirks = from->quirks,
		.shadow = from->shadow, .tally = aw_tally_get(from->tally),
	};

	if (!aw_claim(t)) {
		aw_tally_put(terms.tally);
		return 0;
	}
	aw_n_in++;
	spin_unlock(&aw_lock);
	aw_attach(t, leader);
	aw_enter(t, leader, &terms, AW_WHY_FORK);
	aw_publish(t, leader);
	aw_tally_put(terms.tally);
	spin_lock(&aw_lock);
	return 0;
}

/**
 * aw_listen - hear what a process is told of its tracees, enrolled or not
 * @leader: its thread-group leader
 *
 * Context: atomic, aw_lock held, under RCU; drops and retakes the lock.
 */
void aw_listen(struct task_struct *leader)
	__must_hold(&aw_lock)
{
	struct aw_tracked *t = aw_tracked_find(leader);

	if (!t)
		t = aw_track(leader, NULL);
	if (IS_ERR(t)) {
		/* What it traces is still known as a child. */
		aw_count(trouble);
		return;
	}
	if (!aw_claim(t))
		return;
	spin_unlock(&aw_lock);
	aw_attach(t, leader);
	spin_lock(&aw_lock);
	if (!t->enrolled)
		t->listening = true;
	if (!atomic_read(&leader->signal->live))
		aw_leave(t, AW_WHY_EXIT);
}

/* The leader, referenced, of a thread's process; 0 is the caller's.  Or NULL. */
struct task_struct *aw_get_leader(pid_t vpid)
{
	struct task_struct *task;

	rcu_read_lock();
	task = vpid ? pid_task(find_vpid(vpid), PIDTYPE_PID) : current;
	if (task)
		task = get_task_struct(task->group_leader);
	rcu_read_unlock();
	return task;
}

/*
 * 1: the process is the caller's to enrol, its feed to attach if *attach; 0: it
 * is enrolled; -EAGAIN: it is entering or leaving on another CPU.
 */
static int aw_claim_to_enroll(struct aw_tracked *t,
			      const struct aw_terms *terms, bool *attach)
{
	if (t->enrolled) {
		aw_set_terms(t, terms);
		/* Sleepers come again, under the new policy. */
		aw_wait_evict(t);
		return 0;
	}
	*attach = aw_claim(t);
	if (!*attach && !t->listening)
		return -EAGAIN;
	aw_n_in++;
	return 1;
}

/*
 * The record of a process, made if need be and claimed; NULL: enrolled already;
 * ERR_PTR: -EAGAIN, come again; -ESRCH, it has exited; what aw_track() returns.
 */
static struct aw_tracked *aw_prepare(struct task_struct *leader,
				     const struct aw_terms *terms, bool *attach)
{
	struct aw_tracked *t;

	spin_lock_irq(&aw_lock);
	rcu_read_lock();
	/* Once it is reaped, somebody else may have its number. */
	t = task_tgid(leader) ? aw_tracked_find(leader) : ERR_PTR(-ESRCH);
	if (!t) {
		t = aw_track(leader, NULL);
		if (!IS_ERR(t))
			aw_feed_state(t, leader);
	}
	if (!IS_ERR(t) && t->rec.is_zombie) {
		aw_forget_unless_needed(t);
		t = ERR_PTR(-ESRCH);
	}
	if (!IS_ERR(t)) {
		int claimed = aw_claim_to_enroll(t, terms, attach);

		if (claimed <= 0)
			t = ERR_PTR(claimed);
	}
	rcu_read_unlock();
	spin_unlock_irq(&aw_lock);
	return t;
}

static int aw_enroll_armed(struct task_struct *leader,
			   const struct aw_terms *terms)
{
	struct aw_tracked *t;
	bool attach;

	t = aw_prepare(leader, terms, &attach);
	if (IS_ERR_OR_NULL(t))
		return PTR_ERR_OR_ZERO(t);
	if (attach)
		aw_attach(t, leader);
	aw_enter(t, leader, terms, AW_WHY_REQUEST);
	aw_feed_scan(t);
	aw_feed_scan_tracees();
	return aw_publish(t, leader);
}

static int aw_enroll_leader(struct task_struct *leader,
			    const struct aw_terms *terms)
{
	int err;

	do {
		/* A dismissal may still be under way. */
		if (wait_event_killable(aw_gone, aw_is_gone(leader)))
			return -EINTR;
		if (mutex_lock_killable(&aw_enroll_mutex))
			return -EINTR;
		err = aw_arm();
		if (!err)
			err = aw_enroll_armed(leader, terms);
		aw_disarm_soon_if_idle();
		mutex_unlock(&aw_enroll_mutex);
		cond_resched();
	} while (err == -EAGAIN);
	return err == -ENOSPC ? -ENOMEM : err;
}

/**
 * aw_enroll - ALTWAIT_ENROLL
 * @req: the request
 * @tally: where its verdicts are counted; taken up by shadow mode only
 *
 * Context: process.
 * Return: 0, or the errnos of the ABI header.
 */
int aw_enroll(const struct altwait_enroll *req, struct aw_tally *tally)
{
	struct aw_terms terms = {
		.policy = req->policy, .quirks = req->quirks,
		.shadow = req->flags & ALTWAIT_SHADOW, .tally = tally,
	};
	struct task_struct *leader;
	int err;

	if (req->policy == ALTWAIT_POLICY_STARRY)
		terms.quirks = AW_QUIRKS_ALL & ~req->quirks;
	else if (req->policy != ALTWAIT_POLICY_LINUX)
		return -EINVAL;
	if (req->flags & ~ALTWAIT_SHADOW || req->quirks & ~AW_QUIRKS_ALL)
		return -EINVAL;
	leader = aw_get_leader(req->pid);
	if (!leader)
		return -ESRCH;
	if (leader->flags & PF_KTHREAD || is_global_init(leader))
		err = -EPERM;
	else
		err = aw_enroll_leader(leader, &terms);
	put_task_struct(leader);
	return err;
}
