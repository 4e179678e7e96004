/* The calling thread's TLS block anew (used between SIGEV_THREAD callbacks). */
#include "pthread_impl.h"
#include "libc.h"

void __wasm_init_tls(void *);

void __reset_tls(void)
{
	uintptr_t tp = __wasm_tp;
	__wasm_init_tls(__builtin_wasm_tls_base());
	__wasm_tp = tp;
}
