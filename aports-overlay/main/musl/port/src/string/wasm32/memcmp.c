#include <string.h>
#include "simd.h"

static inline int order8(uint64_t a, uint64_t b)
{
	a = __builtin_bswap64(a);
	b = __builtin_bswap64(b);
	return (a > b) - (a < b);
}

FAST_INLINE unsigned unlike(const unsigned char *a, const unsigned char *b)
{
	return mask16(load16(a) != load16(b));
}

FAST int memcmp(const void *l, const void *r, size_t n)
{
	const unsigned char *a = l, *b = r;
	unsigned different;
	size_t i;

	if (n >= 16) {
		for (i = 0; i + 16 <= n; i += 16)
			if ((different = unlike(a+i, b+i)))
				return a[i+FIRST(different)] - b[i+FIRST(different)];
		/* the last block overlaps what is known to be equal */
		i = n - 16;
		different = unlike(a+i, b+i);
		return different ? a[i+FIRST(different)] - b[i+FIRST(different)] : 0;
	}
	if (n >= 8) {
		int order = order8(*(const word8 *)a, *(const word8 *)b);
		return order ? order : order8(*(const word8 *)(a+n-8), *(const word8 *)(b+n-8));
	}
	if (n >= 4)
		return order8((uint64_t)*(const word4 *)(a+n-4) << 32 | *(const word4 *)a,
			(uint64_t)*(const word4 *)(b+n-4) << 32 | *(const word4 *)b);
	for (i = 0; i < n; i++)
		if (a[i] != b[i]) return a[i] - b[i];
	return 0;
}
