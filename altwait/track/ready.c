// SPDX-License-Identifier: GPL-2.0
/*
 * Which children of a process may have something to report.
 *
 * Stock asks all children, since it keeps no list of those that have news.  Here
 * all news is heard.  So a child joins its parent's index when something happens
 * after which Linux, or the records, could report it, and leaves it when a call
 * has looked and there is nothing.  Being in the index means "look", never
 * "report": whoever joins in vain costs one look.
 *
 * What puts a child there:
 *
 *   all that __wake_up_parent() runs for, and all that the records tell a parent
 *				(aw_process_tell)
 *   its end, before it shows	sched_process_exit of the last thread: until the
 *				record is a zombie, the child stays
 *   SIGCONT			as soon as it is sent
 *   another parent		adoption, a scan
 *   execve()			by a thread that does not lead: another task leads
 *   a stop			from when it takes the signal
 *   a tracer that lets go	by PTRACE_DETACH, from its begin on, or by its end:
 *				a group stop of before may show then
 *
 * The others are only counted, by what eligible_child() tells apart.
 *
 * The index is in the order of Linux's walk over the children of one thread.
 * Tracees are not in it: call/facts.c looks at each of them, and briefly.
 */
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>
#include <linux/sysfs.h>

#include "track.h"

enum aw_index aw_index = IS_ENABLED(CONFIG_KASAN) ? AW_INDEX_CHECK :
						     AW_INDEX_READY;

static const char * const aw_index_names[] = {
	[AW_INDEX_READY] = "ready",
	[AW_INDEX_SCAN] = "scan",
	[AW_INDEX_CHECK] = "check",
};

static int set_index(const char *value, const struct kernel_param *param)
{
	int i = sysfs_match_string(aw_index_names, value);

	if (i < 0) {
		pr_err("index=%s is not known: ready, scan or check\n", value);
		return i;
	}
	WRITE_ONCE(aw_index, i);
	return 0;
}

static int get_index(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%s\n", aw_index_names[READ_ONCE(aw_index)]);
}

static const struct kernel_param_ops index_ops = {
	.set = set_index,
	.get = get_index,
};
module_param_cb(index, &index_ops, NULL, 0644);
MODULE_PARM_DESC(index,
		 "whom a call looks at: ready, the children with news; scan, all; check, both, and compares");

static bool is_before(struct rb_node *a, const struct rb_node *b)
{
	return aw_places_before(rb_entry(a, struct aw_tracked, ready_node),
				rb_entry(b, struct aw_tracked, ready_node));
}

static struct aw_tracked *parent_of(const struct aw_tracked *t)
{
	return t->rec.parent ? aw_tracked_of(t->rec.parent) : NULL;
}

static bool is_marked(const struct aw_tracked *t)
{
	return !RB_EMPTY_NODE(&t->ready_node);
}

/**
 * aw_ready_mark - a child may have something to report
 * @t: the child; nothing happens where its parent has no record
 *
 * Context: any, aw_lock held.
 */
void aw_ready_mark(struct aw_tracked *t)
{
	struct aw_tracked *parent = parent_of(t);

	lockdep_assert_held(&aw_lock);
	if (!parent || !t->counted || is_marked(t))
		return;
	rb_add_cached(&t->ready_node, &aw_family_of(parent)->ready, is_before);
	aw_family_of(parent)->n_ready[t->is_clone]++;
}

/**
 * aw_ready_unmark - a child has nothing to report
 * @t: the child
 *
 * Context: any, aw_lock held.
 */
void aw_ready_unmark(struct aw_tracked *t)
{
	struct aw_tracked *parent = parent_of(t);

	lockdep_assert_held(&aw_lock);
	if (!is_marked(t))
		return;
	rb_erase_cached(&t->ready_node, &aw_family_of(parent)->ready);
	RB_CLEAR_NODE(&t->ready_node);
	aw_family_of(parent)->n_ready[t->is_clone]--;
}

/* What eligible_child() goes by: true if a child's end sends another signal. */
static bool sends_other_signal(const struct aw_tracked *t)
{
	struct task_struct *task = pid_task(t->pid, PIDTYPE_TGID);
	int sig = task ? READ_ONCE(task->exit_signal) : SIGCHLD;

	/* Negative while de_thread() makes another thread the leader. */
	return sig >= 0 && sig != SIGCHLD;
}

static void count(struct aw_tracked *parent, bool is_clone, int by)
{
	unsigned int *n = &aw_family_of(parent)->n_children[is_clone];

	/* Read without a lock: call/quick.c. */
	WRITE_ONCE(*n, *n + by);
}

/**
 * aw_ready_joined - a process is among the children of its parent's record
 * @p: the process
 *
 * For the struct aw_host_ops of aw_records.  It is marked: who knows what happened
 * to it before.
 *
 * Context: any, aw_lock held.
 */
void aw_ready_joined(struct aw_process *p)
{
	struct aw_tracked *t = aw_tracked_of(p);

	rcu_read_lock();
	t->is_clone = sends_other_signal(t);
	rcu_read_unlock();
	t->counted = true;
	count(parent_of(t), t->is_clone, 1);
	aw_ready_mark(t);
}

/**
 * aw_ready_parted - and is not any more
 * @p: the process, whose record still has that parent
 *
 * Who looks without a lock sees it marked until it does not count any more.
 *
 * Context: any, aw_lock held.
 */
void aw_ready_parted(struct aw_process *p)
{
	struct aw_tracked *t = aw_tracked_of(p);

	count(parent_of(t), t->is_clone, -1);
	smp_wmb();	/* pairs with call/quick.c: is_quiet() */
	aw_ready_unmark(t);
	t->counted = false;
}

/**
 * aw_ready_recount - see which children's ends send SIGCHLD by now
 * @parent: their parent
 *
 * execve() makes it so, and reparent_leader(), a little after the new parent shows;
 * neither in time for who may know.  The other way round there is nothing.  So those
 * that did not are asked before a count is used; as a rule there are none.
 *
 * Context: aw_lock held, under RCU.
 */
void aw_ready_recount(struct aw_tracked *parent)
{
	struct aw_process *child;
	struct aw_tracked *t;

	if (!aw_family_of(parent)->n_children[true])
		return;
	list_for_each_entry(child, &parent->rec.family->children, sibling) {
		t = aw_tracked_of(child);
		if (!t->is_clone || sends_other_signal(t))
			continue;
		t->is_clone = false;
		count(parent, false, 1);
		smp_wmb();	/* pairs with call/quick.c: count_candidates() */
		count(parent, true, -1);
		if (is_marked(t)) {
			aw_family_of(parent)->n_ready[false]++;
			aw_family_of(parent)->n_ready[true]--;
		}
	}
}

/**
 * aw_ready_move - a child has another place in Linux's walk
 * @t: the child
 * @moved: struct aw_tracked.moved from now on,
 * @born: and struct aw_tracked.born
 *
 * Context: any, aw_lock held.
 */
void aw_ready_move(struct aw_tracked *t, u32 moved, u64 born)
{
	struct aw_tracked *parent = parent_of(t);

	/* Who looks without a lock never sees the index of a marked child empty. */
	if (!is_marked(t) ||
	    aw_family_of(parent)->n_ready[false] + aw_family_of(parent)->n_ready[true] == 1) {
		t->moved = moved;
		t->born = born;
		return;
	}
	aw_ready_unmark(t);
	t->moved = moved;
	t->born = born;
	aw_ready_mark(t);
}

/* The next after @t that is marked, or NULL; @t NULL: the first.  aw_lock. */
struct aw_tracked *aw_ready_next(const struct aw_tracked *parent,
				 const struct aw_tracked *t)
{
	struct rb_node *node = t ? rb_next(&t->ready_node) :
				   rb_first_cached(&aw_family_of(parent)->ready);

	return rb_entry_safe(node, struct aw_tracked, ready_node);
}

/*
 * The first that is marked and has a later place than this; @born 0: the first of
 * those that moved then.  Context: aw_lock held.
 */
struct aw_tracked *aw_ready_after(const struct aw_tracked *parent, u32 moved, u64 born)
{
	struct rb_node *node = aw_family_of(parent)->ready.rb_root.rb_node;
	struct aw_tracked *t, *found = NULL;

	while (node) {
		t = rb_entry(node, struct aw_tracked, ready_node);
		if (t->moved > moved || (t->moved == moved && t->born > born)) {
			found = t;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

/* What the records could report. */
static bool has_record_news(const struct aw_tracked *t)
{
	const struct aw_ptrace_stop *stop;

	if (t->rec.is_zombie || t->rec.job.kind != AW_JOB_NONE)
		return true;
	list_for_each_entry(stop, &t->rec.ptrace.stops, node)
		if (!stop->reported)
			return true;
	return false;
}

/* True while a group stop is on its way: get_signal(), do_signal_stop(). */
static bool is_stopping(struct task_struct *leader)
{
	struct task_struct *thread;

	for_each_thread(leader, thread)
		if (READ_ONCE(thread->jobctl) &
		    (JOBCTL_STOP_DEQUEUED | JOBCTL_STOP_PENDING))
			return true;
	/* One that was looked at too early is counted by whom it stops for. */
	smp_rmb();
	return READ_ONCE(leader->signal->group_stop_count);
}

/* True if somebody may be changing the job-control state right now.  Context: RCU. */
static bool is_changing(const struct task_struct *leader)
{
	struct sighand_struct *sighand = rcu_dereference(leader->sighand);

	return sighand && spin_is_locked(&sighand->siglock);
}

/* What Linux could report to a parent that does not trace: wait_consider_task(). */
static bool has_task_news(const struct aw_tracked *t, struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	int exit_state = READ_ONCE(task->exit_state);
	unsigned int flags;

	/* A leader whose group lives on will be told of again: release_task(). */
	if (exit_state && (exit_state != EXIT_ZOMBIE || thread_group_empty(task)))
		return true;
	/*
	 * task_participate_group_stop() clears what is_stopping() looks at, and then sets
	 * the flags, in one hold of the siglock: it is seen before that, during it, or after.
	 */
	if (is_stopping(task))
		return true;
	smp_rmb();	/* pairs with taking the siglock */
	if (is_changing(task))
		return true;
	smp_rmb();	/* pairs with letting it go */
	flags = READ_ONCE(signal->flags);
	if (flags & SIGNAL_STOP_CONTINUED)
		return true;
	if (flags & SIGNAL_STOP_STOPPED && READ_ONCE(signal->group_exit_code))
		return true;
	/* Its parent may be its tracer. */
	if (READ_ONCE(task->jobctl) & JOBCTL_TRACED)
		return true;
	/* A tracer that exits lets go a little after it says so. */
	return READ_ONCE(task->ptrace) &&
	       rcu_dereference(task->parent)->flags & PF_EXITING;
}

/**
 * aw_ready_drop_quiet - take a child out of the index that has nothing to report
 * @t: a marked child
 *
 * Nothing happens while what put it there is under way.
 *
 * Context: aw_lock held, under RCU.
 */
void aw_ready_drop_quiet(struct aw_tracked *t)
{
	struct task_struct *task;

	if (t->ending || t->detaching || has_record_news(t))
		return;
	task = pid_task(t->pid, PIDTYPE_TGID);
	if (task && !has_task_news(t, task))
		aw_ready_unmark(t);
}

/* So many children are looked at in one section of aw_lock. */
#define AW_PIECE	32

/**
 * aw_ready_visit - look at all that may have something to report
 * @parent: their parent, referenced
 * @visit: called for each; may take that one out of the index
 *
 * In pieces: after many forks, and when it has just been enrolled, they are many.
 *
 * Context: process, no lock held; @visit is called under RCU with aw_lock held.
 */
void aw_ready_visit(const struct aw_tracked *parent, void (*visit)(struct aw_tracked *t))
{
	struct aw_tracked *t, *next;
	unsigned int left;
	u64 born = 0;
	u32 moved = 0;

	do {
		left = AW_PIECE;
		aw_lock_irq();
		rcu_read_lock();
		for (t = aw_ready_after(parent, moved, born); t && left; t = next, left--) {
			next = aw_ready_next(parent, t);
			moved = t->moved;
			born = t->born;
			visit(t);
		}
		rcu_read_unlock();
		aw_unlock_irq();
	} while (t);
}

/* Children that have nothing to report leave the index.  Context: as above. */
void aw_ready_sift(const struct aw_tracked *parent)
{
	aw_ready_visit(parent, aw_ready_drop_quiet);
}
