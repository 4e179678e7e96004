/* crt/wasm32/crt1.c is written in C: no entry point in assembler. */
#define START "_start"
