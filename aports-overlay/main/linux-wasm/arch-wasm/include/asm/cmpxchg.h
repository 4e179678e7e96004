/* SPDX-License-Identifier: GPL-2.0-only */
/* wasm has atomics of 8, 16, 32 and 64 bits: the builtins map one to one. */
#ifndef _ASM_WASM_CMPXCHG_H
#define _ASM_WASM_CMPXCHG_H

#include <linux/types.h>

#define arch_xchg(p, v)		__atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)

#define arch_cmpxchg(p, o, n) ({						\
	__typeof__(*(p)) __o = (o);						\
	__atomic_compare_exchange_n((p), &__o, (n), 0, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_SEQ_CST);				\
	__o; })

#define arch_cmpxchg_local	arch_cmpxchg
#define arch_cmpxchg64		arch_cmpxchg
#define arch_cmpxchg64_local	arch_cmpxchg

#endif /* _ASM_WASM_CMPXCHG_H */
