// SPDX-License-Identifier: GPL-2.0
/* What was found, as a program of its own: stand-alone.c.in with another script in it. */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>

#include "play.h"

#define SCRIPT	"the script */\n"
#define BEHIND	"/* ------------------------------------------------------------------- what is shared"

/* In the words of stand-alone.c.in. */
static const char *const words[OP_KINDS] = {
	[OP_FORK] = "FORK", [OP_NAMESPACE] = "FORK", [OP_THREAD] = "THREAD", [OP_WAIT] = "WAIT",
	[OP_EXIT] = "EXIT", [OP_EXIT_GROUP] = "EXIT_GROUP", [OP_KILL] = "KILL",
	[OP_TGKILL] = "TGKILL", [OP_SETPGID] = "SETPGID", [OP_SETSID] = "SETSID",
	[OP_SUBREAPER] = "SUBREAPER", [OP_TRACEME] = "TRACEME", [OP_ATTACH] = "ATTACH",
	[OP_SEIZE] = "SEIZE", [OP_RESUME] = "RESUME", [OP_EXEC] = "EXEC",
	[OP_SIGCHLD] = "SIGCHLD_IS", [OP_MASK] = "MASK", [OP_UID] = "UID", [OP_REAP] = "REAP",
};

static const char *const nr_words[CALLS] = {
	"WAIT4", "WAITID", "WAIT4_32", "WAITID_32", "WAITPID_32",
};

static const char *const place_words[TWIN_PLACES] = {
	"GOOD", "NOWHERE", "UNMAPPED", "READONLY", "EDGE", "KERNEL", "UNALIGNED", "TOP", "LATE",
	"SAME",
};

static void print_id(FILE *f, const struct call *c)
{
	bool waitid = c->nr == CALL_WAITID || c->nr == CALL_WAITID_32;

	switch (c->id_kind) {
	case ID_ANY:
		fprintf(f, "NUMBER, %d", waitid ? 0 : -1);
		break;
	case ID_ZERO:
		fputs("NUMBER, 0", f);
		break;
	case ID_JUNK:
		fprintf(f, "NUMBER, %d", c->id);
		break;
	default:
		fprintf(f, "%s, %d", c->id_kind == ID_ACTOR ? "ACTOR" :
			c->id_kind == ID_GROUP ? "GROUP" :
			c->id_kind == ID_PIDFD ? "PIDFD" : "NONBLOCK", c->id);
	}
}

/* Was it played, and not in vain? */
static bool is_step(const struct script *s, const struct shared *sh, unsigned int i)
{
	const struct result *r = &sh->results[i];
	enum op_kind kind = s->ops[i].kind;

	if (s->ops[i].gone || !(r->asked || r->poked))
		return false;
	/* What the actor itself has refused would happen there. */
	if (kind == OP_TRACEME && !s->ops[i].actor)
		return r->poked;
	return r->poked || !r->done || r->ret != -1 ||
	       (kind != OP_EXIT && kind != OP_EXIT_GROUP && kind != OP_EXEC);
}

static void print_calls(FILE *f, const struct op *op, unsigned int number)
{
	struct call c;
	unsigned int i;

	fprintf(f, "static const struct call calls_%u[] = {\n", number);
	for (i = op->first; i < op->end; i++) {
		script_call(op, i, &c);
		fprintf(f, "\t{ %s, %d, ", nr_words[c.nr], c.which);
		print_id(f, &c);
		fprintf(f, ", 0x%x, %s, %s },\n", c.options, place_words[c.status],
			place_words[c.rusage]);
	}
	fputs("};\n\n", f);
}

/* What else an operation is made of. */
static void print_choices(FILE *f, const struct op *op, unsigned int number)
{
	__u64 word = op->word;
	int request, flags;
	long data;

	switch (op->kind) {
	case OP_FORK:
		fprintf(f, ", .a = 0x%lx", script_flags(op));
		break;
	case OP_WAIT:
	case OP_REAP:
		fprintf(f, ", .calls = calls_%u, .n = %d", number, op->end - op->first);
		break;
	case OP_EXIT:
	case OP_EXIT_GROUP:
		fprintf(f, ", .a = %u", pick(&word, 256));
		break;
	case OP_KILL:
	case OP_TGKILL:
		fprintf(f, ", .a = %d", script_signal(op));
		break;
	case OP_SETPGID:
		fprintf(f, ", .a = %d", !pick(&word, 3));
		break;
	case OP_SUBREAPER:
		fprintf(f, ", .a = %d", pick(&word, 3) > 0);
		break;
	case OP_SEIZE:
		fprintf(f, ", .a = 0x%lx", script_allowed(op, script_seize(op)));
		break;
	case OP_RESUME:
		script_request(op, &request, &data);
		if (request == PTRACE_SETOPTIONS)
			data = script_allowed(op, data);
		fprintf(f, ", .a = 0x%x, .b = 0x%lx", request, data);
		break;
	case OP_SIGCHLD:
		fprintf(f, ", .a = %d", script_sigchld(op, &flags));
		fprintf(f, ", .b = 0x%x", flags);
		break;
	case OP_MASK:
		fprintf(f, ", .a = 0x%llx", script_mask(op));
		break;
	case OP_UID:
		fprintf(f, ", .a = %u", 1000 + pick(&word, 9));
		break;
	}
}

/* With the last play's actors, and whom the stage has sent signals to. */
void program_print(FILE *f, const struct script *s, const struct shared *sh)
{
	const char *from = strstr(program_text, SCRIPT) + strlen(SCRIPT);
	const struct op *op;
	unsigned int i;

	fwrite(program_text, 1, from - program_text, f);
	fputc('\n', f);
	for (i = 0; i < s->n; i++)
		if (is_step(s, sh, i) && script_has_calls(&s->ops[i]))
			print_calls(f, &s->ops[i], i);
	fputs("static const struct step script[] = {\n", f);
	for (i = 0; i < s->n; i++) {
		if (!is_step(s, sh, i))
			continue;
		op = &s->ops[i];
		fprintf(f, "\t{ %s, %u, %u", words[op->kind], op->actor, sh->results[i].other);
		print_choices(f, op, i);
		if (sh->results[i].poked)
			fprintf(f, ", .poke = %u", sh->results[i].poked);
		fputs(" },\n", f);
	}
	fputs("};\n\nstatic const unsigned int n_steps = sizeof(script) / sizeof(*script);\n\n", f);
	fputs(strstr(from, BEHIND), f);
}
