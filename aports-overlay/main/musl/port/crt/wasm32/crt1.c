/*
 * _start: fetches the arguments and the environment from the host, then goes
 * musl's own way. The host's block is: length, envc, argc, argv[0..argc-1], 0,
 * envp[0..envc-1], 0, strings; its pointers are addresses in this memory.
 */
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define IMPORT(n) __attribute__((__import_module__("linux"), __import_name__(#n)))
IMPORT(get_args_length) int __wasm_get_args_length(void);
IMPORT(get_args) int __wasm_get_args(void *);
IMPORT(syscall) long __wasm_syscall(long, long, long, long, long, long, long);

int __main_argc_argv(int, char **);
int __libc_start_main(int (*)(int, char **, char **), int, char **,
	void (*)(void), void (*)(void), void (*)(void));

/* More than this is not put on a stack that may be small. */
#define SMALL 16384

static int call_main(int argc, char **argv, char **envp)
{
	return __main_argc_argv(argc, argv);
}

__attribute__((__export_name__("_start"))) void _start(void)
{
	uint32_t n = (__wasm_get_args_length() + 15) & -16U;
	uint32_t *block;
	if (n <= SMALL) {
		block = __builtin_alloca(n);
	} else {
		long p = __wasm_syscall(SYS_mmap2, 0, n, PROT_READ|PROT_WRITE,
			MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
		if (p < 0 && p > -4096) __builtin_trap();
		block = (void *)p;
	}
	__wasm_get_args(block);
	__libc_start_main(call_main, block[2], (char **)(block + 3), 0, 0, 0);
	__builtin_trap();
}
