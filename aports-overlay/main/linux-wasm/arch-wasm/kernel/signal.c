// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers do not run above kernel frames: a siglongjmp out of one would leave them behind. Here a handler
 * is only noted in thread.signal; the host, which looks at `due` when a system call has returned, takes
 * the note, calls the handler through the program's own table, reports it done and, where
 * `restart` says so, makes the call again.
 */
#include <linux/entry-common.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/uaccess.h>

#include <asm/wasm.h>
#include <asm/wasm_exports.h>

static bool wants_restart(long result)
{
	return result == -ERESTARTSYS || result == -ERESTARTNOINTR || result == -ERESTARTNOHAND ||
	       result == -ERESTART_RESTARTBLOCK;
}

void arch_do_signal_or_restart(struct pt_regs *regs)
{
	struct wasm_signal *note = &current->thread.signal;
	long result = regs->nr >= 0 ? regs->ret : 0;
	bool interrupted = wants_restart(result);
	struct ksignal ksig;

	if (note->due) {	/* one at a time: the next when this handler is done */
		clear_thread_flag(TIF_SIGPENDING);
		return;
	}
	if (!get_signal(&ksig)) {
		if (interrupted) {
			note->restart = 1;
			if (result == -ERESTART_RESTARTBLOCK)
				regs->nr = __NR_restart_syscall;
		}
		restore_saved_sigmask();
		return;
	}
	BUILD_BUG_ON(sizeof(note->info) < sizeof(ksig.info));
	BUILD_BUG_ON(sizeof(note->old_mask) != sizeof(sigset_t));
	memcpy(note->info, &ksig.info, sizeof(ksig.info));
	memcpy(note->old_mask, sigmask_to_save(), sizeof(note->old_mask));
	note->nr = ksig.sig;
	note->handler = (unsigned long)ksig.ka.sa.sa_handler;
	note->restart = result == -ERESTARTNOINTR ||
			(result == -ERESTARTSYS && (ksig.ka.sa.sa_flags & SA_RESTART));
	if (interrupted && !note->restart)
		regs->ret = -EINTR;
	signal_setup_done(0, &ksig, 0);
	note->due = 1;
	clear_thread_flag(TIF_SIGPENDING);
}

/* Where the host looks after every system call of the task. */
unsigned long wasm_signal_flag(struct task_struct *task)
{
	return (unsigned long)&task->thread.signal.due;
}

/*
 * The words {handler, signal, restart, mask, mask}. The host copies them before it calls wasm_signal_go(),
 * so handlers may nest.
 */
unsigned long wasm_signal_take(void)
{
	struct wasm_signal *note = &current->thread.signal;

	wasm_enter_kernel();
	note->record[0] = note->handler;
	note->record[1] = note->nr;
	note->record[2] = note->restart;
	note->record[3] = note->old_mask[0];
	note->record[4] = note->old_mask[1];
	note->due = note->restart = 0;
	return (unsigned long)note->record;
}

void wasm_signal_go(void)
{
	wasm_leave_kernel();
}

/* The handler has returned: its mask goes, and what else is due comes. */
void wasm_signal_done(unsigned long mask0, unsigned long mask1)
{
	sigset_t mask = { .sig = { mask0, mask1 } };

	wasm_enter_kernel();
	set_current_blocked(&mask);
	current_pt_regs()->nr = -1;
	current_pt_regs()->ret = 0;
	local_irq_disable();
	exit_to_user_mode_prepare(current_pt_regs());
	local_irq_enable();
	wasm_leave_kernel();
}

/* linux.copy_siginfo: inside a handler, before any system call. */
int wasm_copy_siginfo(unsigned long to)
{
	int result;

	wasm_enter_kernel();
	result = copy_siginfo_to_user((siginfo_t __user *)to,
				      (kernel_siginfo_t *)current->thread.signal.info);
	wasm_leave_kernel();
	return result;
}
