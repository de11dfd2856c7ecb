/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What feed.c shares with news.c, scan.c, jobctl.c and tracer.c.  Context of
 * all: aw_lock held, under RCU.
 */
#ifndef _ALTWAIT_FEED_H
#define _ALTWAIT_FEED_H

bool aw_feed_is_zombie(struct task_struct *leader);
int aw_feed_status(const struct task_struct *task);
void aw_feed_ends(struct aw_tracked *t, struct task_struct *leader);
enum aw_news_kind aw_feed_kind(const struct aw_tracked *to,
			       struct aw_tracked *t, struct task_struct *child,
			       bool traced);
void aw_feed_exit(struct aw_tracked *t, struct task_struct *leader);
void aw_feed_stopped(struct aw_tracked *t, struct task_struct *leader,
		     bool traced);
void aw_feed_continued(struct aw_tracked *t);
void aw_feed_refresh_uid(struct aw_tracked *t);
struct aw_tracked *aw_feed_adopt(struct aw_tracked *parent,
				 struct task_struct *leader);

#endif /* _ALTWAIT_FEED_H */
