// SPDX-License-Identifier: GPL-2.0
/*
 * What Linux would know in the world of a scenario: the other half of an event.
 *
 * Most scenarios say which process forks and traces, not which thread.  Here all
 * children and tracees of a process hang on one thread of it: the first one, and
 * where that has exited the one with the lowest id.
 */
#include "vectors_world.h"

/* ----------------------------------------------------------------- the events */

/* The youngest child of its parent, the latest tracee of its tracer. */
u64 vec_linux_next(struct vec_world *w)
{
	return ++w->clock;
}

/* begin_new_exec() */
void vec_linux_executes(struct vec_proc *p)
{
	p->exit_signal = SIGCHLD;
}

/* reparent_leader() */
void vec_linux_orphaned(struct vec_world *w, struct vec_proc *p)
{
	p->born = vec_linux_next(w);
	p->exit_signal = SIGCHLD;
}

/* complete_signal() and do_exit(): no stop is left, and no continue. */
void vec_linux_group_exits(struct vec_proc *p)
{
	p->group_stop = 0;
	p->continued = false;
}

void vec_linux_stops(struct vec_proc *p, int signo)
{
	p->group_stop = signo;
	p->continued = false;
}

void vec_linux_continues(struct vec_proc *p)
{
	p->group_stop = 0;
	p->continued = true;
}

/* Each thread of a traced process is traced, the latest one last. */
void vec_linux_traced(struct vec_world *w, struct vec_task *t, u32 tracer)
{
	t->tracer = tracer;
	t->traced = vec_linux_next(w);
}

void vec_linux_trace(struct vec_world *w, struct vec_proc *p, u32 tracer)
{
	struct vec_task *t;

	list_for_each_entry(t, &w->tasks, node)
		if (t->proc == p && t->live)
			vec_linux_traced(w, t, tracer);
}

static void untrace(struct vec_task *t)
{
	t->tracer = 0;
	t->stop_code = 0;
	/* __ptrace_detach(): a zombie thread was kept for its tracer. */
	t->kept = false;
}

void vec_linux_detach(struct vec_world *w, struct vec_proc *p)
{
	struct vec_task *t;

	list_for_each_entry(t, &w->tasks, node)
		if (t->proc == p)
			untrace(t);
}

/* exit_ptrace() */
static void tracer_exits(struct vec_world *w, u32 tracer)
{
	struct vec_task *t;

	list_for_each_entry(t, &w->tasks, node)
		if (t->tracer == tracer)
			untrace(t);
}

/* What ptrace_report_syscall() and ptrace_event() leave in exit_code. */
void vec_linux_ptrace_stop(struct vec_task *t, int signo, u32 event,
			   bool is_syscall)
{
	unsigned long options = t->proc->rec.ptrace.options;

	if (!t->tracer || !signo)
		return;
	if (is_syscall && signo == SIGTRAP && options & PTRACE_O_TRACESYSGOOD)
		signo |= 0x80;
	t->stop_code = signo | (event & 0xffff) << 8;
}

/* Thread-group leaders stay until they are reaped, tracees until waited for. */
void vec_linux_thread_exits(struct vec_task *t, int code)
{
	t->stop_code = 0;
	t->code = code;
	t->kept = t->tracer || t->waker.tid == t->proc->rec.pid;
}

void vec_linux_process_exits(struct vec_world *w, struct vec_proc *p)
{
	vec_linux_group_exits(p);
	tracer_exits(w, p->rec.pid);
}

/* What the reference reports is asked of Linux, too, and used up there. */
void vec_linux_consumed(struct vec_world *w, const struct aw_process *caller,
			const struct aw_decision *d)
{
	struct vec_proc *p = container_of(d->proc, struct vec_proc, rec);
	struct vec_task *t;

	if (!d->consume)
		return;
	if (d->kind == AW_PTRACE_STOP) {
		t = vec_find_task(w, d->tid);
		if (t && t->tracer == caller->pid)
			t->stop_code = 0;
	} else if (d->kind == AW_JOB_STATUS && d->cld_code == CLD_STOPPED) {
		p->group_stop = 0;
	} else if (d->kind == AW_JOB_STATUS) {
		p->continued = false;
	}
}

/* ------------------------------------------------------------------ the facts */

/* The thread that children and tracees of a process hang on. */
u32 vec_linux_hanger(struct vec_world *w, const struct aw_process *p)
{
	struct vec_task *first = vec_find_task(w, p->pid);

	if ((first && first->live) || list_empty(&p->threads))
		return p->pid;
	return list_first_entry(&p->threads, struct aw_thread, node)->tid;
}

/* delay_group_leader() */
static bool is_delayed(struct vec_world *w, const struct vec_task *leader)
{
	struct vec_task *t;

	list_for_each_entry(t, &w->tasks, node)
		if (t->proc == leader->proc && t != leader &&
		    (t->live || t->kept))
			return true;
	return false;
}

/* The last thread's code stands where nobody called exit_group(). */
static int status_of(const struct vec_task *t)
{
	const struct aw_process *p = &t->proc->rec;

	return p->group_exited || p->is_zombie ? p->exit_code : t->code;
}

static bool is_reparented(const struct vec_task *t)
{
	const struct aw_process *parent = t->proc->rec.parent;

	return t->tracer && !(parent && parent->pid == t->tracer);
}

static void fill(struct vec_world *w, struct vec_task *t, enum aw_role role,
		 struct aw_fact *f)
{
	struct vec_proc *p = t->proc;

	memset(f, 0, sizeof(*f));
	f->proc = &p->rec;
	f->tid = t->waker.tid;
	f->pgid = p->rec.pgid;
	f->role = role;
	f->leader = f->tid == p->rec.pid;
	f->exit_signal = p->exit_signal;
	f->life = t->live ? AW_ALIVE : AW_EXIT_ZOMBIE;
	f->delayed = f->leader && is_delayed(w, t);
	f->traced = t->tracer;
	f->reparented = is_reparented(t);
	f->sysgood = p->rec.ptrace.options & PTRACE_O_TRACESYSGOOD;
	f->status = status_of(t);
	f->stop_code = t->stop_code;
	f->group_stop = p->group_stop;
	f->continued = p->continued;
	f->uid = p->rec.uid;
}

static bool is_child(const struct aw_process *p, const struct vec_task *t)
{
	return t->waker.tid == t->proc->rec.pid && t->proc->rec.parent == p &&
	       !list_empty(&t->proc->rec.sibling);
}

static bool is_tracee(const struct aw_process *p, const struct vec_task *t)
{
	return t->tracer == p->pid && (t->live || t->kept) &&
	       t->proc->rec.in_table;
}

/* The next child in the walk, after the place *after, which is moved on; or NULL. */
static struct vec_task *next_child(struct vec_world *w,
				   const struct aw_process *p, u64 *after)
{
	struct vec_task *t, *best = NULL;

	list_for_each_entry(t, &w->tasks, node)
		if (is_child(p, t) && t->proc->born > *after &&
		    (!best || t->proc->born < best->proc->born))
			best = t;
	if (best)
		*after = best->proc->born;
	return best;
}

static struct vec_task *next_tracee(struct vec_world *w,
				    const struct aw_process *p, u64 *before)
{
	struct vec_task *t, *best = NULL;

	list_for_each_entry(t, &w->tasks, node)
		if (is_tracee(p, t) && t->traced < *before &&
		    (!best || t->traced > best->traced))
			best = t;
	if (best)
		*before = best->traced;
	return best;
}

/* How many facts there can be. */
unsigned int vec_linux_count(struct vec_world *w)
{
	unsigned int n = 0;
	struct vec_task *t;

	list_for_each_entry(t, &w->tasks, node)
		n++;
	return 2 * n;
}

/* The facts for a caller, in the order of __do_wait(); there is room. */
void vec_linux_facts(struct vec_world *w, const struct vec_task *caller,
		     struct aw_facts *facts)
{
	const struct aw_process *p = &caller->proc->rec;
	u64 after = 0, before = ~0ULL;
	struct vec_task *t;
	unsigned int i;

	facts->n = 0;
	while ((t = next_child(w, p, &after)))
		fill(w, t, AW_ROLE_CHILD, &facts->v[facts->n++]);
	while ((t = next_tracee(w, p, &before)))
		fill(w, t, AW_ROLE_TRACEE, &facts->v[facts->n++]);
	for (i = 0; i < facts->n; i++)
		facts->v[i].other_thread = vec_linux_hanger(w, p) != caller->waker.tid;
	aw_facts_hash(facts);
}

/* The child that leaves a dying process's list first: they keep their order. */
struct vec_proc *vec_linux_oldest(struct vec_world *w,
				  const struct aw_process *parent)
{
	u64 after = 0;

	return next_child(w, parent, &after)->proc;
}
