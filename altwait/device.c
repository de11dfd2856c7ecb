// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/altwait: the ABI of include/uapi/linux/altwait.h.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "audit.h"
#include "device.h"
#include "dismiss.h"
#include "enroll.h"
#include "shadow/shadow.h"
#include "stats.h"

/* Sizes of the first version of each struct; they never change. */
#define AW_ENROLL_SIZE_1	16
#define AW_DISMISS_SIZE_1	8
#define AW_QUERY_SIZE_1		24
#define AW_COUNTERS_SIZE_1	104
#define AW_VERDICTS_SIZE_1	584
#define AW_EXAMPLE_SIZE_1	152
#define AW_AUDIT_SIZE_1		40
static_assert(sizeof(struct altwait_enroll) >= AW_ENROLL_SIZE_1);
static_assert(sizeof(struct altwait_dismiss) >= AW_DISMISS_SIZE_1);
static_assert(sizeof(struct altwait_query) >= AW_QUERY_SIZE_1);
static_assert(sizeof(struct altwait_counters) >= AW_COUNTERS_SIZE_1);
static_assert(sizeof(struct altwait_verdicts) >= AW_VERDICTS_SIZE_1);
static_assert(sizeof(struct altwait_example) >= AW_EXAMPLE_SIZE_1);
static_assert(sizeof(struct altwait_audit) >= AW_AUDIT_SIZE_1);

/* Sizes of this version: whoever changes them adds to the end, and a version. */
static_assert(ALTWAIT_VERSION == 7);
static_assert(sizeof(struct altwait_enroll) == 32);
static_assert(sizeof(struct altwait_dismiss) == 8);
static_assert(sizeof(struct altwait_query) == 56);
static_assert(sizeof(struct altwait_counters) == 128);
static_assert(sizeof(struct altwait_verdicts) == 1112);
static_assert(sizeof(struct altwait_example) == 160);
static_assert(sizeof(struct altwait_audit) == 40);

/* The words of a set that came with version 4 begin where version 3 ended. */
static_assert(offsetof(struct altwait_enroll, quirks_more) == 24);
static_assert(offsetof(struct altwait_query, quirks_more) == 40);
static_assert(offsetof(struct altwait_verdicts, quirk[64]) == AW_VERDICTS_SIZE_1);
static_assert(offsetof(struct altwait_example, first.quirks_more) ==
	      AW_EXAMPLE_SIZE_1);

/*
 * What those do that were enrolled through a file is counted by the file's own tally,
 * made when it is wanted: their verdicts, and their waits by io_uring.
 */
static struct aw_tally *aw_file_tally(struct file *file)
{
	struct aw_tally *tally = READ_ONCE(file->private_data), *old;

	if (tally)
		return tally;
	tally = aw_tally_new();
	if (!tally)
		return NULL;
	old = cmpxchg(&file->private_data, NULL, (void *)tally);
	if (!old)
		return tally;
	aw_tally_put(tally);
	return old;
}

static long aw_ioctl_enroll(struct file *file, union aw_ioctl *arg)
{
	struct aw_tally *tally = aw_file_tally(file);

	if (!tally)
		return -ENOMEM;
	return aw_enroll(&arg->enroll, tally);
}

static long aw_ioctl_dismiss(struct file *file, union aw_ioctl *arg)
{
	return aw_dismiss(arg->dismiss.pid);
}

static long aw_ioctl_query(struct file *file, union aw_ioctl *arg)
{
	return aw_query(arg->query.pid, &arg->query);
}

static long aw_ioctl_counters(struct file *file, union aw_ioctl *arg)
{
	aw_stats_read(&arg->counters);
	return 0;
}

/* NULL stands for everybody's tally. */
static long aw_ioctl_tally(struct file *file, u32 scope, struct aw_tally **tally)
{
	*tally = NULL;
	if (scope == ALTWAIT_SCOPE_ALL)
		return 0;
	if (scope != ALTWAIT_SCOPE_FILE)
		return -EINVAL;
	*tally = aw_file_tally(file);
	return *tally ? 0 : -ENOMEM;
}

static long aw_ioctl_verdicts(struct file *file, union aw_ioctl *arg)
{
	struct aw_tally *tally;
	long ret = aw_ioctl_tally(file, arg->verdicts.scope, &tally);

	return ret ?: aw_tally_read(tally, &arg->verdicts);
}

static long aw_ioctl_example(struct file *file, union aw_ioctl *arg)
{
	struct aw_tally *tally;
	long ret = aw_ioctl_tally(file, arg->example.scope, &tally);

	return ret ?: aw_tally_example(tally, &arg->example);
}

static long aw_ioctl_audit(struct file *file, union aw_ioctl *arg)
{
	return aw_audit(&arg->audit);
}

#define AW_REQUEST(name, member, first, fills, fn) {			\
	.cmd = name, .min = first, .out = fills, .run = fn,		\
	.size = sizeof_field(union aw_ioctl, member),			\
}

static const struct aw_request_type aw_requests[] = {
	AW_REQUEST(ALTWAIT_ENROLL, enroll, AW_ENROLL_SIZE_1, false,
		   aw_ioctl_enroll),
	AW_REQUEST(ALTWAIT_DISMISS, dismiss, AW_DISMISS_SIZE_1, false,
		   aw_ioctl_dismiss),
	AW_REQUEST(ALTWAIT_QUERY, query, AW_QUERY_SIZE_1, true,
		   aw_ioctl_query),
	AW_REQUEST(ALTWAIT_COUNTERS, counters, AW_COUNTERS_SIZE_1, true,
		   aw_ioctl_counters),
	AW_REQUEST(ALTWAIT_VERDICTS, verdicts, AW_VERDICTS_SIZE_1, true,
		   aw_ioctl_verdicts),
	AW_REQUEST(ALTWAIT_EXAMPLE, example, AW_EXAMPLE_SIZE_1, true,
		   aw_ioctl_example),
	AW_REQUEST(ALTWAIT_AUDIT, audit, AW_AUDIT_SIZE_1, true,
		   aw_ioctl_audit),
};

/*
 * A caller that was built with a longer struct has another number in the
 * command's size bits; direction, type and number are what tells requests
 * apart.
 */
const struct aw_request_type *aw_request_find(unsigned int cmd)
{
	const unsigned int mask = ~(_IOC_SIZEMASK << _IOC_SIZESHIFT);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(aw_requests); i++)
		if ((aw_requests[i].cmd & mask) == (cmd & mask))
			return &aw_requests[i];
	return NULL;
}

/* Is this a size that a struct of the request can have?  0 or an errno. */
int aw_request_check_size(const struct aw_request_type *type, u32 size)
{
	if (size < type->min)
		return -EINVAL;
	/* Nobody will ever need that much; clone3(2) has the same limit. */
	return size > PAGE_SIZE ? -E2BIG : 0;
}

/**
 * aw_request_read - make this version's struct of a caller's one
 * @type: the request
 * @arg: filled in
 * @raw: the caller's struct, copied
 * @size: its size, which aw_request_check_size() has approved
 *
 * Context: any.
 * Return: 0; -E2BIG, bytes that this version does not know are not 0.
 */
int aw_request_read(const struct aw_request_type *type, union aw_ioctl *arg,
		    const void *raw, u32 size)
{
	if (size > type->size &&
	    memchr_inv(raw + type->size, 0, size - type->size))
		return -E2BIG;
	memset(arg, 0, sizeof(*arg));
	memcpy(arg, raw, min(size, type->size));
	return 0;
}

/**
 * aw_request_get - fetch a caller's struct
 * @type: the request
 * @arg: filled in
 * @uarg: where the caller has it
 * @size: its size, as the caller says
 *
 * Context: may sleep.
 * Return: 0; -EFAULT, it cannot be read; -EINVAL, too small; -E2BIG, too large
 * or with bytes that this version does not know; -ENOMEM.
 */
long aw_request_get(const struct aw_request_type *type, union aw_ioctl *arg,
		    void __user *uarg, u32 *size)
{
	void *raw;
	long ret;

	if (get_user(*size, (u32 __user *)uarg))
		return -EFAULT;
	ret = aw_request_check_size(type, *size);
	if (ret)
		return ret;
	raw = memdup_user(uarg, *size);
	if (IS_ERR(raw))
		return PTR_ERR(raw);
	ret = aw_request_read(type, arg, raw, *size);
	kfree(raw);
	return ret;
}

static long aw_request_run(const struct aw_request_type *type, struct file *file,
			   union aw_ioctl *arg, void __user *uarg)
{
	u32 size;
	long ret;

	ret = aw_request_get(type, arg, uarg, &size);
	if (ret)
		return ret;
	ret = type->run(file, arg);
	if (ret || !type->out)
		return ret;
	arg->size = size;
	return copy_to_user(uarg, arg, min(size, type->size)) ? -EFAULT : 0;
}

static long aw_ioctl(struct file *file, unsigned int cmd, unsigned long user)
{
	const struct aw_request_type *type = aw_request_find(cmd);
	union aw_ioctl *arg;
	long ret;

	if (!type)
		return -ENOTTY;
	/* Too much for the stack, by the counts of all quirks. */
	arg = kmalloc(sizeof(*arg), GFP_KERNEL);
	if (!arg)
		return -ENOMEM;
	ret = aw_request_run(type, file, arg, (void __user *)user);
	kfree(arg);
	return ret;
}

/* The mode keeps others out; this, root of another user namespace. */
static int aw_open(struct inode *inode, struct file *file)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	/* Misc devices come with a pointer to themselves. */
	file->private_data = NULL;
	return 0;
}

static int aw_release(struct inode *inode, struct file *file)
{
	aw_tally_put(file->private_data);
	return 0;
}

static const struct file_operations aw_fops = {
	.owner		= THIS_MODULE,
	.open		= aw_open,
	.release	= aw_release,
	.unlocked_ioctl	= aw_ioctl,
	/* All structs have the same layout in both ABIs. */
	.compat_ioctl	= aw_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice aw_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "altwait",
	.fops	= &aw_fops,
	.mode	= 0600,
};

int aw_device_init(void)
{
	return misc_register(&aw_device);
}

void aw_device_exit(void)
{
	misc_deregister(&aw_device);
}
