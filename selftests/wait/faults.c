// SPDX-License-Identifier: GPL-2.0
/*
 * Which bytes a call has written when user memory fails, and what it has used up.
 *
 * Each row is one call with one pair of pointers.  The rows are played under the
 * test's policy, then by stock, and all that can be seen is compared: the return
 * value, what is left for the next call, and memory around both pointers.
 */
#include <assert.h>
#include <sys/wait.h>

#include "calls.h"
#include "late.h"
#include "ptrace.h"
#include "x32.h"

#ifdef __x86_64__

#define PAGE		4096L
#define SPAN		256	/* what is compared around a pointer */
#define BEFORE		64	/* and how much of that lies before it */
#define USER_END	0x7ffffffff000L

/* What the second page of a region is: the first can be written. */
enum region { NONE, READONLY, WRITABLE, LATE, N_REGIONS };

/*
 * LATE is not there, and another thread has to bring it, while the call sleeps.
 *
 * @region: where the pointer lies; N_REGIONS: @at is the address
 * @at:	    how many bytes lie before the second page
 */
struct place {
	enum region	region;
	long		at;
};

static const struct place places[] = {
	{ WRITABLE, 1024 }, { WRITABLE, 1023 }, { WRITABLE, 3 }, { WRITABLE, 24 },
	{ NONE, 0 }, { NONE, -8 }, { READONLY, 0 }, { READONLY, -1001 },
	{ NONE, 1 }, { NONE, 2 }, { NONE, 3 }, { NONE, 4 }, { NONE, 5 }, { NONE, 8 },
	{ NONE, 11 }, { NONE, 12 }, { NONE, 14 }, { NONE, 16 }, { NONE, 17 },
	{ NONE, 20 }, { NONE, 23 }, { NONE, 24 }, { NONE, 25 }, { NONE, 28 },
	{ NONE, 72 }, { NONE, 100 }, { NONE, 144 },
	{ READONLY, 4 }, { READONLY, 12 }, { READONLY, 18 }, { READONLY, 24 },
	{ READONLY, 28 }, { READONLY, 128 },
	{ LATE, 0 }, { LATE, 12 }, { LATE, 140 },
	{ N_REGIONS, 8 }, { N_REGIONS, USER_END - 128 }, { N_REGIONS, USER_END - 127 },
	{ N_REGIONS, USER_END - 28 }, { N_REGIONS, USER_END - 4 },
	{ N_REGIONS, USER_END }, { N_REGIONS, 1L << 47 },
	{ N_REGIONS, -(1L << 47) }, { N_REGIONS, -4096 },
	{ N_REGIONS, -1 },
};

/* Where the resource usage lies, seen from the other pointer: the same page. */
static const int overlaps[] = { 0, 4, -4, -16, 20, 140, -140 };

enum abi { NATIVE, IA32, X32_ABI, N_ABIS };

enum outcome {
	ENDS,		/* a zombie, which is reaped */
	STAYS,		/* a zombie, with WNOWAIT */
	STOPS,		/* a stop, which is consumed */
	TRAPS,		/* a tracee's */
	CONTINUES,
	RUNS,		/* nothing, with WNOHANG */
	NOBODY,		/* ECHILD */
	REFUSED,	/* EINVAL */
	N_OUTCOMES
};

static const long wait4_options[] = {
	[STOPS] = WUNTRACED, [TRAPS] = __WALL, [CONTINUES] = WCONTINUED, [RUNS] = WNOHANG,
	[REFUSED] = 1 << 20,
};

static const long waitid_options[] = {
	[ENDS] = WEXITED, [STAYS] = WEXITED | WNOWAIT, [STOPS] = WSTOPPED,
	[TRAPS] = WSTOPPED | __WALL, [CONTINUES] = WCONTINUED, [RUNS] = WEXITED | WNOHANG,
	[NOBODY] = WEXITED,
};

/* @after: of the next call for the child; 1: the child's pid */
struct seen {
	long		ret;
	long		after;
	unsigned char	mem[2][SPAN];
};

/* One in which the call's first pointer lies, one for the resource usage. */
static unsigned char *regions[2][N_REGIONS];
static struct child runs, traced;

static unsigned char *map_region(enum region second)
{
	static const int prot[] = {
		[NONE] = PROT_NONE, [READONLY] = PROT_READ,
		[WRITABLE] = PROT_READ | PROT_WRITE,
		[LATE] = PROT_READ | PROT_WRITE,
	};
	unsigned char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	memset(p, POISON, 2 * PAGE);
	if (mprotect(p + PAGE, PAGE, prot[second]))
		die("mprotect");
	if (second == LATE)
		late_make(p + PAGE);
	return p;
}

static void make_regions(void)
{
	int i;

	late_begin(POISON);
	for (i = 0; i < 2 * N_REGIONS; i++)
		regions[i / N_REGIONS][i % N_REGIONS] = map_region(i % N_REGIONS);
	/* The last page of user space, where the stack is not. */
	mmap((void *)(USER_END - PAGE), PAGE, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	runs = child_hold();
	traced = tracee_seize(0);
}

static unsigned char *address(int which, const struct place *p)
{
	if (p->region == N_REGIONS)
		return (void *)p->at;
	return regions[which][p->region] + PAGE - p->at;
}

static void poison(int which, const struct place *p)
{
	if (p->region == N_REGIONS)
		return;
	memset(regions[which][p->region], POISON,
	       p->region == WRITABLE ? 2 * PAGE : PAGE);
	if (p->region == LATE)
		late_drop(regions[which][LATE] + PAGE);
}

static void look(int which, const struct place *p, unsigned char *mem)
{
	const unsigned char *base = regions[which][p->region % N_REGIONS];
	long i, at;

	for (i = 0; i < SPAN; i++) {
		at = PAGE - p->at - BEFORE + i;
		mem[i] = p->region == N_REGIONS || at < 0 || at >= 2 * PAGE ||
			 (at >= PAGE && p->region == NONE) ? POISON : base[at];
	}
}

static long int80(long nr, long a, long b, long c, long d, long e)
{
	int ret;

	asm volatile("int $0x80"
		     : "=a" (ret)
		     : "a" (nr), "b" (a), "c" (b), "d" (c), "S" (d), "D" (e)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

static long call_of(enum abi abi, long nr, long id, void *out, long options, void *ru)
{
	long ret, x32 = abi == X32_ABI ? X32 : 0;

	if (abi == IA32 && nr == SYS_wait4)
		return int80(114, (unsigned int)id, (long)out, options, (long)ru, 0);
	if (abi == IA32)
		return int80(284, P_PID, id, (long)out, options, (long)ru);
	if (nr == SYS_wait4)
		ret = syscall(x32 | nr, id, out, options, ru);
	else
		ret = syscall(x32 ? X32 | 529 : nr, P_PID, id, out, options, ru);
	return ret < 0 ? -errno : ret;
}

static bool has_int80(void)
{
	int status;
	pid_t pid;

	pid = child_fork();
	if (!pid) {
		signal_handle(SIGSEGV, SIG_DFL, 0);
		_exit(int80(20, 0, 0, 0, 0, 0) != getpid());
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	return !status;
}

/* A child in the state that the outcome needs. */
static pid_t prepare(enum outcome outcome, struct child *c)
{
	switch (outcome) {
	case ENDS:
		return child_exited(3);
	case STAYS:
		if (!c->pid)
			c->pid = child_exited(4);
		return c->pid;
	case STOPS:
		child_stop(runs.pid, SIGSTOP);
		return runs.pid;
	case TRAPS:
		signal_send(traced.pid, SIGUSR1);
		until_trapped(traced.pid);
		return traced.pid;
	case CONTINUES:
		child_stop(runs.pid, SIGSTOP);
		child_cont(runs.pid);
		return runs.pid;
	case RUNS:
		return runs.pid;
	default:
		return getppid();
	}
}

/* What the child has yet for another call; then it runs again, or is gone. */
static long finish(enum outcome outcome, pid_t pid)
{
	const long all = WNOHANG | WUNTRACED | WCONTINUED;
	int status;
	long ret;

	if (outcome == STAYS || outcome == NOBODY || outcome == REFUSED)
		return 0;
	ret = waitpid(pid, &status, all);
	if (outcome == TRAPS && pt(PTRACE_CONT, pid, 0, 0))
		die("PTRACE_CONT");
	if (outcome == STOPS) {
		child_cont(pid);
		waitpid(pid, &status, all);
	}
	return ret < 0 ? -errno : ret == pid;
}

/*
 * Of the resource usage only which of its words were written is known beforehand, and
 * of one that a fault has cut, at @cut, not even that.
 */
static void level_usage(unsigned char *mem, long from, long size, long cut)
{
	long i, j;
	bool written;

	for (i = from; i + 4 <= from + size; i += 4) {
		written = i < cut && i + 4 > cut;
		for (j = i; j < i + 4; j++)
			written |= mem[j] != POISON;
		memset(mem + i, written ? 0 : POISON, 4);
	}
}

/*
 * The resource usage lies over the rest.  The first word tells what was written last:
 * it is a status, a signal, or something of the usage.
 */
static void level_both(unsigned char *mem)
{
	static const int known[] = {
		SIGCHLD, W_EXIT(3), W_STOP(SIGSTOP), W_STOP(SIGUSR1), W_CONT, POISON_INT,
	};
	int first;
	unsigned int i;

	memcpy(&first, mem + BEFORE, sizeof(first));
	level_usage(mem, 0, SPAN, 0);
	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (first == known[i])
			memcpy(mem + BEFORE, &first, sizeof(first));
}

/* The pid is another each time. */
static void level_pid(unsigned char *mem, enum abi abi, pid_t pid)
{
	unsigned char *at = mem + BEFORE + (abi == NATIVE ? 16 : 12);

	if (!memcmp(at, &pid, sizeof(pid)))
		memset(at, 1, sizeof(pid));
}

struct row {
	enum abi	abi;
	long		nr;
	enum outcome	outcome;
	struct place	out;
	struct place	ru;
	bool		same;		/* @ru lies in @out's region */
};

static void play(const struct row *r, long wnohang, struct child *stays,
		 struct seen *s)
{
	pid_t pid = prepare(r->outcome, stays);
	const long *options = r->nr == SYS_wait4 ? wait4_options : waitid_options;
	long size = r->abi == IA32 ? 72 : 144;

	poison(0, &r->out);
	poison(!r->same, &r->ru);
	s->ret = call_of(r->abi, r->nr, pid, address(0, &r->out),
			 options[r->outcome] | wnohang, address(!r->same, &r->ru));
	if (s->ret == pid)
		s->ret = 1;
	s->after = finish(r->outcome, pid);
	look(0, &r->out, s->mem[0]);
	look(!r->same, &r->ru, s->mem[1]);
	level_pid(s->mem[0], r->abi, pid);
	if (r->same) {
		level_both(s->mem[0]);
		level_usage(s->mem[1], 0, SPAN, 0);
	} else {
		level_usage(s->mem[1], BEFORE, size, BEFORE + r->ru.at);
	}
}

/* ------------------------------------------------------------- the rows */

static bool is_sensible(const struct row *r, unsigned int n)
{
	/* Time is short: a quarter of the places will do. */
	if (r->outcome > STAYS && n / (2 * N_OUTCOMES) % 4 && !getenv("ALTWAIT_THOROUGH"))
		return false;
	/* There is no such call, or no such address. */
	if (r->nr == SYS_wait4 && r->outcome == STAYS)
		return false;
	if (r->abi == IA32 && (r->out.region == N_REGIONS || r->ru.region == N_REGIONS) &&
	    (unsigned long)(r->out.at | r->ru.at) >> 32)
		return false;
	return true;
}

/* The n-th row of an ABI; false: there are no more. */
static bool row_at(enum abi abi, unsigned int n, struct row *r)
{
	const struct place good = { WRITABLE, 1024 };
	const unsigned int n_places = ARRAY_SIZE(places);

	r->abi = abi;
	r->nr = n % 2 ? SYS_wait4 : SYS_waitid;
	n /= 2;
	r->outcome = n % N_OUTCOMES;
	n /= N_OUTCOMES;
	r->out = good;
	r->ru = good;
	r->same = false;
	if (n < n_places) {
		r->out = places[n];
	} else if (n < 2 * n_places) {
		r->ru = places[n - n_places];
	} else if (n < 3 * n_places) {
		r->out = places[n - 2 * n_places];
		r->ru = r->out;
	} else if (n < 3 * n_places + ARRAY_SIZE(overlaps)) {
		r->same = true;
		r->ru.at -= overlaps[n - 3 * n_places];
	} else {
		return false;
	}
	return true;
}

static void print_row(struct __test_metadata *_metadata, const struct row *r,
		      const struct seen *got, const struct seen *want)
{
	static const char *const outcomes[] = {
		"ends", "stays", "stops", "traps", "continues", "runs", "nobody", "refused",
	};
	int i, j;

	TH_LOG("abi %d, %s, %s: pointer %d %ld, usage %d %ld",
	       r->abi, r->nr == SYS_wait4 ? "wait4" : "waitid", outcomes[r->outcome],
	       r->out.region, r->out.at, r->ru.region, r->ru.at);
	TH_LOG("returned %ld, stock %ld; then %ld, stock %ld", got->ret, want->ret,
	       got->after, want->after);
	for (i = 0; i < 2; i++)
		for (j = 0; j < SPAN; j++)
			if (got->mem[i][j] != want->mem[i][j]) {
				TH_LOG("%s, byte %d: 0x%x, stock 0x%x",
				       i ? "usage" : "pointer", j - BEFORE,
				       got->mem[i][j], want->mem[i][j]);
				break;
			}
}

/*
 * @differs: not all rows are as in stock: what fails is not used up (wait.rs:235)
 * @wnohang: without it, waitid does not return for a stop (wait.rs:343)
 */
FOUR_VARIANTS(faults,
	      DIFFERING(bool differs; long wnohang;),
	      ON_LINUX(),
	      ON_STARRY(.differs = true, .wnohang = WNOHANG));

#define MAX_ROWS	4096
#define MAX_PRINTED	5

/*
 * All rows of an ABI are too many for one subject, which has a deadline: so many share
 * them, by four places at a time, of which is_sensible() lets the first have all outcomes.
 */
#define N_SLICES	4

struct slice {
	enum abi	abi;
	unsigned int	number;
};

static bool is_in_slice(const struct slice *s, unsigned int n)
{
	return n / (2 * N_OUTCOMES * 4) % N_SLICES == s->number;
}

static void play_slice(const struct slice *s, long wnohang, struct seen *seen)
{
	struct child stays = { };
	struct row r;
	unsigned int n;

	for (n = 0; row_at(s->abi, n, &r); n++)
		if (is_in_slice(s, n) && is_sensible(&r, n))
			play(&r, wnohang, &stays, &seen[n]);
	if (stays.pid && waitpid(stays.pid, NULL, 0) != stays.pid)
		die("waitpid");
}

static const char *why_not(enum abi abi)
{
	if (abi == IA32 && !has_int80())
		return "this kernel has no 32-bit system calls";
	return abi == X32_ABI ? why_no_x32() : NULL;
}

static void compare(struct __test_metadata *_metadata, const struct slice *s, bool differs,
		    long wnohang)
{
	struct seen *seen = calloc(2 * MAX_ROWS, sizeof(*seen));
	const struct seen *want = seen + MAX_ROWS;
	const char *why = why_not(s->abi);
	unsigned int n, different = 0;
	struct row r;

	if (why)
		SKIP(return, "%s", why);
	ASSERT_NE(NULL, seen);
	make_regions();
	play_slice(s, wnohang, seen);
	subject_check_verdicts(_metadata);
	if (subject_policy != STOCK)
		ASSERT_EQ(0, device_dismiss(subject_device, 0));
	play_slice(s, wnohang, seen + MAX_ROWS);
	if (subject_policy == SHADOW)
		subject_policy = STOCK;
	for (n = 0; row_at(s->abi, n, &r); n++) {
		/* Rows that are left out are all 0. */
		if (!memcmp(&seen[n], &want[n], sizeof(*seen)))
			continue;
		if (different++ < MAX_PRINTED && !differs)
			print_row(_metadata, &r, &seen[n], &want[n]);
	}
	EXPECT_EQ(differs, different > 0)
		TH_LOG("%u rows of %u differ", different, n);
}

#define SLICE_TEST(name, abi, n)						\
	static const struct slice name##_##n = { abi, n };			\
										\
	SUBJECT_TEST(faults, name##_##n)					\
	{									\
		compare(_metadata, &name##_##n, variant->differs, variant->wnohang); \
	}

static_assert(N_SLICES == 4, "a test for each slice");

SLICE_TEST(native, NATIVE, 0)
SLICE_TEST(native, NATIVE, 1)
SLICE_TEST(native, NATIVE, 2)
SLICE_TEST(native, NATIVE, 3)

SLICE_TEST(ia32, IA32, 0)
SLICE_TEST(ia32, IA32, 1)
SLICE_TEST(ia32, IA32, 2)
SLICE_TEST(ia32, IA32, 3)

SLICE_TEST(x32, X32_ABI, 0)
SLICE_TEST(x32, X32_ABI, 1)
SLICE_TEST(x32, X32_ABI, 2)
SLICE_TEST(x32, X32_ABI, 3)

#endif

KEEP_ARMED
TEST_HARNESS_MAIN
