// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that other architectures get from their linker script. Code has no addresses here and init
 * memory is not freed, so all of these ranges are empty.
 */
#include <linux/linkage.h>
#include <linux/sched/task.h>
#include <linux/thread_info.h>

#define EMPTY_RANGE(from, to) char from[1], to[1]

EMPTY_RANGE(_text, _end);
EMPTY_RANGE(_stext, _etext);
EMPTY_RANGE(_sinittext, _einittext);
EMPTY_RANGE(_sdata, _edata);
EMPTY_RANGE(__bss_start, __bss_stop);
EMPTY_RANGE(__init_begin, __init_end);
EMPTY_RANGE(__start_rodata, __end_rodata);
EMPTY_RANGE(__start_ro_after_init, __end_ro_after_init);
EMPTY_RANGE(__start_once, __end_once);
EMPTY_RANGE(__sched_text_start, __sched_text_end);
EMPTY_RANGE(__lock_text_start, __lock_text_end);
EMPTY_RANGE(__cpuidle_text_start, __cpuidle_text_end);
EMPTY_RANGE(__irqentry_text_start, __irqentry_text_end);
EMPTY_RANGE(__softirqentry_text_start, __softirqentry_text_end);
EMPTY_RANGE(__noinstr_text_start, __noinstr_text_end);
EMPTY_RANGE(__entry_text_start, __entry_text_end);
EMPTY_RANGE(__kprobes_text_start, __kprobes_text_end);

/* No built-in initramfs: `.incbin` is unknown to wasm's assembler. The host hands one over. */
char __initramfs_start[1];
unsigned long __initramfs_size;

/* The port space that there is not (asm/io.h). */
char wasm_no_ports[4];

unsigned long init_stack[THREAD_SIZE / sizeof(unsigned long)] __aligned(THREAD_SIZE);
