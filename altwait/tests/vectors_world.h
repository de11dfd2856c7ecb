/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world of one scenario: records, threads that can sleep, and wait calls in
 * flight.  Only one thing happens at a time.
 */
#ifndef _ALTWAIT_VECTORS_WORLD_H
#define _ALTWAIT_VECTORS_WORLD_H

#include "model/explain.h"
#include "vectors.h"

#define VEC_ARGS	6
#define VEC_TEXT	80

struct vec_world;

enum vec_kind { VEC_EVENT, VEC_WAIT4, VEC_WAITID, VEC_RACE };

/*
 * struct vec_opcode - what a line can begin with
 * @name: the word
 * @n:	  number of operands
 * @kind: how it is applied
 * @event: applies it, where @kind is VEC_EVENT
 */
struct vec_opcode {
	const char    *name;
	unsigned int  n;
	enum vec_kind kind;
	int (*event)(struct vec_world *w, const s64 *arg);
};

extern const struct vec_opcode vec_opcodes[];
extern const unsigned int vec_n_opcodes;

/*
 * struct vec_op - one line
 * @node: in struct vec_world.race
 */
struct vec_op {
	struct list_head	node;
	const struct vec_opcode	*opcode;
	unsigned int		line;
	s64			arg[VEC_ARGS];
};

/*
 * struct vec_proc - a process; stays until the scenario ends
 * @node:	in struct vec_world.procs
 * @job_stopped: none of its threads runs
 * @killed:	got SIGKILL while it was stopped, and has not exited yet
 * @born:	its place among its parent's children in Linux
 * @group_stop: in Linux: SIGNAL_STOP_STOPPED's code, until it is waited for
 * @continued:	in Linux: SIGNAL_STOP_CONTINUED
 * @exit_signal: in Linux: what its end sends
 */
struct vec_proc {
	struct aw_process rec;
	struct list_head  node;
	struct vec_world  *world;
	bool		  job_stopped;
	bool		  killed;
	u64		  born;
	int		  group_stop;
	bool		  continued;
	int		  exit_signal;
};

/*
 * struct vec_task - a thread; stays until the scenario ends
 * @node:   in struct vec_world.tasks
 * @woken:  in struct vec_world.woken, else empty
 * @call:   the wait call that it sleeps in, or NULL
 * @live:   has not exited
 * @signal: a deliverable signal is pending
 * @tracer: in Linux: pid of its tracer, 0 if none
 * @traced: its place among the tracer's tracees
 * @stop_code: in Linux: exit_code in a ptrace stop, until it is waited for
 * @code:   what it has exited with
 * @kept:   in Linux: a zombie, by itself or for its tracer
 */
struct vec_task {
	struct aw_waker	 waker;
	struct list_head node;
	struct list_head woken;
	struct vec_world *world;
	struct vec_proc	 *proc;
	struct vec_call	 *call;
	bool		 live;
	bool		 signal;
	u32		 tracer;
	u64		 traced;
	int		 stop_code;
	int		 code;
	bool		 kept;
};

enum vec_ptr { VEC_NULL, VEC_GOOD, VEC_FAULTING };

/*
 * struct vec_call - a wait call; stays until the scenario ends
 * @node:    in struct vec_world.calls, ascending @id
 * @args:    as they were given
 * @snap:    its candidates, the children by a moment where that is possible
 * @twin:    the same, each by name: model/index.c's slow twin
 * @settled: both have been taken
 * @done:    has returned, or its thread has exited
 * @written: @wrote is what it put into user memory
 */
struct vec_call {
	struct list_head   node;
	s64		   id;
	struct vec_task	   *task;
	struct aw_args	   args;
	struct aw_request  req;
	struct aw_snapshot snap;
	struct aw_snapshot twin;
	bool		   settled;
	enum vec_ptr	   ptr;
	bool		   done;
	bool		   written;
	struct aw_decision wrote;
};

/*
 * struct vec_pidfd - an open pidfd
 */
struct vec_pidfd {
	struct list_head node;
	s32		 fd;
	u32		 id;
};

/*
 * struct vec_out - something that a wait call did, as the file would say it
 */
struct vec_out {
	struct list_head node;
	char		 text[VEC_TEXT];
};

/*
 * struct vec_world - all of a scenario
 * @woken: struct vec_task, in the order of the wakes
 * @out:   struct vec_out, not compared yet
 * @race:  struct vec_op that happen inside the next wait call
 * @race_left: so many of them are still to be read
 * @racing: a race line was read, and its call was not
 * @alive: processes and threads that are not freed
 * @clock: counts births and attaches
 * @quirks: those of the policy that answers
 * @explain: the file is run to explain it; else NULL
 * @explain_ctx: passed to @explain
 * @line:  of the file, for @reason
 * @reason: why a line cannot be applied
 */
struct vec_world {
	struct aw_records rec;
	struct aw_buckets by_pid;
	struct list_head  procs;
	struct list_head  tasks;
	struct list_head  calls;
	struct list_head  pidfds;
	struct list_head  woken;
	struct list_head  out;
	struct list_head  race;
	s64		  race_left;
	bool		  racing;
	unsigned int	  alive;
	u64		  clock;
	aw_quirkset	  quirks;
	aw_explained_fn	  explain;
	void		  *explain_ctx;
	unsigned int	  line;
	char		  reason[VEC_TEXT];
};

#define VEC_INIT 1

/* vectors_world.c */

/* A world with init alone.  0 or -ENOMEM. */
int vec_world_init(struct vec_world *w);
/* False if references are left, which is a leak of the records. */
bool vec_world_destroy(struct vec_world *w);

/* These say why a line is wrong, and return -EINVAL, or 0. */
__printf(2, 3) int vec_fail(struct vec_world *w, const char *fmt, ...);
int vec_check_range(struct vec_world *w, s64 value, s64 low, s64 high);
int vec_check_fresh(struct vec_world *w, s64 id);
/* A process that has not exited. */
int vec_get_live(struct vec_world *w, s64 pid, struct vec_proc **p);
/* Thread arg[1] of process arg[0], neither of which has exited. */
int vec_get_thread(struct vec_world *w, const s64 *arg, struct vec_task **t);

struct vec_proc *vec_find_proc(struct vec_world *w, s64 pid);
struct vec_task *vec_find_task(struct vec_world *w, s64 tid);
bool vec_runnable(const struct vec_task *t);
/* The thread polls its call again, after everybody who was woken before. */
void vec_wake(struct vec_task *t);

int vec_add_task(struct vec_world *w, struct vec_proc *p, u32 tid);
/* @maker is the thread of @parent that makes it. */
int vec_add_proc(struct vec_world *w, struct vec_proc *parent, u32 maker, u32 pid,
		 int exit_signal);
void vec_thread_leaves(struct vec_world *w, struct vec_task *t, int code);

/* vectors_facts.c: Linux's half of the events, and what it knows then */

u64 vec_linux_next(struct vec_world *w);
void vec_linux_group_exits(struct vec_proc *p);
void vec_linux_stops(struct vec_proc *p, int signo);
void vec_linux_continues(struct vec_proc *p);
void vec_linux_traced(struct vec_world *w, struct vec_task *t, u32 tracer);
void vec_linux_trace(struct vec_world *w, struct vec_proc *p, u32 tracer);
void vec_linux_detach(struct vec_world *w, struct vec_proc *p);
void vec_linux_ptrace_stop(struct vec_task *t, int signo, u32 event,
			   bool is_syscall);
void vec_linux_thread_exits(struct vec_task *t, int code);
void vec_linux_process_exits(struct vec_world *w, struct vec_proc *p);
void vec_linux_consumed(struct vec_world *w, const struct aw_process *caller,
			const struct aw_decision *d);
void vec_linux_executes(struct vec_proc *p);
void vec_linux_orphaned(struct vec_world *w, struct vec_proc *p);
u32 vec_linux_hanger(struct vec_world *w, const struct aw_process *p);
unsigned int vec_linux_count(struct vec_world *w);
void vec_linux_facts(struct vec_world *w, const struct vec_task *caller,
		     struct aw_facts *facts);
struct vec_proc *vec_linux_oldest(struct vec_world *w,
				  const struct aw_process *parent);

/* vectors_explain.c */
/* Gets room for n facts and candidates, which is to be freed.  0 or -ENOMEM. */
int vec_room(struct aw_facts *facts, struct aw_snapshot *room, unsigned int n);

/* Asks linux what it would say to a call now, and tells @explain. */
int vec_explain(struct vec_world *w, struct vec_call *c);

/* vectors_calls.c */

/* Checks the arguments of @ctx, a call. */
int vec_parse(struct aw_request *req, void *ctx);

/* Applies a line; what the wait calls do is appended to @out. */
int vec_apply(struct vec_world *w, const struct vec_op *op);
void vec_drop_calls(struct vec_world *w);

#endif /* _ALTWAIT_VECTORS_WORLD_H */
