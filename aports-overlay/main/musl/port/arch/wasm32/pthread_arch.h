/*
 * The thread pointer is a thread-local variable: one global.get and one load,
 * against a call into the host for linux.get_thread_area. It is set before its
 * first use in every thread (src/env/wasm32/__init_tls.c, clone.c).
 */
extern hidden _Thread_local uintptr_t __wasm_tp;

static inline uintptr_t __get_tp(void)
{
	return __wasm_tp;
}

#define MC_PC __pc
