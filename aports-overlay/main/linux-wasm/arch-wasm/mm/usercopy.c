// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/uaccess.h>

/* Another thread may shorten the string between the two steps: there is a NUL within n, or none. */
long strncpy_from_user(char *dst, const char __user *src, long n)
{
	long length;

	if (n <= 0)
		return 0;
	length = wasm_ustrnlen((unsigned long)src, n);
	if (length < 0 || wasm_uread(dst, (unsigned long)src, min(length + 1, n)))
		return -EFAULT;
	if (length < n)
		dst[length] = 0;
	return length;
}

long strnlen_user(const char __user *s, long n)
{
	long length = wasm_ustrnlen((unsigned long)s, n);

	return length < 0 ? 0 : length + 1;
}
