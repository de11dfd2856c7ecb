/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records beside the kernel's own processes; the parts stand here for their unit
 * tests.
 */
#ifndef _ALTWAIT_AUDIT_H
#define _ALTWAIT_AUDIT_H

#include <uapi/linux/altwait.h>

#include "track/track.h"

/**
 * struct aw_audit_seen - what the kernel says of a record's process
 * @is_there:	it has not been reaped
 * @lives:	not all of its threads have exited
 * @is_zombie:	its parent could wait for it
 * @is_single:	it has one thread, which lives
 * @parent:	its real parent's pid
 * @by:		that one's record, or NULL
 * @by_is_reaper: that one gets orphans, of which nobody tells
 * @tracer:	its tracer's pid, 0 if there is none
 * @tracer_is_in: that one is enrolled
 */
struct aw_audit_seen {
	bool			is_there;
	bool			lives;
	bool			is_zombie;
	bool			is_single;
	u32			parent;
	const struct aw_tracked	*by;
	bool			by_is_reaper;
	u32			tracer;
	bool			tracer_is_in;
};

enum altwait_disagreement aw_audit_compare(const struct aw_tracked *t,
					   const struct aw_audit_seen *seen,
					   struct altwait_audit *a);
long aw_audit(struct altwait_audit *a);

#endif /* _ALTWAIT_AUDIT_H */
