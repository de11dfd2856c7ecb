/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux's events and facts into records: what the rooms above may use.
 */
#ifndef _ALTWAIT_FEED_H
#define _ALTWAIT_FEED_H

#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "track/track.h"

struct kprobe;

/* tracepoints.c: births, exits, execs, signals */
int aw_tracepoints_arm(void);
void aw_tracepoints_disarm(void);

/* ptrace_probe.c: ptrace(2) */
int aw_ptrace_probe_arm(void);
void aw_ptrace_probe_disarm(void);
u64 aw_ptrace_probe_missed(void);

/* uring_probe.c: waits by io_uring */
void aw_uring_probe_arm(void);
void aw_uring_probe_disarm(void);
u64 aw_uring_probe_missed(void);
enum altwait_rings aw_uring_probe_rings(void);
enum altwait_rings aw_uring_probe_try(struct kprobe *probe);

/* join.c: how a process comes in */
/* Processes that are enrolled, entering or leaving.  aw_lock. */
extern unsigned int aw_n_in;
bool aw_join_claim(struct aw_tracked *t);
void aw_join_attach(struct aw_tracked *t, struct task_struct *leader);
void aw_join_enter(struct aw_tracked *t, struct task_struct *leader,
		   const struct aw_terms *terms, enum aw_why why);
int aw_join_publish(struct aw_tracked *t);

/* task.c: what Linux says of a task now; context: under RCU */
int aw_task_status(const struct task_struct *task);
bool aw_task_is_zombie(struct task_struct *leader);

/* True if orphans come to the task's process, of which nobody tells. */
static inline bool aw_task_is_reaper(const struct task_struct *task)
{
	struct pid *tgid = READ_ONCE(task->signal->pids[PIDTYPE_TGID]);

	return task->signal->is_child_subreaper || (tgid && is_child_reaper(tgid));
}

/* state.c: a record that begins in the middle of a process's life */
void aw_state_begin(struct aw_tracked *t, struct task_struct *leader);
void aw_state_reaped(struct aw_tracked *t);

/* scan.c: facts that no event announces */
void aw_scan_begin(struct aw_tracked *t);
void aw_scan_children(struct aw_tracked *t);
void aw_scan_tracees(void);
void aw_scan_groups(struct aw_tracked *t);
void aw_scan_reaped(struct aw_tracked *t);

/* strays.c: orphans of whom there is no record */
void aw_strays_part(struct task_struct *task);
void aw_strays_leave(struct task_struct *task);
void aw_strays_pass(struct task_struct *parent);
bool aw_strays_begin(struct aw_tracked *t);
void aw_strays_end(struct aw_tracked *t);
void aw_strays_drop(struct aw_tracked *t);

/* adoption.c: children of a process that exits */
/*
 * Those that have orphans, or had some, and how often somebody has begun to leave some, of
 * record or not.  aw_lock to write; read without it by call/quick.c.
 */
extern struct list_head aw_dying;
extern unsigned int aw_dyings;
bool aw_adoption_step(void);
void aw_adoption_finish_all(void);

/**
 * aw_adoption_finish - all orphans go to the reaper that Linux gave them
 *
 * On return none is left, in the same hold of aw_lock, that has one by then.
 *
 * Context: process, aw_lock held; drops and retakes it where there are many.
 */
static inline void aw_adoption_finish(void)
	__must_hold(&aw_lock)
{
	if (!list_empty(&aw_dying))
		aw_adoption_finish_all();
}

void aw_adoption_end(struct aw_tracked *t);

/**
 * struct aw_owed - a zombie of Linux's that the records are done with
 * @node:  in struct aw_tracked_family.owed
 * @pid:   the zombie's, referenced
 * @asked: a thread of the process is asking stock for it without aw_lock, and frees
 *	   it or clears this
 * @again: another thread wanted to ask meanwhile: stock may have it now
 */
struct aw_owed {
	struct list_head node;
	struct pid	 *pid;
	bool		 asked;
	bool		 again;
};

/* owed.c: what stock still owes */
bool aw_owed_has(const struct aw_tracked *t, const struct pid *pid);
void aw_owed_add(struct aw_tracked *t, struct pid *pid);
void aw_owed_add_for(struct aw_tracked *zombie);
void aw_owed_add_for_parent(struct aw_tracked *by, struct aw_tracked *zombie);
struct aw_owed *aw_owed_next(struct aw_tracked *t, struct aw_owed *after);
void aw_owed_free(struct aw_owed *o);
void aw_owed_drop(struct aw_tracked *t);

#endif /* _ALTWAIT_FEED_H */
