// SPDX-License-Identifier: GPL-2.0-only
/* Must exist; assembler here needs no offset. */
#include <linux/sched.h>

int main(void)
{
	return 0;
}
