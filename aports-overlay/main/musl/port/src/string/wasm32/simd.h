/*
 * Vectors for the string functions. A load of 16 bytes from an address that is
 * a multiple of 16 stays within a page of 64 KiB, so it never leaves the
 * memory, wherever the string ends in it. FAST enables the instructions for one
 * function; everything else in the library stays free of them.
 */
#ifndef WASM32_SIMD_H
#define WASM32_SIMD_H

#include <stddef.h>
#include <stdint.h>

#define FAST __attribute__((__target__("simd128")))
#define FAST_INLINE static inline __attribute__((__always_inline__, __target__("simd128")))

typedef signed char bytes16 __attribute__((__vector_size__(16), __may_alias__));
typedef bytes16 unaligned16 __attribute__((__aligned__(1), __may_alias__));

FAST_INLINE bytes16 load16(const void *p)
{
	return *(const unaligned16 *)p;
}

FAST_INLINE void store16(void *p, bytes16 v)
{
	*(unaligned16 *)p = v;
}

FAST_INLINE bytes16 all16(int c)
{
	return (bytes16){ 0 } + (signed char)c;
}

/* Bit i: lane i of a comparison's result is true. */
FAST_INLINE unsigned mask16(bytes16 v)
{
	return __builtin_wasm_bitmask_i8x16(v);
}

FAST_INLINE int any16(bytes16 v)
{
	return __builtin_wasm_any_true_v128(v);
}

/* The aligned block that holds p, and the bits of the bytes from p on. */
FAST_INLINE const bytes16 *block_of(const void *p)
{
	return (const bytes16 *)((uintptr_t)p & -16);
}

FAST_INLINE unsigned from_here(const void *p)
{
	return -1U << ((uintptr_t)p & 15);
}

/* Whether 16 bytes from p on may lie in two pages, the second of which need not exist. */
FAST_INLINE int near_page_end(const void *p)
{
	return ((uintptr_t)p & 0xffff) > 0x10000 - 16;
}

#define FIRST(mask) __builtin_ctz(mask)
#define LAST(mask) (31 - __builtin_clz(mask))

typedef uint64_t word8 __attribute__((__aligned__(1), __may_alias__));
typedef uint32_t word4 __attribute__((__aligned__(1), __may_alias__));
typedef uint16_t word2 __attribute__((__aligned__(1), __may_alias__));

#endif
