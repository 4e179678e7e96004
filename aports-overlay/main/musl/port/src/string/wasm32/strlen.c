#include <string.h>
#include "simd.h"

FAST size_t strlen(const char *s)
{
	const bytes16 *block = block_of(s);
	unsigned zeros = mask16(*block == all16(0)) & from_here(s);

	if (!zeros) {
		do block++;
		while (!any16(*block == all16(0)));
		zeros = mask16(*block == all16(0));
	}
	return (const char *)block + FIRST(zeros) - s;
}
