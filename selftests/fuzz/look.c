// SPDX-License-Identifier: GPL-2.0
/* What the twins look at after each operation, of each actor. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "play.h"

static noreturn void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* Of each actor that is a process, its pidfd. */
static struct watch {
	__s32	tgid;
	int	fd;
} watches[MAX_ACTORS];

static void unwatch(struct watch *w)
{
	if (w->tgid && w->fd >= 0)
		close(w->fd);
	w->tgid = 0;
}

void look_end(void)
{
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++)
		unwatch(&watches[i]);
}

static char look_at_pidfd(const struct actor *a, struct watch *w)
{
	struct pollfd p = { .events = POLLIN };

	if (w->tgid != a->tgid) {
		unwatch(w);
		w->tgid = a->tgid;
		w->fd = syscall(SYS_pidfd_open, a->tgid, 0);
		if (w->fd < 0 && errno != ESRCH)
			die("pidfd_open");
	}
	if (w->fd < 0)
		return '-';
	p.fd = w->fd;
	if (poll(&p, 1, 0) < 0)
		die("poll");
	return p.revents & POLLIN ? 'r' : 'w';
}

/*
 * Until each actor is dead, stopped, or asleep where it stays.  Returns false if somebody
 * is stuck.
 */
bool look_at_all(struct shared *sh, unsigned int number)
{
	struct look *look;
	struct actor *a;
	unsigned int i;

	for (i = 0; i < MAX_ACTORS; i++) {
		a = &sh->actors[i];
		look = &sh->looks[number][i];
		*look = (struct look){ '-', '-' };
		if (!a->tid)
			continue;
		look->state = progress_settle(a);
		if (!look->state)
			return false;
		if (a->tid == a->tgid)
			look->pidfd = look_at_pidfd(a, &watches[i]);
	}
	return true;
}
