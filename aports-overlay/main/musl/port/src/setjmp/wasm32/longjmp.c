/*
 * Run time of LLVM's -wasm-enable-sjlj. setjmp and longjmp have no bodies: the
 * compiler turns a call of setjmp into __wasm_setjmp plus a catch clause that
 * asks __wasm_setjmp_test, and a call of longjmp into __wasm_longjmp, which
 * throws the tag __c_longjmp (tag.s).
 */
#define TAG_C_LONGJMP 1

/* Overlays jmp_buf. The catch clause reads env and val through the pointer that
 * was thrown, so their order is LLVM's. */
struct jump {
	void *frame;
	unsigned label;
	struct {
		void *env;
		int val;
	} thrown;
};

void __wasm_setjmp(void *env, unsigned label, void *frame)
{
	struct jump *j = env;
	j->frame = frame;
	j->label = label;
}

/* The label if env was set by this very call of the function, else 0. */
unsigned __wasm_setjmp_test(void *env, void *frame)
{
	struct jump *j = env;
	return j->frame == frame ? j->label : 0;
}

_Noreturn void __wasm_longjmp(void *env, int val)
{
	struct jump *j = env;
	j->thrown.env = env;
	j->thrown.val = val ? val : 1;
	__builtin_wasm_throw(TAG_C_LONGJMP, &j->thrown);
}
