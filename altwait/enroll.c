// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to enrol: ALTWAIT_ENROLL.
 */
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <trace/events/altwait.h>

#include "arm.h"
#include "dismiss.h"
#include "enroll.h"
#include "feed/feed.h"

/* An enrolled process is enrolled again.  Context: aw_lock held. */
static void change_terms(struct aw_tracked *t, struct task_struct *leader,
			 const struct aw_terms *terms)
{
	struct altwait_query now = { }, was = { };

	aw_enrolled_tell_terms(t, &was);
	aw_enrolled_set_terms(t, terms);
	aw_enrolled_tell_terms(t, &now);
	trace_altwait_policy(t->rec.pid, leader->comm, &now, &was);
	/* Sleepers come again, under the new policy. */
	aw_tracked_wake_sleepers(t);
}

/*
 * 1: the process is the caller's to enrol, its feed to attach if *attach; 0: it
 * is enrolled; -EAGAIN: it is entering or leaving on another CPU.
 */
static int claim(struct aw_tracked *t, struct task_struct *leader,
		 const struct aw_terms *terms, struct aw_tree *tree, bool *attach)
{
	if (aw_is_enrolled(t)) {
		change_terms(t, leader, terms);
		return 0;
	}
	*attach = aw_join_claim(t);
	if (!*attach && t->standing != AW_LISTENING)
		return -EAGAIN;
	aw_tracked_charge(t, tree);
	aw_n_in++;
	return 1;
}

/*
 * The present leader of a task's process, or NULL: it has been reaped.  One that execve()
 * by another thread has taken the place of is pinned as a task, but what its
 * real_parent points to is not.  Context: under RCU.
 */
static struct task_struct *leader_of(const struct task_struct *task)
{
	struct pid *tgid = READ_ONCE(task->signal->pids[PIDTYPE_TGID]);

	return tgid ? pid_task(tgid, PIDTYPE_TGID) : NULL;
}

/*
 * The record of a process, made if need be and claimed; NULL: enrolled already;
 * ERR_PTR: -EAGAIN, come again; -ESRCH, the process exits or has exited;
 * what aw_tracked_add() returns.
 */
static struct aw_tracked *prepare(struct task_struct *task,
				  const struct aw_terms *terms, struct aw_tree *tree,
				  bool *attach)
{
	struct task_struct *leader;
	struct aw_tracked *t;

	aw_lock_irq();
	rcu_read_lock();
	leader = leader_of(task);
	if (!leader || !atomic_read(&leader->signal->live))
		t = ERR_PTR(-ESRCH);
	else
		t = aw_tracked_find(leader);
	if (!t) {
		t = aw_tracked_add(leader, NULL, tree, NULL);
		if (!IS_ERR(t))
			aw_state_begin(t, leader);
	}
	if (!IS_ERR(t) && t->rec.is_zombie) {
		aw_tracked_prune(t);
		t = ERR_PTR(-ESRCH);
	}
	if (!IS_ERR(t)) {
		int claimed = claim(t, leader, terms, tree, attach);

		if (claimed <= 0)
			t = ERR_PTR(claimed);
	}
	rcu_read_unlock();
	aw_unlock_irq();
	return t;
}

static int enroll_armed(struct task_struct *leader, const struct aw_terms *terms,
			struct aw_tree *tree)
{
	struct aw_tracked *t;
	bool attach;

	t = prepare(leader, terms, tree, &attach);
	if (IS_ERR_OR_NULL(t))
		return PTR_ERR_OR_ZERO(t);
	if (attach)
		aw_join_attach(t, leader);
	aw_join_enter(t, leader, terms, AW_WHY_REQUEST);
	aw_scan_begin(t);
	aw_scan_tracees();
	aw_ready_sift(t);
	aw_scan_reaped(t);
	return aw_join_publish(t);
}

static int enroll_leader(struct task_struct *leader, const struct aw_terms *terms,
			 struct aw_tree *tree)
{
	int err;

	do {
		/* A dismissal may still be under way. */
		if (wait_event_killable(aw_gone, aw_dismiss_is_over(leader)))
			return -EINTR;
		if (mutex_lock_killable(&aw_enroll_mutex))
			return -EINTR;
		err = aw_arm();
		if (!err)
			err = enroll_armed(leader, terms, tree);
		aw_arm_undo_if_idle();
		mutex_unlock(&aw_enroll_mutex);
		cond_resched();
	} while (err == -EAGAIN);
	return err == -ENOSPC ? -ENOMEM : err;
}

/**
 * aw_enroll - ALTWAIT_ENROLL
 * @req: the request
 * @tally: where its verdicts and its waits by io_uring are counted
 *
 * Context: process.
 * Return: 0, or the errnos of the ABI header.
 */
int aw_enroll(const struct altwait_enroll *req, struct aw_tally *tally)
{
	const aw_quirkset quirks = aw_quirks_of(req->quirks, req->quirks_more);
	struct aw_terms terms = {
		.policy = req->policy, .quirks = quirks,
		.shadow = req->flags & ALTWAIT_SHADOW, .tally = tally,
	};
	struct task_struct *leader;
	struct aw_tree *tree;
	int err;

	if (req->policy == ALTWAIT_POLICY_STARRY)
		terms.quirks = AW_QUIRKS_STARRY ^ quirks;
	else if (req->policy != ALTWAIT_POLICY_LINUX)
		return -EINVAL;
	if (req->flags & ~ALTWAIT_SHADOW || quirks & ~AW_QUIRKS_ALL)
		return -EINVAL;
	leader = aw_tracked_get_leader(req->pid);
	if (!leader)
		return -ESRCH;
	tree = aw_tracked_new_tree();
	if (leader->flags & PF_KTHREAD || is_global_init(leader))
		err = -EPERM;
	else if (!tree)
		err = -ENOMEM;
	else
		err = enroll_leader(leader, &terms, tree);
	aw_tracked_put_tree(tree);
	put_task_struct(leader);
	return err;
}
