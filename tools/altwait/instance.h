/* SPDX-License-Identifier: GPL-2.0 */
/*
 * altwait compare: a trace instance of our own, which sees only the command and what
 * it makes.
 */
#ifndef TOOLS_INSTANCE_H
#define TOOLS_INSTANCE_H

#include <sys/types.h>

#include <tracefs.h>

/* Print what cannot be done, by errno, and a hint or NULL.  Return: -1. */
int trace_fail(const char *what, const char *hint);

/**
 * instance_open - make an instance that does not trace yet
 * @kind: what it is for; part of its name
 * @clock: of its events, as trace_clock has it
 * @buffer_kb: room for each processor
 *
 * Return: NULL, if there is none to be had, and the reason is printed.
 */
struct tracefs_instance *instance_open(const char *kind, const char *clock,
				       unsigned int buffer_kb);

/* Record these events, too; all of a system, if @name is NULL. */
int instance_add(struct tracefs_instance *instance, const char *system, const char *name);

/* From here on, what @pid and all that it makes do is recorded. */
int instance_begin(struct tracefs_instance *instance, pid_t pid);

/* The sum of a number over all processors, as per_cpu/cpu?/stats names it. */
unsigned long long instance_sum(struct tracefs_instance *instance, const char *what);

/* How many events had no room. */
unsigned long long instance_lost(struct tracefs_instance *instance);

/* @instance may be NULL. */
void instance_close(struct tracefs_instance *instance);

#endif /* TOOLS_INSTANCE_H */
