/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The differential fuzzer: random process trees that make random wait calls, in
 * shadow mode, so that the module itself judges each call.
 *
 * A round is a script of operations, all made from the round's seed before it
 * begins.  The stage, which is outside of the tree, hands them one by one to the
 * actors: processes and threads that do nothing but obey.
 *
 *   script.c  makes scripts, and says what is in them
 *   print.c   prints them
 *   actor.c   a task of the tree: obeys
 *   calls.c   a wait call of an actor
 *   progress.c  how far an actor is with its operation
 *   stage.c   a round: hands out the operations, and ends all in the end
 *   look.c    what the twins see of the actors after each operation
 *   shrink.c  leaves out what a difference does not need
 *   program.c  a script as a program of its own, which is stand-alone.c.in's with it
 *   scenario.c  a play under starry, written down for altwait-model
 *   twin.c    a script, played by stock and by a policy, and what came of it beside
 *	       each other
 *   alike.c   what does not depend on the script is the same in all plays of it
 *   totals.c  what many rounds came to
 *   fuzz.c    the program: rounds, totals, what to make of them
 */
#ifndef _SELFTESTS_FUZZ_PLAY_H
#define _SELFTESTS_FUZZ_PLAY_H

#include <stdbool.h>
#include <stdio.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#include <linux/altwait.h>
#include <linux/types.h>

#define MAX_ACTORS	10
#define MAX_OPS		120
#define MAX_BURST	16
/* of the twins, whose calls cost less */
#define MAX_TWIN_BURST	64

/* ------------------------------------------------------------- the script */

/* Keep in step with op_names in print.c. */
enum op_kind {
	OP_FORK, OP_NAMESPACE, OP_THREAD, OP_WAIT, OP_EXIT, OP_EXIT_GROUP, OP_KILL,
	OP_TGKILL, OP_SETPGID, OP_SETSID, OP_SUBREAPER, OP_TRACEME, OP_ATTACH,
	OP_SEIZE, OP_RESUME, OP_EXEC, OP_SIGCHLD, OP_MASK, OP_UID, OP_REAP,
	OP_KINDS,
};

/*
 * @kind:  what to do
 * @actor: who shall do it
 * @other: to whom; for those that make a task, who that shall be
 * @first, @end: for OP_WAIT, of the burst's calls those that are made
 * @loose: the next operation does not wait for this one's end
 * @patient: the calls may sleep, and ask for something that may come
 * @gone:  shrinking has taken it out
 * @word:  where all other choices come from
 */
struct op {
	__u8		kind;
	__u8		actor;
	__u8		other;
	__u8		first;
	__u8		end;
	bool		loose;
	bool		patient;
	bool		gone;
	__u64	word;
};

struct script {
	unsigned int	n;
	struct op	ops[MAX_OPS];
};

/* What SIGCHLD does; stand-alone.c.in has the numbers. */
enum action { ACTION_DEFAULT, ACTION_IGNORE, ACTION_HANDLER };

/* ------------------------------------------------------------- a wait call */

/* Keep in step with call_names in print.c. */
enum call_nr { CALL_WAIT4, CALL_WAITID, CALL_WAIT4_32, CALL_WAITID_32,
	       CALL_WAITPID_32, CALLS };

/* Where an argument points; keep in step with place_names in print.c. */
enum place { PLACE_GOOD, PLACE_NULL, PLACE_NONE, PLACE_READONLY, PLACE_EDGE,
	     PLACE_KERNEL, PLACES,
	     /* the twins' alone */
	     PLACE_UNALIGNED = PLACES, PLACE_TOP, PLACE_LATE, PLACE_SAME, TWIN_PLACES };

/* What an id is; keep in step with id_names in print.c. */
enum id_kind { ID_ANY, ID_ZERO, ID_ACTOR, ID_GROUP, ID_PIDFD, ID_NONBLOCK,
	       ID_JUNK };

struct call {
	enum call_nr	nr;
	int		which;
	enum id_kind	id_kind;
	int		id;	/* an actor, or what the id is */
	unsigned int	options;
	enum place	status;	/* or infop */
	enum place	rusage;
};

/*
 * What came of a call.
 * @tid, @tgid: who made it
 * @id:    that it was made with
 * @opened: if that is a pidfd, whose
 * @order: how many calls had returned before
 */
struct outcome {
	__u8	op;
	__u8	call;
	bool	done;
	__s32	ret;
	__s32	status;
	__s32	tid;
	__s32	tgid;
	__s32	id;
	__s32	opened;
	__u32	order;
};

/* Where the two buffers stand in an actor's page, and in its page that comes later. */
#define TWIN_STATUS	64
#define TWIN_RUSAGE	320
#define TWIN_LATE_RUSAGE 256
/* Before the end of user space. */
#define TWIN_TOP	64

/*
 * What a call has left in memory, which was poisoned before; the twins'.
 * @low:  the beginning of the actor's page, with both buffers,
 * @edge: its end,
 * @rest: and whether anything between them was written
 * @late: of the page that was not there before the call
 * @top:  the end of user space, with a margin before the buffer
 * @handled: how many signals were handled by then
 */
struct shot {
	__u8	low[512];
	__u8	edge[64];
	__u8	late[512];
	__u8	top[128];
	bool	rest;
	__u32	handled;
};

/*
 * What came of an operation.
 * @asked: the actor was asked for it
 * @poked: the actor did not listen, and got a signal
 */
struct result {
	bool	asked;
	bool	done;
	__u8	poked;
	__u8	other;
	__s32	ret;
};

/* A signal that a handler got: what its siginfo says, and who has got it. */
struct arrival {
	__s32	sig;
	__s32	code;
	__s32	pid;
	__s32	status;
	__u32	uid;
	__s32	by;
};

#define MAX_ARRIVALS	512

/*
 * An actor after an operation.
 * @state: as in /proc
 * @pidfd: r, its process's pidfd is readable; w, it is not; -, there is none
 */
struct look {
	char	state;
	char	pidfd;
};

/* Whom the stage has reaped in the end. */
struct reaped {
	__s32	pid;
	__s32	status;
};

#define MAX_REAPED	64

/* Keep in step with end_names in print.c. */
enum end { END_REPORT, END_NOTHING, END_ECHILD, END_EINVAL, END_EFAULT, END_EINTR,
	   END_ESRCH, END_EBADF, END_EAGAIN, END_OTHER, ENDS };

/* -------------------------------------------------------------- the shared */

/*
 * An actor, as the stage and itself see it.
 *
 * @tid, @tgid: in the first pid namespace; 0: nobody
 * @asked, @done: how many operations; a futex each
 * @op, @number: the one that was asked for last, its place in the script
 * @at:    the call that it is in, of the burst
 * @nested: it is in a pid namespace of its own
 * @known: it has said who it is
 * @made_by: the operation by which it was made, where it has a maker
 * @maker: who was asked to make it, by operation @number, and 1; 0: the stage was
 */
struct actor {
	__s32		tid;
	__s32		tgid;
	__u32	asked;
	__u32	done;
	struct op	op;
	__u8		number;
	__u8		at;
	bool		nested;
	bool		known;
	__u8		made_by;
	__u8		maker;
};

/* Mapped by the stage and by all actors; one for each job. */
struct shared {
	struct actor	actors[MAX_ACTORS];
	struct result	results[MAX_OPS];
	__u32	n_outcomes;
	__u32	n_returned;
	struct outcome	outcomes[MAX_OPS * MAX_TWIN_BURST];
	__u64	ops[OP_KINDS];		/* that succeeded */
	__u64	ends[CALLS][ENDS];
	bool		broken;		/* an actor could not do what an actor does */
	bool		twin;		/* what follows is filled in */
	bool		model;		/* the scripts are what the model has words for */
	__s32		born[MAX_OPS];	/* the task that an operation has made */
	__u32		n_arrivals;
	struct arrival	arrivals[MAX_ARRIVALS];
	struct look	looks[MAX_OPS][MAX_ACTORS];	/* after each operation */
	__u32		n_reaped;
	struct reaped	reaped[MAX_REAPED];
	struct shot	shots[MAX_OPS * MAX_TWIN_BURST];
};

/* What a round, or many, came to. */
struct totals {
	__u64	rounds;
	__u64	made;		/* calls, by the actors' count */
	__u64	stuck;
	__u64	unlike;		/* of twins: that were not like each other, */
	__u64	chance;		/* and once were not, but were when they were played again */
	struct altwait_verdicts	v;
};

/* What a job has come to. */
struct job {
	struct totals	totals;
	__u64	ops[OP_KINDS];
	__u64	ends[CALLS][ENDS];
	bool		failed;
};

/* In the place of a task's number: and the operation that has made it. */
#define ALIKE_NAMED	0x40000000

/* ---------------------------------------------------------------- functions */

extern bool script_twin;
extern bool script_model;
__u64 mix(__u64 x);
unsigned int pick(__u64 *word, unsigned int n);
void script_make(struct script *s, __u64 seed);
bool script_has_calls(const struct op *op);
void script_call(const struct op *op, unsigned int i, struct call *c);
unsigned long script_flags(const struct op *op);
int script_signal(const struct op *op);
unsigned long script_seize(const struct op *op);
void script_request(const struct op *op, int *request, long *data);
unsigned long script_allowed(const struct op *op, unsigned long options);
int script_sigchld(const struct op *op, int *flags);
__u64 script_mask(const struct op *op);
extern const char program_text[];
void program_print(FILE *f, const struct script *s, const struct shared *sh);
void script_print(FILE *f, const struct script *s, const struct shared *sh);
void script_print_arguments(FILE *f, const struct call *c);
void script_print_call(FILE *f, const struct call *c, const struct outcome *o);
enum end call_end(const struct call *c, long ret, int pid);
extern const char *const op_names[OP_KINDS];
extern const char *const call_names[CALLS];
extern const char *const end_names[ENDS];

long raw(long nr, long a, long b, long c, long d, long e);
long raw32(long nr, long a, long b, long c, long d, long e);
void futex_wait(__u32 *at, __u32 value, unsigned int ms);
void futex_wake(__u32 *at);

bool calls_prepare(void);
long calls_make(struct shared *sh, const struct actor *me, const struct call *c,
		int *pid, struct outcome *o, struct shot *shot);

noreturn void actor_run(struct shared *sh, unsigned int i);
noreturn void actor_again(int fd, unsigned int i);

/* An operation that takes longer is stuck: emulated machines are slow. */
#define DEADLINE_MS	60000

__u64 progress_now_ms(void);
void progress_begin(void);
char progress_state(const struct actor *a);
bool progress_is_dead(char state);
bool progress_has_done(const struct actor *a);
bool progress_await(const struct actor *a);
char progress_settle(const struct actor *a);

void scenario_begin(FILE *f, const struct shared *sh, __u64 round);
bool scenario_has(const struct shared *sh, const struct op *op);
void scenario_step(const struct shared *sh, const struct script *s, unsigned int number);
void scenario_end(const struct shared *sh);

bool look_at_all(struct shared *sh, unsigned int number);
void look_end(void);

void alike_begin(void);
__s32 alike_name(const struct shared *sh, __s32 pid);
void alike_make(const struct shared *sh, const struct script *s, struct outcome *o,
		struct shot *shot);

void totals_print(const struct job *all, __u64 seed);
bool totals_have_all(const struct job *all);
extern const char *const totals_quirks[];

struct shared *shared_make(void);
int shared_fd(void);
bool stage_play(struct shared *sh, const struct script *s, int device,
		unsigned int policy, unsigned int flags);
bool stage_end(struct shared *sh);
bool stage_scenario(struct shared *sh, const struct script *s, __u64 round, FILE *f,
		    struct totals *t);
void stage_take_turns(unsigned int cpu);
void totals_add(struct totals *t, const struct altwait_verdicts *v);
bool stage_round(struct shared *sh, const struct script *s, struct totals *t,
		 struct altwait_example *found);
void script_shrink(struct script *s, bool (*differs)(const struct script *s),
		   unsigned int seconds);
bool shrink_in_time(void);
void shrink_verdict(struct shared *sh, struct script *s,
		    const struct altwait_verdict *verdict, struct totals *t,
		    unsigned int seconds);
bool twin_round(struct shared *sh, const struct script *s, unsigned int policy,
		struct totals *t, FILE *say);
void twin_write(struct shared *sh, const struct script *s, __u64 round, FILE *f,
		struct totals *t);
void twin_shrink(struct shared *sh, struct script *s, unsigned int policy,
		 unsigned int seconds);

#endif /* _SELFTESTS_FUZZ_PLAY_H */
