/* The system calls about signals, but for rt_sigaction. */
#include "memory.h"
#include "structures.h"

void siginfo_to_guest(struct guest_siginfo *to, const siginfo_t *from)
{
	memset(to, 0, sizeof *to);
	to->number = from->si_signo;
	to->error = from->si_errno;
	to->code = from->si_code;
	u32 *f = to->fields;
	if (from->si_code == SI_TIMER) {
		f[0] = (u32)from->si_timerid;
		f[1] = (u32)from->si_overrun;
		f[2] = (u32)(uintptr_t)from->si_value.sival_ptr;
		return;
	}
	if (from->si_code > 0 && is_fault(from->si_signo)) return;
	if (from->si_signo == SIGIO && from->si_code > 0) {
		f[0] = (u32)from->si_band;
		f[1] = (u32)from->si_fd;
		return;
	}
	f[0] = (u32)from->si_pid;
	f[1] = from->si_uid;
	if (from->si_signo == SIGCHLD && from->si_code > 0) {
		f[2] = (u32)from->si_status;
		f[3] = (u32)from->si_utime;
		f[4] = (u32)from->si_stime;
	} else {
		f[2] = (u32)(uintptr_t)from->si_value.sival_ptr;
	}
}

void siginfo_to_host(siginfo_t *to, const struct guest_siginfo *from)
{
	memset(to, 0, sizeof *to);
	to->si_signo = from->number;
	to->si_errno = from->error;
	to->si_code = from->code;
	to->si_pid = (pid_t)from->fields[0];
	to->si_uid = from->fields[1];
	to->si_value.sival_ptr = (void *)(uintptr_t)from->fields[2];
}

int mask_in(u64 *to, u32 address)
{
	TRY(copy_in(to, address, 8));
	*to = host_mask(*to);
	return 0;
}

long sys_rt_sigprocmask(const u32 *a)
{
	u64 set = 0, old = current->signals.mask;
	if (a[3] != 8) return -EINVAL;
	if (a[1]) TRY(copy_in(&set, a[1], 8));
	if (a[1] && a[0] > SIG_SETMASK) return -EINVAL;
	if (a[2]) TRY(copy_out(a[2], &old, 8));
	if (!a[1]) return 0;
	set &= ~(1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1));
	set_mask(a[0] == SIG_BLOCK ? old | set : a[0] == SIG_UNBLOCK ? old & ~set : set);
	return 0;
}

long sys_rt_sigpending(const u32 *a)
{
	u64 set = 0;
	if (a[1] > 8) return -EINVAL;
	syscall(SYS_rt_sigpending, &set, 8);
	set = (set | current->signals.taken) & current->signals.mask;
	return copy_out(a[0], &set, a[1]);
}

long sys_rt_sigsuspend(const u32 *a)
{
	u64 mask;
	if (a[1] != 8) return -EINVAL;
	TRY(mask_in(&mask, a[0]));
	return SLEEPING(SYS_rt_sigsuspend, &mask, 8, 0, 0, 0, 0);
}

long sys_rt_sigtimedwait_time64(const u32 *a)
{
	struct timespec limit;
	struct guest_siginfo out;
	siginfo_t info;
	u64 mask;
	if (a[3] != 8) return -EINVAL;
	TRY(copy_in(&mask, a[0], 8));
	if (a[2]) TRY(timespec_in(&limit, a[2]));
	long r = SLEEPING(SYS_rt_sigtimedwait, &mask, &info, a[2] ? &limit : 0, 8, 0, 0);
	if (r > 0 && a[1]) {
		siginfo_to_guest(&out, &info);
		TRY(copy_out(a[1], &out, sizeof out));
	}
	return r;
}

static int info_in(siginfo_t *to, u32 address, u32 signal)
{
	struct guest_siginfo from;
	TRY(copy_in(&from, address, sizeof from));
	siginfo_to_host(to, &from);
	to->si_signo = (int)signal;
	return 0;
}

long sys_rt_sigqueueinfo(const u32 *a)
{
	siginfo_t info;
	TRY(info_in(&info, a[2], a[1]));
	return RESULT(syscall(SYS_rt_sigqueueinfo, (i32)a[0], (i32)a[1], &info));
}

long sys_rt_tgsigqueueinfo(const u32 *a)
{
	siginfo_t info;
	TRY(info_in(&info, a[3], a[2]));
	return RESULT(syscall(SYS_rt_tgsigqueueinfo, (i32)a[0], (i32)a[1], (i32)a[2], &info));
}

long sys_pidfd_send_signal(const u32 *a)
{
	siginfo_t info;
	if (a[2]) TRY(info_in(&info, a[2], a[1]));
	return RESULT(syscall(SYS_pidfd_send_signal, (i32)a[0], (i32)a[1], a[2] ? &info : 0, a[3]));
}

long sys_signalfd4(const u32 *a)
{
	u64 mask;
	if (a[2] != 8) return -EINVAL;
	TRY(mask_in(&mask, a[1]));
	return RESULT(syscall(SYS_signalfd4, (i32)a[0], &mask, 8, (i32)a[3]));
}

long sys_sigaltstack(const u32 *a)
{
	enum { ONSTACK = 1, DISABLE = 2, SMALLEST = 2048 };
	struct guest_stack new, old = { current->alternate_stack, 0, current->alternate_size };
	if (!old.size) old.flags = DISABLE;
	else if (current->has_stack_pointer) {
		wasmtime_val_t sp;
		wasmtime_global_get(current->context, &current->stack_pointer, &sp);
		if ((u32)sp.of.i32 - old.base <= old.size) old.flags = ONSTACK;
	}
	if (a[0]) {
		TRY(copy_in(&new, a[0], sizeof new));
		if (old.flags == ONSTACK) return -EPERM;
		if (new.flags & ~(ONSTACK | DISABLE)) return -EINVAL;
		if (!(new.flags & DISABLE) && new.size < SMALLEST) return -ENOMEM;
	}
	if (a[1]) TRY(copy_out(a[1], &old, sizeof old));
	if (a[0]) {
		current->alternate_stack = new.base;
		current->alternate_size = new.flags & DISABLE ? 0 : new.size;
	}
	return 0;
}
