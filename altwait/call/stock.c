// SPDX-License-Identifier: GPL-2.0
/*
 * The way into stock: its entry points are called by their addresses, with
 * registers of our own, which the probes let pass; or, where that says the same, what
 * they call.
 */
#include <linux/file.h>
#include <linux/kprobes.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/resource.h>
#include <linux/sched/task.h>

#include "internal.h"

/**
 * struct aw_stub - an entry point of stock
 * @symbol:  the stub; NULL: this kernel lacks it
 * @which:   the register in which it gets the first argument,
 * @id:	     waitid: the second,
 * @options: and the options
 * @call:    its address
 */
struct aw_stub {
	const char	*symbol;
	unsigned int	which;
	unsigned int	id;
	unsigned int	options;
	long		(*call)(const struct pt_regs *regs);
};

#define AW_REG(reg)	offsetof(struct pt_regs, reg)

static struct aw_stub aw_stubs[AW_N_ENTRIES] = {
	[AW_ENTRY_WAIT4] = {
		.symbol = "__x64_sys_wait4",
		.which = AW_REG(di), .options = AW_REG(dx),
	},
	[AW_ENTRY_WAITID] = {
		.symbol = "__x64_sys_waitid",
		.which = AW_REG(di), .id = AW_REG(si), .options = AW_REG(r10),
	},
#ifdef CONFIG_IA32_EMULATION
	[AW_ENTRY_IA32_WAITPID] = {
		.symbol = "__ia32_sys_waitpid",
		.which = AW_REG(bx), .options = AW_REG(dx),
	},
	[AW_ENTRY_IA32_WAIT4] = {
		.symbol = "__ia32_compat_sys_wait4",
		.which = AW_REG(bx), .options = AW_REG(dx),
	},
	[AW_ENTRY_IA32_WAITID] = {
		.symbol = "__ia32_compat_sys_waitid",
		.which = AW_REG(bx), .id = AW_REG(cx), .options = AW_REG(si),
	},
#endif
#ifdef CONFIG_X86_X32_ABI
	[AW_ENTRY_X32_WAITID] = {
		.symbol = "__x64_compat_sys_waitid",
		.which = AW_REG(di), .id = AW_REG(si), .options = AW_REG(r10),
	},
#endif
};

static long (*aw_kernel_wait4)(pid_t pid, int __user *status, int options,
			       struct rusage *usage);
static struct pid *(*aw_pidfd_pid)(const struct file *file);
static void (*aw_getrusage)(struct task_struct *task, int who,
			    struct rusage *usage);

/* They are called by address: these make sure that they are still declared like that. */
static_assert(__same_type(aw_kernel_wait4, &kernel_wait4));
static_assert(__same_type(aw_pidfd_pid, &pidfd_pid));
static_assert(__same_type(aw_getrusage, &getrusage));

/*
 * Modules cannot ask for a symbol's address, but a probe that is registered
 * disabled tells it.
 */
static void *address_of(const char *symbol)
{
	struct kprobe kp = {
		.symbol_name = symbol, .flags = KPROBE_FLAG_DISABLED,
	};
	void *addr;

	if (register_kprobe(&kp)) {
		pr_err("this kernel has no %s to probe; see the support table in README.md\n",
		       symbol);
		return NULL;
	}
	addr = kp.addr;
	unregister_kprobe(&kp);
	return addr;
}

/**
 * aw_stock_symbol - an entry point by name
 * @entry: which
 *
 * Return: the stub's symbol; NULL: this kernel lacks it.
 */
const char *aw_stock_symbol(enum aw_entry entry)
{
	return aw_stubs[entry].symbol;
}

/**
 * aw_stock_wait4 - reap a child as stock does
 * @pid: as the caller's pid namespace numbers it
 * @status: user memory, or NULL
 * @options: of wait4(2)
 *
 * Past the stub, and so past our probe.
 *
 * Context: the parent or tracer, in process context, no lock held.
 * Return: what wait4(@pid, @status, @options, NULL) returns.
 */
long aw_stock_wait4(pid_t pid, int __user *status, int options)
{
	return aw_kernel_wait4(pid, status, options, NULL);
}

/**
 * aw_stock_waitid - consume a report as stock does
 * @pid: as the caller's pid namespace numbers it
 * @options: of waitid(2)
 *
 * Context: the parent or tracer, in process context, no lock held.
 * Return: what waitid(P_PID, @pid, NULL, @options, NULL) returns.
 */
long aw_stock_waitid(pid_t pid, int options)
{
	struct pt_regs regs = { .di = P_PID, .si = pid, .r10 = options };

	return aw_stubs[AW_ENTRY_WAITID].call(&regs);
}

/* A resource usage that cannot be written: see aw_stock_take(). */
#define AW_NOWHERE	(~0UL)

/**
 * aw_stock_take - consume a report as stock does, and know whether there was one
 * @pid: as the caller's pid namespace numbers it
 * @options: of waitid(2); WNOHANG and __WALL are added
 *
 * waitid returns 0 in either case.  It writes the resource usage only if it has
 * something to report, though, and that fails here.
 *
 * Context: the parent or tracer, in process context, no lock held.
 * Return: true if the report is the caller's now.
 */
bool aw_stock_take(pid_t pid, int options)
{
	struct pt_regs regs = {
		.di = P_PID, .si = pid, .r8 = AW_NOWHERE,
		.r10 = options | WNOHANG | __WALL,
	};

	return aw_stubs[AW_ENTRY_WAITID].call(&regs) == -EFAULT;
}

/* One of the registers, by its offset: AW_REG(). */
static unsigned long *register_at(struct pt_regs *regs, unsigned int at)
{
	return (void *)regs + at;
}

/**
 * aw_stock_again - let stock answer a call, but not sleep
 * @w: the call
 * @regs: the caller's user registers
 *
 * Stock may be asked many times, and whom the call is about was settled the first
 * time: it is told that, and not the arguments, which it would look up anew.
 *
 * Context: process, the caller, no lock held.
 * Return: what the call returns with WNOHANG among its options.
 */
long aw_stock_again(const struct aw_wait *w, const struct pt_regs *regs)
{
	const struct aw_stub *stub = &aw_stubs[w->entry];
	struct pt_regs copy;

	/* That is all that the stubs of wait4 do without a resource usage. */
	if (w->args.call == AW_WAIT4 && !w->rusage)
		return aw_stock_wait4(w->ask.which, w->out, w->args.options | WNOHANG);
	copy = *regs;
	*register_at(&copy, stub->which) = (u32)w->ask.which;
	if (w->args.call == AW_WAITID)
		*register_at(&copy, stub->id) = (u32)w->ask.id;
	*register_at(&copy, stub->options) |= WNOHANG;
	return stub->call(&copy);
}

/**
 * aw_stock_probe - see whether stock has a report for a waitid
 * @w: the call
 * @options: its options; a report is taken, unless WNOWAIT is among them
 *
 * Context: process, the caller, no lock held.
 * Return: 1: there was one; 0: none; a negative errno: the call fails.
 */
int aw_stock_probe(const struct aw_wait *w, unsigned int options)
{
	struct pt_regs regs = {
		.di = (u32)w->ask.which, .si = (u32)w->ask.id,
		.r8 = AW_NOWHERE, .r10 = options | WNOHANG,
	};
	long ret = aw_stubs[AW_ENTRY_WAITID].call(&regs);

	return ret == -EFAULT ? 1 : ret;
}

/**
 * aw_stock_rusage - what a process has used, as a wait call tells it
 * @task: a thread of the process, which has not been reaped
 * @usage: filled in
 *
 * Context: process.
 */
void aw_stock_rusage(struct task_struct *task, struct rusage *usage)
{
	aw_getrusage(task, RUSAGE_BOTH, usage);
}

/* A number that no process has: for one that the caller's namespace does not see. */
#define AW_NOBODY	S32_MAX

/* True if somebody else has the number by now. */
static bool is_stale_pidfd(struct pid *pid, u32 nr)
{
	struct pid *now;
	bool stale;

	rcu_read_lock();
	now = find_vpid(nr);
	stale = now && now != pid;
	rcu_read_unlock();
	return stale;
}

/**
 * aw_stock_pidfd_nr - the process or thread of a pidfd
 * @fd: of the caller
 * @ctx: struct aw_request; learns of O_NONBLOCK
 *
 * Context: process, the caller.
 * Return: its number for the caller; one that nobody has, where it has none;
 * -EBADF: no descriptor, or not a pidfd's.
 */
s64 aw_stock_pidfd_nr(s32 fd, void *ctx)
{
	struct file *file = fget(fd);
	struct aw_request *req = ctx;
	struct pid *pid;
	s64 nr = -EBADF;

	if (!file)
		return -EBADF;
	pid = aw_pidfd_pid(file);
	if (!IS_ERR(pid)) {
		nr = pid_nr_ns(pid, task_active_pid_ns(current)) ?: AW_NOBODY;
		if (!aw_has(req, PIDFD_BY_NUMBER) && is_stale_pidfd(pid, nr))
			nr = AW_NOBODY;
		req->nonblock = file->f_flags & O_NONBLOCK;
	}
	fput(file);
	return nr;
}

/**
 * aw_stock_init - find what stock is called by
 *
 * Context: process, at load.
 * Return: 0; -ENOENT, this kernel lacks a symbol.
 */
int aw_stock_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(aw_stubs); i++) {
		if (!aw_stubs[i].symbol)
			continue;
		aw_stubs[i].call = address_of(aw_stubs[i].symbol);
		if (!aw_stubs[i].call)
			return -ENOENT;
	}
	aw_kernel_wait4 = address_of("kernel_wait4");
	aw_pidfd_pid = address_of("pidfd_pid");
	aw_getrusage = address_of("getrusage");
	if (!aw_kernel_wait4 || !aw_pidfd_pid || !aw_getrusage)
		return -ENOENT;
	return 0;
}
