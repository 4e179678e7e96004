/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_PGTABLE_H
#define _ASM_WASM_PGTABLE_H
#include <asm-generic/pgtable-nopud.h>
#include <asm/page.h>
#define pgd_present(p)	1
#define pgd_none(p)	0
#define pgd_bad(p)	0
#define pgd_clear(p)
#define kern_addr_valid(a) 1
#define pmd_offset(a, b) ((void *)0)
#define PAGE_NONE	__pgprot(0)
#define PAGE_SHARED	__pgprot(0)
#define PAGE_COPY	__pgprot(0)
#define PAGE_READONLY	__pgprot(0)
#define PAGE_KERNEL	__pgprot(0)
#define pgprot_noncached(p) (p)
#define pgprot_writecombine(p) (p)
extern pgd_t swapper_pg_dir[];
#define swapper_pg_dir ((pgd_t *)0)
#define ZERO_PAGE(v)	virt_to_page(empty_zero_page)
extern char empty_zero_page[];
#define VMALLOC_START	0UL
#define VMALLOC_END	0xffffffffUL
#define KMAP_START	0
#define PTRS_PER_PGD	1
#endif
