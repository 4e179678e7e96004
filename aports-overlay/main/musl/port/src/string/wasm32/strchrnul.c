#include <string.h>
#include "simd.h"

FAST char *__strchrnul(const char *s, int c)
{
	const bytes16 *block = block_of(s);
	bytes16 wanted = all16(c);
	unsigned found = mask16((*block == all16(0)) | (*block == wanted)) & from_here(s);

	while (!found) {
		block++;
		found = mask16((*block == all16(0)) | (*block == wanted));
	}
	return (char *)block + FIRST(found);
}

weak_alias(__strchrnul, strchrnul);
