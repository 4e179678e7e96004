/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_PROCESSOR_H
#define _ASM_WASM_PROCESSOR_H

#include <asm/page.h>
#include <asm/ptrace.h>

#define TASK_SIZE		0xffff0000UL
#define TASK_UNMAPPED_BASE	0
#define STACK_TOP		TASK_SIZE
#define STACK_TOP_MAX		STACK_TOP

struct task_struct;
struct wasm_args;

/* A handler that is due: the host calls it when the system call has returned. See kernel/signal.c. */
struct wasm_signal {
	unsigned int due;		/* looked at after every system call */
	unsigned int restart;		/* the call is made again afterwards */
	unsigned int nr;
	unsigned long handler;
	unsigned long old_mask[2];
	unsigned long info[26];		/* struct kernel_siginfo */
	unsigned long record[5];	/* what the host reads; see wasm_signal_take() */
};

struct thread_struct {
	int (*fn)(void *);
	void *fn_arg;
	struct wasm_args *args;		/* of exec, until the program has taken them */
	struct wasm_signal signal;
	unsigned int worker;		/* number of its worker; never used again, unlike its address */
	unsigned int lent;		/* user code runs, but a ghost holds the kernel context */
	unsigned int has_memory;	/* the host keeps a memory for it that it has not taken yet */
	unsigned long user_sp;		/* of the kernel, while in user mode */
	unsigned long tp;		/* thread pointer (CLONE_SETTLS) */
};

#define INIT_THREAD		{ }

#define KSTK_EIP(task)		0UL
#define KSTK_ESP(task)		0UL
#define task_pt_regs(task)	((struct pt_regs *)(task_stack_page(task) + THREAD_SIZE) - 1)
#define on_thread_stack()	true

void wasm_poll_irq(void);

static inline void cpu_relax(void)
{
	barrier();
	wasm_poll_irq();
}

static inline unsigned long __get_wchan(struct task_struct *task)
{
	return 0;
}

void start_thread(struct pt_regs *regs, unsigned long pc, unsigned long sp);

#endif /* _ASM_WASM_PROCESSOR_H */
