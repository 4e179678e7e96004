// SPDX-License-Identifier: GPL-2.0-only
#include <linux/console.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/initrd.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/sched/task.h>
#include <linux/start_kernel.h>

#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/wasm.h>
#include <asm/wasm_exports.h>
#include <asm/wasm_imports.h>

/* Where wasm-ld's data ends. */
extern char __heap_base[];

static char command_line[COMMAND_LINE_SIZE];

/* The host's terminal wants a carriage return before each line feed, as hvc0 sends it. */
static void boot_console_write(struct console *console, const char *text, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (text[i] == '\n')
			wasm_console_write("\r\n", 2);
		else
			wasm_console_write(text + i, 1);
	}
}

static struct console boot_console = {
	.name = "early",
	.write = boot_console_write,
	.flags = CON_PRINTBUFFER | CON_BOOT | CON_ANYTIME,
	.index = -1,
};

/* `earlyprintk`: what comes before hvc0 is printed at once, for a boot that ends before it. */
static int __init want_boot_console(char *text)
{
	register_console(&boot_console);
	return 0;
}
early_param("earlyprintk", want_boot_console);

/* The stack that wasm_boot() runs upon. */
unsigned long wasm_boot_sp(void)
{
	return (unsigned long)init_stack + THREAD_SIZE - 128;
}

void wasm_boot(void)
{
	wasm_set_current(&init_task);
	start_kernel();
}

static void __init take_initrd(unsigned long memory_end)
{
#ifdef CONFIG_BLK_DEV_INITRD
	unsigned long n = wasm_initrd_size();
	void *at;

	if (!n)
		return;
	/* memblock_alloc() looks at these */
	min_low_pfn = 1;
	max_low_pfn = PFN_DOWN(memory_end);
	at = memblock_alloc(PAGE_ALIGN(n), PAGE_SIZE);
	if (!at)
		panic("the initial file system of %lu bytes does not fit into memory", n);
	wasm_initrd_load(at);
	initrd_start = (unsigned long)at;
	initrd_end = initrd_start + n;
#endif
}

void __init setup_arch(char **cmdline)
{
	unsigned long end = wasm_memory_size();
	unsigned long base = PAGE_ALIGN((unsigned long)__heap_base);
	unsigned long zones[MAX_NR_ZONES] = { 0 };

	if (wasm_command_line(command_line, sizeof(command_line)) > sizeof(command_line))
		pr_warn("wasm: the command line was cut to %zu bytes\n", sizeof(command_line));
	command_line[sizeof(command_line) - 1] = 0;
	strscpy(boot_command_line, command_line, COMMAND_LINE_SIZE);
	*cmdline = command_line;
	parse_early_param();
	memblock_add(0, end);
	memblock_reserve(0, base);
	take_initrd(end);
	pr_info("wasm: data ends at %#lx, memory at %#lx\n", base, end);
	min_low_pfn = 1;
	max_low_pfn = max_pfn = PFN_DOWN(end);
	zones[ZONE_NORMAL] = max_low_pfn;
	free_area_init(zones);
}

void free_initmem(void)
{
}

void __init trap_init(void)
{
}

void calibrate_delay(void)
{
	loops_per_jiffy = 1000000;
}

void __ndelay(unsigned long ns)
{
	double until = wasm_now_ns() + ns;

	while (wasm_now_ns() < until)
		;
}

void __udelay(unsigned long us)
{
	while (us-- > 0)
		__ndelay(1000);
}

void __const_udelay(unsigned long xloops)
{
	__udelay(xloops / 4295 + 1);	/* 2^32 / 10^6 */
}

void __delay(unsigned long loops)
{
}
