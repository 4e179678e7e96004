/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_MMU_CONTEXT_H
#define _ASM_WASM_MMU_CONTEXT_H
struct task_struct;
struct mm_struct;
#define init_new_context init_new_context
int init_new_context(struct task_struct *t, struct mm_struct *mm);
#define destroy_context destroy_context
void destroy_context(struct mm_struct *mm);
#include <asm-generic/nommu_context.h>
#endif
