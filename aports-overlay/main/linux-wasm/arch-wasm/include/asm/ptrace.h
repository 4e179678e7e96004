/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_PTRACE_H
#define _ASM_WASM_PTRACE_H
#include <uapi/asm/ptrace.h>
#ifndef __ASSEMBLY__
struct pt_regs {
	unsigned long args[6];
	long nr;
	long ret;
	unsigned long sp;
	unsigned long user;
};
#define user_mode(r)		((r)->user)
#define instruction_pointer(r)	0UL
#define profile_pc(r)		0UL
#define user_stack_pointer(r)	((r)->sp)
#define current_pt_regs()	task_pt_regs(current)
static inline unsigned long regs_return_value(struct pt_regs *r) { return r->ret; }
static inline int regs_irqs_disabled(struct pt_regs *r) { return 0; }
#endif
#endif
