/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Beside probe.h: tracees, processes of several threads, and an agent, a second
 * process that makes calls when it is told to.
 */
#ifndef WAITPRINT_TRACER_H
#define WAITPRINT_TRACER_H

#include <linux/ptrace.h>

#define EVENT_STOP(sig)	((sig) | PTRACE_EVENT_STOP << 8)

/* The C library's wrapper has its own ideas of some requests. */
static inline long trace(long request, pid_t tid, long data)
{
	return syscall(SYS_ptrace, request, tid, 0L, data);
}

static inline void must_trace(long request, pid_t tid, long data)
{
	if (trace(request, tid, data))
		failed(request == PTRACE_SEIZE ? "PTRACE_SEIZE" : "ptrace");
}

/* A request passes when the tracee stands still, and its tracer was told. */
static inline bool is_trapped(pid_t tid)
{
	unsigned long message;

	if (!trace(PTRACE_GETEVENTMSG, tid, (long)&message))
		return true;
	if (errno != ESRCH)
		failed("PTRACE_GETEVENTMSG");
	return false;
}

static inline void until_trapped(pid_t tid)
{
	UNTIL(is_trapped(tid), "a ptrace stop");
}

/* Sends a signal, and sees the tracee stop for it. */
static inline void trap(pid_t pid, int sig)
{
	send(pid, sig);
	until_trapped(pid);
}

static inline void interrupt(pid_t tid)
{
	must_trace(PTRACE_INTERRUPT, tid, 0);
	until_trapped(tid);
}

static inline void take_stop(pid_t tid)
{
	struct call c = wait_4(tid, __WALL | WNOHANG);

	if (c.ret <= 0)
		say(OTHER_WAY, "a ptrace stop of %d is not reported", tid);
}

/* A child that is traced by the caller. */
static inline struct child hold_traced(void)
{
	struct child c = hold();

	must_trace(PTRACE_SEIZE, c.pid, 0);
	return c;
}

/* A traced child in the ptrace stop that a group stop is. */
static inline struct child hold_in_group_stop(void)
{
	struct child c = hold_traced();

	trap(c.pid, SIGSTOP);
	take_stop(c.pid);
	must_trace(PTRACE_CONT, c.pid, SIGSTOP);
	until_trapped(c.pid);
	return c;
}

/* From wherever it is to the entry of its next system call. */
static inline void to_syscall_stop(pid_t tid)
{
	interrupt(tid);
	take_stop(tid);
	must_trace(PTRACE_SYSCALL, tid, 0);
	until_trapped(tid);
}

/* ------------------------------------------------ a process of three threads */

#define THREADS		3
#define OTHER_UID	12345

enum thread_order { END_THREAD = 1, END_PROCESS, TRAP_THREAD, CHANGE_UID };

/* struct threads - @tid[0] is the leader; the others are younger, in this order */
struct threads {
	pid_t pid;
	pid_t tid[THREADS];
	int order[THREADS][2];
	int started[2];
};

static inline void *thread_main(void *arg)
{
	struct threads *t = arg;
	pid_t tid = syscall(SYS_gettid);
	int me = 0;

	/* Each is started when those before it have their number. */
	while (t->tid[me])
		me++;
	if (write(t->started[1], &tid, sizeof(tid)) != sizeof(tid))
		failed("write");
	*(volatile pid_t *)&t->tid[me] = tid;
	for (;;) {
		switch (take_byte(t->order[me][0])) {
		case END_THREAD:
			/* The C library's ends the process with its last thread. */
			syscall(SYS_exit, me);
			break;
		case END_PROCESS:
			_exit(9);
		case TRAP_THREAD:
			syscall(SYS_tgkill, getpid(), tid, SIGUSR1);
			break;
		case CHANGE_UID:
			/* The raw call changes this thread alone. */
			if (syscall(SYS_setresuid, OTHER_UID, OTHER_UID, OTHER_UID))
				failed("setresuid");
			break;
		}
	}
	return NULL;
}

static inline pid_t take_tid(struct threads *t)
{
	pid_t tid;

	if (read(t->started[0], &tid, sizeof(tid)) != sizeof(tid))
		failed("read");
	return tid;
}

/* All wait for orders. */
static inline void hold_threads(struct threads *t)
{
	int i;

	doing("threads to start");
	memset(t, 0, sizeof(*t));
	make_pipe(t->started);
	for (i = 0; i < THREADS; i++)
		make_pipe(t->order[i]);
	t->pid = make_child();
	if (!t->pid) {
		struct threads *all = malloc(sizeof(*all));
		pid_t leader = getpid();

		*all = *t;
		all->tid[0] = leader;
		for (i = 1; i < THREADS; i++) {
			start_thread(thread_main, all);
			UNTIL(*(volatile pid_t *)&all->tid[i], "the start of a thread");
		}
		all->tid[0] = 0;
		thread_main(all);
	}
	/* Written by each when it has started, the leader last. */
	t->tid[1] = take_tid(t);
	t->tid[2] = take_tid(t);
	t->tid[0] = take_tid(t);
}

static inline void tell_thread(struct threads *t, int who, enum thread_order order)
{
	give_byte(t->order[who][1], order);
}

static inline void until_thread_gone(struct threads *t, int who)
{
	char state;

	need_proc();
	UNTIL(!(state = task_state(t->pid, t->tid[who])) || state == 'Z' || state == 'X',
	      "the end of a thread");
	settle();
}

static inline void end_process(struct threads *t)
{
	int i;

	tell_thread(t, 2, END_PROCESS);
	for (i = 0; i < THREADS; i++)
		until_thread_gone(t, i);
}

/* ------------------------------------------------------------------- an agent */

enum agent_op { AGENT_TRACE, AGENT_WAIT, AGENT_CHILD, AGENT_TRAPPED };

/* struct agent_order - what it is to do, and then what came of it */
struct agent_order {
	enum agent_op op;
	long request;
	pid_t tid;
	long data;
	long error;
	struct call call;
	struct child child;
};

struct agent {
	pid_t pid;
	int to;
	int from;
};

static inline void agent_obey(struct agent_order *o)
{
	switch (o->op) {
	case AGENT_TRACE:
		o->error = trace(o->request, o->tid, o->data) ? errno : 0;
		break;
	case AGENT_WAIT:
		make(&o->call);
		break;
	case AGENT_CHILD:
		o->child = hold();
		break;
	case AGENT_TRAPPED:
		until_trapped(o->tid);
		break;
	}
}

static inline struct agent make_agent(void)
{
	int to[2], from[2];
	struct agent a;

	make_pipe(to);
	make_pipe(from);
	a = (struct agent) { .to = to[1], .from = from[0] };
	a.pid = make_child();
	if (!a.pid) {
		struct agent_order o;

		while (read(to[0], &o, sizeof(o)) == sizeof(o)) {
			agent_obey(&o);
			if (write(from[1], &o, sizeof(o)) != sizeof(o))
				break;
		}
		_exit(0);
	}
	return a;
}

static inline struct agent_order ask(struct agent *a, struct agent_order o)
{
	if (write(a->to, &o, sizeof(o)) != sizeof(o) ||
	    read(a->from, &o, sizeof(o)) != sizeof(o))
		failed("an order for another process");
	return o;
}

static inline void agent_trace(struct agent *a, long request, pid_t tid, long data)
{
	struct agent_order o = ask(a, (struct agent_order) {
		.op = AGENT_TRACE, .request = request, .tid = tid, .data = data,
	});

	errno = o.error;
	if (errno)
		failed(request == PTRACE_SEIZE ? "PTRACE_SEIZE" : "ptrace");
}

static inline struct call agent_wait(struct agent *a, pid_t pid, long options)
{
	doing("wait4 of the tracer's");
	return ask(a, (struct agent_order) {
		.op = AGENT_WAIT, .call = a_wait4(pid, options | __WALL),
	}).call;
}

static inline void agent_until_trapped(struct agent *a, pid_t tid)
{
	doing("a ptrace stop");
	ask(a, (struct agent_order) { .op = AGENT_TRAPPED, .tid = tid });
}

/* Somebody else's child; its pipe is not ours. */
static inline pid_t agent_child(struct agent *a)
{
	return ask(a, (struct agent_order) { .op = AGENT_CHILD }).child.pid;
}

/* A child that somebody else traces. */
static inline struct agent traced_by_other(struct child *c)
{
	struct agent a = make_agent();

	*c = hold();
	agent_trace(&a, PTRACE_SEIZE, c->pid, 0);
	return a;
}

/* A child of which somebody else traces a thread that is not the leader. */
static inline struct agent thread_traced_by_other(struct threads *t)
{
	struct agent a = make_agent();

	hold_threads(t);
	agent_trace(&a, PTRACE_SEIZE, t->tid[1], 0);
	return a;
}

#endif /* WAITPRINT_TRACER_H */
