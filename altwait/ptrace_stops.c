// SPDX-License-Identifier: GPL-2.0
/*
 * The ptrace stops of a process, and what the wait calls ask about them.
 *
 * Several threads of a tracee may be stopped at once.  The list is in ascending
 * tid order, since every "first" below means the lowest tid.
 */
#include "model/records.h"

/**
 * aw_ptrace_init - no tracer, no stops
 * @pt: the ptrace side of a process
 */
void aw_ptrace_init(struct aw_ptrace *pt)
{
	pt->tracer = 0;
	pt->selected = 0;
	pt->options = 0;
	pt->pending_events = 0;
	pt->serial = 0;
	INIT_LIST_HEAD(&pt->stops);
}

/**
 * aw_ptrace_find - the stop of one thread
 * @pt: the ptrace side of a process
 * @tid: the thread
 *
 * Return: the stop, or NULL.
 */
struct aw_ptrace_stop *aw_ptrace_find(const struct aw_ptrace *pt, u32 tid)
{
	struct aw_ptrace_stop *s;

	list_for_each_entry(s, &pt->stops, node) {
		if (s->tid >= tid)
			return s->tid == tid ? s : NULL;
	}
	return NULL;
}

static void insert_sorted(struct aw_ptrace *pt, struct aw_ptrace_stop *new)
{
	struct aw_ptrace_stop *s;

	list_for_each_entry(s, &pt->stops, node) {
		if (s->tid > new->tid)
			break;
	}
	/* Before s; where no tid is higher, that is the end of the list. */
	list_add_tail(&new->node, &s->node);
}

/**
 * aw_ptrace_insert - a thread enters a ptrace stop
 * @pt: the ptrace side of its process
 * @tid: the thread
 * @signo: 0 where the stop carries no signal number
 * @event: PTRACE_EVENT_*, or 0
 * @event_msg: as PTRACE_GETEVENTMSG would say
 * @is_syscall: a syscall-entry or syscall-exit stop
 *
 * Replaces the record of an earlier stop, unreported again, and selects @tid.
 *
 * Return: 0 or -ENOMEM.
 */
int aw_ptrace_insert(struct aw_ptrace *pt, u32 tid, int signo, u32 event,
		     u64 event_msg, bool is_syscall)
{
	struct aw_ptrace_stop *s = aw_ptrace_find(pt, tid);

	if (!s) {
		s = aw_alloc(sizeof(*s));
		if (!s)
			return -ENOMEM;
		s->tid = tid;
		insert_sorted(pt, s);
	}
	s->signo = signo;
	s->event = event;
	s->event_msg = event_msg;
	s->is_syscall = is_syscall;
	s->sysgood = pt->options & PTRACE_O_TRACESYSGOOD;
	s->reported = false;
	if (!++pt->serial)
		pt->serial = 1;
	s->serial = pt->serial;
	pt->selected = tid;
	return 0;
}

static void drop_stop(struct aw_ptrace_stop *s)
{
	list_del(&s->node);
	aw_free(s);
}

/**
 * aw_ptrace_remove - a thread resumes
 * @pt: the ptrace side of its process
 * @tid: the thread
 *
 * Return: true if there was a record.
 */
bool aw_ptrace_remove(struct aw_ptrace *pt, u32 tid)
{
	struct aw_ptrace_stop *s = aw_ptrace_find(pt, tid);

	if (!s)
		return false;
	drop_stop(s);
	return true;
}

/**
 * aw_ptrace_drop_all - every thread resumes
 * @pt: the ptrace side of a process
 */
void aw_ptrace_drop_all(struct aw_ptrace *pt)
{
	struct aw_ptrace_stop *s, *next;

	list_for_each_entry_safe(s, next, &pt->stops, node)
		drop_stop(s);
}

/* True if a wait call may report the stop: none has, and it has a signal number. */
static bool reportable(const struct aw_ptrace_stop *s)
{
	return !s->reported && s->signo;
}

/**
 * aw_ptrace_unreported_stop_for - one thread's stop, if it can be reported
 * @pt: the ptrace side of its process
 * @tid: the thread
 *
 * Seed 207 and 350.
 *
 * Return: the stop, or NULL.
 */
struct aw_ptrace_stop *
aw_ptrace_unreported_stop_for(const struct aw_ptrace *pt, u32 tid)
{
	struct aw_ptrace_stop *s = aw_ptrace_find(pt, tid);

	return s && reportable(s) ? s : NULL;
}

static struct aw_ptrace_stop *first_reportable(const struct aw_ptrace *pt,
					       bool with_event)
{
	struct aw_ptrace_stop *s;

	list_for_each_entry(s, &pt->stops, node) {
		if (reportable(s) && (s->event || !with_event))
			return s;
	}
	return NULL;
}

/**
 * aw_ptrace_unreported_stop - the stop that a wait call for a process reports
 * @pt: the ptrace side of the process
 * @preferred: the thread to prefer, 0 if none
 *
 * The preferred thread, else the first event stop, else nothing while an event
 * is announced, else the first stop (seed 209 and 352).
 *
 * Return: the stop, or NULL.
 */
struct aw_ptrace_stop *
aw_ptrace_unreported_stop(const struct aw_ptrace *pt, u32 preferred)
{
	struct aw_ptrace_stop *s = NULL;

	if (preferred)
		s = aw_ptrace_unreported_stop_for(pt, preferred);
	if (!s)
		s = first_reportable(pt, true);
	if (!s && !pt->pending_events)
		s = first_reportable(pt, false);
	return s;
}

static struct aw_ptrace_stop *first_stop(const struct aw_ptrace *pt)
{
	if (list_empty(&pt->stops))
		return NULL;
	return list_first_entry(&pt->stops, struct aw_ptrace_stop, node);
}

/**
 * aw_ptrace_stop_tid - the thread that a wait call for any process names
 * @pt: the ptrace side of the process
 *
 * Not always the thread whose stop is reported: an event stop of a higher tid
 * is reported first, under the lowest unreported tid (seed 82).
 *
 * Return: a tid, 0 if there is no stop.
 */
u32 aw_ptrace_stop_tid(const struct aw_ptrace *pt)
{
	struct aw_ptrace_stop *s = first_reportable(pt, false);

	if (!s)
		s = first_stop(pt);
	return s ? s->tid : 0;
}

/* The selected thread's stop, else the first; only such with a number count. */
static struct aw_ptrace_stop *selected_stop(const struct aw_ptrace *pt,
					    u32 selected)
{
	struct aw_ptrace_stop *s = aw_ptrace_find(pt, selected);

	if (s && s->signo)
		return s;
	list_for_each_entry(s, &pt->stops, node) {
		if (s->signo)
			return s;
	}
	return NULL;
}

/* Where no stop has a signal number: the first unreported one, else the first. */
static struct aw_ptrace_stop *numberless_stop(const struct aw_ptrace *pt)
{
	struct aw_ptrace_stop *s;

	list_for_each_entry(s, &pt->stops, node) {
		if (!s->reported)
			return s;
	}
	return first_stop(pt);
}

/**
 * aw_ptrace_event - the event that a status word carries
 * @pt: the ptrace side of the process
 * @selected: the selected thread, 0 if none
 *
 * Seed 112 and 129.
 *
 * Return: PTRACE_EVENT_*, 0 if none.
 */
u32 aw_ptrace_event(const struct aw_ptrace *pt, u32 selected)
{
	struct aw_ptrace_stop *s = selected_stop(pt, selected);

	if (!s)
		s = numberless_stop(pt);
	return s ? s->event : 0;
}

/**
 * aw_ptrace_is_syscall_stop - true if the selected stop is a system call's
 * @pt: the ptrace side of the process
 * @selected: the selected thread, 0 if none
 *
 * Seed 120.
 *
 * Return: true if that stop, or else the first, is a syscall stop.
 */
bool aw_ptrace_is_syscall_stop(const struct aw_ptrace *pt, u32 selected)
{
	struct aw_ptrace_stop *s = selected_stop(pt, selected);

	return s && s->is_syscall;
}

/**
 * aw_ptrace_select - a report selects its thread
 * @pt: the ptrace side of the process
 * @tid: the thread; nothing changes where it is not stopped
 *
 * Seed 214 and 360.
 */
void aw_ptrace_select(struct aw_ptrace *pt, u32 tid)
{
	if (aw_ptrace_find(pt, tid))
		pt->selected = tid;
}

/**
 * aw_ptrace_mark_reported - a report is consumed
 * @pt: the ptrace side of the process
 * @tid: the thread
 *
 * The stop stays, reported, until the thread resumes (seed 220 and 372).
 */
void aw_ptrace_mark_reported(struct aw_ptrace *pt, u32 tid)
{
	struct aw_ptrace_stop *s = aw_ptrace_find(pt, tid);

	if (s)
		s->reported = true;
}
