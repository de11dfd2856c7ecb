/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of what QEMU exports to plugins, what profile.c needs: no package has the header that
 * came with it.  This is version 4, that of QEMU 9.2 and later.
 */
#ifndef _SCRIPTS_PROFILE_H
#define _SCRIPTS_PROFILE_H

#include <stddef.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef unsigned long qemu_plugin_id_t;

typedef void (*qemu_plugin_runs_t)(unsigned int cpu, void *data);
typedef void (*qemu_plugin_translated_t)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_translated_t cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_plugin_runs_t cb,
					  int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_runs_t cb, int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t at);
unsigned long qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t size);

#endif /* _SCRIPTS_PROFILE_H */
