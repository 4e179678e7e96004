/*
 * Bodies for configure scripts that look for these names by linking them. No
 * program that includes <setjmp.h> gets here: both are macros there. A body
 * cannot save its caller's place, so it must not return.
 */
#include "atomic.h"

#undef sigsetjmp
#undef _setjmp

int sigsetjmp(void *buf, int save)
{
	a_crash();
	return 0;
}

int _setjmp(void *buf)
{
	a_crash();
	return 0;
}
