/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ALTWAIT_DIFFER_H
#define _ALTWAIT_DIFFER_H

#include "model/quirks.h"

/*
 * `altwait-model explain ARGUMENT...` under a policy that differs from starry in these
 * quirks: its exit status.
 */
int differ(int n, char **args, aw_quirkset quirks, const char *usage);

/* main.c */

/* The text, or NULL; the reason has been said. */
char *need_file(const char *path, size_t *len);
/* Is it a decimal number and nothing else? */
bool number(const char *s, unsigned long long *value);

#endif /* _ALTWAIT_DIFFER_H */
