// SPDX-License-Identifier: GPL-2.0
/*
 * Clearing away what stock owes: see feed/owed.c.  The caller asks for zombies that
 * the records are done with, and throws the answers away.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>

#include "internal.h"

/*
 * The zombie's number for the caller; 0: the zombie is gone, and another child may
 * have its number by now.
 */
static pid_t caller_nr(const struct aw_owed *o)
{
	pid_t nr = 0;

	rcu_read_lock();
	if (pid_task(o->pid, PIDTYPE_PID))
		nr = pid_nr_ns(o->pid, task_active_pid_ns(current));
	rcu_read_unlock();
	return nr;
}

/*
 * Asks stock for the zombie.  Return: 0, somebody else still holds it; else the
 * caller has it, or nobody can.  Context: aw_lock held; drops and retakes it.
 */
static long ask_stock(struct aw_owed *o)
	__must_hold(&aw_lock)
{
	pid_t nr;
	long ret;

	do {
		o->again = false;
		aw_unlock_irq();
		nr = caller_nr(o);
		ret = nr ? aw_stock_wait4(nr, NULL, WNOHANG | __WALL) : -ECHILD;
		aw_lock_irq();
	} while (!ret && o->again);
	return ret;
}

/**
 * aw_clear_owed - ask stock for what it owes this process
 * @t: the caller's process, which the caller is inside of
 *
 * What stock does not give yet stays owed.
 *
 * Context: process, a thread of @t, no lock held.
 */
void aw_clear_owed(struct aw_tracked *t)
{
	struct aw_owed *o, *last = NULL;

	aw_lock_irq();
	WRITE_ONCE(t->due, false);
	while ((o = aw_owed_next(t, last))) {
		/* Both stay listed while they are asked for. */
		if (last)
			last->asked = false;
		if (ask_stock(o)) {
			last = NULL;
			aw_owed_free(o);
		} else {
			last = o;
		}
	}
	if (last)
		last->asked = false;
	aw_unlock_irq();
}
