/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of this room share, and nobody else needs.
 */
#ifndef _ALTWAIT_SHADOW_INTERNAL_H
#define _ALTWAIT_SHADOW_INTERNAL_H

#include "shadow.h"

/*
 * An event may take so many rounds from Linux's state to the feed, of so many jiffies
 * each.
 */
#define AW_RACE_PAUSE	1
#define AW_RACE_ROUNDS	20

/* How often all are asked again at most, where something happened in between. */
#define AW_MAX_REPEATS	8

/**
 * struct aw_shadow - a call in shadow mode
 * @w:		the call; @w->req is linux's
 * @q:		the question
 * @fixed:	the candidates that the policy settled when the call began
 * @room:	for those of a moment
 * @looked:	linux and the policy were asked before
 * @asleep:	the policy has said that it sleeps
 * @done:	the policy has answered: its call is over
 * @due:	linux looks, and stock is to be asked, too
 * @repeat:	they are to next time, whatever has woken the call
 * @slept:	the call has slept since it looked last
 * @heard:	the news since before it looked
 * @was_done:	the policy had answered before it was asked last
 * @registered: the caller's waker is in the PollSet
 * @control:	what linux said last; @control.proc referenced
 * @policy:	what the policy said last, or when it was done; @policy.proc referenced
 * @quirks:	why the two differ
 * @differs:	what the policy said differs from what linux did
 * @wrong:	linux did not say what stock did, and nothing had changed
 * @repeats:	how often all were asked again
 * @news:	of the caller's process, before stock was asked
 * @before:	the siginfo before stock was asked
 * @why:	the quirks of the verdict: those, and those about memory
 * @v:		the verdict; @why is put in last
 */
struct aw_shadow {
	struct aw_wait		*w;
	struct aw_question	q;
	struct aw_snapshot	fixed;
	struct aw_snapshot	room;
	bool			looked;
	bool			asleep;
	bool			done;
	bool			due;
	bool			repeat;
	bool			slept;
	bool			was_done;
	bool			registered;
	struct aw_heard		heard;
	struct aw_decision	control;
	struct aw_decision	policy;
	aw_quirkset		quirks;
	bool			differs;
	bool			wrong;
	unsigned int		repeats;
	u32			news;
	u8			before[AW_SIGINFO_SIZE];
	aw_quirkset		why;
	struct altwait_verdict	v;
};

/* ask.c: what stock tells the caller */
#define AW_NOT_YET	LONG_MIN

long aw_ask(struct aw_shadow *s, const struct pt_regs *regs);
void aw_ask_seen(const struct aw_wait *w, long ret, struct altwait_answer *a);
bool aw_ask_has_siginfo(const struct aw_wait *w);
size_t aw_ask_usage_size(const struct aw_wait *w);

/* race.c: whether something has happened in between */
bool aw_race_lags(const struct aw_wait *w);
bool aw_race_happened(struct aw_shadow *s);

/* verdict.c: the comparison */
struct aw_tally *aw_verdict_tally(const struct aw_wait *w);
bool aw_verdict(struct aw_shadow *s, long ret);

/* follow.c: the records follow stock */
void aw_follow_stock(struct aw_wait *w);
void aw_follow_verdict(struct aw_shadow *s, bool right);

/* answer.c: what a caller sees of an answer */
void aw_answer_of(const struct aw_wait *w, const struct aw_decision *d,
		  struct altwait_answer *a);
bool aw_answer_same(const struct altwait_answer *stock,
		    const struct altwait_answer *said);
void aw_answer_describe(const struct aw_wait *w, struct altwait_verdict *v);

/* tally.c */
void aw_tally_add(struct aw_tally *tally, const struct altwait_verdict *v);
void aw_tally_left(struct aw_tally *tally);
void aw_tally_stuck(const struct altwait_verdict *v);

#endif /* _ALTWAIT_SHADOW_INTERNAL_H */
