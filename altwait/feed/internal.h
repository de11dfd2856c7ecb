/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of this room share, and nobody else needs.  Context of all, but
 * for task.c and aw_parent_woken(): aw_lock held, under RCU.
 */
#ifndef _ALTWAIT_FEED_INTERNAL_H
#define _ALTWAIT_FEED_INTERNAL_H

#include "feed.h"

/* task.c; context: under RCU */
bool aw_task_is_reparented(struct task_struct *leader);
bool aw_task_is_held(struct task_struct *task);
int aw_task_stop_signal(struct task_struct *leader);
void aw_task_refresh_uid(struct aw_tracked *t);

/* news.c: what Linux wakes somebody for */
enum aw_news_kind aw_news_of(const struct aw_tracked *to, struct aw_tracked *t,
			     struct task_struct *child, bool traced);
void aw_news_end(struct aw_tracked *t, struct task_struct *leader);

/* state.c */
void aw_state_exit(struct aw_tracked *t, struct task_struct *leader);
struct aw_tracked *aw_state_adopt(struct aw_tracked *parent,
				  struct task_struct *leader);
void aw_state_catch_up(struct aw_tracked *t, struct task_struct *leader);

/* jobctl.c */
void aw_jobctl_stopped(struct aw_tracked *t, struct task_struct *leader,
		       bool traced);
void aw_jobctl_continued(struct aw_tracked *t);

/* tracer.c */
struct aw_tracked *aw_tracer_traced(struct task_struct *task);
void aw_tracer_exits(struct task_struct *task);
void aw_tracer_stopped(struct task_struct *task);
void aw_tracer_found(struct task_struct *task);

/* join.c */
void aw_join_inherit(struct aw_tracked *t, struct task_struct *leader,
		     const struct aw_tracked *from);
void aw_join_listen(struct task_struct *leader);

/* parent.c */
int aw_parent_woken(wait_queue_entry_t *wq, unsigned int mode, int sync,
		    void *key);

/* adoption.c */
void aw_adoption_begin(struct aw_tracked *t);
void aw_adoption_by(struct aw_tracked *t, struct aw_tracked *parent);

/* owed.c */
void aw_owed_due(struct aw_tracked *t);

#endif /* _ALTWAIT_FEED_INTERNAL_H */
