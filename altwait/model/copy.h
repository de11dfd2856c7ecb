/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A copy of what the records say of some processes at one moment.  Pure, like
 * waitcall.h.
 *
 * What takes long, an explanation most of all, is worked out on a copy, while nothing
 * serialises the records themselves.
 */
#ifndef _ALTWAIT_COPY_H
#define _ALTWAIT_COPY_H

#include "waitcall.h"

/* Of a process's threads, the first, and those that a call may name. */
#define AW_COPY_TIDS	2

/**
 * struct aw_copy - a process, as it was
 * @rec:   what the records said of it, but for its family
 * @of:	   its record, referenced
 * @hash:  in the hash of struct aw_copies, by @of
 * @threads: room for those of its threads that a call can ask for
 * @is_child: its record was among the children of the caller's
 */
struct aw_copy {
	struct aw_process rec;
	struct aw_process *of;
	struct aw_chain	  hash;
	struct aw_thread  threads[AW_COPY_TIDS + 1];
	bool		  is_child;
};

/**
 * struct aw_copies - the processes that a call asks, as they were
 * @r:	    tables of them
 * @caller_of: the record of the process that waits,
 * @caller: and its copy,
 * @family: whose children are those that were copied
 * @v:	    they
 * @n:	    how many; more than @cap where there was no room
 * @cap:    room in @v, in @sorted, and for hashes
 * @sorted: for aw_copies_link()
 * @buckets: of @r,
 * @none:   and the one where there are no copies
 * @stops:  their ptrace stops
 * @n_stops: how many, likewise
 * @stops_cap: room in @stops
 * @tids:   the threads that the call may name; 0: none
 */
struct aw_copies {
	struct aw_records     r;
	const struct aw_process *caller_of;
	struct aw_process     caller;
	struct aw_family      family;
	struct aw_copy	      *v;
	unsigned int	      n;
	unsigned int	      cap;
	struct aw_process     **sorted;
	struct list_head      *buckets;
	struct list_head      none;
	struct aw_ptrace_stop *stops;
	unsigned int	      n_stops;
	unsigned int	      stops_cap;
	u32		      tids[AW_COPY_TIDS];
};

void aw_copies_begin(struct aw_copies *c, const struct aw_process *caller);
void aw_copies_add(struct aw_copies *c, struct aw_process *p);
bool aw_copies_fit(const struct aw_copies *c);
void aw_copies_link(struct aw_copies *c);
struct aw_process *aw_copies_find(const struct aw_copies *c, const struct aw_process *p);
void aw_copies_release(struct aw_copies *c);

/* The record that this is a copy of. */
static inline struct aw_process *aw_copy_of(const struct aw_process *copy)
{
	return container_of(copy, struct aw_copy, rec)->of;
}

/* How many buckets a hash of so many records has. */
static inline unsigned int aw_copies_buckets(unsigned int n)
{
	unsigned int buckets = 1;

	while (buckets < n)
		buckets *= 2;
	return buckets;
}

#endif /* _ALTWAIT_COPY_H */
