// SPDX-License-Identifier: GPL-2.0
/*
 * Waits that go past the redirect: io_uring's IORING_OP_WAITID, since Linux 6.7.
 *
 * Stock answers them.  They are counted and traced, so that nobody takes what ran for
 * the policy's.  The probe sits on the function that reads such a request: no other
 * request, and no wait call, pays for it.
 */
#include <linux/io_uring.h>
#include <linux/kprobes.h>
#include <trace/events/altwait.h>

#include "internal.h"

/* Where the request has waitid's arguments: io_uring_enter(2), IORING_OP_WAITID. */
static void trace_wait(const struct io_uring_sqe *sqe)
{
	trace_altwait_wait_uring(READ_ONCE(sqe->len), READ_ONCE(sqe->fd),
				 READ_ONCE(sqe->file_index));
}

/* With the enrolment's own count. */
static void count_wait(void)
{
	struct aw_tracked *t;
	unsigned long flags;

	aw_count(uring);
	flags = aw_lock_irqsave();
	t = aw_tracked_find(current);
	if (t && t->tally)
		atomic64_inc(&t->tally->uring);
	aw_unlock_irqrestore(flags);
}

/*
 * io_waitid_prep(req, sqe) runs in the thread that submits, or, with
 * IORING_SETUP_SQPOLL, in a thread that the kernel has added to its process.
 */
static int on_wait(struct kprobe *kp, struct pt_regs *regs)
{
	/* Preemption is off here. */
	if (!aw_enrolled_find(current))
		return 0;
	count_wait();
	trace_wait((const struct io_uring_sqe *)regs->si);
	return 0;
}
NOKPROBE_SYMBOL(on_wait);

static struct kprobe aw_uring_probe;

static enum altwait_rings rings;	/* aw_enroll_mutex to write */
static u64 probe_missed_before;	/* aw_lock: by probes that are off again */

/**
 * aw_uring_probe_try - put a probe on the function that reads such requests
 * @probe: with that function and what is to run
 *
 * Context: process.
 * Return: ALTWAIT_RINGS_SEEN: it is on.
 */
enum altwait_rings aw_uring_probe_try(struct kprobe *probe)
{
	int err = register_kprobe(probe);

	if (err && err != -ENOENT)
		pr_warn("%s cannot be probed, and waits by io_uring are not seen: error %d\n",
			probe->symbol_name, err);
	if (err)
		return err == -ENOENT ? ALTWAIT_RINGS_ABSENT : ALTWAIT_RINGS_UNSEEN;
	return ALTWAIT_RINGS_SEEN;
}

/**
 * aw_uring_probe_arm - watch for waits by io_uring, where the kernel has them
 *
 * Where they cannot be watched nothing else is lost: who compares is told.
 *
 * Context: process, aw_enroll_mutex held.
 */
void aw_uring_probe_arm(void)
{
	if (rings == ALTWAIT_RINGS_ABSENT)
		return;
	aw_uring_probe = (struct kprobe){
		.symbol_name = "io_waitid_prep", .pre_handler = on_wait,
	};
	WRITE_ONCE(rings, aw_uring_probe_try(&aw_uring_probe));
}

/* Are waits by io_uring seen?  Of when the probes were last put on.  Context: any. */
enum altwait_rings aw_uring_probe_rings(void)
{
	return READ_ONCE(rings);
}

/* Context: process, aw_enroll_mutex held.  No handler runs on return. */
void aw_uring_probe_disarm(void)
{
	if (rings != ALTWAIT_RINGS_SEEN)
		return;
	unregister_kprobe(&aw_uring_probe);
	aw_lock_irq();
	probe_missed_before += aw_uring_probe.nmissed;
	aw_uring_probe.nmissed = 0;
	aw_unlock_irq();
}

/* Waits that went unseen, over the whole life of the module. */
u64 aw_uring_probe_missed(void)
{
	u64 n;

	aw_lock_irq();
	n = probe_missed_before + aw_uring_probe.nmissed;
	aw_unlock_irq();
	return n;
}
