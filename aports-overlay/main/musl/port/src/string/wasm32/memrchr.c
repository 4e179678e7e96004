#include <string.h>
#include "simd.h"

FAST void *__memrchr(const void *s, int c, size_t n)
{
	const char *start = s, *p;
	const bytes16 *block;
	bytes16 wanted = all16(c);
	unsigned found;

	if (!n) return 0;
	block = block_of(start + n - 1);
	found = mask16(*block == wanted) & (2U << ((uintptr_t)(start + n - 1) & 15)) - 1;
	while (!found) {
		if ((const char *)block <= start) return 0;
		block--;
		found = mask16(*block == wanted);
	}
	p = (const char *)block + LAST(found);
	return p >= start ? (void *)p : 0;
}

weak_alias(__memrchr, memrchr);
