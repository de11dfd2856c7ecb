/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What shadow.c and verdict.c share: a call that stock answers.
 */
#ifndef _ALTWAIT_SHADOW_H
#define _ALTWAIT_SHADOW_H

#include "altwait.h"
#include "model/explain.h"

#define AW_SIGINFO_SIZE	128

/* How long an event may take from Linux's state to the feed: jiffies, rounds. */
#define AW_RACE_PAUSE	1
#define AW_RACE_ROUNDS	20

/* How often all are asked again since something happened in between. */
#define AW_MAX_REPEATS	8

/**
 * struct aw_shadow - a call in shadow mode
 * @w:		the call; @w->req is linux's
 * @q:		the question
 * @fixed:	the candidates that the policy settled when the call began
 * @room:	for those of a moment
 * @looked:	linux and the policy were asked before
 * @asleep:	and the policy has said that it sleeps
 * @done:	the policy has answered: its call is over
 * @due:	stock is to be asked, too
 * @repeat:	whatever has woken it
 * @slept:	it has since it looked last
 * @heard:	the news since before it looked
 * @was_done:	it had before it was asked last
 * @registered: its waker is in the PollSet
 * @control:	what linux said last; @control.proc referenced
 * @policy:	what the policy said last, or when it was done; likewise
 * @quirks:	why the two differ
 * @differs:	they do
 * @wrong:	linux did not say what stock did, and nothing had changed
 * @repeats:	how often all were asked again
 * @news:	of the caller's process, before stock was asked
 * @before:	the siginfo before stock was asked
 * @v:		the verdict
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
	struct altwait_verdict	v;
};

/* Return: what the caller is told; AW_AGAIN, it has to sleep. */
long aw_shadow_ask(struct aw_shadow *s, const struct pt_regs *regs);
/* Where the caller's verdicts are counted, referenced; or NULL. */
struct aw_tally *aw_shadow_tally(const struct aw_wait *w);
/* Has anything happened since linux was asked? */
bool aw_shadow_raced(struct aw_shadow *s);
/* False: stock was asked too late; linux and the policy have to be asked again. */
bool aw_shadow_judge(struct aw_shadow *s, long ret);

#endif /* _ALTWAIT_SHADOW_H */
