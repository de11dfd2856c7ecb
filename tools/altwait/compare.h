/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait compare: what its parts share.
 *
 * decode.c, runlog.c, align.c and report.c are pure: events in, text out.
 * launch.c runs the command, events.c reads what the kernel says of it; save.c keeps
 * what trace-cmd and Perfetto show of it.
 */
#ifndef TOOLS_COMPARE_H
#define TOOLS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include <linux/altwait.h>

#include "altwait.h"

/* ------------------------------------------------- decode.c: into words */

enum wait_syscall { CALL_WAIT4, CALL_WAITID };

/**
 * struct wait_args - a wait call's arguments, as altwait_wait_enter has them
 * @call: enum wait_syscall
 * @which: wait4's pid argument, waitid's idtype
 * @id: waitid's id
 * @options: as given
 */
struct wait_args {
	int call;
	int which;
	int id;
	unsigned int options;
};

/**
 * struct wait_answer - what a call was told
 * @kind: enum altwait_kind
 * @ret: the return value, a negative errno for a failure
 * @pid: who is reported, or 0
 * @status: the status word; wait4 only
 * @code: si_code; waitid only
 * @cld_status: si_status; waitid only
 */
struct wait_answer {
	unsigned int kind;
	int ret;
	int pid;
	int status;
	int code;
	int cld_status;
};

/* Who has a pid: a name that is the same in both runs. */
typedef const char *(*name_of)(const void *context, int pid);

/* "wait4(P1.2, WNOHANG)"; the caller frees it. */
char *decode_args(const struct wait_args *args, name_of name, const void *context);

/* "P1.2: exited 0", "still asleep"; the caller frees it. */
char *decode_answer(const struct wait_args *args, const struct wait_answer *answer,
		    name_of name, const void *context);

/* enum altwait_verdict_kind, in a word; NULL for another one. */
const char *decode_verdict(unsigned int verdict);

/* How a process ended, by the status word of wait4. */
void print_status(FILE *to, int status);

/* Likewise, as a text that the caller frees. */
char *decode_status(int status);

/* ---------------------------------------- runlog.c: the calls of a run */

enum log_kind {
	LOG_NEWTASK,	/* the thread has made a thread or process */
	LOG_ENTER,	/* a wait call begins */
	LOG_ANSWER,	/* what it is told: the last one counts */
	LOG_EXIT,	/* it ends */
	LOG_SIGNAL,	/* a handler is about to run in the thread */
	LOG_ENROLL,	/* the process is enrolled */
	LOG_DISMISS,	/* the process goes back to stock */
	LOG_POLICY,	/* it is enrolled again */
	/* For a picture only: */
	LOG_EXEC,	/* the process executes a program */
	LOG_STOP,	/* the thread stops by a signal, and nobody handles it */
	LOG_TRAP,	/* it stops for its tracer */
	LOG_CONTINUE,	/* somebody lets it go on, or it says that it does */
	LOG_LEAVE,	/* it exits */
};

/**
 * struct wait_verdict - what shadow mode says of a call
 * @given: it says something
 * @verdict: enum altwait_verdict_kind
 * @control: what linux would have said
 * @policy: what the policy would have
 * @quirks: those that explain why it differs
 */
struct wait_verdict {
	bool given;
	unsigned int verdict;
	struct wait_answer control;
	struct wait_answer policy;
	quirk_set quirks;
};

/* What the kernel's TASK_COMM_LEN leaves room for */
#define COMM_LENGTH	16

/* struct log_event - what a thread did, in the order in which it happened */
struct log_event {
	enum log_kind kind;
	int tid;
	unsigned long long time;	/* by a clock that may disagree; 0: unknown */
	char comm[COMM_LENGTH];		/* its name, or that of the one that is made */
	union {
		struct {
			int tid;
			bool is_thread;
		} newtask;
		struct wait_args enter;
		struct {
			struct wait_answer answer;
			struct wait_verdict verdict;
		};
		long ret;		/* of LOG_EXIT */
		struct {
			int sig;	/* of LOG_SIGNAL, LOG_STOP */
			bool restarts;	/* LOG_SIGNAL: the handler has SA_RESTART */
		};
		int target;		/* LOG_CONTINUE: whom, if it is another one */
		int why;		/* of LOG_DISMISS */
		bool changes;		/* LOG_POLICY: policy, quirks or mode */
	};
};

/*
 * A call, from where the program makes it to where it goes on:
 *
 *	OPEN	  exit -> DONE, or INTERRUPTED if it returns a restart code
 *	INTERRUPTED  a handler runs -> RESTARTS or DONE, by its SA_RESTART;
 *		  the same call is made -> OPEN; another call is made -> DONE
 *	RESTARTS  the same call is made -> OPEN
 */
enum call_state { CALL_OPEN, CALL_INTERRUPTED, CALL_RESTARTS, CALL_DONE };

/**
 * struct told - what an answer is about
 * @about: whom it reports: the number of the task, or -1
 * @cause: what has happened to it: the number of the happening, or -1
 */
struct told {
	long about;
	long cause;
};

/**
 * struct said - an answer that nobody was given
 * @text: in words
 * @told: what it is about
 */
struct said {
	char *text;
	struct told told;
};

/**
 * struct call - a wait call of a thread
 * @asked: what is in it, as passed
 * @answer: what it was told; valid when @state is CALL_DONE
 * @state: enum call_state
 * @order: its number in the run
 * @times: how often it was made in a row: polls that find nothing are one
 * @args: decoded
 * @result: decoded; NULL until log_finish()
 * @told: what @answer is about
 * @began: the number of the event with which it began
 * @ended: likewise, with which it ended; -1: it did not
 * @verdict: of shadow mode, if it is given
 * @control: linux's answer, with a verdict
 * @policy: the policy's, likewise
 */
struct call {
	struct wait_args asked;
	struct wait_answer answer;
	enum call_state state;
	unsigned int order;
	unsigned int times;
	char *args;
	char *result;
	struct told told;
	long began;
	long ended;
	struct wait_verdict verdict;
	struct said control;
	struct said policy;
};

/**
 * struct happening - what is no wait call, but what such calls are about
 * @kind: LOG_NEWTASK and LOG_EXEC to LOG_LEAVE, LOG_SIGNAL
 * @task: the number of the task that it happens to
 * @by: of the one that does it
 * @at: the number of the event
 * @sig: the signal, or 0
 * @comm: the name that the task has then
 */
struct happening {
	enum log_kind kind;
	size_t task;
	size_t by;
	long at;
	int sig;
	char comm[COMM_LENGTH];
};

/* What a wait call can be told of */
#define LAST_KIND(kind)	((kind) - LOG_STOP)
#define LAST_KINDS	(LAST_KIND(LOG_LEAVE) + 1)

/**
 * struct task - a thread
 * @name: by its place in the fork tree: P1.2/2 is the second thread of the
 *	second child of the command
 * @leader: number of the task that stands for its process
 * @children: of a leader: how many processes it has made
 * @threads: of a leader: how many threads its process has had
 * @enrolled: of a leader: a policy answers its calls
 * @suspended: of @calls, how many are INTERRUPTED or RESTARTS
 * @open: the number of the call it is in, or -1
 * @calls: in the order in which they began
 * @n_calls: how many there are
 * @room: for how many there is room
 * @tid: its thread id
 * @maker: the number of the task that made it; its own: nobody here
 * @began: the number of the event with which it began
 * @ended: likewise, with which it ended; -1: it did not
 * @comm: its last name
 * @last: by LAST_KIND(kind), the number of the last happening; of a leader: in any
 *	thread of the process
 */
struct task {
	char *name;
	size_t leader;
	unsigned int children;
	unsigned int threads;
	bool enrolled;
	unsigned int suspended;
	long open;
	struct call *calls;
	size_t n_calls;
	size_t room;
	int tid;
	size_t maker;
	long began;
	long ended;
	char comm[COMM_LENGTH];
	long last[LAST_KINDS];
};

/**
 * struct run_log - who did what in a run
 * @tasks: in the order in which they were made
 * @n_tasks: how many there are
 * @room: for how many there is room
 * @by_tid: the number of the task that has a thread id now, + 1
 * @n_tids: length of @by_tid
 * @order: how many calls began
 * @trouble: why no comparison can be made, or NULL
 * @apart: polls that find nothing stay as many as they were
 * @happenings: what else there was
 * @n_happenings: how much
 * @happenings_room: for how much there is room
 * @times: of the events, by their number; as struct log_event has it
 * @n_events: how many there are
 * @times_room: for how many there is room
 */
struct run_log {
	struct task *tasks;
	size_t n_tasks;
	size_t room;
	size_t *by_tid;
	size_t n_tids;
	unsigned int order;
	const char *trouble;
	bool apart;
	struct happening *happenings;
	size_t n_happenings;
	size_t happenings_room;
	unsigned long long *times;
	size_t n_events;
	size_t times_room;
};

void log_begin(struct run_log *log, int root);
void log_event(struct run_log *log, const struct log_event *event);

/**
 * log_finish - no more events: what is open does not return
 * @log: gets the results that are missing
 * @ended: no process is left; then all must have been seen to leave
 */
void log_finish(struct run_log *log, bool ended);
void log_free(struct run_log *log);
const struct task *log_find(const struct run_log *log, const char *name);

/* Who has a pid now, as name_of has it; @context is the log. */
const char *log_name(const void *context, int pid);

/* A return value that no program sees: the kernel makes the call again. */
bool log_is_restart(long ret);

/* Memory that cannot be had ends the program. */
void *need(void *memory);

/* --------------------------------------- align.c: the calls of two tasks */

/**
 * enum mark - what a line says; the values are the marks
 * @MARK_SAME: both have it
 * @MARK_TIMING: a poll that found nothing or an interrupted call that was made
 *	again; how often that happens is chance
 * @MARK_DIFFERS: same call, other answer
 * @MARK_LEFT: only the first run has it
 * @MARK_RIGHT: only the second
 * @MARK_ORDER: what one run has here, the other has at another place, or for a
 *	poll instead of a wait
 */
enum mark {
	MARK_SAME	= ' ',
	MARK_TIMING	= '~',
	MARK_DIFFERS	= '|',
	MARK_LEFT	= '<',
	MARK_RIGHT	= '>',
	MARK_ORDER	= '%',
};

/**
 * struct row - a line of the comparison
 * @left: number of the first run's call, or -1
 * @right: number of the second's, or -1
 * @mark: enum mark
 */
struct row {
	long left;
	long right;
	enum mark mark;
};

/* Align the calls; either task may be NULL.  The caller frees *rows. */
size_t align(const struct task *left, const struct task *right, struct row **rows);

/* --------------------------------------------- report.c: the two columns */

/**
 * struct side - one of the two runs
 * @name: of the policy
 * @log: finished
 * @picture: likewise, with all polls; empty, where none is wanted
 * @status: the command's, as wait4 has it
 * @hung: it did not end in time; then @status means nothing
 * @uring: how many of its waits were submitted to io_uring
 */
struct side {
	const char *name;
	struct run_log log;
	struct run_log picture;
	int status;
	bool hung;
	unsigned long long uring;
};

/**
 * struct taste - what to make of the rows
 * @all: show those that do not differ, too
 * @moved: show MARK_ORDER, too
 * @any_order: MARK_ORDER is no difference
 */
struct taste {
	bool all;
	bool moved;
	bool any_order;
};

/* Print the comparison of sides[0] and sides[1]; is there a difference? */
bool report(FILE *to, const struct side sides[2], const struct taste *taste);

/* -------------------------------------------- launch.c: run the command */

/**
 * struct launch - a command that runs
 * @pid: its process
 * @go: it is held back until something is written here
 * @failed: readable if it did not get to run
 * @started: when, in the clock ticks of proc(5)
 * @status: how it ended, as wait4 has it
 */
struct launch {
	pid_t pid;
	int go;
	int failed;
	unsigned long long started;
	int status;
};

enum launch_end {
	LAUNCH_ENDED,	/* the command has ended, and all that it made */
	LAUNCH_LEFT,	/* the command has ended, and left something behind */
	LAUNCH_HUNG,	/* the time is over */
	LAUNCH_SIGNAL,	/* a signal asks us to end */
	LAUNCH_FAILED,	/* it did not run; the reason is printed */
};

/* From here to launch_restore() signals that would end us wait. */
void launch_prepare(void);
void launch_restore(void);

/**
 * struct launch_plan - what to run, and how
 * @policy: whose
 * @shadow: in shadow mode
 * @device: enrol it through this file, -1: through one that is opened for it
 * @output: where both its outputs go
 * @command: the command
 */
struct launch_plan {
	const struct policy *policy;
	bool shadow;
	int device;
	int output;
	char **command;
};

/* Make the process that will be the command, and hold it back. */
int launch_start(struct launch *launch, const struct launch_plan *plan);

/* Let it go, and wait until it and all that it makes have ended. */
enum launch_end launch_wait(struct launch *launch, unsigned int seconds);

/* Kill what is left of it.  Return: false if something cannot be killed. */
bool launch_kill(struct launch *launch);

/* --------------------------------------------- events.c: read the trace */

struct events;

/*
 * A trace instance; NULL: not to be had, and the reason is printed.  @picture: also of
 * what wait calls are about, and when it is.
 */
struct events *events_open(unsigned int buffer_kb, bool picture);

/* From here on, what @pid and all that it makes do is recorded. */
int events_begin(struct events *events, pid_t pid);
void events_stop(struct events *events);

/*
 * Put what was recorded into the log, and into another one if there is one.  Return: 0,
 * or -1 and it is printed.
 */
int events_read(struct events *events, struct run_log *log, struct run_log *picture);
void events_close(struct events *events);

#endif /* TOOLS_COMPARE_H */
