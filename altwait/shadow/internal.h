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
/*
 * And so many where one is known to be on its way: a task shows its stop before its tracer
 * or parent is told of it, ptrace_stop() and do_signal_stop(), and its CPU may stand still
 * in between, a virtual one for long.
 */
#define AW_RACE_PATIENCE	(AW_RACE_ROUNDS + 40)

/* Jiffies that it pauses before the next look: longer after the usual rounds. */
static inline unsigned long aw_race_pause(unsigned int round)
{
	return round < AW_RACE_ROUNDS ? AW_RACE_PAUSE : HZ / 20;
}

/* How often all are asked again at most, where something happened in between. */
#define AW_MAX_REPEATS	8

/* A moment has room for so many without asking for memory: a power of two. */
#define AW_MOMENT_FIRST	2

/**
 * struct aw_moment - what a call is decided by, copied
 * @copies: of the records that it may be about
 * @room:   for candidates
 * @fixed:  the candidates that the policy keeps, as copies
 * @n_fixed: how many of them there are
 * @few:    the copies are of those in the index alone,
 * @quiet:  and so many more children have nothing to report, as in struct aw_question
 * @need_facts: for so many facts the last reading needed room,
 * @need_room: candidates,
 * @need_copies: copies,
 * @need_stops: and ptrace stops
 * @first:  room for a few
 */
struct aw_moment {
	struct aw_copies	copies;
	struct aw_snapshot	room;
	struct aw_snapshot	fixed;
	unsigned int		n_fixed;
	bool			few;
	unsigned int		quiet[2];
	unsigned int		need_facts;
	unsigned int		need_room;
	unsigned int		need_copies;
	unsigned int		need_stops;
	struct {
		struct aw_copy	  copies[AW_MOMENT_FIRST];
		struct aw_process *sorted[AW_MOMENT_FIRST];
		struct list_head  buckets[AW_MOMENT_FIRST];
		struct aw_visit	  room[4 * AW_MOMENT_FIRST];
	} first;
};

/* moment.c: what is asked without the lock */
void aw_moment_init(struct aw_moment *m);
int aw_moment_parse(struct aw_request *req, void *wait);
bool aw_moment_takes_long(const struct aw_wait *w, const struct aw_snapshot *fixed, bool all);
bool aw_moment_read(struct aw_moment *m, struct aw_wait *w, struct aw_facts *facts,
		    const struct aw_snapshot *fixed, bool all);
bool aw_moment_reread(const struct aw_moment *m, const struct aw_wait *w,
		      struct aw_facts *facts);
void aw_moment_point(struct aw_moment *m, struct aw_facts *facts,
		     const struct aw_snapshot *fixed);
void aw_moment_ask(struct aw_moment *m, struct aw_question *q);
bool aw_moment_grow(struct aw_moment *m, struct aw_facts *facts);
void aw_moment_drop(struct aw_moment *m);
void aw_moment_forget(struct aw_snapshot *snap);
bool aw_moment_keep(struct aw_moment *m, struct aw_wait *w, struct aw_snapshot *snap);
void aw_moment_free(struct aw_moment *m);

/**
 * struct aw_shadow - a call in shadow mode
 * @w:		the call; @w->req is linux's
 * @q:		the question
 * @fixed:	the candidates that the policy settled when the call began
 * @moment: whom linux and the policy are asked about
 * @all:	about everybody: the policy keeps its candidates
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
 * @restarted:	a signal has ended it, and the kernel makes it again: no verdict
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
	struct aw_moment	moment;
	bool			all;
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
	bool			restarted;
	unsigned int		repeats;
	u32			news;
	u8			before[AW_SIGINFO_SIZE];
	aw_quirkset		why;
	struct altwait_verdict	v;
};

/**
 * struct aw_quiet - what a plain call is told under any policy
 * @d:	    what linux and the policy say; @d.proc referenced
 * @answer: the same, as the caller sees it
 * @news:   of the caller's process, at that time
 * @alone:  the caller's process had no other thread then, for index=check
 * @tally:  of the caller's process, referenced; or NULL
 */
struct aw_quiet {
	struct aw_decision	d;
	struct altwait_answer	answer;
	u32			news;
	bool			alone;
	struct aw_tally		*tally;
};

/* quiet.c: where linux and any policy say the same */
bool aw_quiet_foretell(struct aw_wait *w, struct aw_quiet *quiet);
bool aw_quiet_ask(struct aw_wait *w, const struct pt_regs *regs, struct aw_quiet *quiet,
		  long *ret);
void aw_quiet_end(struct aw_quiet *quiet, bool reaped);
void aw_quiet_was_wrong(struct aw_shadow *s, struct aw_quiet *quiet);
void aw_quiet_check(const struct aw_shadow *s, struct aw_quiet *quiet);

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
void aw_tally_same(struct aw_tally *tally);
void aw_tally_add(struct aw_tally *tally, const struct altwait_verdict *v);
void aw_tally_left(struct aw_tally *tally);
void aw_tally_restarted(struct aw_tally *tally);
void aw_tally_stuck(const struct altwait_verdict *v);

#endif /* _ALTWAIT_SHADOW_INTERNAL_H */
