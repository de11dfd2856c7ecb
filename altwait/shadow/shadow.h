/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The comparison with stock: what the entry and the device may use.
 */
#ifndef _ALTWAIT_SHADOW_H
#define _ALTWAIT_SHADOW_H

#include "call/call.h"

/* shadow.c: a call that stock answers */
long aw_shadow(struct aw_wait *w, const struct pt_regs *regs);

/* tally.c: verdicts, counted */
struct aw_tally *aw_tally_new(void);
int aw_tally_read(struct aw_tally *tally, struct altwait_verdicts *v);
int aw_tally_example(struct aw_tally *tally, struct altwait_example *e);

/* watchdog.c: calls that sleep although Linux has an answer */
void aw_watchdog_soon(void);
void aw_watchdog_exit(void);

#endif /* _ALTWAIT_SHADOW_H */
