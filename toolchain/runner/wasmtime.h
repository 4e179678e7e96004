/* The part of wasmtime's C interface (50.x) that the runner uses. The wheel
 * carries no headers: this is written from the argument types and structures
 * in its _bindings.py. */
#ifndef RUNNER_WASMTIME_H
#define RUNNER_WASMTIME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasm_functype_t wasm_functype_t;
typedef struct wasm_memorytype_t wasm_memorytype_t;
typedef struct wasm_importtype_t wasm_importtype_t;
typedef struct wasm_externtype_t wasm_externtype_t;
typedef struct wasmtime_error wasmtime_error_t;
typedef struct wasmtime_module wasmtime_module_t;
typedef struct wasmtime_store wasmtime_store_t;
typedef struct wasmtime_context wasmtime_context_t;
typedef struct wasmtime_caller wasmtime_caller_t;
typedef struct wasmtime_sharedmemory wasmtime_sharedmemory_t;

typedef struct { size_t size; char *data; } wasm_byte_vec_t;
typedef struct { size_t size; void **data; } wasm_vec_t;

typedef struct { uint64_t store_id; void *private; } wasmtime_func_t;
typedef struct {
	struct { uint64_t store_id; uint32_t private1; } first;
	uint32_t private2;
} wasmtime_table_t;
typedef struct { uint64_t store_id; uint32_t private1, private2, private3; } wasmtime_global_t;
typedef struct { uint64_t store_id; size_t private; } wasmtime_instance_t;
typedef struct { uint64_t store_id; uint32_t private1, private2; void *private3; } wasmtime_ref_t;

enum { EXTERN_FUNC, EXTERN_GLOBAL, EXTERN_TABLE, EXTERN_MEMORY, EXTERN_SHAREDMEMORY, EXTERN_TAG };
typedef struct {
	uint8_t kind;
	union {
		wasmtime_func_t func;
		wasmtime_global_t global;
		wasmtime_table_t table;
		wasmtime_sharedmemory_t *sharedmemory;
	} of;
} wasmtime_extern_t;

enum { VALUE_I32, VALUE_I64, VALUE_F32, VALUE_F64, VALUE_V128, VALUE_FUNCREF };
typedef struct {
	uint8_t kind;
	union {
		int32_t i32;
		int64_t i64;
		wasmtime_func_t funcref;
		wasmtime_ref_t ref;
		uint8_t v128[16];
	} of;
} wasmtime_val_t;
typedef union { int32_t i32; int64_t i64; double f64; uint8_t v128[16]; void *funcref; } wasmtime_val_raw_t;

typedef wasm_trap_t *(*wasmtime_func_unchecked_callback_t)(void *, wasmtime_caller_t *, wasmtime_val_raw_t *,
	size_t);
typedef wasmtime_error_t *(*wasmtime_epoch_callback_t)(wasmtime_context_t *, void *, uint64_t *, uint8_t *);

wasm_config_t *wasm_config_new(void);
wasm_engine_t *wasm_engine_new_with_config(wasm_config_t *);
void wasmtime_config_wasm_threads_set(wasm_config_t *, bool);
void wasmtime_config_shared_memory_set(wasm_config_t *, bool);
void wasmtime_config_wasm_exceptions_set(wasm_config_t *, bool);
void wasmtime_config_wasm_function_references_set(wasm_config_t *, bool);
void wasmtime_config_wasm_gc_set(wasm_config_t *, bool);
void wasmtime_config_wasm_relaxed_simd_set(wasm_config_t *, bool);
void wasmtime_config_wasm_tail_call_set(wasm_config_t *, bool);
void wasmtime_config_wasm_multi_memory_set(wasm_config_t *, bool);
void wasmtime_config_wasm_memory64_set(wasm_config_t *, bool);
void wasmtime_config_max_wasm_stack_set(wasm_config_t *, size_t);
void wasmtime_config_async_stack_size_set(wasm_config_t *, size_t);
void wasmtime_config_epoch_interruption_set(wasm_config_t *, bool);
void wasmtime_config_native_unwind_info_set(wasm_config_t *, bool);

void wasmtime_engine_increment_epoch(wasm_engine_t *);
void wasmtime_context_set_epoch_deadline(wasmtime_context_t *, uint64_t);
void wasmtime_store_epoch_deadline_callback(wasmtime_store_t *, wasmtime_epoch_callback_t, void *,
	void (*)(void *));

wasmtime_error_t *wasmtime_module_new(wasm_engine_t *, const uint8_t *, size_t, wasmtime_module_t **);
wasmtime_error_t *wasmtime_module_serialize(wasmtime_module_t *, wasm_byte_vec_t *);
wasmtime_error_t *wasmtime_module_deserialize_file(wasm_engine_t *, const char *, wasmtime_module_t **);
void wasmtime_module_delete(wasmtime_module_t *);
void wasmtime_module_imports(const wasmtime_module_t *, wasm_vec_t *);
void wasm_byte_vec_delete(wasm_byte_vec_t *);
const wasm_byte_vec_t *wasm_importtype_module(const wasm_importtype_t *);
const wasm_byte_vec_t *wasm_importtype_name(const wasm_importtype_t *);
const wasm_externtype_t *wasm_importtype_type(const wasm_importtype_t *);
const wasm_memorytype_t *wasm_externtype_as_memorytype_const(const wasm_externtype_t *);
const wasm_functype_t *wasm_externtype_as_functype_const(const wasm_externtype_t *);
const wasm_vec_t *wasm_functype_params(const wasm_functype_t *);
const wasm_vec_t *wasm_functype_results(const wasm_functype_t *);
uint8_t wasm_valtype_kind(const void *);
void wasm_functype_delete(wasm_functype_t *);
uint64_t wasmtime_memorytype_minimum(const wasm_memorytype_t *);
bool wasmtime_memorytype_maximum(const wasm_memorytype_t *, uint64_t *);
bool wasmtime_memorytype_isshared(const wasm_memorytype_t *);
bool wasmtime_memorytype_is64(const wasm_memorytype_t *);

wasmtime_error_t *wasmtime_sharedmemory_new(wasm_engine_t *, const wasm_memorytype_t *,
	wasmtime_sharedmemory_t **);
uint8_t *wasmtime_sharedmemory_data(wasmtime_sharedmemory_t *);
size_t wasmtime_sharedmemory_data_size(wasmtime_sharedmemory_t *);
wasmtime_error_t *wasmtime_sharedmemory_grow(wasmtime_sharedmemory_t *, uint64_t, uint64_t *);

wasmtime_store_t *wasmtime_store_new(wasm_engine_t *, void *, void (*)(void *));
void wasmtime_store_delete(wasmtime_store_t *);
wasmtime_context_t *wasmtime_store_context(wasmtime_store_t *);

wasmtime_error_t *wasmtime_instance_new(wasmtime_context_t *, const wasmtime_module_t *,
	const wasmtime_extern_t *, size_t, wasmtime_instance_t *, wasm_trap_t **);
bool wasmtime_instance_export_get(wasmtime_context_t *, const wasmtime_instance_t *, const char *, size_t,
	wasmtime_extern_t *);
bool wasmtime_table_get(wasmtime_context_t *, const wasmtime_table_t *, uint64_t, wasmtime_val_t *);
void wasmtime_global_get(wasmtime_context_t *, const wasmtime_global_t *, wasmtime_val_t *);
wasmtime_error_t *wasmtime_global_set(wasmtime_context_t *, const wasmtime_global_t *, const wasmtime_val_t *);

wasm_functype_t *wasmtime_func_type(wasmtime_context_t *, const wasmtime_func_t *);
void wasmtime_func_new_unchecked(wasmtime_context_t *, const wasm_functype_t *,
	wasmtime_func_unchecked_callback_t, void *, void (*)(void *), wasmtime_func_t *);
wasmtime_error_t *wasmtime_func_call(wasmtime_context_t *, const wasmtime_func_t *, const wasmtime_val_t *,
	size_t, wasmtime_val_t *, size_t, wasm_trap_t **);

wasmtime_error_t *wasmtime_error_new(const char *);
void wasmtime_error_delete(wasmtime_error_t *);
void wasmtime_error_message(const wasmtime_error_t *, wasm_byte_vec_t *);
wasm_trap_t *wasmtime_trap_new(const char *, size_t);
void wasm_trap_delete(wasm_trap_t *);
void wasm_trap_message(const wasm_trap_t *, wasm_byte_vec_t *);
bool wasmtime_trap_code(const wasm_trap_t *, uint8_t *);

bool wasmtime_context_has_exception(wasmtime_context_t *);
bool wasmtime_context_take_exception(wasmtime_context_t *, wasmtime_ref_t *);
wasm_trap_t *wasmtime_context_set_exception(wasmtime_context_t *, wasmtime_ref_t *);
#endif
