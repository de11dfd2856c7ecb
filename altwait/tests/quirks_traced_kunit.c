// SPDX-License-Identifier: GPL-2.0
/*
 * The rules for processes of which only some threads are traced, or that were
 * traced only for a time.
 */
#include "quirks_kunit.h"

#define ALIVE(t)	{ .tid = (t), .traced = true, .reparented = true,     \
			  .role = AW_ROLE_TRACEE, .continued = true }
#define OWN_GROUP_STOP(n) { .tid = (n), .leader = true, .traced = true,	      \
			  .exit_signal = SIGCHLD, .group_stop = SIGSTOP }
#define FOREIGN_TRACEE(n) { .tid = (n), .leader = (n) < THREAD,		      \
			  .traced = true, .reparented = true,		      \
			  .role = AW_ROLE_TRACEE, .other_thread = true,	      \
			  .stop_code = SIGTRAP }
#define CLONED_TRACEE(n, r) { .tid = (n), .leader = true, .traced = true,     \
			  .role = (r), .stop_code = SIGTRAP }
#define HERE(n)		.call = AW_WAIT4, .kind = AW_TARGET_PID, .id = (n)
#define CONTINUES(n)	.want = AW_JOB_STATUS, .pid = (n), .status = 0xffff,  \
			.code = CLD_CONTINUED, .cld_status = SIGCONT

/* All but that bit, and that of a quirk that plays no role. */
#define STARRY_BUT(id)	(AW_QUIRKS_STARRY & ~AW_Q(id) & ~AW_Q(POLLSET_64))

static const struct rule_case traced_cases[] = {
	{ "a group stop that came while the parent traced",
	  { JOB_STOP(20, SIGSTOP) }, ANY4, .options = WUNTRACED | WNOHANG,
	  .tracer = CALLER, STOPS(20, SIGSTOP) },
	{ "traced-stop-no-job", { JOB_STOP(20, SIGSTOP) }, ANY4,
	  .options = WUNTRACED | WNOHANG, .tracer = CALLER,
	  .quirks = AW_Q(TRACED_STOP_NO_JOB), .want = AW_NOTHING },
	{ "traced-stop-no-job: in the slot", { JOB_STOP(20, SIGSTOP) }, ANY4,
	  .options = WUNTRACED | WNOHANG, .job = SIGSTOP,
	  .quirks = AW_Q(TRACED_STOP_NO_JOB), STOPS(20, SIGSTOP) },
	{ "a continue before an exit", { LIVE(20) }, ANY4, .job = SIGCONT,
	  .options = WCONTINUED | WNOHANG, .want = AW_NOTHING },
	{ "continue-survives-exit", { LIVE(20) }, ANY4, .job = SIGCONT,
	  .options = WCONTINUED | WNOHANG,
	  .quirks = AW_Q(CONTINUE_SURVIVES_EXIT), CONTINUES(20) },
	{ "a thread's continue", { ALIVE(31) }, HERE(31), .stranger = true,
	  .options = WCONTINUED | __WALL, CONTINUES(31) },
	{ "process-told", { ALIVE(31) }, HERE(31), .stranger = true,
	  .options = WCONTINUED | __WALL, .quirks = AW_Q(PROCESS_TOLD),
	  CONTINUES(20) },
	{ "process-told: any", { ALIVE(31) }, ANY4, .stranger = true,
	  .options = WCONTINUED | __WALL, .quirks = AW_Q(PROCESS_TOLD),
	  CONTINUES(20) },
	{ "a thread ends with the others", { ENDED(31, 3) }, HERE(31),
	  .stranger = true, .exiting = true, .options = __WALL, ENDS(31, 3) },
	{ "process-told: the end", { ENDED(31, 3) }, HERE(31),
	  .stranger = true, .exiting = true, .options = __WALL,
	  .quirks = AW_Q(PROCESS_TOLD), ENDS(20, 3) },
	{ "process-told: a thread's own end", { ENDED(31, 3) }, HERE(31),
	  .stranger = true, .options = __WALL, .quirks = AW_Q(PROCESS_TOLD),
	  ENDS(31, 3) },
	{ "one's own tracee has stopped before", { OWN_GROUP_STOP(20) }, ANY4,
	  .options = WUNTRACED | WNOHANG, .job = SIGSTOP, .tracer = CALLER,
	  .want = AW_NOTHING },
	{ "stop-told-twice", { OWN_GROUP_STOP(20) }, ANY4,
	  .options = WUNTRACED | WNOHANG, .job = SIGSTOP, .tracer = CALLER,
	  .quirks = AW_Q(STOP_TOLD_TWICE), STOPS(20, SIGSTOP) },
	{ "stop-told-twice: somebody else's child", { TRACEE(20, 0) }, ANY4,
	  .options = WUNTRACED | WNOHANG, .job = SIGSTOP, .tracer = CALLER,
	  .stranger = true, .quirks = AW_Q(STOP_TOLD_TWICE),
	  .want = AW_NOTHING },
	{ "tracer-sees-jobs: one's own child", { OWN_GROUP_STOP(20) }, ANY4,
	  .options = WUNTRACED | WNOHANG, .job = SIGSTOP, .tracer = CALLER,
	  .quirks = AW_Q(TRACER_SEES_JOBS), .want = AW_NOTHING },
	{ "the end of all threads, one not told", { DELAYED(20) }, ANY4,
	  .gone = 1, .options = WNOHANG, .want = AW_NOTHING },
	{ "delayed-end-told", { DELAYED(20) }, ANY4, .gone = 1,
	  .options = WNOHANG, .quirks = AW_Q(DELAYED_END_TOLD), ENDS(20, 0) },
	{ "thread-ends-untold: the end of all", { DELAYED(20) }, ANY4,
	  .gone = 1, .options = WNOHANG, .quirks = AW_Q(THREAD_ENDS_UNTOLD),
	  .want = AW_NOTHING },
	{ "a thread that was traced is gone", {}, ANY4, .stranger = true,
	  .tracer = CALLER, NOBODY },
	{ "tracer-outlives-thread", {}, ANY4, .stranger = true,
	  .tracer = CALLER, .quirks = AW_Q(TRACER_OUTLIVES_THREAD),
	  .want = AW_SLEEP },
	{ "trace-by-process: a thread that is gone", {}, ANY4,
	  .stranger = true, .tracer = CALLER,
	  .quirks = AW_Q(TRACE_BY_PROCESS), NOBODY },
	{ "tracer-outlives-thread: the end", {}, ANY4, .stranger = true,
	  .tracer = CALLER, .gone = 1,
	  .quirks = AW_Q(TRACER_OUTLIVES_THREAD), ENDS(20, 7) },
	{ "tracer-outlives-thread: a thread that is not", { TRACEE(31, 0) },
	  HERE(20), .stranger = true, .tracer = CALLER,
	  .quirks = AW_Q(TRACER_OUTLIVES_THREAD), NOBODY },
	{ "another thread's TRACESYSGOOD", { TRACEE(20, SIGTRAP) }, ANY4,
	  .tracer = CALLER, .sysgood = true, .apart = true,
	  .stop = { { 20, SIGTRAP, .is_syscall = true } },
	  TRAPS(20, SIGTRAP) },
	{ "options-by-process", { TRACEE(20, SIGTRAP) }, ANY4,
	  .tracer = CALLER, .sysgood = true, .apart = true,
	  .stop = { { 20, SIGTRAP, .is_syscall = true } },
	  .quirks = AW_Q(OPTIONS_BY_PROCESS), TRAPS(20, SIGTRAP | 0x80) },
	{ "sysgood-late: another thread's", { TRACEE(20, SIGTRAP) }, ANY4,
	  .tracer = CALLER, .sysgood = true, .apart = true,
	  .stop = { { 20, SIGTRAP, .is_syscall = true } },
	  .quirks = AW_Q(SYSGOOD_LATE), TRAPS(20, SIGTRAP) },
	/* What several quirks make together, and none of them alone. */
	{ "trace-by-process: a thread's end", { ENDED(31, 3) }, ANY4,
	  .stranger = true, .tracer = CALLER, .options = __WALL,
	  .quirks = AW_Q(TRACE_BY_PROCESS), ENDS(31, 3) },
	{ "starry-thread-ends-untold-delayed-end-told",
	  { DELAYED(20), ENDED(31, 3) }, ANY4,
	  .tracer = CALLER, .gone = 1, .options = __WALL,
	  .quirks = STARRY_BUT(THREAD_ENDS_UNTOLD) & ~AW_Q(DELAYED_END_TOLD),
	  ENDS(31, 3) },
	{ "trace-by-process: a thread's continue", { ALIVE(31) }, ANY4,
	  .stranger = true, .tracer = CALLER, .options = WCONTINUED | __WALL,
	  .quirks = AW_Q(TRACE_BY_PROCESS), CONTINUES(31) },
	{ "trace-by-process: no job-control stop", { TRACEE(31, 0) }, ANY4,
	  .stranger = true, .tracer = CALLER, .job = SIGSTOP,
	  .options = WUNTRACED | WNOHANG, .quirks = AW_Q(TRACE_BY_PROCESS),
	  .want = AW_NOTHING },
	{ "trace-by-process: TRACESYSGOOD", { TRACEE(31, SIGTRAP | 0x80) },
	  ANY4, .stranger = true, .tracer = CALLER,
	  .stop = { { 31, SIGTRAP, .is_syscall = true } },
	  .quirks = AW_Q(TRACE_BY_PROCESS), TRAPS(31, SIGTRAP | 0x80) },
	{ "trace-by-process: a stop in PTRACE_LISTEN", { TRACEE(31, 0) }, ANY4,
	  .stranger = true, .tracer = CALLER, .stop = { { 31, SIGSTOP } },
	  .options = WNOHANG, .quirks = AW_Q(TRACE_BY_PROCESS),
	  .want = AW_NOTHING },
	{ "trace-by-process: any", { TRACEE(31, SIGUSR1) }, ANY4,
	  .stranger = true, .tracer = CALLER, .stop = { { 31, SIGUSR1 } },
	  .quirks = AW_Q(TRACE_BY_PROCESS), TRAPS(31, SIGUSR1) },
	{ "starry-clone-children: a traced clone child",
	  { CLONED_TRACEE(20, AW_ROLE_CHILD),
	    CLONED_TRACEE(20, AW_ROLE_TRACEE) }, ANY4, .tracer = CALLER,
	  .stop = { { 20, SIGTRAP } }, .quirks = STARRY_BUT(CLONE_CHILDREN),
	  TRAPS(20, SIGTRAP) },
	{ "starry-wnothread-ignored: another thread's tracee",
	  { FOREIGN_TRACEE(20) }, ANY4, .options = __WNOTHREAD,
	  .stranger = true, .tracer = CALLER,
	  .quirks = STARRY_BUT(WNOTHREAD_IGNORED) & ~AW_Q(ECHILD_ONCE),
	  NOBODY },
};

static void traced_desc(const struct rule_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(traced, traced_cases, traced_desc);

static void traced_rule(struct kunit *test)
{
	aw_test_rule(test, test->param_value);
}

static struct kunit_case quirks_traced_cases[] = {
	KUNIT_CASE_PARAM(traced_rule, traced_gen_params),
	{}
};

static struct kunit_suite quirks_traced_suite = {
	.name		= "altwait_quirks_traced",
	.test_cases	= quirks_traced_cases,
};

kunit_test_suite(quirks_traced_suite);
