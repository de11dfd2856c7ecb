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

/*
 * io_waitid_prep(req, sqe) runs in the thread that submits, or, with
 * IORING_SETUP_SQPOLL, in a thread that the kernel has added to its process.
 */
static int on_wait(struct kprobe *kp, struct pt_regs *regs)
{
	/* Preemption is off here. */
	if (!aw_enrolled_find(current))
		return 0;
	aw_count(uring);
	trace_wait((const struct io_uring_sqe *)regs->si);
	return 0;
}
NOKPROBE_SYMBOL(on_wait);

static struct kprobe aw_uring_probe;

static bool is_on;		/* aw_enroll_mutex */
static bool is_absent;		/* aw_enroll_mutex: this kernel has no such request */
static u64 probe_missed_before;

/**
 * aw_uring_probe_arm - watch for waits by io_uring, where the kernel has them
 *
 * Context: process, aw_enroll_mutex held.
 * Return: 0, or what register_kprobe() returns.
 */
int aw_uring_probe_arm(void)
{
	int err;

	if (is_absent)
		return 0;
	aw_uring_probe = (struct kprobe){
		.symbol_name = "io_waitid_prep", .pre_handler = on_wait,
	};
	err = register_kprobe(&aw_uring_probe);
	is_on = !err;
	is_absent = err == -ENOENT;
	if (is_on || is_absent)
		return 0;
	pr_err("%s cannot be probed: error %d\n", aw_uring_probe.symbol_name, err);
	return err;
}

/* Context: process, aw_enroll_mutex held.  No handler runs on return. */
void aw_uring_probe_disarm(void)
{
	if (!is_on)
		return;
	unregister_kprobe(&aw_uring_probe);
	is_on = false;
	probe_missed_before += aw_uring_probe.nmissed;
	aw_uring_probe.nmissed = 0;
}

/* Waits that went unseen, over the whole life of the module. */
u64 aw_uring_probe_missed(void)
{
	return probe_missed_before + aw_uring_probe.nmissed;
}
