// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts: bits of one word. The host sets bits and wakes whoever waits on it. The word is looked at
 * when interrupts are enabled, in cpu_relax(), by the idle loop, on leaving the kernel and by the ghosts.
 */
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>

#include <asm/irq_regs.h>
#include <asm/irqflags.h>
#include <asm/wasm.h>
#include <asm/wasm_exports.h>

unsigned int wasm_irq_enabled;
volatile unsigned int wasm_irq_pending;

static struct pt_regs irq_regs;

unsigned long wasm_irq_word(void)
{
	return (unsigned long)&wasm_irq_pending;
}

void noinline wasm_do_irq(void)
{
	unsigned int due;

	while ((due = __atomic_exchange_n(&wasm_irq_pending, 0, __ATOMIC_SEQ_CST))) {
		struct pt_regs *old;

		WRITE_ONCE(wasm_irq_enabled, 0);
		old = set_irq_regs(&irq_regs);
		irq_enter();
		for (; due; due &= due - 1)
			generic_handle_irq(__ffs(due));
		irq_exit();
		set_irq_regs(old);
		WRITE_ONCE(wasm_irq_enabled, 1);
	}
}

void wasm_poll_irq(void)
{
	if (wasm_irq_pending && READ_ONCE(wasm_irq_enabled))
		wasm_do_irq();
}

static void nothing(struct irq_data *data)
{
}

static struct irq_chip wasm_chip = {
	.name = "wasm",
	.irq_mask = nothing,
	.irq_unmask = nothing,
	.irq_ack = nothing,
};

void __init init_IRQ(void)
{
	int irq;

	for (irq = 0; irq < NR_IRQS; irq++)
		irq_set_chip_and_handler(irq, &wasm_chip, handle_simple_irq);
}
