/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records and Linux's processes: which record is whose, who is enrolled, and
 * the way back to stock.  Every room but the model knows this one.
 *
 * Locks, outermost first:
 *
 *   aw_enroll_mutex	(arm.h) requests to enrol, the end of a leave, arming; sleeps
 *   tasklist_lock, any siglock, any wait_chldexit.lock: the kernel's own; the
 *			feeds run under them
 *   aw_lock		all records and every struct aw_tracked.  It is taken in
 *			interrupts, and under locks that are: what is taken under
 *			it must not be taken elsewhere with interrupts on, as
 *			task_lock() is.  Nothing that sleeps is called under it
 *   tally->lock, the scheduler's locks (wake_up_process()), the workqueues' and the
 *			timers' (mod_delayed_work()), the allocator's (GFP_ATOMIC),
 *			RCU's (call_rcu()), the events' buffers
 */
#ifndef _ALTWAIT_TRACK_H
#define _ALTWAIT_TRACK_H

#undef pr_fmt
#define pr_fmt(fmt) "altwait: " fmt

#include <linux/atomic.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/linux/altwait.h>

#include "model/model.h"
#include "track/lock.h"

/* Why a process goes back to stock; the names are in the events' header. */
enum aw_why {
	AW_WHY_REQUEST,
	AW_WHY_FORK,
	AW_WHY_EXIT,
	AW_WHY_MEMORY,
	AW_WHY_BOUND,
	AW_WHY_INCONSISTENT,
	AW_WHY_UNLOAD,
	AW_WHY_PRIVILEGED,
	AW_WHY_WORK,
} __packed;

/**
 * enum aw_standing - what a process is to the module
 * @AW_TRACKED: it has a record; its feed is not attached
 * @AW_ENTERING: somebody is attaching its feed
 * @AW_LISTENING: only its feed is attached: it traces a tracked process
 * @AW_ENROLLED: its wait calls are replaced, once it is @redirected, too
 * @AW_LEAVING: it is on its way back to stock: sleepers go, then the feed is
 *	detached
 *
 *   no record --fork, scan, attach--> tracked
 *   listening --request--> enrolled
 *   tracked   --request, fork--> entering --> enrolled
 *   tracked   --it traces a tracked process--> entering --> listening
 *   enrolled or listening --dismiss, exit, trouble, unload--> leaving,
 *	and when it is drained: tracked, or listening if it traces a tracked process
 *
 * The record of a tracked process is freed where nobody needs it.
 */
enum aw_standing {
	AW_TRACKED,
	AW_ENTERING,
	AW_LISTENING,
	AW_ENROLLED,
	AW_LEAVING,
} __packed;

/**
 * enum aw_plain - a policy, read without a lock
 * @AW_PLAIN_NOT: one with some quirks, or shadow mode
 * @AW_PLAIN_LINUX: one without quirks
 * @AW_PLAIN_STARRY: one with all of them
 */
enum aw_plain {
	AW_PLAIN_NOT,
	AW_PLAIN_LINUX,
	AW_PLAIN_STARRY,
} __packed;

/**
 * struct aw_tree - what one request has enrolled, with all that descends from it
 * @refs: of the records, and of the request
 * @n_records: how many records are there on account of it.  aw_lock
 */
struct aw_tree {
	refcount_t	refs;
	unsigned int	n_records;
};

/**
 * struct aw_tracked - a record, and how Linux knows the same process
 * @rec:	the record; owns this struct: freed with its last reference
 * @pid:	Linux's pid, referenced: its numbers outlive the process
 * @task:	its thread-group leader when the feed was attached, referenced until
 *		that is detached, so that the signal_struct stays
 * @signal:	of the process; only compared
 * @policy:	enum altwait_policy
 * @quirks:	AW_Q() of those in force; in shadow mode, of those compared
 * @shadow:	stock answers its calls, and the policy is only asked
 * @tally:	where its verdicts and waits by io_uring are counted besides, referenced;
 *		NULL: a listener's
 * @tree:	on whose account the record is kept, referenced; NULL: a listener's
 * @news:	how often something has happened that a call of it may care about
 * @standing:	what it is to the module
 * @redirected:	its calls come here
 * @was_enrolled: where it is leaving: it was enrolled, and not only listening
 * @why:	where it is leaving: for what reason
 * @autoreaped:	Linux reaped it by itself: nothing is left to consume
 * @stop_seen:	the records know of the present job-control stop
 * @cont_seen:	the records know of the present SIGNAL_STOP_CONTINUED
 * @held:	a tracer has yet to be told of a thread's end, and Linux tells
 *		nobody of the process's before
 * @end_told:	Linux has told somebody of its end
 * @due:	a sleeper shall look at what is owed
 * @shuffled:	a child's @real_parent may have changed unnoticed: a thread has
 *		left, or orphans have come
 * @orphaned:	it exits: its children are orphans, whose reaper is not known yet
 * @detaching:	PTRACE_DETACH calls under way for it
 * @inside:	its threads that are in a replaced call
 * @real_parent: the thread that Linux has as that; only compared
 * @moved:	place among its siblings: first by the latest move, of any children,
 *		when it came to @real_parent by a move or by its birth,
 * @born:	then by age, or by the order before that move
 * @placed:	these two are those of a move that @real_parent does not show yet
 * @traced:	when the leader's tracer took it, as in struct aw_thread, which the
 *		leader outlives as a zombie
 * @plain:	whether a call that finds nothing may be answered without a look
 * @was_interrupted: a signal has ended a call of it under starry, and the next one
 *		may have to say so
 * @traces:	a thread of it has been the tracer of a tracked one: there are more
 *		to ask than those in the index
 * @ready_node:	in the index of its parent; cleared where it is not
 * @counted:	it is in @n_children of its parent's family
 * @is_clone:	its exit signal is not SIGCHLD
 * @ending:	its last thread has passed sched_process_exit
 * @gone:	struct aw_gone: traced threads that have exited, other than the leader
 * @feed:	entry on wait_chldexit: sees what its children do
 * @known:	in the hash of all records, by signal_struct, until it is freed; RCU
 * @parting:	in a list of children of a thread that exits, which has a reference
 * @ptraced:	in aw_ptraced: a thread of it has a tracer in Linux, or had one
 * @leave:	in the list of leavers, while leaving
 * @rcu:	frees, when it has left
 *
 * All but @pid, @rcu and @was_interrupted, which is only ever set: aw_lock to write.
 * Read without it: @known and @signal by aw_tracked_knows(), with @redirected by
 * aw_enrolled_find(), @shadow by its callers, under RCU, and with them @plain,
 * @was_interrupted, @traces and some of its family by call/quick.c; @standing by
 * feed/parent.c; @task where the feed is attached; and, as a hint that is looked at
 * again, @due by aw_sleep().
 */
struct aw_tracked {
	struct aw_process	rec;
	struct pid		*pid;
	struct task_struct	*task;
	const struct signal_struct *signal;
	aw_quirkset		quirks;
	struct aw_tally		*tally;
	struct aw_tree		*tree;
	u32			policy;
	u32			news;
	unsigned int		detaching;
	unsigned int		inside;
	enum aw_standing	standing;
	enum aw_why		why;
	enum aw_plain		plain;
	bool			shadow;
	bool			redirected;
	bool			was_enrolled;
	bool			autoreaped;
	bool			stop_seen;
	bool			cont_seen;
	bool			held;
	bool			end_told;
	bool			due;
	bool			shuffled;
	bool			orphaned;
	bool			placed;
	bool			was_interrupted;
	bool			traces;
	bool			counted;
	bool			is_clone;
	bool			ending;
	u32			moved;
	u64			born;
	const void		*real_parent;
	u64			traced;
	struct rb_node		ready_node;
	struct hlist_head	gone;
	wait_queue_entry_t	feed;
	struct hlist_node	known;
	struct list_head	parting;
	struct list_head	ptraced;
	union {
		struct list_head	leave;
		struct rcu_head		rcu;
	};
};

/* One for each process of a machine, perhaps: what few need is in their families. */
#define AW_RECORD_BYTES	512
#ifndef __CHECKER__	/* sparse lays out what is aligned by itself otherwise */
static_assert(sizeof(struct aw_tracked) <= AW_RECORD_BYTES);
#endif

/**
 * struct aw_tracked_family - a process as one that has children, and that waits
 * @rec:	what the records know of it
 * @ready:	struct aw_tracked: those of its children that may have something to
 *		report; see ready.c
 * @n_children:	how many children the record has: with exit signal SIGCHLD, and with
 *		another
 * @n_ready:	of these, how many are in @ready
 * @owed:	struct aw_owed: zombies that stock still has for it
 * @calls:	struct aw_caller: its threads that are in a replaced call
 * @dying:	in the list of those that have orphans, or had some
 * @partings:	struct aw_parting: exits that may give it children without a record
 * @strays:	there are @partings, or were since it has looked for such children
 * @parted:	there was another one since the latest of such looks began
 * @scans:	such looks under way
 * @reaping:	struct aw_reaping: children whose records are gone, which are being reaped
 * @outruns:	how often a child was born while others were about to move
 * @claims:	struct aw_wait: those of @calls that have a claim on a report
 * @rcu:	frees, when there are none
 *
 * aw_lock to write.  Read without it, under RCU: @n_children, @strays, whether @ready is
 * empty, and, as a hint that is looked at again, whether @owed is, by call/quick.c and
 * entry.c.
 */
struct aw_tracked_family {
	struct aw_family	rec;
	struct rb_root_cached	ready;
	unsigned int		n_children[2];
	unsigned int		n_ready[2];
	struct list_head	owed;
	struct list_head	calls;
	struct list_head	dying;
	struct hlist_head	partings;
	bool			strays;
	bool			parted;
	unsigned int		scans;
	struct hlist_head	reaping;
	unsigned int		outruns;
	union {
		struct list_head	claims;
		struct rcu_head		rcu;
	};
};

static_assert(sizeof(struct aw_tracked_family) <= 256);	/* a size that kmalloc() has */

/**
 * struct aw_reaping - a child whose record is gone, and which a thread is reaping
 * @node: in struct aw_tracked_family.reaping
 * @pid:  the child's; referenced
 *
 * On the stack of that thread, see call/quick.c: until stock has let the child go, or
 * has refused to, nobody makes another record of it.
 */
struct aw_reaping {
	struct hlist_node node;
	struct pid	  *pid;
};

static inline struct aw_tracked *aw_tracked_of(const struct aw_process *p)
{
	return container_of(p, struct aw_tracked, rec);
}

/* True where Linux has yet to be asked who has the child now.  aw_lock held. */
static inline bool aw_is_orphan(const struct aw_tracked *t)
{
	return t->rec.parent && !list_empty(&t->rec.sibling) &&
	       aw_tracked_of(t->rec.parent)->orphaned;
}

/* Its family; one that nobody may write to, where aw_family_make() has made none. */
static inline struct aw_tracked_family *aw_family_of(const struct aw_tracked *t)
{
	return container_of(READ_ONCE(t->rec.family), struct aw_tracked_family, rec);
}

/* True for a child that one of the process's threads is reaping.  aw_lock held. */
static inline bool aw_is_reaping(const struct aw_tracked *t, const struct pid *pid)
{
	const struct aw_reaping *r;

	hlist_for_each_entry(r, &aw_family_of(t)->reaping, node)
		if (r->pid == pid)
			return true;
	return false;
}

/* True while the process's wait calls are the module's to answer.  aw_lock held. */
static inline bool aw_is_enrolled(const struct aw_tracked *t)
{
	return t->standing == AW_ENROLLED;
}

/*
 * True if nobody may have anything to report to a process, under any policy: a call
 * finds nothing.  What its caller can know of has joined the index before: see ready.c.
 * Context: the record cannot go; a lock is not needed.
 */
static inline bool aw_tracked_is_quiet(const struct aw_tracked *t)
{
	const struct aw_tracked_family *f = aw_family_of(t);

	return !READ_ONCE(t->traces) && !READ_ONCE(t->was_interrupted) &&
	       list_empty_careful(&f->owed) && !READ_ONCE(f->strays) &&
	       !READ_ONCE(f->ready.rb_root.rb_node);
}

struct aw_wait;

/**
 * struct aw_thread_waker - a thread's waker, and its restart state
 * @waker:   what PollSets hold
 * @task:    the thread while it sleeps in a replaced call, else NULL
 * @call:    the replaced call that it is in, else NULL
 * @interrupted: a signal has ended the last call, and no handler has run since
 * @ip:	     where that call was made from
 * @sp:	     with which stack pointer
 * @rcu:     frees
 */
struct aw_thread_waker {
	struct aw_waker		waker;
	struct task_struct	*task;
	struct aw_wait		*call;
	bool			interrupted;
	unsigned long		ip;
	unsigned long		sp;
	struct rcu_head		rcu;
};

static inline struct aw_thread_waker *aw_thread_waker_of(struct aw_waker *w)
{
	return container_of(w, struct aw_thread_waker, waker);
}

/**
 * struct aw_caller - a thread that is in a replaced call
 * @node: in struct aw_tracked_family.calls
 * @tw:	  its waker; the thread's record holds it
 */
struct aw_caller {
	struct list_head	node;
	struct aw_thread_waker	*tw;
};

/* tracked.c: which record is whose */
extern struct aw_records aw_records;
/*
 * The records have one tracer for a process, and none once a thread of it was let
 * go.  Linux has one for each thread: these are to be asked.  aw_lock.
 */
extern struct list_head aw_ptraced;

int aw_tracked_init(void);
void aw_tracked_exit(void);
bool aw_tracked_knows(const struct task_struct *task);
const struct aw_tracked *aw_enrolled_find(const struct task_struct *task);
struct task_struct *aw_tracked_get_leader(pid_t vpid);
struct aw_tracked *aw_tracked_find(const struct task_struct *task);
struct aw_tracked *aw_tracked_spare(void);
void aw_tracked_drop_spare(struct aw_tracked *spare);
struct aw_tracked *aw_tracked_add(struct task_struct *leader, struct aw_process *parent,
				  struct aw_tree *tree, struct aw_tracked **spare);
struct aw_tree *aw_tracked_new_tree(void);
void aw_tracked_put_tree(struct aw_tree *tree);
void aw_tracked_charge(struct aw_tracked *t, struct aw_tree *tree);
void aw_tracked_forget(struct aw_tracked *t);
void aw_tracked_prune(struct aw_tracked *t);
unsigned int aw_tracked_sleepers(const struct aw_tracked *t);
void aw_tracked_wake_sleepers(struct aw_tracked *t);
/* For the struct aw_host_ops of aw_records. */
void aw_tracked_free(struct aw_process *p);
extern const struct aw_tracked_family aw_tracked_nobody;
struct aw_family *aw_tracked_new_family(void);
void aw_tracked_free_family(struct aw_family *f);
void aw_tracked_free_waker(struct aw_waker *w);
void aw_tracked_wake(struct aw_waker *w);

/* Linux's order among the children of one thread.  aw_lock held. */
static inline bool aw_places_before(const struct aw_tracked *x, const struct aw_tracked *y)
{
	return x->moved < y->moved || (x->moved == y->moved && x->born < y->born);
}

/* places.c: in which order Linux would meet children and tracees */
void aw_places_born(struct aw_tracked *t, const struct task_struct *leader);
void aw_places_parting(struct aw_tracked *t, const struct task_struct *task,
		       unsigned long *flags);
void aw_places_moved(struct aw_tracked *t);
void aw_places_outrun(struct aw_tracked *t);
void aw_places_attached(struct aw_tracked *t, struct task_struct *task);
void aw_places_detached(struct aw_tracked *t, u32 tid);
void aw_places_exited(struct aw_tracked *t, u32 tid);
void aw_places_leads(struct aw_tracked *t);
u64 aw_places_traced(struct aw_tracked *t, struct task_struct *task);
void aw_places_free(struct aw_tracked *t);

/**
 * enum aw_index - whom a call looks at
 * @AW_INDEX_READY: the children that may have something to report, where that gives
 *	the same answers
 * @AW_INDEX_SCAN: all, always: what Starry's own algorithm does
 * @AW_INDEX_CHECK: both, and a warning where they differ
 */
enum aw_index {
	AW_INDEX_READY,
	AW_INDEX_SCAN,
	AW_INDEX_CHECK,
};

/* ready.c: which children may have something to report */
extern enum aw_index aw_index;
void aw_ready_mark(struct aw_tracked *t);
void aw_ready_unmark(struct aw_tracked *t);
void aw_ready_recount(struct aw_tracked *parent);
void aw_ready_move(struct aw_tracked *t, u32 moved, u64 born);
struct aw_tracked *aw_ready_after(const struct aw_tracked *parent, u32 moved, u64 born);
struct aw_tracked *aw_ready_next(const struct aw_tracked *parent,
				 const struct aw_tracked *t);
void aw_ready_drop_quiet(struct aw_tracked *t);
void aw_ready_visit(const struct aw_tracked *parent, void (*visit)(struct aw_tracked *t));
void aw_ready_sift(const struct aw_tracked *parent);
/* For the struct aw_host_ops of aw_records. */
void aw_ready_joined(struct aw_process *p);
void aw_ready_parted(struct aw_process *p);

/**
 * struct aw_terms - on which terms a process is enrolled
 * @policy: enum altwait_policy
 * @quirks: as in struct aw_tracked, like the next two
 * @shadow: stock answers, and the policy is only asked
 * @tally:  where its verdicts and waits by io_uring are counted besides
 */
struct aw_terms {
	u32		policy;
	aw_quirkset	quirks;
	bool		shadow;
	struct aw_tally	*tally;
};

/* enrolled.c: whose calls are redirected */
void aw_enrolled_publish(struct aw_tracked *t);
void aw_enrolled_set_terms(struct aw_tracked *t, const struct aw_terms *terms);
void aw_enrolled_tell_terms(const struct aw_tracked *t, struct altwait_query *q);

/* leave.c: the half of going back to stock that may happen anywhere */
void aw_leave_init(work_func_t finish);
void aw_leave(struct aw_tracked *t, enum aw_why why);
void aw_leave_for_error(struct aw_tracked *t, int err);
void aw_leave_call_ended(struct aw_tracked *t);
void aw_leave_work_now(void);
void aw_leave_work_later(void);
void aw_leave_work_after(unsigned long delay);
void aw_leave_work_cancel(void);
struct aw_tracked *aw_leave_next(void);
bool aw_leave_nobody(void);

/* A place for each example: the quirks' by number, then the others. */
#define AW_EXAMPLE(name)	\
	(AW_N_QUIRKS + ALTWAIT_EXAMPLE_##name - ALTWAIT_EXAMPLE_CONTROL)
#define AW_N_EXAMPLES		(AW_EXAMPLE(STUCK) + 1)

/**
 * struct aw_tally - verdicts of shadow mode and waits by io_uring, counted: for a
 *	file, through which processes are enrolled, or for everybody
 * @refs:  of the file and of those enrolled through it
 * @uring: waits by io_uring; everybody's are in aw_stats
 * @lock:  for all below
 * @n:	   the counts of verdicts
 * @first: the first example of each kind, by place, the latest of a stuck waiter;
 *	   there was none if its time is 0
 */
struct aw_tally {
	refcount_t		refs;
	atomic64_t		uring;
	spinlock_t		lock;	/* for all below */
	struct altwait_verdicts	n;
	struct altwait_verdict	first[AW_N_EXAMPLES];
};

/* Takes a reference, and returns the tally; NULL stays NULL.  Context: any. */
static inline struct aw_tally *aw_tally_get(struct aw_tally *tally)
{
	if (tally)
		refcount_inc(&tally->refs);
	return tally;
}

/* Drops a reference, unless it is NULL.  Context: any. */
static inline void aw_tally_put(struct aw_tally *tally)
{
	if (tally && refcount_dec_and_test(&tally->refs))
		kfree(tally);
}

/*
 * The counters of struct altwait_counters, which says what each means: evicted is
 * about records, and not about the wakers of a full PollSet.
 */
struct aw_stats {
	atomic64_t diverted, enrolled, dismissed, tracked, released;
	atomic64_t blocked, woken, trouble, stolen, evicted, stuck, uring;
};

extern struct aw_stats aw_stats;

#define aw_count(name)	atomic64_inc(&aw_stats.name)

#endif /* _ALTWAIT_TRACK_H */
