/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hooks.c and stock.c share: the table of entry points.
 */
#ifndef _ALTWAIT_HOOKS_H
#define _ALTWAIT_HOOKS_H

#include <linux/kprobes.h>
#include <linux/ptrace.h>

/* Places in the table. */
enum aw_entry {
	AW_ENTRY_WAIT4,
	AW_ENTRY_WAITID,
	AW_ENTRY_IA32_WAITPID,
	AW_ENTRY_IA32_WAIT4,
	AW_ENTRY_IA32_WAITID,
	AW_ENTRY_X32_WAITID,
	AW_N_ENTRIES
};

/**
 * struct aw_hook - one probed entry point
 * @symbol:	 the stub
 * @replacement: what an enrolled caller runs instead
 * @which:	 the register in which it gets the first argument,
 * @id:		 waitid: the second,
 * @options:	 the options
 * @rusage:	 and the pointer for the resource usage
 * @sealed:	 where indirect branches are tracked, it cannot be called
 * @stub:	 its address
 * @kp:		 the probe, while armed
 */
struct aw_hook {
	const char	*symbol;
	long		(*replacement)(const struct pt_regs *regs);
	unsigned int	which;
	unsigned int	id;
	unsigned int	options;
	unsigned int	rusage;
	bool		sealed;
	long		(*stub)(const struct pt_regs *regs);
	struct kprobe	kp;
};

extern struct aw_hook aw_hooks[AW_N_ENTRIES];

int aw_stock_init(void);

#endif /* _ALTWAIT_HOOKS_H */
