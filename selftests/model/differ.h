/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ALTWAIT_DIFFER_H
#define _ALTWAIT_DIFFER_H

#include "compat.h"

/* `altwait-model explain ARGUMENT...`: its exit status. */
int differ(int n, char **args, const char *usage);

/* main.c */

/* The text, or NULL; the reason has been said. */
char *need_file(const char *path, size_t *len);
/* Is it a decimal number and nothing else? */
bool number(const char *s, unsigned long long *value);

#endif /* _ALTWAIT_DIFFER_H */
