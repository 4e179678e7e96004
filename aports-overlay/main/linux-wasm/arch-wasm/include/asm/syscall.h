/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_SYSCALL_H
#define _ASM_WASM_SYSCALL_H

#include <linux/err.h>
#include <linux/sched.h>
#include <uapi/linux/audit.h>

static inline int syscall_get_nr(struct task_struct *task, struct pt_regs *regs)
{
	return regs->nr;
}

static inline void syscall_rollback(struct task_struct *task, struct pt_regs *regs)
{
}

static inline long syscall_get_error(struct task_struct *task, struct pt_regs *regs)
{
	return IS_ERR_VALUE(regs->ret) ? regs->ret : 0;
}

static inline long syscall_get_return_value(struct task_struct *task, struct pt_regs *regs)
{
	return regs->ret;
}

static inline void syscall_set_return_value(struct task_struct *task, struct pt_regs *regs,
					    int error, long value)
{
	regs->ret = error ?: value;
}

static inline void syscall_get_arguments(struct task_struct *task, struct pt_regs *regs,
					 unsigned long *args)
{
	memcpy(args, regs->args, sizeof(regs->args));
}

/* The table is riscv32's, and there is no number for wasm. */
static inline int syscall_get_arch(struct task_struct *task)
{
	return AUDIT_ARCH_RISCV32;
}

static inline bool arch_syscall_is_vdso_sigreturn(struct pt_regs *regs)
{
	return false;
}

#endif /* _ASM_WASM_SYSCALL_H */
