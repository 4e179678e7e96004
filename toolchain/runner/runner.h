/* What the files of the runner share: the state of the process, of a thread,
 * and the entry points of each file. "Guest" is the wasm program, "host" the
 * machine that the runner runs on. Each system call has the form
 * long sys_NAME(const u32 *a): six words in, a value or -errno out. */
#ifndef RUNNER_H
#define RUNNER_H
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#include "wasmtime.h"

typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;

/* The largest wasm stack, and what a host thread needs above it. */
enum { WASM_STACK = 16 << 20, HOST_STACK = 1 << 20 };
/* A call that was not made because a signal waits; the kernel's ERESTARTSYS. */
enum { INTERRUPTED = 512 };

/* ---- settings.c: from the environment, kept through exec ---------------------------- */
/* A limit of the guest that the host must not feel: see limits.c. */
struct limit { bool is_set; u64 soft, hard; };
enum { LIMIT_DATA, LIMIT_STACK, LIMIT_AS, LIMIT_COUNT };
struct settings {
	const char *cache;      /* folders, separated by colons; the last is written */
	const char *count;      /* a file that gets one byte for each process */
	int trace;              /* 1 unknown calls, 2 all */
	bool epochs;            /* also interrupt loops that make no call */
	struct limit limits[LIMIT_COUNT];
};
extern struct settings settings;
void read_settings(void);
/* Takes one KEY=VALUE of --exec; false if unknown. */
bool take_setting(const char *text);
/* The settings that ENVIRONMENT would not carry, as KEY=VALUE; frees nothing. */
size_t settings_to_pass(char *const *environment, char **out, size_t room);
void count_process(void);
/* limits.c: takes over limits that the runner itself could not live with, */
void adopt_limits(void);
/* and makes them real again for a native program. */
void restore_limits(void);

/* ---- main.c: the process -------------------------------------------------------------- */
struct program {
	char path[PATH_MAX];    /* what /proc/self/exe means */
	char **arguments, **environment;
};
extern struct program program;
/* Prints "runner: ..." and exits with STATUS (126: cannot execute, 127: not found). */
_Noreturn void fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- engine.c, cache.c ------------------------------------------------------------------ */
extern wasm_engine_t *engine;
extern wasmtime_module_t *module;
void start_engine(void);
/* The module in the open file FD, from the cache or compiled. */
wasmtime_module_t *load_module(int fd, const char *path);
/* Checks the imports and creates the memory; fails with the reason. */
void bind_module(const char *path);
int compile_files(char **paths);

/* ---- threads.c: one host thread for each wasm thread ------------------------------------- */
struct pending_signals {
	volatile sig_atomic_t any;
	volatile u64 taken;     /* arrived, handler not yet called */
	u64 mask;               /* the mask as the guest sees it */
	siginfo_t info[65];
};
struct thread {
	wasmtime_store_t *store;
	wasmtime_context_t *context;
	wasmtime_table_t table;
	wasmtime_global_t stack_pointer;
	bool has_stack_pointer;
	bool exiting;           /* the wasm frames are being unwound */
	int exit_code;
	u32 clear_tid, robust_list, thread_pointer;
	u32 alternate_stack, alternate_size;
	const siginfo_t *handled;       /* of the handler that runs */
	struct pending_signals signals;
};
extern __thread struct thread *current;
wasm_trap_t *instantiate(struct thread *thread, wasmtime_instance_t *instance);
/* Calls entry INDEX of the function table with one number. */
wasm_trap_t *call_table(u32 index, i32 argument, i32 *result);
void start_thread(struct thread *thread);
/* Robust locks and the word that a joiner waits for. */
void end_thread(void);
long create_thread(const u32 *clone_arguments);
/* Held by fork, so that no other thread is inside wasmtime's allocations. */
void lock_instances(void);
void unlock_instances(void);
u32 exchange_robust_list(u32 head);

/* ---- imports.c: the functions of module "linux" -------------------------------------------- */
struct import { const char *name; wasmtime_func_unchecked_callback_t call; u32 parameters; };
extern const struct import imports[];
extern const size_t import_count;
/* Also the handlers of signals: *restart is cleared if one forbids it. */
wasm_trap_t *run_handlers(bool *restart, bool *cancel, bool *ran);
wasmtime_error_t *on_epoch(wasmtime_context_t *context, void *data, uint64_t *delta, uint8_t *kind);

/* ---- syscalls.c ------------------------------------------------------------------------------ */
long system_call(u32 number, const u32 *a);
bool never_restarts(u32 number, const u32 *a);
const char *system_call_name(u32 number);
/* A call that can sleep: ends early for a signal, -INTERRUPTED if it was not made. */
long interruptible_syscall(volatile sig_atomic_t *pending, long n, long a, long b, long c, long d, long e,
	long f);
#define SLEEPING(number, a, b, c, d, e, f) \
	interruptible_syscall(&current->signals.any, number, (long)(a), (long)(b), (long)(c), (long)(d), \
		(long)(e), (long)(f))
/* The result of a libc call as the kernel gives it. */
#define RESULT(expression) ({ long result_ = (expression); result_ < 0 ? -(long)errno : result_; })
/* A 64-bit value in two words. */
#define WIDE(low, high) ((i64)((u64)(u32)(low) | (u64)(u32)(high) << 32))

/* ---- signals.c --------------------------------------------------------------------------------- */
struct kernel_action { void *handler; u64 flags; void *restorer; u64 mask; };
struct guest_action { u32 handler, flags; u64 mask; };
extern struct guest_action actions[65];
void start_signals(void);
/* Sets the guest's mask of this thread. */
void set_mask(u64 mask);
u64 block_all(void);
void set_host_mask(u64 mask);
bool is_fault(int signal);
/* A mask as the host may have it: the faults stay open, they are the engine's. */
u64 host_mask(u64 mask);
/* Before exec: dispositions and mask as the next program shall inherit them; and back. */
void leave_signals(void);
void reenter_signals(void);
_Noreturn void die_by(int signal);
/* Reports a trap or an error of the engine and dies by the signal that it means. */
_Noreturn void die_of_trap(wasm_trap_t *trap);
_Noreturn void die_of_error(wasmtime_error_t *error);

/* ---- exec.c, chroot.c -------------------------------------------------------------------------- */
/* Returns only if it failed. */
long execute(const char *path, int fd, char **arguments, char **environment);
bool means_own_program(const char *path);
/* How to reach the real root after chroot(2): see chroot.c. */
struct outside {
	int root;               /* descriptor of the root before chroot, or -1 */
	int folder;             /* working folder to return to, or -1 */
	char *loader, *libraries, *runner;      /* relative to it */
};
extern struct outside outside;
bool is_reserved(int fd);
/* Goes to the real root before a file of the runner is used by name, and back. */
int step_outside(void);
void step_inside(int folder);
/* chroot and chdir to it, keeping the way out. */
long enter_root(const char *path);
const char *outside_path(const char *path);
#endif
