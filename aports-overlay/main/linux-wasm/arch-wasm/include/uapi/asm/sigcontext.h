/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef _UAPI_ASM_WASM_SIGCONTEXT_H
#define _UAPI_ASM_WASM_SIGCONTEXT_H

/* Handlers are called, not jumped to: there is no context to restore. */
struct sigcontext {
	unsigned long unused[16];
};

#endif /* _UAPI_ASM_WASM_SIGCONTEXT_H */
