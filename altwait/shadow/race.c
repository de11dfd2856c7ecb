// SPDX-License-Identifier: GPL-2.0
/*
 * Races: whether something has happened between the question to linux and the one
 * to stock.
 */
#include <linux/jhash.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* True if the feed has told the records of what the fact says. */
static bool is_told(const struct aw_fact *f)
{
	/* A tracer hands a zombie on: in the middle of that nobody has it. */
	if (f->life == AW_EXIT_TRACE && f->role == AW_ROLE_CHILD)
		return false;
	if (f->life == AW_EXIT_ZOMBIE && f->leader && !f->delayed)
		return f->proc->is_zombie;
	if (f->role == AW_ROLE_TRACEE)
		return !f->stop_code ||
		       aw_ptrace_find(&f->proc->ptrace, f->tid);
	/* The parent's own tracee has a ptrace stop instead. */
	return !f->group_stop || (f->traced && !f->reparented) ||
	       aw_tracked_of(f->proc)->stop_seen;
}

/*
 * True while the feed has not told the records of all that the facts say: Linux's
 * state changes first.  Context: aw_lock held.
 */
bool aw_race_lags(const struct aw_wait *w)
{
	unsigned int i;

	for (i = 0; i < w->facts.n; i++)
		if (!is_told(&w->facts.v[i]))
			return true;
	return false;
}

/* True if stock has reported what the fact is about, and so changed it. */
static bool was_taken(const struct aw_shadow *s, const struct aw_fact *f)
{
	if (s->v.stock.kind == ALTWAIT_KIND_UNSEEN)
		return f->tid == s->control.tid;
	return s->v.stock.pid && f->nr == s->v.stock.pid;
}

/*
 * What is known of all but the one that stock has reported.  The facts are the
 * caller's own: no lock is needed to read them.
 */
static u32 digest(const struct aw_shadow *s)
{
	const struct aw_facts *facts = &s->w->facts;
	unsigned int i;
	u32 hash = 0;

	/* There are more than fit where the last reading was in vain. */
	for (i = 0; i < min(facts->n, facts->cap); i++) {
		const struct aw_fact *f = &facts->v[i];
		u32 word[] = {
			f->tid, f->pgid, f->role, f->life, f->exit_signal,
			f->delayed | f->traced << 1 | f->reparented << 2 |
			f->continued << 3 | f->other_thread << 4,
			f->stop_code, f->group_stop, f->uid,
		};

		if (!was_taken(s, f))
			hash = jhash2(word, ARRAY_SIZE(word), hash);
	}
	return hash;
}

/*
 * True if anything has changed since linux was asked.
 * Context: process, the caller, no lock held.
 */
static bool has_changed(struct aw_shadow *s, u32 before)
{
	struct aw_wait *w = s->w;
	bool changed;

	aw_lock_irq();
	changed = w->me->news != s->news || !aw_sleep_may_go_on(w) ||
		  !aw_moment_reread(&s->moment, w, &w->facts) ||
		  digest(s) != before;
	aw_unlock_irq();
	return changed;
}

/* True if stock has reported a continue; waitid says so by si_code. */
static bool is_continue(const struct aw_shadow *s)
{
	return s->w->args.call == AW_WAIT4 ? s->v.stock.status == 0xffff :
					     s->v.stock.code == CLD_CONTINUED;
}

/* True if the fact, read before stock was asked, has what stock has reported. */
static bool was_there(const struct aw_shadow *s, const struct aw_fact *f)
{
	if (s->v.stock.kind == ALTWAIT_KIND_ZOMBIE)
		return f->life != AW_ALIVE;
	return is_continue(s) ? f->continued : f->stop_code || f->group_stop;
}

/* True if stock has reported what was not there when linux was asked. */
static bool is_on_its_way(const struct aw_shadow *s)
{
	const struct aw_facts *facts = &s->w->facts;
	unsigned int i;

	if (!s->v.stock.pid)
		return false;
	for (i = 0; i < min(facts->n, facts->cap); i++)
		if (was_taken(s, &facts->v[i]))
			return !was_there(s, &facts->v[i]);
	return true;
}

/**
 * aw_race_happened - true if anything has happened since linux was asked
 * @s: the call, in which somebody did not say what was expected
 *
 * An event may be on its way to the feed: Linux's state changes first.
 *
 * Context: process, the caller, no lock held; may sleep for some jiffies, and for two
 * seconds where it is known that one is.
 * Return: true if anything has, within so many looks, or the caller is being killed.
 */
bool aw_race_happened(struct aw_shadow *s)
{
	unsigned int rounds = is_on_its_way(s) ? AW_RACE_PATIENCE : AW_RACE_ROUNDS;
	u32 before = digest(s);
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		/* Nobody is told of a call whose caller is killed. */
		if (has_changed(s, before) || fatal_signal_pending(current))
			return true;
		schedule_timeout_killable(aw_race_pause(i));
	}
	return false;
}
