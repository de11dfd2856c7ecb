// SPDX-License-Identifier: GPL-2.0
/*
 * The events of a scenario, applied to the records.
 */
#include "vectors_world.h"

/* ---------------------------------------------------------- births, deaths */

static int ev_fork(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_check_fresh(w, arg[1]);

	if (!ret)
		ret = vec_get_live(w, arg[0], &p);
	return ret ? ret : vec_add_proc(w, p, vec_linux_hanger(w, &p->rec), arg[1], SIGCHLD);
}

/* Thread arg[1] of process arg[0] makes arg[2], whose end sends arg[3]. */
static int ev_clone(struct vec_world *w, const s64 *arg)
{
	struct vec_task *t;
	int ret = vec_check_fresh(w, arg[2]);

	if (!ret)
		ret = vec_get_thread(w, arg, &t);
	if (!ret)
		ret = vec_check_range(w, arg[3], 0, 64);
	return ret ? ret : vec_add_proc(w, t->proc, arg[1], arg[2], arg[3]);
}

/* execve() by the only thread of a process. */
static int ev_exec(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (ret)
		return ret;
	if (p->rec.threads.next->next != &p->rec.threads)
		return vec_fail(w, "process %lld has several threads", arg[0]);
	vec_linux_executes(p);
	return 0;
}

static int ev_thread(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_check_fresh(w, arg[1]);

	if (!ret)
		ret = vec_get_live(w, arg[0], &p);
	return ret ? ret : vec_add_task(w, p, arg[1]);
}

static bool is_last_of_init(const struct vec_proc *p)
{
	const struct list_head *threads = &p->rec.threads;

	return p->rec.pid == VEC_INIT && threads->next->next == threads;
}

static int ev_texit(struct vec_world *w, const s64 *arg)
{
	struct vec_task *t;
	int ret = vec_get_thread(w, arg, &t);

	if (!ret)
		ret = vec_check_range(w, arg[2], S32_MIN, S32_MAX);
	if (ret)
		return ret;
	if (!vec_runnable(t))
		return vec_fail(w, "thread %lld does not run", arg[1]);
	if (is_last_of_init(t->proc))
		return vec_fail(w, "init may not exit");
	vec_thread_leaves(w, t, arg[2]);
	return 0;
}

static void group_exits(struct vec_world *w, struct vec_task *t, int code)
{
	struct aw_process *p = &t->proc->rec;
	struct aw_thread *other;

	aw_thread_group_exit(p, code);
	vec_linux_group_exits(t->proc);
	vec_thread_leaves(w, t, code);
	while (!list_empty(&p->threads)) {
		other = list_first_entry(&p->threads, struct aw_thread, node);
		vec_thread_leaves(w, vec_find_task(w, other->tid), SIGKILL);
	}
}

static int ev_gexit(struct vec_world *w, const s64 *arg)
{
	struct vec_task *t;
	int ret = vec_get_thread(w, arg, &t);

	if (!ret)
		ret = vec_check_range(w, arg[2], S32_MIN, S32_MAX);
	if (ret)
		return ret;
	if (arg[0] == VEC_INIT)
		return vec_fail(w, "init may not exit");
	if (!vec_runnable(t) && !(arg[2] & 0x7f))
		return vec_fail(w, "thread %lld does not run: only a signal can end it",
				arg[1]);
	group_exits(w, t, arg[2]);
	return 0;
}

/* -------------------------------------------------------------- attributes */

static int ev_setpgid(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (!ret)
		ret = vec_check_range(w, arg[1], 0, U32_MAX);
	if (!ret)
		p->rec.pgid = arg[1];
	return ret;
}

static int ev_setsid(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (!ret)
		p->rec.pgid = p->rec.pid;
	return ret;
}

static int ev_subreaper(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (!ret)
		p->rec.is_child_subreaper = arg[1];
	return ret;
}

static int ev_uid(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (!ret)
		ret = vec_check_range(w, arg[1], 0, U32_MAX);
	if (!ret)
		p->rec.uid = arg[1];
	return ret;
}

/* ------------------------------------------------------------- job control */

static bool has_call(struct vec_world *w, const struct vec_proc *p)
{
	struct vec_task *t;

	list_for_each_entry(t, &w->tasks, node)
		if (t->proc == p && t->live && t->call)
			return true;
	return false;
}

static int ev_jstop(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (!ret)
		ret = vec_check_range(w, arg[1], 1, 64);
	if (ret)
		return ret;
	if (p->job_stopped || p->killed)
		return vec_fail(w, "%lld cannot stop", arg[0]);
	if (has_call(w, p))
		return vec_fail(w, "%lld has a wait call in flight", arg[0]);
	p->job_stopped = true;
	vec_linux_stops(p, arg[1]);
	aw_process_stop(&w->rec, &p->rec, arg[1]);
	return 0;
}

static int get_stopped(struct vec_world *w, s64 pid, struct vec_proc **p)
{
	int ret = vec_get_live(w, pid, p);

	if (!ret && !(*p)->job_stopped)
		return vec_fail(w, "%lld is not stopped", pid);
	return ret;
}

static int ev_jcont(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = get_stopped(w, arg[0], &p);

	if (ret)
		return ret;
	p->job_stopped = false;
	vec_linux_continues(p);
	aw_process_continue(&w->rec, &p->rec);
	return 0;
}

static int ev_kill(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = get_stopped(w, arg[0], &p);

	if (ret)
		return ret;
	p->job_stopped = false;
	p->killed = true;
	vec_linux_group_exits(p);
	return 0;
}

/* ------------------------------------------------------------------ ptrace */

static int ev_trace(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *tracer, *p;
	int ret = vec_get_live(w, arg[0], &tracer);

	if (!ret)
		ret = vec_get_live(w, arg[1], &p);
	if (ret)
		return ret;
	if (p->rec.ptrace.tracer || p == tracer)
		return vec_fail(w, "%lld cannot be traced", arg[1]);
	vec_linux_trace(w, p, arg[0]);
	aw_process_trace(&w->rec, &p->rec, arg[0]);
	return 0;
}

/* Also of a zombie. */
static int ev_detach(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p = vec_find_proc(w, arg[0]);

	if (!p || !p->rec.ptrace.tracer)
		return vec_fail(w, "%lld is not traced", arg[0]);
	vec_linux_detach(w, p);
	aw_process_detach(&w->rec, &p->rec);
	return 0;
}

static int ev_opts(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (!ret)
		ret = vec_check_range(w, arg[1], 0, S64_MAX);
	if (!ret)
		p->rec.ptrace.options = arg[1];
	return ret;
}

static int ev_pstop(struct vec_world *w, const s64 *arg)
{
	struct vec_task *t;
	int ret = vec_get_thread(w, arg, &t);

	if (!ret)
		ret = vec_check_range(w, arg[2], 0, 64);
	if (!ret)
		ret = vec_check_range(w, arg[3], 0, U32_MAX);
	if (ret)
		return ret;
	if (t->call)
		return vec_fail(w, "thread %lld is in a wait call", arg[1]);
	vec_linux_ptrace_stop(t, arg[2], arg[3], arg[4]);
	return aw_process_ptrace_stop(&w->rec, &t->proc->rec, arg[1], arg[2], arg[3], 0,
				      arg[4]);
}

static int ev_resume(struct vec_world *w, const s64 *arg)
{
	struct vec_proc *p;
	int ret = vec_get_live(w, arg[0], &p);

	if (!ret)
		ret = vec_check_range(w, arg[1], 0, U32_MAX);
	if (ret)
		return ret;
	if (!aw_ptrace_find(&p->rec.ptrace, arg[1]))
		return vec_fail(w, "%lld is not in a ptrace stop", arg[1]);
	vec_find_task(w, arg[1])->stop_code = 0;
	aw_process_ptrace_resume(&p->rec, arg[1]);
	return 0;
}

/* --------------------------------------------------------- signals, pidfds */

static int ev_signal(struct vec_world *w, const s64 *arg)
{
	struct vec_task *t = vec_find_task(w, arg[0]);

	if (!t || !t->live)
		return vec_fail(w, "no thread %lld", arg[0]);
	t->signal = true;
	vec_wake(t);
	return 0;
}

static bool is_open(struct vec_world *w, s64 fd)
{
	struct vec_pidfd *f;

	list_for_each_entry(f, &w->pidfds, node)
		if (f->fd == fd)
			return true;
	return false;
}

/* 0, 1 and 2 are other files. */
static int ev_pidfd(struct vec_world *w, const s64 *arg)
{
	struct vec_pidfd *f;

	if (arg[0] < 3 || arg[0] > S32_MAX || is_open(w, arg[0]))
		return vec_fail(w, "descriptor %lld is not free", arg[0]);
	if (!vec_find_task(w, arg[1]))
		return vec_fail(w, "no process or thread %lld", arg[1]);
	f = aw_alloc(sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->fd = arg[0];
	f->id = arg[1];
	list_add_tail(&f->node, &w->pidfds);
	return 0;
}

const struct vec_opcode vec_opcodes[] = {
	{ "fork",	2, VEC_EVENT, ev_fork },
	{ "clone",	4, VEC_EVENT, ev_clone },
	{ "exec",	1, VEC_EVENT, ev_exec },
	{ "thread",	2, VEC_EVENT, ev_thread },
	{ "texit",	3, VEC_EVENT, ev_texit },
	{ "gexit",	3, VEC_EVENT, ev_gexit },
	{ "setpgid",	2, VEC_EVENT, ev_setpgid },
	{ "setsid",	1, VEC_EVENT, ev_setsid },
	{ "subreaper",	2, VEC_EVENT, ev_subreaper },
	{ "uid",	2, VEC_EVENT, ev_uid },
	{ "jstop",	2, VEC_EVENT, ev_jstop },
	{ "jcont",	1, VEC_EVENT, ev_jcont },
	{ "kill",	1, VEC_EVENT, ev_kill },
	{ "trace",	2, VEC_EVENT, ev_trace },
	{ "detach",	1, VEC_EVENT, ev_detach },
	{ "opts",	2, VEC_EVENT, ev_opts },
	{ "pstop",	5, VEC_EVENT, ev_pstop },
	{ "resume",	2, VEC_EVENT, ev_resume },
	{ "signal",	1, VEC_EVENT, ev_signal },
	{ "pidfd",	2, VEC_EVENT, ev_pidfd },
	{ "wait4",	5, VEC_WAIT4, NULL },
	{ "waitid",	6, VEC_WAITID, NULL },
	{ "race",	1, VEC_RACE, NULL },
};

const unsigned int vec_n_opcodes = ARRAY_SIZE(vec_opcodes);
