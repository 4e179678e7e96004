#include <string.h>
#include "simd.h"

FAST void *memchr(const void *s, int c, size_t n)
{
	const bytes16 *block = block_of(s);
	bytes16 wanted = all16(c);
	uintptr_t start = (uintptr_t)s, end, p;
	unsigned found;

	if (!n) return 0;
	/* n may be more than there is (strnlen with SIZE_MAX): the sum wraps */
	if (__builtin_add_overflow(start, n, &end)) end = UINTPTR_MAX;
	found = mask16(*block == wanted) & from_here(s);
	while (!found) {
		block++;
		if ((uintptr_t)block - start >= end - start) return 0;
		found = mask16(*block == wanted);
	}
	p = (uintptr_t)block + FIRST(found);
	return p < end ? (void *)p : 0;
}
