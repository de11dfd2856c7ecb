/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files about the tables share: tables.c, process.c.
 */
#ifndef _ALTWAIT_TABLES_H
#define _ALTWAIT_TABLES_H

#include "records.h"

/*
 * One for each list: the place by ascending pid.  From the end, since the pid
 * of a newcomer is mostly the highest.
 */
#define insert_by_pid(new, head, member) do {				\
	struct aw_process *pos_;					\
									\
	list_for_each_entry_reverse(pos_, head, member) {		\
		if (pos_->pid < (new)->pid)				\
			break;						\
	}								\
	list_add(&(new)->member, &pos_->member);			\
} while (0)

/* Each place in a table has a reference. */
void aw_table_insert(struct aw_records *r, struct aw_process *p);
void aw_table_remove(struct aw_records *r, struct aw_process *p);
void aw_zombies_insert(struct aw_records *r, struct aw_process *p);
void aw_zombies_remove(struct aw_process *p);
void aw_children_insert(struct aw_process *parent, struct aw_process *p);
void aw_children_remove(struct aw_process *p);
struct aw_process *aw_children_find(const struct aw_process *parent, u32 pid);
void aw_parent_set(struct aw_process *p, struct aw_process *parent);

#endif /* _ALTWAIT_TABLES_H */
