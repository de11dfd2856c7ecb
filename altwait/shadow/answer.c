// SPDX-License-Identifier: GPL-2.0
/*
 * What a caller sees of an answer, and whether two answers are the same to it.
 */
#include <linux/cred.h>
#include <linux/pid_namespace.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "internal.h"

static_assert(AW_SLEEP == (int)ALTWAIT_KIND_ASLEEP &&
	      AW_NOTHING == (int)ALTWAIT_KIND_NONE &&
	      AW_PTRACE_STOP == (int)ALTWAIT_KIND_PTRACE_STOP &&
	      AW_ZOMBIE == (int)ALTWAIT_KIND_ZOMBIE &&
	      AW_JOB_STATUS == (int)ALTWAIT_KIND_JOB_STATUS &&
	      AW_ERROR == (int)ALTWAIT_KIND_ERROR);

/* wait_task_zombie() and the others: from_kuid_munged(current_user_ns()). */
static u32 uid_for(const struct aw_wait *w, u32 uid)
{
	u32 munged;

	rcu_read_lock();
	munged = from_kuid_munged(__task_cred(w->task)->user_ns,
				  KUIDT_INIT(uid));
	rcu_read_unlock();
	return munged;
}

/**
 * aw_answer_of - what the caller would see of a decision
 * @w: the call
 * @d: the decision
 * @a: filled in
 *
 * Its user memory is taken to be good.
 *
 * Context: any, aw_lock held.
 */
void aw_answer_of(const struct aw_wait *w, const struct aw_decision *d,
		  struct altwait_answer *a)
{
	memset(a, 0, sizeof(*a));
	a->kind = d->kind;
	if (d->kind == AW_ERROR)
		a->ret = d->error;
	if (!d->proc)
		return;
	a->pid = aw_commit_nr(w, d);
	if (w->args.call == AW_WAIT4) {
		a->ret = a->pid;
		a->status = d->status;
	} else {
		a->status = d->cld_status;
		a->code = d->cld_code;
		a->uid = uid_for(w, d->uid);
	}
}

static bool is_report(const struct altwait_answer *a)
{
	return a->kind == ALTWAIT_KIND_PTRACE_STOP ||
	       a->kind == ALTWAIT_KIND_ZOMBIE ||
	       a->kind == ALTWAIT_KIND_JOB_STATUS;
}

/**
 * aw_answer_same - true if stock has told what another answer says
 * @stock: what stock has told, as far as it can be seen
 * @said: what would have been told
 *
 * Return: true if the caller sees the same.
 */
bool aw_answer_same(const struct altwait_answer *stock,
		    const struct altwait_answer *said)
{
	if (stock->ret != said->ret)
		return false;
	if (stock->kind == ALTWAIT_KIND_UNSEEN)
		return is_report(said) ||
		       (!stock->ret && said->kind == ALTWAIT_KIND_NONE);
	/* A status word does not tell a ptrace stop from another. */
	if (is_report(stock) != is_report(said))
		return false;
	if (!is_report(stock))
		return stock->kind == said->kind;
	return stock->pid == said->pid && stock->status == said->status &&
	       stock->code == said->code && stock->uid == said->uid;
}

/**
 * aw_answer_describe - note whose call a verdict is about
 * @w: the call
 * @v: its answers and quirks are left as they are
 *
 * A name that is being changed may come out as a part of each: it is not locked.
 *
 * Context: any; the caller cannot leave the call meanwhile.
 */
void aw_answer_describe(const struct aw_wait *w, struct altwait_verdict *v)
{
	v->time = ktime_get_ns();
	v->pid = w->task->tgid;
	v->tid = w->task->pid;
	v->call = w->args.call;
	v->which = w->args.which;
	v->id = w->args.id;
	v->options = w->args.options;
	/* get_task_comm() takes a lock that may not nest in aw_lock. */
	data_race(strscpy_pad(v->comm, w->task->comm, sizeof(v->comm)));
}
