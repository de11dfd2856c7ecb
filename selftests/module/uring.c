// SPDX-License-Identifier: GPL-2.0
/*
 * Waits by io_uring, Linux 6.7 and later: stock answers them, and altwait says so.  The
 * ring is raw, as one request in flight wants no library.
 *
 * A kernel without the function that altwait watches must refuse to wait by a ring, and
 * nothing is counted: one that waits in another function would be found out.
 */
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "calls.h"
#include "tracefs.h"

/* Headers before 6.7 lack it. */
#define OP_WAITID	50

FIXTURE(uring) {
	struct trace t;
	bool waits;
	int fd;
};

FIXTURE_VARIANT(uring) {
	int policy;
};

FIXTURE_VARIANT_ADD(uring, altwait) {
	.policy = OWN,
};

/* A ring for one request at a time. */
struct ring {
	int fd;
	unsigned int enter_flags;
	struct io_uring_params params;
	struct io_uring_sqe *sqe;
	char *rings;
};

static unsigned int *ring_word(const struct ring *r, unsigned int offset)
{
	return (unsigned int *)(r->rings + offset);
}

static void *ring_map(int fd, size_t size, off_t what)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, what);

	if (p == MAP_FAILED)
		die("mmap of a ring");
	return p;
}

/* The submission's indices and the completions share a mapping. */
static size_t ring_size(const struct io_uring_params *p)
{
	size_t sq = p->sq_off.array + p->sq_entries * sizeof(__u32);
	size_t cq = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);

	return sq > cq ? sq : cq;
}

/* Its fd is -1 where the kernel has no io_uring. */
static struct ring ring_make(unsigned int flags)
{
	struct ring r = { .params.flags = flags };

	r.fd = syscall(SYS_io_uring_setup, 1, &r.params);
	if (r.fd < 0)
		return r;
	if (flags & IORING_SETUP_SQPOLL)
		r.enter_flags = IORING_ENTER_SQ_WAKEUP;
	r.rings = ring_map(r.fd, ring_size(&r.params), IORING_OFF_SQ_RING);
	r.sqe = ring_map(r.fd, sizeof(*r.sqe), IORING_OFF_SQES);
	return r;
}

static void ring_submit_waitid(struct ring *r, int idtype, pid_t id, int options,
			       siginfo_t *info)
{
	unsigned int *tail = ring_word(r, r->params.sq_off.tail);

	*r->sqe = (struct io_uring_sqe){
		.opcode = OP_WAITID, .len = idtype, .fd = id, .file_index = options,
		.addr2 = (unsigned long)info,
	};
	*ring_word(r, r->params.sq_off.array) = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, r->fd, 1, 0, r->enter_flags, NULL, 0) != 1)
		die("io_uring_enter");
}

/* What the request that is in flight has come to. */
static int ring_result(struct ring *r)
{
	unsigned int *head = ring_word(r, r->params.cq_off.head);
	unsigned int mask = *ring_word(r, r->params.cq_off.ring_mask);
	const struct io_uring_cqe *cqes = (void *)(r->rings + r->params.cq_off.cqes);
	int res;

	if (syscall(SYS_io_uring_enter, r->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		die("io_uring_enter for a result");
	res = cqes[*head & mask].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return res;
}

/* Does the kernel have the function that altwait watches? */
static bool kernel_waits(void)
{
	static const char list[] = "/proc/kallsyms";
	FILE *f = fopen(list, "r");
	bool found = false;
	char line[1024];

	if (!f)
		die(list);
	while (fgets(line, sizeof(line), f))
		found |= !!strstr(line, " io_waitid_prep\n");
	if (ferror(f))
		die(list);
	fclose(f);
	return found;
}

FIXTURE_SETUP(uring)
{
	self->waits = kernel_waits();
	self->fd = device_open();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, trace_start(&self->t))
		TH_LOG("no instance in " TRACING);
}

FIXTURE_TEARDOWN(uring)
{
	trace_stop(&self->t);
}

static struct altwait_counters counters(int fd)
{
	struct altwait_counters c;

	if (device_counters(fd, &c))
		die("ALTWAIT_COUNTERS");
	return c;
}

/* Stock's answer for a child that exits after the request. */
static void answered(struct __test_metadata *_metadata, struct ring *r, struct child *c)
{
	siginfo_t info = { 0 };

	ASSERT_LE(0, r->fd)
		TH_LOG("no ring: kernel.io_uring_disabled may forbid it");
	ring_submit_waitid(r, P_PID, c->pid, WEXITED, &info);
	child_finish(c, 3);
	EXPECT_EQ(0, ring_result(r));
	EXPECT_EQ(c->pid, info.si_pid);
	EXPECT_EQ(CLD_EXITED, info.si_code);
	EXPECT_EQ(3, info.si_status);
}

/* The kernel has no such request; the child is waited for in the usual way. */
static void refused(struct __test_metadata *_metadata, struct ring *r, struct child *c)
{
	siginfo_t info = { 0 };

	if (r->fd >= 0) {
		ring_submit_waitid(r, P_PID, c->pid, WEXITED, &info);
		EXPECT_EQ(-EINVAL, ring_result(r));
	}
	child_finish(c, 3);
	EXPECT_WAIT4(c->pid, 0, .pid = c->pid, .status = W_EXIT(3));
}

static void wait_by_ring(struct __test_metadata *_metadata, bool waits, struct child *c,
			 unsigned int flags)
{
	struct ring r = ring_make(flags);

	if (waits)
		answered(_metadata, &r, c);
	else
		refused(_metadata, &r, c);
	close(r.fd);
}

static bool has_event(const struct trace *t)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (trace_begins(t, i, "altwait_wait_uring: "))
			return true;
	return false;
}

/* It is seen, and what stock has reaped is no candidate any more. */
SUBJECT_TEST(uring, counted_and_traced)
{
	struct altwait_counters before = counters(self->fd), after;
	struct child c = child_hold();

	ASSERT_EQ(0, device_enroll(self->fd, 0));
	subject_policy = STARRY;
	trace_clear(&self->t);
	wait_by_ring(_metadata, self->waits, &c, 0);
	trace_read(&self->t, getpid());
	after = counters(self->fd);
	EXPECT_EQ(before.uring + self->waits, after.uring);
	EXPECT_EQ(self->waits, has_event(&self->t));
	if (self->waits) {
		EXPECT_EQ(1, self->t.n);
		EXPECT_EVENT(&self->t, 0, "wait_uring: which=%d id=%d options=0x%x", P_PID,
			     c.pid, WEXITED);
		EXPECT_EQ(before.diverted, after.diverted);
	}
	EXPECT_WAIT4(c.pid, 0, .error = ECHILD);
	EXPECT_EQ(before.trouble, counters(self->fd).trouble);
}

/* Then a thread of the kernel's submits, which belongs to the process. */
SUBJECT_TEST(uring, counted_when_polled)
{
	struct altwait_counters before = counters(self->fd), after;
	struct child c = child_hold();

	ASSERT_EQ(0, device_enroll(self->fd, 0));
	subject_policy = STARRY;
	wait_by_ring(_metadata, self->waits, &c, IORING_SETUP_SQPOLL);
	EXPECT_EQ(0, device_dismiss(self->fd, 0));
	subject_policy = STOCK;
	after = counters(self->fd);
	EXPECT_EQ(before.uring + self->waits, after.uring);
	EXPECT_EQ(before.trouble, after.trouble);
}

static __u64 counted_by(int fd)
{
	struct altwait_verdicts v;

	if (device_verdicts(fd, &v))
		die("ALTWAIT_VERDICTS");
	return v.uring;
}

/* By the file that one was enrolled through, in whatever mode, and by no other. */
SUBJECT_TEST(uring, counted_for_the_enrolment)
{
	int other = device_open();
	struct altwait_query q;
	struct child c;

	ASSERT_LE(0, other);
	ASSERT_EQ(0, device_enroll(self->fd, 0));
	subject_policy = STARRY;
	c = child_hold();
	EXPECT_EQ(self->waits ? ALTWAIT_RINGS_SEEN : ALTWAIT_RINGS_ABSENT,
		  counters(self->fd).rings);
	wait_by_ring(_metadata, self->waits, &c, 0);
	EXPECT_EQ(self->waits, counted_by(self->fd));
	EXPECT_EQ(0, counted_by(other));
	ASSERT_EQ(0, device_query(self->fd, 0, &q));
	EXPECT_EQ(self->waits, q.uring);

	/* Enrolled anew, it is the other one's. */
	ASSERT_EQ(0, device_shadow(other, 0, ALTWAIT_POLICY_LINUX, 0));
	subject_policy = STOCK;
	c = child_hold();
	wait_by_ring(_metadata, self->waits, &c, IORING_SETUP_SQPOLL);
	EXPECT_EQ(self->waits, counted_by(self->fd));
	EXPECT_EQ(self->waits, counted_by(other));
	close(other);
}

/* Others are enrolled, and one who is not is nobody's business. */
SUBJECT_TEST(uring, silent_beside_others)
{
	struct altwait_counters before = counters(self->fd);
	struct child other = child_hold(), c = child_hold();

	ASSERT_EQ(0, device_enroll(self->fd, other.pid));
	trace_clear(&self->t);
	wait_by_ring(_metadata, self->waits, &c, 0);
	trace_read(&self->t, 0);
	EXPECT_EQ(0, self->t.n)
		TH_LOG("first: %s", self->t.line[0]);
	EXPECT_EQ(before.uring, counters(self->fd).uring);
	child_finish(&other, 1);
	EXPECT_WAIT4(other.pid, 0, .pid = other.pid, .status = W_EXIT(1));
}

TRACE_INSTANCE
NEEDS_ALTWAIT
TEST_HARNESS_MAIN
