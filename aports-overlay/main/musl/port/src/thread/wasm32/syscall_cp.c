/*
 * A system call that is a cancellation point. The generic code has the signal
 * handler look whether the program counter lies between the test of the flag
 * and the call. Here SIGCANCEL comes without SA_RESTART (0003-cancel.patch): a
 * call in progress ends with EINTR, and the host looks for pending signals
 * before it sleeps, so nothing is lost between the test and the call;
 * __syscall_cp_c looks at the flag again after EINTR.
 */
#include "pthread_impl.h"
#include "syscall.h"

hidden long __cancel(void);

hidden long __syscall_cp_asm(volatile void *cancel, syscall_arg_t nr,
	syscall_arg_t u, syscall_arg_t v, syscall_arg_t w,
	syscall_arg_t x, syscall_arg_t y, syscall_arg_t z)
{
	if (*(volatile int *)cancel) return __cancel();
	return __syscall(nr, u, v, w, x, y, z);
}
