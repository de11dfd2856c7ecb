/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records of Starry's wait implementation, and what may be done with them.
 *
 * Everything declared here is pure: it knows no task_struct, takes no lock and
 * never sleeps.  The same files build into altwait.ko and, in userspace, into
 * build/altwait-model.  Whoever calls a function below holds what serialises
 * the whole of one struct aw_records: aw_lock in the module; a test and
 * userspace have one thread for each.
 *
 * Words: Process, ProcessData, zombie table and PollSet are ArceOS's; one
 * struct aw_process holds a Process and its ProcessData, since both are born
 * together, and says by in_table whether the ProcessData can still be found.
 * Starry is the kernel that the records are like; the reference is its code for
 * wait calls, in the revision that is followed: starry-kernel 0.6.1.  "Seed N" is
 * a line of that.
 */
#ifndef _ALTWAIT_RECORDS_H
#define _ALTWAIT_RECORDS_H

#include "pure.h"
#include "wakes.h"

struct aw_family;
struct aw_process;
struct aw_waker;

/**
 * struct aw_host_ops - what the surroundings of the records supply
 * @process_free: the last reference has gone; the process holds nothing more
 * @waker_free:	  the last reference has gone
 * @wake:	  makes the waker's thread poll again; called once per wake, after
 *		  @woken of struct aw_waker is set
 * @told:	  a process is told of news, before its PollSet is; may be NULL
 * @joined:	  a process is among its parent's children from now on; may be NULL
 * @parted:	  it is not any more, but @parent still is set; may be NULL
 * @hears:	  true if the news wakes this waker, which keeps its place in the
 *		  PollSet otherwise; NULL: any news does
 * @family_new:	  memory for a family, NULL where there is none,
 * @family_free:  and what frees it,
 * @nobody:	  and the one of who has none, which is never written to.  All three may
 *		  be NULL: the family then is no more than what the records know of it
 *
 * Called with whatever serialises the records held.  They may look into the
 * records, but not change them.
 */
struct aw_host_ops {
	void (*process_free)(struct aw_process *p);
	void (*waker_free)(struct aw_waker *w);
	void (*wake)(struct aw_waker *w);
	void (*told)(struct aw_process *p, const struct aw_news *news);
	void (*joined)(struct aw_process *p);
	void (*parted)(struct aw_process *p);
	bool (*hears)(const struct aw_waker *w, const struct aw_news *news);
	struct aw_family *(*family_new)(void);
	void (*family_free)(struct aw_family *f);
	const struct aw_family *nobody;
};

/* -------------------------------------------------------------- PollSet */

/* Wakers that a PollSet holds before it evicts the oldest one. */
#define AW_POLLSET_MAX	64

/**
 * struct aw_waker - what a PollSet wakes: a thread, whatever call it sleeps in
 * @host:    frees and wakes it
 * @overflow: in struct aw_pollset.overflow, else empty
 * @refs:    the thread's own reference and one for each place in a PollSet
 * @tid:     thread id, for the events
 * @woken:   set by a wake, cleared by the owner right before it polls again
 * @evicted: a full PollSet has evicted and woken it since there was news; in that
 *	     state it evicts no other evicted one, but goes to the overflow list.
 *	     Cleared by a wake with news, and by the owner when it begins a call
 * @latest_first: its policy wakes before it whose call has begun to sleep later, and
 *	     after it whose call has earlier, as Linux's wait queue does.  Set by the owner
 * @begun:   when its call began to sleep, on a clock that only counts; set by the owner
 * @unbounded: its policy knows no bound: it stands in the overflow list, which
 *	     evicts nobody.  Set by the owner
 *
 * A call that is interrupted leaves its waker behind in the PollSet, and a
 * thread may stand in one several times.
 */
struct aw_waker {
	const struct aw_host_ops *host;
	struct list_head overflow;
	unsigned int	refs;
	u32		tid;
	bool		woken;
	bool		evicted;
	bool		unbounded;
	bool		latest_first;
	u64		begun;
};

/**
 * struct aw_pollset - the wakers of the wait calls that sleep on a process
 * @slot:  ring of AW_POLLSET_MAX registered wakers, oldest at @first; NULL until
 *	   the first one comes, since in most processes nobody waits
 * @first: index of the oldest waker
 * @n:	   wakers in @slot
 * @overflow: struct aw_waker that would have evicted another evicted one;
 *	   woken after those in @slot, in order.  Not in the reference, which
 *	   spins here: each waiter that was woken for nothing evicts the next.
 *	   And those that are unbounded
 */
struct aw_pollset {
	struct aw_waker	 **slot;
	unsigned int	 first;
	unsigned int	 n;
	struct list_head overflow;
};

void aw_pollset_init(struct aw_pollset *ps);
void aw_pollset_destroy(struct aw_pollset *ps);
int aw_pollset_register(struct aw_pollset *ps, struct aw_waker *w);
void aw_pollset_wake(struct aw_pollset *ps);
void aw_pollset_tell(struct aw_pollset *ps, const struct aw_news *news);

void aw_waker_init(struct aw_waker *w, const struct aw_host_ops *host, u32 tid);
void aw_waker_get(struct aw_waker *w);
void aw_waker_put(struct aw_waker *w);

/* ------------------------------------------------------------- ptrace stops */

/**
 * struct aw_ptrace_stop - one thread's ptrace stop, until the thread resumes
 * @node:      in struct aw_ptrace.stops, ascending @tid
 * @tid:       the thread
 * @signo:     0 where the stop carries no signal number
 * @event:     PTRACE_EVENT_*, or 0
 * @event_msg: what PTRACE_GETEVENTMSG says; no wait call asks for it
 * @is_syscall: a syscall-entry or syscall-exit stop
 * @sysgood:   the process's options had TRACESYSGOOD then
 * @reported:  a wait call has consumed it; stays true until the resume
 * @serial:    tells this stop from an earlier one of the same thread; not 0
 */
struct aw_ptrace_stop {
	struct list_head node;
	u32	tid;
	u32	event;
	u64	event_msg;
	u32	serial;
	int	signo;
	bool	is_syscall;
	bool	sysgood;
	bool	reported;
};

/**
 * struct aw_ptrace - the ptrace side of a ProcessData
 * @tracer:   pid of the tracer, 0 if none; process-wide
 * @options:  PTRACE_O_*; process-wide
 * @selected: tid that the latest stop or wait report selected, 0 if none
 * @pending_events: events announced for threads without a recorded stop.  Linux
 *	      announces both at once, so this stays 0 when fed from Linux
 * @serial:   of the latest stop
 * @stops:    struct aw_ptrace_stop, ascending tid
 */
struct aw_ptrace {
	u32		 tracer;
	u32		 selected;
	unsigned long	 options;
	unsigned int	 pending_events;
	u32		 serial;
	struct list_head stops;
};

void aw_ptrace_init(struct aw_ptrace *pt);
struct aw_ptrace_stop *aw_ptrace_find(const struct aw_ptrace *pt, u32 tid);
int aw_ptrace_insert(struct aw_ptrace *pt, u32 tid, int signo, u32 event,
		     u64 event_msg, bool is_syscall);
bool aw_ptrace_remove(struct aw_ptrace *pt, u32 tid);
void aw_ptrace_drop_all(struct aw_ptrace *pt);

/*
 * The queries of the wait calls, under the reference's names.  Those that depend
 * on the selected tid take it as an argument, so that aw_decide() can ask "as if
 * selected" without selecting.
 */
struct aw_ptrace_stop *
aw_ptrace_unreported_stop_for(const struct aw_ptrace *pt, u32 tid);
struct aw_ptrace_stop *
aw_ptrace_unreported_stop(const struct aw_ptrace *pt, u32 preferred);
u32 aw_ptrace_stop_tid(const struct aw_ptrace *pt);
u32 aw_ptrace_event(const struct aw_ptrace *pt, u32 selected);
bool aw_ptrace_is_syscall_stop(const struct aw_ptrace *pt, u32 selected);
void aw_ptrace_select(struct aw_ptrace *pt, u32 tid);
void aw_ptrace_mark_reported(struct aw_ptrace *pt, u32 tid);

/* ---------------------------------------------------------------- processes */

/**
 * struct aw_thread - a live thread of a process
 * @node:  in struct aw_process.threads, ascending @tid
 * @tid:   thread id
 * @waker: its waker, made by its first wait call; may be NULL
 * @tracer: the host's: the tracer's thread
 * @traced: the host's: when @tracer took it, on a clock that only counts
 */
struct aw_thread {
	struct list_head node;
	u32		 tid;
	u32		 tracer;
	u64		 traced;
	struct aw_waker	 *waker;
};

enum aw_job_kind { AW_JOB_NONE, AW_JOB_STOPPED, AW_JOB_CONTINUED } __packed;

/* What a process may have to tell its parent; bits. */
enum aw_tells {
	AW_TELLS_ZOMBIE	= 1 << 0,
	AW_TELLS_STOP	= 1 << 1,
	AW_TELLS_JOB	= 1 << 2,
};

#define AW_N_TELLS	3

/**
 * struct aw_job - the job status slot; a new report overwrites an unread one
 * @kind:  empty, stopped or continued
 * @signo: the stopping signal, where @kind is AW_JOB_STOPPED
 */
struct aw_job {
	enum aw_job_kind kind;
	unsigned char	 signo;
};

/**
 * struct aw_family - a process as one that has children, and that waits
 * @of:		the process; NULL for the family of who has none
 * @children:	struct aw_process by @sibling, ascending pid
 * @child_exit_event: the wait calls of the process sleep on it
 *
 * What follows is index.c's:
 *
 * @telling:	the children that have something to tell, and those kept, by
 *		@tells_node, ascending pid
 * @n_telling:	how many of them may tell something of each kind: enum aw_tells
 * @n_children:	entries of @children
 * @clock:	moments at which a child came or left
 * @snapshots:	struct aw_snapshot of calls that have the children of a moment
 * @kept:	children that have left, and that such a call may report, by
 *		@kept_node
 *
 * Most processes neither fork nor wait.  So it is made when the first child comes, or
 * the first call: aw_family_make().  Until then a process shares one that is empty.
 */
struct aw_family {
	struct aw_process *of;
	struct list_head  children;
	struct aw_pollset child_exit_event;
	struct rb_root_cached telling;
	unsigned int	  n_telling[AW_N_TELLS];
	unsigned int	  n_children;
	u64		  clock;
	struct list_head  snapshots;
	struct list_head  kept;
};

#define AW_EMPTY(list)	{ (struct list_head *)&(list), (struct list_head *)&(list) }

/* What a family is before anybody has come: for those that share one, a constant. */
#define AW_FAMILY_NOBODY(name) {					\
	.children = AW_EMPTY((name).children),				\
	.child_exit_event.overflow = AW_EMPTY((name).child_exit_event.overflow), \
	.snapshots = AW_EMPTY((name).snapshots),			\
	.kept = AW_EMPTY((name).kept),					\
}

/**
 * struct aw_process - a Process and its ProcessData
 * @host:	frees it
 * @refs:	one each for the process table, the zombie table, the parent's
 *		@children, every child's @parent, every snapshot, and the host
 *		where it says so
 * @family:	its children and its wait calls; in the module, who reads it without
 *		aw_lock does so once, under RCU
 * @pid:	thread-group id
 * @pgid:	process group id; also readable for a zombie
 * @uid:	real user id
 * @maker:	the thread that made it, set by the host: Linux's parent where nobody saw
 *		who did
 * @exit_code:	wait status word; each exiting thread overwrites it until
 *		@group_exited
 * @zombie_uid:	real uid at exit, where @in_zombies
 * @zombie_tracer: tracer at exit or 0, where @in_zombies
 * @job:	its job status
 * @in_table:	the ProcessData is found by get_process_data()
 * @in_zombies:	has an entry in the zombie table
 * @is_zombie:	set once when the last thread has left, never cleared
 * @group_exited: exit_group or a fatal signal: @exit_code stands
 * @is_child_subreaper: prctl flag, for aw_process_find_reaper(); the module leaves
 *		it alone: Linux says who the reaper is
 * @made_clone:	its end was to send another signal than SIGCHLD when it was made;
 *		set by the host, likewise
 * @tells:	what it may have to tell in the index that it is in: enum aw_tells
 * @threads:	struct aw_thread, ascending tid; empty for a zombie
 * @parent:	NULL for init, and for a process whose parent has no record;
 *		stays after a reap
 * @sibling:	in @parent's children; empty after a reap
 * @ptrace:	its tracer and its ptrace stops
 * @hash:	in aw_records.by_pid while @in_table
 * @traced:	in aw_records.traced while @in_table and ptrace.tracer is set
 * @zombie:	in aw_records.zombies while @in_zombies: those with a tracer first, by
 *		ascending pid
 *
 * What follows is index.c's, and @tells:
 *
 * @n_keepers:	how many snapshots it is kept for
 * @tells_node:	in the index of its parent, or of who keeps it
 * @joined:	the parent's clock when it came,
 * @parted:	and when it left, where it is kept
 * @kept_by:	the parent that keeps it, or NULL
 * @kept_node:	in the list of those that this one keeps
 */
struct aw_process {
	const struct aw_host_ops *host;
	struct aw_family  *family;
	unsigned int	  refs;
	u32		  pid;
	u32		  pgid;
	u32		  uid;
	u32		  maker;
	int		  exit_code;
	u32		  zombie_uid;
	u32		  zombie_tracer;
	unsigned int	  n_keepers;
	struct aw_job	  job;
	bool		  in_table;
	bool		  in_zombies;
	bool		  is_zombie;
	bool		  group_exited;
	bool		  is_child_subreaper;
	bool		  made_clone;
	unsigned char	  tells;
	struct list_head  threads;
	struct aw_process *parent;
	struct list_head  sibling;
	struct aw_ptrace  ptrace;
	struct list_head  hash;
	struct list_head  traced;
	struct list_head  zombie;
	struct rb_node	  tells_node;
	u64		  joined;
	u64		  parted;
	struct aw_process *kept_by;
	struct list_head  kept_node;
};

/* True if it has a family of its own. */
static inline bool aw_family_is_made(const struct aw_process *p)
{
	return p->family->of;
}

#define AW_HASH_BITS	12

/**
 * struct aw_records - the tables
 * @host:	what the surroundings supply
 * @by_pid:	process table, hashed: buckets,
 * @n_buckets:	a power of two of them
 * @traced:	the part of it that has a tracer, ascending pid
 * @zombies:	zombie table: first those with a tracer, ascending pid
 * @n_processes: entries of the process table
 */
struct aw_records {
	const struct aw_host_ops *host;
	struct list_head *by_pid;
	unsigned int	 n_buckets;
	struct list_head traced;
	struct list_head zombies;
	unsigned int	 n_processes;
};

/* What aw_records_init() is given, but where the records are few. */
struct aw_buckets {
	struct list_head v[1 << AW_HASH_BITS];
};

void aw_records_init_few(struct aw_records *r, const struct aw_host_ops *host,
			 struct list_head *by_pid, unsigned int n_buckets);

static inline void aw_records_init(struct aw_records *r, const struct aw_host_ops *host,
				   struct aw_buckets *by_pid)
{
	aw_records_init_few(r, host, by_pid->v, 1 << AW_HASH_BITS);
}

extern const struct aw_family aw_family_nobody;
int aw_family_make(struct aw_process *p);
void aw_family_drop(struct aw_process *p);

void aw_process_add(struct aw_records *r, struct aw_process *p,
		    struct aw_process *parent, u32 pid, u32 pgid, u32 uid);
void aw_process_get(struct aw_process *p);
void aw_process_put(struct aw_process *p);
struct aw_process *aw_process_find(const struct aw_records *r, u32 pid);
struct aw_process *aw_process_first(const struct aw_records *r);
struct aw_process *aw_process_next(const struct aw_records *r, const struct aw_process *p);

/* What each event does to the records. */
int aw_thread_add(struct aw_process *p, u32 tid);
struct aw_thread *aw_thread_find(const struct aw_process *p, u32 tid);
void aw_thread_rename(struct aw_process *p, u32 old_tid, u32 new_tid);
void aw_thread_group_exit(struct aw_process *p, int code);
bool aw_thread_exit(struct aw_process *p, u32 tid, int code);
void aw_thread_drop_all(struct aw_process *p);
void aw_process_exit(struct aw_records *r, struct aw_process *p);
void aw_process_ends(struct aw_records *r, struct aw_process *p,
		     enum aw_news_kind to_parent, enum aw_news_kind to_tracer);
void aw_process_tell(struct aw_process *p, const struct aw_news *news);
int aw_process_reparent(struct aw_process *child, struct aw_process *parent);
struct aw_process *aw_process_find_reaper(struct aw_process *p,
					  struct aw_process *init);
void aw_process_stop(struct aw_records *r, struct aw_process *p, int signo);
void aw_process_job_told(struct aw_process *p);
void aw_process_continue(struct aw_records *r, struct aw_process *p);
void aw_process_trace(struct aw_records *r, struct aw_process *p, u32 tracer);
void aw_process_detach(struct aw_records *r, struct aw_process *p);
int aw_process_ptrace_stop(struct aw_records *r, struct aw_process *p, u32 tid,
			   int signo, u32 event, u64 event_msg, bool is_syscall);
void aw_process_ptrace_resume(struct aw_process *p, u32 tid);
void aw_process_ptrace_resume_all(struct aw_process *p);
void aw_process_reap(struct aw_records *r, struct aw_process *p);
void aw_process_untrace_zombie(struct aw_records *r, struct aw_process *p);
void aw_process_forget(struct aw_records *r, struct aw_process *p);

/* index.c: which children have something to tell */
void aw_index_note(struct aw_process *p);
void aw_index_joined(struct aw_process *p);
void aw_index_parted(struct aw_process *p);

#endif /* _ALTWAIT_RECORDS_H */
