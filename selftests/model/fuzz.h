/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ALTWAIT_FUZZ_H
#define _ALTWAIT_FUZZ_H

#include "compat.h"

/*
 * Runs so many scenarios that are made from those in text by chance.  Says so
 * and returns false where the wait calls spin or references are left; memory
 * errors are the sanitizers' to find.
 */
bool fuzz(const char *text, size_t len, u64 seed, unsigned long runs);

#endif /* _ALTWAIT_FUZZ_H */
