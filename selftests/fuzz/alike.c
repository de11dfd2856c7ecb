// SPDX-License-Identifier: GPL-2.0
/* What is not a function of a script is made alike in all its plays. */
#include <string.h>

#include "play.h"

#define POISON32	0x5a5a5a5a
#define STRANGER	0x1000		/* or which one it is of those that nobody has named */

/* Tasks that a tracer has held before anybody could say who made them. */
static __s32 strangers[MAX_OPS];
static unsigned int n_strangers;

void alike_begin(void)
{
	n_strangers = 0;
}

/* Of those, which one it is in the order in which they are reported. */
static __s32 name_of_stranger(__s32 pid)
{
	unsigned int i;

	for (i = 0; i < n_strangers; i++)
		if (strangers[i] == pid)
			return ALIKE_NAMED | STRANGER | i;
	if (n_strangers == MAX_OPS)
		return pid;
	strangers[n_strangers] = pid;
	return ALIKE_NAMED | STRANGER | n_strangers++;
}

__s32 alike_name(const struct shared *sh, __s32 pid)
{
	unsigned int i;

	if (pid <= 0 || pid == POISON32)
		return pid;
	if (pid == sh->actors[0].tgid)
		return ALIKE_NAMED | MAX_OPS;
	for (i = 0; i < MAX_OPS; i++)
		if (sh->born[i] == pid)
			return ALIKE_NAMED | i;
	return name_of_stranger(pid);
}

static bool is_waitid(const struct call *c)
{
	return c->nr == CALL_WAITID || c->nr == CALL_WAITID_32;
}

static bool is_compat(const struct call *c)
{
	return c->nr != CALL_WAIT4 && c->nr != CALL_WAITID;
}

/* Where the shot shows a place; NULL: it cannot be read. */
static __u8 *shown(struct shot *shot, enum place place, unsigned int offset)
{
	switch (place) {
	case PLACE_GOOD:
		return shot->low + offset;
	case PLACE_UNALIGNED:
		return shot->low + offset + 1;
	case PLACE_LATE:
		return shot->late + (offset == TWIN_STATUS ? TWIN_STATUS : TWIN_LATE_RUSAGE);
	case PLACE_TOP:
		/* there is no room for a usage */
		return offset == TWIN_STATUS ? shot->top + sizeof(shot->top) - TWIN_TOP : NULL;
	default:
		return NULL;
	}
}

static void name_pid(const struct shared *sh, const struct call *c, struct shot *shot)
{
	__u8 *at = shown(shot, c->status, TWIN_STATUS);
	__s32 pid;

	if (!at || !is_waitid(c))
		return;
	at += is_compat(c) ? 12 : 16;
	memcpy(&pid, at, sizeof(pid));
	pid = alike_name(sh, pid);
	memcpy(at, &pid, sizeof(pid));
}

/* A number that chance has a part in: whether it was written. */
static void blur(__u8 *at, size_t size, __u8 poison)
{
	size_t i;

	for (i = 0; i < size && at[i] == poison; i++)
		;
	if (i < size)
		memset(at, 1, size);
}

/* Which of struct rusage's members count what no clock and no page cache is part of. */
static bool is_exact(unsigned int member)
{
	return member >= 5 && member <= 7;	/* unused: 0 */
}

/* Zero or not: the peak of memory, the pages that came without a disk. */
static bool is_positive(unsigned int member)
{
	return member == 4 || member == 8;
}

static void blur_usage(__u8 *at, size_t size)
{
	static const __u8 zero[8];
	unsigned int i;

	for (i = 0; i < 18; i++, at += size) {
		if (is_exact(i) || (is_positive(i) && !memcmp(at, zero, size)))
			continue;
		blur(at, size, 0x5a);
	}
}

/* In a page that was all 0, some member of what is written is not. */
static void blur_late(__u8 *at, size_t size)
{
	__u8 written[18 * 8];

	memcpy(written, at, 18 * size);
	blur(written, 18 * size, 0);
	if (written[0])
		blur_usage(at, size);
}

/*
 * The usage over the status: word by word.  What tells the order of the writes is the
 * first word, SIGCHLD or the status, and seconds otherwise.
 */
static void blur_overlap(__u8 *at, size_t size)
{
	unsigned int i;

	for (i = 1; i < 18 * size / 4; i++)
		blur(at + 4 * i, 4, 0x5a);
}

/* Three words of a usage, of which the last two may be microseconds. */
static void blur_edge(struct shot *shot)
{
	blur(shot->edge + sizeof(shot->edge) - 8, 4, 0x5a);
	blur(shot->edge + sizeof(shot->edge) - 4, 4, 0x5a);
}

void alike_make(const struct shared *sh, const struct script *s, struct outcome *o,
		struct shot *shot)
{
	struct call c;
	size_t size;
	__u8 *at;

	script_call(&s->ops[o->op], o->call, &c);
	size = is_compat(&c) ? 4 : 8;
	o->ret = alike_name(sh, o->ret);
	/* of waitid it is in the shot, and of wait4, too */
	o->status = 0;
	if (c.rusage == PLACE_SAME && c.status != PLACE_TOP) {
		at = shown(shot, c.status, TWIN_STATUS);
		if (at && c.nr != CALL_WAITPID_32)
			blur_overlap(at, size);
		if (c.status == PLACE_EDGE)
			blur_edge(shot);
		return;
	}
	name_pid(sh, &c, shot);
	if (c.nr == CALL_WAITPID_32)
		return;
	at = shown(shot, c.rusage, TWIN_RUSAGE);
	if (at && c.rusage == PLACE_LATE)
		blur_late(at, size);
	else if (at)
		blur_usage(at, size);
	if (c.rusage == PLACE_EDGE)
		blur_edge(shot);
}
