// SPDX-License-Identifier: GPL-2.0
/*
 * What can be read: the counters, altwait/counters in debugfs, a process's policy.
 *
 * They come in pairs that balance when nobody is inside: diverted = returned,
 * enrolled = dismissed, tracked = released, blocked = woken.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "entry.h"
#include "feed/feed.h"
#include "hooks.h"
#include "stats.h"

static struct dentry *aw_debugfs;

/**
 * aw_stats_read - read the counters
 * @c: filled in but for size
 *
 * Of each pair the second is read first, so that what is under way is never
 * less than none.
 *
 * Context: process; sleeps.  The values are read one after the other.
 */
void aw_stats_read(struct altwait_counters *c)
{
	c->version = ALTWAIT_VERSION;
	c->returned = atomic64_read_acquire(&aw_returned);
	c->diverted = atomic64_read(&aw_stats.diverted);
	c->dismissed = atomic64_read_acquire(&aw_stats.dismissed);
	c->enrolled = atomic64_read(&aw_stats.enrolled);
	c->released = atomic64_read_acquire(&aw_stats.released);
	c->tracked = atomic64_read(&aw_stats.tracked);
	c->woken = atomic64_read_acquire(&aw_stats.woken);
	c->blocked = atomic64_read(&aw_stats.blocked);
	c->trouble = atomic64_read(&aw_stats.trouble);
	c->missed = aw_hooks_missed() + aw_ptrace_probe_missed() + aw_uring_probe_missed() +
		    aw_entry_lost();
	c->stolen = atomic64_read(&aw_stats.stolen);
	c->evicted = atomic64_read(&aw_stats.evicted);
	c->stuck = atomic64_read(&aw_stats.stuck);
	c->uring = atomic64_read(&aw_stats.uring);
	c->rings = aw_uring_probe_rings();
}

#define AW_SHOW(name)	seq_printf(m, #name " %llu\n", c.name)

static int aw_counters_show(struct seq_file *m, void *v)
{
	struct altwait_counters c;

	aw_stats_read(&c);
	AW_SHOW(diverted);
	AW_SHOW(returned);
	AW_SHOW(enrolled);
	AW_SHOW(dismissed);
	AW_SHOW(tracked);
	AW_SHOW(released);
	AW_SHOW(blocked);
	AW_SHOW(woken);
	AW_SHOW(trouble);
	AW_SHOW(missed);
	AW_SHOW(stolen);
	AW_SHOW(evicted);
	AW_SHOW(stuck);
	AW_SHOW(uring);
	AW_SHOW(rings);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(aw_counters);

static int aw_hold_show(struct seq_file *m, void *v)
{
	struct aw_hold hold = aw_lock_longest();

	seq_printf(m, "%llu %ps\n", hold.cycles, (void *)hold.ip);
	return 0;
}

static int aw_hold_open(struct inode *inode, struct file *file)
{
	return single_open(file, aw_hold_show, NULL);
}

static ssize_t aw_hold_write(struct file *file, const char __user *from, size_t size,
			     loff_t *pos)
{
	bool on;
	int err = kstrtobool_from_user(from, size, &on);

	if (err)
		return err;
	aw_lock_time(on);
	return size;
}

/*
 * For how long aw_lock was held, with interrupts off, at most: cycles of the time-stamp
 * counter, and the function that let it go.  Writing 1 begins to measure, writing 0
 * ends it; until then it is 0.
 */
static const struct file_operations aw_hold_fops = {
	.owner	 = THIS_MODULE,
	.open	 = aw_hold_open,
	.read	 = seq_read,
	.write	 = aw_hold_write,
	.llseek	 = seq_lseek,
	.release = single_release,
};

/* Without debugfs the counters are still read by ALTWAIT_COUNTERS. */
void aw_stats_init(void)
{
	aw_debugfs = debugfs_create_dir("altwait", NULL);
	debugfs_create_file("counters", 0444, aw_debugfs, NULL,
			    &aw_counters_fops);
	debugfs_create_file("irqs_off_max", 0600, aw_debugfs, NULL, &aw_hold_fops);
}

/* Prints the pairs, after everybody has gone. */
void aw_stats_exit(void)
{
	struct altwait_counters c;

	debugfs_remove(aw_debugfs);
	aw_stats_read(&c);
	pr_info("unloaded: diverted=%llu returned=%llu enrolled=%llu dismissed=%llu tracked=%llu released=%llu\n",
		c.diverted, c.returned, c.enrolled, c.dismissed, c.tracked,
		c.released);
	/* Everybody who was on the way has been waited for. */
	if (c.diverted > c.returned)
		pr_notice("%llu redirected calls were answered by stock instead: a BPF program at a stub's exit does that\n",
			  c.diverted - c.returned);
	if (c.diverted < c.returned || c.enrolled != c.dismissed ||
	    c.tracked != c.released)
		pr_err("the counters do not balance: please report this\n");
}

/**
 * aw_query - ALTWAIT_QUERY
 * @vpid: a thread of the process in the caller's pid namespace, 0 the caller
 * @q: filled in but for size
 *
 * Context: process.
 * Return: 0; -ESRCH, no such process.
 */
int aw_query(pid_t vpid, struct altwait_query *q)
{
	struct task_struct *leader = aw_tracked_get_leader(vpid);
	struct aw_tracked *t;

	if (!leader)
		return -ESRCH;
	*q = (struct altwait_query){
		.pid = vpid, .policy = ALTWAIT_POLICY_STOCK,
	};
	aw_lock_irq();
	t = task_tgid(leader) ? aw_tracked_find(leader) : NULL;
	if (t && aw_is_enrolled(t)) {
		aw_enrolled_tell_terms(t, q);
		q->children = t->rec.family->n_children;
		q->waiting = aw_tracked_sleepers(t);
	}
	aw_unlock_irq();
	put_task_struct(leader);
	return 0;
}
