/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel asks of its host (Sources/BrowserMachine/machine/task.js). Included nearly
 * everywhere through asm/uaccess.h: an import of one driver belongs into a header of its own.
 */
#ifndef _ASM_WASM_IMPORTS_H
#define _ASM_WASM_IMPORTS_H

struct task_struct;

#define WASM_IMPORT(name) __attribute__((import_module("host"), import_name(#name)))

/* Console: bytes out; bytes that have come in, at most n, without waiting. */
WASM_IMPORT(console_write) void wasm_console_write(const char *bytes, unsigned long n);
WASM_IMPORT(console_read) int wasm_console_read(char *to, unsigned long n);

/* Time in nanoseconds: since the machine was made; since 1970. A deadline of 0 is none. */
WASM_IMPORT(now) double wasm_now_ns(void);
WASM_IMPORT(wallclock) double wasm_wallclock_ns(void);
WASM_IMPORT(set_timer) void wasm_set_timer(double deadline_ns);

/* Boot. The lengths count what there is, also where it was cut. */
WASM_IMPORT(command_line) int wasm_command_line(char *to, unsigned long n);
WASM_IMPORT(memory_size) unsigned long wasm_memory_size(void);
WASM_IMPORT(initrd_size) unsigned long wasm_initrd_size(void);
WASM_IMPORT(initrd_load) void wasm_initrd_load(void *to);
WASM_IMPORT(random) void wasm_random(void *to, unsigned long n);

/* Ends: this worker throws its frames away; the machine is over. */
WASM_IMPORT(halt) void wasm_halt(void) __attribute__((noreturn));
WASM_IMPORT(power_off) void wasm_power_off(int restart);

/*
 * Tasks. `worker` is the number that a task's worker is known by; unlike the task's address it is never
 * used again. end_worker() is answered by interrupt WASM_IRQ_REAP, after which reap() hands `task` out.
 */
WASM_IMPORT(start_worker) void wasm_start_worker(struct task_struct *task, unsigned long sp,
						 const char *name, unsigned long name_length,
						 unsigned int worker, int user);
WASM_IMPORT(end_worker) void wasm_end_worker(unsigned int worker, struct task_struct *task);
WASM_IMPORT(reap) struct task_struct *wasm_reap(void);

/* Ghosts: one more is wanted; the calling one goes on upon the kernel stack of `task`. */
WASM_IMPORT(ghost_more) void wasm_ghost_more(void);
WASM_IMPORT(ghost_adopt) void wasm_ghost_adopt(struct task_struct *task, unsigned long sp);

/*
 * exec: the image goes out in pieces, unless begin() says that the host has a module of that key; end(0)
 * compiles it and reserves a memory, while failing is still possible; end(1) binds both. Of `limits` end(0)
 * sets [0] initial and [1] maximum pages of 64 KiB, end(1) [2] pages that may hold other than zeroes.
 */
WASM_IMPORT(load_begin) int wasm_load_begin(const char *key, unsigned long key_length,
					    unsigned long size);
WASM_IMPORT(load_part) void wasm_load_part(const void *bytes, unsigned long n);
WASM_IMPORT(load_end) int wasm_load_end(int commit, unsigned long *limits);

/* The user's instance: start or go on; throw its frames away (exec). */
WASM_IMPORT(user_run) void wasm_user_run(void);
WASM_IMPORT(user_entry) void wasm_user_entry(unsigned long fn, unsigned long arg);
WASM_IMPORT(user_unwind) void wasm_user_unwind(void) __attribute__((noreturn));

/* clone: the memory for `worker`, shared or new (then: pages that are not zero); what to copy; done. */
WASM_IMPORT(clone_begin) int wasm_clone_begin(unsigned int worker, int share);
WASM_IMPORT(user_copy) int wasm_user_copy(unsigned long from, unsigned long to);
WASM_IMPORT(clone_end) void wasm_clone_end(int ok);
WASM_IMPORT(clone_forget) void wasm_clone_forget(unsigned int worker);

#endif /* _ASM_WASM_IMPORTS_H */
