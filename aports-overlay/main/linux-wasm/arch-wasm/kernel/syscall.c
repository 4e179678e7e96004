// SPDX-License-Identifier: GPL-2.0-only
/* The way in: linux.syscall of a program is bound to wasm_syscall() of its task's kernel instance. */
#include <linux/entry-common.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

#include <asm/unistd.h>
#include <asm/wasm.h>
#include <asm/wasm_exports.h>
#include <asm/wasm_imports.h>

/* call_indirect checks the type: all entries have this one (asm/syscall_wrapper.h). */
typedef asmlinkage long (*syscall_fn)(const struct pt_regs *regs);

asmlinkage long __wasm_sys_ni_syscall(const struct pt_regs *regs);
asmlinkage long __wasm_sys_ni_syscall(const struct pt_regs *regs)
{
	return sys_ni_syscall();
}

/* Unlike elsewhere the child begins with a function, on a stack that its libc prepares. */
SYSCALL_DEFINE6(clone, unsigned long, fn, unsigned long, arg, unsigned long, flags,
		int __user *, ptid, int __user *, ctid, unsigned long, tls)
{
	struct kernel_clone_args args = {
		.flags = flags & ~CSIGNAL,
		.exit_signal = flags & CSIGNAL,
		.pidfd = ptid,
		.parent_tid = ptid,
		.child_tid = ctid,
		.tls = tls,
		.fn = wasm_clone_child,
	};
	unsigned long *entry = kmalloc(2 * sizeof(*entry), GFP_KERNEL);
	long result;

	if (!entry)
		return -ENOMEM;
	entry[0] = fn;
	entry[1] = arg;
	args.fn_arg = entry;
	result = kernel_clone(&args);
	if (result < 0)
		kfree(entry);
	return result;
}

/* Handlers return to the host. */
SYSCALL_DEFINE0(rt_sigreturn)
{
	return 0;
}

asmlinkage long __wasm_sys_exit_group(const struct pt_regs *regs);

static long exit_group_synced(const struct pt_regs *regs)
{
	wasm_mm_sync();		/* while the memory can still be reached */
	return __wasm_sys_exit_group(regs);
}

/* Nothing is protected, nothing is swapped. */
static long accept(const struct pt_regs *regs)
{
	return 0;
}

static long refuse(const struct pt_regs *regs)
{
	return -ENOSYS;
}

/* Named by the generic table; the table below replaces it. */
asmlinkage long __wasm_sys_mmap2(const struct pt_regs *regs);
asmlinkage long __wasm_sys_mmap2(const struct pt_regs *regs)
{
	return wasm_sys_mmap2(regs);
}

#define __SYSCALL_WITH_COMPAT(nr, native, compat) __SYSCALL(nr, native)
#undef __SYSCALL
#define __SYSCALL(nr, call) asmlinkage long __wasm_##call(const struct pt_regs *);
#include <asm/syscall_table_32.h>
#undef __SYSCALL
#define __SYSCALL(nr, call) [nr] = __wasm_##call,

#pragma clang diagnostic ignored "-Winitializer-overrides"
static const syscall_fn sys_call_table[__NR_syscalls] = {
	[0 ... __NR_syscalls - 1] = __wasm_sys_ni_syscall,
#include <asm/syscall_table_32.h>
	[__NR_brk] = wasm_sys_brk,
	[__NR_madvise] = wasm_sys_madvise,
	[__NR_mmap2] = wasm_sys_mmap2,
	[__NR_mremap] = wasm_sys_mremap,
	[__NR_msync] = wasm_sys_msync,
	[__NR_munmap] = wasm_sys_munmap,
	[__NR_mlock] = accept,
	[__NR_mlock2] = accept,
	[__NR_mlockall] = accept,
	[__NR_mprotect] = accept,
	[__NR_munlock] = accept,
	[__NR_munlockall] = accept,
	[__NR_mincore] = refuse,
	[__NR_pkey_mprotect] = refuse,
	[__NR_process_madvise] = refuse,
	[__NR_remap_file_pages] = refuse,
	[__NR_shmat] = refuse,
	[__NR_exit_group] = exit_group_synced,
};

/* Called by the program's instance in the same worker, wasm to wasm. */
long wasm_syscall(long nr, unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3,
		  unsigned long a4, unsigned long a5)
{
	struct wasm_signal *note = &current->thread.signal;
	struct pt_regs *regs = current_pt_regs();

	wasm_enter_kernel();
	regs->nr = nr;
	regs->args[0] = a0;
	regs->args[1] = a1;
	regs->args[2] = a2;
	regs->args[3] = a3;
	regs->args[4] = a4;
	regs->args[5] = a5;
	for (;;) {
		regs->user = 1;
		regs->ret = -ENOSYS;
		local_irq_disable();
		nr = syscall_enter_from_user_mode(regs, nr);
		if ((unsigned long)nr < __NR_syscalls)
			regs->ret = sys_call_table[nr](regs);
		syscall_exit_to_user_mode(regs);
		local_irq_enable();
		if (!note->restart || note->due)
			break;
		note->restart = 0;	/* no handler: make the call again here */
		nr = regs->nr;
	}
	if (test_thread_flag(TIF_EXEC))
		wasm_user_unwind();
	wasm_leave_kernel();
	return regs->ret;
}

unsigned long wasm_get_thread_area(void)
{
	return current->thread.tp;
}
