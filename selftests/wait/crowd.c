// SPDX-License-Identifier: GPL-2.0
/*
 * Many children that stop, continue and exit at random, and calls for any of them:
 * each call reports the child whose turn it is, and nothing is lost or told twice.
 */
#include "calls.h"

/*
 * @zombies_first: an end is reported before the stop of an older child (wait.rs:222
 *	and 246)
 * @clones_too: __WCLONE does nothing (wait.rs:146)
 */
FOUR_VARIANTS(crowd,
	      DIFFERING(bool zombies_first; bool clones_too;),
	      ON_LINUX(),
	      ON_STARRY(.zombies_first = true, .clones_too = true));

enum { CROWD = 40, STEPS = 400 };

enum news { NOTHING, STOPPED, CONTINUED, ENDED };

/*
 * @child:   a member; its pid is 0 once it has been reaped
 * @stopped: it stands still
 * @news:    what is to be reported of it
 * @code:    what it exits with
 */
struct member {
	struct child	child;
	bool		stopped;
	enum news	news;
	int		code;
};

static unsigned int draw(unsigned int *seed, unsigned int below)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % below;
}

static bool is_wanted(const struct member *m, long options)
{
	switch (m->news) {
	case STOPPED:
		return options & WUNTRACED;
	case CONTINUED:
		return options & WCONTINUED;
	default:
		return m->news == ENDED;
	}
}

/* Whose turn it is; NULL: nobody has anything that the options ask for. */
static struct member *next_of(struct member *m, long options, bool zombies_first)
{
	struct member *found = NULL;
	int i;

	for (i = 0; i < CROWD; i++) {
		if (!m[i].child.pid || !is_wanted(&m[i], options))
			continue;
		if (!found || (zombies_first && m[i].news == ENDED &&
			       found->news != ENDED))
			found = &m[i];
		if (!zombies_first || found->news == ENDED)
			break;
	}
	return found;
}

static int status_of(const struct member *m)
{
	switch (m->news) {
	case STOPPED:
		return W_STOP(SIGSTOP);
	case CONTINUED:
		return W_CONT;
	default:
		return W_EXIT(m->code);
	}
}

static void change(struct member *m, unsigned int what)
{
	if (what < 4 && m->stopped) {
		child_cont(m->child.pid);
		m->stopped = false;
		m->news = CONTINUED;
	} else if (what < 4) {
		child_stop(m->child.pid, SIGSTOP);
		m->stopped = true;
		m->news = STOPPED;
	} else if (!m->stopped) {
		m->code = what;
		child_finish(&m->child, m->code);
		m->news = ENDED;
	}
}

static void reported(struct member *m)
{
	if (m->news == ENDED)
		m->child.pid = 0;
	m->news = NOTHING;
}

static bool any_left(const struct member *m)
{
	int i;

	for (i = 0; i < CROWD; i++)
		if (m[i].child.pid)
			return true;
	return false;
}

/* A child whose end sends another signal; it waits until the pipe is closed. */
static pid_t clone_sh(const int in[2], const int done[2])
{
	pid_t pid = syscall(SYS_clone, SIGUSR1, NULL, NULL, NULL, NULL);

	if (pid < 0)
		die("clone");
	if (pid)
		return pid;
	if (dup2(in[0], STDIN_FILENO) < 0)
		die("dup2");
	close(in[0]);
	close(in[1]);
	close(done[0]);
	execl("/bin/sh", "sh", "-c", "read x; exit 7", NULL);
	die("execl of /bin/sh");
}

/*
 * execve() makes a child's end send SIGCHLD, whatever clone() was told: from then on
 * it is waited for without __WCLONE, and not with it.
 */
SUBJECT_TEST(crowd, exec_sends_sigchld)
{
	int in[2], done[2];
	char none;
	pid_t pid;

	ASSERT_EQ(0, pipe(in));
	/* Its end is closed by execve(), after that. */
	ASSERT_EQ(0, pipe2(done, O_CLOEXEC));
	pid = clone_sh(in, done);
	close(in[0]);
	close(done[1]);
	ASSERT_EQ(0, read(done[0], &none, 1));
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	if (variant->clones_too)
		EXPECT_WAIT4(-1, WNOHANG | __WCLONE, .pid = 0);
	else
		EXPECT_WAIT4(-1, WNOHANG | __WCLONE, .error = ECHILD);
	close(in[1]);
	EXPECT_WAIT4(-1, 0, .pid = pid, .status = W_EXIT(7));
}

SUBJECT_TEST(crowd, whose_turn)
{
	const long options[] = {
		WNOHANG, WNOHANG | WUNTRACED, WNOHANG | WCONTINUED,
		WNOHANG | WUNTRACED | WCONTINUED,
	};
	struct member m[CROWD] = {}, *next;
	unsigned int seed = 1;
	int i, n;

	for (i = 0; i < CROWD; i++)
		m[i].child = child_hold();
	for_many(n, STEPS) {
		i = draw(&seed, CROWD);
		if (m[i].child.pid && m[i].news != ENDED)
			change(&m[i], draw(&seed, 5));
		if (!any_left(m) || draw(&seed, 2))
			continue;
		i = draw(&seed, ARRAY_SIZE(options));
		next = next_of(m, options[i], variant->zombies_first);
		if (next)
			EXPECT_WAIT4(-1, options[i], .pid = next->child.pid,
				     .status = status_of(next));
		else
			EXPECT_WAIT4(-1, options[i], .pid = 0);
		if (!_metadata->passed) {
			TH_LOG("seed 1, step %d", n);
			return;
		}
		if (next)
			reported(next);
	}
	for (i = 0; i < CROWD; i++) {
		if (m[i].stopped)
			child_cont(m[i].child.pid);
		if (m[i].child.pid && m[i].news != ENDED)
			child_finish(&m[i].child, 4);
	}
	for (i = 0; i < CROWD; i++)
		if (m[i].child.pid)
			EXPECT_WAIT4(-1, 0, .pid = m[i].child.pid,
				     .status = W_EXIT(4));
	EXPECT_WAIT4(-1, WNOHANG, .error = ECHILD);
}

KEEP_ARMED
TEST_HARNESS_MAIN
