// SPDX-License-Identifier: GPL-2.0
/*
 * The verdicts of shadow mode, for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "history.h"
#include "json.h"
#include "sarif.h"

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
		fail_on->quirks |= QUIRK_BIT(nr);
	else if (guess_quirk(arg, '\0'))
		unknown_quirk(state, arg, '\0');
	else
		argp_error(state, "'%s' is neither control, unexplained nor a quirk;\n"
			   "`altwait quirks` lists those", arg);
}

void check_fail_on(struct argp_state *state, const struct fail_on *fail_on,
		   const struct policy *policy, const char *name)
{
	quirk_set lacks = fail_on->quirks & ~quirks_in_force(policy);
	int i;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		if (lacks & QUIRK_BIT(i))
			argp_error(state, "policy %s does not have %s", name,
				   quirk_name[i]);
}

static const char *number(const void *context, int pid)
{
	static char text[12];

	(void)context;
	snprintf(text, sizeof(text), "%d", pid);
	return text;
}

char *decode_call(const struct altwait_verdict *v)
{
	const struct wait_args args = {
		.call = v->call ? CALL_WAITID : CALL_WAIT4,
		.which = v->which, .id = v->id, .options = v->options,
	};

	return decode_args(&args, number, NULL);
}

/* In words; the caller frees it. */
static char *decode(const struct altwait_verdict *v, const struct altwait_answer *a)
{
	const struct wait_args args = { .call = v->call ? CALL_WAITID : CALL_WAIT4 };
	const struct wait_answer answer = {
		.kind = a->kind, .ret = a->ret, .pid = a->pid, .status = a->status,
		.code = a->code, .cld_status = a->status,
	};

	return decode_answer(&args, &answer, number, NULL);
}

/* Does the caller see the same? */
static bool agree(const struct altwait_answer *a, const char *a_text,
		  const struct altwait_answer *b, const char *b_text)
{
	/* What the caller did not want to know is no difference. */
	if (a->kind == ALTWAIT_KIND_UNSEEN)
		return b->kind != ALTWAIT_KIND_ASLEEP && a->ret == b->ret;
	return strcmp(a_text, b_text) == 0 && a->uid == b->uid;
}

/* Quirks of which none alone makes the answer the policy's. */
static void print_set(FILE *f, const char *indent, const struct altwait_verdict *v)
{
	const char *before = "only together: ";
	unsigned int i, n = 0;

	for (i = 0; i < ALTWAIT_N_QUIRKS; i++)
		n += altwait_quirks_has(v->quirks, v->quirks_more, i);
	if (n < 2)
		return;
	fputs(indent, f);
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		if (!altwait_quirks_has(v->quirks, v->quirks_more, i))
			continue;
		fprintf(f, "%s%s", before, quirk_name[i]);
		before = ", ";
	}
	fputc('\n', f);
}

void print_verdict(FILE *f, const char *indent, const struct altwait_verdict *v)
{
	static const char * const who[] = { "stock", "linux", "policy" };
	const struct altwait_answer *a[] = { &v->stock, &v->control, &v->policy };
	char *call = decode_call(v);
	char *text[ARRAY_SIZE(a)];
	bool same, same_uid = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(a); i++) {
		text[i] = decode(v, a[i]);
		if (a[i]->pid && v->control.pid)
			same_uid &= a[i]->uid == v->control.uid;
	}
	same = v->verdict == ALTWAIT_VERDICT_DIFFERS &&
	       agree(a[0], text[0], a[1], text[1]) &&
	       agree(a[1], text[1], a[2], text[2]);
	fprintf(f, "%sfirst at %llu.%06llu s: %s, pid %d: %s\n", indent,
		(unsigned long long)v->time / 1000000000,
		(unsigned long long)v->time / 1000 % 1000000, v->comm, v->pid,
		call);
	for (i = 0; i < ARRAY_SIZE(a); i++) {
		fprintf(f, "%s%-6s  %s", indent, who[i], text[i]);
		if (a[i]->kind == ALTWAIT_KIND_UNSEEN)
			fprintf(f, " (the caller gave no pointer)");
		else if (!same_uid && a[i]->pid)
			fprintf(f, ", si_uid %u", a[i]->uid);
		fprintf(f, "\n");
		free(text[i]);
	}
	if (!same)
		print_set(f, indent, v);
	if (same)
		fprintf(f, "%sthe answers agree; what is left in memory, or kept, does not\n",
			indent);
	free(call);
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

/* What matters to who reads no further: the calls, what a program sees, by what. */
static void print_gist(const struct altwait_verdicts *v)
{
	const char *between = ": ";
	int i;

	fprintf(stderr, "altwait: %llu wait call%s: ", (unsigned long long)v->calls,
		v->calls == 1 ? "" : "s");
	if (!v->differs) {
		fprintf(stderr, "no difference that a program can see\n");
		return;
	}
	fprintf(stderr, "in %llu a program can see a difference",
		(unsigned long long)v->differs);
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		if (!v->quirk[i])
			continue;
		fprintf(stderr, "%s%s", between, quirk_name[i]);
		between = ", ";
	}
	fprintf(stderr, "%s\n", v->unexplained ? "; not all are explained" : "");
}

/* Print what shadow mode has counted.  Return: whether none of @fail_on is there. */
static bool print_summary(int fd, const struct altwait_verdicts *v,
			  const struct fail_on *fail_on)
{
	bool good = true;
	int i;

	print_gist(v);
	fprintf(stderr, "  %llu same, ", (unsigned long long)v->same);
	fprintf(stderr, "%llu differ (policy still asleep in %llu), ",
		(unsigned long long)v->differs, (unsigned long long)v->asleep);
	fprintf(stderr, "%llu control differences, %llu raced\n",
		(unsigned long long)v->control, (unsigned long long)v->raced);
	if (v->restarted)
		fprintf(stderr, "  %llu times a signal interrupted a call that was made again\n",
			(unsigned long long)v->restarted);
	if (v->left)
		fprintf(stderr, "  %llu more went back to stock without a verdict\n",
			(unsigned long long)v->left);
	print_count(fd, "control difference", v->control, ALTWAIT_EXAMPLE_CONTROL);
	print_count(fd, "unexplained", v->unexplained,
		    ALTWAIT_EXAMPLE_UNEXPLAINED);
	print_count(fd, "raced, no verdict", v->raced, ALTWAIT_EXAMPLE_RACED);
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		print_count(fd, quirk_name[i], v->quirk[i],
			    ALTWAIT_EXAMPLE_QUIRK(i));
		good &= !(v->quirk[i] && fail_on->quirks & QUIRK_BIT(i));
	}
	good &= !(fail_on->control && v->control);
	return good && !(fail_on->unexplained && v->unexplained);
}

int count_uring(int fd, unsigned long long *n)
{
	struct altwait_verdicts v = { .size = sizeof(v) };
	int err = device_request(fd, ALTWAIT_VERDICTS, &v);

	if (err)
		explain(ALTWAIT_VERDICTS, err, "count the waits by io_uring");
	else
		*n += v.uring;
	return err;
}

bool sees_uring(const struct altwait_counters *c)
{
	if (c->rings != ALTWAIT_RINGS_UNSEEN)
		return true;
	fprintf(stderr, "altwait: waits by io_uring cannot be seen on this kernel\n");
	return false;
}

void print_uring(unsigned long long n, bool allowed)
{
	if (!n)
		return;
	fprintf(stderr, "altwait: %s%llu %s submitted to io_uring, which stock answers\n",
		allowed ? "" : "no valid comparison: ", n, n == 1 ? "wait was" : "waits were");
	if (!allowed)
		fprintf(stderr, "Hint: --allow-uring compares the other calls all the same.\n");
}

/* Print why the counts mean nothing, if that is so. */
static bool is_valid(int fd, const struct altwait_counters *before,
		     unsigned long long uring, bool allow_uring, struct spoilers *spoilers)
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
	*spoilers = (struct spoilers) { .missed = missed, .trouble = trouble, .uring = uring };
	if (trouble)
		fprintf(stderr, "altwait: no valid comparison: %llu %s to stock after trouble\n",
			trouble,
			trouble == 1 ? "process went back" : "processes went back");
	if (missed)
		fprintf(stderr, "altwait: no valid comparison: %llu %s missed\n",
			missed, missed == 1 ? "redirect was" : "redirects were");
	print_uring(uring, allow_uring);
	if (allow_uring)
		uring = 0;
	else if (!sees_uring(&now))
		return false;
	return !trouble && !missed && !uring;
}

/* ------------------------------------------------------------------------- JSON */

static void json_answer(struct json_object *to, const char *name,
			const struct altwait_verdict *v, const struct altwait_answer *a)
{
	struct json_object *one = json_add_object(to, name);
	char *text = decode(v, a);

	json_add_text(one, "text", text);
	json_add_bool(one, "asleep", a->kind == ALTWAIT_KIND_ASLEEP);
	json_add_integer(one, "ret", a->ret);
	json_add_number(one, "pid", a->pid);
	json_add_integer(one, "status", a->status);
	json_add_integer(one, "code", a->code);
	json_add_number(one, "uid", a->uid);
	free(text);
}

/* The first example of a kind, or null. */
static void json_example(int fd, struct json_object *to, const char *name,
			 unsigned int index)
{
	struct altwait_example e = { .size = sizeof(e), .index = index };
	const struct altwait_verdict *v = &e.first;
	struct json_object *one;
	char *call;

	if (device_request(fd, ALTWAIT_EXAMPLE, &e)) {
		json_add_text(to, name, NULL);
		return;
	}
	one = json_add_object(to, name);
	call = decode_call(v);
	json_add_number(one, "time_ns", v->time);
	json_add_text(one, "comm", v->comm);
	json_add_integer(one, "pid", v->pid);
	json_add_integer(one, "tid", v->tid);
	json_add_text(one, "call", call);
	json_answer(one, "stock", v, &v->stock);
	json_answer(one, "linux", v, &v->control);
	json_answer(one, "policy", v, &v->policy);
	free(call);
}

static struct json_object *summary_of(int fd, const struct altwait_verdicts *v, bool valid)
{
	const struct {
		const char *name;
		unsigned long long n;
	} counts[] = {
		{ "calls", v->calls },
		{ "same", v->same },
		{ "differs", v->differs },
		{ "control", v->control },
		{ "raced", v->raced },
		{ "asleep", v->asleep },
		{ "unexplained", v->unexplained },
		{ "left", v->left },
		{ "restarted", v->restarted },
		{ "uring", v->uring },
	};
	struct json_object *all = json_begin("altwait-shadow/1"), *list, *one;
	int i;

	json_add_bool(all, "valid", valid);
	for (i = 0; i < (int)ARRAY_SIZE(counts); i++)
		json_add_number(all, counts[i].name, counts[i].n);
	json_example(fd, all, "first_control", ALTWAIT_EXAMPLE_CONTROL);
	json_example(fd, all, "first_unexplained", ALTWAIT_EXAMPLE_UNEXPLAINED);
	json_example(fd, all, "first_raced", ALTWAIT_EXAMPLE_RACED);
	list = json_add_list(all, "quirks");
	for (i = 0; i < ALTWAIT_N_QUIRKS; i++) {
		if (!v->quirk[i])
			continue;
		one = json_append_object(list);
		json_add_text(one, "name", quirk_name[i]);
		json_add_number(one, "calls", v->quirk[i]);
		json_example(fd, one, "first", ALTWAIT_EXAMPLE_QUIRK(i));
	}
	return all;
}

static bool save_events(const struct spoilers *spoilers, const struct shadow_files *files)
{
	struct chapter chapter = {
		.policy = files->policy, .mode = "shadow", .spoilers = *spoilers,
		.log = files->log,
	};
	struct json_object *history;
	char *ending;

	if (!files->log)
		return false;
	ending = decode_status(files->status);
	chapter.ending = ending;
	history = history_begin("run --shadow", files->command);
	history_add(history, &chapter);
	free(ending);
	return json_save_plain(history, files->events);
}

/* Write the files that are wanted. */
static bool save(int fd, const struct altwait_verdicts *v, bool valid,
		 const struct spoilers *spoilers, const struct shadow_files *files)
{
	struct json_object *all = summary_of(fd, v, valid);
	bool good = true;

	if (files->events)
		good = save_events(spoilers, files);
	if (files->sarif)
		good &= json_save(sarif_of(all, files->command[0]), files->sarif);
	if (files->summary)
		return json_save(all, files->summary) && good;
	json_object_put(all);
	return good;
}

int print_verdicts(int fd, const struct altwait_counters *before,
		   const struct fail_on *fail_on, bool allow_uring,
		   const struct shadow_files *files)
{
	struct altwait_verdicts v = { .size = sizeof(v) };
	struct spoilers spoilers = { 0 };
	int err = device_request(fd, ALTWAIT_VERDICTS, &v);
	bool good, valid;

	if (err) {
		explain(ALTWAIT_VERDICTS, err, "read the verdicts");
		return fail_on->any || files->summary || files->sarif || files->events ?
		       EXIT_RUN_FAILED : 0;
	}
	good = print_summary(fd, &v, fail_on);
	valid = is_valid(fd, before, v.uring, allow_uring, &spoilers);
	if (!save(fd, &v, valid, &spoilers, files))
		return EXIT_RUN_FAILED;
	if (!valid)
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
