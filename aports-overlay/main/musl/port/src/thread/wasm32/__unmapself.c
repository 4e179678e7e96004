/*
 * The end of a detached thread. Arguments and results of both calls live in
 * wasm locals, so nothing touches the shadow stack after it is unmapped.
 */
#include "pthread_impl.h"
#include "syscall.h"

void __unmapself(void *base, size_t size)
{
	__syscall(SYS_munmap, base, size);
	for (;;) __syscall(SYS_exit, 0);
}
