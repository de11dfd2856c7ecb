// SPDX-License-Identifier: GPL-2.0
#include "probe.h"

void probe(void)
{
	int tell_zombie[2], tell_over[2], end_father[2];
	struct child other = hold();
	struct sleeper s;
	pid_t pid = 0;

	/* We -> grandfather -> father -> zombie: it is ours when its father ends. */
	make_pipe(tell_zombie);
	make_pipe(tell_over);
	make_pipe(end_father);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		failed("PR_SET_CHILD_SUBREAPER");
	if (!make_child()) {
		pid_t father = make_child();

		if (!father) {
			pid = zombie(5);
			if (write(tell_zombie[1], &pid, sizeof(pid)) != sizeof(pid))
				failed("write");
			_exit(take_byte(end_father[0]));
		}
		until_dead(father);
		give_byte(tell_over[1], 1);
		for (;;)
			pause();
	}
	if (read(tell_zombie[0], &pid, sizeof(pid)) != sizeof(pid))
		failed("read");
	fall_asleep(&s, a_wait4(-1, 0));
	give_byte(end_father[1], 0);
	doing("the end of a grandchild");
	take_byte(tell_over[0]);
	if (is_back(&s))
		decide_by(&s.call, pid, 0);
	/* It sleeps on.  If news of another kind wakes it, does it find the zombie? */
	stop(other.pid);
	if (!is_back(&s))
		cannot("a sleeping call does not see a child that comes later");
	decide_by(&s.call, 0, pid);
}
