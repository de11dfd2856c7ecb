/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wait algorithm: one request against the records.  Pure, like records.h.
 */
#ifndef _ALTWAIT_CORE_H
#define _ALTWAIT_CORE_H

#include "records.h"

enum aw_call { AW_WAIT4, AW_WAITID };

enum aw_target_kind { AW_TARGET_ANY, AW_TARGET_PID, AW_TARGET_PGID };

/**
 * struct aw_target - whom a call waits for (the seed's WaitTarget)
 * @kind: any child, one process or traced thread, or a process group
 * @id:	  pid, tid or pgid, in the numbering of the records
 */
struct aw_target {
	enum aw_target_kind kind;
	u32		    id;
};

/**
 * struct aw_request - a wait call, its arguments checked
 * @call:    which of the two system calls
 * @target:  whom it waits for
 * @options: WNOHANG and the others, known bits only
 * @caller:  the process that waits
 */
struct aw_request {
	enum aw_call	  call;
	struct aw_target  target;
	u32		  options;
	struct aw_process *caller;
};

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

/*
 * Checks the arguments in the order of the seed and fills req->call, target
 * and options.  own_pgid is the caller's group; pidfd_id(fd, ctx) answers for
 * P_PIDFD with a positive id or a negative errno, and is asked only after the
 * tests that come first.
 * 0; -EINVAL: unknown options or idtype, none of WEXITED, WUNTRACED, WCONTINUED
 * (waitid), id out of range; -EBADF: not a pidfd.
 */
int aw_request_parse(struct aw_request *req, const struct aw_args *args,
		     u32 own_pgid, s64 (*pidfd_id)(s32 fd, void *ctx),
		     void *ctx);

/**
 * struct aw_snapshot - the candidates of a call, fixed when it begins
 * @n:	 how many
 * @cap: room in @v
 * @v:	 referenced processes: children first, then tracees, then traced zombies
 */
struct aw_snapshot {
	unsigned int	  n;
	unsigned int	  cap;
	struct aw_process **v;
};

/*
 * waitable_processes(): fills snap.  Returns the number of candidates; where
 * that is more than snap->cap, nothing was stored and the caller comes again
 * with more room.
 */
unsigned int aw_snapshot_take(const struct aw_records *r,
			      const struct aw_request *req,
			      struct aw_snapshot *snap);
void aw_snapshot_release(struct aw_snapshot *snap);

/**
 * enum aw_kind - what a poll comes to
 * @AW_SLEEP:	    nothing yet
 * @AW_NOTHING:	    WNOHANG and nothing: wait4 writes nothing, waitid 128 zero
 *		    bytes
 * @AW_PTRACE_STOP: a thread of a candidate is in a ptrace stop
 * @AW_ZOMBIE:	    a candidate has exited
 * @AW_JOB_STATUS:  a candidate has stopped or continued; wait4 only
 */
enum aw_kind {
	AW_SLEEP,
	AW_NOTHING,
	AW_PTRACE_STOP,
	AW_ZOMBIE,
	AW_JOB_STATUS,
};

/**
 * struct aw_decision - what decide() found
 * @kind:   which report, if any
 * @proc:   the candidate that it is about; borrowed from the snapshot
 * @tid:    AW_PTRACE_STOP: the stop's thread
 * @pid:    what the call reports: a pid or, for a tracee, a tid
 * @status: wait4's status word
 * @cld_code: waitid's si_code, CLD_*
 * @cld_status: waitid's si_status
 * @uid:    waitid's si_uid
 * @consume: the report is used up (false under WNOWAIT)
 */
struct aw_decision {
	enum aw_kind	  kind;
	struct aw_process *proc;
	u32		  tid;
	u32		  pid;
	int		  status;
	int		  cld_code;
	int		  cld_status;
	u32		  uid;
	bool		  consume;
};

/*
 * Which report the call returns, if any.  Reads the records and changes
 * nothing.  seed: check_children (202-277 and 344-414).
 */
void aw_decide(const struct aw_records *r, const struct aw_request *req,
	       const struct aw_snapshot *snap, struct aw_decision *d);

/*
 * Makes a decision true.  write(d, ctx) puts it into user memory and returns 0
 * or an errno, which ends the commit with nothing consumed (the stop stays
 * selected, though: seed 214 and 360).  Returns write's value.
 */
int aw_commit(struct aw_records *r, const struct aw_request *req,
	      const struct aw_decision *d,
	      int (*write)(const struct aw_decision *d, void *ctx), void *ctx);

/* decode_wait_status(): CLD_* and si_status of a wait status word. */
void aw_decode_wait_status(int raw, int *cld_code, int *cld_status);

#endif /* _ALTWAIT_CORE_H */
