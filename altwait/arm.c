// SPDX-License-Identifier: GPL-2.0
/*
 * The probes, put on while somebody is in and taken off when nobody is.
 */
#include "arm.h"
#include "feed/feed.h"
#include "hooks.h"

DEFINE_MUTEX(aw_enroll_mutex);	/* what it is for stands in arm.h */

static bool aw_armed;			/* aw_enroll_mutex */

static int arm_feeds(void)
{
	int err = aw_tracepoints_arm();

	if (err)
		return err;
	err = aw_ptrace_probe_arm();
	if (err) {
		aw_tracepoints_disarm();
		return err;
	}
	aw_uring_probe_arm();
	return 0;
}

static void disarm_feeds(void)
{
	aw_uring_probe_disarm();
	aw_ptrace_probe_disarm();
	aw_tracepoints_disarm();
}

/*
 * Puts the probes on, unless they are.  Return: 0, or the errno with which a probe
 * cannot be had; -EIO, the redirect does not take place.
 * Context: process, aw_enroll_mutex held.
 */
int aw_arm(void)
{
	int err;

	if (aw_armed)
		return aw_hooks_alive() ? 0 : -EIO;
	err = arm_feeds();
	if (err)
		return err;
	err = aw_hooks_arm();
	if (err)
		disarm_feeds();
	aw_armed = !err;
	return err;
}

/* Takes the probes off, if they are on.  Context: process, aw_enroll_mutex held. */
void aw_arm_undo(void)
{
	if (!aw_armed)
		return;
	aw_hooks_disarm();
	disarm_feeds();
	aw_armed = false;
}

/* True if no process is enrolled, entering or leaving.  Context: process. */
bool aw_arm_is_idle(void)
{
	bool idle;

	aw_lock_irq();
	idle = !aw_n_in;
	aw_unlock_irq();
	return idle;
}

/*
 * Has the work take the probes off, if nobody is in: the last process may have left,
 * or the one that was to come has not.  Context: process.
 */
void aw_arm_undo_if_idle(void)
{
	if (aw_arm_is_idle())
		aw_leave_work_now();
}
