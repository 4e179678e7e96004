/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of arch/wasm know of each other. */
#ifndef _ASM_WASM_WASM_H
#define _ASM_WASM_WASM_H

#include <linux/types.h>

struct mm_struct;
struct pt_regs;
struct task_struct;

/* kernel/globals.S */
void wasm_set_current(struct task_struct *task);

/* kernel/cpu.c */
void wasm_enter_kernel(void);
void wasm_leave_kernel(void);
void wasm_wait_for_cpu(struct task_struct *task);
struct task_struct *wasm_switched_from(void);
bool wasm_take_cpu(unsigned int *worker, struct task_struct **task);
void wasm_give_cpu_back(unsigned int worker);

/* kernel/irq.c */
void wasm_poll_irq(void);

/* kernel/process.c */
int wasm_clone_child(void *entry);

/* mm/context.c, mm/filemap.c */
int wasm_mm_exec(struct mm_struct *mm, unsigned long initial, unsigned long max);
int wasm_mm_copy(struct mm_struct *mm);
void wasm_mm_sync(void);

/* mm/mmap.c */
long wasm_sys_brk(const struct pt_regs *regs);
long wasm_sys_mmap2(const struct pt_regs *regs);
long wasm_sys_munmap(const struct pt_regs *regs);
long wasm_sys_mremap(const struct pt_regs *regs);
long wasm_sys_madvise(const struct pt_regs *regs);
long wasm_sys_msync(const struct pt_regs *regs);

#endif /* _ASM_WASM_WASM_H */
