/* The functions of module "linux" that a wasm program imports. */
#include <stdio.h>
#include "memory.h"
#include "structures.h"

#define IMPORT(name) \
	static wasm_trap_t *name(void *data, wasmtime_caller_t *caller, wasmtime_val_raw_t *v, size_t n)
#define UNUSED (void)data, (void)caller, (void)n

/* After a call: the handlers of what arrived. *again: the call is to be made
 * (again). As on a kernel, a handler that runs before the call was made does
 * not make it fail: a pipe2 or a write to a file never ends with EINTR. Those
 * that only wait (pause, poll, sleep) do end: the signal may as well have come
 * just after they began, and a program that relies on that must not hang. And
 * musl's SIGCANCEL needs to see the EINTR. */
static wasm_trap_t *after_call(u32 number, const u32 *a, long result, bool *again)
{
	bool restart = true, cancel = false, ran = false;
	wasm_trap_t *trap = run_handlers(&restart, &cancel, &ran);
	if (trap) {
		wasmtime_ref_t exception;
		/* the handler left by longjmp: go on throwing in the program */
		if (wasmtime_context_has_exception(current->context) &&
			wasmtime_context_take_exception(current->context, &exception))
			return wasmtime_context_set_exception(current->context, &exception);
		return trap;
	}
	bool waits = never_restarts(number, a);
	if (result == -INTERRUPTED) *again = !cancel && !(ran && waits);
	else *again = result == -EINTR && restart && !waits;
	return 0;
}

IMPORT(import_syscall)
{
	UNUSED;
	u32 number = (u32)v[0].i32, a[6];
	bool again;
	long result;
	for (int i = 0; i < 6; i++) a[i] = (u32)v[i + 1].i32;
	do {
		result = system_call(number, a);
		if (current->exiting) return wasmtime_trap_new("exit", 4);
		if (settings.trace > 1)
			say("[%d] %s(%x, %x, %x, %x, %x, %x) = %ld", gettid(), system_call_name(number), a[0], a[1],
				a[2], a[3], a[4], a[5], result);
		again = result == -INTERRUPTED;
		if (current->signals.any) {
			wasm_trap_t *trap = after_call(number, a, result, &again);
			if (trap) return trap;
		}
	} while (again);
	v[0].i32 = result == -INTERRUPTED ? -EINTR : (i32)result;
	return 0;
}

long fork_process(u32 function, u32 argument, u32 flags, u32 parent_tid, u32 child_tid);

IMPORT(import_fork)
{
	UNUSED;
	static const u32 none[6];
	bool again = false;
	long result = fork_process(0, 0, 0, 0, 0);
	wasm_trap_t *trap = current->signals.any ? after_call(0, none, result, &again) : 0;
	v[0].i32 = (i32)result;
	return trap;
}

/* Words {length, envc, argc, argv[0..argc-1], 0, envp[0..envc-1], 0}, then the strings. */
static size_t arguments_length(u32 *argument_count, u32 *environment_count)
{
	size_t n = 3 * 4 + 2 * 4;
	*argument_count = *environment_count = 0;
	for (char **p = program.arguments; *p; p++, ++*argument_count) n += 4 + strlen(*p) + 1;
	for (char **p = program.environment; *p; p++, ++*environment_count) n += 4 + strlen(*p) + 1;
	return n;
}

IMPORT(import_get_args_length)
{
	UNUSED;
	u32 argc, envc;
	v[0].i32 = (i32)arguments_length(&argc, &envc);
	return 0;
}

static int put_strings(u32 *word, u32 *text, char *const *strings)
{
	for (; *strings; strings++) {
		size_t n = strlen(*strings) + 1;
		TRY(copy_out(*word, text, 4));
		TRY(copy_out(*text, *strings, n));
		*word += 4;
		*text += (u32)n;
	}
	*word += 4;
	return 0;
}

static int put_arguments(u32 address)
{
	static const u32 zero;
	u32 head[3], word = address + sizeof head;
	head[0] = (u32)arguments_length(&head[2], &head[1]);
	u32 text = word + 4 * (head[1] + head[2] + 2);
	if (!range(address, head[0])) return -EFAULT;
	TRY(copy_out(address, head, sizeof head));
	TRY(put_strings(&word, &text, program.arguments));
	TRY(copy_out(word - 4, &zero, 4));
	TRY(put_strings(&word, &text, program.environment));
	return copy_out(word - 4, &zero, 4);
}

IMPORT(import_get_args)
{
	UNUSED;
	v[0].i32 = put_arguments((u32)v[0].i32);
	return 0;
}

IMPORT(import_get_thread_area)
{
	UNUSED;
	v[0].i32 = (i32)current->thread_pointer;
	return 0;
}

IMPORT(import_copy_siginfo)
{
	UNUSED;
	struct guest_siginfo info;
	if (!current->handled) {
		v[0].i32 = -EINVAL;
		return 0;
	}
	siginfo_to_guest(&info, current->handled);
	v[0].i32 = copy_out((u32)v[0].i32, &info, sizeof info);
	return 0;
}

const struct import imports[] = {
	{ "syscall", import_syscall, 7 },
	{ "get_args_length", import_get_args_length, 0 },
	{ "get_args", import_get_args, 1 },
	{ "get_thread_area", import_get_thread_area, 0 },
	{ "copy_siginfo", import_copy_siginfo, 1 },
	{ "fork", import_fork, 0 },
};
const size_t import_count = sizeof imports / sizeof *imports;

/* With APKFARM_RUNNER_EPOCH: handlers also run in loops that make no call. The
 * code then tests a counter at each loop and function head. Leaf functions use
 * up to 128 bytes below __stack_pointer without moving it (LLVM's red zone). */
wasmtime_error_t *on_epoch(wasmtime_context_t *context, void *data, uint64_t *delta, uint8_t *kind)
{
	bool restart = true, cancel = false, ran = false;
	wasmtime_val_t old, low;
	(void)data;
	*delta = 1;
	*kind = 0;
	if (!current || !current->signals.any) return 0;
	if (current->has_stack_pointer) {
		wasmtime_global_get(context, &current->stack_pointer, &old);
		low = old;
		low.of.i32 = (low.of.i32 - 128) & -16;
		wasmtime_global_set(context, &current->stack_pointer, &low);
	}
	/* the engine has no callback while one runs: another tick would be a trap */
	wasmtime_context_set_epoch_deadline(context, 1ull << 40);
	wasm_trap_t *trap = run_handlers(&restart, &cancel, &ran);
	if (current->has_stack_pointer) wasmtime_global_set(context, &current->stack_pointer, &old);
	return trap ? wasmtime_error_new("a handler left by longjmp out of a loop without system calls") : 0;
}
