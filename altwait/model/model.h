/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model: what the other rooms may use of it.  Pure: it knows no task_struct,
 * takes no lock and never sleeps.
 *
 *   quirks.h	each way in which Starry's wait differs from Linux's, one bit each
 *   wakes.h	which news wakes a sleeping call
 *   records.h	processes, threads, PollSets, stops, and what each event does to them
 *   waitcall.h	a call: its arguments, its candidates, its decision, made true
 *   explain.h	which quirks make two policies answer differently
 *   copy.h	the records of a moment, to be asked while the others change
 */
#ifndef _ALTWAIT_MODEL_H
#define _ALTWAIT_MODEL_H

#include "quirks.h"
#include "wakes.h"
#include "records.h"
#include "waitcall.h"
#include "explain.h"
#include "copy.h"

#endif /* _ALTWAIT_MODEL_H */
