#include <string.h>
#include "simd.h"

FAST char *strrchr(const char *s, int c)
{
	return __memrchr(s, c, strlen(s) + 1);
}
