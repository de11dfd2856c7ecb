/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Wait calls with poisoned buffers, and the comparison of all that they left.
 *
 * What may be written is a rule of the policy, not of a test, so it is here:
 *
 *			stock, linux			starry
 *   status word	with a report			with a report
 *   rusage		with a report			never
 *   siginfo, report	six fields			all 128 bytes
 *   siginfo, nothing	six fields, 0			all 128 bytes, 0
 *   siginfo, error	six fields, 0			never
 *
 * wait.rs:179 and wait.rs:296 have no rusage; the siginfo is written in whole
 * in wait.rs:387 and wait.rs:408; an error returns before either.
 */
#ifndef _SELFTESTS_CALLS_H
#define _SELFTESTS_CALLS_H

#include <sys/resource.h>

#include "common.h"

#define POISON		0xa5
#define POISON_INT	(~0x5a5a5a5a)
#define INFO_INTS	32

/* Places of the fields in a 64-bit siginfo, counted in ints. */
enum { INFO_SIGNO, INFO_ERRNO, INFO_CODE, INFO_PID = 4, INFO_UID, INFO_STATUS };

/**
 * struct call - a wait4 or waitid call and what it left
 * @nr:      SYS_wait4 or SYS_waitid
 * @idtype:  of waitid
 * @id:      of waitid, or the pid argument of wait4
 * @options: W*
 * @null:    pass NULL instead of the buffers
 * @ret:     what the call returned
 * @error:   errno, where @ret is -1
 * @status:  wait4's buffer
 * @info:    waitid's buffer
 * @guard:   never written
 * @ru:      the rusage buffer of both
 */
struct call {
	long		nr;
	long		idtype;
	long		id;
	long		options;
	bool		null;
	long		ret;
	int		error;
	int		status;
	int		info[INFO_INTS];
	int		guard[4];
	struct rusage	ru;
};

/* What a call is to leave: an error, or the report of pid, or nothing. */
struct want {
	int	error;
	pid_t	pid;
	int	code;
	int	status;
	uid_t	uid;
};

#define W_EXIT(code)	(((code) & 0xff) << 8)
#define W_STOP(sig)	(((sig) << 8) | 0x7f)
#define W_CONT		0xffff

static inline struct call call_wait4(long pid, long options)
{
	return (struct call){ .nr = SYS_wait4, .id = pid, .options = options };
}

static inline struct call call_waitid(long idtype, long id, long options)
{
	return (struct call){ .nr = SYS_waitid, .idtype = idtype, .id = id,
			      .options = options };
}

static inline void call_run(struct call *c)
{
	memset(&c->status, POISON, sizeof(c->status));
	memset(c->info, POISON, sizeof(c->info));
	memset(c->guard, POISON, sizeof(c->guard));
	memset(&c->ru, POISON, sizeof(c->ru));
	errno = 0;
	if (c->nr == SYS_wait4)
		c->ret = syscall(SYS_wait4, c->id, c->null ? NULL : &c->status,
				 c->options, c->null ? NULL : &c->ru);
	else
		c->ret = syscall(SYS_waitid, c->idtype, c->id,
				 c->null ? NULL : c->info, c->options,
				 c->null ? NULL : &c->ru);
	c->error = c->ret < 0 ? errno : 0;
}

static inline void want_info(int *info, const struct want *w)
{
	bool whole = subject_has(Q(SIGINFO_WHOLE)) && !w->error;
	int i;

	for (i = 0; i < INFO_INTS; i++)
		info[i] = whole ? 0 : POISON_INT;
	if (w->error && subject_has(Q(ERRORS_SILENT)))
		return;
	info[INFO_SIGNO] = w->pid ? SIGCHLD : 0;
	info[INFO_ERRNO] = 0;
	info[INFO_CODE] = w->pid ? w->code : 0;
	info[INFO_PID] = w->pid;
	info[INFO_UID] = w->pid ? (int)(w->uid ?: getuid()) : 0;
	info[INFO_STATUS] = w->pid ? w->status : 0;
}

static inline void check_info(struct __test_metadata *_metadata,
			      const struct call *c, const struct want *w)
{
	int info[INFO_INTS], i;

	want_info(info, w);
	for (i = 0; i < INFO_INTS; i++)
		EXPECT_EQ(info[i], c->info[i])
			TH_LOG("siginfo, int %d", i);
	EXPECT_EQ(POISON_INT, c->status);
}

static inline void check_status(struct __test_metadata *_metadata,
				const struct call *c, const struct want *w)
{
	int i;

	EXPECT_EQ(w->pid ? w->status : POISON_INT, c->status);
	for (i = 0; i < INFO_INTS; i++)
		EXPECT_EQ(POISON_INT, c->info[i]);
}

static inline void check_rusage(struct __test_metadata *_metadata,
				const struct call *c, const struct want *w)
{
	bool written = !subject_has(Q(RUSAGE_IGNORED)) && w->pid && !w->error;
	struct rusage poison;

	memset(&poison, POISON, sizeof(poison));
	EXPECT_EQ(written, !!memcmp(&poison, &c->ru, sizeof(poison)))
		TH_LOG("rusage");
}

static inline void check_buffers(struct __test_metadata *_metadata,
				 const struct call *c, const struct want *w)
{
	const struct want untouched = { .error = EFAULT };
	int i;

	if (c->null) {
		check_status(_metadata, c, &untouched);
		check_rusage(_metadata, c, &untouched);
	} else {
		if (c->nr == SYS_wait4)
			check_status(_metadata, c, w);
		else
			check_info(_metadata, c, w);
		check_rusage(_metadata, c, w);
	}
	for (i = 0; i < 4; i++)
		EXPECT_EQ(POISON_INT, c->guard[i]);
}

/* Everything that c left is what w says, and what the policy's rules say. */
static inline void check_call(struct __test_metadata *_metadata, int line,
			      const struct call *c, struct want w)
{
	int passed = _metadata->passed;
	long ret = w.error ? -1 : c->nr == SYS_wait4 ? w.pid : 0;

	_metadata->passed = 1;
	EXPECT_EQ(w.error, c->error);
	EXPECT_EQ(ret, c->ret);
	check_buffers(_metadata, c, &w);
	if (!_metadata->passed)
		TH_LOG("%s in line %d, policy %d, child %d",
		       c->nr == SYS_wait4 ? "wait4" : "waitid", line,
		       subject_policy, w.pid);
	_metadata->passed &= passed;
}

#define EXPECT_CALL(call, ...)						\
	check_call(_metadata, __LINE__, call, (struct want){ __VA_ARGS__ })

/* wait4(pid, ..., options, ...) is to leave this: members of struct want. */
#define EXPECT_WAIT4(pid, options, ...)					\
	do {								\
		struct call __c = call_wait4(pid, options);		\
									\
		call_run(&__c);						\
		EXPECT_CALL(&__c, __VA_ARGS__);				\
	} while (0)

#define EXPECT_WAITID(idtype, id, options, ...)				\
	do {								\
		struct call __c = call_waitid(idtype, id, options);	\
									\
		call_run(&__c);						\
		EXPECT_CALL(&__c, __VA_ARGS__);				\
	} while (0)

static inline void check_consumed(struct __test_metadata *_metadata, int line,
				  pid_t pid)
{
	struct call c = call_wait4(pid, WNOHANG);

	call_run(&c);
	check_call(_metadata, line, &c, (struct want){ .error = ECHILD });
	EXPECT_EQ(-1, kill(pid, 0));
	EXPECT_EQ(ESRCH, errno)
		TH_LOG("pid %d in line %d", pid, line);
}

/* Nothing is left: pid is neither child nor process any more. */
#define EXPECT_CONSUMED(pid)	check_consumed(_metadata, __LINE__, pid)

/* ------------------------------------------------------- waiting threads */

/**
 * struct waiter - a thread that makes one wait call
 * @call:   the call
 * @thread: the thread
 * @tid:    its id, set before the call is made
 * @done:   set after it
 */
struct waiter {
	struct call	call;
	pthread_t	thread;
	atomic_int	tid;
	atomic_bool	done;
};

static inline void *waiter_main(void *arg)
{
	struct waiter *w = arg;

	atomic_store(&w->tid, gettid());
	call_run(&w->call);
	atomic_store(&w->done, true);
	return NULL;
}

static inline void waiter_start(struct waiter *w, struct call call)
{
	memset(w, 0, sizeof(*w));
	w->call = call;
	w->thread = thread_start(waiter_main, w);
	UNTIL(atomic_load(&w->tid), "start of a thread");
}

/* Starts w and sees it asleep in its call. */
static inline void waiter_sleep(struct waiter *w, struct call call)
{
	waiter_start(w, call);
	until_asleep(getpid(), w->tid, call.nr);
}

/* The call has ended by itself. */
static inline void waiter_join(struct waiter *w)
{
	UNTIL(atomic_load(&w->done), "end of a wait call");
	thread_join(w->thread, "end of a thread that has made its wait call");
}

#define EXPECT_WAITER(sleeper, ...)					\
	do {								\
		struct waiter *__w = (sleeper);				\
									\
		waiter_join(__w);					\
		EXPECT_CALL(&__w->call, __VA_ARGS__);			\
	} while (0)

/* ------------------------------------------------------- other calls */

#define EXPECT_ERROR(error, request)					\
	do {								\
		errno = 0;						\
		EXPECT_EQ(-1, request);					\
		EXPECT_EQ(error, errno);				\
	} while (0)

#endif /* _SELFTESTS_CALLS_H */
