// SPDX-License-Identifier: GPL-2.0
/*
 * The records: processes, and what each event does to them.
 */
#include "tables.h"

static void init_process(struct aw_process *p, const struct aw_host_ops *host)
{
	p->host = host;
	/* Nobody writes to that: aw_family_make(). */
	p->family = (struct aw_family *)(host->nobody ?: &aw_family_nobody);
	INIT_LIST_HEAD(&p->threads);
	INIT_LIST_HEAD(&p->sibling);
	INIT_LIST_HEAD(&p->hash);
	INIT_LIST_HEAD(&p->traced);
	INIT_LIST_HEAD(&p->zombie);
	INIT_LIST_HEAD(&p->kept_node);
	aw_ptrace_init(&p->ptrace);
}

/**
 * aw_process_add - fork
 * @r: the records
 * @p: allocated and zeroed by the host
 * @parent: NULL for init, and where the parent has no record
 * @pid: thread-group id; the host has forgotten whoever had it before
 * @pgid: process group: the parent's
 * @uid: real user id
 *
 * A live process, without threads as yet.  The table holds a reference, and so
 * does the parent, whose family the host has made where it cannot do without.
 */
void aw_process_add(struct aw_records *r, struct aw_process *p,
		    struct aw_process *parent, u32 pid, u32 pgid, u32 uid)
{
	init_process(p, r->host);
	p->pid = pid;
	p->pgid = pgid;
	p->uid = uid;
	aw_table_insert(r, p);
	if (parent)
		aw_process_reparent(p, parent);
}

/**
 * aw_process_reparent - a process gets another parent
 * @child: the process
 * @parent: its parent from now on; NULL: one that has no record
 *
 * Return: 0; -ENOMEM, as if the parent had no record.
 */
int aw_process_reparent(struct aw_process *child, struct aw_process *parent)
{
	bool stays = child->parent == parent && !list_empty(&child->sibling);
	u64 joined = child->joined;
	int err = parent ? aw_family_make(parent) : 0;

	if (err)
		parent = NULL;
	aw_process_get(child);
	aw_children_remove(child);
	aw_parent_set(child, parent);
	if (parent)
		aw_children_insert(parent, child);
	if (stays)
		child->joined = joined;
	aw_process_put(child);
	return err;
}

/**
 * aw_process_find_reaper - the process that gets the children of one that exits
 * @p: the process that exits
 * @init: the last resort
 *
 * Return: the nearest ancestor that is a subreaper and no zombie, else @init.
 */
struct aw_process *aw_process_find_reaper(struct aw_process *p,
					  struct aw_process *init)
{
	struct aw_process *up;

	for (up = p->parent; up; up = up->parent) {
		if (up->is_child_subreaper && !up->is_zombie)
			return up;
	}
	return init;
}

/* ---------------------------------------------------------------- events */

/**
 * aw_process_tell - something has happened that wait calls may sleep for
 * @p: the process whose calls they are
 * @news: what
 */
void aw_process_tell(struct aw_process *p, const struct aw_news *news)
{
	if (p->host->told)
		p->host->told(p, news);
	aw_pollset_tell(&p->family->child_exit_event, news);
}

/* A PollSet can be found only while its process is in the table. */
static void tell_pid(struct aw_records *r, u32 pid, const struct aw_process *of,
		     enum aw_news_kind kind)
{
	const struct aw_news news = { .kind = kind, .of = of };
	struct aw_process *p = aw_process_find(r, pid);

	if (p)
		aw_process_tell(p, &news);
}

static void tell_parent(struct aw_records *r, const struct aw_process *p,
			enum aw_news_kind kind)
{
	if (p->parent)
		tell_pid(r, p->parent->pid, p, kind);
}

/**
 * aw_process_ends - the last thread has left
 * @r: the records
 * @p: the process; nothing happens if it is a zombie already
 * @to_parent: what kind of news that is to the parent
 * @to_tracer: and to the tracer
 *
 * Its stops are dropped, and it gets an entry in the zombie table.  The parent is
 * told, then the tracer if that is another process; the kind of news and a call's
 * policy say whether that wakes the call.  Its children stay where they are: see
 * aw_process_reparent().
 */
void aw_process_ends(struct aw_records *r, struct aw_process *p,
		     enum aw_news_kind to_parent, enum aw_news_kind to_tracer)
{
	u32 tracer = p->ptrace.tracer;

	if (p->is_zombie)
		return;
	aw_ptrace_drop_all(&p->ptrace);
	aw_zombies_insert(r, p);
	p->is_zombie = true;
	aw_index_note(p);
	tell_parent(r, p, to_parent);
	if (tracer && !(p->parent && p->parent->pid == tracer))
		tell_pid(r, tracer, p, to_tracer);
}

/**
 * aw_process_exit - the last thread has left: where only the records say so
 * @r: the records
 * @p: as for aw_process_ends()
 *
 * For hosts whose wakers hear any news: userspace and tests.  The module has
 * aw_process_ends(), since Linux tells of an end by itself.
 */
void aw_process_exit(struct aw_records *r, struct aw_process *p)
{
	aw_process_ends(r, p, AW_NEWS_RECORDED, AW_NEWS_RECORDED);
}

/*
 * A new report overwrites an unread one.  The tracer, if any, is not told.  Of a
 * stop Linux tells by itself, so that news of it wakes nobody in the module.
 */
static void set_job(struct aw_records *r, struct aw_process *p,
		    enum aw_job_kind kind, int signo)
{
	p->job.kind = kind;
	p->job.signo = signo;
	aw_index_note(p);
	tell_parent(r, p, kind == AW_JOB_CONTINUED ? AW_NEWS_CONT_SENT :
		    AW_NEWS_RECORDED);
}

/**
 * aw_process_stop - a job-control stop
 * @r: the records
 * @p: the process
 * @signo: the signal that stopped it
 */
void aw_process_stop(struct aw_records *r, struct aw_process *p, int signo)
{
	set_job(r, p, AW_JOB_STOPPED, signo);
}

/**
 * aw_process_continue - SIGCONT is sent to a stopped process
 * @r: the records
 * @p: the process
 */
void aw_process_continue(struct aw_records *r, struct aw_process *p)
{
	set_job(r, p, AW_JOB_CONTINUED, 0);
}

/**
 * aw_process_job_told - the parent has taken a job status
 * @p: the process
 */
void aw_process_job_told(struct aw_process *p)
{
	p->job.kind = AW_JOB_NONE;
	aw_index_note(p);
}

/**
 * aw_process_trace - a process gets a tracer; the latest one wins
 * @r: the records
 * @p: the process
 * @tracer: pid of the tracer
 */
void aw_process_trace(struct aw_records *r, struct aw_process *p, u32 tracer)
{
	p->ptrace.tracer = tracer;
	if (p->in_table && list_empty(&p->traced))
		insert_by_pid(p, &r->traced, traced);
}

/**
 * aw_process_detach - a process loses its tracer, and every thread resumes
 * @r: the records
 * @p: the process; a zombie's entry keeps the tracer that it was made with
 */
void aw_process_detach(struct aw_records *r, struct aw_process *p)
{
	p->ptrace.tracer = 0;
	p->ptrace.options = 0;
	aw_process_ptrace_resume_all(p);
	list_del_init(&p->traced);
}

/**
 * aw_process_ptrace_stop - a thread enters a ptrace stop
 * @r: the records
 * @p: its process
 * @tid: the thread
 * @signo: 0 where the stop carries no signal number
 * @event: PTRACE_EVENT_*, or 0
 * @event_msg: as PTRACE_GETEVENTMSG would say
 * @is_syscall: a syscall-entry or syscall-exit stop
 *
 * The tracer is told, or the parent where no tracer is set, of AW_NEWS_RECORDED.
 * That wakes wakers that hear of any news; in the module it wakes nobody, since
 * Linux tells of the stop by itself.
 *
 * Return: 0 or -ENOMEM.
 */
int aw_process_ptrace_stop(struct aw_records *r, struct aw_process *p, u32 tid,
			   int signo, u32 event, u64 event_msg, bool is_syscall)
{
	int ret = aw_ptrace_insert(&p->ptrace, tid, signo, event, event_msg,
				   is_syscall);

	if (ret)
		return ret;
	aw_index_note(p);
	if (p->ptrace.tracer)
		tell_pid(r, p->ptrace.tracer, p, AW_NEWS_RECORDED);
	else
		tell_parent(r, p, AW_NEWS_RECORDED);
	return 0;
}

/**
 * aw_process_ptrace_resume - a thread leaves its ptrace stop
 * @p: its process
 * @tid: the thread
 */
void aw_process_ptrace_resume(struct aw_process *p, u32 tid)
{
	aw_ptrace_remove(&p->ptrace, tid);
	aw_index_note(p);
}

/**
 * aw_process_ptrace_resume_all - every thread leaves its ptrace stop: a SIGKILL
 * @p: the process
 */
void aw_process_ptrace_resume_all(struct aw_process *p)
{
	aw_ptrace_drop_all(&p->ptrace);
	aw_index_note(p);
}

/* ------------------------------------------------------------------ ends */

/**
 * aw_process_reap - a wait call has consumed a zombie
 * @r: the records
 * @p: the zombie, referenced by the caller; maybe reaped before
 *
 * child.free(), remove_process() and unregister_zombie(): seed 238-240 and 398-400.
 * The last two go by the pid, so that a second reap of a zombie removes whoever has
 * its pid by then.
 */
void aw_process_reap(struct aw_records *r, struct aw_process *p)
{
	struct aw_process *child, *entry;

	child = p;
	if (list_empty(&p->sibling))
		child = p->parent ? aw_children_find(p->parent, p->pid) : NULL;
	if (child)
		aw_children_remove(child);
	entry = p->in_table ? p : aw_process_find(r, p->pid);
	if (!entry)
		return;
	aw_zombies_remove(entry);
	aw_table_remove(r, entry);
}

/**
 * aw_process_untrace_zombie - a tracer has waited for a zombie that is not its
 * @r: the records
 * @p: the zombie: its parent's alone, from now on
 */
void aw_process_untrace_zombie(struct aw_records *r, struct aw_process *p)
{
	p->zombie_tracer = 0;
	if (p->in_zombies)
		list_move_tail(&p->zombie, &r->zombies);
	p->ptrace.tracer = 0;
	list_del_init(&p->traced);
}

/**
 * aw_process_forget - take a process out of everything
 * @r: the records
 * @p: the process; freed, unless a snapshot or the host holds a reference
 *
 * Its children get no parent.
 */
void aw_process_forget(struct aw_records *r, struct aw_process *p)
{
	struct aw_process *child, *next;

	aw_process_get(p);
	list_for_each_entry_safe(child, next, &p->family->children, sibling)
		aw_process_reparent(child, NULL);
	aw_process_reparent(p, NULL);
	aw_zombies_remove(p);
	aw_table_remove(r, p);
	aw_process_put(p);
}
