/* Processes: clone, the fork import, exit, waitid. A wasm process is a host
 * process; fork is the host's, with wasm frames on the stack. */
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "memory.h"
#include "structures.h"

/* The child runs FUNCTION(ARGUMENT) and ends, or returns 0 if FUNCTION is 0. */
long fork_process(u32 function, u32 argument, u32 flags, u32 parent_tid, u32 child_tid)
{
	u64 mask = block_all();
	lock_memory();
	lock_instances();
	long pid = RESULT(fork());
	unlock_instances();
	unlock_memory();
	if (pid != 0) {
		set_host_mask(mask);
		if (pid > 0 && (flags & CLONE_PARENT_SETTID)) {
			i32 id = (i32)pid;
			copy_out(parent_tid, &id, 4);
		}
		return pid;
	}
	current->signals.taken = 0;     /* the parent's */
	current->signals.any = 0;
	current->robust_list = 0;
	current->clear_tid = flags & CLONE_CHILD_CLEARTID ? child_tid : 0;
	set_host_mask(host_mask(current->signals.mask));
	count_process();
	if (flags & CLONE_CHILD_SETTID) {
		i32 id = gettid();
		copy_out(child_tid, &id, 4);
	}
	if (!function) return 0;
	i32 code = 0;
	wasm_trap_t *trap = call_table(function, (i32)argument, &code);
	if (trap && !current->exiting) die_of_trap(trap);
	_exit(current->exiting ? current->exit_code : code);
}

/* clone(fn, argument, flags, parent_tid, child_tid, tls) */
long sys_clone(const u32 *a)
{
	/* nothing else can be shared or separated by halves */
	const u32 of_thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
	if ((a[2] & of_thread) == of_thread) return create_thread(a);
	if (a[2] & (of_thread | CLONE_PIDFD | CLONE_PARENT)) return -EINVAL;
	const u32 namespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	if (a[2] & namespaces) return -EINVAL;
	return fork_process(a[0], a[1], a[2], a[3], a[4]);
}

long sys_exit(const u32 *a)
{
	current->exit_code = (i32)a[0];
	if (getpid() == gettid()) {
		end_thread();
		syscall(SYS_exit, (i32)a[0]);   /* other threads go on */
	}
	current->exiting = true;
	return 0;
}

long sys_exit_group(const u32 *a)
{
	end_thread();
	_exit((i32)a[0]);
}

long sys_set_tid_address(const u32 *a)
{
	current->clear_tid = a[0];
	return gettid();
}

long sys_set_robust_list(const u32 *a)
{
	if (a[1] != 12) return -EINVAL;
	exchange_robust_list(a[0]);
	return 0;
}

long sys_get_robust_list(const u32 *a)
{
	const u32 length = 12;
	if (a[0] && (i32)a[0] != gettid()) return -EPERM;
	TRY(copy_out(a[1], &current->robust_list, 4));
	return copy_out(a[2], &length, 4);
}

long sys_waitid(const u32 *a)
{
	siginfo_t info;
	struct rusage usage;
	struct guest_siginfo out = { 0 };
	memset(&info, 0, sizeof info);
	if ((a[2] && !range(a[2], sizeof out)) || (a[4] && !range(a[4], sizeof(struct guest_rusage)))) return -EFAULT;
	long r = SLEEPING(SYS_waitid, (i32)a[0], (i32)a[1], &info, (i32)a[3], a[4] ? &usage : 0, 0);
	if (r < 0) return r;
	if (info.si_signo) siginfo_to_guest(&out, &info);
	if (a[2]) TRY(copy_out(a[2], &out, sizeof out));
	if (a[4] && info.si_signo) TRY(rusage_out(a[4], &usage));
	return r;
}
