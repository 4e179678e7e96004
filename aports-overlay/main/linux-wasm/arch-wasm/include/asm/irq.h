/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_IRQ_H
#define _ASM_WASM_IRQ_H

/* Bits of one word that the host sets. */
#define NR_IRQS			32
#define WASM_IRQ_TIMER		0
#define WASM_IRQ_CONSOLE	1
#define WASM_IRQ_REAP		2
#define WASM_IRQ_RESIZE		3
#define WASM_IRQ_PROXY		4
#define WASM_IRQ_DISK		5

#include <asm-generic/irq.h>

#endif /* _ASM_WASM_IRQ_H */
