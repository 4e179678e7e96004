#include <string.h>
#include "simd.h"

FAST int strncmp(const char *l, const char *r, size_t n)
{
	const unsigned char *a = (const void *)l, *b = (const void *)r;

	for (; n; a += 16, b += 16) {
		if (near_page_end(a) || near_page_end(b)) {
			for (size_t i = 0; i < 16 && i < n; i++)
				if (a[i] != b[i] || !a[i]) return a[i] - b[i];
		} else {
			bytes16 v = load16(a);
			unsigned end = mask16((v != load16(b)) | (v == all16(0)));
			if (end && FIRST(end) < n) return a[FIRST(end)] - b[FIRST(end)];
			if (end) return 0;
		}
		n = n > 16 ? n - 16 : 0;
	}
	return 0;
}
