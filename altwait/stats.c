// SPDX-License-Identifier: GPL-2.0
/*
 * The counters, and altwait/counters in debugfs.
 *
 * They come in pairs that balance when nobody is inside: diverted = returned,
 * enrolled = dismissed, tracked = released, blocked = woken.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "altwait.h"

struct aw_stats aw_stats;
static struct dentry *aw_debugfs;

/**
 * aw_stats_read - read the counters
 * @c: filled in but for size
 *
 * Of each pair the second is read first, so that what is under way is never
 * less than none.
 *
 * Context: any.  The values are read one after the other.
 */
void aw_stats_read(struct altwait_counters *c)
{
	c->version = ALTWAIT_VERSION;
	c->returned = atomic64_read_acquire(&aw_stats.returned);
	c->diverted = atomic64_read(&aw_stats.diverted);
	c->dismissed = atomic64_read_acquire(&aw_stats.dismissed);
	c->enrolled = atomic64_read(&aw_stats.enrolled);
	c->released = atomic64_read_acquire(&aw_stats.released);
	c->tracked = atomic64_read(&aw_stats.tracked);
	c->woken = atomic64_read_acquire(&aw_stats.woken);
	c->blocked = atomic64_read(&aw_stats.blocked);
	c->trouble = atomic64_read(&aw_stats.trouble);
	c->missed = aw_hooks_missed() + aw_tracer_missed();
	c->stolen = atomic64_read(&aw_stats.stolen);
	c->evicted = atomic64_read(&aw_stats.evicted);
	c->stuck = atomic64_read(&aw_stats.stuck);
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
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(aw_counters);

/* Without debugfs the counters are still read by ALTWAIT_COUNTERS. */
void aw_stats_init(void)
{
	aw_debugfs = debugfs_create_dir("altwait", NULL);
	debugfs_create_file("counters", 0444, aw_debugfs, NULL,
			    &aw_counters_fops);
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
	if (c.diverted != c.returned || c.enrolled != c.dismissed ||
	    c.tracked != c.released)
		pr_err("the counters do not balance: please report this\n");
}
