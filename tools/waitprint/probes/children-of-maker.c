// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

static atomic_int pid, maker;

static void *fork_and_end(void *arg)
{
	(void)arg;
	atomic_store(&pid, zombie(4));
	atomic_store(&maker, syscall(SYS_gettid));
	syscall(SYS_exit, 0);
	return NULL;
}

void probe(void)
{
	struct call c;

	need_proc();
	start_thread(fork_and_end, NULL);
	UNTIL(atomic_load(&maker), "a child of another thread");
	UNTIL(!task_state(getpid(), atomic_load(&maker)), "the end of that thread");
	settle();
	c = wait_4(-1, __WNOTHREAD | WNOHANG);
	decide_by(&c, atomic_load(&pid), -ECHILD);
}
