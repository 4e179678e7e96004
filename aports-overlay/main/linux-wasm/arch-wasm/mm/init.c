// SPDX-License-Identifier: GPL-2.0-only
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>

char empty_zero_page[PAGE_SIZE] __aligned(PAGE_SIZE);

void __init mem_init(void)
{
	memblock_free_all();
}
