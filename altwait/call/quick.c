// SPDX-License-Identifier: GPL-2.0
/*
 * Plain calls, answered on the spot: without a struct aw_wait, which others would have
 * to know of, and without a decision, since there is nothing to choose.
 *
 * Nobody has anything to report, by the index: wait4 for any child, where it need not
 * sleep.  That takes no lock.
 *
 * The next to be reported, under policy linux, is a child that has ended, and nobody
 * else has a part in that end: no tracer, no other call, and no other thread is its
 * parent.  Its record goes first, in one hold of aw_lock, so that no other call of the
 * process finds it; then stock reaps it for the caller.
 *
 * Whoever is not served here goes the long way: entry.c, wait.c.  With index=check,
 * that compares what this would have taken with what it decides.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <trace/events/altwait.h>

#include "internal.h"

static bool is_traced_call(void)
{
	return trace_altwait_wait_enter_enabled() ||
	       trace_altwait_wait_candidates_enabled() ||
	       trace_altwait_wait_commit_enabled() ||
	       trace_altwait_wait_report_enabled() ||
	       trace_altwait_wait_exit_enabled();
}

/* True if the call is for such children alone whose end sends another signal. */
static bool is_for_clones(u32 options)
{
	return (options & (__WCLONE | __WALL)) == __WCLONE;
}

/* ---------------------------------------------------------- nobody has */

/*
 * How many children are candidates: eligible_child(); under starry, all.  False: it
 * has to be asked what their ends send, aw_ready_recount().
 *
 * The other class first: a child leaves that for this one.
 */
static bool count_candidates(const struct aw_tracked_family *f, enum aw_plain plain,
			     u32 options, unsigned int *n)
{
	unsigned int n_clone = READ_ONCE(f->n_children[true]);

	smp_rmb();	/* pairs with aw_ready_recount() */
	*n = READ_ONCE(f->n_children[false]);
	if (options & __WALL || plain == AW_PLAIN_STARRY) {
		*n += n_clone;
		return true;
	}
	if (options & __WCLONE)
		*n = 0;
	return !n_clone;
}

/*
 * aw_tracked_is_quiet(), and nobody's children are on their way to the caller, a
 * subreaper, perhaps: one that exits, and that Linux reaps by itself, leaves the caller's
 * children before its own have come.  Filled in: how often somebody has begun to leave
 * some.  Context: RCU.
 */
static bool is_quiet(const struct aw_tracked *me, unsigned int *dyings)
{
	*dyings = READ_ONCE(aw_dyings);
	smp_rmb();	/* pairs with the one in aw_adoption_begin() */
	if (!list_empty(&aw_dying))
		return false;
	smp_rmb();	/* pairs with the one in aw_adoption_step() */
	if (!aw_tracked_is_quiet(me))
		return false;
	smp_rmb();	/* pairs with aw_ready_parted(): the index before the counts */
	return true;
}

/* True if somebody has begun to leave children since then. */
static bool has_begun(unsigned int dyings)
{
	smp_rmb();	/* who has left the counts had begun before */
	return READ_ONCE(aw_dyings) != dyings;
}

/* Context: RCU; nobody has anything to report. */
static bool find_nobody(const struct aw_tracked *me, enum aw_plain plain, u32 options,
			long *ret)
{
	unsigned int n;

	if (!count_candidates(aw_family_of(me), plain, options, &n))
		return false;
	*ret = n ? 0 : -ECHILD;
	return !n || options & WNOHANG;
}

/* ---------------------------------------------------- a child has ended */

/**
 * struct aw_end - a child that has ended, whose record is gone
 * @me:	    the caller's process, which the caller is inside of, so that it stays
 * @reaping: for those who find it without a record
 * @nr:	    its number for the caller
 * @status: its wait status word
 * @uid:    its real user id
 */
struct aw_end {
	struct aw_tracked *me;
	struct aw_reaping reaping;
	pid_t		  nr;
	int		  status;
	kuid_t		  uid;
};

/* Of whom the call would hear first; NULL: that takes a decision.  aw_lock held. */
static struct aw_tracked *find_next(const struct aw_tracked *me, s32 which)
{
	struct aw_process *p;

	if (which < 0)
		return me->shuffled ? NULL : aw_ready_next(me, NULL);
	p = aw_process_find(&aw_records, which);
	return p && p->parent == &me->rec && !list_empty(&p->sibling) ?
	       aw_tracked_of(p) : NULL;
}

/*
 * True if a child's end is the caller's to reap, and nobody else has a part in it.
 * Context: aw_lock held, under RCU.
 */
static bool is_plain(const struct aw_tracked *t, struct task_struct *task, u32 options)
{
	return READ_ONCE(task->exit_state) == EXIT_ZOMBIE && t->rec.in_zombies &&
	       thread_group_leader(task) && thread_group_empty(task) &&
	       !READ_ONCE(task->ptrace) && !t->rec.zombie_tracer &&
	       !t->autoreaped &&
	       rcu_access_pointer(task->real_parent) == current &&
	       (options & __WALL || READ_ONCE(task->exit_signal) == SIGCHLD);
}

/**
 * aw_quick_find - the child that a plain call reaps
 * @me: the caller's process
 * @which: its number in the records, or -1: any
 * @options: of the call: AW_WAIT4_OPTIONS
 * @task: filled in: its task
 *
 * Context: process, the caller; aw_lock held, under RCU.
 * Return: NULL: that takes a decision.
 */
struct aw_tracked *aw_quick_find(const struct aw_tracked *me, s32 which, u32 options,
				 struct task_struct **task)
{
	struct aw_tracked *t;

	if (me->traces || !list_empty(&aw_family_of(me)->claims) || is_for_clones(options))
		return NULL;
	t = find_next(me, which);
	*task = t ? pid_task(t->pid, PIDTYPE_TGID) : NULL;
	return *task && is_plain(t, *task, options) ? t : NULL;
}

/**
 * aw_quick_has_no_debts - true if a plain call need not do anything first
 * @me: the caller's process
 *
 * That may bring children, or take some.
 *
 * Context: aw_lock held.
 */
bool aw_quick_has_no_debts(const struct aw_tracked *me)
{
	const struct aw_tracked_family *f = aw_family_of(me);

	return list_empty(&f->owed) && !f->strays && !me->was_interrupted &&
	       list_empty(&aw_dying);
}

/* Takes its record away.  Context: process, the caller; under RCU. */
static bool take_record(s32 which, u32 options, struct aw_end *end)
{
	struct aw_tracked *me = end->me, *t = NULL;
	struct task_struct *task;

	aw_lock_irq();
	if (aw_is_enrolled(me) && me->plain == AW_PLAIN_LINUX &&
	    aw_quick_has_no_debts(me))
		t = aw_quick_find(me, which, options, &task);
	if (t)
		end->nr = pid_vnr(t->pid);
	if (t && end->nr) {
		end->status = aw_task_status(task);
		end->uid = task_uid(task);
		end->reaping.pid = get_pid(t->pid);
		hlist_add_head(&end->reaping.node, &aw_family_of(me)->reaping);
		me->inside++;
		aw_process_reap(&aw_records, &t->rec);
	}
	aw_unlock_irq();
	return t && end->nr;
}

/*
 * Reaps it through stock.  Return: its number; -EFAULT, it is reaped, and its status
 * is lost; or 0, stock has given it to somebody else.
 */
static long reap(const struct aw_end *end, int __user *status)
{
	long ret = aw_stock_wait4(end->nr, status, WNOHANG | __WALL);

	if (ret == end->nr || ret == -EFAULT)
		return ret;
	aw_count(stolen);
	if (ret)
		return 0;
	/* It is there, or another one has its number; there is no record of it. */
	aw_lock_irq();
	aw_leave(end->me, AW_WHY_INCONSISTENT);
	aw_unlock_irq();
	return 0;
}

/* What the caller is told is written. */
static void leave(struct aw_end *end)
{
	aw_lock_irq();
	hlist_del(&end->reaping.node);
	aw_leave_call_ended(end->me);
	aw_unlock_irq();
	put_pid(end->reaping.pid);
}

/* True if there may be one.  A zombie is in the index before anybody can know of it. */
static bool may_have_end(const struct aw_tracked *me)
{
	return READ_ONCE(aw_family_of(me)->ready.rb_root.rb_node);
}

/* ------------------------------------------------------------ the calls */

/* True if the records have the caller's numbers. */
static bool has_own_numbers(void)
{
	return task_active_pid_ns(current) == &init_pid_ns;
}

/* True for what can be answered here, as far as the call itself says so. */
static bool serves(void)
{
	return READ_ONCE(aw_index) == AW_INDEX_READY && !is_traced_call();
}

/**
 * aw_quick_wait4 - answer a plain wait4
 * @pid: as given, like the next two
 * @options: known bits or not
 * @status: user memory, or NULL
 * @usage: it wants the resource usage, too
 * @ret: filled in: what the call returns
 *
 * Context: process, the caller, who is counted in aw_inside.
 * Return: false: it has to go the long way.
 */
bool aw_quick_wait4(s32 pid, u32 options, int __user *status, bool usage, long *ret)
{
	enum aw_plain plain = AW_PLAIN_NOT;
	const struct aw_tracked *me;
	bool done = false, taken = false;
	unsigned int dyings;
	struct aw_end end;

	if (options & ~AW_WAIT4_OPTIONS || !serves())
		return false;
	if (pid != -1 && (pid <= 0 || !has_own_numbers()))
		return false;
	rcu_read_lock();
	me = aw_enrolled_find(current);
	if (me)
		plain = READ_ONCE(me->plain);
	if (plain != AW_PLAIN_NOT && pid == -1 && !signal_pending(current) &&
	    is_quiet(me, &dyings)) {
		done = find_nobody(me, plain, options, ret) &&
		       (*ret != -ECHILD || !has_begun(dyings));
	} else if (plain == AW_PLAIN_LINUX && !usage && !READ_ONCE(me->traces) &&
		   may_have_end(me)) {
		/* Under aw_lock it may be changed. */
		end.me = (struct aw_tracked *)me;
		taken = take_record(pid, options, &end);
	}
	rcu_read_unlock();
	if (!taken)
		return done;
	*ret = reap(&end, status);
	leave(&end);
	return *ret;
}

/**
 * aw_quick_poll - a wait4 that has slept looks again
 * @w: the call, which is inside
 * @d: filled in, for the events
 * @ret: filled in: 0, it reports @w->nr; or a negative errno
 *
 * Context: process, the caller, no lock held.
 * Return: false: that takes a decision.
 */
bool aw_quick_poll(struct aw_wait *w, struct aw_decision *d, long *ret)
{
	const struct aw_target *target = &w->req.target;
	struct aw_end end = { .me = w->me };
	bool taken;

	if (w->req.call != AW_WAIT4 || w->rusage || w->req.quirks != AW_QUIRKS_NONE ||
	    target->kind == AW_TARGET_PGID || w->req.options & ~AW_WAIT4_OPTIONS || !serves())
		return false;
	rcu_read_lock();
	taken = take_record(target->kind == AW_TARGET_ANY ? -1 : target->id,
			    w->req.options, &end);
	rcu_read_unlock();
	if (!taken)
		return false;
	*ret = reap(&end, w->out);
	leave(&end);
	if (!*ret)
		return false;
	d->kind = AW_ZOMBIE;
	d->status = end.status;
	w->nr = end.nr;
	*ret = min(*ret, 0L);
	return true;
}

/* The child that a waitid names, in the records' numbers; -1: any; 0: go the long way. */
static s32 named_by(int type, s32 id)
{
	struct aw_request req = { .quirks = AW_QUIRKS_NONE };

	if (type == P_ALL)
		return -1;
	if (id < 0 || !has_own_numbers())
		return 0;
	if (type == P_PID)
		return id;
	return type == P_PIDFD ? max_t(s64, 0, aw_stock_pidfd_nr(id, &req)) : 0;
}

#define AW_WAITID_OPTIONS	(WNOHANG | WEXITED | WSTOPPED | WCONTINUED)

/**
 * aw_quick_waitid - answer a plain waitid that reports an end
 * @type: as given, like the next two
 * @id: known or not
 * @options: known bits or not
 * @info: user memory, or NULL
 * @ret: filled in: what the call returns
 *
 * Context: process, the caller, who is counted in aw_inside.
 * Return: false: it has to go the long way.
 */
bool aw_quick_waitid(int type, s32 id, u32 options, struct siginfo __user *info, long *ret)
{
	const struct aw_tracked *me;
	bool taken = false;
	struct aw_end end;
	s32 which;

	if (options & ~AW_WAITID_OPTIONS || !(options & WEXITED) || !serves())
		return false;
	rcu_read_lock();
	me = aw_enrolled_find(current);
	if (!me || READ_ONCE(me->plain) != AW_PLAIN_LINUX || READ_ONCE(me->traces) ||
	    !may_have_end(me)) {
		rcu_read_unlock();
		return false;
	}
	which = named_by(type, id);
	end.me = (struct aw_tracked *)me;
	if (which)
		taken = take_record(which, options, &end);
	rcu_read_unlock();
	if (!taken)
		return false;
	taken = reap(&end, NULL) > 0;
	if (taken)
		*ret = info ? aw_user_put_end(info, end.nr, end.uid, end.status) : 0;
	leave(&end);
	return taken;
}

/* Where nobody has anything: true if that is what was decided. */
static bool agrees_on_nobody(const struct aw_wait *w, const struct aw_decision *d)
{
	long ret;

	if (w->req.call != AW_WAIT4 || w->req.target.kind != AW_TARGET_ANY ||
	    w->req.options & ~(AW_WAIT4_OPTIONS | WEXITED) || !aw_tracked_is_quiet(w->me) ||
	    !find_nobody(w->me, AW_PLAIN_LINUX, w->req.options, &ret))
		return true;
	return ret ? d->kind == AW_ERROR && d->error == ret : d->kind == AW_NOTHING;
}

/**
 * aw_quick_agrees - with index=check, compare a decision with what would be done here
 * @w: the call, under policy linux
 * @d: what it has decided
 *
 * Context: process, the caller; aw_lock held, in the section of the decision.
 * Return: false where a plain call would have been told something else.
 */
bool aw_quick_agrees(const struct aw_wait *w, const struct aw_decision *d)
{
	const struct aw_target *target = &w->req.target;
	u32 options = w->req.options & ~WEXITED;
	const struct aw_tracked *t;
	struct task_struct *task;

	if (w->req.quirks || target->kind == AW_TARGET_PGID || options & ~AW_WAIT4_OPTIONS ||
	    (w->req.call == AW_WAITID && !(w->req.options & WEXITED)))
		return true;
	rcu_read_lock();
	t = aw_quick_find(w->me, target->kind == AW_TARGET_ANY ? -1 : target->id, options, &task);
	rcu_read_unlock();
	if (t)
		return d->kind == AW_ZOMBIE && d->proc == &t->rec;
	return agrees_on_nobody(w, d);
}
