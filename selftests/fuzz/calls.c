// SPDX-License-Identifier: GPL-2.0
/* The wait calls of an actor, with buffers of all sorts. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "play.h"

#define NR32_WAITPID	7
#define NR32_WAIT4	114
#define NR32_WAITID	284

#define PAGE		4096ul
#define POISON		0x5a

/* siginfo's ints, in both layouts. */
enum { SI_CODE = 2, SI_PID64 = 4, SI_STATUS64 = 6, SI_PID32 = 3, SI_STATUS32 = 5 };

/*
 * Below 4 GiB, for each actor a page and one that nobody may touch; behind them one
 * to read only, and for each actor one that is not there before a call.  Threads have
 * the mapping in common, but not the pages.
 */
static char *low;

/* The last page of user space, of which the twins' buffers begin shortly before the end. */
#define TOP_PAGE	((char *)0x7fffffffe000)

/* Returns false if the memory is not what the calls are to find. */
bool calls_prepare(void)
{
	unsigned int i;

	low = mmap(NULL, (3 * MAX_ACTORS + 1) * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		return false;
	for (i = 0; i < MAX_ACTORS; i++)
		if (mprotect(low + (2 * i + 1) * PAGE, PAGE, PROT_NONE))
			return false;
	if (script_twin && mmap(TOP_PAGE, PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
				0) != TOP_PAGE)
		return false;
	return !mprotect(low + 2 * MAX_ACTORS * PAGE, PAGE, PROT_READ);
}

static char *late_page(unsigned int actor)
{
	return low + (2 * MAX_ACTORS + 1 + actor) * PAGE;
}

static char *place(unsigned int actor, enum place where, unsigned int offset)
{
	char *page = low + 2 * actor * PAGE;

	switch (where) {
	case PLACE_GOOD:
		return page + offset;
	case PLACE_NONE:
		return page + PAGE;
	case PLACE_READONLY:
		return low + 2 * MAX_ACTORS * PAGE + offset;
	case PLACE_EDGE:
		/* three ints of a siginfo, and half a timeval */
		return page + PAGE - 12;
	case PLACE_KERNEL:
		return (char *)0xffffffffff600000;
	case PLACE_UNALIGNED:
		return page + offset + 1;
	case PLACE_TOP:
		/* access_ok() does not ask how much of it is written */
		return TOP_PAGE + PAGE - TWIN_TOP;
	case PLACE_LATE:
		return late_page(actor) + TWIN_STATUS +
		       (offset == TWIN_RUSAGE ? TWIN_LATE_RUSAGE - TWIN_STATUS : 0);
	default:
		return NULL;
	}
}

/* The id to hand over; *fd is to be closed, if it is not -1, and is a pidfd of *opened. */
static long id_of(struct shared *sh, const struct call *c, int *fd, __s32 *opened)
{
	bool waitid = c->nr == CALL_WAITID || c->nr == CALL_WAITID_32;
	const struct actor *other;
	int tid;

	*fd = -1;
	*opened = 0;
	if (c->id_kind == ID_ANY)
		return waitid ? 0 : -1;
	if (c->id_kind == ID_ZERO)
		return 0;
	if (c->id_kind == ID_JUNK)
		return c->id;
	other = &sh->actors[c->id];
	tid = __atomic_load_n(&other->tid, __ATOMIC_RELAXED);
	switch (c->id_kind) {
	case ID_GROUP:
		return waitid ? tid : -tid;
	case ID_PIDFD:
	case ID_NONBLOCK:
		*fd = raw(SYS_pidfd_open, tid, c->id_kind == ID_NONBLOCK ?
			  O_NONBLOCK : 0, 0, 0, 0);
		*opened = *fd < 0 ? 0 : tid;
		return *fd;
	default:
		return tid;
	}
}

static bool is_poisoned(const char *from, const char *to)
{
	return *from == POISON && !memcmp(from, from + 1, to - from - 1);
}

static void poison(unsigned int actor)
{
	memset(low + 2 * actor * PAGE, POISON, PAGE);
	memset(TOP_PAGE + PAGE - sizeof(((struct shot *)0)->top), POISON,
	       sizeof(((struct shot *)0)->top));
	raw(SYS_madvise, (long)late_page(actor), PAGE, MADV_DONTNEED, 0, 0);
}

static void shoot(const struct shared *sh, unsigned int actor, struct shot *shot)
{
	const char *page = low + 2 * actor * PAGE;

	memcpy(shot->low, page, sizeof(shot->low));
	memcpy(shot->edge, page + PAGE - sizeof(shot->edge), sizeof(shot->edge));
	memcpy(shot->late, late_page(actor), sizeof(shot->late));
	memcpy(shot->top, TOP_PAGE + PAGE - sizeof(shot->top), sizeof(shot->top));
	shot->rest = !is_poisoned(page + sizeof(shot->low),
				  page + PAGE - sizeof(shot->edge));
	shot->handled = sh->n_arrivals;
}

/* Returns what the call does, and what it reports where it can be read. */
long calls_make(struct shared *sh, const struct actor *me, const struct call *c,
		int *pid, struct outcome *o, struct shot *shot)
{
	unsigned int i = me - sh->actors;
	char *out = place(i, c->status, shot ? TWIN_STATUS : 0);
	char *ru = c->rusage == PLACE_SAME ? out :
		   place(i, c->rusage, shot ? TWIN_RUSAGE : 1024);
	int *seen = (int *)(low + 2 * i * PAGE + (shot ? TWIN_STATUS : 0));
	long id, ret = 0;
	int fd;

	if (shot)
		poison(i);
	memset(seen, POISON, 128);
	id = id_of(sh, c, &fd, &o->opened);
	o->id = id;
	switch (c->nr) {
	case CALL_WAIT4:
		ret = raw(SYS_wait4, id, (long)out, c->options, (long)ru, 0);
		break;
	case CALL_WAITID:
		ret = raw(SYS_waitid, c->which, id, (long)out, c->options,
			  (long)ru);
		break;
	case CALL_WAIT4_32:
		ret = raw32(NR32_WAIT4, id, (long)out, c->options, (long)ru, 0);
		break;
	case CALL_WAITID_32:
		ret = raw32(NR32_WAITID, c->which, id, (long)out, c->options,
			    (long)ru);
		break;
	default:
		ret = raw32(NR32_WAITPID, id, (long)out, c->options, 0, 0);
		break;
	}
	if (shot)
		shoot(sh, i, shot);
	if (fd >= 0)
		raw(SYS_close, fd, 0, 0, 0, 0);
	*pid = ret > 0 ? ret : 0;
	o->status = ret > 0 && c->status == PLACE_GOOD ? seen[0] : 0;
	if (ret == 0 && c->status == PLACE_GOOD) {
		*pid = seen[c->nr == CALL_WAITID ? SI_PID64 : SI_PID32];
		o->status = seen[c->nr == CALL_WAITID ? SI_STATUS64 : SI_STATUS32];
	}
	return ret;
}
