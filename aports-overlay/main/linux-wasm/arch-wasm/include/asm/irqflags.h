/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_IRQFLAGS_H
#define _ASM_WASM_IRQFLAGS_H

#ifndef __ASSEMBLY__

#define ARCH_IRQ_DISABLED	0
#define ARCH_IRQ_ENABLED	1

extern unsigned int wasm_irq_enabled;		/* of the one CPU */
extern volatile unsigned int wasm_irq_pending;	/* bits, set by the host */

void wasm_do_irq(void);

static __always_inline unsigned long arch_local_save_flags(void)
{
	return *(volatile unsigned int *)&wasm_irq_enabled;
}

static __always_inline void arch_local_irq_restore(unsigned long flags)
{
	__asm__ __volatile__("" ::: "memory");
	*(volatile unsigned int *)&wasm_irq_enabled = flags;
	if (flags && wasm_irq_pending)
		wasm_do_irq();
	__asm__ __volatile__("" ::: "memory");
}

#include <asm-generic/irqflags.h>

#endif
#endif /* _ASM_WASM_IRQFLAGS_H */
