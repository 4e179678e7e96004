/* SPDX-License-Identifier: GPL-2.0-only */
/* What the host calls, by these names (Sources/BrowserMachine/machine/task.js, program.js). */
#ifndef _ASM_WASM_EXPORTS_H
#define _ASM_WASM_EXPORTS_H

struct task_struct;

#define WASM_EXPORT(name)	__attribute__((export_name(#name)))

/* kernel/setup.c: boots, on a stack that ends at wasm_boot_sp(). */
WASM_EXPORT(wasm_boot_sp) unsigned long wasm_boot_sp(void);
WASM_EXPORT(wasm_boot) void wasm_boot(void);

/* kernel/irq.c: address of the word whose bits are interrupts. */
WASM_EXPORT(wasm_irq_word) unsigned long wasm_irq_word(void);

/* kernel/process.c: the first function of a task's worker. */
WASM_EXPORT(wasm_task_entry) void wasm_task_entry(struct task_struct *task);

/* kernel/ghost.c: the first function of a ghost's worker; the answer to wasm_ghost_adopt(). */
WASM_EXPORT(wasm_ghost) void wasm_ghost(void);
WASM_EXPORT(wasm_ghost_irq) void wasm_ghost_irq(struct task_struct *task);

/* kernel/syscall.c: linux.syscall and linux.get_thread_area of programs. */
WASM_EXPORT(wasm_syscall) long wasm_syscall(long nr, unsigned long a0, unsigned long a1,
					    unsigned long a2, unsigned long a3, unsigned long a4,
					    unsigned long a5);
WASM_EXPORT(wasm_get_thread_area) unsigned long wasm_get_thread_area(void);

/* kernel/binfmt_wasm.c: linux.get_args_length and linux.get_args. */
WASM_EXPORT(wasm_get_args_length) int wasm_get_args_length(void);
WASM_EXPORT(wasm_get_args) int wasm_get_args(unsigned long to);

/*
 * kernel/signal.c: where the host looks after every system call of the task; the words {handler, signal,
 * restart, mask, mask} of a handler that is due, which the host copies before it calls wasm_signal_go(),
 * so that handlers may nest; the handler has returned; linux.copy_siginfo, inside a handler.
 */
WASM_EXPORT(wasm_signal_flag) unsigned long wasm_signal_flag(struct task_struct *task);
WASM_EXPORT(wasm_signal_take) unsigned long wasm_signal_take(void);
WASM_EXPORT(wasm_signal_go) void wasm_signal_go(void);
WASM_EXPORT(wasm_signal_done) void wasm_signal_done(unsigned long mask0, unsigned long mask1);
WASM_EXPORT(wasm_copy_siginfo) int wasm_copy_siginfo(unsigned long to);

#endif /* _ASM_WASM_EXPORTS_H */
