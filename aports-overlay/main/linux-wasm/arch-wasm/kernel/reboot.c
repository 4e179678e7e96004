// SPDX-License-Identifier: GPL-2.0-only
#include <linux/reboot.h>

#include <asm/wasm_imports.h>

static void power_off(void)
{
	wasm_power_off(0);
}

/* Set, or "poweroff" halts instead. */
void (*pm_power_off)(void) = power_off;

void machine_restart(char *command)
{
	wasm_power_off(1);
	wasm_halt();
}

void machine_halt(void)
{
	power_off();
	wasm_halt();
}

void machine_power_off(void)
{
	power_off();
	wasm_halt();
}
