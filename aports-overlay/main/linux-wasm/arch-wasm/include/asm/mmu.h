/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_MMU_H
#define _ASM_WASM_MMU_H
#include <linux/maple_tree.h>
/* A user process has a linear memory of its own; this is the map of it, in units of 64 KiB pages. */
typedef struct {
	unsigned long end_brk;		/* wanted by generic NOMMU code */
	struct maple_tree mt;		/* page number -> WASM_MAP_* value or struct wasm_map * */
	unsigned long max;		/* pages; 0: no image loaded yet */
	unsigned long top;		/* first page never handed out: still zero */
	unsigned long npages;		/* in use */
	char *args;			/* copy of the argument strings for /proc */
	unsigned long args_len;
} mm_context_t;
#endif
