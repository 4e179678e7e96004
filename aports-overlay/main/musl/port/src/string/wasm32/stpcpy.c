#include <string.h>
#include "move.h"

FAST char *__stpcpy(char *restrict d, const char *restrict s)
{
	for (;; d += 16, s += 16) {
		if (near_page_end(s)) {
			for (int i = 0; i < 16; i++)
				if (!(d[i] = s[i])) return d + i;
		} else {
			bytes16 v = load16(s);
			unsigned zeros = mask16(v == all16(0));
			if (zeros) {
				size_t n = FIRST(zeros);
				move_few((void *)d, (const void *)s, n + 1);
				return d + n;
			}
			store16(d, v);
		}
	}
}

weak_alias(__stpcpy, stpcpy);
