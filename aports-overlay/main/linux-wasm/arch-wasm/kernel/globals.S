/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `current`: each task has an instance of this module of its own, so it is a global of the instance.
 * asm/current.h reads it.
 */
	.globaltype __wasm_current, i32
	.globl __wasm_current
	.section .globals,"",@
__wasm_current:

	.section .text.wasm_set_current,"",@
	.globl wasm_set_current
wasm_set_current:
	.functype wasm_set_current (i32) -> ()
	local.get 0
	global.set __wasm_current
	end_function
