/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ABI called x32: whether this kernel has it.
 */
#ifndef _SELFTESTS_X32_H
#define _SELFTESTS_X32_H

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In the number of a call: it is one of x32's */
#define X32		0x40000000

/*
 * Debian's kernels have x32 with syscall.x32=y on the command line, those for the cloud
 * not at all: then the tests are left out, which the runner asks for.
 */
static inline const char *why_no_x32(void)
{
	if (syscall(X32 | SYS_getpid) == getpid())
		return NULL;
	if (getenv("ALTWAIT_NO_X32"))
		return "left out, as was asked for";
	return "this kernel has no x32 system calls, or not without syscall.x32=y";
}

#endif /* _SELFTESTS_X32_H */
