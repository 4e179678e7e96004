/*
 * clone(fn, arg, flags, ptid, ctid, tls): the host starts fn(arg) in a new
 * instance, over the same memory (CLONE_VM) or over a copy of it. The call
 * names no stack, and a new instance has its globals' first values: a record on
 * top of the new stack carries both, and __wasm_clone_entry (clone_entry.s)
 * sets the globals before any C code runs.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <sched.h>
#include <signal.h>
#include "pthread_impl.h"
#include "syscall.h"

struct start {
	void *stack;            /* the first two are read by clone_entry.s */
	void *tls_block;
	void *tp;               /* 0: the block is a copy, filled already */
	int (*fn)(void *);
	void *arg;
};

hidden int __wasm_clone_entry(void *);
void __wasm_init_tls(void *);

hidden int __wasm_clone_start(struct start *s)
{
	if (s->tp) {
		__wasm_init_tls(s->tls_block);
		__wasm_tp = (uintptr_t)s->tp;
	}
	int r = s->fn(s->arg);
	for (;;) __syscall(SYS_exit, r);
}

int __clone(int (*func)(void *), void *stack, int flags, void *arg, ...)
{
	va_list ap;
	void *ptid = 0, *tls = 0, *ctid = 0;
	va_start(ap, arg);
	if (flags & (CLONE_PARENT_SETTID|CLONE_SETTLS|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|CLONE_PIDFD)) {
		ptid = va_arg(ap, void *);
		tls = va_arg(ap, void *);
		ctid = va_arg(ap, void *);
	}
	va_end(ap);
	/* posix_spawn's child: it may as well run on a copy, and a host that
	 * does not share memory between processes needs that. */
	if ((flags & (CLONE_VM|CLONE_VFORK)) == (CLONE_VM|CLONE_VFORK))
		flags &= ~(CLONE_VM|CLONE_VFORK);
	struct start *s = (void *)(((uintptr_t)stack - sizeof *s) & -16);
	s->stack = s;
	s->tls_block = __builtin_wasm_tls_base();
	s->tp = 0;
	if (flags & CLONE_SETTLS) {
		s->tls_block = ((pthread_t)tls)->dtv;
		s->tp = tls;
	}
	s->fn = func;
	s->arg = arg;
	return __syscall(SYS_clone, __wasm_clone_entry, s, flags, ptid, ctid, tls);
}
