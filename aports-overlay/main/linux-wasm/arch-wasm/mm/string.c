// SPDX-License-Identifier: GPL-2.0-only
/* -mbulk-memory makes memory.copy and memory.fill of these builtins. */
#include <linux/string.h>
#include <linux/types.h>

void *memcpy(void *to, const void *from, size_t n)
{
	return __builtin_memcpy(to, from, n);
}

void *memmove(void *to, const void *from, size_t n)
{
	return __builtin_memmove(to, from, n);
}

void *memset(void *to, int byte, size_t n)
{
	return __builtin_memset(to, byte, n);
}
