// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one virtual CPU and who owns it.
 *
 * Each task has a worker of the host, with an own instance of this module over the one shared kernel
 * memory. Exactly one worker owns the CPU and runs kernel code; all others wait on their task's word
 * thread_info.run. User code needs no CPU: it runs in its worker at the same time.
 *
 * While the current task runs user code, cpu_user holds the number of its worker, and whoever exchanges
 * it for 0 owns the CPU in that task's name: its own worker on the way into the kernel, or a ghost
 * (ghost.c) for which an interrupt is due. Being one global word, it can be read and exchanged without
 * touching a task that may have been freed.
 */
#include <linux/cpu.h>
#include <linux/entry-common.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>

#include <asm/wasm.h>
#include <asm/wasm_imports.h>

/* thread_info.cpu of a task that has no worker yet. */
#define NO_WORKER_YET	(~0u)

static struct task_struct *switched_from;	/* handed over with the CPU */
static struct task_struct *cpu_task = &init_task;	/* valid for whoever owns the CPU */
static unsigned int cpu_user;

static bool exchange(unsigned int *word, unsigned int from, unsigned int to)
{
	return __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

void wasm_wait_for_cpu(struct task_struct *task)
{
	struct thread_info *info = task_thread_info(task);

	while (!__atomic_load_n(&info->run, __ATOMIC_SEQ_CST))
		__builtin_wasm_memory_atomic_wait32((int *)&info->run, 0, -1);
}

struct task_struct *wasm_switched_from(void)
{
	return switched_from;
}

/*
 * A task that dies by a ghost's hand: its own worker still computes, or waits in wasm_enter_kernel(). It
 * uses the task and its stack until the host has ended it; both are kept until reap (ghost.c).
 */
static void end_other_worker(struct task_struct *task)
{
	get_task_struct(task);
	if (!try_get_task_stack(task))
		BUG();
	wasm_end_worker(task->thread.worker, task);
}

struct task_struct *__switch_to(struct task_struct *prev, struct task_struct *next)
{
	struct thread_info *from = task_thread_info(prev), *to = task_thread_info(next);
	bool dead = READ_ONCE(prev->__state) & TASK_DEAD;

	if (to->cpu == NO_WORKER_YET) {
		to->cpu = 0;
		wasm_start_worker(next, (unsigned long)task_pt_regs(next) & ~15UL, next->comm,
				  strlen(next->comm), next->thread.worker,
				  next->thread.fn == wasm_clone_child);
	}
	/* Before the CPU is handed over: afterwards prev may be freed. */
	if (dead && prev->thread.lent)
		end_other_worker(prev);
	switched_from = prev;
	cpu_task = next;
	__atomic_store_n(&from->run, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&to->run, 1, __ATOMIC_SEQ_CST);
	__builtin_wasm_memory_atomic_notify((int *)&to->run, 1);
	if (dead)
		wasm_halt();	/* throws in the host: no kernel memory is touched any more */
	wasm_wait_for_cpu(prev);
	return switched_from;
}

/* From user code: own the CPU again. Waits while a ghost holds our kernel context. */
void wasm_enter_kernel(void)
{
	struct thread_struct *thread = &current->thread;

	while (!exchange(&cpu_user, thread->worker, 0))
		__builtin_wasm_memory_atomic_wait32((int *)&thread->lent, 1, -1);
}

/*
 * To user code. The order matters: first say that the CPU may be taken, then look for interrupts; the
 * host first sets the bit, then wakes a ghost.
 */
void wasm_leave_kernel(void)
{
	unsigned int worker = current->thread.worker;

	wasm_give_cpu_back(worker);
	while (__atomic_load_n(&wasm_irq_pending, __ATOMIC_SEQ_CST)) {
		if (!exchange(&cpu_user, worker, 0))
			return;		/* a ghost took it and does what is due */
		wasm_poll_irq();
		local_irq_disable();
		exit_to_user_mode_prepare(current_pt_regs());
		local_irq_enable();
		wasm_give_cpu_back(worker);
	}
}

/* Takes the CPU from a task that runs user code, if there is one: its worker and itself. */
bool wasm_take_cpu(unsigned int *worker, struct task_struct **task)
{
	*worker = __atomic_load_n(&cpu_user, __ATOMIC_SEQ_CST);
	if (!*worker || !exchange(&cpu_user, *worker, 0))
		return false;
	*task = cpu_task;
	return true;
}

void wasm_give_cpu_back(unsigned int worker)
{
	__atomic_store_n(&cpu_user, worker, __ATOMIC_SEQ_CST);
}

void arch_cpu_idle(void)
{
	if (!wasm_irq_pending)
		__builtin_wasm_memory_atomic_wait32((int *)&wasm_irq_pending, 0, -1);
	raw_local_irq_enable();
	raw_local_irq_disable();
}
