#define LDSO_ARCH "wasm32"
#define TPOFF_K 0
/* There is neither a program counter nor a loader that could jump. */
#define CRTJMP(pc, sp) ((void)(pc), (void)(sp), a_crash())
