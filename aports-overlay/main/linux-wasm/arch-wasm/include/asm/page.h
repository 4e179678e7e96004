/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_PAGE_H
#define _ASM_WASM_PAGE_H
#define PAGE_SHIFT	12
#ifdef __ASSEMBLY__
#define PAGE_SIZE	(1 << PAGE_SHIFT)
#else
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#endif
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PAGE_OFFSET	0UL
#ifndef __ASSEMBLY__
#include <linux/types.h>
#define clear_page(p)		memset((p), 0, PAGE_SIZE)
#define copy_page(to, from)	memcpy((to), (from), PAGE_SIZE)
#define clear_user_page(p, v, pg)	clear_page(p)
#define copy_user_page(to, from, v, pg)	copy_page(to, from)
typedef struct { unsigned long pte; } pte_t;
typedef struct { unsigned long pmd[16]; } pmd_t;
typedef struct { unsigned long pgd; } pgd_t;
typedef struct { unsigned long pgprot; } pgprot_t;
typedef struct page *pgtable_t;
#define pte_val(x)	((x).pte)
#define pmd_val(x)	((&x)->pmd[0])
#define pgd_val(x)	((x).pgd)
#define pgprot_val(x)	((x).pgprot)
#define __pte(x)	((pte_t){ (x) })
#define __pgd(x)	((pgd_t){ (x) })
#define __pgprot(x)	((pgprot_t){ (x) })
#define ARCH_PFN_OFFSET	0UL
#define __pa(x)		((unsigned long)(x))
#define __va(x)		((void *)(unsigned long)(x))
#define virt_to_pfn(x)	(__pa(x) >> PAGE_SHIFT)
#define pfn_to_virt(pfn) __va((pfn) << PAGE_SHIFT)
#define virt_to_page(x)	pfn_to_page(virt_to_pfn(x))
#define page_to_virt(p)	pfn_to_virt(page_to_pfn(p))
#define page_to_phys(p)	((phys_addr_t)page_to_pfn(p) << PAGE_SHIFT)
#define phys_to_page(p)	pfn_to_page((p) >> PAGE_SHIFT)
#define virt_addr_valid(x) pfn_valid(virt_to_pfn(x))
#endif
#include <asm-generic/memory_model.h>
#include <asm-generic/getorder.h>
#endif
