/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_FUTEX_H
#define _ASM_WASM_FUTEX_H
#include <linux/futex.h>
#include <linux/uaccess.h>
#include <asm/errno.h>
static inline int futex_atomic_cmpxchg_inatomic(u32 *uval, u32 __user *uaddr, u32 oldval, u32 newval)
{
	if (!access_ok(uaddr, 4) || ((unsigned long)uaddr & 3))
		return -EFAULT;
	return wasm_ucmpxchg32(uval, (unsigned long)uaddr, oldval, newval) ? -EFAULT : 0;
}
static inline int arch_futex_atomic_op_inuser(int op, u32 oparg, int *oval, u32 __user *uaddr)
{
	u32 old, new, seen;

	if (!access_ok(uaddr, 4) || ((unsigned long)uaddr & 3))
		return -EFAULT;
	if (wasm_uload32(&old, (unsigned long)uaddr))
		return -EFAULT;
	for (;;) {
		switch (op) {
		case FUTEX_OP_SET:	new = oparg; break;
		case FUTEX_OP_ADD:	new = old + oparg; break;
		case FUTEX_OP_OR:	new = old | oparg; break;
		case FUTEX_OP_ANDN:	new = old & ~oparg; break;
		case FUTEX_OP_XOR:	new = old ^ oparg; break;
		default:		return -ENOSYS;
		}
		if (wasm_ucmpxchg32(&seen, (unsigned long)uaddr, old, new))
			return -EFAULT;
		if (seen == old)
			break;
		old = seen;
	}
	*oval = old;
	return 0;
}
#endif
