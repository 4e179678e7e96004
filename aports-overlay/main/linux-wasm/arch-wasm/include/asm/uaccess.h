/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process's memory is not the kernel's: wasm code cannot name both. Slots 1 to 10 of this instance's
 * function table hold functions of a small module that can (Sources/BrowserMachine/machine/user-memory.wat),
 * bound by the host to the kernel's memory and the task's. The kernel calls them by constant pointers.
 *
 * The functions over ranges return the number of bytes not done: 0, or all when an address is outside.
 */
#ifndef _ASM_WASM_UACCESS_H
#define _ASM_WASM_UACCESS_H

#include <linux/string.h>

#include <asm/wasm_imports.h>

enum {
	WASM_UREAD = 1, WASM_UWRITE, WASM_UZERO, WASM_USTRNLEN, WASM_ULOAD32, WASM_USTORE32,
	WASM_UCMPXCHG32, WASM_UMOVE, WASM_UGROW, WASM_USIZE,
};

typedef unsigned long (*wasm_slot0_t)(void);
typedef unsigned long (*wasm_slot1_t)(unsigned long);
typedef unsigned long (*wasm_slot2_t)(unsigned long, unsigned long);
typedef unsigned long (*wasm_slot3_t)(unsigned long, unsigned long, unsigned long);
typedef unsigned long (*wasm_slot4_t)(unsigned long, unsigned long, unsigned long, unsigned long);

/* Hidden from the compiler, which takes a call of address 1 for undefined. */
static __always_inline void *wasm_slot(unsigned long n)
{
	asm("" : "+r"(n));
	return (void *)n;
}

#define WASM_SLOT(arity, n)	((wasm_slot##arity##_t)wasm_slot(n))

static __always_inline unsigned long wasm_uread(void *to, unsigned long from, unsigned long n)
{
	return WASM_SLOT(3, WASM_UREAD)((unsigned long)to, from, n);
}

static __always_inline unsigned long wasm_uwrite(unsigned long to, const void *from,
						 unsigned long n)
{
	return WASM_SLOT(3, WASM_UWRITE)(to, (unsigned long)from, n);
}

static __always_inline unsigned long wasm_uzero(unsigned long to, unsigned long n)
{
	return WASM_SLOT(2, WASM_UZERO)(to, n);
}

/* Without the NUL, at most n; -1 when the memory ends first. */
static __always_inline long wasm_ustrnlen(unsigned long s, unsigned long n)
{
	return WASM_SLOT(2, WASM_USTRNLEN)(s, n);
}

/* One atomic access of an aligned word; not 0 when it is outside. */
static __always_inline unsigned long wasm_uload32(void *to, unsigned long from)
{
	return WASM_SLOT(2, WASM_ULOAD32)((unsigned long)to, from);
}

static __always_inline unsigned long wasm_ustore32(unsigned long to, unsigned long value)
{
	return WASM_SLOT(2, WASM_USTORE32)(to, value);
}

static __always_inline unsigned long wasm_ucmpxchg32(u32 *old, unsigned long at, u32 expected,
						     u32 value)
{
	return WASM_SLOT(4, WASM_UCMPXCHG32)((unsigned long)old, at, expected, value);
}

static __always_inline unsigned long wasm_umove(unsigned long to, unsigned long from,
						unsigned long n)
{
	return WASM_SLOT(3, WASM_UMOVE)(to, from, n);
}

/* In pages of 64 KiB; negative: no memory. */
static __always_inline long wasm_ugrow(unsigned long pages)
{
	return WASM_SLOT(1, WASM_UGROW)(pages);
}

static __always_inline unsigned long wasm_usize(void)
{
	return WASM_SLOT(0, WASM_USIZE)();
}

static inline __must_check unsigned long raw_copy_from_user(void *to, const void __user *from,
							    unsigned long n)
{
	return wasm_uread(to, (unsigned long)from, n);
}

static inline __must_check unsigned long raw_copy_to_user(void __user *to, const void *from,
							  unsigned long n)
{
	return wasm_uwrite((unsigned long)to, from, n);
}

/* Futex words must never be read by a plain copy: aligned words take one atomic access. */
static __always_inline int wasm_put_user(unsigned long n, unsigned long to, const void *x)
{
	if (n == 4 && !(to & 3))
		return wasm_ustore32(to, *(const u32 *)x) ? -EFAULT : 0;
	return wasm_uwrite(to, x, n) ? -EFAULT : 0;
}

static __always_inline int wasm_get_user(unsigned long n, unsigned long from, void *x)
{
	if (n == 4 && !(from & 3))
		return wasm_uload32(x, from) ? -EFAULT : 0;
	return wasm_uread(x, from, n) ? -EFAULT : 0;
}

#define __put_user_fn(size, ptr, x)	wasm_put_user((size), (unsigned long)(ptr), (x))
#define __get_user_fn(size, ptr, x)	wasm_get_user((size), (unsigned long)(ptr), (x))
#define __clear_user(to, n)		wasm_uzero((unsigned long)(to), (n))

/* The generic fallback reads user memory at the kernel's address: d_path() then yields rubbish. */
#define __get_kernel_nofault(dst, src, type, label)	do {	\
	*(type *)(dst) = *(const type *)(src);			\
	if (0)							\
		goto label;					\
} while (0)
#define __put_kernel_nofault(dst, src, type, label)		\
	__get_kernel_nofault(dst, src, type, label)

#include <asm-generic/uaccess.h>

#endif /* _ASM_WASM_UACCESS_H */
