/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_CURRENT_H
#define _ASM_WASM_CURRENT_H
#ifndef __ASSEMBLY__
struct task_struct;
/* one kernel instance per task: "current" is a constant of the instance, a wasm global */
static __always_inline struct task_struct *get_current(void)
{
	struct task_struct *t;
	asm(".globaltype __wasm_current, i32\n\tglobal.get __wasm_current\n\tlocal.set %0" : "=r"(t));
	return t;
}
#define current get_current()
#endif
#endif
