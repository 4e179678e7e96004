/*
 * Copies of up to 64 bytes, shared by memcpy and memmove: everything is loaded
 * before anything is stored, so source and destination may overlap. memory.copy
 * is a call into the host for most engines: worth it for more.
 */
#include "simd.h"

#define MOVE_MAX 64

FAST_INLINE void move_few(unsigned char *d, const unsigned char *s, size_t n)
{
	if (n >= 16) {
		bytes16 first = load16(s), last = load16(s+n-16);
		if (n > 32) {
			bytes16 second = load16(s+16), third = load16(s+n-32);
			store16(d+16, second);
			store16(d+n-32, third);
		}
		store16(d, first);
		store16(d+n-16, last);
	} else if (n >= 8) {
		uint64_t first = *(const word8 *)s, last = *(const word8 *)(s+n-8);
		*(word8 *)d = first;
		*(word8 *)(d+n-8) = last;
	} else if (n >= 4) {
		uint32_t first = *(const word4 *)s, last = *(const word4 *)(s+n-4);
		*(word4 *)d = first;
		*(word4 *)(d+n-4) = last;
	} else if (n) {
		unsigned char first = s[0], middle = s[n/2], last = s[n-1];
		d[0] = first;
		d[n/2] = middle;
		d[n-1] = last;
	}
}

/* __builtin_memcpy would become a call of the function that is defined here. */
static inline void move_many(void *d, const void *s, size_t n)
{
	__asm__ volatile ("local.get %0\n\tlocal.get %1\n\tlocal.get %2\n\tmemory.copy 0, 0"
		: : "r"(d), "r"(s), "r"(n) : "memory");
}
