/*
 * Thread-local storage. The main thread's block lies in the program's data;
 * wasm-ld's start function has set __tls_base to it. Another thread's area is
 * [TLS block][struct pthread]; the thread fills its block itself, because
 * __wasm_init_tls sets a global of the instance that calls it (clone.c).
 */
#include <string.h>
#include <stddef.h>
#include "pthread_impl.h"
#include "libc.h"
#include "atomic.h"
#include "syscall.h"

#define MIN_TLS_ALIGN 16

volatile int __thread_list_lock;

_Thread_local uintptr_t __wasm_tp;

static struct pthread main_thread;

int __set_thread_area(void *p)
{
	__wasm_tp = (uintptr_t)p;
	return 0;
}

int __init_tp(void *p)
{
	pthread_t td = p;
	td->self = td;
	__set_thread_area(p);
	libc.can_do_threads = 1;
	td->detach_state = DT_JOINABLE;
	td->tid = __syscall(SYS_set_tid_address, &__thread_list_lock);
	td->locale = &libc.global_locale;
	td->robust_list.head = &td->robust_list.head;
	td->next = td->prev = td;
	return 0;
}

static size_t tls_align(void)
{
	size_t align = __builtin_wasm_tls_align();
	return align < MIN_TLS_ALIGN ? MIN_TLS_ALIGN : align;
}

void *__copy_tls(unsigned char *mem)
{
	mem += -(uintptr_t)mem & (tls_align()-1);
	unsigned char *block = mem;
	mem += __builtin_wasm_tls_size();
	mem += -(uintptr_t)mem & (MIN_TLS_ALIGN-1);
	pthread_t td = (void *)mem;
	td->dtv = (void *)block;
	return td;
}

static void static_init_tls(size_t *aux)
{
	libc.tls_align = tls_align();
	libc.tls_size = (__builtin_wasm_tls_size() + sizeof(struct pthread)
		+ libc.tls_align + 3*MIN_TLS_ALIGN) & -MIN_TLS_ALIGN;
	__init_tp(&main_thread);
}
weak_alias(static_init_tls, __init_tls);
