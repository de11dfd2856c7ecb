// SPDX-License-Identifier: GPL-2.0
/*
 * Facts that no scenario makes: clone children, other threads, EXIT_TRACE, and
 * whatever may stand in one task at the same time.
 */
#include <stdio.h>

#include "model/explain.h"
#include "oracle.h"

#define MAX_FACTS	6
#define FIRST_PID	20

/**
 * struct dice - one run
 * @rnd:   the state of the random numbers, never 0
 * @r:     the records: nobody is in them,
 * @by_pid: and their hash
 * @caller: the process that waits
 * @proc:  a process for each fact; nothing of it but its pid is in use
 * @fact:  the facts
 * @visit: room for the candidates
 */
struct dice {
	u64		  rnd;
	struct aw_records r;
	struct aw_buckets by_pid;
	struct aw_process proc[MAX_FACTS];
	struct aw_process caller;
	struct aw_fact	  fact[MAX_FACTS];
	struct aw_visit	  visit[2 * MAX_FACTS];
};

static u32 below(struct dice *d, u32 n)
{
	d->rnd ^= d->rnd << 13;
	d->rnd ^= d->rnd >> 7;
	d->rnd ^= d->rnd << 17;
	return (d->rnd >> 32) % n;
}

static void init_process(struct dice *d, struct aw_process *p, u32 pid)
{
	memset(p, 0, sizeof(*p));
	p->host = d->r.host;
	p->refs = 1;
	p->pid = pid;
	INIT_LIST_HEAD(&p->threads);
	p->family = (struct aw_family *)&aw_family_nobody;
	INIT_LIST_HEAD(&p->sibling);
	INIT_LIST_HEAD(&p->traced);
	INIT_LIST_HEAD(&p->zombie);
	aw_ptrace_init(&p->ptrace);
}

static void throw_life(struct dice *d, struct aw_fact *f)
{
	f->life = below(d, 3) ? AW_ALIVE : AW_EXIT_ZOMBIE + below(d, 2);
	f->delayed = f->leader && !below(d, 4);
	f->status = below(d, 2) ? below(d, 256) << 8 : 1 + below(d, 255);
	f->continued = !below(d, 4);
	if (below(d, 3) == 0)
		f->group_stop = SIGSTOP + below(d, 3);
	if (f->life == AW_ALIVE && f->traced && below(d, 2))
		f->stop_code = 1 + below(d, 0x200);
}

static void throw_fact(struct dice *d, unsigned int i)
{
	struct aw_fact *f = &d->fact[i];

	memset(f, 0, sizeof(*f));
	f->proc = &d->proc[i];
	f->role = below(d, 3) ? AW_ROLE_CHILD : AW_ROLE_TRACEE;
	f->leader = f->role == AW_ROLE_CHILD || below(d, 2);
	f->tid = f->leader ? f->proc->pid : f->proc->pid + 100;
	f->pgid = FIRST_PID + below(d, 3);
	f->other_thread = !below(d, 3);
	f->exit_signal = below(d, 3) ? SIGCHLD : below(d, 2) ? 0 : SIGUSR1;
	f->traced = f->role == AW_ROLE_TRACEE || !below(d, 3);
	f->reparented = f->traced && below(d, 2);
	f->uid = below(d, 3);
	throw_life(d, f);
}

/* A child that the caller's process traces is met a second time. */
static void meet_again(struct dice *d, unsigned int i)
{
	const struct aw_fact *child = &d->fact[below(d, i)];

	if (child->role != AW_ROLE_CHILD || !child->traced || child->reparented)
		return;
	d->fact[i] = *child;
	d->fact[i].role = AW_ROLE_TRACEE;
}

static void throw_call(struct dice *d, const struct aw_facts *facts,
		       struct aw_request *req)
{
	static const u32 bits[] = {
		WNOHANG, WUNTRACED, WCONTINUED, __WNOTHREAD, __WALL, __WCLONE,
	};
	unsigned int i;

	memset(req, 0, sizeof(*req));
	req->caller = &d->caller;
	req->call = below(d, 2) ? AW_WAIT4 : AW_WAITID;
	req->target.kind = below(d, 3);
	req->target.id = req->target.kind == AW_TARGET_PID && facts->n ?
			 facts->v[below(d, facts->n)].tid :
			 FIRST_PID + below(d, 3);
	for (i = 0; i < ARRAY_SIZE(bits); i++)
		req->options |= below(d, 3) ? 0 : bits[i];
	if (req->call == AW_WAIT4)
		return;
	req->options |= below(d, 2) ? WEXITED : WUNTRACED;
	req->options |= below(d, 3) ? 0 : WNOWAIT;
	req->nonblock = !below(d, 4);
}

static bool differs(const struct aw_decision *a, const struct aw_decision *b)
{
	return !aw_explain_agree(AW_WAITID, a, b) || a->status != b->status ||
	       (a->proc && a->consume != b->consume);
}

static void tell(u64 seed, const struct aw_facts *facts,
		 const struct aw_request *req, const struct aw_decision *got,
		 const struct aw_decision *wanted)
{
	unsigned int i;

	printf("seed %llu: call %d target %d %u options %#x\n", seed, req->call,
	       req->target.kind, req->target.id, req->options);
	printf("  got   %d pid %u status %#x error %d\n", got->kind, got->pid,
	       got->status, got->error);
	printf("  Linux %d pid %u status %#x error %d\n", wanted->kind,
	       wanted->pid, wanted->status, wanted->error);
	for (i = 0; i < facts->n; i++) {
		const struct aw_fact *f = &facts->v[i];

		printf("  tid %u pgid %u role %d other %d signal %d life %d",
		       f->tid, f->pgid, f->role, f->other_thread,
		       f->exit_signal, f->life);
		printf(" delayed %d traced %d reparented %d", f->delayed,
		       f->traced, f->reparented);
		printf(" stop %#x group %d continued %d\n", f->stop_code,
		       f->group_stop, f->continued);
	}
}

static bool one(struct dice *d, u64 seed)
{
	struct aw_snapshot snap = { .cap = ARRAY_SIZE(d->visit), .v = d->visit };
	struct aw_facts facts = { .cap = MAX_FACTS, .v = d->fact };
	struct aw_decision got, wanted;
	struct aw_request req;

	d->rnd = (seed + 1) * 0x9e3779b97f4a7c15ULL | 1;
	facts.n = below(d, MAX_FACTS + 1);
	for (unsigned int i = 0; i < facts.n; i++) {
		init_process(d, &d->proc[i], FIRST_PID + i);
		throw_fact(d, i);
		if (i)
			meet_again(d, i);
	}
	throw_call(d, &facts, &req);
	aw_candidates_take(&d->r, &req, &facts, &snap);
	aw_decide(&d->r, &req, &snap, &facts, &got);
	aw_candidates_release(&snap);
	oracle(&req, &facts, &wanted);
	if (!differs(&got, &wanted))
		return true;
	tell(seed, &facts, &req, &got, &wanted);
	return false;
}

bool oracle_fuzz(u64 seed, unsigned long runs)
{
	static const struct aw_host_ops nobody;
	struct dice *d = calloc(1, sizeof(*d));
	bool good = d;
	unsigned long i;

	if (!d)
		return false;
	aw_records_init(&d->r, &nobody, &d->by_pid);
	init_process(d, &d->caller, 10);
	for (i = 0; good && i < runs; i++)
		good = one(d, seed + i);
	free(d);
	return good;
}
