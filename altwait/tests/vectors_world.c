// SPDX-License-Identifier: GPL-2.0
/*
 * The world of a scenario: who is there, who wakes, who goes.
 */
#include "vectors_world.h"

__printf(2, 3) int vec_fail(struct vec_world *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->reason, sizeof(w->reason), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int vec_check_range(struct vec_world *w, s64 value, s64 low, s64 high)
{
	if (value >= low && value <= high)
		return 0;
	return vec_fail(w, "%lld is out of range", value);
}

/* ---------------------------------------------------------------- the host */

static void free_proc(struct aw_process *p)
{
	struct vec_proc *vp = container_of(p, struct vec_proc, rec);

	vp->world->alive--;
	aw_free(vp);
}

static void free_task(struct aw_waker *waker)
{
	struct vec_task *t = container_of(waker, struct vec_task, waker);

	t->world->alive--;
	aw_free(t);
}

void vec_wake(struct vec_task *t)
{
	if (list_empty(&t->woken))
		list_add_tail(&t->woken, &t->world->woken);
}

static void host_wake(struct aw_waker *waker)
{
	vec_wake(container_of(waker, struct vec_task, waker));
}

static const struct aw_host_ops host = {
	.process_free	= free_proc,
	.waker_free	= free_task,
	.wake		= host_wake,
};

/* ------------------------------------------------------------------ lookup */

struct vec_proc *vec_find_proc(struct vec_world *w, s64 pid)
{
	struct vec_proc *p;

	list_for_each_entry(p, &w->procs, node)
		if (p->rec.pid == pid)
			return p;
	return NULL;
}

struct vec_task *vec_find_task(struct vec_world *w, s64 tid)
{
	struct vec_task *t;

	list_for_each_entry(t, &w->tasks, node)
		if (t->waker.tid == tid)
			return t;
	return NULL;
}

int vec_get_live(struct vec_world *w, s64 pid, struct vec_proc **p)
{
	*p = vec_find_proc(w, pid);
	if (!*p)
		return vec_fail(w, "no process %lld", pid);
	if ((*p)->rec.is_zombie)
		return vec_fail(w, "process %lld has exited", pid);
	return 0;
}

int vec_get_thread(struct vec_world *w, const s64 *arg, struct vec_task **t)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (ret)
		return ret;
	*t = vec_find_task(w, arg[1]);
	if (!*t || !(*t)->live || (*t)->proc != p)
		return vec_fail(w, "%lld is no thread of %lld", arg[1], arg[0]);
	return 0;
}

/* Every id that was ever given is a thread's: no other can be given again. */
int vec_check_fresh(struct vec_world *w, s64 id)
{
	if (id <= 0 || id > S32_MAX || vec_find_task(w, id))
		return vec_fail(w, "id %lld is not free", id);
	return 0;
}

/* True if the thread can execute user code or enter a system call. */
bool vec_runnable(const struct vec_task *t)
{
	const struct vec_proc *p = t->proc;

	return t->live && !t->call && !p->job_stopped && !p->killed &&
	       !aw_ptrace_find(&p->rec.ptrace, t->waker.tid);
}

/* ------------------------------------------------------- births and deaths */

int vec_add_task(struct vec_world *w, struct vec_proc *p, u32 tid)
{
	struct vec_task *t = aw_alloc(sizeof(*t));

	if (!t)
		return -ENOMEM;
	aw_waker_init(&t->waker, &host, tid);
	INIT_LIST_HEAD(&t->woken);
	t->world = w;
	t->proc = p;
	t->live = true;
	if (p->rec.ptrace.tracer)
		vec_linux_traced(w, t, p->rec.ptrace.tracer);
	list_add_tail(&t->node, &w->tasks);
	w->alive++;
	if (aw_thread_add(&p->rec, tid))
		return -ENOMEM;
	aw_waker_get(&t->waker);
	aw_thread_find(&p->rec, tid)->waker = &t->waker;
	return 0;
}

int vec_add_proc(struct vec_world *w, struct vec_proc *parent, u32 maker, u32 pid,
		 int exit_signal)
{
	struct aw_process *above = parent ? &parent->rec : NULL;
	struct vec_proc *p = aw_alloc(sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->world = w;
	p->born = vec_linux_next(w);
	p->exit_signal = exit_signal;
	p->rec.maker = maker;
	p->rec.made_clone = exit_signal != SIGCHLD;
	aw_process_add(&w->rec, &p->rec, above, pid,
		       above ? above->pgid : pid, above ? above->uid : 0);
	aw_process_get(&p->rec);
	list_add_tail(&p->node, &w->procs);
	w->alive++;
	return vec_add_task(w, p, pid);
}

static void process_exits(struct vec_world *w, struct vec_proc *p)
{
	struct aw_process *init = &vec_find_proc(w, VEC_INIT)->rec;
	struct aw_process *reaper = aw_process_find_reaper(&p->rec, init);
	struct vec_proc *child;

	p->job_stopped = false;
	p->killed = false;
	vec_linux_process_exits(w, p);
	while (!list_empty(&p->rec.family->children)) {
		child = vec_linux_oldest(w, &p->rec);
		vec_linux_orphaned(w, child);
		aw_process_reparent(&child->rec, reaper);
	}
	aw_process_exit(&w->rec, &p->rec);
}

void vec_thread_leaves(struct vec_world *w, struct vec_task *t, int code)
{
	t->live = false;
	vec_linux_thread_exits(t, code);
	if (aw_thread_exit(&t->proc->rec, t->waker.tid, code))
		process_exits(w, t->proc);
}

/* ---------------------------------------------------------- the whole world */

static void init_lists(struct vec_world *w)
{
	INIT_LIST_HEAD(&w->procs);
	INIT_LIST_HEAD(&w->tasks);
	INIT_LIST_HEAD(&w->calls);
	INIT_LIST_HEAD(&w->pidfds);
	INIT_LIST_HEAD(&w->woken);
	INIT_LIST_HEAD(&w->out);
	INIT_LIST_HEAD(&w->race);
}

int vec_world_init(struct vec_world *w)
{
	memset(w, 0, sizeof(*w));
	init_lists(w);
	aw_records_init(&w->rec, &host, &w->by_pid);
	return vec_add_proc(w, NULL, 0, VEC_INIT, SIGCHLD);
}

/* The lists hold nothing but memory. */
#define free_all(head, type) do {					\
	type *pos_, *next_;						\
									\
	list_for_each_entry_safe(pos_, next_, head, node)		\
		aw_free(pos_);						\
} while (0)

bool vec_world_destroy(struct vec_world *w)
{
	struct vec_proc *p, *next_proc;
	struct vec_task *t, *next_task;

	vec_drop_calls(w);
	free_all(&w->pidfds, struct vec_pidfd);
	free_all(&w->out, struct vec_out);
	free_all(&w->race, struct vec_op);
	list_for_each_entry_safe(p, next_proc, &w->procs, node) {
		list_del(&p->node);
		aw_process_forget(&w->rec, &p->rec);
		aw_process_put(&p->rec);
	}
	list_for_each_entry_safe(t, next_task, &w->tasks, node) {
		list_del(&t->node);
		aw_waker_put(&t->waker);
	}
	return !w->alive && !w->rec.n_processes;
}
