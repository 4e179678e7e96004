// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ghosts: spare workers that preempt user code.
 *
 * When an interrupt is due while the current task computes in user mode, a ghost takes the CPU in that
 * task's name, goes on upon its kernel stack, runs the interrupt and, like any return to user mode, may
 * schedule: then the ghost waits for the task's turn while its user code goes on in parallel. At the next
 * system call the task's own worker waits until the ghost has given the context back.
 */
#include <linux/entry-common.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>

#include <asm/irq.h>
#include <asm/wasm.h>
#include <asm/wasm_exports.h>
#include <asm/wasm_imports.h>

#define RETRY_NS	1000000

static unsigned int idle_ghosts;

void wasm_ghost(void)
{
	__atomic_add_fetch(&idle_ghosts, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		unsigned int due = __atomic_load_n(&wasm_irq_pending, __ATOMIC_SEQ_CST), worker;
		struct task_struct *task;

		if (!due) {
			__builtin_wasm_memory_atomic_wait32((int *)&wasm_irq_pending, 0, -1);
			continue;
		}
		if (!wasm_take_cpu(&worker, &task)) {
			/* Kernel code runs and looks at the word itself. */
			__builtin_wasm_memory_atomic_wait32((int *)&wasm_irq_pending, due, RETRY_NS);
			continue;
		}
		/* The task cannot go away before we let it. */
		task->thread.lent = 1;
		if (__atomic_sub_fetch(&idle_ghosts, 1, __ATOMIC_SEQ_CST) == 0)
			wasm_ghost_more();
		wasm_ghost_adopt(task, task->thread.user_sp);
		__atomic_add_fetch(&idle_ghosts, 1, __ATOMIC_SEQ_CST);
	}
}

/* Called by the host for wasm_ghost_adopt(), with the stack pointer set. */
void wasm_ghost_irq(struct task_struct *task)
{
	unsigned int *lent = &task->thread.lent, worker = task->thread.worker;
	struct pt_regs *regs;

	wasm_set_current(task);
	regs = current_pt_regs();
	regs->user = 1;
	regs->nr = -1;
	wasm_poll_irq();
	local_irq_disable();
	exit_to_user_mode_prepare(regs);	/* may schedule */
	local_irq_enable();
	__atomic_store_n(lent, 0, __ATOMIC_SEQ_CST);
	wasm_give_cpu_back(worker);
	/* From here the task may be gone; a stale address only wakes nobody. */
	__builtin_wasm_memory_atomic_notify((int *)lent, -1);
}

/* The host has ended the workers of tasks whose exit a ghost did: drop what end_other_worker() kept. */
static irqreturn_t reap(int irq, void *unused)
{
	struct task_struct *task;

	while ((task = wasm_reap())) {
		put_task_stack(task);
		put_task_struct(task);
	}
	return IRQ_HANDLED;
}

static int __init reap_init(void)
{
	return request_irq(WASM_IRQ_REAP, reap, 0, "reap", NULL);
}
early_initcall(reap_init);
