/* The engine's settings, the check of a module's imports, and instances. */
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { MOST_IMPORTS = 8 };
wasm_engine_t *engine;
wasmtime_module_t *module;
static wasmtime_sharedmemory_t *shared_memory;
static const wasm_functype_t *import_types[MOST_IMPORTS];
static int import_index[MOST_IMPORTS];  /* into imports[], or -1 for the memory */
static size_t imports_used;

static _Noreturn void fail_with(wasmtime_error_t *error, const char *what)
{
	wasm_byte_vec_t message;
	wasmtime_error_message(error, &message);
	fail(126, "%s: %.*s", what, (int)message.size, message.data);
}

void start_engine(void)
{
	struct rlimit stack;
	size_t wasm_stack = WASM_STACK;
	if (!getrlimit(RLIMIT_STACK, &stack) && stack.rlim_cur < WASM_STACK + HOST_STACK)
		wasm_stack = stack.rlim_cur / 2;
	wasm_config_t *config = wasm_config_new();
	/* what wasm-abi version 1 allows; exnref needs the two after exceptions */
	wasmtime_config_wasm_threads_set(config, true);
	wasmtime_config_shared_memory_set(config, true);
	wasmtime_config_wasm_exceptions_set(config, true);
	wasmtime_config_wasm_function_references_set(config, true);
	wasmtime_config_wasm_gc_set(config, true);
	wasmtime_config_wasm_relaxed_simd_set(config, false);
	wasmtime_config_wasm_tail_call_set(config, false);
	wasmtime_config_wasm_multi_memory_set(config, false);
	wasmtime_config_wasm_memory64_set(config, false);
	/* else the C interface panics: the first must not be below the second */
	wasmtime_config_async_stack_size_set(config, WASM_STACK + HOST_STACK);
	wasmtime_config_max_wasm_stack_set(config, wasm_stack);
	if (settings.epochs) wasmtime_config_epoch_interruption_set(config, true);
	engine = wasm_engine_new_with_config(config);
}

static bool is_named(const wasm_byte_vec_t *name, const char *text)
{
	return name->size == strlen(text) && !memcmp(name->data, text, name->size);
}

/* Which of imports[] it is; fails if it is none or has another type. */
static int find_import(const char *path, const wasm_importtype_t *import)
{
	const wasm_byte_vec_t *from = wasm_importtype_module(import), *name = wasm_importtype_name(import);
	const wasm_functype_t *type = wasm_externtype_as_functype_const(wasm_importtype_type(import));
	size_t i = 0;
	if (is_named(from, "linux")) while (i < import_count && !is_named(name, imports[i].name)) i++;
	else i = import_count;
	if (i == import_count)
		fail(126, "%s: import %.*s.%.*s is not in the interface", path, (int)from->size, from->data,
			(int)name->size, name->data);
	const wasm_vec_t *in = type ? wasm_functype_params(type) : 0, *out = type ? wasm_functype_results(type) : 0;
	bool right = in && in->size == imports[i].parameters && out->size == 1;
	for (size_t k = 0; right && k < in->size; k++) right = wasm_valtype_kind(in->data[k]) == VALUE_I32;
	if (!right || wasm_valtype_kind(out->data[0]) != VALUE_I32)
		fail(126, "%s: import linux.%s has another type than in the interface", path, imports[i].name);
	import_types[imports_used] = type;
	return (int)i;
}

void bind_module(const char *path)
{
	static wasm_vec_t list;         /* the types belong to it */
	const wasm_memorytype_t *memory = 0;
	u64 maximum = 0;
	wasmtime_module_imports(module, &list);
	if (list.size > MOST_IMPORTS) fail(126, "%s: more imports than the interface has", path);
	for (; imports_used < list.size; imports_used++) {
		const wasm_importtype_t *import = list.data[imports_used];
		if (is_named(wasm_importtype_module(import), "env") &&
			is_named(wasm_importtype_name(import), "memory")) {
			memory = wasm_externtype_as_memorytype_const(wasm_importtype_type(import));
			import_index[imports_used] = -1;
		} else {
			import_index[imports_used] = find_import(path, import);
		}
	}
	if (!memory) fail(126, "%s: the memory must be imported as env.memory", path);
	if (!wasmtime_memorytype_isshared(memory) || !wasmtime_memorytype_maximum(memory, &maximum))
		fail(126, "%s: env.memory must be shared and have a maximum", path);
	if (maximum > 65536) fail(126, "%s: env.memory is too large", path);
	wasmtime_error_t *error = wasmtime_sharedmemory_new(engine, memory, &shared_memory);
	if (error) fail_with(error, path);
	bind_memory(shared_memory);
	start_mappings(wasmtime_memorytype_minimum(memory), maximum);
}

static bool exported(struct thread *thread, wasmtime_instance_t *instance, const char *name, uint8_t kind,
	wasmtime_extern_t *out)
{
	return wasmtime_instance_export_get(thread->context, instance, name, strlen(name), out) && out->kind == kind;
}

wasm_trap_t *instantiate(struct thread *thread, wasmtime_instance_t *instance)
{
	wasmtime_extern_t given[MOST_IMPORTS], out;
	wasm_trap_t *trap = 0;
	thread->store = wasmtime_store_new(engine, thread, 0);
	thread->context = wasmtime_store_context(thread->store);
	if (settings.epochs) {
		wasmtime_store_epoch_deadline_callback(thread->store, on_epoch, 0, 0);
		wasmtime_context_set_epoch_deadline(thread->context, 1);
	}
	memset(given, 0, sizeof given);
	for (size_t i = 0; i < imports_used; i++) {
		given[i].kind = import_index[i] < 0 ? EXTERN_SHAREDMEMORY : EXTERN_FUNC;
		if (import_index[i] < 0) given[i].of.sharedmemory = shared_memory;
		else wasmtime_func_new_unchecked(thread->context, import_types[i], imports[import_index[i]].call, 0, 0,
			&given[i].of.func);
	}
	wasmtime_error_t *error = wasmtime_instance_new(thread->context, module, given, imports_used, instance, &trap);
	if (error) fail_with(error, program.path);
	if (trap) return trap;
	if (!exported(thread, instance, "__indirect_function_table", EXTERN_TABLE, &out))
		fail(126, "%s: does not export __indirect_function_table", program.path);
	thread->table = out.of.table;
	thread->has_stack_pointer = exported(thread, instance, "__stack_pointer", EXTERN_GLOBAL, &out);
	if (thread->has_stack_pointer) thread->stack_pointer = out.of.global;
	return 0;
}
