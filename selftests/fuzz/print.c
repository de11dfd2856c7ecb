// SPDX-License-Identifier: GPL-2.0
/* Scripts, printed; and the names of what is in them. */
#include <sys/ptrace.h>

#include "play.h"

const char *const op_names[OP_KINDS] = {
	"fork", "fork into a pid namespace", "start a thread", "wait", "exit",
	"exit_group", "kill", "tgkill", "setpgid", "setsid", "set subreaper",
	"PTRACE_TRACEME", "PTRACE_ATTACH", "PTRACE_SEIZE", "resume", "exec",
	"set SIGCHLD's action", "set the signal mask", "set the real uid",
	"reap what is left",
};

const char *const call_names[CALLS] = {
	"wait4", "waitid", "i386 wait4", "i386 waitid", "i386 waitpid",
};

const char *const end_names[ENDS] = {
	"a report", "nothing", "ECHILD", "EINVAL", "EFAULT", "EINTR", "ESRCH",
	"EBADF", "EAGAIN", "another error",
};

static const char *const place_names[TWIN_PLACES] = {
	"buffer", "NULL", "unmapped", "read-only", "page's end", "kernel's",
	"unaligned buffer", "end of user space", "page that is not there yet",
	"the same",
};

static const char *const id_names[] = {
	"any", "0", "actor", "group of actor", "pidfd of actor",
	"non-blocking pidfd of actor", "",
};

void script_print_arguments(FILE *f, const struct call *c)
{
	fprintf(f, "%s(", call_names[c->nr]);
	if (c->nr == CALL_WAITID || c->nr == CALL_WAITID_32)
		fprintf(f, "which %d, ", c->which);
	fputs(id_names[c->id_kind], f);
	if (c->id_kind == ID_JUNK)
		fprintf(f, "%d", c->id);
	else if (c->id_kind != ID_ANY && c->id_kind != ID_ZERO)
		fprintf(f, " %d", c->id);
	fprintf(f, ", %s, 0x%x", place_names[c->status], c->options);
	if (c->nr != CALL_WAITPID_32)
		fprintf(f, ", %s", place_names[c->rusage]);
	fputc(')', f);
}

void script_print_call(FILE *f, const struct call *c, const struct outcome *o)
{
	fputs("      ", f);
	script_print_arguments(f, c);
	if (o && o->done)
		fprintf(f, " = %d, status 0x%x\n", o->ret, o->status);
	else
		fprintf(f, "%s\n", o ? " does not return" : "");
}

static const struct outcome *find_outcome(const struct shared *sh,
					  unsigned int op, unsigned int call)
{
	__u32 i;

	for (i = 0; i < sh->n_outcomes; i++) {
		if (sh->outcomes[i].op == op && sh->outcomes[i].call == call)
			return &sh->outcomes[i];
	}
	return NULL;
}

static void print_op(FILE *f, const struct op *op, const struct result *r)
{
	int request;
	long data;

	fprintf(f, "  actor %u: %s", op->actor, op_names[op->kind]);
	switch (op->kind) {
	case OP_FORK:
	case OP_NAMESPACE:
	case OP_THREAD:
		fprintf(f, ", actor %u, flags 0x%lx", r->other, script_flags(op));
		break;
	case OP_KILL:
	case OP_TGKILL:
		fprintf(f, ", actor %u, signal %d", op->other, script_signal(op));
		break;
	case OP_SEIZE:
		fprintf(f, ", actor %u, options 0x%lx", op->other,
			script_seize(op));
		break;
	case OP_RESUME:
		script_request(op, &request, &data);
		fprintf(f, ", actor %u, request 0x%x data 0x%lx", op->other,
			request, data);
		break;
	case OP_SETPGID:
	case OP_ATTACH:
		fprintf(f, ", actor %u", op->other);
		break;
	}
	if (r->poked)
		fprintf(f, ": not listening, gets signal %d", r->poked);
	else if (r->done)
		fprintf(f, " = %d", r->ret);
	fprintf(f, "%s\n", op->loose ? " (loose)" : "");
}

/* With what came of the calls, as of the last round on sh. */
void script_print(FILE *f, const struct script *s, const struct shared *sh)
{
	const struct outcome *o;
	const struct op *op;
	struct call c;
	unsigned int i, j;

	for (i = 0; i < s->n; i++) {
		op = &s->ops[i];
		if (op->gone)
			continue;
		print_op(f, op, &sh->results[i]);
		for (j = op->first; script_has_calls(op) && j < op->end; j++) {
			o = find_outcome(sh, i, j);
			if (!o && op->kind == OP_REAP)
				break;
			script_call(op, j, &c);
			script_print_call(f, &c, o);
		}
	}
}
