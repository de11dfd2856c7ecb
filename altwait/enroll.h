/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to enrol.
 */
#ifndef _ALTWAIT_ENROLL_H
#define _ALTWAIT_ENROLL_H

#include "track/track.h"

int aw_enroll(const struct altwait_enroll *req, struct aw_tally *tally);

#endif /* _ALTWAIT_ENROLL_H */
