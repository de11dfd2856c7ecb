/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an enrolled caller runs instead of the system-call stubs.
 */
#ifndef _ALTWAIT_ENTRY_H
#define _ALTWAIT_ENTRY_H

#include "call/call.h"

/* Gets the caller's user registers, as the stub does. */
typedef long aw_replacement(const struct pt_regs *regs);

extern aw_replacement * const aw_replacements[AW_N_ENTRIES];

extern atomic64_t aw_returned;

u64 aw_entry_lost(void);
void aw_entry_drain(void);

#endif /* _ALTWAIT_ENTRY_H */
