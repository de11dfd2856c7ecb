/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files that touch the kernel share.
 *
 * Locks, outermost first:
 *
 *   aw_enroll_mutex	who enrols, dismisses, arms and disarms; sleeps
 *   tasklist_lock, any siglock, any wait_chldexit.lock: the kernel's own; the
 *			feeds run under them
 *   aw_lock		all records and every struct aw_tracked; a leaf: nothing
 *			is taken under it but the scheduler's locks by
 *			wake_up_process(), and nothing that sleeps is called
 */
#ifndef _ALTWAIT_H
#define _ALTWAIT_H

#undef pr_fmt
#define pr_fmt(fmt) "altwait: " fmt

#include <linux/atomic.h>
#include <linux/ptrace.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <uapi/linux/altwait.h>

#include "model/decide.h"

/* Why a process goes back to stock; the names are in trace.c. */
enum aw_why {
	AW_WHY_REQUEST,
	AW_WHY_FORK,
	AW_WHY_EXIT,
	AW_WHY_MEMORY,
	AW_WHY_BOUND,
	AW_WHY_INCONSISTENT,
	AW_WHY_UNLOAD,
};

/**
 * struct aw_tracked - a record, and how Linux knows the same process
 * @rec:	the record; owns this struct: freed with its last reference
 * @pid:	Linux's pid, referenced: its numbers outlive the process
 * @task:	a thread of the process, referenced while the feed is attached,
 *		so that the signal_struct stays
 * @signal:	of the process, while it is in the hash; only compared
 * @policy:	enum altwait_policy
 * @quirks:	AW_Q() of those in force; in shadow mode, of those compared
 * @shadow:	stock answers its calls, and the policy is only asked
 * @tally:	where its verdicts are counted besides, referenced; or NULL
 * @news:	how often something has happened that a call of it may care about
 * @enrolled:	its wait calls are replaced, once it is in the hash, too; never set
 *		again once @leaving
 * @in:		where @leaving: it was enrolled, and not only listening
 * @why:	where @leaving: for what reason
 * @leaving:	it is on its way back to stock: sleepers go, the feed is detached
 * @feeding:	@feed is on the wait queue of @task's signal_struct
 * @autoreaped:	Linux reaped it by itself: nothing is left to consume
 * @stop_seen:	the records know of the present job-control stop
 * @cont_seen:	the records know of the present SIGNAL_STOP_CONTINUED
 * @held:	a tracer has yet to be told of a thread's end, and Linux tells
 *		nobody of the process's before
 * @end_told:	Linux has
 * @listening:	only its feed is attached: it traces a tracked process
 * @due:	a sleeper shall look at @owed
 * @shuffled:	a child's @father may have changed unnoticed: a thread has left,
 *		or orphans have come
 * @father:	the thread that Linux has as its real parent; only compared
 * @moved:	place among its siblings: first by the move that brought it to
 *		@father, 0 if none did,
 * @born:	then by age
 * @traced:	when the leader's tracer took it, as in struct aw_thread, which the
 *		leader outlives as a zombie
 * @gone:	struct aw_gone: the same of other threads that have exited
 * @detaching:	PTRACE_DETACH calls under way for it
 * @inside:	its threads that are in a replaced call
 * @owed:	struct aw_owed: zombies that stock still has for it
 * @calls:	struct aw_wait of those, by @node
 * @feed:	entry on wait_chldexit: sees what its children do
 * @quick:	in the hash of enrolled processes, by signal_struct; RCU
 * @orphan:	in aw_orphans: its parent is exiting, the new one is not known
 * @leave:	in aw_leavers, while @leaving
 * @ptraced:	in aw_ptraced: a thread of it has a tracer in Linux, or had one
 * @rcu:	frees
 *
 * All but @pid, @rcu and, for readers of the hash, @quick, @signal: aw_lock.
 *
 *   untracked --fork, scan, adoption--> tracked --enrol--> enrolled,
 *   which --dismiss, exit, trouble, unload--> leaving --drained--> tracked,
 *	or freed where no record needs it as a child
 */
struct aw_tracked {
	struct aw_process	rec;
	struct pid		*pid;
	struct task_struct	*task;
	struct signal_struct	*signal;
	u32			policy;
	aw_quirkset		quirks;
	bool			shadow;
	struct aw_tally		*tally;
	u32			news;
	bool			enrolled;
	bool			in;
	bool			leaving;
	enum aw_why		why;
	bool			feeding;
	bool			autoreaped;
	bool			stop_seen;
	bool			cont_seen;
	bool			held;
	bool			end_told;
	bool			listening;
	bool			due;
	bool			shuffled;
	unsigned int		detaching;
	unsigned int		inside;
	const void		*father;
	u32			moved;
	u64			born;
	u64			traced;
	struct list_head	gone;
	struct list_head	owed;
	struct list_head	calls;
	wait_queue_entry_t	feed;
	struct hlist_node	quick;
	struct list_head	orphan;
	struct list_head	leave;
	struct list_head	ptraced;
	struct rcu_head		rcu;
};

static inline struct aw_tracked *aw_tracked_of(const struct aw_process *p)
{
	return container_of(p, struct aw_tracked, rec);
}

struct aw_wait;

/* What a thread's interrupted call wants to know when it is restarted. */
enum aw_restart { AW_RESTART_NONE, AW_RESTART_SIGNAL, AW_RESTART_SPURIOUS };

/**
 * struct aw_thread_waker - a thread's waker, and its restart state
 * @waker:   what PollSets hold
 * @task:    the thread while it sleeps in a replaced call, else NULL
 * @call:    the replaced call that it is in, else NULL
 * @restart: the last call was interrupted and no handler has run since
 * @ip:	     where it was made from
 * @sp:	     with which stack pointer
 * @rcu:     frees
 */
struct aw_thread_waker {
	struct aw_waker		waker;
	struct task_struct	*task;
	struct aw_wait		*call;
	enum aw_restart		restart;
	unsigned long		ip;
	unsigned long		sp;
	struct rcu_head		rcu;
};

static inline struct aw_thread_waker *aw_thread_waker_of(struct aw_waker *w)
{
	return container_of(w, struct aw_thread_waker, waker);
}

extern spinlock_t aw_lock;
extern struct aw_records aw_records;

/**
 * struct aw_terms - on which terms a process is enrolled
 * @policy: enum altwait_policy
 * @quirks: as in struct aw_tracked
 * @shadow: likewise
 * @tally:  likewise
 */
struct aw_terms {
	u32		policy;
	aw_quirkset	quirks;
	bool		shadow;
	struct aw_tally	*tally;
};

/* enroll.c: who is in */
int aw_enroll(const struct altwait_enroll *req, struct aw_tally *tally);
int aw_dismiss(pid_t vpid);
int aw_query(pid_t vpid, struct altwait_query *q);
bool aw_enrolled(struct task_struct *task, bool *shadow);
struct aw_tracked *aw_tracked_find(const struct task_struct *task);
struct aw_tracked *aw_track(struct task_struct *leader,
			    struct aw_process *parent);
int aw_inherit(struct aw_tracked *t, struct task_struct *leader,
	       const struct aw_tracked *from);
void aw_listen(struct task_struct *leader);
void aw_leave(struct aw_tracked *t, enum aw_why why);
void aw_leave_for_error(struct aw_tracked *t, int err);
void aw_forget_unless_needed(struct aw_tracked *t);
void aw_left_call(struct aw_tracked *t);
void aw_orphan_children(struct aw_tracked *t);
void aw_settle_orphans(void);
void aw_enroll_exit(void);
extern const struct aw_host_ops aw_host_ops;

/* feed.c: Linux's facts into records */
int aw_feed_arm(void);
void aw_feed_disarm(void);
int aw_feed_child(wait_queue_entry_t *wq, unsigned int mode, int sync,
		  void *key);
void aw_feed_state(struct aw_tracked *t, struct task_struct *leader);
void aw_feed_scan(struct aw_tracked *t);
void aw_feed_scan_tracees(void);
void aw_feed_refresh_groups(struct aw_tracked *t);

/* tracer.c: ptrace(2)'s facts into records */
int aw_tracer_arm(void);
void aw_tracer_disarm(void);
u64 aw_tracer_missed(void);
extern struct list_head aw_ptraced;
struct aw_tracked *aw_tracer_traced(struct task_struct *task);
bool aw_tracer_needs(const struct aw_tracked *t);
void aw_tracer_exits(struct task_struct *task);
void aw_tracer_stopped(struct task_struct *task);
void aw_tracer_found(struct task_struct *task);

/* owed.c: what stock still owes */
bool aw_owes(const struct aw_tracked *t, const struct pid *pid);
void aw_owe(struct aw_tracked *t, struct pid *pid);
void aw_owe_for(struct aw_tracked *zombie);
void aw_owed_drop(struct aw_tracked *t);
void aw_owed_due(struct aw_tracked *t);
void aw_owed_settle(struct aw_tracked *t);

/* hooks.c: the table of probed entry points */
int aw_hooks_init(void);
int aw_hooks_arm(void);
void aw_hooks_disarm(void);
bool aw_hooks_alive(void);
u64 aw_hooks_missed(void);
void aw_hooks_drain(void);
void aw_hooks_entered(void);
void aw_hooks_left(void);
long aw_stock_wait4(pid_t pid, int options);
long aw_stock_waitid(pid_t pid, int options);
bool aw_stock_take(pid_t pid, int options);
void aw_stock_rusage(struct task_struct *task, struct rusage *usage);
s64 aw_pidfd_nr(s32 fd, void *ctx);
struct aw_wait;
long aw_stock_again(const struct aw_wait *w, const struct pt_regs *regs);
int aw_stock_probe(const struct aw_wait *w, unsigned int options);

/* facts.c: what Linux knows of the candidates */
void aw_facts_born(struct aw_tracked *t, const struct task_struct *leader);
void aw_facts_moved(struct aw_tracked *t);
void aw_facts_attached(struct aw_tracked *t, struct task_struct *task);
void aw_facts_detached(struct aw_tracked *t, u32 tid);
void aw_facts_exited(struct aw_tracked *t, u32 tid);
void aw_facts_leads(struct aw_tracked *t);
void aw_facts_free(struct aw_tracked *t);
bool aw_facts_collect(struct aw_wait *w);
bool aw_facts_read(const struct aw_wait *w, struct aw_facts *facts);

/* candidates.c: whom a call is about */
int aw_target_parse(struct aw_request *req, void *wait);
int aw_target_request(struct aw_wait *w);
int aw_target_take(struct aw_wait *w);
bool aw_target_adopt(struct aw_wait *w);
bool aw_target_refresh(struct aw_wait *w);
int aw_target_grow(struct aw_wait *w);
bool aw_target_room(struct aw_snapshot *snap, unsigned int n);

/* wait.c: a replaced call */
/* x32 has i386's siginfo and the native resource usage. */
enum aw_abi { AW_ABI_NATIVE, AW_ABI_COMPAT, AW_ABI_X32 };

/**
 * struct aw_wait - a replaced call, on the caller's stack
 * @args:  the arguments
 * @hook:  the entry point that it came by
 * @task:  the caller
 * @ns:	   its pid namespace
 * @own_pgid: its process group, and
 * @own_vpgid: as it numbers that
 * @pidfd: P_PIDFD: aw_pidfd_nr() for Linux,
 * @pidfd_number: and by number
 * @nonblock: the pidfd has O_NONBLOCK
 * @ask:   in shadow mode, the arguments for stock: they name whom the call was
 *	   about when it began
 * @req:   the request, once the arguments are checked
 * @snap:  its candidates
 * @room:  how many of them there were when they were last counted
 * @me:	   the caller's process; referenced
 * @tw:	   the caller's waker; the thread's record holds it
 * @out:   user memory: wait4's status word, waitid's siginfo, or NULL
 * @rusage: user memory for the resource usage, or NULL
 * @abi:   the layout of the last two
 * @nr:	   what the call reports, as the caller numbers it
 * @stale: the report is about a candidate that was reaped after the snapshot:
 *	   stock has no such child
 * @facts: what Linux knows of the candidates, before each decision
 * @claim: thread whose report this call is taking from stock, 0 if none
 * @slept: it has
 * @synced: it has waited for a tracer that hands a zombie on
 * @backed: stock has what is claimed, and not only the records
 * @used:  what the reported one has used, for @rusage
 * @shadow: stock answers; @req is linux's
 * @policy: the quirks that were in force when the call began
 * @news:  shadow: Linux would have woken it
 * @heard: what has happened since it looked last
 * @settled: the candidates that it began with, or NULL
 * @first: those, where they are not @snap
 * @node:  in me->calls
 * @asleep: in the watchdog's list, while it sleeps
 * @since: when it fell asleep: jiffies
 * @watched: the watchdog's round that saw it last
 * @suspect: what it may have missed, as the watchdog saw it then
 *
 * aw_lock: @facts, @claim, @news, @heard, @node, @asleep, @watched, @suspect, and
 * @snap while it changes.
 */
struct aw_wait {
	struct aw_args		args;
	unsigned int		hook;
	struct task_struct	*task;
	struct pid_namespace	*ns;
	u32			own_pgid;
	u32			own_vpgid;
	s64			pidfd;
	s64			pidfd_number;
	bool			nonblock;
	struct aw_args		ask;
	struct aw_request	req;
	struct aw_snapshot	snap;
	unsigned int		room;
	struct aw_tracked	*me;
	struct aw_thread_waker	*tw;
	void __user		*out;
	void __user		*rusage;
	enum aw_abi		abi;
	u32			nr;
	bool			stale;
	struct aw_facts		facts;
	u32			claim;
	bool			slept;
	bool			synced;
	bool			backed;
	struct rusage		used;
	bool			shadow;
	aw_quirkset		policy;
	bool			news;
	struct aw_heard		heard;
	const struct aw_snapshot *settled;
	struct aw_snapshot	first;
	struct list_head	node;
	struct list_head	asleep;
	unsigned long		since;
	u32			watched;
	u32			suspect;
};

/*
 * Internal: the call has to look again; has to take what it found from stock; has
 * found what the records have not heard of yet.
 */
#define AW_AGAIN	(-EINPROGRESS)
#define AW_CLAIM	(-EALREADY)
#define AW_EARLY	(-EBUSY)

long aw_wait(struct aw_wait *w, const struct pt_regs *regs);

/* Why a sleep ends; the names are in the event's header. */
enum aw_wake { AW_WAKE_NEWS, AW_WAKE_FULL, AW_WAKE_SIGNAL, AW_WAKE_LEAVE };

/* sleep.c: and what ends it */
bool aw_wait_stays(const struct aw_wait *w);
enum aw_wake aw_wait_sleep(struct aw_wait *w);
bool aw_wait_deliverable(void);
long aw_wait_interrupted(struct aw_wait *w, const struct pt_regs *regs,
			 bool deliverable);
bool aw_wait_restarted(struct aw_wait *w, const struct pt_regs *regs);
long aw_wait_to_stock(const struct aw_wait *w);
void aw_wait_evict(struct aw_tracked *t);
void aw_wait_told(struct aw_process *p, const struct aw_news *news);
bool aw_wait_hears(const struct aw_waker *waker, const struct aw_news *news);
unsigned int aw_wait_sleepers(const struct aw_tracked *t);

/* commit.c: a decision made true, through stock */
int aw_commit_write(const struct aw_decision *d, void *ctx);
size_t aw_commit_tail(const struct aw_wait *w);
bool aw_commit_fault_in(const struct aw_wait *w);
u32 aw_commit_nr(const struct aw_wait *w, const struct aw_decision *d);
pid_t aw_commit_thread_nr(const struct aw_decision *d);
long aw_commit_put(const struct aw_wait *w, const struct aw_decision *d);
long aw_commit_error(const struct aw_wait *w, long err);
bool aw_commit_stock(const struct aw_decision *d, const struct aw_wait *w);

/* claim.c: a decision made true in Linux's order */
bool aw_claim_wanted(const struct aw_wait *w, const struct aw_decision *d);
void aw_claim_begin(struct aw_wait *w, const struct aw_decision *d);
long aw_claim_report(struct aw_wait *w, const struct aw_decision *d);
void aw_claim_usage(struct aw_wait *w, const struct aw_decision *d);
long aw_claim_write_usage(const struct aw_wait *w);

/* shadow.c: a call that stock answers */
long aw_shadow(struct aw_wait *w, const struct pt_regs *regs);

/* judge.c: what the caller sees, and who says the same */
void aw_judge_answer(const struct aw_wait *w, const struct aw_decision *d,
		     struct altwait_answer *a);
bool aw_judge_same(const struct altwait_answer *stock,
		   const struct altwait_answer *said);
void aw_judge_describe(const struct aw_wait *w, struct altwait_verdict *v);

/* tally.c: verdicts, counted */
struct aw_tally *aw_tally_new(void);
struct aw_tally *aw_tally_get(struct aw_tally *tally);
void aw_tally_put(struct aw_tally *tally);
void aw_tally_add(struct aw_tally *tally, const struct altwait_verdict *v);
void aw_tally_left(struct aw_tally *tally);
void aw_tally_stuck(const struct altwait_verdict *v);
int aw_tally_read(struct aw_tally *tally, struct altwait_verdicts *v);
int aw_tally_example(struct aw_tally *tally, struct altwait_example *e);

/* watchdog.c: who sleeps although Linux has an answer */
void aw_watch(struct aw_wait *w);
void aw_unwatch(struct aw_wait *w);
void aw_watchdog_exit(void);

/* device.c, stats.c */
int aw_device_init(void);
void aw_device_exit(void);
void aw_stats_init(void);
void aw_stats_exit(void);
void aw_stats_read(struct altwait_counters *c);

/* The counters of struct altwait_counters, which says what each means. */
struct aw_stats {
	atomic64_t diverted, returned, enrolled, dismissed, tracked, released;
	atomic64_t blocked, woken, trouble, stolen, evicted, stuck;
};

extern struct aw_stats aw_stats;

#define aw_count(name)	atomic64_inc(&aw_stats.name)

#endif /* _ALTWAIT_H */
