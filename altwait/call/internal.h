/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of this room share, and nobody else needs.
 */
#ifndef _ALTWAIT_CALL_INTERNAL_H
#define _ALTWAIT_CALL_INTERNAL_H

#include "call.h"

/**
 * enum aw_step - what a step of a call comes to, besides 0 and a negative errno
 * @AW_AGAIN: the call has slept, and has to look again
 * @AW_CLAIM: the call has to take what it found from stock
 * @AW_EARLY: the call has found what Linux is about to tell, or to hand on
 * @AW_ROOM: the call needs more room for candidates or facts
 * @AW_WALK: the call has to know each of its candidates before it sleeps
 * @AW_DIFFERS: a look by the index and one at everybody do not agree
 * @AW_STOLEN: stock has given the report to somebody else
 *
 * No caller of the system call sees these.
 */
enum aw_step {
	AW_AGAIN = 1,
	AW_CLAIM,
	AW_EARLY,
	AW_ROOM,
	AW_WALK,
	AW_DIFFERS,
	AW_STOLEN,
};

/* target.c */
int aw_target_take(struct aw_wait *w);
bool aw_target_refresh(struct aw_wait *w);

/* look.c: whom it looks at */
bool aw_look_serves(const struct aw_wait *w);
unsigned int aw_look_count(const struct aw_wait *w);
void aw_look_drop_quiet(const struct aw_wait *w);
int aw_look(struct aw_wait *w, struct aw_decision *d);
bool aw_look_for_nobody(struct aw_wait *w, bool *nobody);
bool aw_look_take_twin(struct aw_wait *w);
bool aw_look_agrees(struct aw_wait *w, const struct aw_decision *d);

/* quick.c: a plain end, on the spot */
bool aw_quick_poll(struct aw_wait *w, struct aw_decision *d, long *ret);
bool aw_quick_agrees(const struct aw_wait *w, const struct aw_decision *d);

/* facts.c */
void aw_facts_read_one(const struct aw_wait *w, struct aw_facts *facts,
		       struct aw_tracked *t);
unsigned int aw_facts_count_tracees(const struct aw_wait *w);
bool aw_facts_read_news(const struct aw_wait *w, struct aw_facts *facts);
bool aw_facts_collect(struct aw_wait *w);

/* user.c */
int aw_user_write(const struct aw_wait *w, const struct aw_decision *d);
long aw_user_put(const struct aw_wait *w, const struct aw_decision *d);
void aw_user_note_usage(struct aw_wait *w, const struct aw_decision *d);
long aw_user_put_usage(const struct aw_wait *w);
long aw_user_put_nothing(const struct aw_wait *w, const struct aw_decision *d);
long aw_user_put_end(struct siginfo __user *out, pid_t nr, kuid_t uid, int status);

/* commit.c: a decision made true, through stock */
int aw_commit_write(const struct aw_decision *d, void *ctx);
pid_t aw_commit_thread_nr(const struct aw_decision *d);
bool aw_commit_stock(const struct aw_decision *d, const struct aw_wait *w);

/* claim.c: a decision made true in Linux's order */
bool aw_claim_wanted(const struct aw_wait *w, const struct aw_decision *d);
bool aw_claim_is_taken(struct aw_wait *w, const struct aw_decision *d);
void aw_claim_begin(struct aw_wait *w, const struct aw_decision *d);
long aw_claim_report(struct aw_wait *w, const struct aw_decision *d);

/* stock.c */
long aw_stock_wait4(pid_t pid, int __user *status, int options);
long aw_stock_waitid(pid_t pid, int options);
bool aw_stock_take(pid_t pid, int options);
void aw_stock_rusage(struct task_struct *task, struct rusage *usage);
s64 aw_stock_pidfd_nr(s32 fd, void *ctx);

#endif /* _ALTWAIT_CALL_INTERNAL_H */
