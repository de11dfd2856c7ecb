/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ALTWAIT_ORACLE_H
#define _ALTWAIT_ORACLE_H

#include "model/waitcall.h"

/*
 * What Linux's __do_wait() answers from the facts, written a second time, and
 * as straight from kernel/exit.c as that goes.
 */
void oracle(const struct aw_request *req, const struct aw_facts *facts,
	    struct aw_decision *d);

/*
 * Random facts and calls: decide() without quirks against the oracle.  Says what
 * differs, and returns false.
 */
bool oracle_fuzz(u64 seed, unsigned long runs);

#endif /* _ALTWAIT_ORACLE_H */
