/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * call_indirect checks a function's type, so every entry of the table has one:
 * long f(const struct pt_regs *). A 64-bit argument takes two words, low first, without padding.
 */
#ifndef _ASM_WASM_SYSCALL_WRAPPER_H
#define _ASM_WASM_SYSCALL_WRAPPER_H

#include <asm/ptrace.h>

asmlinkage long sys_ni_syscall(void);

static __always_inline long long __wasm_arg(const struct pt_regs *regs, unsigned int *next,
					     int is_long_long)
{
	unsigned int i = *next;

	if (is_long_long) {
		*next += 2;
		return (long long)(((unsigned long long)regs->args[i + 1] << 32) | regs->args[i]);
	}
	*next += 1;
	return (long)regs->args[i];
}

#define __SC_WASM(t, a)								\
	(__typeof(__builtin_choose_expr(__TYPE_IS_LL(t), 0LL, 0L)))		\
		__wasm_arg(regs, &next, __TYPE_IS_LL(t))

#define __SYSCALL_DEFINEx(x, name, ...)						\
	asmlinkage long __wasm_sys##name(const struct pt_regs *regs);		\
	static inline long __do_sys##name(__MAP(x, __SC_DECL, __VA_ARGS__));	\
	static __always_inline long						\
	__se_sys##name(__MAP(x, __SC_LONG, __VA_ARGS__))			\
	{									\
		long ret = __do_sys##name(__MAP(x, __SC_CAST, __VA_ARGS__));	\
		__MAP(x, __SC_TEST, __VA_ARGS__);				\
		return ret;							\
	}									\
	asmlinkage long __wasm_sys##name(const struct pt_regs *regs)		\
	{									\
		unsigned int next = 0;						\
		return __se_sys##name(__MAP(x, __SC_WASM, __VA_ARGS__));	\
	}									\
	static inline long __do_sys##name(__MAP(x, __SC_DECL, __VA_ARGS__))

#define SYSCALL_DEFINE0(sname)							\
	asmlinkage long __wasm_sys_##sname(const struct pt_regs *__unused);	\
	asmlinkage long __wasm_sys_##sname(const struct pt_regs *__unused)

#define COND_SYSCALL(name)							\
	asmlinkage long __weak __wasm_sys_##name(const struct pt_regs *regs);	\
	asmlinkage long __weak __wasm_sys_##name(const struct pt_regs *regs)	\
	{									\
		return sys_ni_syscall();					\
	}

#endif /* _ASM_WASM_SYSCALL_WRAPPER_H */
