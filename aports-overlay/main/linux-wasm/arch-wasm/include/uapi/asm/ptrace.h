/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef _UAPI_ASM_WASM_PTRACE_H
#define _UAPI_ASM_WASM_PTRACE_H

#define PTRACE_SYSEMU			31
#define PTRACE_SYSEMU_SINGLESTEP	32

#ifndef __ASSEMBLY__
/* A system call is all that can be seen: the machine has no registers. */
struct user_regs_struct {
	unsigned long args[6];
	long nr;
	long ret;
};
#endif

#endif /* _UAPI_ASM_WASM_PTRACE_H */
