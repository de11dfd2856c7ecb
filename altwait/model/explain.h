/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why two policies answer a wait call differently.  Pure, like waitcall.h.
 */
#ifndef _ALTWAIT_EXPLAIN_H
#define _ALTWAIT_EXPLAIN_H

#include "waitcall.h"

/**
 * enum aw_signal - what becomes of a call that a pending signal ends
 * @AW_SIGNAL_NONE: no signal would be delivered
 * @AW_SIGNAL_ENDS: a handler without SA_RESTART runs, or the caller dies: EINTR
 * @AW_SIGNAL_RESTARTS: a handler with SA_RESTART runs, and then the call begins anew
 * @AW_SIGNAL_UNHANDLED: no handler runs: with EINTR_ALWAYS it is EINTR, else it
 *	    begins anew
 */
enum aw_signal {
	AW_SIGNAL_NONE,
	AW_SIGNAL_ENDS,
	AW_SIGNAL_RESTARTS,
	AW_SIGNAL_UNHANDLED,
};

/**
 * struct aw_question - a wait call at one moment, to be asked of any policy
 * @r:	    the records
 * @caller: the process that waits
 * @parse:  fills in the request's call, target and options by its quirks, as
 *	    aw_args_parse() does; 0 or a negative errno.  Asked once for each
 *	    policy; does not sleep
 * @ctx:    passed to @parse
 * @facts:  what Linux knows now
 * @fixed:  the candidates of when the call began, of which a policy may keep
 *	    something; NULL where it begins now
 * @room:   for candidates, empty
 * @begun:  the call has slept: what fails when a call begins is behind it
 * @signal: what a pending signal makes of the call
 * @pending: the caller cannot sleep: for a signal, or for what looks like one
 * @heard:  the news since the caller fell asleep: a policy that none of it wakes
 *	    goes on sleeping; NULL where every policy looks
 * @due:    linux looks, whatever it has heard
 * @quiet:  how many children have nothing to report, and neither fact nor record here,
 *	    where a call for any child may have them as candidates: those whose ends
 *	    send SIGCHLD, and the others
 * @pause:  called after each policy that is asked; may be NULL
 * @policy: the quirks of the policy that is compared with linux
 * @few:    ask few policies: no pairs of quirks
 */
struct aw_question {
	const struct aw_records	 *r;
	struct aw_process	 *caller;
	int (*parse)(struct aw_request *req, void *ctx);
	void			 *ctx;
	const struct aw_facts	 *facts;
	const struct aw_snapshot *fixed;
	struct aw_snapshot	 *room;
	bool			 begun;
	enum aw_signal		 signal;
	bool			 pending;
	const struct aw_heard	 *heard;
	bool			 due;
	unsigned int		 quiet[2];
	void (*pause)(void);
	aw_quirkset			 policy;
	bool			 few;
};

/*
 * How much an explanation may take: facts, for all policies that are asked.  It is no
 * bound for fewer than 2,000 children that have something to report.
 */
#define AW_EXPLAIN_WORK	262144

bool aw_explain_answer(const struct aw_question *q, aw_quirkset quirks, struct aw_decision *d);

bool aw_explain_agree(enum aw_call call, const struct aw_decision *a,
		      const struct aw_decision *b);

aw_quirkset aw_explain(const struct aw_question *q, enum aw_call call,
		       const struct aw_decision *wanted);

#endif /* _ALTWAIT_EXPLAIN_H */
