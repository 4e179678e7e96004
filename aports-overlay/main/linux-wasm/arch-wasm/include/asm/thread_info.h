/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_THREAD_INFO_H
#define _ASM_WASM_THREAD_INFO_H

#include <asm/page.h>

#define THREAD_SIZE_ORDER	2
#define THREAD_SIZE		(PAGE_SIZE << THREAD_SIZE_ORDER)

#ifndef __ASSEMBLY__

struct thread_info {
	unsigned long flags;
	unsigned long syscall_work;
	int preempt_count;
	unsigned int cpu;
	unsigned int run;	/* 1: this task's worker owns the CPU; it waits on this word */
};

#define INIT_THREAD_INFO(task)	{ .preempt_count = INIT_PREEMPT_COUNT, .run = 1 }

#endif

#define TIF_NOTIFY_RESUME	1
#define TIF_SIGPENDING		2
#define TIF_NEED_RESCHED	3
#define TIF_NOTIFY_SIGNAL	5
#define TIF_RESTORE_SIGMASK	9
#define TIF_EXEC		10	/* the instance is dropped when the system call returns */
#define TIF_POLLING_NRFLAG	16
#define TIF_MEMDIE		17

#define _TIF_NOTIFY_RESUME	(1 << TIF_NOTIFY_RESUME)
#define _TIF_SIGPENDING		(1 << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED	(1 << TIF_NEED_RESCHED)
#define _TIF_NOTIFY_SIGNAL	(1 << TIF_NOTIFY_SIGNAL)
#define _TIF_POLLING_NRFLAG	(1 << TIF_POLLING_NRFLAG)

#endif /* _ASM_WASM_THREAD_INFO_H */
