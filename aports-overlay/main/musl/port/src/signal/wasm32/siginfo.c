/*
 * Every handler that the host calls has type (i32) -> (). A handler with
 * SA_SIGINFO is kept here (0002-sigaction-siginfo.patch); the host gets this
 * trampoline, which asks for the signal's details.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include "syscall.h"

__attribute__((__import_module__("linux"), __import_name__("copy_siginfo")))
int __wasm_copy_siginfo(void *);

hidden void (*volatile __wasm_sa_sigaction[_NSIG])(int, siginfo_t *, void *);

hidden void __wasm_siginfo_trampoline(int sig)
{
	union {
		siginfo_t si;
		char kernel_size[128];
	} u = {0};
	ucontext_t uc;
	memset(&uc, 0, sizeof uc);
	__wasm_copy_siginfo(&u);
	__syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, &uc.uc_sigmask, _NSIG/8);
	__wasm_sa_sigaction[sig](sig, &u.si, &uc);
}
