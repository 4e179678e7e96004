/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_BARRIER_H
#define _ASM_WASM_BARRIER_H
#define mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#include <asm-generic/barrier.h>
#endif
