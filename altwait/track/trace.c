// SPDX-License-Identifier: GPL-2.0
/*
 * The bodies of the trace events.
 */
#include "track.h"

/* The events have a field for each word of a set. */
static_assert(ALTWAIT_QUIRK_WORDS == 2);

/* The event header prints these by number. */
static_assert(AW_WHY_REQUEST == 0 && AW_WHY_FORK == 1 && AW_WHY_EXIT == 2 &&
	      AW_WHY_MEMORY == 3 && AW_WHY_BOUND == 4 &&
	      AW_WHY_INCONSISTENT == 5 && AW_WHY_UNLOAD == 6 &&
	      AW_WHY_PRIVILEGED == 7 && AW_WHY_WORK == 8);
static_assert(AW_WAIT4 == 0 && AW_WAITID == 1);
static_assert(AW_SLEEP == 0 && AW_NOTHING == 1 && AW_PTRACE_STOP == 2 &&
	      AW_ZOMBIE == 3 && AW_JOB_STATUS == 4);

#define CREATE_TRACE_POINTS
#include <trace/events/altwait.h>
