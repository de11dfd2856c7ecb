/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The quirks: the differences between Starry's wait and Linux's that a process
 * can have one by one, their names and their bits.
 *
 * `altwait quirks NAME` explains each.  A number and its name are for ever; one
 * that is split keeps both for the part that bears its name, and a new one goes
 * to the end.  For C and C++, of 32 and 64 bits.
 */
#ifndef _UAPI_LINUX_ALTWAIT_QUIRKS_H
#define _UAPI_LINUX_ALTWAIT_QUIRKS_H

#include <linux/types.h>

/*
 * All quirks, by ascending number: Q(ID, number, name).  ALTWAIT_QUIRK_ID is the
 * number; policies are made of names, as in linux+NAME.
 */
#define ALTWAIT_EACH_QUIRK(Q)						\
	Q(PID_WRAPS, 0, "pid-wraps")					\
	Q(PIDFD_FIRST, 1, "pidfd-first")				\
	Q(PIDFD_BLOCKS, 2, "pidfd-blocks")				\
	Q(PIDFD_BY_NUMBER, 3, "pidfd-by-number")			\
	Q(CLONE_CHILDREN, 4, "clone-children")				\
	Q(WCLONE_IGNORED, 5, "wclone-ignored")				\
	Q(WNOTHREAD_IGNORED, 6, "wnothread-ignored")			\
	Q(TRACE_BY_PROCESS, 7, "trace-by-process")			\
	Q(CANDIDATES_FIXED, 8, "candidates-fixed")			\
	Q(NO_AUTOREAP, 9, "no-autoreap")				\
	Q(REAP_TRACED, 10, "reap-traced")				\
	Q(TRACER_REAPS_ALL, 11, "tracer-reaps-all")			\
	Q(THREAD_ENDS_UNTOLD, 12, "thread-ends-untold")			\
	Q(PID_ORDER, 13, "pid-order")					\
	Q(STOPS_FIRST, 14, "stops-first")				\
	Q(ZOMBIES_FIRST, 15, "zombies-first")				\
	Q(EVENTS_FIRST, 16, "events-first")				\
	Q(WAITID_NO_JOBS, 17, "waitid-no-jobs")				\
	Q(WAITID_STOPS_ASKED, 18, "waitid-stops-asked")			\
	Q(STOP_SURVIVES_KILL, 19, "stop-survives-kill")			\
	Q(TRACER_SEES_JOBS, 20, "tracer-sees-jobs")			\
	Q(PARENT_SEES_STOPS, 21, "parent-sees-stops")			\
	Q(LISTEN_REPORTS, 22, "listen-reports")				\
	Q(SYSGOOD_LATE, 23, "sysgood-late")				\
	Q(EVENT_IS_TRAP, 24, "event-is-trap")				\
	Q(EVENT_CUT, 25, "event-cut")					\
	Q(FIRST_TID, 26, "first-tid")					\
	Q(PROCESS_UID, 27, "process-uid")				\
	Q(SIGINFO_WHOLE, 28, "siginfo-whole")				\
	Q(ERRORS_SILENT, 29, "errors-silent")				\
	Q(FAULT_KEEPS_ZOMBIE, 30, "fault-keeps-zombie")			\
	Q(FAULT_KEEPS_STOP, 31, "fault-keeps-stop")			\
	Q(FAULT_KEEPS_JOB, 32, "fault-keeps-job")			\
	Q(RUSAGE_IGNORED, 33, "rusage-ignored")				\
	Q(SIGNAL_FIRST, 34, "signal-first")				\
	Q(EINTR_ALWAYS, 35, "eintr-always")				\
	Q(ADOPTION_SILENT, 36, "adoption-silent")			\
	Q(POLLSET_64, 37, "pollset-64")					\
	Q(CHILD_TIME, 38, "child-time")					\
	Q(ZOMBIES_COUNT, 39, "zombies-count")				\
	Q(CONTINUE_WAKES_AT_ONCE, 40, "continue-wakes-at-once")		\
	Q(CONTINUE_WAKES_PARENT, 41, "continue-wakes-parent")		\
	Q(TRACED_EXIT_WAKES_PARENT, 42, "traced-exit-wakes-parent")	\
	Q(TRACER_REAP_SILENT, 43, "tracer-reap-silent")			\
	Q(DETACH_SILENT, 44, "detach-silent")				\
	Q(WAKES_EVERYBODY, 45, "wakes-everybody")			\
	Q(TRACEES_BY_PID, 46, "tracees-by-pid")				\
	Q(CHILDREN_BEFORE_TRACEES, 47, "children-before-tracees")	\
	Q(REAPED_STAYS, 48, "reaped-stays")				\
	Q(ECHILD_ONCE, 49, "echild-once")				\
	Q(MEMBERS_STAY, 50, "members-stay")				\
	Q(TRACED_STOP_NO_JOB, 51, "traced-stop-no-job")			\
	Q(CONTINUE_SURVIVES_EXIT, 52, "continue-survives-exit")		\
	Q(PROCESS_TOLD, 53, "process-told")				\
	Q(STOP_TOLD_TWICE, 54, "stop-told-twice")			\
	Q(DELAYED_END_TOLD, 55, "delayed-end-told")			\
	Q(TRACER_OUTLIVES_THREAD, 56, "tracer-outlives-thread")		\
	Q(OPTIONS_BY_PROCESS, 57, "options-by-process")			\
	Q(OLDEST_FIRST, 58, "oldest-first")				\
	Q(WAITID_JOBS_FIRST, 59, "waitid-jobs-first")			\
	Q(WAITID_ZOMBIE_JOBS, 60, "waitid-zombie-jobs")			\
	Q(TRACEES_BY_EXIT_SIGNAL, 61, "tracees-by-exit-signal")		\
	Q(TRACEES_OF_MAKER, 62, "tracees-of-maker")			\
	Q(CHILDREN_OF_MAKER, 63, "children-of-maker")			\
	Q(EXIT_SIGNAL_STAYS, 64, "exit-signal-stays")

/*
 * Of these, what later revisions of Starry brought, as a set: BIT(ID) is the set of
 * one.  Policy starry, which is the revision of the seed, has all quirks but these.
 */
#define ALTWAIT_LATER_QUIRKS(BIT)					\
	(BIT(WAITID_JOBS_FIRST) | BIT(WAITID_ZOMBIE_JOBS) |		\
	 BIT(TRACEES_BY_EXIT_SIGNAL) | BIT(TRACEES_OF_MAKER) |		\
	 BIT(CHILDREN_OF_MAKER) | BIT(EXIT_SIGNAL_STAYS))

/* The quirks' numbers, and how many of them this version has. */
enum altwait_quirk {
#define ALTWAIT_QUIRK_NUMBER(id, nr, name)	ALTWAIT_QUIRK_##id = nr,
	ALTWAIT_EACH_QUIRK(ALTWAIT_QUIRK_NUMBER)
#undef ALTWAIT_QUIRK_NUMBER
	ALTWAIT_N_QUIRKS
};

/*
 * A set of quirks has a bit for each: number nr is bit nr % 64 of word nr / 64.
 * The structs of <linux/altwait.h> have the first word as quirks.  The others,
 * which came with version 4, are quirks_more and stand at the end, where older
 * programs and modules have nothing; if there are ever more of them, they grow
 * there.
 */
#define ALTWAIT_QUIRK_WORDS	2
#define ALTWAIT_QUIRKS_MAX	(64 * ALTWAIT_QUIRK_WORDS)

/**
 * altwait_quirks_has - look for a quirk in a struct's set
 * @quirks: quirks of the struct
 * @more:   its quirks_more
 * @nr:	    the quirk's number, below ALTWAIT_QUIRKS_MAX
 *
 * Return: 1, the set has it; 0.
 */
static inline int altwait_quirks_has(__u64 quirks, const __u64 *more,
				     unsigned int nr)
{
	return (nr < 64 ? quirks : more[nr / 64 - 1]) >> nr % 64 & 1;
}

/**
 * altwait_quirks_add - add a quirk to a struct's set
 * @quirks: quirks of the struct
 * @more:   its quirks_more
 * @nr:	    the quirk's number, below ALTWAIT_QUIRKS_MAX
 */
static inline void altwait_quirks_add(__u64 *quirks, __u64 *more,
				      unsigned int nr)
{
	*(nr < 64 ? quirks : &more[nr / 64 - 1]) |= (__u64)1 << nr % 64;
}

#endif /* _UAPI_LINUX_ALTWAIT_QUIRKS_H */
