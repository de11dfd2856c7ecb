// SPDX-License-Identifier: GPL-2.0
/*
 * The live threads of a process, in ascending tid order.
 */
#include "records.h"

static void drop_thread(struct aw_thread *t)
{
	if (t->waker)
		aw_waker_put(t->waker);
	list_del(&t->node);
	aw_free(t);
}

/**
 * aw_thread_drop_all - drop what is left of the threads
 * @p: their process, which goes
 */
void aw_thread_drop_all(struct aw_process *p)
{
	struct aw_thread *t, *next;

	list_for_each_entry_safe(t, next, &p->threads, node)
		drop_thread(t);
}

/**
 * aw_thread_find - a live thread
 * @p: its process
 * @tid: thread id
 *
 * Return: the thread, or NULL.
 */
struct aw_thread *aw_thread_find(const struct aw_process *p, u32 tid)
{
	struct aw_thread *t;

	list_for_each_entry(t, &p->threads, node) {
		if (t->tid >= tid)
			return t->tid == tid ? t : NULL;
	}
	return NULL;
}

static void insert_thread(struct aw_process *p, struct aw_thread *new)
{
	struct aw_thread *t;

	list_for_each_entry_reverse(t, &p->threads, node) {
		if (t->tid < new->tid)
			break;
	}
	list_add(&new->node, &t->node);
}

/**
 * aw_thread_add - a new thread
 * @p: its process
 * @tid: thread id
 *
 * Return: 0 or -ENOMEM.
 */
int aw_thread_add(struct aw_process *p, u32 tid)
{
	struct aw_thread *t = aw_alloc(sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->tid = tid;
	t->waker = NULL;
	insert_thread(p, t);
	return 0;
}

/**
 * aw_thread_rename - exec by a thread that is not the leader
 * @p: its process
 * @old_tid: the thread
 * @new_tid: the id that it takes over: the pid
 */
void aw_thread_rename(struct aw_process *p, u32 old_tid, u32 new_tid)
{
	struct aw_thread *t = aw_thread_find(p, old_tid);
	struct aw_thread *leader = aw_thread_find(p, new_tid);

	if (!t || t == leader)
		return;
	if (leader)
		drop_thread(leader);
	list_del(&t->node);
	t->tid = new_tid;
	if (t->waker)
		t->waker->tid = new_tid;
	insert_thread(p, t);
}

/**
 * aw_thread_group_exit - exit_group, or a fatal signal
 * @p: the process
 * @code: wait status word; stands, whatever the threads exit with
 */
void aw_thread_group_exit(struct aw_process *p, int code)
{
	p->exit_code = code;
	p->group_exited = true;
}

/**
 * aw_thread_exit - a thread exits
 * @p: its process
 * @tid: thread id
 * @code: its wait status word, which is the process's until another overwrites it
 *
 * Return: true if that was the last thread.
 */
bool aw_thread_exit(struct aw_process *p, u32 tid, int code)
{
	struct aw_thread *t = aw_thread_find(p, tid);

	if (!t)
		return false;
	if (!p->group_exited)
		p->exit_code = code;
	drop_thread(t);
	return list_empty(&p->threads);
}
