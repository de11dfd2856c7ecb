// SPDX-License-Identifier: GPL-2.0
/*
 * The wait algorithm by Linux's rules, and what one quirk makes of them: each
 * case is a walk over a few tasks and the answer to one call.
 */
#include "quirks_kunit.h"

static const struct rule_case rule_cases[] = {
	{ "nobody", {}, ANY4, NOBODY },
	{ "a live child", { LIVE(20) }, ANY4, .want = AW_SLEEP },
	{ "a live child, WNOHANG", { LIVE(20) }, ANY4, .options = WNOHANG,
	  .want = AW_NOTHING },
	{ "the oldest zombie, whatever its pid",
	  { ZOMBIE(22, 1), ZOMBIE(20, 2) }, ANY4, ENDS(22, 1) },
	{ "pid-order", { ZOMBIE(22, 1), ZOMBIE(20, 2) }, ANY4,
	  .quirks = AW_Q(PID_ORDER), ENDS(20, 2) },
	{ "pid-order: a tracee keeps its place",
	  { TRACEE(21, SIGTRAP), ZOMBIE(22, 1), ZOMBIE(20, 2) }, ANY4,
	  .quirks = AW_Q(PID_ORDER), TRAPS(21, SIGTRAP) },
	{ "the caller's tracee before another thread's child",
	  { TRACEE(21, SIGTRAP), FOREIGN_ZOMBIE(20, 2) }, ANY4,
	  TRAPS(21, SIGTRAP) },
	{ "children-before-tracees",
	  { TRACEE(21, SIGTRAP), FOREIGN_ZOMBIE(20, 2) }, ANY4,
	  .quirks = AW_Q(CHILDREN_BEFORE_TRACEES), ENDS(20, 2) },
	{ "children-before-tracees: oldest first",
	  { TRACEE(21, SIGTRAP), ZOMBIE(22, 1), ZOMBIE(20, 2) }, ANY4,
	  .quirks = AW_Q(CHILDREN_BEFORE_TRACEES), ENDS(22, 1) },
	{ "the latest tracee, whatever its pid",
	  { TRACEE(22, SIGUSR1), TRACEE(21, SIGUSR2) }, ANY4,
	  TRAPS(22, SIGUSR1) },
	{ "tracees-by-pid",
	  { TRACEE(22, SIGUSR1), TRACEE(21, SIGUSR2) }, ANY4,
	  .quirks = AW_Q(TRACEES_BY_PID), TRAPS(21, SIGUSR2) },
	{ "tracees-by-pid: children keep their places",
	  { ZOMBIE(22, 1), TRACEE(21, SIGUSR2), ZOMBIE(20, 2) }, ANY4,
	  .quirks = AW_Q(TRACEES_BY_PID), ENDS(22, 1) },
	{ "a stopped child before a zombie",
	  { JOB_STOP(20, SIGSTOP), ZOMBIE(21, 2) }, ANY4, .options = WUNTRACED,
	  STOPS(20, SIGSTOP) },
	{ "zombies-first", { JOB_STOP(20, SIGSTOP), ZOMBIE(21, 2) }, ANY4,
	  .options = WUNTRACED, .quirks = AW_Q(ZOMBIES_FIRST), ENDS(21, 2) },
	{ "waitid: a zombie before a stopped child",
	  { ZOMBIE(20, 2), JOB_STOP(21, SIGSTOP) }, ANYID,
	  .options = WEXITED | WSTOPPED, ENDS(20, 2) },
	{ "waitid-jobs-first", { ZOMBIE(20, 2), JOB_STOP(21, SIGSTOP) }, ANYID,
	  .options = WEXITED | WSTOPPED, .quirks = AW_Q(WAITID_JOBS_FIRST),
	  STOPS(21, SIGSTOP) },
	{ "waitid-jobs-first: not in wait4",
	  { ZOMBIE(20, 2), JOB_STOP(21, SIGSTOP) }, ANY4, .options = WUNTRACED,
	  .quirks = AW_Q(WAITID_JOBS_FIRST), ENDS(20, 2) },
	{ "waitid-jobs-first: before zombies-first",
	  { ZOMBIE(20, 2), JOB_STOP(21, SIGSTOP) }, ANYID,
	  .options = WEXITED | WSTOPPED,
	  .quirks = AW_Q(WAITID_JOBS_FIRST) | AW_Q(ZOMBIES_FIRST),
	  STOPS(21, SIGSTOP) },
	{ "a zombie before a tracee's stop",
	  { ZOMBIE(20, 2), TRACEE(21, SIGTRAP) }, ANY4, ENDS(20, 2) },
	{ "stops-first", { ZOMBIE(20, 2), TRACEE(21, SIGTRAP) }, ANY4,
	  .quirks = AW_Q(STOPS_FIRST), TRAPS(21, SIGTRAP) },
	{ "a clone child", { CLONED(20) }, ANY4, .options = WNOHANG, NOBODY },
	{ "a clone child, __WCLONE", { CLONED(20) }, ANY4,
	  .options = WNOHANG | __WCLONE, .want = AW_NOTHING },
	{ "a clone child, __WALL", { CLONED(20) }, ANY4,
	  .options = WNOHANG | __WALL, .want = AW_NOTHING },
	{ "clone-children", { CLONED(20) }, ANY4, .options = WNOHANG,
	  .quirks = AW_Q(CLONE_CHILDREN), .want = AW_NOTHING },
	{ "a child, __WCLONE", { LIVE(20) }, ANY4,
	  .options = WNOHANG | __WCLONE, NOBODY },
	{ "wclone-ignored", { LIVE(20) }, ANY4, .options = WNOHANG | __WCLONE,
	  .quirks = AW_Q(WCLONE_IGNORED), .want = AW_NOTHING },
	{ "another thread's child, __WNOTHREAD", { FOREIGN(20) }, ANY4,
	  .options = __WNOTHREAD, NOBODY },
	{ "wnothread-ignored", { FOREIGN(20) }, ANY4, .options = __WNOTHREAD,
	  .quirks = AW_Q(WNOTHREAD_IGNORED), .want = AW_SLEEP },
	{ "a zombie that somebody else traces", { HELD(20) }, ANY4, .gone = 1,
	  .want = AW_SLEEP },
	{ "reap-traced", { HELD(20) }, ANY4, .gone = 1,
	  .quirks = AW_Q(REAP_TRACED), .want = AW_ZOMBIE, .pid = 20,
	  .status = EXITED(5), .code = CLD_EXITED, .cld_status = 5 },
	{ "reaped by Linux itself", {}, ANY4, .gone = 1, NOBODY },
	{ "no-autoreap", {}, ANY4, .gone = 1, .quirks = AW_Q(NO_AUTOREAP),
	  ENDS(20, 7) },
	{ "echild-once", {}, ANY4, .quirks = AW_Q(ECHILD_ONCE),
	  .want = AW_SLEEP },
	{ "a child that is another thread's by now, __WNOTHREAD", { FOREIGN(20) },
	  ANY4, .options = __WNOTHREAD | WNOHANG, NOBODY },
	{ "children-of-maker: it is the caller's", { FOREIGN(20) },
	  ANY4, .options = __WNOTHREAD | WNOHANG,
	  .quirks = AW_Q(CHILDREN_OF_MAKER), .want = AW_NOTHING },
	{ "children-of-maker", { LIVE(20) }, ANY4, .maker = 13,
	  .options = __WNOTHREAD | WNOHANG, .quirks = AW_Q(CHILDREN_OF_MAKER),
	  NOBODY },
	{ "children-of-maker: without __WNOTHREAD", { LIVE(20) }, ANY4,
	  .maker = 13, .options = WNOHANG, .quirks = AW_Q(CHILDREN_OF_MAKER),
	  .want = AW_NOTHING },
	{ "children-of-maker: no tracee", { TRACEE(20, SIGTRAP) }, ANY4,
	  .maker = 13, .options = __WNOTHREAD,
	  .quirks = AW_Q(CHILDREN_OF_MAKER), TRAPS(20, SIGTRAP) },
	{ "tracees-of-maker", { TRACEE(20, SIGTRAP) }, ANY4, .maker = 13,
	  .options = __WNOTHREAD, .quirks = AW_Q(TRACEES_OF_MAKER), NOBODY },
	{ "tracees-of-maker: no child", { LIVE(20) }, ANY4, .maker = 13,
	  .options = __WNOTHREAD | WNOHANG, .quirks = AW_Q(TRACEES_OF_MAKER),
	  .want = AW_NOTHING },
	{ "tracees-of-maker: with trace-by-process", { TRACEE(20, SIGTRAP) },
	  ANY4, .maker = 13, .tracer = CALLER, .stop = { { 20, SIGTRAP } },
	  .options = __WNOTHREAD,
	  .quirks = AW_Q(TRACEES_OF_MAKER) | AW_Q(TRACE_BY_PROCESS), NOBODY },
	{ "a tracee, __WCLONE", { SIGCHLD_TRACEE(20, SIGTRAP) }, ANY4,
	  .options = __WCLONE, TRAPS(20, SIGTRAP) },
	{ "tracees-by-exit-signal: __WCLONE", { SIGCHLD_TRACEE(20, SIGTRAP) },
	  ANY4, .options = __WCLONE, .quirks = AW_Q(TRACEES_BY_EXIT_SIGNAL),
	  NOBODY },
	{ "tracees-by-exit-signal: __WCLONE and __WALL",
	  { SIGCHLD_TRACEE(20, SIGTRAP) }, ANY4, .options = __WCLONE | __WALL,
	  .quirks = AW_Q(TRACEES_BY_EXIT_SIGNAL), TRAPS(20, SIGTRAP) },
	{ "tracees-by-exit-signal: a clone child", { TRACEE(20, SIGTRAP) }, ANY4,
	  .quirks = AW_Q(TRACEES_BY_EXIT_SIGNAL), NOBODY },
	{ "tracees-by-exit-signal: with trace-by-process",
	  { SIGCHLD_TRACEE(20, SIGTRAP) }, ANY4, .options = __WCLONE,
	  .tracer = CALLER, .stop = { { 20, SIGTRAP } },
	  .quirks = AW_Q(TRACEES_BY_EXIT_SIGNAL) | AW_Q(TRACE_BY_PROCESS),
	  NOBODY },
	{ "exit-signal-stays", { LIVE(20) }, ANY4, .made_clone = true,
	  .options = WNOHANG, .quirks = AW_Q(EXIT_SIGNAL_STAYS), NOBODY },
	{ "exit-signal-stays: __WCLONE", { LIVE(20) }, ANY4, .made_clone = true,
	  .options = __WCLONE | WNOHANG, .quirks = AW_Q(EXIT_SIGNAL_STAYS),
	  .want = AW_NOTHING },
	{ "the end of a traced thread", { ENDED(31, 3) }, ANY4,
	  .options = __WALL, ENDS(31, 3) },
	{ "thread-ends-untold", { ENDED(31, 3) }, ANY4, .options = __WALL,
	  .quirks = AW_Q(THREAD_ENDS_UNTOLD), NOBODY },
	{ "waitid: a stopped child", { JOB_STOP(20, SIGTSTP) }, ANYID,
	  .options = WSTOPPED, STOPS(20, SIGTSTP) },
	{ "waitid-no-jobs", { JOB_STOP(20, SIGTSTP) }, ANYID,
	  .options = WSTOPPED, .quirks = AW_Q(WAITID_NO_JOBS),
	  .want = AW_SLEEP },
	{ "waitid: a zombie that was stopped", { ZOMBIE(20, 2) }, ANYID,
	  .options = WSTOPPED, .gone = 1, .job = SIGSTOP, NOBODY },
	{ "waitid-zombie-jobs", { ZOMBIE(20, 2) }, ANYID,
	  .options = WSTOPPED, .gone = 1, .job = SIGSTOP,
	  .quirks = AW_Q(WAITID_ZOMBIE_JOBS), STOPS(20, SIGSTOP) },
	{ "waitid-zombie-jobs: its end first", { ZOMBIE(20, 2) }, ANYID,
	  .options = WEXITED | WSTOPPED, .gone = 1, .job = SIGSTOP,
	  .quirks = AW_Q(WAITID_ZOMBIE_JOBS), ENDS(20, 2) },
	{ "waitid-zombie-jobs: and waitid-jobs-first", { ZOMBIE(20, 2) }, ANYID,
	  .options = WEXITED | WSTOPPED, .gone = 1, .job = SIGSTOP,
	  .quirks = AW_Q(WAITID_ZOMBIE_JOBS) | AW_Q(WAITID_JOBS_FIRST),
	  STOPS(20, SIGSTOP) },
	{ "waitid-zombie-jobs: not a live one's", { LIVE(20) }, ANYID,
	  .options = WSTOPPED | WNOHANG, .job = SIGSTOP,
	  .quirks = AW_Q(WAITID_ZOMBIE_JOBS), .want = AW_NOTHING },
	{ "no-autoreap: no stop of a zombie", {}, ANYID, .options = WSTOPPED | WNOHANG,
	  .gone = 1, .job = SIGSTOP, .quirks = AW_Q(NO_AUTOREAP),
	  .want = AW_NOTHING },
	{ "waitid: a continued child", { CONTINUED(20) }, ANYID,
	  .options = WCONTINUED, .want = AW_JOB_STATUS, .pid = 20,
	  .status = 0xffff, .code = CLD_CONTINUED, .cld_status = SIGCONT },
	{ "waitid: a tracee's stop without WSTOPPED", { TRACEE(21, SIGTRAP) },
	  ANYID, .options = WEXITED, TRAPS(21, SIGTRAP) },
	{ "waitid-stops-asked", { TRACEE(21, SIGTRAP) }, ANYID,
	  .options = WEXITED, .quirks = AW_Q(WAITID_STOPS_ASKED),
	  .want = AW_SLEEP },
	{ "waitid: a zombie without WEXITED", { ZOMBIE(20, 1) }, ANYID,
	  .options = WSTOPPED, NOBODY },
	{ "zombies-count", { ZOMBIE(20, 1) }, ANYID, .options = WSTOPPED,
	  .quirks = AW_Q(ZOMBIES_COUNT), .want = AW_SLEEP },
	{ "zombies-count: WNOHANG", { ZOMBIE(20, 1) }, ANYID,
	  .options = WSTOPPED | WNOHANG, .quirks = AW_Q(ZOMBIES_COUNT),
	  .want = AW_NOTHING },
	{ "zombies-count: nobody", {}, ANYID, .options = WSTOPPED,
	  .quirks = AW_Q(ZOMBIES_COUNT), NOBODY },
	{ "one's own tracee hides its group stop", { OWN_TRACEE(20, 0) }, ANY4,
	  .options = WUNTRACED, .want = AW_SLEEP },
	{ "one's own tracee stops", { OWN_TRACEE(20, SIGSTOP) }, ANY4,
	  TRAPS(20, SIGSTOP) },
	{ "an event", { TRACEE(21, EVENT(PTRACE_EVENT_EXEC)) }, ANYID,
	  .options = WSTOPPED, .want = AW_PTRACE_STOP, .pid = 21,
	  .status = EVENT(PTRACE_EVENT_EXEC) << 8 | 0x7f, .code = CLD_TRAPPED,
	  .cld_status = EVENT(PTRACE_EVENT_EXEC) },
	{ "event-cut", { TRACEE(21, EVENT(PTRACE_EVENT_EXEC)) }, ANYID,
	  .options = WSTOPPED, .quirks = AW_Q(EVENT_CUT),
	  .want = AW_PTRACE_STOP, .pid = 21,
	  .status = EVENT(PTRACE_EVENT_EXEC) << 8 | 0x7f, .code = CLD_TRAPPED,
	  .cld_status = SIGTRAP },
	{ "event-is-trap", { TRACEE(21, SIGSTOP | PTRACE_EVENT_STOP << 8) },
	  ANY4, .quirks = AW_Q(EVENT_IS_TRAP), .want = AW_PTRACE_STOP,
	  .pid = 21, .status = EVENT(PTRACE_EVENT_STOP) << 8 | 0x7f,
	  .code = CLD_TRAPPED, .cld_status = EVENT(PTRACE_EVENT_STOP) },
	{ "the tracee that comes first",
	  { TRACEE(31, SIGUSR1), TRACEE(30, EVENT(PTRACE_EVENT_EXIT)) }, ANY4,
	  TRAPS(31, SIGUSR1) },
	{ "events-first",
	  { TRACEE(31, SIGUSR1), TRACEE(30, EVENT(PTRACE_EVENT_EXIT)) }, ANY4,
	  .quirks = AW_Q(EVENTS_FIRST), .want = AW_PTRACE_STOP, .pid = 30,
	  .status = EVENT(PTRACE_EVENT_EXIT) << 8 | 0x7f, .code = CLD_TRAPPED,
	  .cld_status = EVENT(PTRACE_EVENT_EXIT) },
	{ "events-first: a child's thread",
	  { OWN_TRACEE(20, SIGUSR1), TRACEE(30, EVENT(PTRACE_EVENT_EXIT)) },
	  ANY4, .quirks = AW_Q(EVENTS_FIRST), .want = AW_PTRACE_STOP,
	  .pid = 30, .status = EVENT(PTRACE_EVENT_EXIT) << 8 | 0x7f,
	  .code = CLD_TRAPPED, .cld_status = EVENT(PTRACE_EVENT_EXIT) },
	{ "events-first: by tid", { TRACEE(31, SIGUSR1), TRACEE(30, SIGUSR2) },
	  ANY4, .quirks = AW_Q(EVENTS_FIRST), TRAPS(30, SIGUSR2) },
	{ "a thread that is not traced", { TRACEE(31, SIGUSR1) },
	  .call = AW_WAIT4, .kind = AW_TARGET_PID, .id = 30,
	  .options = __WALL, NOBODY },
	{ "a group", { LIVE(20) }, .call = AW_WAIT4, .kind = AW_TARGET_PGID,
	  .id = 7, NOBODY },
	{ "a leader whose threads live", { DELAYED(20) }, ANY4,
	  .want = AW_SLEEP },
	{ "the same without WEXITED", { DELAYED(20) }, ANYID,
	  .options = WSTOPPED, .want = AW_SLEEP },
	{ "a tracee's end without WEXITED", { ENDED(21, 3) }, ANYID,
	  .options = WSTOPPED, NOBODY },
	{ "a zombie that its tracer has waited for",
	  { PASSED(20, AW_ROLE_CHILD) }, ANY4, .want = AW_SLEEP },
	{ "the same, for the tracer", { PASSED(20, AW_ROLE_TRACEE) }, ANY4,
	  NOBODY },
	{ "a tracee, __WCLONE", { TRACEE(21, SIGTRAP) }, ANY4,
	  .options = __WCLONE, TRAPS(21, SIGTRAP) },
	{ "another thread's tracee, __WNOTHREAD",
	  { { .tid = 21, .leader = true, .traced = true, .reparented = true,
	      .role = AW_ROLE_TRACEE, .other_thread = true,
	      .stop_code = SIGTRAP } }, ANY4, .options = __WNOTHREAD, NOBODY },
	{ "a tracee continues",
	  { { .tid = 21, .leader = true, .traced = true, .reparented = true,
	      .role = AW_ROLE_TRACEE, .continued = true } }, ANY4,
	  .options = WCONTINUED, .want = AW_JOB_STATUS, .pid = 21,
	  .status = 0xffff, .code = CLD_CONTINUED, .cld_status = SIGCONT },
	{ "the child before the tracee of that number",
	  { TRACEE(20, SIGTRAP), JOB_STOP(20, SIGSTOP) }, .call = AW_WAIT4,
	  .kind = AW_TARGET_PID, .id = 20, .options = WUNTRACED,
	  STOPS(20, SIGSTOP) },
	{ "a traced thread alone", { LIVE(20), TRACEE(31, SIGUSR1) },
	  .call = AW_WAIT4, .kind = AW_TARGET_PID, .id = 20,
	  .options = WNOHANG, .tracer = CALLER, .stop = { { 31, SIGUSR1 } },
	  .want = AW_NOTHING },
	{ "trace-by-process", { LIVE(20), TRACEE(31, SIGUSR1) },
	  .call = AW_WAIT4, .kind = AW_TARGET_PID, .id = 20,
	  .options = WNOHANG, .tracer = CALLER, .stop = { { 31, SIGUSR1 } },
	  .quirks = AW_Q(TRACE_BY_PROCESS), TRAPS(20, SIGUSR1) },
	{ "a stop that SIGKILL has ended", { LIVE(20) }, ANY4, .job = SIGSTOP,
	  .options = WUNTRACED | WNOHANG, .want = AW_NOTHING },
	{ "stop-survives-kill", { LIVE(20) }, ANY4, .job = SIGSTOP,
	  .options = WUNTRACED | WNOHANG, .quirks = AW_Q(STOP_SURVIVES_KILL),
	  STOPS(20, SIGSTOP) },
	{ "a tracee's group stop", { TRACEE(20, 0) }, ANY4, .job = SIGSTOP,
	  .options = WUNTRACED | WNOHANG, .want = AW_NOTHING },
	{ "tracer-sees-jobs", { TRACEE(20, 0) }, ANY4, .job = SIGSTOP,
	  .stranger = true,
	  .options = WUNTRACED | WNOHANG, .quirks = AW_Q(TRACER_SEES_JOBS),
	  STOPS(20, SIGSTOP) },
	{ "tracer-sees-jobs: taken", { GUEST_STOP(20) }, ANY4,
	  .options = WUNTRACED | WNOHANG, .quirks = AW_Q(TRACER_SEES_JOBS),
	  .want = AW_NOTHING },
	{ "the stop of somebody else's tracee", { GUEST_TRAP(20, SIGUSR1) },
	  ANY4, .tracer = 99, .stop = { { 20, SIGUSR1 } }, .options = WNOHANG,
	  .want = AW_NOTHING },
	{ "parent-sees-stops", { GUEST_TRAP(20, SIGUSR1) }, ANY4, .tracer = 99,
	  .stop = { { 20, SIGUSR1 } }, .options = WNOHANG,
	  .quirks = AW_Q(PARENT_SEES_STOPS), TRAPS(20, SIGUSR1) },
	{ "a stop that its tracer listens in", { TRACEE(20, 0) }, ANY4,
	  .tracer = CALLER, .stop = { { 20, SIGSTOP } }, .options = WNOHANG,
	  .want = AW_NOTHING },
	{ "listen-reports", { TRACEE(20, 0) }, ANY4, .tracer = CALLER,
	  .stop = { { 20, SIGSTOP } }, .options = WNOHANG,
	  .quirks = AW_Q(LISTEN_REPORTS), TRAPS(20, SIGSTOP) },
	{ "TRACESYSGOOD after the stop", { TRACEE(20, SIGTRAP) }, ANY4,
	  .tracer = CALLER, .sysgood = true,
	  .stop = { { 20, SIGTRAP, .is_syscall = true } },
	  TRAPS(20, SIGTRAP) },
	{ "sysgood-late: set", { TRACEE(20, SIGTRAP) }, ANY4,
	  .tracer = CALLER, .sysgood = true,
	  .stop = { { 20, SIGTRAP, .is_syscall = true } },
	  .quirks = AW_Q(SYSGOOD_LATE), TRAPS(20, SIGTRAP | 0x80) },
	{ "sysgood-late: cleared", { TRACEE(20, SIGTRAP | 0x80) }, ANY4,
	  .tracer = CALLER, .stop = { { 20, SIGTRAP, .is_syscall = true } },
	  .quirks = AW_Q(SYSGOOD_LATE), TRAPS(20, SIGTRAP) },
	{ "first-tid", { TRACEE(31, SIGUSR1), TRACEE(30, SIGUSR2) }, ANY4,
	  .tracer = CALLER, .stop = { { 31, SIGUSR1 }, { 30, SIGUSR2 } },
	  .quirks = AW_Q(FIRST_TID), TRAPS(30, SIGUSR1) },
	{ "the uid of the thread",
	  { { .tid = 31, .traced = true, .reparented = true, .uid = 5,
	      .role = AW_ROLE_TRACEE, .stop_code = SIGUSR1 } }, ANYID,
	  .options = WSTOPPED, TRAPS(31, SIGUSR1), .uid = 5 },
	{ "process-uid",
	  { { .tid = 31, .traced = true, .reparented = true, .uid = 5,
	      .role = AW_ROLE_TRACEE, .stop_code = SIGUSR1 } }, ANYID,
	  .options = WSTOPPED, .quirks = AW_Q(PROCESS_UID),
	  TRAPS(31, SIGUSR1) },
	{ "a pidfd with O_NONBLOCK", { LIVE(20) }, ANYID, .options = WEXITED,
	  .nonblock = true, .want = AW_ERROR, .error = -EAGAIN },
	{ "the same with WNOHANG", { LIVE(20) }, ANYID, .nonblock = true,
	  .options = WEXITED | WNOHANG, .want = AW_NOTHING },
	{ "pidfd-blocks", { LIVE(20) }, ANYID, .options = WEXITED,
	  .nonblock = true, .quirks = AW_Q(PIDFD_BLOCKS), .want = AW_SLEEP },
	{ "a traced thread", { TRACEE(31, SIGUSR1) }, .call = AW_WAIT4,
	  .kind = AW_TARGET_PID, .id = 31, TRAPS(31, SIGUSR1) },
};

static void rule_desc(const struct rule_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rule, rule_cases, rule_desc);

struct rule_world {
	struct aw_records	r;
	struct aw_buckets	by_pid;
	struct aw_process	*child[3];
	struct aw_fact		fact[3];
	struct aw_visit		visit[ROOM];
};

static struct aw_process *process_of(struct rule_world *w, u32 tid)
{
	return w->child[tid < THREAD ? tid - CHILD : (tid - THREAD) / 10];
}

static void fill_facts(struct rule_world *w, const struct rule_case *c,
		       struct aw_facts *facts)
{
	facts->v = w->fact;
	for (; facts->n < ARRAY_SIZE(c->fact) && c->fact[facts->n].tid;
	     facts->n++) {
		w->fact[facts->n] = c->fact[facts->n];
		w->fact[facts->n].proc =
			process_of(w, c->fact[facts->n].tid);
		w->fact[facts->n].sysgood = c->sysgood && !c->apart;
	}
}

static int fill_records(struct rule_world *w, const struct rule_case *c)
{
	struct aw_process *p = w->child[0];
	const struct rule_stop *s;
	int ret = 0;

	p->maker = c->maker ?: CALLER;
	p->made_clone = c->made_clone;
	if (c->tracer)
		aw_process_trace(&w->r, p, c->tracer);
	if (c->sysgood)
		p->ptrace.options = PTRACE_O_TRACESYSGOOD;
	if (c->exiting)
		aw_thread_group_exit(p, EXITED(7));
	if (c->job == SIGCONT)
		aw_process_continue(&w->r, p);
	else if (c->job)
		aw_process_stop(&w->r, p, c->job);
	for (s = c->stop; !ret && s < c->stop + 2 && s->tid; s++) {
		if (s->tid != p->pid)
			ret = aw_thread_add(p, s->tid);
		if (!ret)
			ret = aw_process_ptrace_stop(&w->r, p, s->tid, s->signo,
						     s->event, 0, s->is_syscall);
	}
	return ret;
}

/**
 * aw_test_rule - build the world of a case, make its call, and compare
 * @test: the test
 * @c: the case
 */
void aw_test_rule(struct kunit *test, const struct rule_case *c)
{
	struct rule_world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct aw_test_log *log = aw_test_log_new(test);
	struct aw_snapshot snap = { .cap = ROOM };
	struct aw_facts facts = {};
	struct aw_request req = {
		.call = c->call, .target = { c->kind, c->id },
		.options = c->options, .quirks = c->quirks,
		.nonblock = c->nonblock, .tid = CALLER,
	};
	struct aw_process *init, *parent;
	struct aw_decision d;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, w);
	aw_records_init(&w->r, &aw_test_host, &w->by_pid);
	init = aw_test_fork(test, log, &w->r, NULL, 1);
	req.caller = aw_test_fork(test, log, &w->r, init, CALLER);
	parent = c->stranger ? init : req.caller;
	for (i = 0; i < 3; i++)
		w->child[i] = aw_test_fork(test, log, &w->r, parent,
					   CHILD + i);
	KUNIT_ASSERT_EQ(test, 0, fill_records(w, c));
	for (i = 0; i < 3; i++)
		if (c->gone & 1 << i) {
			aw_thread_exit(w->child[i], CHILD + i, EXITED(7));
			aw_process_exit(&w->r, w->child[i]);
		}
	fill_facts(w, c, &facts);
	snap.v = w->visit;
	aw_candidates_take(&w->r, &req, &facts, &snap);
	aw_decide(&w->r, &req, &snap, &facts, &d);
	if (!aw_has(&req, ECHILD_ONCE))
		KUNIT_EXPECT_EQ(test, c->error == -ECHILD,
				aw_decide_nobody(&w->r, &req, &snap, &facts));
	aw_candidates_release(&snap);

	KUNIT_EXPECT_EQ(test, c->want, d.kind);
	KUNIT_EXPECT_EQ(test, c->pid, d.pid);
	KUNIT_EXPECT_EQ(test, c->status, d.status);
	KUNIT_EXPECT_EQ(test, c->code, d.cld_code);
	KUNIT_EXPECT_EQ(test, c->cld_status, d.cld_status);
	KUNIT_EXPECT_EQ(test, c->uid, d.uid);
	KUNIT_EXPECT_EQ(test, c->error, d.error);
	aw_test_drop(log);
}

static void rule(struct kunit *test)
{
	aw_test_rule(test, test->param_value);
}

/* A tracer that is not the parent consumes the zombie CHILD. */
static struct aw_process *tracer_reaps(struct kunit *test,
				       struct rule_world *w,
				       struct aw_test_log *log, aw_quirkset quirks)
{
	struct aw_process *init, *parent, *p;
	struct aw_request req = { .call = AW_WAIT4, .quirks = quirks };
	struct aw_decision d = { .kind = AW_ZOMBIE, .role = AW_ROLE_TRACEE,
				 .tid = CHILD, .pid = CHILD, .consume = true };

	aw_records_init(&w->r, &aw_test_host, &w->by_pid);
	init = aw_test_fork(test, log, &w->r, NULL, 1);
	req.caller = aw_test_fork(test, log, &w->r, init, CALLER);
	parent = aw_test_fork(test, log, &w->r, init, CALLER + 1);
	p = aw_test_fork(test, log, &w->r, parent, CHILD);
	aw_process_trace(&w->r, p, CALLER);
	aw_thread_exit(p, CHILD, EXITED(7));
	aw_process_exit(&w->r, p);
	d.proc = p;
	KUNIT_EXPECT_EQ(test, 0, aw_apply(&w->r, &req, &d, NULL, NULL));
	return p;
}

static void a_tracer_leaves_the_zombie_to_its_parent(struct kunit *test)
{
	struct rule_world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct aw_test_log *log = aw_test_log_new(test);
	struct aw_process *p;

	KUNIT_ASSERT_NOT_NULL(test, w);
	p = tracer_reaps(test, w, log, AW_QUIRKS_NONE);
	KUNIT_EXPECT_PTR_EQ(test, aw_process_find(&w->r, CHILD), p);
	KUNIT_EXPECT_EQ(test, p->zombie_tracer, 0);
	aw_test_drop(log);
}

static void tracer_reaps_all(struct kunit *test)
{
	struct rule_world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct aw_test_log *log = aw_test_log_new(test);

	KUNIT_ASSERT_NOT_NULL(test, w);
	tracer_reaps(test, w, log, AW_Q(TRACER_REAPS_ALL));
	KUNIT_EXPECT_NULL(test, aw_process_find(&w->r, CHILD));
	aw_test_drop(log);
}

static struct kunit_case quirks_cases[] = {
	KUNIT_CASE_PARAM(rule, rule_gen_params),
	KUNIT_CASE(a_tracer_leaves_the_zombie_to_its_parent),
	KUNIT_CASE(tracer_reaps_all),
	{}
};

static struct kunit_suite quirks_suite = {
	.name		= "altwait_quirks",
	.test_cases	= quirks_cases,
};

kunit_test_suite(quirks_suite);
