# int __wasm_clone_entry(struct start *): see clone.c
	.globaltype	__stack_pointer, i32
	.globaltype	__tls_base, i32
	.functype	__wasm_clone_start (i32) -> (i32)
	.section	.text.__wasm_clone_entry,"",@
	.globl	__wasm_clone_entry
	.hidden	__wasm_clone_entry
	.type	__wasm_clone_entry,@function
__wasm_clone_entry:
	.functype	__wasm_clone_entry (i32) -> (i32)
	local.get	0
	i32.load	0
	global.set	__stack_pointer
	local.get	0
	i32.load	4
	global.set	__tls_base
	local.get	0
	call	__wasm_clone_start
	end_function
