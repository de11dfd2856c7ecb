/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/altwait, and how its requests are read, for their unit tests.
 */
#ifndef _ALTWAIT_DEVICE_H
#define _ALTWAIT_DEVICE_H

#include <linux/types.h>
#include <uapi/linux/altwait.h>

union aw_ioctl {
	u32			size;
	struct altwait_enroll	enroll;
	struct altwait_dismiss	dismiss;
	struct altwait_query	query;
	struct altwait_counters	counters;
	struct altwait_verdicts	verdicts;
	struct altwait_example	example;
	struct altwait_audit	audit;
};

struct file;

/**
 * struct aw_request_type - one ioctl
 * @cmd:  as in the ABI header
 * @min:  size of the struct's first version
 * @size: its size now
 * @out:  something is filled in
 * @run:  does it
 */
struct aw_request_type {
	unsigned int	cmd;
	u32		min;
	u32		size;
	bool		out;
	long		(*run)(struct file *file, union aw_ioctl *arg);
};

int aw_device_init(void);
void aw_device_exit(void);

/* NULL: the request is not known. */
const struct aw_request_type *aw_request_find(unsigned int cmd);
int aw_request_check_size(const struct aw_request_type *type, u32 size);
int aw_request_read(const struct aw_request_type *type, union aw_ioctl *arg,
		    const void *raw, u32 size);
long aw_request_get(const struct aw_request_type *type, union aw_ioctl *arg,
		    void __user *uarg, u32 *size);

#endif /* _ALTWAIT_DEVICE_H */
