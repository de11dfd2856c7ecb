// SPDX-License-Identifier: GPL-2.0
/*
 * Children, which share their parent's memory: thousands of them cost little.
 */
#include <linux/futex.h>
#include <sched.h>
#include <sys/prctl.h>

#include "bench.h"

struct kid kids[MOST];
int order[MOST];
char *stacks;

/* Shares everything with its parent: raw calls only. */
static int sleep_until_end(void *arg)
{
	struct kid *k = arg;

	while (!__atomic_load_n(&k->ends, __ATOMIC_ACQUIRE))
		syscall(SYS_futex, &k->ends, FUTEX_WAIT, 0, NULL, NULL, 0);
	syscall(SYS_exit, 0);
	return 0;
}

void begin(unsigned int i)
{
	kids[i].ends = 0;
	kids[i].pid = clone(sleep_until_end, stacks + (size_t)(i + 1) * STACK,
			    CLONE_VM | SIGCHLD, &kids[i]);
	if (kids[i].pid < 0)
		err(1, "child %u", i);
}

void tell_end(unsigned int i)
{
	__atomic_store_n(&kids[i].ends, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &kids[i].ends, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Until it is a zombie. */
void end(unsigned int i)
{
	tell_end(i);
	EXPECT(waitid_(P_PID, kids[i].pid, WEXITED | WNOWAIT), 0);
}

/* Until they sleep. */
static void let_sleep(void)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		sched_yield();
}

void begin_all(void)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		begin(i);
	let_sleep();
}

/* Nobody else runs in the memory that is shared. */
static int begin_and_end(void *unused)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		begin(i);
	syscall(SYS_exit, 0);
	return 0;
}

/* N children of a child, which has ended. */
void begin_orphans(void)
{
	static char stack[16 * STACK] __attribute__((aligned(16)));
	pid_t pid;

	EXPECT(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid = clone(begin_and_end, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD,
		    NULL);
	if (pid < 0)
		err(1, "the orphans' parent");
	let_sleep();
	EXPECT(wait4_(pid, 0), pid);
	EXPECT(wait4_(kids[0].pid, WNOHANG), 0);
	EXPECT(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

/* In an order that chance has made, the same in each run. */
void shuffle(void)
{
	unsigned long rnd = 0x9e3779b97f4a7c15UL;
	unsigned int i, j;
	int swap;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = n; i > 1; i--) {
		rnd ^= rnd << 13;
		rnd ^= rnd >> 7;
		rnd ^= rnd << 17;
		j = rnd % i;
		swap = order[i - 1];
		order[i - 1] = order[j];
		order[j] = swap;
	}
}

void end_all(void)
{
	unsigned int i;

	shuffle();
	for (i = 0; i < n; i++)
		end(order[i]);
}

void reap_all(void)
{
	while (wait4_(-1, 0) > 0)
		;
	EXPECT(wait4_(-1, 0), -1);
}
