/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to enrol.
 */
#ifndef _ALTWAIT_ENROLL_H
#define _ALTWAIT_ENROLL_H

#include "track/track.h"

int aw_enroll(const struct altwait_enroll *req, struct aw_tally *tally);
struct task_struct *aw_enroll_get_leader(pid_t vpid);

#endif /* _ALTWAIT_ENROLL_H */
