// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU's TCG: how often each instruction ran between two marks that a
 * program in the guest sets, selftests/bench/bench.h.
 *
 *   -plugin profile.so,out=FILE	a line for each stretch, "region NUMBER", and
 *			then "ADDRESS COUNT" for each instruction that ran in it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

__attribute__((visibility("default"))) int qemu_plugin_version = 4;

/* xchg %bx,%bx and xchg %cx,%cx, which no compiler makes. */
static const unsigned char begin_mark[] = { 0x66, 0x87, 0xdb };
static const unsigned char end_mark[] = { 0x66, 0x87, 0xc9 };

/* A translated block; a fault in its midst counts as if it had run to its end. */
struct block {
	struct block  *next;	/* all of them */
	unsigned long ran;
	size_t	      n;
	unsigned long at[];
};

static struct block *blocks;
static int counts;
static unsigned long region;
static FILE *out;

static void block_runs(unsigned int cpu, void *data)
{
	struct block *b = data;

	if (counts)
		b->ran++;
}

static void begins(unsigned int cpu, void *data)
{
	struct block *b;

	for (b = blocks; b; b = b->next)
		b->ran = 0;
	counts = 1;
}

static void ends(unsigned int cpu, void *data)
{
	struct block *b;
	size_t i;

	if (!counts)
		return;
	counts = 0;
	fprintf(out, "region %lu\n", region++);
	for (b = blocks; b; b = b->next)
		for (i = 0; b->ran && i < b->n; i++)
			fprintf(out, "%lx %lu\n", b->at[i], b->ran);
	fflush(out);
}

static int is_mark(const struct qemu_plugin_insn *insn, const unsigned char mark[3])
{
	unsigned char code[3];

	return qemu_plugin_insn_data(insn, code, sizeof(code)) == sizeof(code) &&
	       !memcmp(code, mark, sizeof(code));
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);
	struct block *b = malloc(sizeof(*b) + n * sizeof(*b->at));
	struct qemu_plugin_insn *insn;

	if (!b)
		abort();
	b->ran = 0;
	b->n = n;
	for (i = 0; i < n; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		b->at[i] = qemu_plugin_insn_vaddr(insn);
		if (is_mark(insn, begin_mark))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begins, 0, NULL);
		else if (is_mark(insn, end_mark))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, ends, 0, NULL);
	}
	b->next = blocks;
	blocks = b;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, block_runs, 0, b);
}

__attribute__((visibility("default")))
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return 1;
	out = fopen(argv[0] + 4, "w");
	if (!out)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
