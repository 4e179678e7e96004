/* Threads: each is a host thread with a store and an instance of the module
 * over the one shared memory. */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include "memory.h"

__thread struct thread *current;
static pthread_mutex_t instances = PTHREAD_MUTEX_INITIALIZER;
void lock_instances(void) { pthread_mutex_lock(&instances); }
void unlock_instances(void) { pthread_mutex_unlock(&instances); }

wasm_trap_t *call_table(u32 index, i32 argument, i32 *result)
{
	wasmtime_val_t function, arguments[4], results[4];
	wasm_trap_t *trap = 0;
	if (!wasmtime_table_get(current->context, &current->table, index, &function) ||
		function.kind != VALUE_FUNCREF || !function.of.funcref.store_id)
		return wasmtime_trap_new("call of a function that is not in the table", 43);
	/* its own type: handlers are cast from void f(void), int f(int), ... */
	wasm_functype_t *type = wasmtime_func_type(current->context, &function.of.funcref);
	size_t parameters = wasm_functype_params(type)->size, out = wasm_functype_results(type)->size;
	bool odd = parameters > 3 || out > 1;
	memset(arguments, 0, sizeof arguments);
	for (size_t i = 0; !odd && i < parameters; i++)
		odd = wasm_valtype_kind(wasm_functype_params(type)->data[i]) != VALUE_I32;
	wasm_functype_delete(type);
	if (odd) return wasmtime_trap_new("call of a function of another type", 34);
	arguments[0].of.i32 = argument;
	wasmtime_error_t *error = wasmtime_func_call(current->context, &function.of.funcref, arguments, parameters,
		results, out, &trap);
	if (error) {
		/* a trap that a host function made, to end the thread, comes back as an error */
		if (!current->exiting) die_of_error(error);
		wasmtime_error_delete(error);
		return wasmtime_trap_new("exit", 4);
	}
	if (!trap && result) *result = out ? results[0].of.i32 : 0;
	return trap;
}

/* ---- the end ------------------------------------------------------------------------ */

/* A lock whose owner ends: tells the next one. What the kernel does with a
 * robust list of its own word size. */
static void release_robust_lock(u32 address)
{
	u32 *word = address % 4 ? 0 : range(address, 4), probe;
	if (!word || copy_in(&probe, address, 4)) return;
	u32 value = __atomic_load_n(word, __ATOMIC_SEQ_CST);
	while ((value & FUTEX_TID_MASK) == (u32)gettid())
		if (__atomic_compare_exchange_n(word, &value, (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED, false,
			__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
			if (value & FUTEX_WAITERS) syscall(SYS_futex, word, FUTEX_WAKE, 1, 0, 0, 0);
			return;
		}
}

static void release_robust_locks(void)
{
	struct { u32 next; i32 offset; u32 pending; } head;
	u32 start = current->robust_list, entry;
	if (!start || copy_in(&head, start, sizeof head)) return;
	entry = head.next;
	for (int i = 0; i < 2048 && entry && entry != start; i++) {
		u32 next;
		if (copy_in(&next, entry, 4)) break;
		if (entry != head.pending) release_robust_lock(entry + (u32)head.offset);
		entry = next;
	}
	if (head.pending) release_robust_lock(head.pending + (u32)head.offset);
}

void end_thread(void)
{
	static const u32 zero;
	release_robust_locks();
	current->robust_list = 0;
	u32 *word = range(current->clear_tid, 4);
	if (current->clear_tid && word && !copy_out(current->clear_tid, &zero, 4))
		syscall(SYS_futex, word, FUTEX_WAKE, 1, 0, 0, 0);
	current->clear_tid = 0;
}

u32 exchange_robust_list(u32 head)
{
	u32 old = current->robust_list;
	current->robust_list = head;
	return old;
}

/* ---- the start ------------------------------------------------------------------------ */

struct start {
	u32 function, argument, parent_tid, child_tid, thread_pointer, flags;
	u64 mask;
	i32 tid;
	sem_t ready;
};

static void *thread_main(void *argument)
{
	struct start *start = argument;
	u32 function = start->function, value = start->argument;
	struct thread *thread = calloc(1, sizeof *thread);
	wasmtime_instance_t instance;
	if (!thread) fail(126, "no memory for a thread");
	current = thread;
	thread->clear_tid = start->flags & CLONE_CHILD_CLEARTID ? start->child_tid : 0;
	thread->thread_pointer = start->thread_pointer;
	start->tid = gettid();
	/* before the thread runs: musl's locks hold it */
	if (start->flags & CLONE_PARENT_SETTID) copy_out(start->parent_tid, &start->tid, 4);
	if (start->flags & CLONE_CHILD_SETTID) copy_out(start->child_tid, &start->tid, 4);
	lock_instances();
	wasm_trap_t *trap = instantiate(thread, &instance);
	unlock_instances();
	u64 mask = start->mask;
	sem_post(&start->ready);        /* start is gone from here on */
	set_mask(mask);
	if (!trap) trap = call_table(function, (i32)value, &thread->exit_code);
	if (trap && !thread->exiting) die_of_trap(trap);
	block_all();
	lock_instances();
	wasmtime_store_delete(thread->store);
	unlock_instances();
	end_thread();
	current = 0;
	free(thread);
	return 0;
}

/* clone(fn, argument, flags, parent_tid, child_tid, tls) with CLONE_VM */
long create_thread(const u32 *a)
{
	struct start start = {
		.function = a[0], .argument = a[1], .flags = a[2], .parent_tid = a[3], .child_tid = a[4],
		.thread_pointer = a[2] & CLONE_SETTLS ? a[5] : 0, .mask = current->signals.mask,
	};
	pthread_attr_t attributes;
	pthread_t handle;
	sem_init(&start.ready, 0, 0);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, WASM_STACK + HOST_STACK);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	u64 before = block_all();       /* the new thread takes no signal before it has its state */
	int error = pthread_create(&handle, &attributes, thread_main, &start);
	if (!error) while (sem_wait(&start.ready)) continue;
	set_host_mask(before);
	pthread_attr_destroy(&attributes);
	sem_destroy(&start.ready);
	if (error) return -EAGAIN;
	return start.tid;
}
