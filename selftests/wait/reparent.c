// SPDX-License-Identifier: GPL-2.0
/* Children whose parent dies, and the process that gets them. */
#include <sys/wait.h>

#include "calls.h"

/*
 * @snapshot: as in blocking.c; a call that sleeps does not see who is adopted
 * @by_pid: children are asked in the order of their pids, which is that of their
 *	births (wait.rs:149)
 */
FOUR_VARIANTS(reparent,
	      DIFFERING(bool snapshot; bool by_pid;),
	      ON_LINUX(),
	      ON_STARRY(.snapshot = true, .by_pid = true));

/* A child with a child of its own; both obey. */
struct family {
	struct child parent;
	struct child child;
};

static struct family make_family(bool subreaper)
{
	struct family f = {
		.parent.slot = stage_slot(),
		.child.slot = stage_slot(),
	};
	unsigned int note = f.parent.slot % STAGE_NOTES;
	pid_t pid;

	f.parent.pid = child_fork();
	if (!f.parent.pid) {
		if (subreaper)
			become_subreaper();
		pid = child_fork();
		if (!pid)
			child_obey(f.child.slot);
		stage->note[note] = pid;
		child_obey(f.parent.slot);
	}
	UNTIL(stage->note[note], "grandchild");
	f.child.pid = stage->note[note];
	return f;
}

SUBJECT_TEST(reparent, live_orphan)
{
	struct family f;

	become_subreaper();
	f = make_family(false);
	EXPECT_WAIT4(f.child.pid, WNOHANG, .error = ECHILD);
	child_finish(&f.parent, 1);
	EXPECT_WAIT4(f.child.pid, WNOHANG, .pid = 0);
	EXPECT_WAIT4(-1, 0, .pid = f.parent.pid, .status = W_EXIT(1));
	EXPECT_WAITID(P_PID, f.child.pid, WEXITED | WNOHANG, .pid = 0);
	child_finish(&f.child, 2);
	EXPECT_WAITID(P_ALL, 0, WEXITED, .pid = f.child.pid,
		      .code = CLD_EXITED, .status = 2);
	EXPECT_CONSUMED(f.child.pid);
}

/* A zombie that its parent never asked for. */
SUBJECT_TEST(reparent, dead_orphan)
{
	struct family f;

	become_subreaper();
	f = make_family(false);
	child_tell(&f.child, 3);
	until_state(f.child.pid, 'Z');
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&f.parent, 4);
	EXPECT_WAIT4(f.child.pid, WNOHANG, .pid = f.child.pid,
		     .status = W_EXIT(3));
	EXPECT_WAIT4(-1, WNOHANG, .pid = f.parent.pid, .status = W_EXIT(4));
	EXPECT_CONSUMED(f.child.pid);
}

/* A process, in which SIGCHLD is blocked, has been told of a child. */
static bool has_sigchld(pid_t pid)
{
	unsigned long long pending = 0;
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	if (!f)
		die(path);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "ShdPnd: %llx", &pending) == 1)
			break;
	fclose(f);
	return pending >> (SIGCHLD - 1) & 1;
}

/*
 * An unread stop moves with its process.  Its new group would be an orphan, and
 * be continued, if it were not the subject's.
 */
SUBJECT_TEST(reparent, stopped_orphan)
{
	struct family f;

	become_subreaper();
	f = make_family(false);
	signal_send(f.child.pid, SIGSTOP);
	/* It is in that state before anybody is told: the parent shall not miss it. */
	UNTIL(has_sigchld(f.parent.pid), "the parent to be told of the stop");
	child_finish(&f.parent, 5);
	EXPECT_WAIT4(f.child.pid, WNOHANG | WUNTRACED, .pid = f.child.pid,
		     .status = W_STOP(SIGSTOP));
	EXPECT_WAIT4(f.child.pid, WNOHANG | WUNTRACED, .pid = 0);
	child_kill(f.child.pid, SIGKILL);
	EXPECT_WAIT4(f.child.pid, WUNTRACED, .pid = f.child.pid,
		     .status = SIGKILL);
}

/* Without a subreaper of its own, the orphan goes past the subject. */
SUBJECT_TEST(reparent, past_the_subject)
{
	struct family f = make_family(false);

	child_finish(&f.parent, 6);
	EXPECT_WAIT4(f.child.pid, WNOHANG, .error = ECHILD);
	EXPECT_WAIT4(-1, 0, .pid = f.parent.pid, .status = W_EXIT(6));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
	EXPECT_EQ(0, kill(f.child.pid, 0));
}

/*
 *   subject, subreaper
 *    '- middle, subreaper
 *        '- parent           dies
 *            '- child        goes to middle, and to the subject only later
 */
SUBJECT_TEST(reparent, nearest_subreaper)
{
	struct child middle = { .slot = stage_slot() };
	struct family f;

	become_subreaper();
	middle.pid = child_fork();
	if (!middle.pid) {
		become_subreaper();
		f = make_family(false);
		stage->note[60] = f.child.slot;
		stage->note[61] = f.child.pid;
		child_tell(&f.parent, 7);
		stage->note[62] = syscall(SYS_wait4, f.parent.pid, NULL, 0, 0);
		stage->note[63] = syscall(SYS_wait4, f.child.pid, NULL,
					  WNOHANG, NULL) + 1;
		child_obey(middle.slot);
	}
	UNTIL(stage->note[63], "middle");
	EXPECT_LT(0, stage->note[62]);
	EXPECT_EQ(1, stage->note[63]);
	f.child.slot = stage->note[60];
	f.child.pid = stage->note[61];
	EXPECT_WAIT4(f.child.pid, WNOHANG, .error = ECHILD);
	child_finish(&middle, 8);
	EXPECT_WAIT4(middle.pid, 0, .pid = middle.pid, .status = W_EXIT(8));
	EXPECT_WAIT4(f.child.pid, WNOHANG, .pid = 0);
	child_finish(&f.child, 9);
	EXPECT_WAIT4(-1, 0, .pid = f.child.pid, .status = W_EXIT(9));
}

/* Adopted while a call sleeps that knows only the parent. */
SUBJECT_TEST(reparent, adopted_while_asleep)
{
	struct child stays;
	struct family f;
	struct waiter w;

	become_subreaper();
	f = make_family(false);
	stays = child_hold();
	waiter_sleep(&w, call_wait4(-1, 0));
	child_tell(&f.parent, 10);
	EXPECT_WAITER(&w, .pid = f.parent.pid, .status = W_EXIT(10));
	waiter_sleep(&w, call_wait4(-1, 0));
	child_tell(&f.child, 11);
	EXPECT_WAITER(&w, .pid = f.child.pid, .status = W_EXIT(11));
	child_finish(&stays, 12);
	EXPECT_WAIT4(-1, 0, .pid = stays.pid, .status = W_EXIT(12));
}

/*
 *   subject (group g), asleep in a wait for g
 *    |- parent       in a group of its own, dies
 *    |   '- child    in g, adopted, dies, too
 *    '- stays        in g
 */
SUBJECT_TEST(reparent, adopted_into_group)
{
	struct child stays;
	struct family f;
	struct waiter w;

	become_subreaper();
	f = make_family(false);
	stays = child_hold();
	ASSERT_EQ(0, setpgid(f.parent.pid, f.parent.pid));
	waiter_sleep(&w, call_wait4(0, 0));
	child_finish(&f.parent, 13);
	child_tell(&f.child, 14);
	if (variant->snapshot) {
		until_dead(f.child.pid);
		until_asleep(getpid(), w.tid, SYS_wait4);
		child_tell(&stays, 15);
		EXPECT_WAITER(&w, .pid = stays.pid, .status = W_EXIT(15));
		EXPECT_WAIT4(0, 0, .pid = f.child.pid, .status = W_EXIT(14));
	} else {
		EXPECT_WAITER(&w, .pid = f.child.pid, .status = W_EXIT(14));
		child_finish(&stays, 15);
		EXPECT_WAIT4(0, 0, .pid = stays.pid, .status = W_EXIT(15));
	}
	EXPECT_WAIT4(-1, 0, .pid = f.parent.pid, .status = W_EXIT(13));
}

/*
 * Two threads wait for anybody, and there is one child only, which leaves a
 * live child of its own: whoever did not get the first one waits for that.
 */
SUBJECT_TEST(reparent, adopted_alive)
{
	struct waiter w[2];
	struct family f;
	int first;

	become_subreaper();
	f = make_family(false);
	waiter_sleep(&w[0], call_wait4(-1, 0));
	waiter_sleep(&w[1], call_wait4(-1, 0));
	child_tell(&f.parent, 16);
	if (variant->snapshot) {
		EXPECT_WAITER(&w[0], .pid = f.parent.pid, .status = W_EXIT(16));
		EXPECT_WAITER(&w[1], .pid = f.parent.pid, .status = W_EXIT(16));
		child_finish(&f.child, 17);
		EXPECT_WAIT4(-1, 0, .pid = f.child.pid, .status = W_EXIT(17));
		return;
	}
	UNTIL(w[0].done || w[1].done, "the first report");
	first = w[0].done ? 0 : 1;
	EXPECT_WAITER(&w[first], .pid = f.parent.pid, .status = W_EXIT(16));
	until_asleep(getpid(), w[!first].tid, SYS_wait4);
	child_tell(&f.child, 17);
	EXPECT_WAITER(&w[!first], .pid = f.child.pid, .status = W_EXIT(17));
}

static void *fork_and_leave(void *arg)
{
	*(struct child *)arg = child_hold();
	return NULL;
}

/* The thread that forked is gone; the child is the process's. */
SUBJECT_TEST(reparent, forking_thread_leaves)
{
	struct child c = {};

	thread_join(thread_start(fork_and_leave, &c), "end of a thread");
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&c, 13);
	EXPECT_WAIT4(c.pid, 0, .pid = c.pid, .status = W_EXIT(13));
	EXPECT_CONSUMED(c.pid);
}

/* Both fathers die before the next call, the younger first. */
SUBJECT_TEST(reparent, two_fathers)
{
	struct family p, q, *first, *second;

	become_subreaper();
	p = make_family(false);
	q = make_family(false);
	child_tell(&p.child, 1);
	child_tell(&q.child, 2);
	until_state(p.child.pid, 'Z');
	until_state(q.child.pid, 'Z');
	child_finish(&q.parent, 3);
	child_finish(&p.parent, 3);
	EXPECT_WAIT4(p.parent.pid, WNOHANG, .pid = p.parent.pid, .status = W_EXIT(3));
	EXPECT_WAIT4(q.parent.pid, WNOHANG, .pid = q.parent.pid, .status = W_EXIT(3));
	first = variant->by_pid ? &p : &q;
	second = variant->by_pid ? &q : &p;
	EXPECT_WAIT4(-1, WNOHANG, .pid = first->child.pid,
		     .status = W_EXIT(variant->by_pid ? 1 : 2));
	EXPECT_WAIT4(-1, WNOHANG, .pid = second->child.pid,
		     .status = W_EXIT(variant->by_pid ? 2 : 1));
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
}

/* A thread that forks, and exits when it is told to. */
struct forker {
	struct child	child;
	unsigned int	slot;
	pthread_t	thread;
	atomic_int	tid;
};

static void *fork_and_obey(void *arg)
{
	struct forker *f = arg;

	f->child = child_hold();
	atomic_store(&f->tid, gettid());
	stage_take(f->slot);
	return NULL;
}

static void forker_start(struct forker *f)
{
	f->slot = stage_slot();
	f->thread = thread_start(fork_and_obey, f);
	UNTIL(atomic_load(&f->tid), "fork by a thread");
}

/* Its children have moved when it is no task any more. */
static void forker_end(struct forker *f)
{
	stage_give(f->slot, ORDER_EXIT);
	thread_join(f->thread, "end of a thread");
	UNTIL(!task_state(getpid(), f->tid), "end of a task");
}

/* Both threads exit before the next call, the younger first. */
SUBJECT_TEST(reparent, two_threads)
{
	struct forker a = {}, b = {};
	int first;

	forker_start(&a);
	forker_start(&b);
	forker_end(&b);
	forker_end(&a);
	child_finish(&a.child, 1);
	child_finish(&b.child, 2);
	first = variant->by_pid ? 1 : 2;
	EXPECT_WAIT4(-1, WNOHANG, .status = W_EXIT(first),
		     .pid = variant->by_pid ? a.child.pid : b.child.pid);
	EXPECT_WAIT4(-1, WNOHANG, .status = W_EXIT(3 - first),
		     .pid = variant->by_pid ? b.child.pid : a.child.pid);
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
}

/* A thread exits, whose child is the older one, and a father dies: in either order. */
SUBJECT_TEST(reparent, thread_and_father)
{
	struct forker a;
	struct family p;
	int i;

	become_subreaper();
	for (i = 0; i < 2; i++) {
		memset(&a, 0, sizeof(a));
		forker_start(&a);
		p = make_family(false);
		if (i)
			forker_end(&a);
		child_finish(&p.parent, 3);
		if (!i)
			forker_end(&a);
		EXPECT_WAIT4(p.parent.pid, WNOHANG, .pid = p.parent.pid,
			     .status = W_EXIT(3));
		child_finish(&a.child, 1);
		child_finish(&p.child, 2);
		if (i || variant->by_pid)
			EXPECT_WAIT4(-1, WNOHANG, .pid = a.child.pid,
				     .status = W_EXIT(1));
		EXPECT_WAIT4(-1, WNOHANG, .pid = p.child.pid, .status = W_EXIT(2));
		if (!i && !variant->by_pid)
			EXPECT_WAIT4(-1, WNOHANG, .pid = a.child.pid,
				     .status = W_EXIT(1));
		EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
	}
}

/* CLONE_PARENT: a child's child that is the subject's from the beginning. */
SUBJECT_TEST(reparent, clone_parent)
{
	struct child c = { .slot = stage_slot() };
	unsigned int slot = stage_slot();
	pid_t sibling;

	c.pid = child_fork();
	if (!c.pid) {
		sibling = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL,
				  NULL, NULL, 0);
		if (!sibling)
			child_obey(slot);
		stage->note[0] = sibling;
		child_obey(c.slot);
	}
	UNTIL(stage->note[0], "sibling");
	sibling = stage->note[0];
	EXPECT_WAIT4(sibling, WNOHANG, .pid = 0);
	stage_give(slot, ORDER_EXIT | 14);
	until_dead(sibling);
	EXPECT_WAIT4(-1, 0, .pid = sibling, .status = W_EXIT(14));
	child_finish(&c, 15);
	EXPECT_WAIT4(-1, 0, .pid = c.pid, .status = W_EXIT(15));
}

/* A parent that execs keeps its children. */
SUBJECT_TEST(reparent, parent_execs)
{
	pid_t pid = child_fork();

	if (!pid) {
		if (!child_fork())
			_exit(1);
		execl("/bin/bash", "bash", "-c", "wait; exit 16", NULL);
		_exit(99);
	}
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(16));
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

/* A whole tree that dies from the top. */
SUBJECT_TEST(reparent, many_orphans)
{
	enum { N = 20 };
	struct family f[N];
	int i;

	become_subreaper();
	for (i = 0; i < N; i++)
		f[i] = make_family(i % 2);
	for (i = 0; i < N; i++)
		child_finish(&f[i].parent, i);
	for (i = N - 1; i >= 0; i--)
		child_finish(&f[i].child, N + i);
	for (i = 0; i < N; i++) {
		EXPECT_WAIT4(f[i].child.pid, 0, .pid = f[i].child.pid,
			     .status = W_EXIT(N + i));
		EXPECT_WAIT4(f[i].parent.pid, 0, .pid = f[i].parent.pid,
			     .status = W_EXIT(i));
	}
	EXPECT_WAIT4(-1, 0, .error = ECHILD);
}

KEEP_ARMED
TEST_HARNESS_MAIN
