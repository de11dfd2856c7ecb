/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all selftests share: one text, four variants.
 *
 * A test body written with SUBJECT_TEST() runs in a process of its own, the
 * subject, once under variant stock, once under variant altwait, and once under
 * variant linux, which is altwait without its quirks and expects what stock
 * does, and once under variant shadow, where stock answers and starry is asked.
 * In the last three the subject enrols itself; the harness that started it
 * stays on stock, waits for it there, and takes its verdict from its exit
 * status.  Where stock and altwait differ, the expectation is a member of the
 * variant, with the reason: "wait.rs:235" is a line of the wait system calls of
 * starry-kernel 0.6.1.
 *
 * Nothing here sleeps to synchronise.  A child acts when it is told to, through
 * a futex; that it has exited is known from a pidfd, that it stopped or
 * continued from its SIGCHLD, which a subject keeps blocked and takes with
 * sigtimedwait(2); that a task sleeps in a wait call is read from /proc and asked
 * of /dev/altwait.
 *
 * Whatever waits has a deadline and says what for (until.h).  Helpers do not return
 * what went wrong, they die(), and the test has failed, whoever it was that died.
 */
#ifndef _SELFTESTS_COMMON_H
#define _SELFTESTS_COMMON_H

#include <limits.h>
#include <pthread.h>
#include <sched.h>

#include "variants.h"

#endif /* _SELFTESTS_COMMON_H */
