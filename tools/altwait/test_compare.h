/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the test of altwait compare share.
 */
#ifndef TOOLS_TEST_COMPARE_H
#define TOOLS_TEST_COMPARE_H

#include "compare.h"

/* Count a test, and say how it went. */
void verdict(bool good, const char *name, const char *is, const char *expected);

/* A log of events that are given as text; test_play.c describes them.  @apart: its polls. */
void play(struct run_log *log, const char *events, bool apart);

/*
 * Compare two such logs and print it as JSON; @option: "any-order", "hung" (the second
 * run), or NULL.  Return: the exit status of altwait compare.
 */
int print_json(const char *first, const char *second, const char *option);

/* Print two such logs in full, as --events writes them; an exit status. */
int print_events(const char *first, const char *second);

/* Print as SARIF the summary of a shadow run in a file; an exit status. */
int print_sarif(const char *path, const char *program);

/*
 * Draw a run until @ended: its tasks are made by @events, what is drawn is on standard
 * input.  Return: an exit status.
 */
int print_picture(const char *events, unsigned long long ended);

void test_align(void);
void test_ddmin(void);

#endif /* TOOLS_TEST_COMPARE_H */
