// SPDX-License-Identifier: GPL-2.0
/*
 * What has happened when Linux wakes a parent or tracer, and when the records
 * tell one whom Linux does not: see model/wakes.h.
 */
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>

#include "internal.h"

/**
 * aw_news_end - put the end of a process into the records
 * @t: its record
 * @leader: the thread-group leader
 *
 * A parent or tracer that Linux does not tell is told by the records.
 *
 * Context: aw_lock held, under RCU.
 */
void aw_news_end(struct aw_tracked *t, struct task_struct *leader)
{
	enum aw_news_kind to_parent = AW_NEWS_RECORDED;
	enum aw_news_kind to_tracer = AW_NEWS_RECORDED;

	if (t->held) {
		to_parent = AW_NEWS_HELD_END;
		to_tracer = AW_NEWS_HELD_END;
	} else if (aw_task_is_reparented(leader)) {
		to_parent = AW_NEWS_TRACED_END;
	} else if (!READ_ONCE(leader->ptrace)) {
		to_tracer = AW_NEWS_THREADS_END;
	}
	aw_process_ends(&aw_records, &t->rec, to_parent, to_tracer);
}

/*
 * The end of a whole process.  Linux tells of it once as it happens, to the tracer
 * if there is one, else to the parent, and again to whom another process hands the
 * zombie on: a tracer, or a parent that exits.
 */
static enum aw_news_kind end_kind(const struct aw_tracked *to,
				  struct aw_tracked *t,
				  struct task_struct *leader)
{
	bool first = !t || !t->end_told;

	if (t)
		t->end_told = true;
	/* The tracer has waited for the thread that held it. */
	if (first && t && t->held)
		return AW_NEWS_LATE_END;
	if (same_thread_group(current, leader))
		return AW_NEWS_END;
	/* wait_task_zombie() */
	if (leader->exit_state == EXIT_TRACE)
		return AW_NEWS_PASSED;
	if (t && t->rec.zombie_tracer == current->tgid &&
	    t->rec.parent == &to->rec)
		return AW_NEWS_LET_GO;
	return AW_NEWS_ADOPTED;
}

/**
 * aw_news_of - what Linux calls __wake_up_parent() for
 * @to: whom it wakes
 * @t: the record of the process that it tells of, not yet changed; or NULL
 * @child: the task that it tells of
 * @traced: @to traces that task
 *
 * A thread tells of its own stop and end itself, in that state; any thread tells
 * of the group.
 *
 * Context: aw_lock held, under RCU and tasklist_lock.
 * Return: the kind of news.
 */
enum aw_news_kind aw_news_of(const struct aw_tracked *to,
			     struct aw_tracked *t, struct task_struct *child,
			     bool traced)
{
	bool stopped = child->signal->flags & SIGNAL_STOP_STOPPED;

	if (aw_task_is_zombie(child))
		return end_kind(to, t, child);
	if (child == current && child->exit_state)
		return AW_NEWS_THREAD_END;
	if (child == current && traced && task_is_traced(child))
		return AW_NEWS_STOP;
	if (traced && aw_task_is_reparented(child))
		return AW_NEWS_CONT_TRACER;
	if (!stopped)
		return AW_NEWS_CONT_RUNS;
	return traced ? AW_NEWS_TRACED_STOP : AW_NEWS_STOP;
}
