// SPDX-License-Identifier: GPL-2.0-only
/* hvc0: the host's terminal. Output is two imports away; input and a new size each raise an interrupt. */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/interrupt.h>

#include <asm/irq.h>
#include <asm/wasm_devices.h>

#include "../../../drivers/tty/hvc/hvc_console.h"

#define OUTBUF_SIZE	256

static ssize_t hvc_wasm_put(uint32_t vterm, const u8 *buf, size_t count)
{
	wasm_console_write(buf, count);
	return count;
}

static ssize_t hvc_wasm_get(uint32_t vterm, u8 *buf, size_t count)
{
	return wasm_console_read(buf, count);
}

static void take_size(struct hvc_struct *hp)
{
	unsigned int size = wasm_console_size();
	struct winsize ws = { .ws_row = size >> 16, .ws_col = size & 0xffff };

	if (size)
		hvc_resize(hp, ws);
}

/* At each first open: the tty is new and knows no size. */
static int hvc_wasm_opened(struct hvc_struct *hp, int irq)
{
	take_size(hp);
	return notifier_add_irq(hp, irq);
}

static irqreturn_t hvc_wasm_resized(int irq, void *hp)
{
	take_size(hp);
	return IRQ_HANDLED;
}

static const struct hv_ops hvc_wasm_ops = {
	.get_chars = hvc_wasm_get,
	.put_chars = hvc_wasm_put,
	.notifier_add = hvc_wasm_opened,
	.notifier_del = notifier_del_irq,
	.notifier_hangup = notifier_hangup_irq,
};

static int __init hvc_wasm_console_init(void)
{
	return hvc_instantiate(0, 0, &hvc_wasm_ops);
}
console_initcall(hvc_wasm_console_init);

static int __init hvc_wasm_init(void)
{
	struct hvc_struct *terminal;

	terminal = hvc_alloc(0, WASM_IRQ_CONSOLE, &hvc_wasm_ops, OUTBUF_SIZE);
	if (IS_ERR(terminal))
		return PTR_ERR(terminal);
	return request_irq(WASM_IRQ_RESIZE, hvc_wasm_resized, 0, "hvc_resize", terminal);
}
device_initcall(hvc_wasm_init);
