// SPDX-License-Identifier: GPL-2.0
/*
 * BPF programs on the function that altwait redirects.  At its entry they see every call,
 * before ours and after.  At its return they take the call away: the trampoline from which
 * they run calls the function by its address, and not what a probe has put in its place.
 * So stock answers, nothing breaks, and each such call is counted as missed.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/wait.h>

#include "calls.h"
#include "load.h"
#include "neighbours.h"

#define FUNCTION	"__x64_sys_wait4"

OWN_VARIANT(bpf);

/* For run-guest.sh, which looks at what each unload has printed. */
static void tell_log(const struct altwait_counters *c)
{
	FILE *f = fopen("/dev/kmsg", "w");

	if (!f || fprintf(f, "selftests: lost=%llu", c->missed) < 0 || fclose(f))
		die("/dev/kmsg");
}

RELOADING_VARIANT(bpf_exit, tell_log);

/**
 * struct counter - a program that counts how often a function was reached
 * @map: with the count
 * @link: closed, the program goes
 */
struct counter {
	int map;
	int link;
};

/* Counts in the first value of a map, and returns 0. */
static int counter_load(int map, enum bpf_attach_type where, int function)
{
	const struct bpf_insn insns[] = {
		/* r1 = &value, in two halves */
		{ BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_VALUE, 0, map },
		{ .code = 0 },
		/* r2 = 1 */
		{ BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 1 },
		/* lock *(u64 *)r1 += r2 */
		{ BPF_STX | BPF_ATOMIC | BPF_DW, 1, 2, 0, BPF_ADD },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = where,
		    .attach_btf_id = function);

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, "altwait_count", "GPL", insns,
			     ARRAY_SIZE(insns), &opts);
}

static void counter_attach(struct counter *c, enum bpf_attach_type where)
{
	int function = libbpf_find_vmlinux_btf_id(FUNCTION, where), program;

	if (function < 0) {
		errno = -function;
		die(FUNCTION " in the kernel's BTF");
	}
	c->map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "altwait_hits", 4, 8, 1, NULL);
	if (c->map < 0)
		die("BPF_MAP_CREATE");
	program = counter_load(c->map, where, function);
	if (program < 0)
		die("BPF_PROG_LOAD");
	c->link = bpf_raw_tracepoint_open(NULL, program);
	if (c->link < 0)
		die("attaching a BPF program");
	close(program);
}

static unsigned long long counter_hits(const struct counter *c)
{
	unsigned long long hits;
	const unsigned int first = 0;

	if (bpf_map_lookup_elem(c->map, &first, &hits))
		die("BPF_MAP_LOOKUP_ELEM");
	return hits;
}

static void counter_detach(struct counter *c)
{
	close(c->link);
	close(c->map);
}

/* A child that exits as soon as the caller sleeps in wait4, whoever answers that. */
static pid_t exits_when_asleep(int code)
{
	pid_t pid = getpid(), child = child_fork();

	if (child)
		return child;
	UNTIL(task_sleeps_in(pid, pid, SYS_wait4), "sleep in wait4");
	_exit(code);
}

/*
 * Three calls, all of which c has seen, if any.  So many of them were redirected, and of
 * these so many were lost.
 */
static void work(struct __test_metadata *_metadata, int fd, int redirects, int lost,
		 const struct counter *c)
{
	const unsigned long long hits = c ? counter_hits(c) : 0;
	const int policy = subject_policy;
	struct altwait_counters before, after;
	struct child child = child_hold();
	pid_t pid;

	EXPECT_EQ(0, device_counters(fd, &before));
	/* Whoever answers does it by his rules. */
	if (lost)
		subject_policy = STOCK;
	EXPECT_WAIT4(-1, WNOHANG, .pid = 0);
	child_finish(&child, 1);
	EXPECT_WAIT4(child.pid, 0, .pid = child.pid, .status = W_EXIT(1));
	pid = exits_when_asleep(2);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(2));
	subject_policy = policy;
	EXPECT_EQ(0, device_counters(fd, &after));
	EXPECT_EQ(before.diverted + redirects, after.diverted);
	EXPECT_EQ(before.returned + redirects - lost, after.returned);
	EXPECT_EQ(before.missed + lost, after.missed);
	if (c)
		EXPECT_LE(hits + 3, counter_hits(c));
}

/* The debug kernel has no types, without which there are no such programs. */
static bool has_types(struct __test_metadata *_metadata)
{
	if (!access("/sys/kernel/btf/vmlinux", R_OK))
		return true;
	TH_LOG("this kernel has no BTF");
	return false;
}

static void check_first(struct __test_metadata *_metadata, int fd,
			enum bpf_attach_type where, int lost)
{
	struct counter c;

	if (!has_types(_metadata))
		return;
	counter_attach(&c, where);
	work(_metadata, fd, 0, 0, &c);
	enter(_metadata, fd);
	work(_metadata, fd, 3, lost, &c);
	counter_detach(&c);
	work(_metadata, fd, 3, 0, NULL);
	leave(_metadata, fd);
	work(_metadata, fd, 0, 0, NULL);
}

static void check_last(struct __test_metadata *_metadata, int fd,
		       enum bpf_attach_type where, int lost)
{
	struct counter c;

	if (!has_types(_metadata))
		return;
	enter(_metadata, fd);
	counter_attach(&c, where);
	work(_metadata, fd, 3, lost, &c);
	leave(_metadata, fd);
	work(_metadata, fd, 0, 0, &c);
	enter(_metadata, fd);
	work(_metadata, fd, 3, lost, &c);
	counter_detach(&c);
	work(_metadata, fd, 3, 0, NULL);
}

SUBJECT_TEST(bpf, entry_first)
{
	check_first(_metadata, self->fd, BPF_TRACE_FENTRY, 0);
}

SUBJECT_TEST(bpf, entry_last)
{
	check_last(_metadata, self->fd, BPF_TRACE_FENTRY, 0);
}

SUBJECT_TEST(bpf_exit, first)
{
	check_first(_metadata, self->fd, BPF_TRACE_FEXIT, 3);
}

SUBJECT_TEST(bpf_exit, last)
{
	check_last(_metadata, self->fd, BPF_TRACE_FEXIT, 3);
}

NEEDS_ALTWAIT
TEST_HARNESS_MAIN
