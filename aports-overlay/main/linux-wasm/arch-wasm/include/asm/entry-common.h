/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_ENTRY_COMMON_H
#define _ASM_WASM_ENTRY_COMMON_H
#endif
