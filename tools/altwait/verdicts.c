// SPDX-License-Identifier: GPL-2.0
/*
 * The verdicts of shadow mode, for people.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "altwait.h"
#include "../../altwait/quirks.h"

void parse_fail_on(struct argp_state *state, const char *arg,
		   struct fail_on *fail_on)
{
	int nr = find_quirk(arg, strlen(arg));

	fail_on->any = true;
	if (strcmp(arg, "control") == 0)
		fail_on->control = true;
	else if (strcmp(arg, "unexplained") == 0)
		fail_on->unexplained = true;
	else if (nr >= 0)
		fail_on->quirks |= 1ULL << nr;
	else
		argp_error(state, "'%s' is neither control, unexplained nor a quirk;\n"
			   "`altwait quirks` lists those", arg);
}

static const char * const kinds[] = {
	[ALTWAIT_KIND_ASLEEP]	   = "still asleep",
	[ALTWAIT_KIND_NONE]	   = "nothing to report",
	[ALTWAIT_KIND_PTRACE_STOP] = "ptrace stop",
	[ALTWAIT_KIND_ZOMBIE]	   = "exit",
	[ALTWAIT_KIND_JOB_STATUS]  = "stop or continue",
	[ALTWAIT_KIND_ERROR]	   = "error",
	[ALTWAIT_KIND_UNSEEN]	   = "not seen",
};

static void print_answer(FILE *f, const char *indent, const char *who,
			 unsigned int call, const struct altwait_answer *a)
{
	fprintf(f, "%s%-6s  %s", indent, who,
		a->kind < ARRAY_SIZE(kinds) ? kinds[a->kind] : "unknown");
	if (a->kind == ALTWAIT_KIND_ERROR)
		fprintf(f, ": %s", strerrorname_np(-a->ret) ?: "unknown");
	else if (a->pid && call == 0)
		fprintf(f, ": pid %u, status 0x%x", a->pid, a->status);
	else if (a->pid)
		fprintf(f, ": pid %u, code %d, status %d, uid %u", a->pid,
			a->code, a->status, a->uid);
	fprintf(f, "\n");
}

void print_verdict(FILE *f, const char *indent, const struct altwait_verdict *v)
{
	fprintf(f, "%sfirst at %llu.%06llu s: %s, pid %d, ", indent,
		(unsigned long long)v->time / 1000000000,
		(unsigned long long)v->time / 1000 % 1000000, v->comm, v->pid);
	if (v->call == 0)
		fprintf(f, "wait4(%d, options 0x%x)\n", v->which, v->options);
	else
		fprintf(f, "waitid(%d, %d, options 0x%x)\n", v->which, v->id,
			v->options);
	print_answer(f, indent, "stock", v->call, &v->stock);
	print_answer(f, indent, "linux", v->call, &v->control);
	print_answer(f, indent, "policy", v->call, &v->policy);
}

static void print_example(int fd, unsigned int index)
{
	struct altwait_example e = { .size = sizeof(e), .index = index };

	if (!device_request(fd, ALTWAIT_EXAMPLE, &e))
		print_verdict(stderr, "    ", &e.first);
}

static void print_count(int fd, const char *name, unsigned long long n,
			unsigned int index)
{
	if (!n)
		return;
	fprintf(stderr, "  %-24s %llu\n", name, n);
	print_example(fd, index);
}

/* Print what shadow mode has counted.  Return: whether none of @fail_on is there. */
static bool print_summary(int fd, const struct altwait_verdicts *v,
			  const struct fail_on *fail_on)
{
	bool good = true;
	int i;

	fprintf(stderr, "altwait: %llu wait calls: %llu same, %llu differ (%llu asleep), ",
		(unsigned long long)v->calls, (unsigned long long)v->same,
		(unsigned long long)v->differs, (unsigned long long)v->asleep);
	fprintf(stderr, "%llu control differences, %llu raced\n",
		(unsigned long long)v->control, (unsigned long long)v->raced);
	if (v->left)
		fprintf(stderr, "  %llu more went back to stock without a verdict\n",
			(unsigned long long)v->left);
	print_count(fd, "control difference", v->control, ALTWAIT_EXAMPLE_CONTROL);
	print_count(fd, "unexplained", v->unexplained,
		    ALTWAIT_EXAMPLE_UNEXPLAINED);
	for (i = 0; i < AW_N_QUIRKS; i++) {
		print_count(fd, aw_quirks[i].name, v->quirk[i], i);
		good &= !(v->quirk[i] && fail_on->quirks >> i & 1);
	}
	good &= !(fail_on->control && v->control);
	return good && !(fail_on->unexplained && v->unexplained);
}

/* Print why the counts mean nothing, if that is so. */
static bool is_valid(int fd, const struct altwait_counters *before)
{
	struct altwait_counters now = { .size = sizeof(now) };
	unsigned long long trouble, missed;
	int err = device_request(fd, ALTWAIT_COUNTERS, &now);

	if (err) {
		explain(ALTWAIT_COUNTERS, err, "read the counters");
		return false;
	}
	trouble = now.trouble - before->trouble;
	missed = now.missed - before->missed;
	if (trouble)
		fprintf(stderr, "altwait: no valid comparison: %llu %s went back to stock after trouble\n",
			trouble, trouble == 1 ? "process" : "processes");
	if (missed)
		fprintf(stderr, "altwait: no valid comparison: %llu %s missed\n",
			missed, missed == 1 ? "redirect was" : "redirects were");
	return !trouble && !missed;
}

int print_verdicts(int fd, const struct altwait_counters *before,
		   const struct fail_on *fail_on)
{
	struct altwait_verdicts v = { .size = sizeof(v) };
	int err = device_request(fd, ALTWAIT_VERDICTS, &v);
	bool good;

	if (err) {
		explain(ALTWAIT_VERDICTS, err, "read the verdicts");
		return fail_on->any ? EXIT_RUN_FAILED : 0;
	}
	good = print_summary(fd, &v, fail_on);
	if (!is_valid(fd, before))
		return fail_on->any ? EXIT_RUN_FAILED : 0;
	if (!fail_on->any)
		return 0;
	/* A raced call is no verdict. */
	if (v.calls == v.raced) {
		fprintf(stderr, "altwait: nothing was compared\n");
		return EXIT_RUN_FAILED;
	}
	return good ? 0 : EXIT_VERDICT;
}
