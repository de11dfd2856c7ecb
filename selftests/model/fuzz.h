/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ALTWAIT_FUZZ_H
#define _ALTWAIT_FUZZ_H

#include "compat.h"

/* What else is to be done with a scenario; false: it is wrong. */
typedef bool (*fuzz_then_fn)(const char *text, size_t len, void *ctx);

/*
 * Runs so many scenarios that are made from those in text by chance.  Says so
 * and returns false where the wait calls spin or references are left; memory
 * errors are the sanitizers' to find.  then(), unless NULL, gets each of them.
 */
bool fuzz(const char *text, size_t len, u64 seed, unsigned long runs,
	  fuzz_then_fn then, void *ctx);

#endif /* _ALTWAIT_FUZZ_H */
