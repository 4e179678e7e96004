/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_BUG_H
#define _ASM_WASM_BUG_H
#include <asm-generic/bug.h>
#endif
