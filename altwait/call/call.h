/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One replaced call: what the rooms above, shadow and the entry, may use.
 */
#ifndef _ALTWAIT_CALL_H
#define _ALTWAIT_CALL_H

#include <linux/ptrace.h>
#include <linux/resource.h>

#include "feed/feed.h"

/* The entry points that are redirected. */
enum aw_entry {
	AW_ENTRY_WAIT4,
	AW_ENTRY_WAITID,
	AW_ENTRY_IA32_WAITPID,
	AW_ENTRY_IA32_WAIT4,
	AW_ENTRY_IA32_WAITID,
	AW_ENTRY_X32_WAITID,
	AW_N_ENTRIES
};

/* Those of wait4 with which a call is about the children of all threads. */
#define AW_WAIT4_OPTIONS	(WNOHANG | WUNTRACED | WCONTINUED | __WALL | __WCLONE)

/* x32 has i386's siginfo and the native resource usage. */
enum aw_abi { AW_ABI_NATIVE, AW_ABI_COMPAT, AW_ABI_X32 };

/**
 * struct aw_scratch - the large parts of a replaced call, on the caller's stack
 * @used:  what the reported one has used, for the resource usage
 * @fact:  room for one in struct aw_wait.facts,
 * @visit: and in struct aw_wait.snap
 * @twin:  with index=check, what a look at everybody has decided, where that is not
 *	   what the index has
 */
struct aw_scratch {
	struct rusage		used;
	struct aw_fact		fact;
	struct aw_visit		visit;
	struct aw_decision	twin;
};

/**
 * struct aw_wait - a replaced call, on the caller's stack
 * @args:  the arguments
 * @entry: the entry point that it came by
 * @task:  the caller
 * @ns:	   its pid namespace
 * @own_pgid: its process group, as the records number it, and
 * @own_vpgid: as the caller does; 0 where it lies outside of @ns
 * @pidfd: P_PIDFD: what aw_stock_pidfd_nr() says by Linux's rule,
 * @pidfd_number: and what it says with PIDFD_BY_NUMBER
 * @nonblock: the pidfd has O_NONBLOCK
 * @ask:   in shadow mode, the arguments for stock: they name whom the call was
 *	   about when it began
 * @req:   the request, once the arguments are checked
 * @snap:  its candidates
 * @room:  how many of them there were when they were last counted
 * @me:	   the caller's process; referenced
 * @caller: in @calls of its process's family, with the caller's waker
 * @out:   user memory: wait4's status word, waitid's siginfo, or NULL
 * @rusage: user memory for the resource usage, or NULL
 * @abi:   the layout of the last two
 * @nr:	   what the call reports, as the caller numbers it
 * @stale: the report is about a candidate that was reaped after the snapshot:
 *	   stock has no such child
 * @facts: what Linux knows of the candidates, before each decision
 * @claim: the thread whose report this call is taking from stock, 0 if none
 * @claiming: in @claims of its process, where there is one
 * @slept: the call has slept: a signal ends it from then on
 * @synced: it has waited for a tracer that hands a zombie on
 * @caught_up: it has waited for an end to be told to the records
 * @backed: stock has what is claimed, and not only the records
 * @shadow: stock answers; @req is linux's
 * @policy: the quirks that were in force when the call began
 * @news:  shadow: Linux would have woken it
 * @hears: there is something in @heard
 * @heard: what has happened since it looked last
 * @concerned: which policies the latest news concerns
 * @walks: it looks at everybody, and not at the index: it has to, or nothing was found
 * @settled: the candidates that it began with, of which its policy keeps something,
 *	   or NULL
 * @first: those, where they are neither @snap nor shadow mode's; with index=check, the
 *	   candidates of the twin
 * @all:   with index=check, its facts
 * @twins: with index=check, for how many @first needs room,
 * @has_twin: and, under starry, that it has them
 * @scratch: what need not be cleared when a call begins
 * @asleep: in aw_sleepers, while it sleeps in replace mode
 * @since: when it fell asleep: jiffies
 * @watched: the watchdog's round that saw it last; U32_MAX: it has told of it
 * @suspect: what it may have missed, as the watchdog saw it then
 *
 * Others of the process, the feeds and the watchdog look at it while it is in
 * these @calls; so aw_lock: @claim, @facts.claimed, @news, @hears, @heard, @settled and what it
 * points to, @caller, @asleep, @since, @watched, @suspect.  All else is the caller's
 * alone, but @snap and @first are references: aw_lock to change what they hold.
 */
struct aw_wait {
	struct aw_args		args;
	enum aw_entry		entry;
	struct task_struct	*task;
	struct pid_namespace	*ns;
	u32			own_pgid;
	u32			own_vpgid;
	s64			pidfd;
	s64			pidfd_number;
	bool			nonblock;
	struct aw_args		ask;
	struct aw_request	req;
	struct aw_snapshot	snap;
	unsigned int		room;
	struct aw_tracked	*me;
	struct aw_caller	caller;
	void __user		*out;
	void __user		*rusage;
	enum aw_abi		abi;
	u32			nr;
	bool			stale;
	struct aw_facts		facts;
	u32			claim;
	struct list_head	claiming;
	bool			slept;
	bool			synced;
	bool			caught_up;
	bool			backed;
	bool			shadow;
	aw_quirkset		policy;
	bool			news;
	bool			hears;
	struct aw_heard		heard;
	aw_quirkset		concerned;
	bool			walks;
	const struct aw_snapshot *settled;
	struct aw_snapshot	first;
	struct aw_facts		all;
	unsigned int		twins;
	bool			has_twin;
	struct aw_scratch	*scratch;
	struct list_head	asleep;
	unsigned long		since;
	u32			watched;
	u32			suspect;
};

/* quick.c: a plain one, answered on the spot */
bool aw_quick_wait4(s32 pid, u32 options, int __user *status, bool usage, long *ret);
struct aw_tracked *aw_quick_find(const struct aw_tracked *me, s32 which, u32 options,
				 struct task_struct **task);
bool aw_quick_has_no_debts(const struct aw_tracked *me);
bool aw_quick_waitid(int type, s32 id, u32 options, struct siginfo __user *info, long *ret);

/* wait.c: the call */
long aw_wait(struct aw_wait *w, const struct pt_regs *regs,
	     struct aw_decision *d);

/* target.c: whom it is about */
void aw_target_begin(struct aw_wait *w);
bool aw_target_may_rest(const struct aw_wait *w);
void aw_target_rest(struct aw_wait *w);
void aw_target_end(struct aw_wait *w);
int aw_target_parse(struct aw_request *req, void *wait);
int aw_target_request(struct aw_wait *w);
bool aw_target_adopt(struct aw_wait *w);
int aw_target_grow(struct aw_wait *w);
bool aw_target_room(struct aw_snapshot *snap, unsigned int n);
bool aw_target_takes_long(const struct aw_wait *w);
bool aw_target_is_bounded(const struct aw_wait *w);

/* facts.c: what Linux knows of its candidates */
bool aw_facts_read(const struct aw_wait *w, struct aw_facts *facts);
void aw_facts_begin(struct aw_facts *facts);
void aw_facts_add(const struct aw_wait *w, struct aw_facts *facts, struct aw_tracked *t);
bool aw_facts_end(struct aw_facts *facts);

/* Why a sleep ends; the names are in the events' header. */
enum aw_wake { AW_WAKE_NEWS, AW_WAKE_FULL, AW_WAKE_SIGNAL, AW_WAKE_LEAVE };

/* sleep.c: how it sleeps */
extern struct list_head aw_sleepers;	/* aw_lock */
void aw_sleep_init(void (*begins)(void));
bool aw_sleep_may_go_on(const struct aw_wait *w);
bool aw_sleep_register(struct aw_wait *w);
enum aw_wake aw_sleep(struct aw_wait *w);

/* wake.c: and whom news wakes */
void aw_wake_told(struct aw_process *p, const struct aw_news *news);
bool aw_wake_hears(const struct aw_waker *waker, const struct aw_news *news);

/* restart.c: what becomes of it when a signal comes, or the process leaves */
enum aw_signal aw_restart_signal(void);
void aw_restart_note(struct aw_wait *w, const struct pt_regs *regs,
		     bool deliverable);
bool aw_restart_fails(struct aw_wait *w, const struct pt_regs *regs);
long aw_restart_in_stock(const struct aw_wait *w);

/* How long a siginfo is, in either layout. */
#define AW_SIGINFO_SIZE	128

/* user.c: what it writes */
size_t aw_user_tail(const struct aw_wait *w);
long aw_user_put_error(const struct aw_wait *w, long err);
bool aw_user_fault_in(const struct aw_wait *w);

/* commit.c: whom it names */
u32 aw_commit_nr(const struct aw_wait *w, const struct aw_decision *d);

/* clear.c: what stock owes the caller */
void aw_clear_owed(struct aw_tracked *t);

/* stock.c: the way into stock */
int aw_stock_init(void);
const char *aw_stock_symbol(enum aw_entry entry);
long aw_stock_again(const struct aw_wait *w, const struct pt_regs *regs);
int aw_stock_probe(const struct aw_wait *w, unsigned int options);

#endif /* _ALTWAIT_CALL_H */
