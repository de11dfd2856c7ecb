/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An agent: a child of the subject's that does what the subject tells it, for
 * tests in which two processes make calls in a fixed order.
 */
#ifndef _SELFTESTS_AGENT_H
#define _SELFTESTS_AGENT_H

#include "ptrace.h"

enum agent_op { AGENT_PTRACE = 1, AGENT_WAIT, AGENT_CHILD, AGENT_TRAPPED };
enum agent_turn { AGENT_FREE, AGENT_BUSY, AGENT_DONE };

/**
 * struct agent - shared with it
 * @turn:    whose it is, a futex
 * @op:      what the agent shall do
 * @pid:     the agent's
 * @call:    of AGENT_WAIT, before and after
 * @child:   that AGENT_CHILD made
 * @request: of AGENT_PTRACE
 * @tid:     its thread, or that of AGENT_TRAPPED
 * @data:    its last argument
 * @ret:     what it returned, a negative errno if it failed
 */
struct agent {
	atomic_uint	turn;
	enum agent_op	op;
	pid_t		pid;
	struct call	call;
	struct child	child;
	long		request;
	pid_t		tid;
	long		data;
	long		ret;
};

static inline void agent_turn(struct agent *a, enum agent_turn turn)
{
	atomic_store(&a->turn, turn);
	futex_wake(&a->turn);
}

/* The agent waits for an order as long as the test lasts. */
static inline void agent_await_order(struct agent *a)
{
	long end = now_ms() + SUBJECT_SECONDS * 1000;
	unsigned int now;

	while ((now = atomic_load(&a->turn)) != AGENT_BUSY) {
		still_time(end, "an order for the agent");
		futex_wait(&a->turn, now, end - now_ms());
	}
}

/* The subject looks now and then whether the agent has died of it. */
static inline void agent_await_end(struct agent *a)
{
	static const char * const what[] = {
		[AGENT_PTRACE] = "end of the agent's ptrace(2)",
		[AGENT_WAIT] = "end of the agent's wait call",
		[AGENT_CHILD] = "a child of the agent's",
		[AGENT_TRAPPED] = "a stop of the agent's tracee",
	};
	long end = now_ms() + PATIENCE_MS;
	unsigned int now;

	while ((now = atomic_load(&a->turn)) != AGENT_DONE) {
		still_time(end, what[a->op]);
		futex_wait(&a->turn, now, 1000);
	}
}

static noreturn inline void agent_main(struct agent *a)
{
	for (;;) {
		agent_await_order(a);
		a->ret = 0;
		switch (a->op) {
		case AGENT_PTRACE:
			if (pt(a->request, a->tid, 0, a->data))
				a->ret = -errno;
			break;
		case AGENT_WAIT:
			call_run(&a->call);
			break;
		case AGENT_CHILD:
			a->child = child_hold();
			break;
		case AGENT_TRAPPED:
			until_trapped(a->tid);
			break;
		}
		agent_turn(a, AGENT_DONE);
	}
}

static inline struct agent *agent_make(void)
{
	struct agent *a = mmap(NULL, sizeof(*a), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (a == MAP_FAILED)
		die("mmap");
	pid = child_fork();
	if (!pid)
		agent_main(a);
	a->pid = pid;
	return a;
}

static inline void agent_begin(struct agent *a, enum agent_op op)
{
	a->op = op;
	agent_turn(a, AGENT_BUSY);
}

static inline void agent_end(struct agent *a)
{
	agent_await_end(a);
	agent_turn(a, AGENT_FREE);
}

static inline long agent_ptrace(struct agent *a, long request, pid_t tid,
				long data)
{
	a->request = request;
	a->tid = tid;
	a->data = data;
	agent_begin(a, AGENT_PTRACE);
	agent_end(a);
	return a->ret;
}

/* Returns when tid, a tracee of the agent's, stands in a stop. */
static inline void agent_until_trapped(struct agent *a, pid_t tid)
{
	a->tid = tid;
	agent_begin(a, AGENT_TRAPPED);
	agent_end(a);
}

static inline struct child agent_child(struct agent *a)
{
	agent_begin(a, AGENT_CHILD);
	agent_end(a);
	return a->child;
}

static inline void agent_wait_begin(struct agent *a, struct call call)
{
	a->call = call;
	agent_begin(a, AGENT_WAIT);
}

/* Begins the call, and sees the agent asleep in it. */
static inline void agent_sleep(struct agent *a, struct call call)
{
	agent_wait_begin(a, call);
	until_asleep(a->pid, a->pid, call.nr);
}

#define EXPECT_AGENT_END(a, ...)					\
	do {								\
		agent_end(a);						\
		EXPECT_CALL(&(a)->call, __VA_ARGS__);			\
	} while (0)

/* The agent's wait4(id, ..., options, ...) is to leave this. */
#define EXPECT_AGENT_WAIT4(a, id, options, ...)				\
	do {								\
		agent_wait_begin(a, call_wait4(id, options));		\
		EXPECT_AGENT_END(a, __VA_ARGS__);			\
	} while (0)

#define EXPECT_AGENT_WAITID(a, idtype, id, options, ...)		\
	do {								\
		agent_wait_begin(a, call_waitid(idtype, id, options));	\
		EXPECT_AGENT_END(a, __VA_ARGS__);			\
	} while (0)

#endif /* _SELFTESTS_AGENT_H */
