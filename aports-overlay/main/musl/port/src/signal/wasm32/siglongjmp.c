/*
 * LLVM knows setjmp and longjmp by name only, so sigsetjmp is a macro
 * (0001-setjmp-macros.patch): (__wasm_sigsave(buf, save), setjmp(buf)).
 */
#include <setjmp.h>
#include <signal.h>
#include "syscall.h"
#include "pthread_impl.h"

void __wasm_sigsave(sigjmp_buf buf, int save)
{
	buf->__fl = save;
	if (save) __syscall(SYS_rt_sigprocmask, SIG_SETMASK, 0, buf->__ss, _NSIG/8);
}

_Noreturn void siglongjmp(sigjmp_buf buf, int ret)
{
	if (buf->__fl) __syscall(SYS_rt_sigprocmask, SIG_SETMASK, buf->__ss, 0, _NSIG/8);
	longjmp(buf, ret);
}

_Noreturn void _longjmp(jmp_buf buf, int ret)
{
	longjmp(buf, ret);
}
