/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wait algorithm: one request against the records.  Pure, like records.h.
 */
#ifndef _ALTWAIT_WAITCALL_H
#define _ALTWAIT_WAITCALL_H

#include "quirks.h"
#include "records.h"

enum aw_call { AW_WAIT4, AW_WAITID };

enum aw_target_kind { AW_TARGET_ANY, AW_TARGET_PID, AW_TARGET_PGID };

/**
 * struct aw_target - whom a call waits for (the reference's WaitTarget)
 * @kind: any child, one process or traced thread, or a process group
 * @id:	  pid, tid or pgid, in the numbering of the records
 */
struct aw_target {
	enum aw_target_kind kind;
	u32		    id;
};

/* True if the target is a thread of a process, and not its leader: seed 97. */
static inline bool aw_target_is_other_thread(const struct aw_target *t,
					     const struct aw_process *p)
{
	return t->kind == AW_TARGET_PID && t->id != p->pid && aw_thread_find(p, t->id);
}

/**
 * struct aw_request - a wait call, its arguments checked
 * @call:    which of the two system calls
 * @target:  whom it waits for
 * @options: WNOHANG and the others, known bits only
 * @quirks:  AW_Q() of the differences from Linux that are wanted; set by the
 *	     host, before the arguments are checked
 * @nonblock: the target is a pidfd with O_NONBLOCK; set by the host's pidfd_id()
 * @by_index: a snapshot may name the children by a moment, instead of each of them:
 *	     index.c; set by the host
 * @caller:  the process that waits,
 * @tid:     and its thread that does; set by the host
 */
struct aw_request {
	enum aw_call	  call;
	struct aw_target  target;
	u32		  options;
	aw_quirkset	  quirks;
	bool		  nonblock;
	bool		  by_index;
	struct aw_process *caller;
	u32		  tid;
};

/* True if the call's policy has this quirk. */
#define aw_has(req, id)	(!!((req)->quirks & AW_Q(id)))

/**
 * struct aw_args - a wait call as user space made it
 * @call: which of the two
 * @which: wait4: the pid argument; waitid: idtype
 * @id:	   waitid: id
 * @options: as given
 */
struct aw_args {
	enum aw_call call;
	s32	     which;
	s32	     id;
	u32	     options;
};

int aw_args_parse(struct aw_request *req, const struct aw_args *args,
		  u32 own_pgid, s64 (*pidfd_id)(s32 fd, void *ctx),
		  void *ctx);

enum aw_role { AW_ROLE_CHILD, AW_ROLE_TRACEE };

/* exit_state, but for EXIT_DEAD: nobody finds such a task. */
enum aw_life { AW_ALIVE, AW_EXIT_ZOMBIE, AW_EXIT_TRACE };

/**
 * struct aw_chain - a bucket of a hash, and a link of one of its chains
 * @first: index of the first that is in the bucket, plus 1; 0: none
 * @next: index of the one that follows in its own bucket, plus 1; 0: none
 */
struct aw_chain {
	u32 first;
	u32 next;
};

/**
 * struct aw_fact - what Linux knows of a task that __do_wait() would look at
 * @proc:	 its process; the host keeps it while the facts are used
 * @tid:	 the task
 * @pgid:	 its process group
 * @role:	 whether it is met among the children or among the tracees
 * @other_thread: another thread of the caller's process is its parent or tracer
 * @leader:	 thread-group leader
 * @exit_signal: what the end of its process sends
 * @life:	 exit_state
 * @delayed:	 delay_group_leader(): a leader whose group has other threads
 * @traced:	 it has a tracer,
 * @reparented:	 which is not its real parent's process: ptrace_reparented()
 * @status:	 the wait status word that Linux would report for its end
 * @sysgood:	 its tracer has set PTRACE_O_TRACESYSGOOD
 * @stop_code:	 what a tracer can wait for: signal, 0x80 and event << 8; else 0
 * @group_stop:	 what a parent can wait for: the stopping signal; else 0
 * @continued:	 SIGNAL_STOP_CONTINUED
 * @uid:	 real user id
 * @nr:		 the host's: the task as the caller numbers it
 * @rank:	 the host's: its place in the walk: first by the thread that it hangs
 *		 on, in the order in which those are visited,
 * @moved:	 the host's: among the children of one thread, by the move that
 *		 brought them there,
 * @age:	 the host's: and last by age; of tracees, the latest comes first
 * @by_tid:	 fact.c's, and so is the next: where a search by a thread begins,
 * @by_proc:	 and one by a process; they are those of a hash, and not of this task
 */
struct aw_fact {
	struct aw_process *proc;
	u32		  tid;
	u32		  pgid;
	enum aw_role	  role;
	bool		  other_thread;
	bool		  leader;
	int		  exit_signal;
	enum aw_life	  life;
	bool		  delayed;
	bool		  traced;
	bool		  reparented;
	bool		  sysgood;
	int		  status;
	int		  stop_code;
	int		  group_stop;
	bool		  continued;
	u32		  uid;
	u32		  nr;
	u32		  rank;
	u32		  moved;
	u64		  age;
	struct aw_chain	  by_tid;
	struct aw_chain	  by_proc;
};

/**
 * struct aw_facts - what Linux knows right before aw_decide() asks
 * @n:	 how many; 0 under policy starry, which needs none
 * @cap: room in @v
 * @v:	 in the order of Linux's walk; all children and tracees, whatever the
 *	 call asks for
 * @quiet: how many of those that the call is about are not in @v, since they have
 *	 nothing to report
 * @claimed: some lack what another call is taking; the host's
 * @hashed: aw_facts_hash() was called since the last one was put in
 * @ranked: the thread whose rank was looked up last, or NULL,
 * @rank: and that rank; the host's
 */
struct aw_facts {
	unsigned int   n;
	unsigned int   cap;
	struct aw_fact *v;
	unsigned int   quiet;
	bool	       claimed;
	bool	       hashed;
	const void     *ranked;
	u32	       rank;
};

/**
 * struct aw_visit - a candidate, at its place in the order
 * @proc: referenced
 * @tid:  the thread that is asked; the process's pid where all of it is
 * @role: as a child or as a tracee
 * @place: in Linux's walk, or AW_PLACE_*
 * @seq: order.c's
 */
struct aw_visit {
	struct aw_process *proc;
	u32		  tid;
	enum aw_role	  role;
	unsigned int	  place;
	unsigned int	  seq;
};

/* The place of one that Linux's walk does not meet; and of one that comes last. */
#define AW_PLACE_NONE	(~0U - 1)
#define AW_PLACE_LAST	~0U

/**
 * struct aw_snapshot - the candidates of a call
 * @n:	 how many
 * @cap: room in @v
 * @v:	 in the order in which they are asked
 * @of:	 before them come the children of this process, referenced,
 * @as_of: that it had at this moment of its clock,
 * @n_children: and how many there were; @of NULL: all candidates are in @v
 * @node: in @snapshots of @of
 *
 * See index.c.
 */
struct aw_snapshot {
	unsigned int	  n;
	unsigned int	  cap;
	struct aw_visit	  *v;
	struct aw_process *of;
	u64		  as_of;
	unsigned int	  n_children;
	struct list_head  node;
};

/* How many candidates there were when the snapshot was taken. */
static inline unsigned int aw_candidates_count(const struct aw_snapshot *snap)
{
	return snap->n + (snap->of ? snap->n_children : 0);
}

/* index.c */
void aw_index_hold(struct aw_snapshot *snap, struct aw_process *of);
void aw_index_release(struct aw_snapshot *snap);
bool aw_index_has(const struct aw_snapshot *snap, const struct aw_process *p);
struct aw_process *aw_index_next(const struct aw_snapshot *snap,
				 struct aw_process *p, unsigned int kinds);

unsigned int aw_candidates_take(const struct aw_records *r,
				const struct aw_request *req,
				const struct aw_facts *facts,
				struct aw_snapshot *snap);
bool aw_candidates_let_in(const struct aw_request *req, bool is_clone);
bool aw_candidates_child(const struct aw_request *req, const struct aw_fact *f);

/*
 * The quirks that keep something of the candidates that a call began with.
 *
 * Whom to ask is mostly in an index: those that may have something to report.  The
 * others are only counted.  That is enough for each rule that goes by what a candidate
 * has now, in whatever order, and by how many candidates there are.  With these quirks it
 * is not: each candidate has to be named before the call sleeps, since any may have
 * something later.  (A policy with every quirk has an index that knows moments: index.c.)
 * `altwait quirks NAME` tells of them.
 */
#define AW_QUIRKS_SETTLED	(AW_Q(CANDIDATES_FIXED) |		\
				 AW_Q(REAPED_STAYS) | AW_Q(MEMBERS_STAY))

/* Those that say at once that nobody can ever answer, whatever else is the matter. */
#define AW_QUIRKS_NOBODY_FIRST	(AW_Q(ECHILD_ONCE) | AW_Q(SIGNAL_FIRST))

unsigned int aw_kept_retake(const struct aw_records *r,
			    const struct aw_request *req,
			    const struct aw_facts *facts,
			    const struct aw_snapshot *first,
			    struct aw_snapshot *snap);
void aw_kept_copy(struct aw_snapshot *snap, const struct aw_snapshot *from);
void aw_order_candidates(const struct aw_request *req, struct aw_snapshot *snap);
void aw_facts_hash(struct aw_facts *facts);
const struct aw_fact *aw_fact_find(const struct aw_facts *facts,
				   const struct aw_visit *v,
				   unsigned int *hint);
const struct aw_fact *aw_fact_of_process(const struct aw_facts *facts,
					 const struct aw_process *p,
					 const struct aw_fact *after);
const struct aw_fact *aw_fact_of_tracee(const struct aw_facts *facts,
					const struct aw_process *p, u32 tid);
/* True if the caller's process is the tracer of what the visit is about. */
static inline bool aw_is_traced(const struct aw_visit *v,
				const struct aw_fact *f)
{
	return v->role == AW_ROLE_TRACEE || (f->traced && !f->reparented);
}

void aw_candidates_release(struct aw_snapshot *snap);

/**
 * enum aw_kind - what a poll comes to
 * @AW_SLEEP:	    nothing yet
 * @AW_NOTHING:	    WNOHANG and nothing: wait4 writes nothing, waitid zeros
 * @AW_PTRACE_STOP: a thread of a candidate is in a ptrace stop
 * @AW_ZOMBIE:	    a candidate has exited
 * @AW_JOB_STATUS:  a candidate has stopped or continued
 * @AW_ERROR:	    the call fails
 */
enum aw_kind {
	AW_SLEEP,
	AW_NOTHING,
	AW_PTRACE_STOP,
	AW_ZOMBIE,
	AW_JOB_STATUS,
	AW_ERROR,
};

/**
 * struct aw_decision - what aw_decide() found
 * @kind:   which report, if any
 * @proc:   the candidate that it is about; borrowed from the snapshot
 * @role:   what it is to the caller
 * @tid:    the thread that it is about
 * @pid:    what the call reports: a pid or, for a tracee, a tid
 * @status: wait4's status word
 * @cld_code: waitid's si_code, CLD_*
 * @cld_status: waitid's si_status
 * @uid:    waitid's si_uid
 * @consume: the report is used up (false under WNOWAIT)
 * @error:  AW_ERROR: a negative errno
 */
struct aw_decision {
	enum aw_kind	  kind;
	struct aw_process *proc;
	enum aw_role	  role;
	u32		  tid;
	u32		  pid;
	int		  status;
	int		  cld_code;
	int		  cld_status;
	u32		  uid;
	bool		  consume;
	int		  error;
};

/* True if it is about the end of a process, and not of a traced thread. */
static inline bool aw_ends_process(const struct aw_decision *d)
{
	return d->kind == AW_ZOMBIE && d->tid == d->proc->pid;
}

void aw_decide(const struct aw_records *r, const struct aw_request *req,
	       const struct aw_snapshot *snap, const struct aw_facts *facts,
	       struct aw_decision *d);

bool aw_decide_nobody(const struct aw_records *r, const struct aw_request *req,
		      const struct aw_snapshot *snap, const struct aw_facts *facts);

int aw_apply(struct aw_records *r, const struct aw_request *req,
	     const struct aw_decision *d,
	     int (*write)(const struct aw_decision *d, void *ctx), void *ctx);

bool aw_job_wanted(const struct aw_job *job, u32 options);

void aw_zombie_decode(int raw, int *cld_code, int *cld_status);

#endif /* _ALTWAIT_WAITCALL_H */
