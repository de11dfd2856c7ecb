/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which events wake a sleeping wait call.  Pure, like records.h.
 *
 * Linux wakes by __wake_up_parent(), the reference by its PollSets.  Whatever
 * either of them does is news; a policy's quirks say whether it hears of it.
 */
#ifndef _ALTWAIT_WAKES_H
#define _ALTWAIT_WAKES_H

#include "pure.h"
#include "quirks.h"

struct aw_process;

/**
 * enum aw_news_kind - what has happened
 * @AW_NEWS_RECORDED: the records have learnt of something; Linux tells of it by
 *		 itself, and that is what wakes
 * @AW_NEWS_END: a process has ended, for the tracer or else the parent, which Linux
 *		 tells first
 * @AW_NEWS_STOP: a job-control stop, for the parent; a ptrace stop, for the
 *		 tracer
 * @AW_NEWS_TRACED_STOP: a group stop, for a parent that traces the leader
 * @AW_NEWS_TRACED_END: a child that somebody else traces has ended, for the parent;
 *		 Linux tells the tracer alone
 * @AW_NEWS_THREADS_END: a process has ended, for a tracer of other threads than the
 *		 leader; Linux tells the parent alone
 * @AW_NEWS_HELD_END: all threads have exited, but a tracer has to be told of one
 * @AW_NEWS_LATE_END: a process whose end was held has ended: that tracer was told
 * @AW_NEWS_THREAD_END: a traced thread has exited, and others live
 * @AW_NEWS_CONT_SENT: SIGCONT is sent to a stopped child
 * @AW_NEWS_CONT_RUNS: a child that got SIGCONT runs again
 * @AW_NEWS_CONT_TRACER: a tracee that got SIGCONT runs again, for the leader's
 *		 tracer
 * @AW_NEWS_ADOPTED: a zombie gets another parent
 * @AW_NEWS_LET_GO: a zombie's tracer detaches
 * @AW_NEWS_PASSED: a zombie's tracer has waited for it
 * @AW_NEWS_FULL: somebody else needed the place in the PollSet
 * @AW_N_NEWS:	 how many kinds there are
 */
enum aw_news_kind {
	AW_NEWS_RECORDED,
	AW_NEWS_END,
	AW_NEWS_STOP,
	AW_NEWS_TRACED_STOP,
	AW_NEWS_TRACED_END,
	AW_NEWS_THREADS_END,
	AW_NEWS_HELD_END,
	AW_NEWS_LATE_END,
	AW_NEWS_THREAD_END,
	AW_NEWS_CONT_SENT,
	AW_NEWS_CONT_RUNS,
	AW_NEWS_CONT_TRACER,
	AW_NEWS_ADOPTED,
	AW_NEWS_LET_GO,
	AW_NEWS_PASSED,
	AW_NEWS_FULL,
	AW_N_NEWS
};

/**
 * struct aw_news - something has happened
 * @kind: what
 * @of:	  to which process; NULL where the records do not know it
 * @task: the host's: the task that Linux has told of; NULL where only the records
 *	  tell
 */
struct aw_news {
	enum aw_news_kind	kind;
	const struct aw_process	*of;
	void			*task;
};

/*
 * Whether news concerns a call is a set: the quirks any one of which makes it do so,
 * and AW_CONCERNS, the bit after theirs, where it does by Linux's rule.
 */
#define AW_CONCERNS	(AW_QUIRKS_ALL + 1)

/**
 * struct aw_heard - the news that there were while a call slept
 * @by: for each kind, the quirks by which it concerned the call, and AW_CONCERNS; 0
 *	where there was none
 */
struct aw_heard {
	aw_quirkset by[AW_N_NEWS];
};

bool aw_wakes(aw_quirkset quirks, enum aw_news_kind kind, aw_quirkset by);
bool aw_heard_by(const struct aw_heard *h, aw_quirkset quirks);
void aw_heard_move(struct aw_heard *h, struct aw_heard *from);

#endif /* _ALTWAIT_WAKES_H */
