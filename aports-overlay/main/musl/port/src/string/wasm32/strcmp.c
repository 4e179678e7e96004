#include <string.h>
#include "simd.h"

/* Two strings differ in alignment, so these loads are not aligned: near the
 * end of a page bytes are compared one by one. */
FAST int strcmp(const char *l, const char *r)
{
	const unsigned char *a = (const void *)l, *b = (const void *)r;

	for (;; a += 16, b += 16) {
		if (near_page_end(a) || near_page_end(b)) {
			for (int i = 0; i < 16; i++)
				if (a[i] != b[i] || !a[i]) return a[i] - b[i];
		} else {
			bytes16 v = load16(a);
			unsigned end = mask16((v != load16(b)) | (v == all16(0)));
			if (end) return a[FIRST(end)] - b[FIRST(end)];
		}
	}
}
