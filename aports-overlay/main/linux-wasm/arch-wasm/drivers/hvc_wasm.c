// SPDX-License-Identifier: GPL-2.0-only
/* hvc0: the host's terminal. Output is two imports away; input raises an interrupt. */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/interrupt.h>

#include <asm/irq.h>
#include <asm/wasm_imports.h>

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

static const struct hv_ops hvc_wasm_ops = {
	.get_chars = hvc_wasm_get,
	.put_chars = hvc_wasm_put,
	.notifier_add = notifier_add_irq,
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
	return PTR_ERR_OR_ZERO(hvc_alloc(0, WASM_IRQ_CONSOLE, &hvc_wasm_ops, OUTBUF_SIZE));
}
device_initcall(hvc_wasm_init);
