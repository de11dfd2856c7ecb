// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

static atomic_int pid;

static void *fork_and_stay(void *arg)
{
	(void)arg;
	atomic_store(&pid, zombie(4));
	for (;;)
		pause();
	return NULL;
}

void probe(void)
{
	struct call c;

	start_thread(fork_and_stay, NULL);
	UNTIL(atomic_load(&pid), "a child of another thread");
	c = wait_4(-1, __WNOTHREAD | WNOHANG);
	decide_by(&c, -ECHILD, atomic_load(&pid));
}
