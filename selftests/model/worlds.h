/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ALTWAIT_WORLDS_H
#define _ALTWAIT_WORLDS_H

#include "compat.h"

/*
 * Lets so many things happen by chance in a world of so many processes, a few of
 * which have nearly all of the others as children.  Their calls go by the index and
 * by name; says so and returns false where the two disagree, or references are left.
 */
bool worlds(u64 seed, unsigned long steps, unsigned int size);

#endif /* _ALTWAIT_WORLDS_H */
