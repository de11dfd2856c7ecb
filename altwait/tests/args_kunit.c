// SPDX-License-Identifier: GPL-2.0
/*
 * The arguments of the two calls: what is refused, in which order, and whom a
 * call is for.
 */
#include "host_kunit.h"

#define OWN_PGID 77
#define EVENTS	 (WEXITED | WUNTRACED | WCONTINUED)

/**
 * struct parse_case - the arguments of a call, and what becomes of them
 * @name:    of the case
 * @call:    which call
 * @which:   its first argument
 * @id:	     its second, if it is waitid
 * @options: its options
 * @pidfd:   what pidfd_id() answers
 * @ret:     what the parser returns
 * @kind:    where @ret is 0: the kind of target
 * @target:  its number, unless the call is for any child
 * @asked:   true if pidfd_id() was asked
 * @by_linux: under a policy without quirks, and not under one with all
 */
struct parse_case {
	const char		*name;
	enum aw_call		call;
	s32			which;
	s32			id;
	u32			options;
	s64			pidfd;
	int			ret;
	enum aw_target_kind	kind;
	u32			target;
	bool			asked;
	bool			by_linux;
};

static const struct parse_case parse_cases[] = {
	{ "wait4: -1", AW_WAIT4, -1, .kind = AW_TARGET_ANY },
	{ "wait4: 0 is the own group", AW_WAIT4, 0, .kind = AW_TARGET_PGID,
	  .target = OWN_PGID },
	{ "wait4: a pid", AW_WAIT4, 12, .kind = AW_TARGET_PID, .target = 12 },
	{ "wait4: a group", AW_WAIT4, -12, .kind = AW_TARGET_PGID,
	  .target = 12 },
	{ "wait4: INT_MIN wraps", AW_WAIT4, INT_MIN, .kind = AW_TARGET_PGID,
	  .target = 0x80000000 },
	{ "wait4: all options", AW_WAIT4, -1, 0, WNOHANG | WUNTRACED |
	  WCONTINUED | __WNOTHREAD | __WALL | __WCLONE },
	{ "wait4: WEXITED", AW_WAIT4, -1, 0, WEXITED, .ret = -EINVAL },
	{ "wait4: WNOWAIT", AW_WAIT4, -1, 0, WNOWAIT, .ret = -EINVAL },
	{ "wait4: an unknown bit", AW_WAIT4, -1, 0, 0x10, .ret = -EINVAL },
	{ "waitid: P_ALL", AW_WAITID, P_ALL, 12, EVENTS },
	{ "waitid: P_ALL, whatever the id", AW_WAITID, P_ALL, -1, EVENTS },
	{ "waitid: P_PID", AW_WAITID, P_PID, 12, EVENTS,
	  .kind = AW_TARGET_PID, .target = 12 },
	{ "waitid: P_PID 0", AW_WAITID, P_PID, 0, EVENTS, .ret = -EINVAL },
	{ "waitid: P_PID -1", AW_WAITID, P_PID, -1, EVENTS, .ret = -EINVAL },
	{ "waitid: P_PGID", AW_WAITID, P_PGID, 12, EVENTS,
	  .kind = AW_TARGET_PGID, .target = 12 },
	{ "waitid: P_PGID 0 is the own group", AW_WAITID, P_PGID, 0, EVENTS,
	  .kind = AW_TARGET_PGID, .target = OWN_PGID },
	{ "waitid: P_PGID -1", AW_WAITID, P_PGID, -1, EVENTS, .ret = -EINVAL },
	{ "waitid: P_PIDFD", AW_WAITID, P_PIDFD, 3, EVENTS, .pidfd = 20,
	  .kind = AW_TARGET_PID, .target = 20, .asked = true },
	{ "waitid: P_PIDFD, no pidfd", AW_WAITID, P_PIDFD, 3, EVENTS,
	  .pidfd = -EBADF, .ret = -EBADF, .asked = true },
	{ "waitid: P_PIDFD -1", AW_WAITID, P_PIDFD, -1, EVENTS,
	  .ret = -EINVAL },
	{ "waitid: unknown idtype", AW_WAITID, 4, 12, EVENTS, .ret = -EINVAL },
	{ "waitid: idtype -1", AW_WAITID, -1, 12, EVENTS, .ret = -EINVAL },
	{ "waitid: all options", AW_WAITID, P_ALL, 0, EVENTS | WNOHANG |
	  WNOWAIT | __WNOTHREAD | __WALL | __WCLONE },
	{ "waitid: an unknown bit", AW_WAITID, P_ALL, 0, EVENTS | 0x10,
	  .ret = -EINVAL },
	{ "waitid: no event", AW_WAITID, P_ALL, 0, WNOHANG, .ret = -EINVAL },
	{ "waitid: a bad pidfd comes before bad options", AW_WAITID, P_PIDFD,
	  3, 0x10, .pidfd = -EBADF, .ret = -EBADF, .asked = true },
	{ "waitid: a bad idtype comes before bad options", AW_WAITID, 4, 3,
	  0x10, .ret = -EINVAL },
	{ "linux, wait4: INT_MIN", AW_WAIT4, S32_MIN, 0, 0, .ret = -ESRCH,
	  .by_linux = true },
	{ "linux, wait4: bad options come before INT_MIN", AW_WAIT4, S32_MIN, 0,
	  0x10, .ret = -EINVAL, .by_linux = true },
	{ "linux, wait4: a group", AW_WAIT4, -7, 0, 0, .kind = AW_TARGET_PGID,
	  .target = 7, .by_linux = true },
	{ "linux, waitid: bad options come before a bad pidfd", AW_WAITID,
	  P_PIDFD, 3, 0x10, .pidfd = -EBADF, .ret = -EINVAL,
	  .by_linux = true },
	{ "linux, waitid: no event comes before a bad pidfd", AW_WAITID,
	  P_PIDFD, 3, WNOHANG, .pidfd = -EBADF, .ret = -EINVAL,
	  .by_linux = true },
	{ "linux, waitid: P_PIDFD", AW_WAITID, P_PIDFD, 3, EVENTS, .pidfd = 20,
	  .kind = AW_TARGET_PID, .target = 20, .asked = true,
	  .by_linux = true },
};

static void parse_desc(const struct parse_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(parse, parse_cases, parse_desc);

struct pidfd {
	s64  answer;
	s32  fd;
	bool asked;
};

static s64 pidfd_id(s32 fd, void *ctx)
{
	struct pidfd *p = ctx;

	p->fd = fd;
	p->asked = true;
	return p->answer;
}

static void parse(struct kunit *test)
{
	const struct parse_case *c = test->param_value;
	struct aw_args args = { .call = c->call, .which = c->which,
				.id = c->id, .options = c->options };
	struct pidfd pidfd = { .answer = c->pidfd };
	struct aw_request req = {
		.quirks = c->by_linux ? AW_QUIRKS_NONE : AW_QUIRKS_STARRY,
	};

	KUNIT_ASSERT_EQ(test, c->ret, aw_args_parse(&req, &args, OWN_PGID,
						    pidfd_id, &pidfd));
	KUNIT_EXPECT_EQ(test, pidfd.asked, c->asked);
	if (c->asked)
		KUNIT_EXPECT_EQ(test, pidfd.fd, c->id);
	if (c->ret)
		return;
	KUNIT_EXPECT_EQ(test, req.call, c->call);
	KUNIT_EXPECT_EQ(test, req.options, c->options);
	KUNIT_EXPECT_EQ(test, req.target.kind, c->kind);
	if (c->kind != AW_TARGET_ANY)
		KUNIT_EXPECT_EQ(test, req.target.id, c->target);
}

static struct kunit_case request_cases[] = {
	KUNIT_CASE_PARAM(parse, parse_gen_params),
	{}
};

static struct kunit_suite request_suite = {
	.name		= "altwait_request",
	.test_cases	= request_cases,
};

kunit_test_suite(request_suite);
