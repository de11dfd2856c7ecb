/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pure files stand on: a few kernel headers, or in userspace
 * selftests/model/compat.h, which offers the same names.
 */
#ifndef _ALTWAIT_PURE_H
#define _ALTWAIT_PURE_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <uapi/linux/ptrace.h>
#include <uapi/linux/wait.h>
#include <asm/siginfo.h>

/* Events arrive in atomic context; who causes one pays for the memory. */
#define aw_alloc(size)	kzalloc(size, GFP_ATOMIC | __GFP_ACCOUNT)
#define aw_free(p)	kfree(p)
#else
#include "compat.h"
#endif

#endif /* _ALTWAIT_PURE_H */
