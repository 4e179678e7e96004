// SPDX-License-Identifier: GPL-2.0-only
/* The life of a task: made by clone, run in its worker, through user code, to its end. */
#include <linux/entry-common.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>

#include <asm/wasm.h>
#include <asm/wasm_exports.h>
#include <asm/wasm_imports.h>

static unsigned long stack_pointer(void)
{
	unsigned long sp;

	asm volatile(".globaltype __stack_pointer, i32\n"
		     "\tglobal.get __stack_pointer\n\tlocal.set %0" : "=r"(sp));
	return sp;
}

static void __noreturn run_user_code(void)
{
	for (;;) {
		struct pt_regs *regs = current_pt_regs();

		memset(regs, 0, sizeof(*regs));
		regs->user = 1;
		clear_thread_flag(TIF_EXEC);
		local_irq_disable();
		exit_to_user_mode_prepare(regs);
		exit_to_user_mode();
		local_irq_enable();
		current->thread.user_sp = stack_pointer();
		wasm_leave_kernel();
		wasm_user_run();	/* returns when exec dropped the instance, or after a trap */
		if (!test_thread_flag(TIF_EXEC)) {
			wasm_enter_kernel();
			do_group_exit(SIGILL);
		}
	}
}

/* The first function of every worker but the boot's and the ghosts'. */
void wasm_task_entry(struct task_struct *task)
{
	wasm_set_current(task);
	wasm_wait_for_cpu(task);
	schedule_tail(wasm_switched_from());
	if (task->thread.fn)
		task->thread.fn(task->thread.fn_arg);
	run_user_code();
}

/* What clone's child begins with: the entry that sys_clone() was given. */
int wasm_clone_child(void *entry)
{
	unsigned long *words = entry;

	wasm_user_entry(words[0], words[1]);
	kfree(words);
	return 0;
}

/* A task of user code gets its memory from its parent's worker, here, where clone can still fail. */
static int copy_user_memory(struct task_struct *child, bool share)
{
	int result = wasm_clone_begin(child->thread.worker, share);

	if (result < 0)
		return result;
	if (!share) {	/* result: pages that an earlier use of the memory may have filled */
		child->mm->context.top = max(child->mm->context.top, (unsigned long)result);
		result = wasm_mm_copy(current->mm);
	} else {
		result = 0;
	}
	wasm_clone_end(!result);
	child->thread.has_memory = !result;
	return result;
}

int copy_thread(struct task_struct *child, const struct kernel_clone_args *args)
{
	static unsigned int last_worker = 1;
	struct thread_struct *thread = &child->thread;

	memset(task_pt_regs(child), 0, sizeof(struct pt_regs));
	thread->worker = ++last_worker;
	thread->args = NULL;
	thread->lent = 0;
	thread->has_memory = 0;
	thread->signal.due = thread->signal.restart = 0;
	thread->fn = args->fn;
	thread->fn_arg = args->fn_arg;
	if (args->flags & CLONE_SETTLS)
		thread->tp = args->tls;
	child->thread_info.run = 0;
	child->thread_info.cpu = ~0u;	/* no worker yet; see __switch_to() */
	if (args->fn != wasm_clone_child)
		return 0;
	return copy_user_memory(child, args->flags & CLONE_VM);
}

void exit_thread(struct task_struct *task)
{
	kfree(task->thread.args);
	task->thread.args = NULL;
	/* a clone that failed after copy_thread() */
	if (task != current && task->thread.has_memory)
		wasm_clone_forget(task->thread.worker);
}

void flush_thread(void)
{
}

void show_regs(struct pt_regs *regs)
{
	show_regs_print_info(KERN_DEFAULT);
}

/* Frames are the host's: it prints a trace beside the message. */
void show_stack(struct task_struct *task, unsigned long *sp, const char *level)
{
	printk("%sno backtrace\n", level);
}
