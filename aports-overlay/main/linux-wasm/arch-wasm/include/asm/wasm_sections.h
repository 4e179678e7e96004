/* SPDX-License-Identifier: GPL-2.0-only */
/* forced into every unit: linker-script symbol names -> wasm-ld __start_/__stop_ names */
#ifndef _ASM_WASM_SECTIONS_H
#define _ASM_WASM_SECTIONS_H
#ifndef __ASSEMBLY__
#define __builtin_return_address(x) ((void *)0)
#define __initcall_start	__start_initcallearly
#define __initcall0_start	__start_initcall0
#define __initcall1_start	__start_initcall1
#define __initcall2_start	__start_initcall2
#define __initcall3_start	__start_initcall3
#define __initcall4_start	__start_initcall4
#define __initcall5_start	__start_initcall5
#define __initcall6_start	__start_initcall6
#define __initcall7_start	__start_initcall7
#define __initcall_end		__stop_initcall7s
#define __con_initcall_start	__start_con_initcall
#define __con_initcall_end	__stop_con_initcall
#define __setup_start		__start_init_setup
#define __setup_end		__stop_init_setup
#define __sched_class_highest	__start___stop_sched_class
#define __sched_class_lowest	__stop___idle_sched_class
#define __per_cpu_start		__start_percpu
#define __per_cpu_load		__start_percpu
#define __per_cpu_end		__stop_percpu
#endif
#endif
