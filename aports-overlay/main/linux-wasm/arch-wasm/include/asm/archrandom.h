/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_ARCHRANDOM_H
#define _ASM_WASM_ARCHRANDOM_H

#include <asm/wasm_imports.h>

static inline size_t __must_check arch_get_random_longs(unsigned long *v, size_t max_longs)
{
	return 0;
}

/* The host's generator: without it getrandom() blocks for seconds after boot. */
static inline size_t __must_check arch_get_random_seed_longs(unsigned long *v, size_t max_longs)
{
	wasm_random(v, max_longs * sizeof(*v));
	return max_longs;
}

#endif /* _ASM_WASM_ARCHRANDOM_H */
