/* SPDX-License-Identifier: GPL-2.0 */
/* A tracee of several threads, each of which does what it is told. */
#ifndef _SELFTESTS_SCENE_H
#define _SELFTESTS_SCENE_H

#include "ptrace.h"

/* What the threads of a tracee are told to do. */
enum order {
	ORDER_END = 1, ORDER_TRAP, ORDER_EXEC, ORDER_END_GROUP, ORDER_UID
};

/* Whoever has been told ORDER_UID, by the raw system call: that thread alone. */
#define OTHER_UID 12345

#define N_THREADS 3
#define N_ORDERS 4

/*
 * A process of three threads. @tid[0] is the leader's, the others ascend.
 * @slot: a row of slots for the orders of each, one slot an order
 */
struct threads {
	pid_t		pid;
	pid_t		tid[N_THREADS];
	unsigned int	slot[N_THREADS][N_ORDERS];
	unsigned int	told[N_THREADS];
};

static struct threads *scene;

static inline void obey(unsigned int order)
{
	char *argv[] = { "/bin/true", NULL };

	switch (order) {
	case ORDER_TRAP:
		signal_thread(getpid(), gettid(), SIGUSR1);
		break;
	case ORDER_EXEC:
		execv(argv[0], argv);
		die(argv[0]);
	case ORDER_END_GROUP:
		_exit(9);
	case ORDER_UID:
		if (syscall(SYS_setresuid, OTHER_UID, OTHER_UID, OTHER_UID))
			die("setresuid");
		break;
	}
}

/* SYS_exit, since the C library's ends the process with its last thread. */
static inline void *thread_main(void *arg)
{
	unsigned int me = (unsigned long)arg, i = 0, order;

	atomic_store(&stage->note[me], gettid());
	while (i < N_ORDERS &&
	       (order = stage_take(scene->slot[me][i++])) != ORDER_END)
		obey(order);
	syscall(SYS_exit, me);
	return NULL;
}

static inline void threads_main(void)
{
	unsigned long i;

	for (i = 1; i < N_THREADS; i++) {
		thread_start(thread_main, (void *)i);
		UNTIL(atomic_load(&stage->note[i]), "start of a thread");
	}
	thread_main(NULL);
}

static inline void scene_make(struct threads *s)
{
	unsigned int i, j;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < N_THREADS; i++) {
		atomic_store(&stage->note[i], 0);
		for (j = 0; j < N_ORDERS; j++)
			s->slot[i][j] = stage_slot();
	}
	scene = s;
}

static inline void scene_ready(struct threads *s)
{
	unsigned int i;

	UNTIL(atomic_load(&stage->note[0]), "start of the leader");
	for (i = 0; i < N_THREADS; i++)
		s->tid[i] = atomic_load(&stage->note[i]);
}

/* Untraced, all threads waiting for orders. */
static inline void scene_start(struct threads *s)
{
	scene_make(s);
	s->pid = child_fork();
	if (!s->pid) {
		threads_main();
		_exit(1);
	}
	scene_ready(s);
}

static inline void seize_all(struct threads *s, long options)
{
	unsigned int i;

	for (i = 0; i < N_THREADS; i++)
		if (pt(PTRACE_SEIZE, s->tid[i], 0, options))
			die("PTRACE_SEIZE");
}

static inline void tell(struct threads *s, unsigned int who, unsigned int order)
{
	if (s->told[who] == N_ORDERS) {
		errno = ENOSPC;
		die("orders for a thread");
	}
	stage_give(s->slot[who][s->told[who]++], order);
}

static inline void scene_kill(struct threads *s)
{
	signal_send(s->pid, SIGKILL);
}

static inline void until_thread_gone(struct threads *s, unsigned int who)
{
	char state;

	UNTIL(!(state = task_state(s->pid, s->tid[who])) || state == 'Z' ||
	      state == 'X', "exit of a thread");
	until_notified();
}

/* No report of that id, which has somebody to report. */
#define EXPECT_NOTHING(id) EXPECT_WAIT4(id, __WALL | WNOHANG, .pid = 0)

#endif /* _SELFTESTS_SCENE_H */
