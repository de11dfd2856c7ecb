// SPDX-License-Identifier: GPL-2.0
/*
 * The arguments of a wait call, checked in the order of the policy.
 */
#include "waitcall.h"

#define WAIT4_OPTIONS (WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD |	\
		       __WALL | __WCLONE)
#define WAITID_EVENTS (WEXITED | WUNTRACED | WCONTINUED)
#define WAITID_OPTIONS (WAIT4_OPTIONS | WEXITED | WNOWAIT)

static void set_target(struct aw_target *t, enum aw_target_kind kind, u32 id)
{
	t->kind = kind;
	t->id = id;
}

/* Seed 180-194.  The negation wraps: INT_MIN is a group that nobody has. */
static int parse_wait4(struct aw_request *req, const struct aw_args *args,
		       u32 own_pgid)
{
	s32 pid = args->which;

	if (args->options & ~(u32)WAIT4_OPTIONS)
		return -EINVAL;
	if (pid == S32_MIN && !aw_has(req, PID_WRAPS))
		return -ESRCH;
	if (pid == -1)
		set_target(&req->target, AW_TARGET_ANY, 0);
	else if (pid == 0)
		set_target(&req->target, AW_TARGET_PGID, own_pgid);
	else if (pid > 0)
		set_target(&req->target, AW_TARGET_PID, pid);
	else
		set_target(&req->target, AW_TARGET_PGID, 0 - (u32)pid);
	return 0;
}

/* Seed 101-109 */
static int parse_pidfd(struct aw_request *req, s32 fd,
		       s64 (*pidfd_id)(s32 fd, void *ctx), void *ctx)
{
	s64 id;

	if (fd < 0)
		return -EINVAL;
	id = pidfd_id(fd, ctx);
	if (id < 0)
		return id;
	set_target(&req->target, AW_TARGET_PID, id);
	return 0;
}

/* Seed 306-327 */
static int parse_idtype(struct aw_request *req, const struct aw_args *args,
			u32 own_pgid, s64 (*pidfd_id)(s32 fd, void *ctx),
			void *ctx)
{
	s32 id = args->id;

	switch (args->which) {
	case P_ALL:
		set_target(&req->target, AW_TARGET_ANY, 0);
		return 0;
	case P_PID:
		set_target(&req->target, AW_TARGET_PID, id);
		return id > 0 ? 0 : -EINVAL;
	case P_PGID:
		set_target(&req->target, AW_TARGET_PGID, id ? (u32)id : own_pgid);
		return id >= 0 ? 0 : -EINVAL;
	case P_PIDFD:
		return parse_pidfd(req, id, pidfd_id, ctx);
	default:
		return -EINVAL;
	}
}

/* Seed 329-334 */
static int check_waitid_options(u32 options)
{
	if (options & ~(u32)WAITID_OPTIONS)
		return -EINVAL;
	return options & WAITID_EVENTS ? 0 : -EINVAL;
}

/**
 * aw_args_parse - check the arguments of a wait call
 * @req: @quirks is set; @call, @target and @options are filled in
 * @args: the arguments as user space gave them
 * @own_pgid: the caller's process group
 * @pidfd_id: the process or thread of a pidfd, or a negative errno
 * @ctx: passed to @pidfd_id
 *
 * Seed 180-194 and 306-334; kernel_wait4() and kernel_waitid().
 *
 * The reference looks at waitid's target before it looks at the options, Linux the
 * other way round; @pidfd_id is asked only after the tests that come first.
 *
 * Return: 0; -EINVAL: unknown options or idtype, no event asked for (waitid), an
 * id out of range; -ESRCH: INT_MIN (wait4, where it does not wrap); what @pidfd_id
 * says (-EBADF: not a pidfd).
 */
int aw_args_parse(struct aw_request *req, const struct aw_args *args,
		  u32 own_pgid, s64 (*pidfd_id)(s32 fd, void *ctx),
		  void *ctx)
{
	int ret;

	req->call = args->call;
	req->options = args->options;
	if (args->call == AW_WAIT4)
		return parse_wait4(req, args, own_pgid);
	req->nonblock = false;
	if (!aw_has(req, PIDFD_FIRST)) {
		ret = check_waitid_options(args->options);
		if (ret)
			return ret;
	}
	ret = parse_idtype(req, args, own_pgid, pidfd_id, ctx);
	return ret ? ret : check_waitid_options(args->options);
}
